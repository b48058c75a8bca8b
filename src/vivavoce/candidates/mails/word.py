"""What is mailed to candidates, in words: a template each as plain text and as HTML."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from vivavoce.providers.mail.port import Mail
from vivavoce.words.catalog import Words, find_words
from vivavoce.words.drawn import in_words, speak
from vivavoce.words.mark import mark

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(enabled_extensions=("html",)),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
speak(_TEMPLATES)


def word_sign_in(*, to: str, merchant: str, code: str, language: str) -> Mail:
    """The mail that brings a code. It holds no link: nobody shall get used to pressing one in such a mail."""
    words = find_words(language)
    name = " ".join(merchant.split())  # a header is one line
    subject = words.say(mark("Your code for %(merchant)s")) % {"merchant": name}
    return _word("sign_in", words, to=to, subject=subject, merchant=name, code=code)


def word_receipt(
    *,
    to: str,
    merchant: str,
    position: str,
    sent_at: datetime,
    next_steps: str,
    by: datetime | None,
    contact: str,
    language: str,
) -> Mail:
    """The mail that says that an interview has arrived. It holds no link either.

    next_steps: '': in our words. contact: whom to write to; '': nobody is named.
    """
    words = find_words(language)
    name, of = " ".join(merchant.split()), " ".join(position.split())
    subject = words.say(mark("Your interview has been sent to %(merchant)s")) % {"merchant": name}
    arrived = words.say(mark("%(merchant)s has received your interview “%(position)s”, sent on %(day)s.")) % {
        "merchant": name,
        "position": of,
        "day": words.day(sent_at),
    }
    ours = (
        mark("A person at <bdi>%(merchant)s</bdi> reads your answers and decides. A program never turns anyone down."),
        mark("You’ll hear from <bdi>%(merchant)s</bdi>, whatever the answer."),
    )
    by_when = "" if by is None else words.say(mark("By %(day)s")) % {"day": words.day(by)}
    whom = contact and words.say(mark("Questions? Write to %(contact)s.")) % {"contact": contact}
    follows = [next_steps] if next_steps else [_plain(words.say(step)) % {"merchant": name} for step in ours]
    return _word("receipt", words, to=to, subject=subject, arrived=arrived, by_when=by_when, follows=follows, whom=whom)


def word_decision(
    *,
    to: str,
    merchant: str,
    position: str,
    is_selected: bool,
    is_asked_again: bool,
    person: str,
    feedback: str,
    contact: str,
    language: str,
) -> Mail:
    """The mail that says what a person decided. It holds no link either, and no number.

    is_asked_again: whether they are asked for another attempt. person: who decided. feedback: in their words; '': none.
    """
    words = find_words(language)
    name, of = " ".join(merchant.split()), " ".join(position.split())
    said = {"merchant": name, "position": of, "person": person}
    subject = words.say(mark("About your interview at %(merchant)s")) % said
    decided = (
        mark("%(merchant)s invites you to take the interview “%(position)s” once more. Your link still opens it.")
        if is_asked_again
        else mark("%(merchant)s would like to go on with you after your interview “%(position)s”.")
        if is_selected
        else mark("%(merchant)s won’t go on with you after your interview “%(position)s”. Thank you for your time.")
    )
    who = words.say(mark("%(person)s decided this, not a program.")) % said
    whom = contact and words.say(mark("Questions? Write to %(contact)s.")) % {"contact": contact}
    return _word(
        "decision",
        words,
        to=to,
        subject=subject,
        decided=words.say(decided) % said,
        who=who,
        feedback=feedback,
        whom=whom,
    )


def _plain(text: str) -> str:
    return text.replace("<bdi>", "").replace("</bdi>", "")


def _word(template: str, words: Words, *, to: str, subject: str, **said: Any) -> Mail:
    said |= {"subject": subject} | in_words(words)
    return Mail(
        to=to,
        subject=subject,
        text=_TEMPLATES.get_template(f"{template}.txt").render(said),
        html=_TEMPLATES.get_template(f"{template}.html").render(said),
        language=words.tag,
    )
