"""What an attempt costs, and whether it costs anything: asked once no question is open, when it is sent, or set aside.

| attempt | costs |
|---|---|
| submitted, or sent back after it | what its interview is priced at |
| finished and never submitted | the same, if it lasted more than 30 seconds |
| abandoned while questions were open | nothing |
| set aside for a fault of ours | nothing; what was charged comes back |
| a trial, practice | nothing |

Source: wire contract, "When an interview is charged".
"""

from datetime import datetime
from uuid import UUID

import asyncpg

from vivavoce.attempts.ledger import CreditUse, charge, give_credits_back
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.yields import YIELDS
from vivavoce.db.database import Connection, Database
from vivavoce.interviews.price import price_of
from vivavoce.interviews.versions import read_pinned

LEAST_SECONDS = 30
SENT = frozenset({AttemptState.SUBMITTED, AttemptState.RETURNED})


async def charge_attempt(database: Database, *, merchant_id: UUID, attempt_id: UUID, now: datetime) -> None:
    """Enters what it costs, or gives it back, by the state that it is in; done again, it changes nothing."""
    async with database.tenant(merchant_id) as connection:
        attempt = await connection.fetchrow(
            "select state, is_test, environment, interview_id, revision, candidate_id, begun_at, finished_at"
            " from attempts where id = $1 for no key update",
            attempt_id,
        )
        if attempt is None or attempt["is_test"]:
            return
        if AttemptState(attempt["state"]) is AttemptState.FAILED:
            await give_credits_back(connection, attempt_id, merchant_id=merchant_id, now=now)
        elif _costs(attempt):
            use = await _use(connection, attempt_id, attempt)
            if use is not None:
                await charge(connection, use, merchant_id=merchant_id, now=now)


def _costs(attempt: asyncpg.Record) -> bool:
    if AttemptState(attempt["state"]) in SENT:
        return True
    finished_at: datetime | None = attempt["finished_at"]
    return finished_at is not None and (finished_at - attempt["begun_at"]).total_seconds() > LEAST_SECONDS


async def _use(connection: Connection, attempt_id: UUID, attempt: asyncpg.Record) -> CreditUse | None:
    """What it costs; None: it is practice."""
    pinned = await read_pinned(connection, attempt["interview_id"], attempt["revision"])
    if not YIELDS[pinned.definition.kind].has_recruiter_view:
        return None
    price = price_of(pinned.definition.settings, pinned.interviewer.modality)
    return CreditUse(
        attempt_id=attempt_id,
        interview_id=attempt["interview_id"],
        candidate_id=attempt["candidate_id"],
        environment=attempt["environment"],
        amount=price.amount,
        basis={"base": str(price.base), "add_ons": str(price.add_ons), "multiplier": price.multiplier},
    )
