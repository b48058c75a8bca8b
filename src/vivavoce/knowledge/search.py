"""The passages of stores that say most about a question: by what they mean, and by the words that they hold.

all of a store, as bits ──► READ_IN_FULL that may say most (near.py); bits are held between searches (held_bits.py)
those in full           ──► by their vectors, by what stands around them, and by their stems ──► one order
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg

from vivavoce.db.database import Connection, Database
from vivavoce.knowledge.find import find_texts, make_index
from vivavoce.knowledge.held_bits import BitsKey, HeldBits, WholeBits, to_whole
from vivavoce.knowledge.word_bits import find_rows
from vivavoce.text.stems import content_stems

if TYPE_CHECKING:
    from vivavoce.knowledge.near import NearPassage

READ_IN_FULL = 150
WEIGHED_BY_WORDS = 40  # stems cost: 150 passages take a fortieth of a second
LONGEST_QUESTION = 1_000  # characters that are read
# So much nearer counts a passage that holds all words of the question, each by how much it tells passages apart. Words
# are of one language alone, and what answers a question often has none of them.
BY_WORDS = 0.1
# Where a question is on work in a store on anything: so much of the nearness is told by how both differ from what is
# usual around the passage, as in a store of its own, and the rest by what is usual in the store.
BY_AROUND = 0.8
# What a search holds is some MB of a large store: so many at once, in threads that nothing else waits for.
AT_ONCE = 4
THREADS = 2
_THREADS = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
_HELD = HeldBits()
_GATES: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

# A store that was removed, is another environment's, or holds nothing that was read has nothing to say.
OPEN_STORES = """
select id from stores where merchant_id = $1 and id = any ($2) and removed_at is null
    and ($3::text is null or environment is null or environment = $3)
    and exists (select from documents where documents.merchant_id = $1 and store_id = stores.id and is_active
        and passage_count > 0)
"""
# Drafts, and what is only being read for the first time, have no say. The merchant is named besides the policy.
LIST_BITS = """
select document_id, bits.xmin::text as version, language
from documents join passage_bits as bits on bits.merchant_id = $1 and document_id = documents.id
where documents.merchant_id = $1 and store_id = any ($2) and is_active and bits.passages > 0
order by document_id
"""
READ_BITS = """
select document_id, xmin::text as version, passages, meanings, words from passage_bits
where merchant_id = $1 and document_id = any ($2)
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

    @property
    def spoken(self) -> str:
        """The language, as documents have it: Portuguese is one to who tells what a document is in."""
        return "pt" if self.language == "br" else self.language


@dataclass(frozen=True, slots=True)
class _ReadBits:
    document_id: UUID
    language: str | None
    bits: WholeBits


@dataclass(frozen=True, slots=True)
class _SoughtPassages:
    """What is to be read in full, the nearest first.

    passages: by document and place. tells: see NearPassages. usual: of all of the stores, see bits.py.
    """

    passages: Mapping[tuple[UUID, int], "NearPassage"]
    tells: float
    usual: Any


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
            documents = await _read_bits(connection, merchant_id, [row["id"] for row in rows])
        if not documents:
            return []
        sought = SoughtQuestion(stems=stems, language=language, vector=await vector)
        near: _SoughtPassages = await _compute(_find_near, sought, documents)
        del documents
        async with database.tenant(merchant_id) as connection:
            document_ids, places = [document_id for document_id, _ in near.passages], [at for _, at in near.passages]
            in_full = await connection.fetch(READ_PASSAGES, merchant_id, document_ids, places)
        ordered: list[FoundPassage] = await _compute(_order, in_full, sought, near)
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


async def _read_bits(connection: Connection, merchant_id: UUID, store_ids: Sequence[UUID]) -> list[_ReadBits]:
    """The bits of every document of these stores. Only those that nobody has asked for lately are fetched."""
    rows = await connection.fetch(LIST_BITS, merchant_id, store_ids)
    languages = {BitsKey(document_id=row["document_id"], version=row["version"]): row["language"] for row in rows}
    bits = _HELD.find(languages)
    if missing := [key.document_id for key in languages if key not in bits]:
        # What was read anew since it was listed comes in its new version, and what is gone does not come.
        fetched = dict(to_whole(row) for row in await connection.fetch(READ_BITS, merchant_id, missing))
        _HELD.hold(fetched)
        bits |= fetched
    of_document = {key.document_id: whole for key, whole in bits.items()}
    return [
        _ReadBits(key.document_id, language, of_document[key.document_id])
        for key, language in languages.items()
        if key.document_id in of_document
    ]


def _find_near(sought: SoughtQuestion, documents: Sequence[_ReadBits]) -> _SoughtPassages:
    from vivavoce.knowledge.bits import count_bits, find_usual
    from vivavoce.knowledge.near import DocumentBits, find_near

    rows = find_rows(sought.stems)
    counted = [None if document.bits.meanings is None else document.bits.counts(count_bits) for document in documents]
    bits = [
        DocumentBits(
            count=document.bits.passages,
            language=document.language,
            meanings=document.bits.meanings,
            blocks=None if of_document is None else of_document.blocks,
            words=document.bits.cut_words(rows),
        )
        for document, of_document in zip(documents, counted, strict=True)
    ]
    usual = find_usual(
        (document.language, document.bits.passages, of_document.whole)
        for document, of_document in zip(documents, counted, strict=True)
        if of_document is not None
    )
    begins = list(accumulate((document.bits.passages for document in documents), initial=0))
    near = find_near(sought.vector, sought.spoken, bits, usual, READ_IN_FULL)
    passages = {}
    for passage in near.passages:
        at = bisect_right(begins, passage.number) - 1
        passages[documents[at].document_id, passage.number - begins[at]] = passage
    return _SoughtPassages(passages, near.tells, usual)


def _order(rows: Sequence[asyncpg.Record], sought: SoughtQuestion, near: _SoughtPassages) -> list[FoundPassage]:
    """The passages, the best first, by what they mean and by the words that they hold."""
    passages = _to_found(rows, sought, near.usual)
    nearness = _weigh_around(rows, passages, sought, near)
    by_meaning = sorted(nearness, key=lambda place: (-nearness[place], place))
    # Behind these, words could lift nothing among the first.
    weighed = [
        *by_meaning[:WEIGHED_BY_WORDS],
        *(place for place, passage in enumerate(passages) if passage.nearness is None),
    ]
    texts = [" ".join((*passages[place].headings, passages[place].text)) for place in weighed]
    index = make_index([content_stems(text, language=sought.language) for text in texts])
    shares = {weighed[match.place]: match.share for match in find_texts(sought.stems, index)}
    scores = {
        place: BY_WORDS * share + nearness.get(place, 0.0)
        for place, share in (dict.fromkeys(nearness, 0.0) | shares).items()
    }
    # Of equal ones, the one in which words say more.
    places = dict.fromkeys((*shares, *by_meaning))
    return [passages[place] for place in sorted(places, key=lambda place: -scores[place])]


def _weigh_around(
    rows: Sequence[asyncpg.Record], passages: Sequence[FoundPassage], sought: SoughtQuestion, near: _SoughtPassages
) -> dict[int, float]:
    """By their places, how near the passages come with what stands around them; of those whose meaning is known."""
    of_place = {place: passage.nearness for place, passage in enumerate(passages) if passage.nearness is not None}
    near_of = {place: near.passages[passages[place].document_id, passages[place].place] for place in of_place}
    middles = [passage.around for passage in near_of.values() if passage.around is not None]
    share = BY_AROUND * near.tells if len(middles) == len(of_place) else 0.0
    if share:
        from vivavoce.knowledge.bits import tell_nearness_around

        alone = tell_nearness_around(sought.vector, [rows[place]["vector"] for place in of_place], middles)
        of_place = {
            place: (1 - share) * whole + share * own
            for (place, whole), own in zip(of_place.items(), alone, strict=True)
        }
    return {place: value + near_of[place].besides for place, value in of_place.items()}


def _to_found(rows: Sequence[asyncpg.Record], sought: SoughtQuestion, usual: Any) -> list[FoundPassage]:
    known = [(row["language"], row["vector"]) for row in rows if row["vector"] is not None]
    nearness: Iterator[float] = iter(())
    if known and sought.vector is not None:
        from vivavoce.knowledge.bits import tell_nearness

        nearness = iter(tell_nearness(sought.vector, sought.spoken, known, usual))
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
