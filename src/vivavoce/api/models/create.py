"""The body of `job-interview-create`: the contract's fields, in its order."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, expected, number_between, parse_object
from vivavoce.api.models import create_from_array
from vivavoce.api.models.create_from_array import CreateFromArray
from vivavoce.api.models.update import WholeSeconds
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import (
    DEFAULT_MAX_SECONDS,
    DEFAULT_STYLE,
    Draft,
    InterviewSettings,
    Kind,
    WrittenPart,
)
from vivavoce.writing.interview import MOST_QUESTIONS, WantedInterview, WrittenInterview

_NOT_SENT: Any = None
# What stands for the question that nobody has written yet, while the rest is read.
_PLACEHOLDER = {"question": "…"}


def _read_length(value: object) -> int:
    """A number, or a text that holds one."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise expected(f"a whole number from 1 to {MOST_QUESTIONS}") from None
    return int(number_between(1, MOST_QUESTIONS, is_whole=True)(value))


Length = Annotated[
    int,
    PlainValidator(_read_length),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 1, "maximum": MOST_QUESTIONS}, {"type": "string"}]}),
]


class CreateInterview(CreateFromArray):
    """An interview whose questions are written for you. `null` for an optional field is the same as leaving it out."""

    # Not taken here: they are what is written.
    questions: ClassVar[Any] = _NOT_SENT  # type: ignore[misc]
    candidate_expectations_json: ClassVar[Any] = _NOT_SENT  # type: ignore[misc]
    disable_deduplication: ClassVar[Any] = _NOT_SENT  # type: ignore[misc]

    description: str | None = Field(  # type: ignore[assignment]
        default=None, description="Short description; written for you where it is blank."
    )
    description_long: str | None = Field(
        default=None,
        description="Long description (Markdown); written for you where it is blank, for interviews and assessments.",
    )
    interview_length: Length | None = Field(
        default=None,
        description="How many questions to write; one for every two minutes of max_duration at most. Absent: 5 to 8.",
    )
    max_duration: WholeSeconds | None = Field(
        default=None, description=f"Seconds that the whole conversation may take. Default: {DEFAULT_MAX_SECONDS}."
    )
    include_rapport_question: bool | None = Field(
        default=None, description="Whether it opens with a light question, which is never scored. Default: false."
    )
    include_closing_prompt: bool | None = Field(
        default=None, description="Whether the candidate is invited to ask at the end. Default: true."
    )
    use_enhanced_expectations: bool | None = Field(default=None, description="Reserved; taken without effect.")


def parse(body: bytes) -> CreateInterview:
    """The checked request.

    Raises what `parse_object` raises, and Invalid for the first field at fault in the contract's order.
    """
    return check(CreateInterview, parse_object(body))


def to_bare_draft(request: CreateInterview) -> Draft:
    """The interview as it was sent, with one step that says nothing: what it names can be looked up by it."""
    return _to_draft(request, [_PLACEHOLDER], {}, new_id=new_id)


def to_wanted(request: CreateInterview, *, documents: str = "") -> WantedInterview:
    """What a language model is to write. documents: passages that it is to be about."""
    draft = to_bare_draft(request)
    settings = draft.settings
    return WantedInterview(
        language=draft.language,
        role=draft.name,
        location=draft.location or "",
        purpose=draft.kind.value,
        style=settings.style or DEFAULT_STYLE,
        tone=settings.effective_tone.value,
        max_seconds=settings.max_seconds or DEFAULT_MAX_SECONDS,
        count=request.interview_length,
        seniority=settings.seniority or "",
        company=settings.company.name if settings.company.is_named else "",
        description=(request.description or "").strip(),
        long_description=(request.description_long or "").strip(),
        expectations=request.candidate_expectations or "",
        context="" if settings.context is None else json.dumps(settings.context, ensure_ascii=False),
        documents=documents,
        has_rapport=request.include_rapport_question is True,
        has_closing=request.include_closing_prompt is not False,
        has_expectations=draft.kind is Kind.INTERVIEW,
        has_long_description=draft.kind is not Kind.COACHING,
    )


def to_written_draft(
    request: CreateInterview, written: WrittenInterview, *, new_id: Callable[[], UUID] = new_id
) -> Draft:
    """The interview with what was written in it, marked as reviewed by nobody."""
    questions: list[dict[str, Any]] = [{"question": text} for text in written.questions]
    if written.rapport:
        questions.insert(0, {"question": written.rapport, "is_without_scoring": True})
    if written.closing:
        closing = {"question": written.closing, "is_candidate_asking_recruiter": True, "is_without_scoring": True}
        questions.append(closing)
    texts = {"description": written.description, "description_long": written.long_description}
    added: dict[str, Any] = {name: text for name, text in texts.items() if text}
    if written.claims:
        added["candidate_expectations_json"] = dict(written.claims)
    draft = _to_draft(request, questions, added, new_id=new_id)
    parts = {
        WrittenPart.DESCRIPTION: written.description,
        WrittenPart.LONG_DESCRIPTION: written.long_description,
        WrittenPart.QUESTIONS: written.questions,
        WrittenPart.EXPECTATIONS: written.claims,
    }
    names = tuple(part.value for part, text in parts.items() if text)
    return replace(draft, settings=replace(draft.settings, written_by_model=names))


def _to_draft(
    request: CreateInterview,
    questions: list[dict[str, Any]],
    added: Mapping[str, Any],
    *,
    new_id: Callable[[], UUID],
) -> Draft:
    sent = request.model_dump(exclude_none=True, include=set(CreateFromArray.model_fields))
    whole = CreateFromArray.model_validate({"description": ""} | sent | dict(added) | {"questions": questions})
    draft = create_from_array.to_draft(whole, new_id=new_id)
    return replace(draft, settings=_to_settings(request, draft.settings))


def _to_settings(request: CreateInterview, settings: InterviewSettings) -> InterviewSettings:
    return replace(
        settings,
        max_seconds=request.max_duration,
        wanted_questions=request.interview_length,
        has_rapport_question=request.include_rapport_question,
        has_closing_question=request.include_closing_prompt,
    )
