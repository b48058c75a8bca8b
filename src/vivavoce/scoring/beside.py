"""What the documents of a question say about its answer, for a language model that reads it, and nobody else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.interviews.draft import Draft
from vivavoce.knowledge.search import LONGEST_QUESTION, FoundPassage, search
from vivavoce.scoring.given import Given, GivenPassage

FROM_DOCUMENTS = "process-verification-from-knowledge-base"  # whose questions are all about the interview's store
MOST_BESIDE = 6  # passages for one answer


async def find_beside(
    database: Database, definition: Draft, given: Sequence[tuple[UUID, Given]], *, merchant_id: UUID
) -> tuple[tuple[UUID, Given], ...]:
    """The answers, with passages of the store that their question names. Where nothing is found, as they were."""
    stores = {step.id: step.question.store_id or _find_store(definition) for step in definition.steps}
    return tuple(
        [
            (step_id, answer if store_id is None else await _find(database, store_id, answer, merchant_id=merchant_id))
            for step_id, answer in given
            for store_id in (stores[step_id],)
        ]
    )


def _find_store(definition: Draft) -> UUID | None:
    return definition.store_id if definition.settings.style == FROM_DOCUMENTS else None


async def _find(database: Database, store_id: UUID, answer: Given, *, merchant_id: UUID) -> Given:
    if answer.is_choice or not answer.is_scored:
        return answer
    said = " ".join((answer.question, *(turn.text for turn in answer.turns)))
    passages = await search(
        database,
        said[:LONGEST_QUESTION],
        answer.language,
        merchant_id=merchant_id,
        environment=None,  # an interview names no store of another one
        store_ids=[store_id],
        limit=MOST_BESIDE,
    )
    return replace(answer, passages=tuple(map(_to_given, passages)))


def _to_given(passage: FoundPassage) -> GivenPassage:
    name = passage.document if passage.url is not None else PurePosixPath(passage.document).stem
    return GivenPassage(
        document_id=passage.document_id,
        place=passage.place,
        source=": ".join((name, *passage.headings[-1:])),
        text=passage.text,
    )
