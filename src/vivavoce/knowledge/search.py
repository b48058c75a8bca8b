"""The passages of stores that say most about a question: by what they mean, and by the words that they hold.

all of a store, as bits ──► NEAR that mean nearly the same, SAID that hold its words
those in full           ──► by their vectors, and by BM25 over their stems ──► both orders as one
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg

from vivavoce.db.database import Connection
from vivavoce.knowledge.find import find_texts, make_index
from vivavoce.knowledge.word_bits import WORD_BITS, to_word_bits
from vivavoce.text.stems import content_stems

READ_IN_FULL = 300
UNLIKE = 192  # bits in which texts differ that have nothing to do with each other
NEARER_BY_A_WORD = 10  # bits; give or take so many, too
LONGEST_QUESTION = 1_000  # characters that are read
# One order out of two: 1 / (RANK + the place in each), summed up. Words count less: they are of one language alone.
# Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
RANK = 10
WORDS_COUNT = 0.25
SAME_LANGUAGE = 0.1  # so much nearer counts what is in the language of the question: it can be read by who asks

# Drafts, and what is only being read for the first time, have no say. The merchant is named besides the policy.
FIND = """
with open_documents as materialized (
    select id from documents where merchant_id = $1 and store_id = any ($2) and is_active and passage_count > 0
),
sought as (
    select document_id, place from passage_bits where merchant_id = $1 and store_id = any ($2)
        and document_id in (select id from open_documents)
    order by coalesce(bit_count(meaning # $3), $5) - $6 * bit_count(words & $4) limit $7
)
select passages.document_id, passages.place, documents.name, documents.url, documents.language, headings, text, vector
from sought
join passages on passages.merchant_id = $1 and passages.document_id = sought.document_id
    and passages.place = sought.place
join documents on documents.merchant_id = $1 and documents.id = sought.document_id
"""
# A store that was removed, is another environment's, or holds nothing that was read has nothing to say.
OPEN_STORES = """
select id from stores where merchant_id = $1 and id = any ($2) and removed_at is null
    and ($3::text is null or environment is null or environment = $3)
    and exists (select from documents where documents.merchant_id = $1 and store_id = stores.id and is_active
        and passage_count > 0)
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
    """A question as it is sought.

    vector: (1, 384), and meaning: its bits, 48 bytes; None: no machine told what it means.
    """

    stems: tuple[str, ...]
    language: str
    vector: Any = None
    meaning: bytes | None = None


@lru_cache(maxsize=256)
def seek(question: str, language: str) -> SoughtQuestion:
    """The question, made ready. It computes for some hundredths of a second: call it in a thread."""
    # numpy: with the first question, since a server that only takes calls needs none.
    from vivavoce.knowledge.bits import to_meaning
    from vivavoce.providers.vectors import find_vectors

    text = " ".join(question[:LONGEST_QUESTION].split())
    stems = content_stems(text, language=language)
    maker = find_vectors()
    if maker is None:
        return SoughtQuestion(stems=stems, language=language)
    vector = maker.of_question(text)[None]
    meaning = to_meaning(vector, of_questions=True)[0]
    return SoughtQuestion(stems=stems, language=language, vector=vector, meaning=meaning)


async def search(
    connection: Connection,
    sought: SoughtQuestion,
    *,
    merchant_id: UUID,
    environment: str | None,
    store_ids: Sequence[UUID],
    limit: int,
) -> list[FoundPassage]:
    """The passages of these stores that say most about it, the best first; none where nothing is ready."""
    stores = await find_speaking(connection, merchant_id=merchant_id, environment=environment, store_ids=store_ids)
    if not stores:
        return []
    meaning = sought.meaning
    rows = await connection.fetch(
        FIND,
        merchant_id,
        stores,
        None if meaning is None else asyncpg.BitString.frombytes(meaning, bitlength=8 * len(meaning)),
        asyncpg.BitString.frombytes(to_word_bits(sought.stems), bitlength=WORD_BITS),
        UNLIKE,
        NEARER_BY_A_WORD,
        READ_IN_FULL,
    )
    # By place: rows of one nearness come in the same order each time.
    rows.sort(key=lambda row: (row["document_id"], row["place"]))
    return order_found(_to_found(rows, sought), sought)[:limit]


async def find_speaking(
    connection: Connection, *, merchant_id: UUID, environment: str | None, store_ids: Sequence[UUID]
) -> list[UUID]:
    """Those of the stores in which anything can be found. environment: None: of whichever."""
    return [row["id"] for row in await connection.fetch(OPEN_STORES, merchant_id, list(store_ids), environment)]


def order_found(passages: Sequence[FoundPassage], sought: SoughtQuestion) -> list[FoundPassage]:
    """The passages in one order out of two: of what they mean, and of the words that they hold."""
    by_meaning = sorted(
        (place for place, passage in enumerate(passages) if passage.nearness is not None),
        key=lambda place: (-_count(passages[place], sought.language), place),
    )
    index = make_index(
        [content_stems(" ".join((*passage.headings, passage.text)), language=sought.language) for passage in passages]
    )
    by_words = [match.place for match in find_texts(sought.stems, index)]
    scores = [0.0] * len(passages)
    for weight, order in ((1.0, by_meaning), (WORDS_COUNT, by_words)):
        for rank, place in enumerate(order):
            scores[place] += weight / (RANK + rank)
    return [
        passages[place]
        for place in sorted(range(len(passages)), key=lambda place: (-scores[place], place))
        if scores[place]
    ]


def _count(passage: FoundPassage, language: str) -> float:
    # Portuguese is one language to who tells what a document is in.
    is_same_language = passage.language == ("pt" if language == "br" else language)
    return (passage.nearness or 0.0) + (SAME_LANGUAGE if is_same_language else 0.0)


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
