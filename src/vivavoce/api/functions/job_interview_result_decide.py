"""POST job-interview-result-decide, ours beyond the contract: a person selects, rejects or asks for another attempt."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import DecidedRows
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import Decide, parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide_many, require_here
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """200 with a row for each result; 404 where one of them does not exist, and nothing has changed then."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(Decide, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    decider = name_decider(caller.user_id, sent.person)
    reasons = {to_reference(result.interview_result_id): result.reason for result in sent.results}
    if len(reasons) < len(sent.results):
        raise Invalid("Expected each result once.", name="results")
    async with parts.database.tenant(merchant_id) as connection:
        for attempt_id in reasons:
            await require_here(connection, attempt_id, environment=caller.environment)
    ruling = Ruling(
        kind=DecisionKind(sent.decision),
        reason=sent.shared_reason,
        feedback=sent.feedback,
        is_mailed=sent.send_email,
        replaces=sent.replaces,
    )
    said = await decide_many(
        parts.database,
        reasons,
        ruling,
        decider,
        merchant_id=merchant_id,
        environment=caller.environment,
        now=now(),
    )
    body: DecidedRows = [
        {"interview_result_id": str(attempt_id), "result": "ok" if fault is None else f"Error: {fault}"}
        for attempt_id, fault in said.items()
    ]
    return JSONResponse(body)
