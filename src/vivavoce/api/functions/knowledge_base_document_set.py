"""POST knowledge-base-document-set, ours beyond the contract: a document becomes a draft or active, or is renamed."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import check, parse_object, read_body
from vivavoce.api.models.knowledge import SetDocument
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.knowledge.documents import find_document, set_document
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such document."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = check(SetDocument, parse_object(await read_body(request)))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        document = await find_document(connection, to_reference(sent.knowledge_base_id), environment=caller.environment)
        if document is None:
            raise NotFound(NOTHING)
        is_active = None if sent.status is None else sent.status == "active"
        await set_document(
            connection, document, name=sent.name, is_active=is_active, actor=f"user {caller.user_id}", now=now()
        )
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
