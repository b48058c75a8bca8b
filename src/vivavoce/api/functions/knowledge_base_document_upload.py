"""POST knowledge-base-document-upload: a document for a store, as a form or in base64."""

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.api.add_document import put_document
from vivavoce.api.body import check
from vivavoce.api.models.knowledge import UploadDocument
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.uploads import SentFile, read_upload
from vivavoce.errors import Invalid
from vivavoce.knowledge.documents import DocumentKind, NewDocument
from vivavoce.knowledge.formats import find_format
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """413 for more than 20 MB; 422 for an unknown store, and for what is no document that can be read."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    require_role(caller, MAKERS)
    with parts.uploads.take(caller.merchant_id):
        came = await read_upload(request)
        sent = check(UploadDocument, came.fields | ({"file": "-"} if came.content is not None else {}))
        merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
        return await put_document(parts, caller, _to_document(sent, came), merchant_id=merchant_id)


def _to_document(sent: UploadDocument, came: SentFile) -> NewDocument:
    if not came.content:
        raise Invalid("The document is empty.", name="file")
    name = " ".join((sent.name or "").split())
    format_name = find_format(name, came.content)
    return NewDocument(
        store_id=to_reference(sent.knowledge_base_store_id),
        kind=DocumentKind.FILE,
        name=name or f"document.{format_name}",
        format=format_name,
        content=came.content,
    )
