"""The words inside templates: what `_`, `{% trans %}`, `forms` and the filters do there."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from vivavoce.words.catalog import Words


def speak(environment: Environment) -> None:
    """Lets the templates say what the words of their context say: each is drawn with `in_words(words)`."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals |= {
        "_": _gettext,
        "gettext": _gettext,
        "ngettext": _ngettext,
        "pgettext": _pgettext,
        "npgettext": _npgettext,
        "forms": _forms,
    }
    environment.filters |= {"number": _number, "day": _day, "moment": _moment, "short_day": _short_day}


def in_words(words: Words) -> dict[str, Any]:
    """What a template has to be drawn with, so that it speaks this language."""
    return {"words": words, "lang": words.tag, "dir": words.direction, "quotes": words.quotes}


@pass_context
def _gettext(context: Context, message: str, **values: Any) -> str:
    return _fill(context, _words(context).say(message), values)


@pass_context
def _pgettext(context: Context, of: str, message: str, **values: Any) -> str:
    return _fill(context, _words(context).say(message, context=of), values)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int, **values: Any) -> str:
    return _fill(context, _words(context).count(singular, plural, number), values)


@pass_context
def _npgettext(context: Context, of: str, singular: str, plural: str, number: int, **values: Any) -> str:
    return _fill(context, _words(context).count(singular, plural, number, context=of), values)


@pass_context
def _forms(context: Context, singular: str, plural: str) -> Markup:
    """A sentence's plural forms as attributes, for a script that knows the number."""
    forms = _words(context).forms(singular, plural)
    return Markup(" ").join(
        Markup('data-words-{}="{}"').format(category, escape(form)) for category, form in forms.items()
    )


@pass_context
def _number(context: Context, value: int | float) -> str:
    return _words(context).number(value)


@pass_context
def _day(context: Context, moment: datetime) -> str:
    return _words(context).day(moment)


@pass_context
def _moment(context: Context, moment: datetime) -> str:
    return _words(context).moment(moment)


@pass_context
def _short_day(context: Context, day: date) -> str:
    return _words(context).short_day(day)


def _fill(context: Context, text: str, values: Mapping[str, Any]) -> str:
    """The text with its places filled. It is ours, tags and all; what is filled in is escaped, numbers are written."""
    written = {
        name: _words(context).number(value) if type(value) in (int, float) else value for name, value in values.items()
    }
    return (Markup(text) if context.eval_ctx.autoescape else text) % written


def _words(context: Context) -> Words:
    words: Words = context["words"]
    return words
