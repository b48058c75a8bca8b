"""merchant-failure-list, ours beyond the contract: work in the background that failed for good."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.desk import Failures, to_wire_failure
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.desk import FailureList
from vivavoce.api.parts import ApiParts
from vivavoce.jobs.failed import list_failed
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """The merchant's, of every environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(FailureList, await read_asked(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        rows = await list_failed(connection, merchant_id)
    body: Failures = {"data": [to_wire_failure(row) for row in rows]}
    return JSONResponse(body)
