"""POST job-interview-result-overturn, ours beyond the contract: a person changes a verdict, or the score."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import ScoreNow
from vivavoce.api.answers.judgement import to_number
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import OverturnResult, parse, to_bracket
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import require_here
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.overturn import override_score, overturn_verdict
from vivavoce.scoring.verdicts import VerdictState


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result, 409 before it is assessed, 422 for a requirement that it does not have."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(OverturnResult, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    decider = name_decider(caller.user_id, sent.person)
    attempt_id = to_reference(sent.interview_result_id)
    if sent.requirement is None and sent.state is not None:
        raise Invalid("Say of which requirement, or leave it out.", name="requirement")
    if sent.requirement is not None and sent.score is not None:
        raise Invalid("Expected a verdict on a requirement, or a score: send one of them.", name="score")
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
        whose: dict[str, Any] = {"reason": sent.reason, "decider": decider, "merchant_id": merchant_id, "now": now()}
        if sent.requirement is None:
            score = None if sent.score is None else round(Decimal(str(sent.score)), 3)
            holds = await override_score(connection, attempt_id, score, **whose)
        else:
            question = sent.requirement.question_id
            place = (
                None if question is None else to_reference(question),
                to_bracket(sent.requirement.bracket),
                sent.requirement.index,
            )
            state = None if sent.state is None else VerdictState(sent.state)
            holds = await overturn_verdict(connection, attempt_id, place, state, **whose)
    body: ScoreNow = {"score": None if holds is None else to_number(Fraction(holds))}
    return JSONResponse(body)
