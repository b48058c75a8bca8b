"""What is still missing before an attempt can be handed in."""

from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.introduction import Wanted, find_introduction
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.contact import read_contact
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict
from vivavoce.interviews.draft import Draft, InterviewSettings
from vivavoce.interviews.views import asks_for_film, view_of
from vivavoce.merchants.contact import Detail, Need, read_needs


class MissingItem(StrEnum):
    """What is missing."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    INTRODUCTION = "introduction"


SENTENCES = {
    MissingItem.NAME: "tell your name",
    MissingItem.EMAIL: "tell an e-mail address",
    MissingItem.PHONE: "tell a phone number",
    MissingItem.INTRODUCTION: "send a film that introduces you",
}


class Incomplete(Conflict):
    """Something is missing before this can be handed in."""

    def __init__(self, lacks: tuple[MissingItem, ...]) -> None:
        super().__init__(
            f"Before you hand in, please {' and '.join(SENTENCES[item] for item in lacks)}.", name=lacks[0]
        )
        self.lacks = lacks


def introduction_wanted(settings: InterviewSettings) -> Wanted:
    """Whether this interview asks for a film, and nobody hands in without it."""
    return Wanted(settings.intro_video) if settings.intro_video and asks_for_film(settings) else Wanted.HIDDEN


def is_previewed(definition: Draft) -> bool:
    """Whether it is judged before it is handed in: its score is shown, or from some score on no attempt follows."""
    settings, view = definition.settings, view_of(definition.settings)
    return view.has_page and (view.has_score or settings.weights.enough_score is not None)


async def find_needs(connection: Connection, definition: Draft, *, merchant_id: UUID) -> dict[Detail, Need]:
    """What the merchant wants to know, for this interview: nobody is called about practice."""
    if not YIELDS[definition.kind].has_recruiter_view:
        return {}
    return await read_needs(connection, merchant_id)


async def require_complete(
    connection: Connection, definition: Draft, *, merchant_id: UUID, candidate_id: UUID, attempt_id: UUID
) -> None:
    """Raises Incomplete while something is missing."""
    needs = await find_needs(connection, definition, merchant_id=merchant_id)
    contact = await read_contact(connection, candidate_id)
    lacks = [
        MissingItem(detail.value) for detail, need in needs.items() if need is Need.REQUIRED and not contact.has(detail)
    ]
    if introduction_wanted(definition.settings) is Wanted.REQUIRED:
        lacks += [] if await find_introduction(connection, attempt_id) else [MissingItem.INTRODUCTION]
    if lacks:
        raise Incomplete(tuple(lacks))
