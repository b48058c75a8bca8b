"""What is mailed to candidates, in words: ours, or the merchant's own in their place, as plain text and as HTML."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from vivavoce.candidates.mails.own_text import LINK, OwnText, fill_in
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
COLOUR, ON_COLOUR = "#1f5a4c", "#ffffff"  # ours, as in look/tokens.css
ANSWERS = mark("Emails like this one answer something you did, so they can’t be turned off.")
QUESTIONS = mark("Questions? Write to %(contact)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOccasion:
    """What a mail is about. '': that is unknown, or there is none.

    name: of whoever gets it. contact: whom to write to, and where replies go. link: what it leads to, until then.
    message: a person's own words in it. unsubscribe_url: where such mails are turned off. colour, on_colour: of the
    link.
    """

    to: str
    merchant: str
    position: str
    language: str
    name: str = ""
    contact: str = ""
    link: str = ""
    until: datetime | None = None
    message: str = ""
    unsubscribe_url: str = ""
    colour: str = COLOUR
    on_colour: str = ON_COLOUR

    def said(self, words: Words) -> dict[str, str]:
        """What is filled in."""
        plain = {"name": self.name, "merchant": self.merchant, "position": self.position, "contact": self.contact}
        day = "" if self.until is None else words.day(self.until)
        # A header is one line.
        return {name: " ".join(text.split()) for name, text in plain.items()} | {"day": day, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a mail. heading: '': it has none."""

    paragraphs: list[str]
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A mail in our words. before, after: its paragraphs around the sections and the link."""

    subject: str
    before: list[str]
    sections: list[Section]
    after: list[str]
    small: list[str]


def word_sign_in(*, to: str, merchant: str, code: str, language: str) -> Mail:
    """The mail that brings a code. It holds no link: nobody shall get used to pressing one in such a mail."""
    words = find_words(language)
    name = " ".join(merchant.split())
    subject = words.say(mark("Your code for %(merchant)s")) % {"merchant": name}
    return _draw("sign_in", words, to=to, subject=subject, merchant=name, code=code, why=words.say(ANSWERS))


def word_invitation(occasion: MailOccasion, *, is_practice: bool = False, own: OwnText | None = None) -> Mail:
    """The mail that brings a personal link."""
    words = find_words(occasion.language)
    said = occasion.said(words)
    invites = (
        mark("<bdi>%(merchant)s</bdi> invites you to practise.")
        if is_practice
        else mark("<bdi>%(merchant)s</bdi> invites you to an interview.")
    )
    to_this = mark(
        "%(merchant)s invites you to the interview “%(position)s”. You take it in your browser, whenever it suits you."
    )
    ours = Worded(
        subject=(_plain(words.say(invites)) % said).rstrip(".。। "),
        before=[_plain(words.say(invites if is_practice else to_this)) % said],
        sections=[*_message(words, occasion)],
        after=[
            words.say(step) % said
            for step in (
                mark("The interviewer is an AI program with a drawn face, not a person."),
                mark(
                    "You don’t have to be interviewed by a program. Before you start, you can ask for a person instead."
                ),
                mark(
                    "Each answer is saved when you finish it. You can close the page and pick up where you left off, on"
                    " this device or another."
                ),
                *_how_long(occasion),
            )
        ],
        small=[words.say(mark("You’re getting this email because %(merchant)s gave us your address.")) % said],
    )
    return _write(words, occasion, ours, own)


def word_reminder(occasion: MailOccasion, *, own: OwnText | None = None) -> Mail:
    """The one mail to whoever has not begun."""
    words = find_words(occasion.language)
    said = occasion.said(words)
    still = mark(
        "You can still take the interview “%(position)s” at %(merchant)s. If you’d rather not, you don’t need to do "
        "anything. We won’t remind you again."
    )
    ours = Worded(
        subject=words.say(mark("Your interview at %(merchant)s is still open")) % said,
        before=[words.say(still) % said],
        sections=[],
        after=[words.say(step) % said for step in _how_long(occasion)],
        small=[words.say(mark("You’re getting this email because %(merchant)s gave us your address.")) % said],
    )
    return _write(words, occasion, ours, own)


def word_another_attempt(occasion: MailOccasion, *, person: str = "", own: OwnText | None = None) -> Mail:
    """The mail that asks for another attempt, with a link. person: who decided that."""
    words = find_words(occasion.language)
    said = occasion.said(words) | {"person": person}
    again = mark("%(merchant)s invites you to take the interview “%(position)s” once more.")
    ours = Worded(
        subject=words.say(mark("About your interview at %(merchant)s")) % said,
        before=[words.say(again) % said],
        sections=[*_decided_by(words, person), *_message(words, occasion)],
        after=[words.say(step) % said for step in _how_long(occasion)],
        small=[],
    )
    return _write(words, occasion, ours, own)


def word_receipt(
    occasion: MailOccasion, *, sent_at: datetime, next_steps: list[str], by: datetime | None, own: OwnText | None = None
) -> Mail:
    """The mail that says that an interview has arrived. It holds no link either.

    next_steps: paragraphs; empty: in our words. by: the day by which the person hears.
    """
    words = find_words(occasion.language)
    said = occasion.said(words)
    arrived = mark("%(merchant)s has received your interview “%(position)s”, sent on %(day)s.")
    steps = (
        mark("A person at <bdi>%(merchant)s</bdi> reads your answers and decides. A program never turns anyone down."),
        mark("You’ll hear from <bdi>%(merchant)s</bdi>, whatever the answer."),
    )
    follows = [*next_steps] or [_plain(words.say(step)) % said for step in steps]
    if by is not None:
        follows.append(words.say(mark("By %(day)s")) % {"day": words.day(by)})
    ours = Worded(
        subject=words.say(mark("Your interview has been sent to %(merchant)s")) % said,
        before=[words.say(arrived) % (said | {"day": words.day(sent_at)})],
        sections=[Section(heading=words.say(mark("What happens next")), paragraphs=follows)],
        after=[],
        small=[words.say(ANSWERS)],
    )
    return _write(words, replace(occasion, until=sent_at), ours, own)


def word_decision(occasion: MailOccasion, *, is_selected: bool, person: str, own: OwnText | None = None) -> Mail:
    """The mail that says what a person decided. It holds no link, and no number. person: who decided."""
    words = find_words(occasion.language)
    said = occasion.said(words)
    decided = (
        mark("%(merchant)s would like to continue with you after your interview “%(position)s”.")
        if is_selected
        else mark("%(merchant)s won’t continue with you after your interview “%(position)s”. Thank you for your time.")
    )
    ours = Worded(
        subject=words.say(mark("About your interview at %(merchant)s")) % said,
        before=[words.say(decided) % said],
        sections=[*_decided_by(words, person), *_message(words, occasion)],
        after=[],
        small=[words.say(ANSWERS)],
    )
    return _write(words, occasion, ours, own)


def word_reply(occasion: MailOccasion, *, question: str, own: OwnText | None = None) -> Mail:
    """The mail that brings the reply, which is the occasion's message, to what a candidate has asked."""
    words = find_words(occasion.language)
    said = occasion.said(words)
    has_answered = words.say(mark("%(merchant)s has answered your question")) % said
    ours = Worded(
        subject=has_answered,
        before=[has_answered],
        sections=[
            Section(heading=words.say(mark("What you asked")), paragraphs=[question]),
            Section(heading=said["merchant"], paragraphs=[occasion.message]),
        ],
        after=[],
        small=[words.say(ANSWERS)],
    )
    return _write(words, occasion, ours, own)


def _how_long(occasion: MailOccasion) -> tuple[str, ...]:
    return (
        ()
        if occasion.until is None
        else (mark("This link is yours alone, so please don’t pass it on. It works until %(day)s."),)
    )


def _decided_by(words: Words, person: str) -> list[Section]:
    """No text of the merchant's takes its place."""
    if not person:
        return []
    return [Section(paragraphs=[words.say(mark("%(person)s decided this, not a program.")) % {"person": person}])]


def _message(words: Words, occasion: MailOccasion) -> list[Section]:
    if not occasion.message:
        return []
    return [Section(heading=words.say(mark("What they’d like to tell you")), paragraphs=[occasion.message])]


def _plain(text: str) -> str:
    return text.replace("<bdi>", "").replace("</bdi>", "")


def _write(words: Words, occasion: MailOccasion, ours: Worded, own: OwnText | None) -> Mail:
    """The mail: with the merchant's own text, what we say before and after the link is left out, the rest stays."""
    said = occasion.said(words)
    greeting = words.say(mark("Hello %(name)s,")) % said if said["name"] else ""
    subject, before, after, sections = ours.subject, ours.before, ours.after, ours.sections
    if own is not None:
        greeting, subject = "", " ".join(fill_in(own.subject, said).split())
        paragraphs = [part.strip() for part in re.split(r"\n[ \t]*\n", own.text) if part.strip()]
        at = paragraphs.index(LINK) if LINK in paragraphs else len(paragraphs)
        before, after = ([fill_in(part, said) for part in some] for some in (paragraphs[:at], paragraphs[at + 1 :]))
        if "{message}" in own.text:
            sections = [section for section in sections if occasion.message not in section.paragraphs]
    return _draw(
        "letter",
        words,
        to=occasion.to,
        subject=subject,
        unsubscribe_url=occasion.unsubscribe_url,
        reply_to=occasion.contact,
        greeting=greeting,
        before=[part for part in before if part],
        sections=sections,
        link=occasion.link,
        label=words.say(mark("Open the interview")),
        after=[part for part in after if part],
        whom=words.say(QUESTIONS) % said if occasion.contact else "",
        small=ours.small,
        unsubscribe_label=words.say(mark("Stop invitations and reminders from %(merchant)s")) % said,
        colour=occasion.colour,
        on_colour=occasion.on_colour,
        is_ours=own is None,
    )


def _draw(
    template: str,
    words: Words,
    *,
    to: str,
    subject: str,
    unsubscribe_url: str = "",
    reply_to: str = "",
    **said: Any,
) -> Mail:
    said |= {"subject": subject, "unsubscribe_url": unsubscribe_url} | in_words(words)
    return Mail(
        to=to,
        subject=subject,
        text=_TEMPLATES.get_template(f"{template}.txt").render(said).rstrip() + "\n",
        html=_TEMPLATES.get_template(f"{template}.html").render(said),
        language=words.tag,
        unsubscribe_url=unsubscribe_url,
        reply_to=reply_to,
    )
