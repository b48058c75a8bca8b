"""Beginning an attempt, or finding the one that is under way."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.allowance import Allowance, NoMore, Past, find_allowance, rules_of
from vivavoce.attempts.consent import REQUIRED, Consent, Purpose
from vivavoce.attempts.consent_log import log_consents
from vivavoce.attempts.faults import GRAVE
from vivavoce.attempts.grants import count_grants
from vivavoce.attempts.move import abandon, set_aside, take_turn
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.entrance import enter, is_erased
from vivavoce.candidates.links import LinkRevoked, PersonErased, Seat
from vivavoce.candidates.revoke import REVOKED, find_why_shut
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event
from vivavoce.interviews.draft import Draft, Status
from vivavoce.interviews.read import Stored, find_interview
from vivavoce.interviews.versions import pin_version
from vivavoce.interviews.voice import want_voice
from vivavoce.merchants.register import Merchant, read_merchant

SEED_BITS = 62
ENDED = frozenset({Status.COMPLETED, Status.ARCHIVED})


class NotOpen(Conflict):
    """This interview can't be taken right now. Please ask the people who invited you."""


class AlreadyHandedIn(Conflict):
    """You have handed in this interview already. A person will read it."""


class NoneLeft(Conflict):
    """There is no further attempt at this interview. If something went wrong, tell the people who invited you."""


class Closed(StrEnum):
    """Why an interview can't be begun."""

    DRAFT = "draft"  # nobody has opened it yet
    NOT_YET = "not_yet"  # being made ready
    TOO_LATE = "too_late"  # its last day is over
    ENDED = "ended"  # put away, or the position is filled
    ELSEWHERE = "elsewhere"  # of a portal that its merchant does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt: which one, and where it stands."""

    id: UUID
    state: AttemptState


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedInterview:
    """An interview as the invited person finds it; `latest` is None before the first attempt."""

    interview: Stored
    latest: Attempt | None
    allowance: Allowance
    merchant: Merchant
    is_shut: bool = False  # its links were closed: nobody goes on either

    def why_not(self, *, now: datetime, is_test: bool) -> "Closed | None":
        """Why nobody can begin now, or None. A trial may run a draft, and one that has closed."""
        if YIELDS[self.interview.draft.kind].portal not in self.merchant.portals:
            return Closed.ELSEWHERE
        status = self.interview.draft.status
        if status is Status.DRAFT and is_test:
            return None
        if status is not Status.ACTIVE:
            return Closed.ENDED if status in ENDED else Closed.DRAFT if status is Status.DRAFT else Closed.NOT_YET
        closes_at = self.interview.draft.settings.closes_at
        return Closed.TOO_LATE if closes_at is not None and now >= closes_at and not is_test else None


async def find_standing(database: Database, seat: Seat, *, speaks: bool = False) -> InvitedInterview:
    """What the link leads to. speaks: whether the interviewer's lines are to be spoken for whoever looks.

    Raises NotFound when the interview is gone, LinkRevoked, and PersonErased when everything of its person was erased.
    """
    async with database.tenant(seat.merchant_id) as connection:
        standing = await _find_standing(connection, seat, locks=False)
        if speaks:
            await want_voice(connection, standing.interview)
        return standing


async def begin_attempt(
    database: Database,
    seat: Seat,
    *,
    consents: Sequence[Consent],
    now: datetime,
    again: bool = False,
    instead_of: UUID | None = None,
    comes_uninvited: bool = False,
    required: frozenset[Purpose] = REQUIRED,
) -> Attempt:
    """The attempt that is under way; else a new one, held by the interview as it is now.

    again: the person wants another attempt, even if one can be gone on with or was handed in for practice.
    instead_of: the attempt that was the latest when the person said so, where that is known; if another has begun in
    the meantime, that one is gone on with.
    comes_uninvited: by a public way; it is written down like an invitation. required: what must be agreed to.
    Raises NotFound, PersonErased, NotOpen, AlreadyHandedIn, NoneLeft, and Invalid when a consent that is needed was not
    given; nothing changes then.
    """
    async with database.tenant(seat.merchant_id) as connection:
        # One person's beginnings take turns: two devices get the same attempt.
        await take_turn(connection, seat.candidate_id)
        standing = await _find_standing(connection, seat, locks=True)
        if standing.is_shut:
            raise NotOpen
        latest = standing.latest
        is_wanted = again and latest is not None and instead_of in (None, latest.id)
        may_be_left = is_wanted and standing.allowance.why_not is None
        if latest is not None and latest.state in UNDER_WAY and not may_be_left:
            return latest
        if latest is not None and latest.state is AttemptState.SUBMITTED and not is_wanted:
            raise AlreadyHandedIn
        _require_left(standing.allowance)
        if standing.why_not(now=now, is_test=seat.is_test) is not None:
            raise NotOpen
        _require_consents(consents, required=required)
        if comes_uninvited:
            await enter(connection, seat, environment=standing.interview.environment)
        if latest is not None and latest.state in UNDER_WAY:
            give_up = set_aside if standing.allowance.is_free else abandon
            actor = f"candidate {seat.candidate_id}"
            await give_up(connection, merchant_id=seat.merchant_id, attempt_id=latest.id, actor=actor, now=now)
        return await _add(connection, seat, standing.interview, consents, now)


async def read_allowance(connection: Connection, draft: Draft, *, interview_id: UUID, candidate_id: UUID) -> Allowance:
    """What this person may still do at this interview. draft: what the interview says of attempts."""
    rows = await connection.fetch(
        # Not handed in, not judged: its preview says whether the score from which there is no other is reached.
        "select state, coalesce(score, preview_score) as score,"
        " not_comparable_at is null as is_comparable, exists (select from faults"
        " where faults.attempt_id = attempts.id and kind = any ($3)) as has_fault"
        " from attempts where interview_id = $1 and candidate_id = $2 order by number",
        interview_id,
        candidate_id,
        [kind.value for kind in GRAVE],
    )
    past = [
        Past(
            state=AttemptState(row["state"]),
            score=row["score"],
            has_fault=row["has_fault"],
            is_comparable=row["is_comparable"],
        )
        for row in rows
    ]
    grants = await count_grants(connection, interview_id=interview_id, candidate_id=candidate_id)
    return find_allowance(past, rules=rules_of(draft), grants=grants)


async def _find_standing(connection: Connection, seat: Seat, *, locks: bool) -> InvitedInterview:
    interview = await find_interview(connection, seat.interview_id, environment=None, locks=locks)
    if interview is None:
        raise NotFound("This interview is no longer available. Please ask the people who invited you.")
    if await is_erased(connection, seat.candidate_id):
        raise PersonErased
    shut = await find_why_shut(connection, seat)
    if shut == REVOKED:
        raise LinkRevoked
    row = await connection.fetchrow(
        "select id, state from attempts where interview_id = $1 and candidate_id = $2 order by number desc limit 1",
        seat.interview_id,
        seat.candidate_id,
    )
    return InvitedInterview(
        interview=interview,
        latest=None if row is None else Attempt(id=row["id"], state=AttemptState(row["state"])),
        allowance=await read_allowance(
            connection, interview.draft, interview_id=seat.interview_id, candidate_id=seat.candidate_id
        ),
        merchant=await read_merchant(connection, seat.merchant_id),
        is_shut=shut is not None,
    )


def _require_left(allowance: Allowance) -> None:
    if allowance.why_not is NoMore.HANDED_IN:
        raise AlreadyHandedIn
    if allowance.why_not is not None:
        raise NoneLeft


def _require_consents(consents: Sequence[Consent], *, required: frozenset[Purpose]) -> None:
    missing = required - {consent.purpose for consent in consents if consent.is_given}
    if missing:
        raise Invalid(
            "The interview can't start without this consent. You can ask for another arrangement instead.",
            name=f"consent_{min(missing)}",
        )


async def _add(
    connection: Connection, seat: Seat, interview: Stored, consents: Sequence[Consent], now: datetime
) -> Attempt:
    attempt_id = new_id()
    revision = await pin_version(connection, interview)
    await connection.execute(
        "insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, is_test, "
        "state, seed, begun_at, number)"
        " select $1, $2, $3, $4, $5, $6, $7, 'begun', $8, $9, coalesce(max(number), 0) + 1"
        " from attempts where interview_id = $3 and candidate_id = $5",
        seat.merchant_id,
        attempt_id,
        seat.interview_id,
        revision,
        seat.candidate_id,
        interview.environment,
        seat.is_test,
        secrets.randbits(SEED_BITS),
        now,
    )
    await log_consents(connection, consents, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=now)
    await record_attempt(
        connection,
        Event.ATTEMPT_BEGUN,
        attempt_id=attempt_id,
        actor=f"candidate {seat.candidate_id}",
    )
    return Attempt(id=attempt_id, state=AttemptState.BEGUN)
