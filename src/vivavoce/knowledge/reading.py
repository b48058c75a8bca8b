"""Reading a document, in a worker: fetched where it is an address, and parted into passages by a program of its own."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import numpy as np

from vivavoce.db.database import Connection, Database
from vivavoce.events.endpoints import Seals
from vivavoce.knowledge.bits import to_meanings, unpack
from vivavoce.knowledge.documents import MOST_BYTES
from vivavoce.knowledge.formats import TAKEN, find_fetched_format
from vivavoce.knowledge.word_bits import to_word_rows
from vivavoce.providers.networks import Network, NotReachable
from vivavoce.providers.outgoing import Fetched, get_guarded
from vivavoce.text.stems import content_stems

READER = (sys.executable, "-m", "vivavoce.knowledge.reader")
MOST_SECONDS = 1_800  # of the clock
FETCH_SECONDS = 30
MOST_TRIES = 5  # of a document at which workers died
BROKE_OFF = "Reading it broke off again and again: it may be too large for this server. Upload it in parts."
DAMAGED = "It can't be read: it is damaged, or not what its name says. Save it anew, and upload it again."
TOO_SLOW = "Reading it took too long. Upload it in parts."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPassage:
    """A passage as the program told it. vector: as it is kept; None: no machine told."""

    headings: tuple[str, ...]
    text: str
    vector: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """What came of reading. fault: why nothing did."""

    language: str | None = None
    passages: tuple[ReadPassage, ...] = ()
    fault: str = ""
    format: str = ""
    size_bytes: int | None = None  # of what was fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingClaim:
    """A document that this worker reads. reading: which one it is."""

    store_id: UUID
    format: str
    url: str | None
    reading: int
    content: bytes


async def read_document(
    database: Database,
    sealer: Seals,
    *,
    merchant_id: UUID,
    document_id: UUID,
    networks: Sequence[Network],
    now: datetime,
) -> None:
    """Reads a document, unless that is done; also one that a worker who died has left. networks: of ours, to ask."""
    claim = await claim_document(database, sealer, merchant_id=merchant_id, document_id=document_id, now=now)
    if claim is None:
        return
    read = await (_fetch(claim.url, networks) if claim.url is not None else run_reader(claim.content, claim.format))
    async with database.tenant(merchant_id) as connection:
        await keep_read(connection, claim, read, merchant_id=merchant_id, document_id=document_id, now=now)


async def claim_document(
    database: Database, sealer: Seals, *, merchant_id: UUID, document_id: UUID, now: datetime
) -> ReadingClaim | None:
    """The document, from now on to be read by this worker alone; None where that is done, or was tried too often."""
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "update documents set state = 'reading', reading = reading + 1, tries = tries + 1, changed_at = $2"
            " where id = $1 and state in ('queued', 'reading') returning store_id, format, url, reading, tries,"
            " (select sealed from document_files where document_id = $1) as sealed",
            document_id,
            now,
        )
        if row is None:
            return None
        if row["tries"] > MOST_TRIES:
            await _fail(connection, document_id, BROKE_OFF, reading=row["reading"], now=now)
            return None
    content = b"" if row["sealed"] is None else sealer.open(row["sealed"], place=f"document {document_id}")
    return ReadingClaim(
        store_id=row["store_id"],
        format=row["format"],
        url=row["url"],
        reading=row["reading"],
        content=content,
    )


async def run_reader(content: bytes, format_name: str) -> ReadDocument:
    """What the program reads out of a document. Whatever ends it, the answer is a sentence."""
    program = await asyncio.create_subprocess_exec(
        *READER,
        format_name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # On a machine of many cores numpy would set more addresses aside than the program may have.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            told, _ = await program.communicate(content)
    except TimeoutError:
        return ReadDocument(fault=TOO_SLOW)
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    if program.returncode != 0:
        return ReadDocument(fault=DAMAGED)
    return await asyncio.to_thread(_to_read, told, format_name)


def _to_read(told: bytes, format_name: str) -> ReadDocument:
    answer: dict[str, Any] = json.loads(told)
    if "fault" in answer:
        return ReadDocument(fault=answer["fault"])
    passages = tuple(
        ReadPassage(
            headings=tuple(map(_keepable, headings)),
            text=_keepable(text),
            vector=None if vector is None else base64.b64decode(vector),
        )
        for headings, text, vector in answer["passages"]
    )
    return ReadDocument(language=answer["language"], passages=passages, format=format_name)


def _keepable(text: str) -> str:
    """Text that the database can hold."""
    return text.replace("\0", "").encode(errors="replace").decode()


async def _fetch(url: str, networks: Sequence[Network]) -> ReadDocument:
    try:
        fetched = await get_guarded(url, allowed=networks, seconds=FETCH_SECONDS, most_bytes=MOST_BYTES)
    except NotReachable as error:
        return ReadDocument(fault=error.message)
    except (TimeoutError, httpx2.HTTPError, OSError):
        return ReadDocument(fault="The address does not answer. Add it again once it does.")
    if (fault := _find_fault(fetched)) is not None:
        return ReadDocument(fault=fault)
    format_name = find_fetched_format(fetched.media_type, urlsplit(url).path, fetched.content)
    if format_name is None:
        return ReadDocument(fault=f"What the address answers is no document that can be read: {TAKEN}.")
    read = await run_reader(fetched.content, format_name)
    return ReadDocument(
        language=read.language,
        passages=read.passages,
        fault=read.fault,
        format=format_name,
        size_bytes=len(fetched.content),
    )


def _find_fault(fetched: Fetched) -> str | None:
    if fetched.is_too_large:
        return "What the address answers is too large: at most 20 MB are read."
    if 300 <= fetched.status < 400:
        return "The address leads to another one. Add that one instead."
    if fetched.status != 200:
        return f"The address answered {fetched.status}. Add it again once it answers 200."
    return None


async def keep_read(
    connection: Connection,
    claim: ReadingClaim,
    read: ReadDocument,
    *,
    merchant_id: UUID,
    document_id: UUID,
    now: datetime,
) -> None:
    """Puts the passages in the place of those before, unless somebody else has read it since, or it is gone."""
    if read.fault:
        await _fail(connection, document_id, read.fault, reading=claim.reading, now=now)
        return
    done = await connection.fetchval(
        "update documents set state = 'ready', language = $3, passage_count = $4, format = $5, changed_at = $6,"
        " size_bytes = coalesce($7, size_bytes)"
        " where id = $1 and reading = $2 and state = 'reading' returning id",
        document_id,
        claim.reading,
        read.language,
        len(read.passages),
        read.format,
        now,
        read.size_bytes,
    )
    if done is None:
        return
    await connection.execute("delete from passages where document_id = $1", document_id)
    meanings, words = await asyncio.to_thread(_to_bits, read)
    await connection.executemany(
        "insert into passages (merchant_id, document_id, place, headings, text, vector)"
        " values ($1, $2, $3, $4, $5, $6)",
        [
            (merchant_id, document_id, place, list(passage.headings), passage.text, passage.vector)
            for place, passage in enumerate(read.passages)
        ],
    )
    await connection.execute("delete from passage_bits where document_id = $1", document_id)
    await connection.execute(
        "insert into passage_bits (merchant_id, document_id, passages, meanings, words) values ($1, $2, $3, $4, $5)",
        merchant_id,
        document_id,
        len(read.passages),
        meanings,
        words,
    )


def _to_bits(read: ReadDocument) -> tuple[bytes | None, bytes]:
    """What the passages mean, None where no machine told it of each; and which words they may hold."""
    vectors = [passage.vector for passage in read.passages if passage.vector is not None]
    is_known = 0 < len(vectors) == len(read.passages)
    stems = [
        content_stems(" ".join((*passage.headings, passage.text)), language=read.language or "")
        for passage in read.passages
    ]
    return to_meanings(np.stack([unpack(vector) for vector in vectors])) if is_known else None, to_word_rows(stems)


async def _fail(connection: Connection, document_id: UUID, fault: str, *, reading: int, now: datetime) -> None:
    """What was found before, of an address that was read earlier, stays to be found."""
    await connection.execute(
        "update documents set state = 'failed', fault = $3, changed_at = $4 where id = $1 and reading = $2"
        " and state = 'reading'",
        document_id,
        reading,
        fault,
        now,
    )
