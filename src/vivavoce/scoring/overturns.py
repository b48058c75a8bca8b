"""What people changed of a judgement: a verdict, or the score of the whole. Added, never changed; the latest counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from vivavoce.attempts.decider import Decider
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.amend import Place
from vivavoce.scoring.verdicts import VerdictState


@dataclass(frozen=True, slots=True, kw_only=True)
class Overturn:
    """One change. place: of the claim; None: it is the score of the whole.

    state: the person's verdict; None: the program's holds again. score: the person's, 0 to 10; None: the sum holds
    again. before: what held until then, in a word or a number; '': nothing. version: of the judgement they read.
    """

    id: UUID
    version: int
    place: Place | None
    claim: str
    state: VerdictState | None
    score: Decimal | None
    before: str
    reason: str
    person: str
    account: str
    at: datetime


def find_held(overturns: Sequence[Overturn]) -> tuple[dict[Place, VerdictState], Decimal | None]:
    """What holds after all of them, in their order: the verdicts by claim, and the score; None: the sum's."""
    states: dict[Place, VerdictState] = {}
    score: Decimal | None = None
    for overturn in overturns:
        if overturn.place is None:
            score = overturn.score
        elif overturn.state is None:
            states.pop(overturn.place, None)
        else:
            states[overturn.place] = overturn.state
    return states, score


async def save_overturn(
    connection: Connection,
    attempt_id: UUID,
    decider: Decider,
    *,
    merchant_id: UUID,
    version: int,
    place: Place | None,
    claim: str | None,
    state: VerdictState | None,
    score: Decimal | None,
    before: str,
    reason: str,
    now: datetime,
) -> UUID:
    """Adds the change; its id. The attempt must be locked."""
    step_id, bracket, number = place or (None, None, None)
    overturn_id = new_id()
    await connection.execute(
        "insert into overturns (merchant_id, id, attempt_id, version, step_id, bracket, place, claim, state, score,"
        " before, reason, overturned_by, person, overturned_at, interview_id)"
        # After the one before it, whatever the clock says: who waited for the attempt brought an earlier moment along.
        " select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, greatest($15::timestamptz, (select"
        " max(overturned_at) + interval '1 microsecond' from overturns where attempt_id = $3)), interview_id"
        " from attempts where id = $3",
        merchant_id,
        overturn_id,
        attempt_id,
        version,
        step_id,
        None if bracket is None else bracket.value,
        number,
        claim,
        None if state is None else state.value,
        score,
        before,
        reason,
        decider.id,
        decider.name,
        now,
    )
    return overturn_id


async def read_overturns(connection: Connection, attempt_id: UUID) -> tuple[Overturn, ...]:
    """All of them, the first one first."""
    rows = await connection.fetch(
        "select * from overturns where attempt_id = $1 order by overturned_at, id", attempt_id
    )
    return tuple(_to_overturn(row) for row in rows)


def _to_overturn(row: asyncpg.Record) -> Overturn:
    is_of_claim = row["bracket"] is not None
    return Overturn(
        id=row["id"],
        version=row["version"],
        place=(row["step_id"], Bracket(row["bracket"]), row["place"]) if is_of_claim else None,
        claim=row["claim"] or "",
        state=None if row["state"] is None else VerdictState(row["state"]),
        score=row["score"],
        before=row["before"],
        reason=row["reason"],
        person=row["person"],
        account=row["overturned_by"],
        at=row["overturned_at"],
    )
