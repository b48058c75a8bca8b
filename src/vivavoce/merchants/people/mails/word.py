"""What is mailed to members, in words: a template each as plain text and as HTML."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from vivavoce.providers.mail.port import Mail
from vivavoce.words.catalog import Words, find_console_words
from vivavoce.words.drawn import in_words, speak
from vivavoce.words.mark import mark

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(enabled_extensions=("html",)),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
speak(_TEMPLATES)


def word_code(*, to: str, code: str, language: str) -> Mail:
    """The mail that brings a code. It holds no link: nobody shall get used to pressing one in such a mail."""
    words = find_console_words(language)
    return _word("code", words, to=to, subject=words.say(mark("Your code for Vivavoce")), code=code)


def word_invitation(*, to: str, merchant: str, url: str, message: str, language: str) -> Mail:
    """The mail that asks somebody onto a merchant's team. url: where they sign in; message: of whoever asked them."""
    words = find_console_words(language)
    name = " ".join(merchant.split())  # a header is one line
    subject = words.say(mark("%(merchant)s has invited you to Vivavoce")) % {"merchant": name}
    said = [line for line in message.splitlines() if line.strip()]
    return _word("invitation", words, to=to, subject=subject, merchant=name, url=url, said=said)


def _word(template: str, words: Words, *, to: str, subject: str, **said: Any) -> Mail:
    said |= {"subject": subject} | in_words(words)
    return Mail(
        to=to,
        subject=subject,
        text=_TEMPLATES.get_template(f"{template}.txt").render(said),
        html=_TEMPLATES.get_template(f"{template}.html").render(said),
        language=words.tag,
    )
