"""The pages' words: every one from a catalogue, in the language of whom they are for."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract

from scripts.words import KEYWORDS, OPTIONS
from vivavoce.web.drawing import make_environment
from vivavoce.words.catalog import find_words
from vivavoce.words.drawn import in_words

ROOM = Path(__file__).parents[2] / "src" / "vivavoce"
# The developers' page stays English.
TEMPLATES = [
    file
    for file in sorted([*ROOM.glob("web/templates/**/*.html"), *ROOM.glob("attempts/mails/*.html")])
    if file.name != "docs.html"
]
SEEN = ("aria-label", "title", "alt", "placeholder", "data-name-[a-z]+", "data-words[a-z-]*", "aria-description")
# What stands between tags and is no word: attributes that a block makes, a unit, the name of a key.
NO_WORDS = {'lang="" dir="auto"', "UTC", "·", ","}


def drawn(text: str, code: str, **context: object) -> str:
    """The template's text, drawn in this language."""
    return make_environment().from_string(text).render(in_words(find_words(code)), **context)


def words_outside(html: str) -> list[str]:
    """What a template shows that comes from no catalogue: between tags, and in attributes that are read out."""
    html = re.sub(r"\{#.*?#\}|\{% trans.*?endtrans %\}|\{\{.*?\}\}|\{%.*?%\}", "", html, flags=re.DOTALL)
    html = re.sub(r"<!doctype html>|<style.*?</style>", "", html, flags=re.DOTALL)
    shown = re.findall(rf'\s(?:{"|".join(SEEN)})="([^"]*)"', html)
    shown += re.sub(r"<[^<>]*>", "\n", html).split("\n")
    shown = [re.sub(r"\{\w+\}", "", one).strip() for one in shown]
    return [one for one in shown if re.search(r"[^\W\d_]{2}", one) and one not in NO_WORDS]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_no_word_stands_outside_the_catalogues(file: Path) -> None:
    assert words_outside(file.read_text(encoding="utf-8")) == []


def test_words_outside_are_found() -> None:
    page = '<p title="Here">{{ _("In") }}<b>Out</b>{% trans %}in{% endtrans %}</p><p aria-label="{{ _("x") }}">'
    assert words_outside(page) == ["Here", "Out"]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_what_is_put_into_an_attribute_does_not_end_it(file: Path) -> None:
    with file.open("rb") as lines:
        found = list(extract("jinja2.ext:babel_extract", lines, KEYWORDS, options=OPTIONS))
    for _, message, _, _ in found:
        for one in (message,) if isinstance(message, str) else message:
            assert '"' not in re.sub(r"<[^<>]*>", "", one)


def test_a_sentence_is_filled_and_what_is_filled_in_is_escaped() -> None:
    said = drawn("{% trans name=name %}A page for <bdi>{{ name }}</bdi>{% endtrans %}", "en", name="<Sam>")
    assert said == "A page for <bdi>&lt;Sam&gt;</bdi>"


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    text = "{{ n|number }} {{ at|day }} {% trans count=n %}{{ count }} one{% pluralize %}{{ count }} more{% endtrans %}"
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert drawn(text, "en", n=1234, at=at) == "1,234 November 25, 2026 1,234 more"


def test_a_script_gets_every_plural_form() -> None:
    assert drawn('{{ forms("{count} minute left", "{count} minutes left") }}', "en") == (
        'data-words-one="{count} minute left" data-words-other="{count} minutes left"'
    )
