"""The record of every call to a language model, and the money that it may cost: put aside before, settled after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.providers.language_models.port import BudgetSpent, MadeCall, PlannedCall

# One statement: the day's row is held for no longer than it takes.
SETTLE = """
with settled as (
    update model_calls set ended_at = $2, fault = $3, prompt_tokens = $4, completion_tokens = $5, seconds = $6,
        cost = coalesce($7, most_cost), answer = case when told is null then null else $8 end
    where id = $1 and ended_at is null returning merchant_id, day, most_cost - cost as left_over
)
update model_days set spent = spent - left_over from settled
where model_days.merchant_id = settled.merchant_id and model_days.day = settled.day
"""
AHEAD_SHARE = Decimal("0.8")  # of each cap, for what is asked ahead and may be thrown away
SPENT = {
    "day": "What language models may cost this merchant today is spent. It goes on by rules until tomorrow (UTC).",
    "attempt": "What language models may cost for this attempt is spent. It goes on by rules.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBudget:
    """US dollars that language models may cost."""

    per_attempt: Decimal
    per_day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLedger:
    """The calls on behalf of one merchant, or of one attempt there. keeps_texts: with what is asked and answered.

    is_ahead: asked before anybody needs it, so that it may be thrown away.
    """

    database: Database
    merchant_id: UUID
    attempt_id: UUID | None
    budget: ModelBudget
    keeps_texts: bool
    now: Callable[[], datetime]
    is_ahead: bool = False

    async def reserve(self, call: PlannedCall) -> UUID:
        """Puts the call on record, and the most that it can cost aside.

        Raises BudgetSpent where there is not as much, and BeingErased.
        """
        call_id, at, request = new_id(), self.now(), call.request
        keeps = self.keeps_texts and self.attempt_id is not None
        planned = {
            "merchant_id": str(self.merchant_id),
            "id": str(call_id),
            "attempt_id": None if self.attempt_id is None else str(self.attempt_id),
            "day": at.astimezone(UTC).date().isoformat(),
            "called_at": at.isoformat(),
            "purpose": request.purpose.value,
            "prompt_id": request.prompt.id,
            "prompt_digest": request.prompt.digest,
            "request_digest": request.digest,
            "model": call.model,
            "url": call.url,
            "parameters": {"most_tokens": request.most_tokens, "seconds": request.seconds}
            | ({"is_ahead": True} if self.is_ahead else {}),
            "most_cost": str(call.most_cost),
            "cost": str(call.most_cost),
            "told": _storable(request.told) if keeps else None,
            "asked": _storable(request.user) if keeps else None,
        }
        async with self.database.tenant(self.merchant_id) as connection:
            share = AHEAD_SHARE if self.is_ahead else 1
            caps = self.budget.per_attempt * share, self.budget.per_day * share
            spent = await connection.fetchval("select reserve_model_call($1, $2, $3)", planned, *caps)
        if spent is not None:
            raise BudgetSpent(SPENT[spent], retryable=False)
        return call_id

    async def settle(self, handle: Any, made: MadeCall) -> None:
        """Says what became of it, and gives back what was not spent. Of an attempt that was erased, nothing is left."""
        async with self.database.tenant(self.merchant_id) as connection:
            await connection.execute(
                SETTLE,
                handle,
                self.now(),
                None if made.fault is None else made.fault.value,
                made.prompt_tokens,
                made.completion_tokens,
                made.seconds,
                made.cost,
                None if made.text is None else _storable(made.text),
            )


def _storable(text: str) -> str:
    """PostgreSQL holds no NUL, and UTF-8 no lone half of a pair."""
    return text.replace("\0", "").encode(errors="replace").decode()
