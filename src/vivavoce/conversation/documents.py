"""What the documents of an interview's stores say about a candidate's own question, or about an answer.

The conductor is pure, and knows only what it is handed. So where somebody asks, nothing is decided until the stores
were searched: outside of the transaction that decides, since telling what a question means takes a while.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.conversation.course import Turn
from vivavoce.conversation.happenings import Answered, Happening
from vivavoce.conversation.proposing import QUESTION_MARKS
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.knowledge.search import FoundPassage, search
from vivavoce.replies.asking import LONGEST_QUESTION, Passage
from vivavoce.text.sentences import split_sentences

MOST_SOUGHT = 3  # questions of one turn that are sought, each by itself
MOST_FOUND = 6  # passages for each


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfStores:
    """What somebody asks, and whose documents may say something about it.

    is_answer: nobody asks: it is an answer, to a question that names a store, and a language model may follow it up.
    """

    text: str
    language: str
    store_ids: tuple[UUID, ...]
    environment: str
    is_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInDocuments:
    """What was found. is_answer: about an answer, and not for the candidate to read."""

    passages: tuple[Passage, ...] = ()
    is_answer: bool = False


class DocumentsWanted(Exception):
    """Nothing was decided yet: documents may say something about what somebody asks."""

    def __init__(self, asked: AskedOfStores) -> None:
        super().__init__()
        self.asked = asked


def find_asked(
    definition: Draft, turn: Turn | None, happening: Happening, *, environment: str, may_propose: bool = False
) -> AskedOfStores | None:
    """What is asked of the interview's store, and of the one that the question names; None where nothing is.

    may_propose: whether a language model may be asked for a follow-up.
    """
    if turn is None or not isinstance(happening, Answered) or happening.number != turn.number:
        return None
    text, question = (happening.text or "").strip(), turn.step.question
    named = (definition.store_id, question.store_id)
    store_ids = tuple(dict.fromkeys(store_id for store_id in named if store_id is not None))
    is_asked = question.answered_by is AnsweredBy.CANDIDATE_ASKS or any(mark in text for mark in QUESTION_MARKS)
    if not is_asked and may_propose and text and question.store_id is not None:
        return AskedOfStores(
            text=f"{question.text} {text}"[:LONGEST_QUESTION],
            language=turn.language,
            store_ids=(question.store_id,),
            environment=environment,
            is_answer=True,
        )
    if not text or not store_ids or not is_asked or len(text) > LONGEST_QUESTION:
        return None
    return AskedOfStores(text=text, language=turn.language, store_ids=store_ids, environment=environment)


async def find_in_documents(database: Database, merchant_id: UUID, asked: AskedOfStores) -> FoundInDocuments:
    """The passages that say most about it, the best of each question first."""
    by_question = [
        await search(
            database,
            question,
            asked.language,
            merchant_id=merchant_id,
            environment=asked.environment,
            store_ids=asked.store_ids,
            limit=MOST_FOUND,
        )
        for question in ([asked.text] if asked.is_answer else _part(asked.text))
    ]
    passages = dict.fromkeys(_to_passage(passage) for passages in by_question for passage in passages)
    return FoundInDocuments(passages=tuple(passages), is_answer=asked.is_answer)


def _part(text: str) -> Iterable[str]:
    """Each sentence that asks, by itself; all of the text where none has a question mark, or there are many."""
    asking = [sentence for sentence in split_sentences(text) if any(mark in sentence for mark in QUESTION_MARKS)]
    return asking if 0 < len(asking) <= MOST_SOUGHT else [text]


def _to_passage(passage: FoundPassage) -> Passage:
    return Passage(source=": ".join(dict.fromkeys(_name(passage))), text=passage.text)


def _name(passage: FoundPassage) -> Iterator[str]:
    """What a candidate reads above it: the document's name without its ending, and the heading."""
    name = PurePosixPath(passage.document)
    yield passage.document if passage.url is not None or " " in name.suffix else name.stem
    yield from passage.headings[-1:]
