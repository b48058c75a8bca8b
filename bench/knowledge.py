"""How well and how fast stores are searched and documents read.

    make bench-knowledge                  (half an hour, most of it for the vectors of the texts, which are kept for the
                                           next time; ARGS="--passages 2000 --pages 3" for a look)

    recall   bench/handbooks/*.md: 100 questions in five languages, each with the passage that answers it, which uses
             other words. How many questions have their passage among the first five: with each handbook in a store of
             its own; with all five in one; and with one of them among 100,000 passages of real texts, a fifth in each
             language, none of which is about working anywhere (bench/texts.py). Every second question is for choosing
             by, the others for telling
    search   milliseconds for each of those questions: from the question to the passages, and the vector's part of it
    reading  a PDF of 50 pages, seconds from the note to the last passage; seconds of the processor, which say the
             same while the machine is busy with something else; and the memory of the program that reads

`--usual` writes src/vivavoce/knowledge/usual.txt and widest.npy: where the numbers of vectors lie, over
bench/questions/.

The floors: recall at 5 of 0.9 and 50 ms at the 95th percentile among 100,000 passages, 10 s and 300 MB.
"""

import argparse
import asyncio
import hashlib
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import numpy as np
import typst

from bench.asking import SEVERAL, TABLES, read_table
from bench.texts import TextBook, fetch_texts, read_books
from tests.builders import KEYS, a_house
from tests.laid import a_folder
from vivavoce.clock import now
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade
from vivavoce.knowledge.bits import SIZE, USUAL, WIDEST, Numbers, pack
from vivavoce.knowledge.documents import DocumentKind, NewDocument, add_document
from vivavoce.knowledge.reader import to_meant
from vivavoce.knowledge.reading import ReadDocument, ReadPassage, claim_document, keep_read, read_document
from vivavoce.knowledge.search import read_vector, search
from vivavoce.knowledge.stores import add_store
from vivavoce.providers.vectors import find_vectors

HANDBOOKS = Path(__file__).parent / "handbooks"
FLOOR_RECALL = 0.9
FLOOR_MS = 50.0
FLOOR_SECONDS = 10.0
FLOOR_MB = 300.0
MOST_TEXTS = 100_000
AT_A_TIME = 1_000  # vectors that are kept at once, for whoever is interrupted
WORDS_A_PAGE = 400
WIDE = 64  # directions in which texts on work differ most from each other
TEXTS = Path("build/texts")
VECTORS = Path("build/vectors")


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
    parser.add_argument("--texts", type=Path, default=TEXTS, help="where the texts are, or are put (%(default)s)")
    parser.add_argument(
        "--own", type=int, default=MOST_TEXTS, help="so many texts get vectors of their own, the rest those of others"
    )
    parser.add_argument("--usual", action="store_true", help="write what is usual, and nothing else")
    asked = parser.parse_args()
    if asked.usual:
        _write_usual()
        return
    with a_folder() as folder, hold(folder, say=lambda _: None) as server:
        address = embedded_address(server.socket_dir, server.database)
        upgrade(address)
        holds = asyncio.run(_measure(address, asked.pages, asked.passages, asked.texts, asked.own))
    sys.exit(0 if holds else 1)


def _write_usual() -> None:
    """Over every tenth question of bench/questions/, and every second passage: none of what is measured here."""
    maker = find_vectors()
    assert maker is not None
    pairs = [pair for path in sorted(TABLES.glob("*.toml")) if path.stem != SEVERAL for pair in read_table(path).pairs]
    texts = sorted({f"{passage.source}: {passage.text}" for pair in pairs for passage in pair.passages})[::2]
    questions = np.stack([maker.of_question(pair.question) for pair in pairs[::10]])
    lines: list[str] = []
    passages = maker.of_passages(texts)
    for numbers in (np.median(passages, axis=0), np.median(questions, axis=0), np.std(passages, axis=0)):
        lines += (" ".join(f"{number:.4f}" for number in numbers[at : at + 12]) for at in range(0, SIZE, 12))
    USUAL.write_text("\n".join(lines) + "\n", encoding="ascii")
    deviations = np.std(passages, axis=0)
    _, directions = np.linalg.eigh(np.cov((passages - np.median(passages, axis=0)).T / deviations[:, None]))
    np.save(WIDEST, directions.T[-WIDE:].astype(np.float16))


async def _measure(address: DatabaseAddress, pages: int, passages: int, folder: Path, own_vectors: int) -> bool:
    async with open_database(address, connections=4) as database:
        house = await a_house(database)
        merchant_id = house.merchant.id
        shelf = await add_store(database, merchant_id=merchant_id, name="Books", slug="books", actor="bench")
        # First, while we are small: what a program takes is told together with what it was made from.
        seconds, megabytes = await _read(database, merchant_id, shelf, pages)
        books = _find_books(folder, passages)
        count = sum(map(len, books))
        own: dict[str, UUID] = {}
        pairs: list[HandbookPair] = []
        for path in sorted(HANDBOOKS.glob("*.md")):
            own[path.stem] = await add_store(
                database, merchant_id=merchant_id, name=path.stem, slug=path.stem, actor="bench"
            )
            pairs += await _put(database, merchant_id, own[path.stem], path)
        await _fill(database, merchant_id, house.store_id, books, own_vectors)
        admin = await asyncpg.connect(address.admin_url)
        for table in ("documents", "passage_bits", "passages"):
            await admin.execute(f"vacuum analyze {table}")
        await admin.close()
        searched = f"each handbook in a store of its own, {count:,} passages in another one"
        recall, took = await _search(database, merchant_id, pairs, searched, lambda pair: [own[pair.language]])
        await _search(database, merchant_id, pairs, "the five handbooks together", lambda _: [*own.values()])
        if count:
            # Not all five: a question doesn't say whose leave or pay it asks for, and each of them answers it.
            searched = f"each handbook among {count:,} passages"
            if own_vectors < count:
                searched += f", of which {own_vectors:,} have vectors of their own: for the time alone"
            recall, took = await _search(
                database, merchant_id, pairs, searched, lambda pair: [own[pair.language], house.store_id]
            )
    return recall >= FLOOR_RECALL and took <= FLOOR_MS and seconds <= FLOOR_SECONDS and megabytes <= FLOOR_MB


def _find_books(folder: Path, passages: int) -> list[TextBook]:
    """So many passages: always the first of the same ones, so that vectors that are kept stay good."""
    if not passages:
        return []
    fetch_texts(folder)
    books: list[TextBook] = []
    for book in read_books(folder, MOST_TEXTS):
        left = passages - sum(map(len, books))
        if left > 0:
            books.append(TextBook(language=book.language, parts=book.parts[:left]))
    return books


async def _put(database: Database, merchant_id: UUID, store_id: UUID, path: Path) -> list[HandbookPair]:
    text, pairs = read_handbook(path)
    new = NewDocument(store_id=store_id, kind=DocumentKind.ARTICLE, name=path.name, format="md", content=text.encode())
    await _put_and_read(database, merchant_id, new)
    return pairs


async def _put_and_read(database: Database, merchant_id: UUID, new: NewDocument) -> None:
    async with database.tenant(merchant_id) as connection:
        document_id = await add_document(
            connection, new, merchant_id=merchant_id, environment=None, sealer=KEYS.sealer, actor="bench", now=now()
        )
    assert document_id is not None
    await read_document(database, KEYS.sealer, merchant_id=merchant_id, document_id=document_id, networks=(), now=now())
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow("select state, fault from documents where id = $1", document_id)
    assert row is not None, "the document is gone"
    assert row["state"] == "ready", row["fault"]


async def _fill(
    database: Database, merchant_id: UUID, store_id: UUID, books: Sequence[TextBook], own_vectors: int
) -> None:
    """Puts the books into a store, as if a program had read them."""
    meant = [to_meant(part) for book in books for part in book.parts]
    vectors = np.resize(_find_vectors(meant[:own_vectors]), (len(meant), SIZE))
    of = {"merchant_id": merchant_id}
    begin = 0
    for number, book in enumerate(books):
        name = f"{book.language} {number}"
        new = NewDocument(store_id=store_id, kind=DocumentKind.ARTICLE, name=name, format="md", content=name.encode())
        passages = tuple(
            ReadPassage(headings=part.headings, text=part.text, vector=pack(vector))
            for part, vector in zip(book.parts, vectors[begin:], strict=False)
        )
        begin += len(book)
        read = ReadDocument(language=book.language, passages=passages, format="md")
        async with database.tenant(merchant_id) as connection:
            document_id = await add_document(
                connection, new, environment=None, sealer=KEYS.sealer, actor="bench", now=now(), **of
            )
        assert document_id is not None
        claim = await claim_document(database, KEYS.sealer, document_id=document_id, now=now(), **of)
        assert claim is not None
        async with database.tenant(merchant_id) as connection:
            await keep_read(connection, claim, read, document_id=document_id, now=now(), **of)


def _find_vectors(meant: Sequence[str]) -> Numbers:
    """What the texts mean; kept for the next time, a thousand at a time, since it takes a while."""
    made = []
    for begin in range(0, len(meant), AT_A_TIME):
        some = meant[begin : begin + AT_A_TIME]
        kept = VECTORS / f"{hashlib.sha256(chr(0).join(some).encode()).hexdigest()[:16]}.npy"
        if not kept.exists():
            maker = find_vectors(threads=os.cpu_count() or 1)
            assert maker is not None
            VECTORS.mkdir(parents=True, exist_ok=True)
            np.save(kept, maker.of_passages(some).astype(np.float16))
        made.append(np.load(kept).astype(np.float32))
    return np.concatenate(made) if made else np.empty((0, SIZE), dtype=np.float32)


async def _search(
    database: Database,
    merchant_id: UUID,
    pairs: Sequence[HandbookPair],
    searched: str,
    stores_of: Callable[[HandbookPair], list[UUID]],
) -> tuple[float, float]:
    print(searched)
    read_vector.cache_clear()
    hits: list[bool] = []
    took, vectors = [], []
    for pair in pairs:
        began = time.perf_counter()
        read_vector.__wrapped__(pair.question)
        vectors.append(time.perf_counter() - began)
        began = time.perf_counter()
        passages = await search(
            database,
            pair.question,
            pair.language,
            merchant_id=merchant_id,
            environment=None,
            store_ids=stores_of(pair),
            limit=5,
        )
        took.append(time.perf_counter() - began)
        hits.append(any(passage.text in pair.wanted or pair.wanted in passage.text for passage in passages))
    recall = statistics.fmean(hits)
    languages = dict.fromkeys(pair.language for pair in pairs)
    both = list(zip(hits, pairs, strict=True))
    told = [
        f"{language} {statistics.fmean(hit for hit, pair in both if pair.language == language):.2f}"
        for language in languages
    ]
    print(
        f"recall   {recall:.2f} at 5 (floor {FLOOR_RECALL}): of every second question {statistics.fmean(hits[::2]):.2f}"
        f", of the others {statistics.fmean(hits[1::2]):.2f}"
    )
    print(f"         {', '.join(told)}")
    for name, seconds in (("search", took), ("of which the vector", vectors)):
        print(
            f"{name:8} {_percentile(seconds, 50) * 1000:.1f} ms, {_percentile(seconds, 95) * 1000:.1f} ms at the 95th"
        )
    return recall, _percentile(took, 95) * 1000


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
