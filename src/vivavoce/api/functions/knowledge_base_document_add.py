"""POST knowledge-base-document-add, ours beyond the contract: an article, or an address that is fetched."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.knowledge import DocumentAdded
from vivavoce.api.body import check, parse_object, read_body
from vivavoce.api.models.knowledge import AddDocument
from vivavoce.api.models.words import UNKNOWN_STORE, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.knowledge.documents import LONGEST_NAME, DocumentKind, NewDocument, add_document
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for an unknown store, and where not just one of `text` and `url` is sent."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = check(AddDocument, parse_object(await read_body(request)))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    new = _to_document(sent)
    async with parts.database.tenant(merchant_id) as connection:
        document_id = await add_document(
            connection,
            new,
            merchant_id=merchant_id,
            environment=caller.environment,
            sealer=parts.keys.sealer,
            now=now(),
        )
    if document_id is None:
        raise Invalid(UNKNOWN_STORE, name="knowledge_base_store_id")
    body: DocumentAdded = {"knowledge_base_id": str(document_id)}
    return JSONResponse(body)


def _to_document(sent: AddDocument) -> NewDocument:
    if (sent.text is None) == (sent.url is None):
        raise Invalid("Expected one of text and url, and not both.", name="text")
    store_id, is_active = to_reference(sent.knowledge_base_store_id), sent.status == "active"
    if sent.url is not None:
        name = sent.name or sent.url
        return NewDocument(
            store_id=store_id, kind=DocumentKind.URL, name=name[:LONGEST_NAME], url=sent.url, is_active=is_active
        )
    text = sent.text or ""
    first = next(line for line in text.splitlines() if line.strip()).strip("# *")
    return NewDocument(
        store_id=store_id,
        kind=DocumentKind.ARTICLE,
        name=(sent.name or first or "Article")[:LONGEST_NAME],
        format="md",
        content=text.encode(),
        is_active=is_active,
    )
