"""A mail as its reader would see it, with an example in every place."""

from dataclasses import replace
from datetime import datetime, timedelta

from vivavoce.candidates.letterhead import Letterhead
from vivavoce.candidates.links import LINK_LIFE
from vivavoce.candidates.mails.own_text import WITH_LINK, MailWording, OwnText
from vivavoce.candidates.mails.word import (
    MailOccasion,
    word_another_attempt,
    word_decision,
    word_invitation,
    word_receipt,
    word_reminder,
    word_reply,
)
from vivavoce.candidates.unsubscribe import PLACE
from vivavoce.providers.mail.port import Mail

PERSON, CANDIDATE, ADDRESS, POSITION = "Noor Haddad", "Sam Rivers", "sam@example.com", "Project manager"
MESSAGE, QUESTION = "We liked how you told of the move.", "Is there a canteen?"


def preview_mail(
    kind: MailWording,
    language: str,
    *,
    merchant: str,
    letterhead: Letterhead,
    own: OwnText | None,
    base: str,
    now: datetime,
) -> Mail:
    """The mail. base: what its addresses begin with; they lead nowhere."""
    occasion = MailOccasion(
        to=ADDRESS,
        name=CANDIDATE,
        merchant=merchant,
        position=POSITION,
        language=language,
        contact=letterhead.contact,
        message=MESSAGE,
        colour=letterhead.colour,
        on_colour=letterhead.on_colour,
    )
    if kind in WITH_LINK:
        link, off = f"{base}/interview/take/?interview_token=…", f"{base}{PLACE}…"
        occasion = replace(occasion, link=link, until=now + LINK_LIFE, unsubscribe_url=off)
    match kind:
        case MailWording.INVITATION:
            return word_invitation(occasion, own=own)
        case MailWording.REMINDER:
            return word_reminder(occasion, own=own)
        case MailWording.ANOTHER_ATTEMPT:
            return word_another_attempt(occasion, person=PERSON, own=own)
        case MailWording.RECEIPT:
            return word_receipt(occasion, sent_at=now, next_steps=[], by=now + timedelta(days=10), own=own)
        case MailWording.REPLY:
            return word_reply(occasion, question=QUESTION, own=own)
        case _:
            return word_decision(occasion, is_selected=kind is MailWording.SELECTED, person=PERSON, own=own)
