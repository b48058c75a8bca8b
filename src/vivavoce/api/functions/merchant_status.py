"""merchant-status: a merchant's figures."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.asked import asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.figures import count_figures
from vivavoce.clock import now
from vivavoce.interviews.listing import count_live
from vivavoce.merchants.access import READERS, acting_merchant, require_role

# Nothing is paid for here yet: no balance, no subscription, and no limit of invitations.
NOTHING_YET: dict[str, Any] = dict.fromkeys(
    (
        "credits_interview_monthly", "credits_interview_monthly_limit", "credits_interview_extra",
        "credits_interview_single", "subscription_type", "subscription_status", "invitations_limit",
        "invitations_available",
    )
)  # fmt: skip


async def answer(parts: ApiParts, request: Request) -> Response:
    """The figures of the token's environment, trials aside."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    wanted = asked_text(asked, "merchant_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=wanted)
    async with parts.database.tenant(merchant_id) as connection:
        live = await count_live(connection, environment=caller.environment)
        figures = await count_figures(connection, environment=caller.environment, now=now())
    return JSONResponse(
        NOTHING_YET
        | {
            "profile_id": caller.user_id,
            "default_merchant_id": str(caller.merchant_id),
            "merchant_id": str(merchant_id),
            "definitions_active": live,
            "interviews_without_credits": 0,  # none waits for credits
            "interviews_undecided": figures.submitted,  # nobody has decided anything yet
            "interviews_ongoing": figures.under_way,
            "interview_results": figures.attempts,
            "candidates": figures.people,
            "candidates_history": list(figures.people_by_day),
            "interview_result_history": list(figures.attempts_by_day),
            "invitations_sent": figures.links,
        }
    )
