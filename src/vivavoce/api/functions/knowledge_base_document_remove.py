"""POST knowledge-base-document-remove, ours beyond the contract: a document, its file and its passages are erased."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import check, parse_object, read_body
from vivavoce.api.models.knowledge import RemoveDocument
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.errors import NotFound
from vivavoce.knowledge.documents import find_document, remove_document
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such document."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = check(RemoveDocument, parse_object(await read_body(request)))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        document = await find_document(connection, to_reference(sent.knowledge_base_id), environment=caller.environment)
        if document is None:
            raise NotFound(NOTHING)
        await remove_document(connection, document, actor=f"user {caller.user_id}")
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
