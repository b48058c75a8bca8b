"""POST job-interview-result-strike-risk, ours beyond the contract: a person strikes out a fact of integrity."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.risks import RISK_KINDS, to_wire_risks_now
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import StrikeRisk, parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import require_here
from vivavoce.attempts.facts import strike_fact
from vivavoce.clock import now
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result, 422 where it has no such fact, or no reason is given."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(StrikeRisk, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    decider = name_decider(caller.user_id, sent.person)
    attempt_id = to_reference(sent.interview_result_id)
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
        facts = await strike_fact(
            connection,
            attempt_id,
            RISK_KINDS[sent.risk],
            decider,
            reason=sent.reason,
            is_struck=sent.struck_out,
            merchant_id=merchant_id,
            now=now(),
        )
    return JSONResponse(to_wire_risks_now(facts))
