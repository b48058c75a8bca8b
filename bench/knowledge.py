"""How well and how fast stores are searched and documents read.

    make bench-knowledge                  (some minutes; ARGS="--passages 2000 --pages 3" for a look)

    recall   bench/handbooks/*.md: 100 questions in five languages, each with the passage that answers it, which uses
             other words. How many questions have their passage among the first five: where all five handbooks lie in
             one store, and where they lie among passages drawn at random, 100,000 in all, a fifth in each language
    search   milliseconds for each of those questions in that store: the database's part alone, and with the question's
             vector
    reading  a PDF of 50 pages, seconds from the note to the last passage; seconds of the processor, which say the
             same while the machine is busy with something else; and the memory of the program that reads

`--usual` writes src/vivavoce/knowledge/usual.txt, the middle of each number of vectors, over bench/questions/.

The floors: recall at 5 of 0.9, 50 ms at the 95th percentile, 10 s and 300 MB.
"""

import argparse
import asyncio
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import numpy as np
import typst
from numpy.typing import NDArray

from bench.asking import SEVERAL, TABLES, read_table
from tests.builders import KEYS, a_house
from tests.laid import a_folder
from vivavoce.clock import now
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import Connection, Database, open_database
from vivavoce.db.embedded import hold
from vivavoce.db.ids import new_id
from vivavoce.db.upgrade import upgrade
from vivavoce.knowledge.bits import SIZE, USUAL, pack, to_meaning, unpack
from vivavoce.knowledge.documents import DocumentKind, NewDocument, add_document
from vivavoce.knowledge.reading import read_document
from vivavoce.knowledge.search import search, seek
from vivavoce.knowledge.word_bits import WORD_BITS, to_word_bits
from vivavoce.providers.vectors import find_vectors
from vivavoce.text.stems import content_stems

HANDBOOKS = Path(__file__).parent / "handbooks"
FLOOR_RECALL = 0.9
FLOOR_MS = 50.0
FLOOR_SECONDS = 10.0
FLOOR_MB = 300.0
BATCH = 5_000
WORDS_OF_DRAWN = 20
WORDS_A_PAGE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class HandbookPair:
    """A question, and words of the passage that answers it."""

    language: str
    question: str
    wanted: str


def read_handbook(path: Path) -> tuple[str, list[HandbookPair]]:
    """A handbook without its questions, and the questions: each stands under the paragraph that answers it."""
    kept, pairs, wanted = [], [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("Q: "):
            pairs.append(HandbookPair(language=path.stem, question=line[3:], wanted=wanted))
            continue
        wanted = line if line.strip() else wanted
        kept.append(line)
    return "\n".join(kept), pairs


def main() -> None:
    """Prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--usual", action="store_true", help="write what is usual, and nothing else")
    asked = parser.parse_args()
    if asked.usual:
        _write_usual()
        return
    with a_folder() as folder, hold(folder, say=lambda _: None) as server:
        address = embedded_address(server.socket_dir, server.database)
        upgrade(address)
        holds = asyncio.run(_measure(address, asked.passages, asked.pages))
    sys.exit(0 if holds else 1)


def _write_usual() -> None:
    """Over every tenth question of bench/questions/, and every second passage: none of what is measured here."""
    maker = find_vectors()
    assert maker is not None
    pairs = [pair for path in sorted(TABLES.glob("*.toml")) if path.stem != SEVERAL for pair in read_table(path).pairs]
    texts = sorted({f"{passage.source}: {passage.text}" for pair in pairs for passage in pair.passages})[::2]
    questions = np.stack([maker.of_question(pair.question) for pair in pairs[::10]])
    lines: list[str] = []
    for vectors in (maker.of_passages(texts), questions):
        middle = np.median(vectors, axis=0)
        lines += (" ".join(f"{number:.4f}" for number in middle[at : at + 12]) for at in range(0, SIZE, 12))
    USUAL.write_text("\n".join(lines) + "\n", encoding="ascii")


async def _measure(address: DatabaseAddress, passages: int, pages: int) -> bool:
    async with open_database(address, connections=4) as database:
        house = await a_house(database)
        merchant_id, store_id = house.merchant.id, house.store_id
        pairs = [
            pair
            for path in sorted(HANDBOOKS.glob("*.md"))
            for pair in await _put(database, merchant_id, store_id, path)
        ]
        print("the handbooks alone")
        await _search(database, merchant_id, store_id, pairs)
        print(f"{passages:,} passages")
        async with database.tenant(merchant_id) as connection:
            await _fill(connection, merchant_id, store_id, passages)
        admin = await asyncpg.connect(address.admin_url)
        await admin.execute("vacuum analyze passage_bits")
        await admin.execute("vacuum analyze passages")
        await admin.close()
        recall, took = await _search(database, merchant_id, store_id, pairs)
        seconds, megabytes = await _read(database, merchant_id, store_id, pages)
    return recall >= FLOOR_RECALL and took <= FLOOR_MS and seconds <= FLOOR_SECONDS and megabytes <= FLOOR_MB


async def _put(database: Database, merchant_id: UUID, store_id: UUID, path: Path) -> list[HandbookPair]:
    text, pairs = read_handbook(path)
    new = NewDocument(store_id=store_id, kind=DocumentKind.ARTICLE, name=path.name, format="md", content=text.encode())
    await _put_and_read(database, merchant_id, new)
    return pairs


async def _put_and_read(database: Database, merchant_id: UUID, new: NewDocument) -> None:
    async with database.tenant(merchant_id) as connection:
        document_id = await add_document(
            connection, new, merchant_id=merchant_id, environment=None, sealer=KEYS.sealer, now=now()
        )
    assert document_id is not None
    await read_document(database, KEYS.sealer, merchant_id=merchant_id, document_id=document_id, networks=(), now=now())
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow("select state, fault from documents where id = $1", document_id)
    assert row is not None, "the document is gone"
    assert row["state"] == "ready", row["fault"]


async def _fill(connection: Connection, merchant_id: UUID, store_id: UUID, passages: int) -> None:
    """Passages up to so many, a fifth in each language: what they mean is spread as widely as what is there."""
    generator = np.random.default_rng(7)
    rows = await connection.fetch(
        "select language, text, vector from passages join documents on documents.id = document_id"
        " where vector is not null order by document_id, place"
    )
    languages = sorted({row["language"] for row in rows})
    for language in languages:
        known = [row for row in rows if row["language"] == language]
        vectors = np.stack([unpack(row["vector"]) for row in known])
        drawn = DrawnPassages(
            mean=vectors.mean(axis=0),
            spread=vectors.std(axis=0),
            words=[word for row in known for word in row["text"].split()],
            language=language,
        )
        document_id = await _add_many(connection, merchant_id, store_id, language)
        wanted = (passages - len(rows)) // len(languages)
        for place in range(0, wanted, BATCH):
            count = min(BATCH, wanted - place)
            await _add_drawn(connection, drawn, generator, count, of=(merchant_id, store_id, document_id, place))


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPassages:
    """What passages of one language are drawn from."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    words: list[str]
    language: str


async def _add_many(connection: Connection, merchant_id: UUID, store_id: UUID, language: str) -> UUID:
    document_id = new_id()
    await connection.execute(
        "insert into documents (merchant_id, id, store_id, kind, name, format, digest, size_bytes, is_active, state,"
        " language, passage_count, created_at, changed_at)"
        " values ($1, $2, $3, 'file', 'many', 'txt', convert_to($4, 'utf8'), 0, true, 'ready', $4, 1, now(), now())",
        merchant_id,
        document_id,
        store_id,
        language,
    )
    return document_id


async def _add_drawn(
    connection: Connection,
    drawn: DrawnPassages,
    generator: np.random.Generator,
    count: int,
    *,
    of: tuple[UUID, UUID, UUID, int],
) -> None:
    merchant_id, store_id, document_id, first = of
    vectors = drawn.mean + generator.standard_normal((count, SIZE)).astype(np.float32) * drawn.spread
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    texts = [" ".join(generator.choice(drawn.words, WORDS_OF_DRAWN)) for _ in range(count)]
    await connection.executemany(
        "insert into passages (merchant_id, document_id, place, headings, text, vector)"
        " values ($1, $2, $3, '{}', $4, $5)",
        [(merchant_id, document_id, first + at, texts[at], pack(vectors[at])) for at in range(count)],
    )
    await connection.executemany(
        "insert into passage_bits (merchant_id, store_id, document_id, place, meaning, words)"
        " values ($1, $2, $3, $4, $5, $6)",
        [
            (
                merchant_id,
                store_id,
                document_id,
                first + at,
                asyncpg.BitString.frombytes(meaning, bitlength=SIZE),
                asyncpg.BitString.frombytes(
                    to_word_bits(content_stems(texts[at], language=drawn.language)), bitlength=WORD_BITS
                ),
            )
            for at, meaning in enumerate(to_meaning(vectors))
        ],
    )


async def _search(
    database: Database, merchant_id: UUID, store_id: UUID, pairs: Sequence[HandbookPair]
) -> tuple[float, float]:
    hits: dict[str, list[bool]] = {}
    seeking, searching = [], []
    for pair in pairs:
        began = time.perf_counter()
        sought = await asyncio.to_thread(seek, pair.question, pair.language)
        seeking.append(time.perf_counter() - began)
        began = time.perf_counter()
        async with database.tenant(merchant_id) as connection:
            passages = await search(
                connection, sought, merchant_id=merchant_id, environment=None, store_ids=[store_id], limit=5
            )
        searching.append(time.perf_counter() - began)
        is_hit = any(passage.text in pair.wanted or pair.wanted in passage.text for passage in passages)
        hits.setdefault(pair.language, []).append(is_hit)
    recall = statistics.fmean(hit for of_language in hits.values() for hit in of_language)
    told = ", ".join(f"{language} {statistics.fmean(of_language):.2f}" for language, of_language in hits.items())
    print(f"recall   {recall:.2f} at 5 (floor {FLOOR_RECALL}): {told}")
    both = [ready + sought for ready, sought in zip(seeking, searching, strict=True)]
    for name, seconds in (("search", searching), ("with the question's vector", both)):
        print(
            f"{name:8} {_percentile(seconds, 50) * 1000:.1f} ms, {_percentile(seconds, 95) * 1000:.1f} ms at the 95th"
        )
    return recall, _percentile(searching, 95) * 1000


def _percentile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


async def _read(database: Database, merchant_id: UUID, store_id: UUID, pages: int) -> tuple[float, float]:
    pdf = make_pdf(pages)
    new = NewDocument(store_id=store_id, kind=DocumentKind.FILE, name="book.pdf", format="pdf", content=pdf)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    await _put_and_read(database, merchant_id, new)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor, megabytes = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, used.ru_maxrss / 1024
    print(f"reading  {pages} pages in {seconds:.1f} s (floor {FLOOR_SECONDS:.0f}), of the processor {processor:.1f}")
    print(f"memory   {megabytes:.0f} MB (floor {FLOOR_MB:.0f})")
    return seconds, megabytes


def make_pdf(pages: int) -> bytes:
    """A PDF of so many pages of print: the handbooks' sentences, over and over, each time with another number."""
    words = list(_words(pages * WORDS_A_PAGE))
    sheets = (" ".join(words[at : at + WORDS_A_PAGE]) for at in range(0, len(words), WORDS_A_PAGE))
    markup = "#pagebreak()\n".join(sheet.replace("#", "").replace("@", "").replace("$", "") + "\n" for sheet in sheets)
    pdf = typst.compile(f"#set text(size: 10pt)\n{markup}".encode(), format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def _words(count: int) -> Iterator[str]:
    texts = [" ".join(read_handbook(path)[0].replace("#", "").split()) for path in sorted(HANDBOOKS.glob("*.md"))]
    made = 0
    for number in range(count):
        for word in f"{texts[number % len(texts)]} Part {number + 1}.".split():
            yield word
            made += 1
            if made == count:
                return


if __name__ == "__main__":
    main()
