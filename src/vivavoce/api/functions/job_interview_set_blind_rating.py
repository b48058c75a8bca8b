"""POST job-interview-set-blind-rating, ours beyond the contract: whether an interview's results are rated blind."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import SetBlindRating, parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.interviews.blind_rating import BlindRating, set_blind_rating
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such interview; set twice, it has no further effect."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(SetBlindRating, await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        await set_blind_rating(
            connection,
            to_reference(sent.position_id),
            BlindRating(sent.blind_rating),
            merchant_id=merchant_id,
            environment=caller.environment,
            actor=f"user {caller.user_id}",
        )
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
