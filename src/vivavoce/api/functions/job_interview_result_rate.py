"""POST job-interview-result-rate, ours beyond the contract: a blind rating, requirement by requirement."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import RatedAgreement, to_wire_agreement
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import RateResult, parse, to_bracket
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import require_here
from vivavoce.attempts.ratings import Mark, RatedClaim
from vivavoce.clock import now
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.blind import rate_blind


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result, 409 where it can't be rated blind, 422 unless each claim has its mark."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(RateResult, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    decider = name_decider(caller.user_id, sent.person)
    attempt_id = to_reference(sent.interview_result_id)
    claims = [
        RatedClaim(
            step_id=None if mark.question_id is None else to_reference(mark.question_id),
            bracket=to_bracket(mark.bracket),
            place=mark.index,
            mark=Mark(mark.state),
        )
        for mark in sent.marks
    ]
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
        agreement = await rate_blind(
            connection,
            attempt_id,
            claims,
            decider,
            merchant_id=merchant_id,
            hid_names=sent.names_hidden,
            now=now(),
        )
    body: RatedAgreement = to_wire_agreement(agreement)
    return JSONResponse(body)
