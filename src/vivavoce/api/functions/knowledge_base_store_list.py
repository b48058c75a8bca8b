"""knowledge-base-store-list, ours beyond the contract: the merchant's stores."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.knowledge import KnowledgeStores, to_wire_store
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.knowledge import StoreList
from vivavoce.api.parts import ApiParts
from vivavoce.knowledge.stores import list_stores
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those of the token's environment, and of every environment; the oldest first."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(StoreList, await read_asked(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        stores = await list_stores(connection, environment=caller.environment)
    body: KnowledgeStores = {"data": [to_wire_store(store) for store in stores]}
    return JSONResponse(body)
