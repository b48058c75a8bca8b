"""Between our dataclasses and the plain values that jsonb keeps. None is left out, and comes back as the default."""

from typing import Any

from pydantic import TypeAdapter

from vivavoce.interviews.draft import Draft, InterviewSettings
from vivavoce.interviews.steps import SentQuestion, Step

_DRAFT = TypeAdapter(Draft)
_SETTINGS = TypeAdapter(InterviewSettings)
_QUESTION = TypeAdapter(SentQuestion)

STEP_COLUMNS = {"text", "answered_by", "is_conditional", "is_scored", "is_expert", "store_id", "caller_id"}


def pack_draft(draft: Draft) -> dict[str, Any]:
    """The whole draft: what a version keeps."""
    packed: dict[str, Any] = _DRAFT.dump_python(draft, mode="json", exclude_none=True)
    return packed


def unpack_draft(packed: dict[str, Any]) -> Draft:
    """The draft that a version keeps."""
    return _DRAFT.validate_python(packed)


def pack_settings(settings: InterviewSettings) -> dict[str, Any]:
    """The settings that were given."""
    packed: dict[str, Any] = _SETTINGS.dump_python(settings, mode="json", exclude_none=True)
    return packed


def unpack_settings(packed: dict[str, Any]) -> InterviewSettings:
    """The settings as they were given."""
    return _SETTINGS.validate_python(packed)


def pack_detail(question: SentQuestion) -> dict[str, Any]:
    """The fields that hold something and have no column of their own: read with the step, never searched."""
    packed: dict[str, Any] = _QUESTION.dump_python(
        question, mode="json", exclude=STEP_COLUMNS, exclude_none=True, exclude_defaults=True
    )
    return packed


def pack_step(step: Step, place: int) -> dict[str, Any]:
    """The step as jsonb_to_recordset reads it."""
    question = step.question
    return {
        "id": str(step.id),
        "place": place,
        "text": question.text,
        "answered_by": question.answered_by,
        "is_conditional": question.is_conditional,
        "is_scored": question.is_scored,
        "is_expert": question.is_expert,
        "parent_id": None if step.parent_id is None else str(step.parent_id),
        "store_id": None if question.store_id is None else str(question.store_id),
        "caller_id": question.caller_id,
        "also_known_as": step.also_known_as,
        "detail": pack_detail(question),
    }


def unpack_question(packed: dict[str, Any]) -> SentQuestion:
    """The question of its fields."""
    return _QUESTION.validate_python(packed)
