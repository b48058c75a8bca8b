"""From a pinned interview to the course that one attempt is held by. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.attempts.yields import YIELDS
from vivavoce.conversation.course import Course
from vivavoce.conversation.lines import Manner
from vivavoce.conversation.passages import Keeping, passages_of
from vivavoce.interviews.draft import (
    DEFAULT_MAX_FOLLOW_UPS,
    DEFAULT_MAX_SECONDS,
    DEFAULT_STYLE,
    Draft,
    InterviewSettings,
    Kind,
)
from vivavoce.interviews.draw import draw_steps
from vivavoce.interviews.steps import Step

NO_REVIEW = "none"


def to_course(
    definition: Draft,
    *,
    seed: int,
    merchant_name: str,
    merchant_about: str,
    next_text: str | None = None,
    hear_days: int | None = None,
    offers_none: bool = False,
    time_factor: float = 1.0,
    extra_seconds: float = 0.0,
    keeping: Keeping | None = None,
    now: datetime | None = None,
) -> Course:
    """What the conductor needs to know of a pinned interview, as this attempt's seed draws it.

    next_text, hear_days, keeping, now: what follows the sending and what is kept, as in passages_of.
    offers_none: whether the merchant offers "none of these". time_factor: how much more time the candidate wanted.
    extra_seconds: what the merchant gave them besides.
    """
    settings = definition.settings
    steps = draw_steps(definition.steps, share=settings.share_asked, seed=seed)
    return Course(
        manner=_to_manner(definition),
        steps=steps,
        is_reviewed=settings.result_view != NO_REVIEW,
        max_seconds=((settings.max_seconds or DEFAULT_MAX_SECONDS) + extra_seconds) * time_factor,
        time_factor=time_factor,
        max_follow_ups=_or(settings.max_follow_ups, DEFAULT_MAX_FOLLOW_UPS),
        opens_again=settings.allows_transcript_edit is not False,
        offers_none=offers_none,
        claims=to_claims(steps, settings),
        passages=passages_of(
            definition,
            merchant_name=merchant_name,
            merchant_about=merchant_about,
            next_text=next_text,
            hear_days=hear_days,
            keeping=keeping,
            now=now,
        ),
        instruction=(settings.instruction_text or "") if settings.has_instruction else None,
        welcome=settings.welcome,
        thanks=settings.thanks,
        passes_on=YIELDS[definition.kind].has_recruiter_view,
        team=merchant_name.strip(),
    )


def _to_manner(definition: Draft) -> Manner:
    settings = definition.settings
    is_practice = definition.kind is Kind.COACHING
    return Manner(
        language=definition.language,
        tone=settings.effective_tone,
        # Practice is no first interview, unless it is said to be one.
        style=settings.style or (None if is_practice else DEFAULT_STYLE),
        seniority=settings.seniority,
        company=settings.company.name if settings.company.is_named and not is_practice else None,  # nobody hires there
        role=definition.name,
    )


def to_claims(steps: tuple[Step, ...], settings: InterviewSettings) -> dict[UUID, tuple[str, ...]]:
    """A step's own claims and the interview's, and the texts that claims may be drafted from."""
    of_all = (*settings.claims.every, settings.expectations_text or "", *_texts_in(settings.context))
    return {step.id: (*step.question.claims.every, *of_all) for step in steps}


def _texts_in(value: Any) -> Iterator[str]:
    """Every text in a value of JSON."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts_in(inner)
        case list():
            for inner in value:
                yield from _texts_in(inner)


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
