"""Blind ratings: how a person rates an attempt, claim by claim, before they see what a program found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from vivavoce.attempts.decider import Decider
from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict
from vivavoce.events.record import Event
from vivavoce.interviews.expectations import Bracket


class RatingWanted(Conflict):
    """This interview asks whoever decides to rate it blind first. Rate each requirement, then decide."""


class SeenAlready(Conflict):
    """You have seen the program's marks of this interview, so a rating of yours would not be blind any more."""


class RatedAlready(Conflict):
    """You have rated this interview already; a blind rating is given once."""


class Mark(StrEnum):
    """What a person finds of one claim."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    NOT_DISCUSSED = "not_discussed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedClaim:
    """A claim and what the person found. step_id: whose claim; None: the interview's own. place: in its bracket."""

    step_id: UUID | None
    bracket: Bracket
    place: int
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindRatingGiven:
    """A rating as it is kept."""

    person: str
    account: str
    claims: tuple[RatedClaim, ...]
    hid_names: bool
    rated_at: datetime


async def save_rating(
    connection: Connection,
    attempt_id: UUID,
    claims: Sequence[RatedClaim],
    decider: Decider,
    *,
    merchant_id: UUID,
    hid_names: bool,
    now: datetime,
) -> None:
    """Adds the rating. Raises SeenAlready, RatedAlready."""
    if await has_seen(connection, attempt_id, decider.id):
        raise RatedAlready if await has_rated(connection, attempt_id, decider.id) else SeenAlready
    added = await connection.fetchval(
        "insert into ratings (merchant_id, id, attempt_id, rated_by, person, marks, hid_names, rated_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (merchant_id, attempt_id, rated_by) do nothing returning id",
        merchant_id,
        new_id(),
        attempt_id,
        decider.id,
        decider.name,
        [_pack(claim) for claim in claims],
        hid_names,
        now,
    )
    if added is None:
        raise RatedAlready
    await note_seen(connection, attempt_id, decider.id, merchant_id=merchant_id, now=now)
    await record_attempt(connection, Event.RESULT_RATED, attempt_id=attempt_id, actor=decider.actor)


async def read_ratings(connection: Connection, attempt_id: UUID) -> tuple[BlindRatingGiven, ...]:
    """Who has rated it, and how, the first one first."""
    rows = await connection.fetch("select * from ratings where attempt_id = $1 order by rated_at, id", attempt_id)
    return tuple(
        BlindRatingGiven(
            person=row["person"],
            account=row["rated_by"],
            claims=tuple(_unpack(packed) for packed in row["marks"]),
            hid_names=row["hid_names"],
            rated_at=row["rated_at"],
        )
        for row in rows
    )


async def has_rated(connection: Connection, attempt_id: UUID, account: str) -> bool:
    """Whether this account has rated the attempt."""
    is_rated: bool = await connection.fetchval(
        "select exists (select from ratings where attempt_id = $1 and rated_by = $2)", attempt_id, account
    )
    return is_rated


async def has_seen(connection: Connection, attempt_id: UUID, account: str) -> bool:
    """Whether this account has seen the program's marks of the attempt."""
    is_seen: bool = await connection.fetchval(
        "select exists (select from verdict_views where attempt_id = $1 and seen_by = $2)", attempt_id, account
    )
    return is_seen


async def note_seen(
    connection: Connection, attempt_id: UUID, account: str, *, merchant_id: UUID, now: datetime
) -> None:
    """Notes that this account sees the program's marks, from now on."""
    await connection.execute(
        "insert into verdict_views (merchant_id, attempt_id, seen_by, seen_at) values ($1, $2, $3, $4)"
        " on conflict do nothing",
        merchant_id,
        attempt_id,
        account,
        now,
    )


async def is_rating_due(connection: Connection, attempt_id: UUID, account: str) -> bool:
    """Whether the program's marks are kept from this account: the interview requires a rating that it hasn't given."""
    is_due: bool = await connection.fetchval(
        "select interviews.blind_rating = 'required' and not exists ("
        "select from ratings where ratings.attempt_id = attempts.id and rated_by = $2) from attempts"
        " join interviews on (interviews.merchant_id, interviews.id) = (attempts.merchant_id, attempts.interview_id)"
        " where attempts.merchant_id = current_setting('app.merchant_id')::uuid and attempts.id = $1",
        attempt_id,
        account,
    )
    return is_due


async def require_rated(connection: Connection, attempt_id: UUID, decider: Decider) -> None:
    """Raises RatingWanted where the interview requires a blind rating and this person has given none."""
    is_wanted = await connection.fetchval(
        "select blind_rating = 'required' and judged_at is not null from attempts"
        " join interviews on interviews.id = attempts.interview_id where attempts.id = $1",
        attempt_id,
    )
    if is_wanted and not await has_rated(connection, attempt_id, decider.id):
        raise RatingWanted


def _pack(claim: RatedClaim) -> dict[str, Any]:
    return {
        "step_id": None if claim.step_id is None else str(claim.step_id),
        "bracket": claim.bracket.value,
        "place": claim.place,
        "mark": claim.mark.value,
    }


def _unpack(packed: dict[str, Any]) -> RatedClaim:
    return RatedClaim(
        step_id=None if packed["step_id"] is None else UUID(packed["step_id"]),
        bracket=Bracket(packed["bracket"]),
        place=packed["place"],
        mark=Mark(packed["mark"]),
    )
