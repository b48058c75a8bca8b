"""What is mailed to candidates, in words: a template each as plain text and as HTML."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from vivavoce.providers.mail.port import Mail

LANGUAGE = "en"

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(enabled_extensions=("html",)),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


def word_sign_in(*, to: str, merchant: str, code: str) -> Mail:
    """The mail that brings a code. It holds no link: nobody shall get used to pressing one in such a mail."""
    name = " ".join(merchant.split())  # a header is one line
    return _word("sign_in", to=to, subject=f"Your code for {name}", merchant=name, code=code)


def _word(template: str, *, to: str, subject: str, **said: Any) -> Mail:
    said |= {"subject": subject, "language": LANGUAGE}
    return Mail(
        to=to,
        subject=subject,
        text=_TEMPLATES.get_template(f"{template}.txt").render(said),
        html=_TEMPLATES.get_template(f"{template}.html").render(said),
        language=LANGUAGE,
    )
