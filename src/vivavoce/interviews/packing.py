"""Between our dataclasses and the plain values that jsonb keeps. None is left out, and comes back as the default."""

from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from vivavoce.interviews.draft import Draft, InterviewSettings
from vivavoce.interviews.steps import SentQuestion, Step

_DRAFT = TypeAdapter(Draft)
_SETTINGS = TypeAdapter(InterviewSettings)
_QUESTION = TypeAdapter(SentQuestion)

STEP_COLUMNS = {"text", "answered_by", "is_conditional", "is_scored", "is_expert", "store_id", "caller_id"}
# The other fields, with their defaults. Each is a plain value already; a tuple is written as a list.
DETAIL = tuple((field.name, field.default) for field in fields(SentQuestion) if field.name not in STEP_COLUMNS)


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
    # By hand: a create packs ten or more, and a serialiser takes five times as long for what is mostly left out.
    packed: dict[str, Any] = {}
    for name, default in DETAIL:
        value = getattr(question, name)
        if value is not None and value != default:
            packed[name] = value
    return packed


def pack_step(step: Step, place: int) -> dict[str, Any]:
    """The step as jsonb_to_recordset reads it: what is null is left out."""
    question = step.question
    packed: dict[str, Any] = {
        "id": str(step.id),
        "place": place,
        "text": question.text,
        "answered_by": str(question.answered_by),  # an enum takes six times as long to write as its text
        "is_conditional": question.is_conditional,
        "is_scored": question.is_scored,
        "is_expert": question.is_expert,
        "also_known_as": step.also_known_as,
        "detail": pack_detail(question),
    }
    if step.parent_id is not None:
        packed["parent_id"] = str(step.parent_id)
    if question.store_id is not None:
        packed["store_id"] = str(question.store_id)
    if question.caller_id is not None:
        packed["caller_id"] = question.caller_id
    return packed


def unpack_question(packed: dict[str, Any]) -> SentQuestion:
    """The question of its fields."""
    return _QUESTION.validate_python(packed)
