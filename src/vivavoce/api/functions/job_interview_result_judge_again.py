"""POST job-interview-result-judge-again, ours beyond the contract: an attempt is to be assessed anew."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import JudgeAgain, parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decisions import require_here
from vivavoce.clock import now
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.scoring.judge_again import judge_again


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result, or it was never assessed; the earlier judgements stay."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(JudgeAgain, await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    attempt_id = to_reference(sent.interview_result_id)
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
    await judge_again(
        parts.database,
        merchant_id=merchant_id,
        attempt_id=attempt_id,
        actor=f"user {caller.user_id}",
        now=now(),
    )
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
