"""The bodies of the calls about knowledge: stores, their documents, and what is found in them."""

from typing import Annotated, Literal

from pydantic import Field

from vivavoce.api.models.fields import Address, Id, LanguageCode, VisibleText
from vivavoce.api.models.lists import DEFAULT_LIMIT, Limit, Offset
from vivavoce.api.models.wire_body import WireBody
from vivavoce.knowledge.documents import LONGEST_ADDRESS, LONGEST_NAME
from vivavoce.knowledge.search import LONGEST_QUESTION

LONGEST_ARTICLE = 200_000  # characters
MOST_FOUND = 20

Name = Annotated[VisibleText, Field(max_length=LONGEST_NAME)]
Status = Literal["active", "draft"]
_STORE = "The store, as knowledge-base-store-list names it."
_DOCUMENT = "The document, as knowledge-base-document-list names it."
_MERCHANT = "Whose it is; another merchant's for admins and sub-merchant operators only."
_STATUS = "draft: it is kept, and nobody is answered from it."


class UploadDocument(WireBody):
    """A document for a store: as JSON, or as a form (`multipart/form-data`) with the same fields.

    The same document twice is one: the call answers its id. Who asks knowledge-base-document-list sees how far it is.
    """

    knowledge_base_store_id: Annotated[str, Field(min_length=1)] = Field(description=_STORE)
    name: Annotated[str, Field(max_length=LONGEST_NAME)] | None = Field(
        default=None,
        description="Its name with its ending: pdf, docx, html, md or txt. A form's file brings its own.",
        examples=["handbook.pdf"],
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    file: str = Field(description="The document, in base64; at most 20 MB. In a form, the file itself.", min_length=1)


class AddDocument(WireBody):
    """An article in your own words, or the address of a page or document. One of `text` and `url` is needed.

    An address that the store has already is fetched anew.
    """

    knowledge_base_store_id: Id = Field(description=_STORE)
    name: Name | None = Field(default=None, description="What it is called; its first line, or the address, if absent.")
    text: Annotated[VisibleText, Field(max_length=LONGEST_ARTICLE)] | None = Field(
        default=None, description="The article, in Markdown or plain text."
    )
    url: Annotated[Address, Field(max_length=LONGEST_ADDRESS)] | None = Field(
        default=None,
        description="A page or document that is fetched once; it must be on the public internet.",
        examples=["https://example.com/benefits"],
    )
    status: Status = Field(default="active", description=_STATUS)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class SetDocument(WireBody):
    """What becomes of a document. null, or leaving a field out: as it was."""

    knowledge_base_id: Id = Field(description=_DOCUMENT)
    name: Name | None = Field(default=None, description="What it is called.")
    status: Status | None = Field(default=None, description=_STATUS)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class RemoveDocument(WireBody):
    """Which document is erased."""

    knowledge_base_id: Id = Field(description=_DOCUMENT)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class SetStore(WireBody):
    """A store, new or named otherwise."""

    knowledge_base_store_id: Id | None = Field(default=None, description=f"{_STORE} Absent: a new one is made.")
    name: Name = Field(description="What it is called.", examples=["Working here"])
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class RemoveStore(WireBody):
    """Which store is removed, with its documents."""

    knowledge_base_store_id: Id = Field(description=_STORE)
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class StoreList(WireBody):
    """What knowledge-base-store-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class DocumentList(WireBody):
    """What knowledge-base-document-list is asked for."""

    knowledge_base_store_id: Id | None = Field(default=None, description=f"{_STORE} Absent: of all stores.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    limit: Limit = Field(default=DEFAULT_LIMIT, description="At most how many rows.")
    offset: Offset = Field(default=0, description="How many rows to skip.")


class KnowledgeSearch(WireBody):
    """What knowledge-base-search is asked for."""

    knowledge_base_store_id: Id = Field(description=_STORE)
    question: Annotated[VisibleText, Field(max_length=LONGEST_QUESTION)] = Field(
        description="What is asked, in any language.", examples=["How many days of holiday are there?"]
    )
    mojito_language_code: LanguageCode = Field(default="en", description="The question's language.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
