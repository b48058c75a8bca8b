"""What the documents of an interview's stores say about a candidate's own question, or about an answer; and which
sentence of all that the interviewer may tell means an answer.

The conductor is pure, and knows only what it is handed. So where somebody asks, nothing is decided until the stores
were searched: outside of the transaction that decides, since telling what a question means takes a while.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.conversation.asking_us import cut_lead, find_asked_at_end
from vivavoce.conversation.course import Turn
from vivavoce.conversation.happenings import Answered, Corrected, Happening
from vivavoce.conversation.intents import find_asked_beside
from vivavoce.conversation.meant import find_meant
from vivavoce.conversation.proposing import QUESTION_MARKS
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.knowledge.search import FoundPassage, search
from vivavoce.replies.asking import LONGEST_QUESTION, Meaning, Passage, part_questions
from vivavoce.text.sentences import split_sentences

MOST_SOUGHT = 3  # questions of one turn that are sought, each by itself
MOST_FOUND = 6  # passages for each


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfStores:
    """What somebody asks, and whose documents may say something about it.

    is_answer: nobody asks: it is an answer, to a question that names a store, and a language model may follow it up.
    passages: of the interview itself. questions: as they are parted, each to be held against all of it.
    """

    text: str
    language: str
    store_ids: tuple[UUID, ...]
    environment: str
    is_answer: bool = False
    passages: tuple[Passage, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInDocuments:
    """What was found. is_answer: about an answer, and not for the candidate to read. meant: what was asked, by its
    meaning.
    """

    passages: tuple[Passage, ...] = ()
    is_answer: bool = False
    meant: Meaning = field(default_factory=Meaning)


class DocumentsWanted(Exception):
    """Nothing was decided yet: documents, or the interview's own texts, may say something about what somebody asks."""

    def __init__(self, asked: AskedOfStores) -> None:
        super().__init__()
        self.asked = asked


def find_asked(
    definition: Draft,
    turn: Turn | None,
    happening: Happening,
    *,
    environment: str,
    passages: Sequence[Passage] = (),
    may_propose: bool = False,
) -> AskedOfStores | None:
    """What is asked of the interview's own texts, its store, and the one that the question names; None where nothing
    is.

    passages: of the interview. may_propose: whether a language model may be asked for a follow-up.
    """
    if isinstance(happening, Corrected) and happening.is_question:
        language = definition.language if turn is None else turn.language
        return _of_question(definition, happening.text or "", language, environment=environment, passages=passages)
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
    at_end = () if question.answered_by is AnsweredBy.CANDIDATE_ASKS else _find_at_end(text, turn)
    if not text or not (is_asked or at_end) or len(text) > LONGEST_QUESTION:
        return None
    return AskedOfStores(
        text=text,
        language=turn.language,
        store_ids=store_ids if is_asked else (),
        environment=environment,
        passages=tuple(passages),
        questions=_find_questions((*at_end, text), language=turn.language),
    )


def _of_question(
    definition: Draft, text: str, language: str, *, environment: str, passages: Sequence[Passage]
) -> AskedOfStores | None:
    """What is asked by words that were taken for an answer first."""
    if not text.strip() or len(text) > LONGEST_QUESTION:
        return None
    return AskedOfStores(
        text=text.strip(),
        language=language,
        store_ids=() if definition.store_id is None else (definition.store_id,),
        environment=environment,
        passages=tuple(passages),
        questions=_find_questions((text.strip(),), language=language),
    )


def _find_at_end(text: str, turn: Turn) -> tuple[str, ...]:
    """What an answer asks at its end, or beside a refusal."""
    beside = find_asked_beside(text, language=turn.language)
    return (beside,) if beside else find_asked_at_end(text, question=turn.asked, language=turn.language)


def _find_questions(texts: Iterable[str], *, language: str) -> tuple[str, ...]:
    """The questions of these texts, with and without what leads to them."""
    asked = [said for text in texts for said in (cut_lead(text, language=language), text)]
    return tuple(dict.fromkeys(part for text in asked for part in part_questions(text, language=language)))


async def find_in_documents(database: Database, merchant_id: UUID, asked: AskedOfStores) -> FoundInDocuments:
    """The passages that say most about it, the best of each question first; and what answers it by its meaning."""
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
        if asked.store_ids
    ]
    passages = tuple(dict.fromkeys(_to_passage(passage) for passages in by_question for passage in passages))
    meant = Meaning()
    if not asked.is_answer:
        meant = await find_meant(asked.text, asked.questions, (*passages, *asked.passages), language=asked.language)
    return FoundInDocuments(passages=passages, is_answer=asked.is_answer, meant=meant)


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
