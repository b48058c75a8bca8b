"""A person changes what a program found: a verdict, or the score of the whole; the sum follows, and both are kept."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from vivavoce.attempts.decider import Decider, check_reason
from vivavoce.attempts.ratings import note_seen
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.scores import lock_judged
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event
from vivavoce.jobs.leave import Note, leave
from vivavoce.scoring.amend import Place, find_verdict
from vivavoce.scoring.judgements import KeptJudgement, find_judgement, settle_scores
from vivavoce.scoring.overturns import save_overturn
from vivavoce.scoring.total import show
from vivavoce.scoring.verdicts import VerdictState


class NotJudged(Conflict):
    """Nothing of this interview was assessed yet, so there is nothing to change. Try again in a minute."""


async def overturn_verdict(
    connection: Connection,
    attempt_id: UUID,
    place: Place,
    state: VerdictState | None,
    *,
    reason: str,
    decider: Decider,
    merchant_id: UUID,
    now: datetime,
) -> Decimal | None:
    """Puts the person's verdict in place of the one that holds. state: None: the program's own holds again.

    The score that follows, 0 to 10. Raises NotFound, NotJudged, Invalid for a claim that has no verdict, for one that
    stands there already, and for a missing reason.
    """
    why = check_reason(reason)
    kept = await _lock(connection, attempt_id)
    now_holds, as_found = find_verdict(kept.judgement, place), find_verdict(kept.as_found, place)
    if now_holds is None or as_found is None:
        raise Invalid("There is no such requirement in this assessment.", name="requirement")
    if now_holds.state is (state or as_found.state) and (state is not None or not _is_overturned(kept, place)):
        raise Invalid("This is what holds already.", name="state")
    return await _change(
        connection,
        attempt_id,
        kept,
        decider,
        merchant_id=merchant_id,
        place=place,
        claim=as_found.claim.text,
        state=state,
        before=now_holds.state.value,
        reason=why,
        now=now,
    )


async def override_score(
    connection: Connection,
    attempt_id: UUID,
    score: Decimal | None,
    *,
    reason: str,
    decider: Decider,
    merchant_id: UUID,
    now: datetime,
) -> Decimal | None:
    """Puts a person's score, 0 to 10, in place of the sum; None: the sum holds again. The score that holds then.

    Raises NotFound, NotJudged, and Invalid for a score out of range, and for a missing reason.
    """
    why = check_reason(reason)
    if score is not None and not 0 <= score <= 10:
        raise Invalid("Expected a number from 0 to 10.", name="score")
    kept = await _lock(connection, attempt_id)
    before = kept.judgement.session.score
    return await _change(
        connection,
        attempt_id,
        kept,
        decider,
        merchant_id=merchant_id,
        score=score,
        before="" if before is None else str(show(before)),
        reason=why,
        now=now,
    )


def _is_overturned(kept: KeptJudgement, place: Place) -> bool:
    latest = next((overturn for overturn in reversed(kept.overturns) if overturn.place == place), None)
    return latest is not None and latest.state is not None


async def _lock(connection: Connection, attempt_id: UUID) -> KeptJudgement:
    if not await lock_judged(connection, attempt_id):
        raise NotFound("There is nothing with this id.")
    kept = await find_judgement(connection, attempt_id)
    if kept is None:
        raise NotJudged
    return kept


async def _change(
    connection: Connection,
    attempt_id: UUID,
    kept: KeptJudgement,
    decider: Decider,
    *,
    merchant_id: UUID,
    before: str,
    reason: str,
    now: datetime,
    place: Place | None = None,
    claim: str | None = None,
    state: VerdictState | None = None,
    score: Decimal | None = None,
) -> Decimal | None:
    overturn_id = await save_overturn(
        connection,
        attempt_id,
        decider,
        merchant_id=merchant_id,
        version=kept.version,
        place=place,
        claim=claim,
        state=state,
        score=score,
        before=before,
        reason=reason,
        now=now,
    )
    await note_seen(connection, attempt_id, decider.id, merchant_id=merchant_id, now=now)
    holds = await settle_scores(connection, attempt_id, now=now)
    await record_attempt(
        connection,
        Event.RESULT_OVERTURNED,
        attempt_id=attempt_id,
        actor=decider.actor,
        data={"overturn_id": str(overturn_id), "of": "score" if place is None else "verdict"},
    )
    await leave(connection, Note.WRITE_RECEIPTS, merchant_id=merchant_id, subject_id=attempt_id)
    return holds
