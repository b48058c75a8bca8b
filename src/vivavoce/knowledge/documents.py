"""Documents: what a store holds, from when it comes in until its passages can be found.

queued ──► reading ──► ready                     what comes again in the same words is the same document
   ▲          │
   └── again ─┴──────► failed                    with why; the same document sent again is read again
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.db.pages import Page, RowRange
from vivavoce.events.endpoints import Seals
from vivavoce.events.record import Event, record
from vivavoce.jobs.leave import Note, leave

MOST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 255
LONGEST_ADDRESS = 2_000

ADD = """
insert into documents (merchant_id, id, store_id, kind, name, format, url, digest, size_bytes, is_active, state,
    created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', $11, $11)
on conflict (merchant_id, store_id, digest) do nothing returning id
"""
COLUMNS = (
    "id, store_id, kind, name, format, url, size_bytes, is_active, state, fault, language, passage_count, created_at,"
    " changed_at"
)


class DocumentKind(StrEnum):
    """How a document came in."""

    FILE = "file"
    ARTICLE = "article"  # written by hand: Markdown or plain text
    URL = "url"  # fetched


class DocumentState(StrEnum):
    """How far a document is."""

    QUEUED = "queued"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """What is to be read. content: b'' of an address. format: '' of an address, which nobody has asked yet."""

    store_id: UUID
    kind: DocumentKind
    name: str
    format: str = ""
    content: bytes = b""
    url: str | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document as it stands. fault: why it can't be read; '' where it can."""

    id: UUID
    store_id: UUID
    kind: DocumentKind
    name: str
    format: str
    url: str | None
    size_bytes: int
    is_active: bool
    state: DocumentState
    fault: str
    language: str | None
    passage_count: int
    created_at: datetime
    changed_at: datetime


async def add_document(
    connection: Connection,
    new: NewDocument,
    *,
    merchant_id: UUID,
    environment: str | None,
    sealer: Seals,
    actor: str,
    now: datetime,
) -> UUID | None:
    """The document's id, with a note to read it; None where there is no such store.

    What the store holds already keeps its id. It is read anew only where that failed, or it is an address.
    environment: of the store; None: whichever.
    """
    store = await connection.fetchrow(
        "select environment from stores where id = $1 and removed_at is null"
        " and ($2::text is null or environment is null or environment = $2) for share",
        new.store_id,
        environment,
    )
    if store is None:
        return None
    document_id = new_id()
    digest = hashlib.sha256(new.url.encode() if new.url is not None else new.content).digest()
    made = await connection.fetchval(
        ADD,
        merchant_id,
        document_id,
        new.store_id,
        new.kind.value,
        new.name,
        new.format,
        new.url,
        digest,
        len(new.content),
        new.is_active,
        now,
    )
    if made is None:
        return await _read_again(connection, new, digest, merchant_id=merchant_id, now=now)
    if new.kind is not DocumentKind.URL:
        await connection.execute(
            "insert into document_files (merchant_id, document_id, sealed) values ($1, $2, $3)",
            merchant_id,
            document_id,
            sealer.seal(new.content, place=f"document {document_id}"),
        )
    await record(
        connection,
        Event.DOCUMENT_ADDED,
        merchant_id=merchant_id,
        environment=store["environment"],
        subject_id=document_id,
        actor=actor,
        data={"store_id": str(new.store_id), "kind": new.kind.value, "bytes": len(new.content)},
    )
    await leave(connection, Note.READ_DOCUMENT, merchant_id=merchant_id, subject_id=document_id)
    return document_id


async def _read_again(
    connection: Connection, new: NewDocument, digest: bytes, *, merchant_id: UUID, now: datetime
) -> UUID:
    row = await connection.fetchrow(
        "select id, state, kind from documents where store_id = $1 and digest = $2 for update", new.store_id, digest
    )
    assert row is not None  # its store is held, so that nobody removes it
    document_id: UUID = row["id"]
    is_over = row["state"] in (DocumentState.READY, DocumentState.FAILED)
    if is_over and (row["state"] == DocumentState.FAILED or row["kind"] == DocumentKind.URL):
        await connection.execute(
            "update documents set state = 'queued', fault = '', tries = 0, changed_at = $2 where id = $1",
            document_id,
            now,
        )
        await leave(connection, Note.READ_DOCUMENT, merchant_id=merchant_id, subject_id=document_id)
    return document_id


async def list_documents(
    connection: Connection, *, store_id: UUID | None, environment: str | None, window: RowRange
) -> Page[KeptDocument]:
    """Documents, the newest first. store_id: None: of every store. environment: None: of all."""
    where = (
        "($1::uuid is null or store_id = $1) and exists (select from stores where stores.merchant_id ="
        " documents.merchant_id and stores.id = store_id and ($2::text is null or environment is null or"
        " environment = $2))"
    )
    rows = await connection.fetch(
        f"select {COLUMNS} from documents where {where} order by id desc limit $3 offset $4",  # noqa: S608
        store_id,
        environment,
        window.limit,
        window.offset,
    )
    total = await connection.fetchval(f"select count(*) from documents where {where}", store_id, environment)  # noqa: S608
    return Page(rows=tuple(_to_document(dict(row)) for row in rows), total=total)


async def find_document(connection: Connection, document_id: UUID, *, environment: str | None) -> KeptDocument | None:
    """A document; None where there is none in this environment."""
    row = await connection.fetchrow(
        f"select {COLUMNS} from documents where id = $1 and exists (select from stores"  # noqa: S608
        " where stores.merchant_id = documents.merchant_id and stores.id = store_id"
        " and ($2::text is null or environment is null or environment = $2)) for update",
        document_id,
        environment,
    )
    return None if row is None else _to_document(dict(row))


async def set_document(
    connection: Connection,
    document: KeptDocument,
    *,
    name: str | None,
    is_active: bool | None,
    actor: str,
    now: datetime,
) -> None:
    """Names a document otherwise, or makes it a draft and back; None: as it was."""
    changed = [field for field, value in (("name", name), ("status", is_active)) if value is not None]
    await connection.execute(
        "update documents set name = coalesce($2, name), is_active = coalesce($3, is_active), changed_at = $4"
        " where id = $1",
        document.id,
        name,
        is_active,
        now,
    )
    await _record(connection, Event.DOCUMENT_CHANGED, document, actor=actor, data={"changed": changed})


async def remove_document(connection: Connection, document: KeptDocument, *, actor: str) -> None:
    """Erases a document: its file and its passages go with it."""
    await connection.execute("delete from documents where id = $1", document.id)
    await _record(connection, Event.DOCUMENT_REMOVED, document, actor=actor, data={})


async def _record(
    connection: Connection, event: Event, document: KeptDocument, *, actor: str, data: dict[str, object]
) -> None:
    row = await connection.fetchrow("select merchant_id, environment from stores where id = $1", document.store_id)
    assert row is not None  # a store's row stays
    about = {"store_id": str(document.store_id), **data}
    await record(connection, event, **row, subject_id=document.id, actor=actor, data=about)


def _to_document(row: dict[str, object]) -> KeptDocument:
    kept = {**row, "kind": DocumentKind(str(row["kind"])), "state": DocumentState(str(row["state"]))}
    return KeptDocument(**kept)  # type: ignore[arg-type]
