"""POST knowledge-base-store-remove, ours beyond the contract: a store's documents are erased, and it is closed."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import check, parse_object, read_body
from vivavoce.api.models.knowledge import RemoveStore
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.knowledge.stores import remove_store
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such store."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = check(RemoveStore, parse_object(await read_body(request)))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    store_id = to_reference(sent.knowledge_base_store_id)
    async with parts.database.tenant(merchant_id) as connection:
        is_done = await remove_store(
            connection, store_id, environment=caller.environment, actor=f"user {caller.user_id}", now=now()
        )
    if not is_done:
        raise NotFound(NOTHING)
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
