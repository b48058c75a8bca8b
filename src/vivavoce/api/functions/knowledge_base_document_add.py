"""POST knowledge-base-document-add, ours beyond the contract: an article, or an address that is fetched."""

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.api.add_document import put_document
from vivavoce.api.body import check, parse_object, read_body
from vivavoce.api.models.knowledge import AddDocument
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.errors import Invalid
from vivavoce.knowledge.documents import LONGEST_NAME, DocumentKind, NewDocument
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for an unknown store, and where not just one of `text` and `url` is sent."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = check(AddDocument, parse_object(await read_body(request)))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    return await put_document(parts, caller, _to_document(sent), merchant_id=merchant_id)


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
