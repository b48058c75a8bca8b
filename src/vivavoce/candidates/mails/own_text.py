"""A merchant's own words of a mail, with places in them: `{name}`, `{position}`, and `{link}` in a line of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vivavoce.errors import Invalid

LONGEST_SUBJECT, LONGEST_TEXT = 150, 5_000  # characters
LINK = "{link}"
PLACES = frozenset({"name", "merchant", "position", "contact", "day", "message", "link"})
_PLACE = re.compile(r"\{(\w*)\}")


class MailWording(StrEnum):
    """Which mail a text is of."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    ANOTHER_ATTEMPT = "another_attempt"
    RECEIPT = "receipt"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    REPLY = "reply"


WITH_LINK = frozenset({MailWording.INVITATION, MailWording.REMINDER, MailWording.ANOTHER_ATTEMPT})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnText:
    """A subject and a text, as the merchant wrote them: paragraphs, parted by empty lines."""

    subject: str
    text: str


def check_own_text(kind: MailWording, *, subject: str, text: str) -> OwnText:
    """The text as it is kept. Raises Invalid, naming the field."""
    one_line = " ".join(subject.split())
    plain = text.replace("\r\n", "\n").strip()
    for name, said, most in (("subject", one_line, LONGEST_SUBJECT), ("text", plain, LONGEST_TEXT)):
        if not said:
            raise Invalid("Expected some words. To take ours again, send both subject and text empty.", name=name)
        if len(said) > most:
            raise Invalid(f"Expected at most {most:,} characters.", name=name)
        if "\0" in said:
            raise Invalid("Expected text that can be printed.", name=name)
        unknown = sorted(set(_PLACE.findall(said)) - PLACES)
        if unknown:
            known = ", ".join(f"{{{place}}}" for place in sorted(PLACES))
            raise Invalid(f"There is no place {{{unknown[0]}}}. Expected one of these: {known}.", name=name)
    if LINK in one_line:
        raise Invalid("The link belongs in the text, not in the subject.", name="subject")
    lines = [line.strip() for line in re.split(r"\n[ \t]*\n", plain)]
    if kind in WITH_LINK and lines.count(LINK) != 1:
        raise Invalid("Expected {link} once, as a paragraph of its own: it becomes the button.", name="text")
    if plain.count(LINK) > (1 if kind in WITH_LINK else 0):
        raise Invalid("Expected {link} once in an invitation, and not in any mail that has no link.", name="text")
    return OwnText(subject=one_line, text=plain)


def fill_in(text: str, said: Mapping[str, str]) -> str:
    """The text with its places filled; one that is empty leaves no space before a comma behind."""
    filled = _PLACE.sub(lambda place: said.get(place[1], ""), text)
    return (
        filled if all(said.get(name) for name in _PLACE.findall(text)) else re.sub(r"[ \t]+([,.!?:;])", r"\1", filled)
    )
