"""POST job-interview-result-undo-decision, ours beyond the contract: a decision of the last ten minutes is undone."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import UndoDecision, parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import require_here, undo
from vivavoce.clock import now
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result, 409 where nothing can be undone."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(UndoDecision, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    decider = name_decider(caller.user_id, sent.person)
    attempt_id = to_reference(sent.interview_result_id)
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
        await undo(connection, attempt_id, decider, merchant_id=merchant_id, now=now())
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
