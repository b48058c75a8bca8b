"""Other wordings of an interview's questions, by a language model: drafts, checked by code, reviewed by nobody.

A candidate who asks for other words hears them; nobody is asked in them first. Whoever sends them as the question's own
wordings, as they are or mended, takes them.

    questions ──► a few at a time to a model ──► each wording checked ──► what may stand, kept as drafts
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import UUID

from vivavoce.conversation.plan import to_claims
from vivavoce.conversation.proposals import SaidSoFar, find_fault_of_wording
from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.interviews.diff import Plan
from vivavoce.interviews.draft import DEFAULT_STYLE, Draft, Status
from vivavoce.interviews.read import Stored, find_to_change
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step, fold_wording
from vivavoce.interviews.templates import Modality
from vivavoce.interviews.update import NeedsDraft, update_interview
from vivavoce.providers.language_models.port import ModelPurpose, ModelRequest, Models, TextsKey
from vivavoce.providers.language_models.prompts import read_prompt, write_given
from vivavoce.text.languages import BY_CODE
from vivavoce.text.tell_language import tell_language
from vivavoce.writing.expectations import MOST_GIVEN, PACKAGE
from vivavoce.writing.translation import LEAST_TOLD, adds_personal, is_foreign

SECONDS = 60.0  # for one question to a model
WHOLE_SECONDS = 100.0  # for all of them
AT_ONCE = 4
TOGETHER = 8  # questions in one question to a model
MOST_AT_ONCE = 40  # questions in a call
MOST_WORDINGS = 3  # of a question
LONGEST = 300  # characters
MOST_TOKENS = 2_000
TOO_MANY = f"Wordings are drafted for at most {MOST_AT_ONCE} questions at once. Name those that you want."
NO_WORDINGS = "Expected a question that is answered in the candidate's own words: no other is put differently."

Wordings = Mapping[UUID, tuple[str, ...]]


def find_wanted(draft: Draft, named: Sequence[UUID] | None) -> tuple[Step, ...]:
    """The questions that wordings are to be drafted for.

    named: steps of the interview, drafted for anew; None: those that are asked in one wording alone.
    Raises Invalid where there are too many.
    """
    steps = tuple(step for step in draft.steps if may_be_reworded(step.question))
    wanted = tuple(step for step in steps if (step.id in named if named is not None else _has_none(step.question)))
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(TOO_MANY)
    return wanted


def may_be_reworded(question: SentQuestion) -> bool:
    """Whether the question is put differently for who asks for that."""
    return question.answered_by is AnsweredBy.OPEN


async def draft_wordings(
    database: Database, models: Models, stored: Stored, wanted: Sequence[Step], *, actor: str
) -> Draft:
    """The interview with what was drafted, which is kept. A question that was changed meanwhile stays as it is now.

    Raises NoModel, BudgetSpent, ModelFailed, TimeoutError; and NeedsDraft, as every change of questions does.
    """
    if stored.draft.status is Status.ACTIVE and stored.modality is Modality.RECORDED:
        raise NeedsDraft  # before anybody pays for what could not be kept
    wordings = await ask_for_wordings(models, stored.draft, wanted)
    async with database.tenant(stored.merchant_id) as connection:
        now = await find_to_change(connection, stored.id, environment=stored.environment)
        if now is None:
            return stored.draft  # it was deleted meanwhile
        asked = {step.id: step.question for step in wanted}
        steps = tuple(_keep(step, asked.get(step.id), wordings) for step in now.draft.steps)
        after = replace(now.draft, steps=steps)
        ids = tuple(step.id for step in steps)
        plan = Plan(steps=steps, kept=ids, added=(), removed=(), replaced=(), is_change=steps != now.draft.steps)
        await update_interview(connection, now, after, plan=plan, actor=actor)
    return after


async def ask_for_wordings(models: Models, draft: Draft, wanted: Sequence[Step]) -> Wordings:
    """What a model drafted and may stand, by question. Raises what `draft_wordings` raises of models."""
    # In a thread, and before anybody asks: what tells languages takes a second to load.
    await asyncio.to_thread(tell_language, draft.name * LEAST_TOLD)
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(some: Sequence[Step]) -> Wordings:
        async with gate:
            completion = await models.ask(
                to_request(some, draft),
                check=lambda values: None if any(sort_wordings(values, some, draft).values()) else "no good wording",
            )
        return sort_wordings(completion.values, some, draft)

    async with asyncio.timeout(WHOLE_SECONDS):
        parts = await asyncio.gather(*(ask(some) for some in _deal(wanted, draft)))
    return {step_id: texts for part in parts for step_id, texts in part.items()}


def to_request(steps: Sequence[Step], draft: Draft) -> ModelRequest:
    """What a model is asked: never what is expected of an answer. steps: in one language."""
    prompt = read_prompt(PACKAGE, "wordings")
    given = {
        "language": BY_CODE[_language(steps[0], draft)].name_english,
        "role": draft.name,
        "style": draft.settings.style or DEFAULT_STYLE,
        "tone": draft.settings.effective_tone.value,
        **{f"question_{number}": " ".join(step.question.text.split()) for number, step in enumerate(steps, 1)},
    }
    return ModelRequest(
        purpose=ModelPurpose.WRITE,
        prompt=prompt,
        system=prompt.text,
        user=write_given({name: text[:MOST_GIVEN] for name, text in given.items()}),
        keys={f"wordings_{number}": TextsKey(MOST_WORDINGS, LONGEST) for number in range(1, len(steps) + 1)},
        seconds=SECONDS,
        most_tokens=MOST_TOKENS,
    )


def sort_wordings(values: Mapping[str, Any], steps: Sequence[Step], draft: Draft) -> dict[UUID, tuple[str, ...]]:
    """The wordings of each question that may stand, none of them twice in the interview."""
    claims = to_claims(draft.steps, draft.settings)
    questions = [step.question for step in draft.steps]
    seen = {fold_wording(text) for question in questions for text in (question.text, *question.alternatives)}
    kept: dict[UUID, tuple[str, ...]] = {}
    for number, step in enumerate(steps, 1):
        language = _language(step, draft)
        told = [" ".join(text.split()) for text in values[f"wordings_{number}"]]
        so_far = SaidSoFar(
            language=language,
            question=step.question.text,
            claims=claims[step.id],
            orders=read_prompt(PACKAGE, "wordings").text,
            role=draft.name,
        )
        good: list[str] = []
        for text in () if is_foreign(" ".join(told), language) else told:
            is_sound = find_fault_of_wording(text, so_far) is None
            if (
                is_sound
                and fold_wording(text) not in seen
                and not adds_personal(so_far.question, text, *2 * [language])
            ):
                seen.add(fold_wording(text))
                good.append(text)
        kept[step.id] = tuple(good)
    return kept


def _keep(step: Step, asked: SentQuestion | None, wordings: Wordings) -> Step:
    if asked != step.question or not wordings.get(step.id):
        return step
    return replace(step, question=replace(step.question, drafted_wordings=wordings[step.id]))


def _has_none(question: SentQuestion) -> bool:
    return not question.alternatives and not question.drafted_wordings


def _language(step: Step, draft: Draft) -> str:
    return step.question.language or draft.language


def _deal(steps: Sequence[Step], draft: Draft) -> Iterator[tuple[Step, ...]]:
    """A few at a time, each time in one language."""
    ordered = sorted(steps, key=lambda step: _language(step, draft))
    for _, some in groupby(ordered, key=lambda step: _language(step, draft)):
        group = tuple(some)
        yield from (group[at : at + TOGETHER] for at in range(0, len(group), TOGETHER))
