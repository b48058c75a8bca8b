"""POST merchant-failure-try-again, ours beyond the contract: what failed is left for a worker once more."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.desk import parse_try_again
from vivavoce.api.parts import ApiParts
from vivavoce.errors import NotFound
from vivavoce.jobs.failed import leave_again
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where it is not this merchant's, or somebody has had it tried again already."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_try_again(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        if not await leave_again(connection, merchant_id, sent.number):
            raise NotFound(NOTHING)
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
