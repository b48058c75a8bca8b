"""The passages of stores that say most about a question: by what they mean, and by the words that they hold.

all of a store, as bits ──► READ_IN_FULL that may say most (near.py)
those in full           ──► by their vectors, and by BM25 over their stems ──► both orders as one
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg

from vivavoce.db.database import Database
from vivavoce.knowledge.find import find_texts, make_index
from vivavoce.knowledge.word_bits import find_rows
from vivavoce.text.stems import content_stems

READ_IN_FULL = 150
WEIGHED_BY_WORDS = 40  # stems cost: 150 passages take a fortieth of a second
LONGEST_QUESTION = 1_000  # characters that are read
# One order out of two: 1 / (RANK + the place in each), summed up. Words count less: they are of one language alone.
# Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
RANK = 10
WORDS_COUNT = 0.25
# What a search holds is some MB of a large store: so many at once, in threads that nothing else waits for.
AT_ONCE = 4
THREADS = 2
_THREADS = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
_GATES: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

# A store that was removed, is another environment's, or holds nothing that was read has nothing to say.
OPEN_STORES = """
select id from stores where merchant_id = $1 and id = any ($2) and removed_at is null
    and ($3::text is null or environment is null or environment = $3)
    and exists (select from documents where documents.merchant_id = $1 and store_id = stores.id and is_active
        and passage_count > 0)
"""
# Drafts, and what is only being read for the first time, have no say. The merchant is named besides the policy. Of the
# words, only the rows of those that are asked for are read.
READ_BITS = """
select document_id, bits.passages as count, language, meanings,
    coalesce((select string_agg(substring(words from row * size + 1 for size), ''::bytea order by place)
        from unnest($3::integer[]) with ordinality as wanted (row, place)), '') as words
from documents
join passage_bits as bits on bits.merchant_id = $1 and document_id = documents.id,
lateral (select (bits.passages + 7) / 8) as of_row (size)
where documents.merchant_id = $1 and store_id = any ($2) and is_active and bits.passages > 0
order by document_id
"""
READ_PASSAGES = """
select passages.document_id, passages.place, name, url, language, headings, text, vector
from unnest($2::uuid[], $3::integer[]) with ordinality as sought (document_id, place, number)
join passages on passages.merchant_id = $1 and passages.document_id = sought.document_id
    and passages.place = sought.place
join documents on documents.merchant_id = $1 and documents.id = sought.document_id
order by number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage that was found.

    nearness: -1 to 1, of what it means to what is asked, by how both differ from the usual; None: no machine told.
    """

    document_id: UUID
    place: int
    document: str  # its name
    url: str | None
    language: str | None  # of its document
    headings: tuple[str, ...]
    text: str
    nearness: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtQuestion:
    """A question as it is sought. vector: (1, 384); None: no machine told what it means."""

    stems: tuple[str, ...]
    language: str
    vector: Any = None


async def search(
    database: Database,
    question: str,
    language: str,
    *,
    merchant_id: UUID,
    environment: str | None,
    store_ids: Sequence[UUID],
    limit: int,
) -> list[FoundPassage]:
    """The passages of these stores that say most about a question, the best first; none where nothing is ready.

    language: of the question. environment: None: of whichever. No connection is held while it is computed.
    """
    gate = _GATES.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    text = " ".join(question[:LONGEST_QUESTION].split())
    async with gate:
        stems = content_stems(text, language=language)
        async with database.tenant(merchant_id) as connection:
            rows = await connection.fetch(OPEN_STORES, merchant_id, list(store_ids), environment)
            if not rows:
                return []
            # What the question means is told while its stores are read.
            vector = asyncio.ensure_future(_compute(read_vector, text))
            bits = await connection.fetch(READ_BITS, merchant_id, [row["id"] for row in rows], find_rows(stems))
        sought = SoughtQuestion(stems=stems, language=language, vector=await vector)
        document_ids, places = await _compute(_find_near, sought, bits)
        del bits
        async with database.tenant(merchant_id) as connection:
            in_full = await connection.fetch(READ_PASSAGES, merchant_id, document_ids, places)
        ordered: list[FoundPassage] = await _compute(_order, in_full, sought)
    return ordered[:limit]


async def _compute(work: Any, *given: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *given)


@lru_cache(maxsize=256)
def read_vector(question: str) -> Any:
    """(1, 384): what a question means; None: no machine tells. It computes for a hundredth of a second."""
    # numpy: with the first question, since a server that only takes calls needs none.
    from vivavoce.providers.vectors import find_vectors

    maker = find_vectors()
    return None if maker is None else maker.of_question(question)[None]


def _find_near(sought: SoughtQuestion, rows: Sequence[Mapping[str, Any]]) -> tuple[list[UUID], list[int]]:
    """The documents and the places in them of what is read in full, the nearest first."""
    from vivavoce.knowledge.near import DocumentBits, find_near

    documents = [DocumentBits(**row) for row in rows]
    if not documents:
        return [], []
    near = find_near(sought.vector, sought.language, documents, READ_IN_FULL)
    begins = [0]
    for document in documents:
        begins.append(begins[-1] + document.count)
    numbers = [bisect_right(begins, place) - 1 for place in near]
    return (
        [documents[number].document_id for number in numbers],
        [place - begins[number] for number, place in zip(numbers, near, strict=True)],
    )


def _order(rows: Sequence[asyncpg.Record], sought: SoughtQuestion) -> list[FoundPassage]:
    return order_found(_to_found(rows, sought), sought)


def order_found(passages: Sequence[FoundPassage], sought: SoughtQuestion) -> list[FoundPassage]:
    """The passages in one order out of two: of what they mean, and of the words that they hold."""
    from vivavoce.knowledge.near import tell_bonus

    by_meaning = sorted(
        (place for place, passage in enumerate(passages) if passage.nearness is not None),
        key=lambda place: (
            -(passages[place].nearness or 0.0) - tell_bonus(passages[place].language, sought.language),
            place,
        ),
    )
    # Behind these, words could lift nothing among the first.
    weighed = [
        *by_meaning[:WEIGHED_BY_WORDS],
        *(place for place, passage in enumerate(passages) if passage.nearness is None),
    ]
    texts = [" ".join((*passages[place].headings, passages[place].text)) for place in weighed]
    index = make_index([content_stems(text, language=sought.language) for text in texts])
    by_words = [weighed[match.place] for match in find_texts(sought.stems, index)]
    scores = [0.0] * len(passages)
    for weight, order in ((1.0, by_meaning), (WORDS_COUNT, by_words)):
        for rank, place in enumerate(order):
            scores[place] += weight / (RANK + rank)
    return [
        passages[place]
        for place in sorted(range(len(passages)), key=lambda place: (-scores[place], place))
        if scores[place]
    ]


def _to_found(rows: Sequence[asyncpg.Record], sought: SoughtQuestion) -> list[FoundPassage]:
    known = [row["vector"] for row in rows if row["vector"] is not None]
    nearness: Iterator[float] = iter(())
    if known and sought.vector is not None:
        from vivavoce.knowledge.bits import tell_nearness

        nearness = iter(tell_nearness(sought.vector, known))
    return [
        FoundPassage(
            document_id=row["document_id"],
            place=row["place"],
            document=row["name"],
            url=row["url"],
            language=row["language"],
            headings=tuple(row["headings"]),
            text=row["text"],
            nearness=None if row["vector"] is None else next(nearness, None),
        )
        for row in rows
    ]
