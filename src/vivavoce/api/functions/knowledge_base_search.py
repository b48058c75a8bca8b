"""knowledge-base-search, ours beyond the contract: what a store says about a question."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.knowledge import FoundPassages, to_wire_passage
from vivavoce.api.asked import NOTHING, read_asked, understand
from vivavoce.api.models.knowledge import MOST_FOUND, KnowledgeSearch
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.errors import NotFound
from vivavoce.knowledge.search import search
from vivavoce.knowledge.stores import is_store
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """The best first; 404 where there is no such store, 429 where four searches of this merchant are under way."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(KnowledgeSearch, await read_asked(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    store_id = to_reference(asked.knowledge_base_store_id)
    with parts.searches.take(caller.merchant_id):
        async with parts.database.tenant(merchant_id) as connection:
            if not await is_store(connection, store_id, environment=caller.environment):
                raise NotFound(NOTHING)
        passages = await search(
            parts.database,
            asked.question,
            asked.mojito_language_code,
            merchant_id=merchant_id,
            environment=caller.environment,
            store_ids=[store_id],
            limit=MOST_FOUND,
        )
    body: FoundPassages = {"data": [to_wire_passage(passage) for passage in passages]}
    return JSONResponse(body)
