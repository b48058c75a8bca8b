"""What a revision's answers are held against: made once, from the caller's own words, and never changed."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.attempts.yields import YIELDS
from vivavoce.db.database import Connection, Database
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.interviews.versions import read_version
from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.draft_rubric import Sources, draft_rubric
from vivavoce.scoring.rubric import Rubric, read_rubric, to_rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubrics:
    """The interview's own, and those of its steps. is_drafted: none was sent.

    They were split from the caller's texts then, or written by a language model and reviewed by nobody.
    """

    interview: Rubric | None
    steps: Mapping[UUID, Rubric]
    is_drafted: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all of them, in hex: what a judgement was made by."""
        return hashlib.sha256(json.dumps(pack_rubrics(self), sort_keys=True).encode()).hexdigest()


async def find_rubrics(
    database: Database, rater: Rater, *, merchant_id: UUID, interview_id: UUID, revision: int, now: datetime
) -> Rubrics:
    """The rubrics of this revision: those that stand, else they are made now, once, whoever asks first."""
    async with database.tenant(merchant_id) as connection:
        there = await _read(connection, interview_id, revision)
        if there is not None:
            return there
        definition = await read_version(connection, interview_id, revision)
    # In a thread: the rater computes, and a worker whose loop stands still counts as dead.
    made = await asyncio.to_thread(make_rubrics, definition, rater)
    async with database.tenant(merchant_id) as connection:
        await connection.execute(
            "insert into rubrics (merchant_id, interview_id, revision, digest, definition, made_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            merchant_id,
            interview_id,
            revision,
            made.digest,
            pack_rubrics(made),
            now,
        )
        return await _read(connection, interview_id, revision) or made


def make_rubrics(definition: Draft, rater: Rater) -> Rubrics:
    """The caller's rubrics; where the interview has none, what its texts say of expectations. Nothing is invented.

    Descriptions count only where a question was left without expectations: whoever wrote them for each question did not
    mean "You can park behind the hall" to be shown. In practice they tell of the practice, and never count.
    """
    settings = definition.settings
    own = {step.id: rubric for step in definition.steps if (rubric := to_rubric(step.question.claims))}
    sent = to_rubric(settings.claims)
    if sent is not None:
        return Rubrics(interview=sent, steps=own, is_drafted=settings.are_claims_drafted)
    bare = [
        step
        for step in definition.steps
        if step.id not in own and step.question.is_scored and step.question.answered_by is AnsweredBy.OPEN
    ]
    is_told = bool(bare) and YIELDS[definition.kind].has_recruiter_view
    drafted = draft_rubric(
        Sources(
            expectations_text=settings.expectations_text,
            context=settings.context,
            descriptions=tuple(filter(None, (definition.description, settings.long_description))) if is_told else (),
        ),
        [step.question.text for step in bare],
        language=definition.language,
        similar=rater.similar,
    )
    drafted_steps = {
        step.id: rubric for step, rubric in zip(bare, drafted.questions, strict=True) if rubric is not None
    }
    return Rubrics(interview=drafted.interview, steps=own | drafted_steps, is_drafted=drafted.interview is not None)


def pack_rubrics(rubrics: Rubrics) -> dict[str, Any]:
    """As plain values that jsonb keeps."""
    return {
        "interview": _pack(rubrics.interview),
        "steps": {str(step_id): _pack(rubric) for step_id, rubric in rubrics.steps.items()},
        "is_drafted": rubrics.is_drafted,
    }


def unpack_rubrics(packed: Mapping[str, Any]) -> Rubrics:
    """The rubrics of their plain values."""
    steps = {UUID(key): rubric for key, value in packed["steps"].items() if (rubric := read_rubric(value)) is not None}
    return Rubrics(interview=read_rubric(packed["interview"]), steps=steps, is_drafted=packed["is_drafted"])


def _pack(rubric: Rubric | None) -> dict[str, list[str]] | None:
    if rubric is None:
        return None
    return {bracket.value: list(rubric.texts(bracket)) for bracket in Bracket}


async def _read(connection: Connection, interview_id: UUID, revision: int) -> Rubrics | None:
    packed = await connection.fetchval(
        "select definition from rubrics where interview_id = $1 and revision = $2", interview_id, revision
    )
    return None if packed is None else unpack_rubrics(packed)
