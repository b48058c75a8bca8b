"""A document that was sent, put into its store: what uploading and adding one have in common."""

from uuid import UUID

from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.knowledge import DocumentAdded
from vivavoce.api.models.words import UNKNOWN_STORE
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.knowledge.documents import NewDocument, add_document
from vivavoce.merchants.tokens import Caller


async def put_document(parts: ApiParts, caller: Caller, new: NewDocument, *, merchant_id: UUID) -> Response:
    """The answer with the document's id. Raises Invalid where there is no such store."""
    async with parts.database.tenant(merchant_id) as connection:
        document_id = await add_document(
            connection,
            new,
            merchant_id=merchant_id,
            environment=caller.environment,
            sealer=parts.keys.sealer,
            actor=f"user {caller.user_id}",
            now=now(),
        )
    if document_id is None:
        raise Invalid(UNKNOWN_STORE, name="knowledge_base_store_id")
    body: DocumentAdded = {"knowledge_base_id": str(document_id)}
    return JSONResponse(body)
