"""POST knowledge-base-store-set, ours beyond the contract: a store, made or named otherwise."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.knowledge import StoreSet
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import check, parse_object, read_body
from vivavoce.api.models.knowledge import SetStore
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound
from vivavoce.knowledge.stores import add_store, rename_store
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such store."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = check(SetStore, parse_object(await read_body(request)))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    actor = f"user {caller.user_id}"
    if sent.knowledge_base_store_id is None:
        store_id = await add_store(
            parts.database,
            merchant_id=merchant_id,
            name=sent.name,
            slug=str(new_id()),  # its short name, which nobody types
            environment=caller.environment,
            actor=actor,
        )
    else:
        store_id = to_reference(sent.knowledge_base_store_id)
        async with parts.database.tenant(merchant_id) as connection:
            is_done = await rename_store(
                connection, store_id, name=sent.name, environment=caller.environment, actor=actor
            )
        if not is_done:
            raise NotFound(NOTHING)
    body: StoreSet = {"success": True, "knowledge_base_store_id": str(store_id)}
    return JSONResponse(body)
