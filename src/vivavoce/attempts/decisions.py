"""Decisions: select, reject or ask for another attempt, by a named person with a reason; undone within ten minutes.

Nothing else decides: the database takes `selected` and `rejected` only where a person's decision is on record
(`require_a_persons_decision`). The candidate hears of it once it can't be undone any more (`decision_mails.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import asyncpg

from vivavoce.attempts.decider import Decider, check_reason, check_words
from vivavoce.attempts.grants import withdraw_grant
from vivavoce.attempts.move import give_back, keep_after_all, take_turn
from vivavoce.attempts.ratings import require_rated
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.yields import YIELDS
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, NotFound, Refused
from vivavoce.events.record import Event
from vivavoce.interviews.draft import Kind
from vivavoce.jobs.leave import Note, leave

UNDO_WITHIN = timedelta(minutes=10)
MOST_AT_ONCE = 200  # results that are decided by one call
LONGEST_FEEDBACK = 5_000  # characters


class DecisionKind(StrEnum):
    """What a person decides."""

    SELECTED = "selected"  # goes on to what comes next
    REJECTED = "rejected"  # does not go on
    ANOTHER_ATTEMPT = "another_attempt"  # is asked to take the interview once more


class NotDecidable(Conflict):
    """Only an interview that was sent, and is its person's latest, can be decided."""


class NothingToDecide(Conflict):
    """This is practice: nobody decides anything by it."""


class DecidedAlready(Conflict):
    """Somebody has decided this already. Read it again; to decide otherwise, say that yours takes its place."""


class NothingToUndo(Conflict):
    """There is no decision here that can be undone: one can for ten minutes, and nobody may have begun anew since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a person wants to decide.

    feedback: what the candidate reads besides; '': nothing. is_mailed: whether the candidate is told by mail, after
    UNDO_WITHIN. replaces: whether it may take the place of another decision.
    """

    kind: DecisionKind
    reason: str
    feedback: str = ""
    is_mailed: bool = True
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDecision:
    """A decision on record. shared_by: how many results were decided at once with this very reason."""

    id: UUID
    attempt_id: UUID
    kind: DecisionKind
    reason: str
    shared_by: int
    feedback: str
    is_mailed: bool
    person: str
    account: str
    decided_at: datetime
    undone_at: datetime | None
    undone_person: str | None
    mailed_at: datetime | None

    def may_be_undone(self, *, now: datetime) -> bool:
        """Whether the ten minutes last."""
        return self.undone_at is None and now < self.decided_at + UNDO_WITHIN


async def decide(
    connection: Connection,
    attempt_id: UUID,
    ruling: Ruling,
    decider: Decider,
    *,
    merchant_id: UUID,
    now: datetime,
    shared_by: int = 1,
) -> UUID:
    """Puts the decision on record and into effect; its id.

    Raises NotFound, Invalid for a missing reason, NotDecidable, NothingToDecide, DecidedAlready, and RatingWanted where
    the interview requires that whoever decides has rated it blind first.
    """
    reason = check_reason(ruling.reason)
    feedback = check_words(ruling.feedback, field="feedback", most=LONGEST_FEEDBACK)
    row = await _lock(connection, attempt_id)
    if row["state"] != AttemptState.SUBMITTED.value or not row["is_latest"]:
        raise NotDecidable
    if not YIELDS[Kind(row["kind"])].has_recruiter_view:
        raise NothingToDecide
    if row["decision"] is not None and (not ruling.replaces or row["decision"] == ruling.kind.value):
        raise DecidedAlready
    await require_rated(connection, attempt_id, decider)
    decision_id = new_id()
    await connection.execute(
        "insert into decisions (merchant_id, id, attempt_id, kind, reason, shared_by, feedback, is_mailed, before,"
        " decided_by, person, decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        merchant_id,
        decision_id,
        attempt_id,
        ruling.kind.value,
        reason,
        shared_by,
        feedback,
        ruling.is_mailed,
        row["decision"],
        decider.id,
        decider.name,
        now,
    )
    if ruling.kind is DecisionKind.ANOTHER_ATTEMPT:
        await give_back(connection, merchant_id=merchant_id, attempt_id=attempt_id, actor=decider.actor, now=now)
    else:
        await _set_decision(connection, attempt_id, ruling.kind.value, now=now)
    await record_attempt(
        connection,
        Event.RESULT_DECIDED,
        attempt_id=attempt_id,
        actor=decider.actor,
        data={"decision": ruling.kind.value, "decision_id": str(decision_id)},
    )
    if ruling.is_mailed:
        await _leave_mail(connection, decision_id, merchant_id=merchant_id, now=now)
    return decision_id


async def undo(
    connection: Connection, attempt_id: UUID, decider: Decider, *, merchant_id: UUID, now: datetime
) -> ResultDecision:
    """Takes the latest decision back, so that what held before holds again. Raises NotFound, NothingToUndo."""
    await _lock(connection, attempt_id)
    decision = await find_decision(connection, attempt_id)
    if decision is None or not decision.may_be_undone(now=now):
        raise NothingToUndo
    if decision.kind is DecisionKind.ANOTHER_ATTEMPT:
        if not await keep_after_all(connection, attempt_id, now=now):
            raise NothingToUndo
        await withdraw_grant(connection, attempt_id, now=now)
    before = await connection.fetchval(
        "update decisions set undone_at = $2, undone_by = $3, undone_person = $4 where id = $1 returning before",
        decision.id,
        now,
        decider.id,
        decider.name,
    )
    await _set_decision(connection, attempt_id, before, now=now)
    held = await find_decision(connection, attempt_id)
    if held is not None and held.is_mailed and held.mailed_at is None:
        # Its own note may have come while the other decision held, and done nothing.
        await _leave_mail(connection, held.id, merchant_id=merchant_id, now=now)
    await record_attempt(
        connection,
        Event.DECISION_UNDONE,
        attempt_id=attempt_id,
        actor=decider.actor,
        data={"decision": decision.kind.value, "decision_id": str(decision.id)},
    )
    return decision


async def decide_many(
    database: Database,
    reasons: Mapping[UUID, str],
    ruling: Ruling,
    decider: Decider,
    *,
    merchant_id: UUID,
    environment: str,
    now: datetime,
) -> dict[UUID, str | None]:
    """Decides several alike; why one could not be, by its attempt, None where it was.

    reasons: an own reason of each; '' takes `ruling.reason`, which is shared and kept as such. One that fails leaves
    the others. Raises Invalid for none, for more than MOST_AT_ONCE, and for a shared reason that is needed and missing.
    """
    if not 1 <= len(reasons) <= MOST_AT_ONCE:
        raise Invalid(f"Expected 1 to {MOST_AT_ONCE} results.", name="results")
    shared = [attempt_id for attempt_id, own in reasons.items() if not own.strip()]
    if shared:
        check_reason(ruling.reason)
    said: dict[UUID, str | None] = {}
    for attempt_id, own in reasons.items():
        is_own = attempt_id not in shared
        own_ruling = Ruling(
            kind=ruling.kind,
            reason=own if is_own else ruling.reason,
            feedback=ruling.feedback,
            is_mailed=ruling.is_mailed,
            replaces=ruling.replaces,
        )
        try:
            async with database.tenant(merchant_id) as connection:
                await require_here(connection, attempt_id, environment=environment)
                await decide(
                    connection,
                    attempt_id,
                    own_ruling,
                    decider,
                    merchant_id=merchant_id,
                    now=now,
                    shared_by=1 if is_own else len(shared),
                )
            said[attempt_id] = None
        except Refused as error:
            said[attempt_id] = error.message
    return said


async def require_here(connection: Connection, attempt_id: UUID, *, environment: str) -> None:
    """Raises NotFound unless the attempt is of this tenant and environment, and not erased."""
    if not await connection.fetchval(
        "select exists (select from attempts where merchant_id = current_setting('app.merchant_id')::uuid"
        " and id = $1 and environment = $2 and erasing_at is null)",
        attempt_id,
        environment,
    ):
        raise NotFound("There is nothing with this id.")


async def find_decision(connection: Connection, attempt_id: UUID) -> ResultDecision | None:
    """The decision that counts: the latest that was not undone. None: there is none."""
    row = await connection.fetchrow(
        "select * from decisions where attempt_id = $1 and undone_at is null order by decided_at desc, id desc limit 1",
        attempt_id,
    )
    return None if row is None else _to_decision(row)


async def read_decisions(connection: Connection, attempt_id: UUID) -> Sequence[ResultDecision]:
    """Every decision, the first one first, with those that were undone."""
    rows = await connection.fetch("select * from decisions where attempt_id = $1 order by decided_at, id", attempt_id)
    return [_to_decision(row) for row in rows]


async def _lock(connection: Connection, attempt_id: UUID) -> asyncpg.Record:
    """Locks the person first, as whoever begins or sends back does, and then the attempt, which it reads."""
    candidate_id = await connection.fetchval("select candidate_id from attempts where id = $1", attempt_id)
    if candidate_id is None:
        raise NotFound
    await take_turn(connection, candidate_id)
    await connection.execute("select from attempts where id = $1 for no key update", attempt_id)
    row = await connection.fetchrow(
        "select attempts.state, attempts.decision, interviews.kind, not exists (select from attempts later"
        " where later.interview_id = attempts.interview_id and later.candidate_id = attempts.candidate_id"
        " and later.number > attempts.number) as is_latest"
        " from attempts join interviews on interviews.id = attempts.interview_id where attempts.id = $1",
        attempt_id,
    )
    assert row is not None
    return row


async def _set_decision(connection: Connection, attempt_id: UUID, decision: str | None, *, now: datetime) -> None:
    await connection.execute(
        "update attempts set decision = $2, updated_at = $3 where id = $1", attempt_id, decision, now
    )


async def _leave_mail(connection: Connection, decision_id: UUID, *, merchant_id: UUID, now: datetime) -> None:
    await leave(
        connection,
        Note.MAIL_DECISION,
        merchant_id=merchant_id,
        subject_id=decision_id,
        not_before=now + UNDO_WITHIN,
    )


def _to_decision(row: asyncpg.Record) -> ResultDecision:
    return ResultDecision(
        id=row["id"],
        attempt_id=row["attempt_id"],
        kind=DecisionKind(row["kind"]),
        reason=row["reason"],
        shared_by=row["shared_by"],
        feedback=row["feedback"],
        is_mailed=row["is_mailed"],
        person=row["person"],
        account=row["decided_by"],
        decided_at=row["decided_at"],
        undone_at=row["undone_at"],
        undone_person=row["undone_person"],
        mailed_at=row["mailed_at"],
    )
