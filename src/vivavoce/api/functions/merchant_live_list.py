"""merchant-live-list, ours beyond the contract: who is in an interview now, and nothing of what is said."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.desk import Live, to_wire_live
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.desk import LiveList
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.live import list_live
from vivavoce.clock import now
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those of the token's environment who gave a sign of life within a quarter of an hour."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(LiveList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        rows = await list_live(connection, environment=caller.environment, now=now())
    body: Live = {"data": [to_wire_live(row) for row in rows]}
    return JSONResponse(body)
