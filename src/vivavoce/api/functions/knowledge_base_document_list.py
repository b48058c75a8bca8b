"""knowledge-base-document-list, ours beyond the contract: what stores hold, and how far each document is."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.knowledge import Documents, to_wire_document
from vivavoce.api.answers.lists import to_wire_pagination
from vivavoce.api.asked import NOTHING, read_asked, understand
from vivavoce.api.models.knowledge import DocumentList
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.db.pages import RowRange
from vivavoce.errors import NotFound
from vivavoce.knowledge.documents import list_documents
from vivavoce.knowledge.stores import is_store
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """The newest first; 404 where there is no such store."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(DocumentList, await read_asked(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = RowRange(limit=asked.limit, offset=asked.offset)
    store_id = None if asked.knowledge_base_store_id is None else to_reference(asked.knowledge_base_store_id)
    async with parts.database.tenant(merchant_id) as connection:
        if store_id is not None and not await is_store(connection, store_id, environment=caller.environment):
            raise NotFound(NOTHING)
        page = await list_documents(connection, store_id=store_id, environment=caller.environment, window=window)
    body: Documents = {
        "data": [to_wire_document(document) for document in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)
