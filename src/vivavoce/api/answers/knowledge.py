"""What is answered by the calls about knowledge."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.lists import Pagination
from vivavoce.api.answers.outcome import Success
from vivavoce.api.answers.parts import Id, Moment
from vivavoce.knowledge.documents import DocumentKind, DocumentState, KeptDocument
from vivavoce.knowledge.search import FoundPassage
from vivavoce.knowledge.stores import Store

DocumentId = Annotated[Id, Field(description="The document.")]
StoreId = Annotated[Id, Field(description="The store.")]


class DocumentAdded(TypedDict):
    """The document; whether it could be read, knowledge-base-document-list tells."""

    knowledge_base_id: DocumentId


class StoreSet(TypedDict):
    """It is done."""

    success: Success
    knowledge_base_store_id: StoreId


class StoreRow(TypedDict):
    """A store."""

    knowledge_base_store_id: StoreId
    name: Annotated[str, Field(description="What it is called.", examples=["Working here"])]
    environment: Annotated[str | None, Field(description="Whose it is; null: every environment's.")]
    documents: Annotated[int, Field(description="How many documents it holds.", ge=0, examples=[3])]
    created_at: Annotated[Moment, Field(description="When it was made.")]


class KnowledgeStores(TypedDict):
    """The stores of the token's environment, the oldest first."""

    data: Annotated[list[StoreRow], Field(description="The stores.")]


class DocumentRow(TypedDict):
    """A document."""

    knowledge_base_id: DocumentId
    knowledge_base_store_id: StoreId
    name: Annotated[str, Field(description="What it is called.", examples=["handbook.pdf"])]
    kind: Annotated[DocumentKind, Field(description="How it came in.")]
    format: Annotated[str | None, Field(description="pdf, docx, html, md or txt; null: not known yet.")]
    url: Annotated[str | None, Field(description="Where it was fetched from.")]
    status: Annotated[
        Literal["active", "draft"], Field(description="draft: it is kept, and nobody is answered from it.")
    ]
    processing_status: Annotated[DocumentState, Field(description="How far it is.")]
    fault: Annotated[str | None, Field(description="Why it can't be read, and what to do.")]
    mojito_language_code: Annotated[str | None, Field(description="Its language, as far as we can tell.")]
    size_bytes: Annotated[int, Field(description="How large it is.", ge=0, examples=[48213])]
    passages: Annotated[int, Field(description="How many passages can be found in it.", ge=0, examples=[12])]
    created_at: Annotated[Moment, Field(description="When it came in.")]
    updated_at: Annotated[Moment, Field(description="When this changed.")]


class Documents(TypedDict):
    """Documents, the newest first."""

    data: Annotated[list[DocumentRow], Field(description="The documents.")]
    pagination: Pagination


class PassageRow(TypedDict):
    """A passage."""

    knowledge_base_id: DocumentId
    document: Annotated[str, Field(description="What the document is called.", examples=["handbook.pdf"])]
    url: Annotated[str | None, Field(description="Where it was fetched from.")]
    headings: Annotated[list[str], Field(description="What it stands under, from the outermost.")]
    text: Annotated[str, Field(description="Its words.", examples=["Everyone has 28 days of holiday a year."])]


class FoundPassages(TypedDict):
    """The passages that say most about the question, the best first. Whether one answers it, a reader decides."""

    data: Annotated[list[PassageRow], Field(description="At most 20 passages.")]


def to_wire_store(store: Store) -> StoreRow:
    """A store."""
    return {
        "knowledge_base_store_id": str(store.id),
        "name": store.name,
        "environment": store.environment,
        "documents": store.documents,
        "created_at": store.created_at.isoformat(),
    }


def to_wire_document(document: KeptDocument) -> DocumentRow:
    """A document."""
    return {
        "knowledge_base_id": str(document.id),
        "knowledge_base_store_id": str(document.store_id),
        "name": document.name,
        "kind": document.kind,
        "format": document.format or None,
        "url": document.url,
        "status": "active" if document.is_active else "draft",
        "processing_status": document.state,
        "fault": document.fault or None,
        "mojito_language_code": document.language,
        "size_bytes": document.size_bytes,
        "passages": document.passage_count,
        "created_at": document.created_at.isoformat(),
        "updated_at": document.changed_at.isoformat(),
    }


def to_wire_passage(passage: FoundPassage) -> PassageRow:
    """A passage."""
    return {
        "knowledge_base_id": str(passage.document_id),
        "document": passage.document,
        "url": passage.url,
        "headings": list(passage.headings),
        "text": passage.text,
    }
