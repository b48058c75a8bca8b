"""Expectations for an interview that came without any, by a language model.

What is written is linted, marked as reviewed by nobody (`InterviewSettings.written_by_model`), and stored whole or not
at all. Who sends expectations in the meantime has the last word.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.db.database import Database
from vivavoce.interviews.draft import DEFAULT_STYLE, Draft, Kind, WrittenPart
from vivavoce.interviews.read import Stored, find_interview, find_to_change
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.interviews.update import update_interview
from vivavoce.providers.language_models.port import ModelPurpose, ModelRequest
from vivavoce.providers.language_models.prompts import read_prompt, write_given
from vivavoce.text.languages import BY_CODE
from vivavoce.writing.claims import CLAIM_KEYS, find_fault_of_claims, sort_claims

log = logging.getLogger(__name__)

PACKAGE = "vivavoce.writing"
ACTOR = "a language model"
SECONDS = 60.0
MOST_TOKENS = 1_500
MOST_GIVEN = 6_000  # characters of each text that a model is told


async def write_expectations(
    database: Database, models: LanguageModels, *, merchant_id: UUID, interview_id: UUID, replaces: bool = False
) -> bool:
    """Writes them where they are missing; whether anything was written.

    replaces: also where there are some.
    Raises ProviderError where no model gave any that can be used, so that whoever asked tries again later.
    """
    stored = await _find(database, merchant_id, interview_id)
    asked = await models.of(merchant_id)
    is_wanted = stored is not None and wants_expectations(stored.draft, replaces=replaces)
    if stored is None or not is_wanted or not asked.is_fit(ModelPurpose.WRITE):
        return False
    draft = stored.draft
    completion = await asked.ask(
        to_request(draft), check=lambda values: find_fault_of_claims(values, language=draft.language)
    )
    return await _keep(database, stored, completion.values)


def wants_expectations(draft: Draft, *, replaces: bool = False) -> bool:
    """Whether expectations are to be written: for interviews alone, and where nobody sent any for any question."""
    if draft.kind is not Kind.INTERVIEW or not any(_is_judged(step.question) for step in draft.steps):
        return False
    are_there = bool(draft.settings.claims.every) or any(step.question.claims.every for step in draft.steps)
    return replaces or not are_there


def to_request(draft: Draft) -> ModelRequest:
    """What a model is asked."""
    settings = draft.settings
    prompt = read_prompt(PACKAGE, "expectations")
    given = {
        "language": BY_CODE[draft.language].name_english,
        "role": draft.name,
        "description": draft.description or "",
        "long_description": settings.long_description or "",
        "questions": "\n".join(_questions(draft)),
        "seniority": settings.seniority or "",
        "style": settings.style or DEFAULT_STYLE,
        "expectations": settings.expectations_text or "",
        "context": "" if settings.context is None else json.dumps(settings.context, ensure_ascii=False),
    }
    return ModelRequest(
        purpose=ModelPurpose.WRITE,
        prompt=prompt,
        system=prompt.text,
        user=write_given({name: text[:MOST_GIVEN] for name, text in given.items()}),
        keys=CLAIM_KEYS,
        seconds=SECONDS,
        most_tokens=MOST_TOKENS,
    )


def _questions(draft: Draft) -> list[str]:
    """Those whose answers are judged."""
    return [" ".join(step.question.text.split()) for step in draft.steps if _is_judged(step.question)]


def _is_judged(question: SentQuestion) -> bool:
    return question.is_scored and question.answered_by is AnsweredBy.OPEN


async def _find(database: Database, merchant_id: UUID, interview_id: UUID) -> Stored | None:
    async with database.tenant(merchant_id) as connection:
        return await find_interview(connection, interview_id, environment=None)


async def _keep(database: Database, asked_of: Stored, values: Mapping[str, Any]) -> bool:
    """Only while the interview asks for the same: what was changed meanwhile has a note of its own."""
    async with database.tenant(asked_of.merchant_id) as connection:
        stored = await find_to_change(connection, asked_of.id, environment=asked_of.environment)
        if stored is None or _differs(stored.draft, asked_of.draft):
            log.info("interview %s was changed while its expectations were written: they are not kept", asked_of.id)
            return False
        settings = stored.draft.settings
        parts = dict.fromkeys((*(settings.written_by_model or ()), WrittenPart.EXPECTATIONS.value))
        claims = sort_claims(values, language=stored.draft.language)
        after = replace(
            stored.draft, settings=replace(settings, expectations=dict(claims), written_by_model=tuple(parts))
        )
        await update_interview(connection, stored, after, plan=None, actor=ACTOR)
    return True


def _differs(now: Draft, then: Draft) -> bool:
    is_other = to_request(now).digest != to_request(then).digest
    return is_other or now.settings.expectations != then.settings.expectations or now.kind is not then.kind
