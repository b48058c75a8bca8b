"""Judging an attempt that was handed in: read (a transaction), think (none), write (a transaction).

No transaction is open while the rater thinks; what is written is written once, by whoever comes first.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.automatic_reports import want_report
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.scores import Material, mark_judged, read_waiting
from vivavoce.attempts.yields import YIELDS
from vivavoce.db.database import Database
from vivavoce.events.record import Event
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.interviews.versions import read_version
from vivavoce.jobs.leave import Note, leave
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.providers.raters.model_reader import ModelReader
from vivavoce.providers.raters.port import AnswerReader, Rater
from vivavoce.scoring.beside import find_beside
from vivavoce.scoring.calibrations import find_calibration
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.interval import Calibration
from vivavoce.scoring.judge import judge_session
from vivavoce.scoring.judgement import Judgement, PassageBeside
from vivavoce.scoring.judgements import save_judgement, settle_scores, to_scores
from vivavoce.scoring.overturns import read_overturns
from vivavoce.scoring.own_calibrations import find_own_calibrations
from vivavoce.scoring.provenance import find_provenance
from vivavoce.scoring.readers import Readings, read_all
from vivavoce.scoring.recommend import make_feedback, make_report
from vivavoce.scoring.rubrics import Rubrics, find_rubrics
from vivavoce.scoring.verdicts import Verdict


async def score_attempt(
    database: Database,
    rater: Rater,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    now: datetime,
    models: LanguageModels | None = None,
) -> None:
    """Judges the attempt if it waits for it: done again, it changes nothing. models: None: the rater judges alone."""
    async with database.tenant(merchant_id) as connection:
        material = await read_waiting(connection, attempt_id)
        if material is None:
            return
        definition = await read_version(connection, material.interview_id, material.revision)
        own = await find_own_calibrations(connection)
    thought = await think(
        database, rater, models, definition, material, own, merchant_id=merchant_id, attempt_id=attempt_id, now=now
    )
    async with database.tenant(merchant_id) as connection:
        if not await mark_judged(connection, attempt_id, to_scores(thought.judgement), now=now):
            return  # somebody else was faster
        version = await save_judgement(
            connection,
            thought.judgement,
            merchant_id=merchant_id,
            attempt_id=attempt_id,
            rater=thought.judges,
            rubric_digest=thought.rubric_digest,
            now=now,
        )
        # What people said of it before stays: their word stands above another judgement, too.
        if await read_overturns(connection, attempt_id):
            await settle_scores(connection, attempt_id, now=now)
        await record_attempt(
            connection,
            Event.ATTEMPT_JUDGED,
            attempt_id=attempt_id,
            actor="worker",
            data={"version": version},
        )
        await leave(connection, Note.WRITE_RECEIPTS, merchant_id=merchant_id, subject_id=attempt_id)
        if definition.settings.auto_report is not None:
            await want_report(connection, merchant_id=merchant_id, attempt_id=attempt_id, now=now)


async def find_reader(models: LanguageModels | None, *, merchant_id: UUID, attempt_id: UUID) -> AnswerReader | None:
    """Who reads this merchant's answers besides the rater; None: no model is set that may."""
    if models is None:
        return None
    chosen = await models.of(merchant_id, attempt_id)
    return ModelReader(chosen) if chosen.is_fit(ModelPurpose.READ) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """A judgement that is not kept yet. judges: who made it, with their versions."""

    judgement: Judgement
    judges: str
    rubric_digest: str


async def think(
    database: Database,
    rater: Rater,
    models: LanguageModels | None,
    definition: Draft,
    material: Material,
    own: Mapping[str, Calibration],
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    now: datetime,
) -> Thought:
    """What is made of what there is: read by the reader, if there is one, and then judged. In no transaction.

    own: the merchant's own calibrations, by who judges.
    """
    rubrics = await find_rubrics(
        database,
        rater,
        merchant_id=merchant_id,
        interview_id=material.interview_id,
        revision=material.revision,
        now=now,
    )
    asked = models if material.may_be_read else None
    reader = await find_reader(asked, merchant_id=merchant_id, attempt_id=attempt_id)
    judges = name_judges(rater, reader)
    given = tuple(_to_given(definition.steps, material, rubrics))
    if reader is not None:
        given = await find_beside(database, definition, given, merchant_id=merchant_id)
    answers = [answer for _, answer in given]
    readings = None if reader is None else await read_all(answers, reader, rubric=rubrics.interview)
    # In a thread of its own: a worker whose loop stands still counts as dead.
    judgement = await asyncio.to_thread(
        judge_attempt, definition, material.answers, given, rubrics, rater, readings, own.get(judges)
    )
    passages = tuple(
        PassageBeside(
            step_id=step_id,
            document_id=passage.document_id,
            place=passage.place,
            source=passage.source,
            text=passage.text,
        )
        for (step_id, _), reading in zip(given, readings or (), strict=False)
        for passage in reading.passages
    )
    provenance = await asyncio.to_thread(find_provenance, {} if reader is None else reader.prompts)
    return Thought(
        judgement=replace(judgement, provenance=provenance, passages=passages),
        judges=judges,
        rubric_digest=rubrics.digest,
    )


def name_judges(rater: Rater, reader: AnswerReader | None) -> str:
    """Who judges, with their versions."""
    named = f"{rater.name} {rater.version}"
    return named if reader is None else f"{reader.name} {reader.version} and {named}"


def judge_attempt(
    definition: Draft,
    answers: Sequence[Answer],
    given: Sequence[tuple[UUID, Given]],
    rubrics: Rubrics,
    rater: Rater,
    readings: Sequence[Readings] | None,
    calibration: Calibration | None,
) -> Judgement:
    """The judgement of these answers. A question that was skipped, refused, or never reached is in no sum.

    readings: what readers said of each given answer; None: there are none. calibration: the merchant's own of who
    judges.
    """
    session = judge_session(
        [answer for _, answer in given],
        rubric=rubrics.interview,
        rater=rater,
        weights=definition.settings.weights,
        calibration=calibration if readings is None and calibration is not None else find_calibration(rater),
        readings=readings,
        of_readers=calibration,
    )
    readers = tuple(dict.fromkeys(name for reading in readings or () for name in reading.readers))
    cost = sum((reading.cost for reading in readings or ()), Decimal(0))
    verdicts: tuple[Verdict, ...] = session.verdicts or tuple(
        verdict for answer in session.answers for verdict in answer.verdicts
    )
    steps = tuple(step_id for step_id, _ in given)
    if YIELDS[definition.kind].has_candidate_feedback:
        feedback = make_feedback(verdicts, language=definition.language)
        return Judgement(
            session=session,
            steps=steps,
            feedback=feedback,
            is_rough=session.is_rough,
            readers=readers,
            cost=cost,
        )
    report = make_report(
        verdicts,
        heard=session.heard,
        asked=session.asked + _count_skipped(definition.steps, answers),
        needs_review=session.needs_review,
        language=definition.language,
    )
    return Judgement(session=session, steps=steps, report=report, is_rough=session.is_rough, readers=readers, cost=cost)


def _to_given(steps: Sequence[Step], material: Material, rubrics: Rubrics) -> Iterable[tuple[UUID, Given]]:
    """Each answered question with its follow-ups; what the candidate asked is no answer."""
    by_id = {step.id: step for step in steps}
    for step_id, turns in groupby(material.answers, key=lambda answer: answer.step_id):
        step, said = by_id[step_id], [answer for answer in turns if not answer.counts_as_skipped]
        if not said or said[0].follow_up is not None or step.question.answered_by is AnsweredBy.CANDIDATE_ASKS:
            continue
        yield (
            step_id,
            Given(
                language=said[0].language,
                turns=tuple(_to_turn(answer, material.doubts.get(answer.number, ())) for answer in said),
                rubric=rubrics.steps.get(step_id),
                is_scored=step.question.is_scored,
                is_choice=step.question.answered_by is AnsweredBy.CHOICE,
            ),
        )


def _to_turn(answer: Answer, doubts: Sequence[tuple[int, int]]) -> GivenAnswer:
    return GivenAnswer(
        number=answer.number,
        question=answer.asked,
        text=answer.own_words,
        is_follow_up=answer.follow_up is not None,
        is_spoken=answer.is_spoken,
        doubts=tuple(doubts),
    )


def _count_skipped(steps: Sequence[Step], answers: Sequence[Answer]) -> int:
    """Scored questions that were left out: they cost nothing, but whoever decides should know that little was said."""
    scored = {step.id for step in steps if step.question.is_scored}
    return sum(answer.counts_as_skipped and answer.follow_up is None and answer.step_id in scored for answer in answers)
