"""The body of `job-interview-update`: the contract's fields, in its order; only those that are there are written."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, ValidationInfo, WithJsonSchema

from vivavoce.api.asked import asked_text
from vivavoce.api.body import check, number_between, parse_object
from vivavoce.api.models import words
from vivavoce.api.models.create_from_array import BRACKETS, Question, maybe_reference, plain, to_question
from vivavoce.api.models.fields import (
    MOST_QUESTIONS,
    Address,
    Attempts,
    AutoReport,
    CoachPlan,
    Credit,
    CustomScoring,
    End,
    Expectations,
    FollowUps,
    HiringCompany,
    Id,
    InterviewType,
    Recording,
    ResultView,
    SeniorityLevel,
    SessionRecording,
    Share,
    Speed,
    VisibleText,
)
from vivavoce.api.models.wire_body import WireBody
from vivavoce.errors import Invalid
from vivavoce.interviews.diff import Sent
from vivavoce.interviews.draft import Draft, InterviewSettings
from vivavoce.interviews.seniority import detect_seniority
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.interviews.weights import patch_scoring

# The names that an interview goes by, the canonical one first.
NAMES = ("position_id", "interview_id", "interview_def_set_id")
MOST_SECONDS = 86_400

# Where null is no value of a field: what it holds when it was not sent, which nobody reads.
_NOT_SENT: Any = None

WholeSeconds = Annotated[
    int,
    PlainValidator(number_between(1, MOST_SECONDS, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_SECONDS}),
]


def parse(body: bytes) -> "UpdateInterview":
    """The checked request, `position_id` filled in whichever name it came under.

    Raises what `parse_object` raises, and Invalid for the first field at fault in the contract's order.
    """
    content = parse_object(body)
    reference = read_reference(content)
    return check(UpdateInterview, content | {"position_id": reference})


def read_reference(content: Mapping[str, Any]) -> str:
    """The id under the first of the interview's names that is there. Raises Invalid."""
    reference = next((text for name in NAMES if (text := asked_text(content, name)) is not None), None)
    if reference is None:
        raise Invalid("Field is required.", name=NAMES[0])
    return reference


# --- The body ------------------------------------------------------------------------------------------------------


class UpdateQuestion(Question):
    """One question of an update. A field that is left out is carried over from the stored question that it matches."""

    model_config = ConfigDict(title="UpdateQuestion")

    id: str | None = Field(
        default=None,
        description="The question's id, as job-interview-get tells it: keeps the stored one. The ids that you sent"
        " before are known too.",
    )

    @classmethod
    def _offers_a_choice(cls, alternatives: list[str] | None, info: ValidationInfo) -> list[str] | None:
        """Judged after carrying over."""
        return alternatives


class UpdateInterview(WireBody):
    """Changes to an interview. Only the fields that are there are written; null clears a field that takes it."""

    model_config = ConfigDict(title="UpdateInterview")

    position_id: Id = Field(
        description="The interview; `interview_id` and `interview_def_set_id` are other names of the same.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose interview; another merchant's for admins and sub-merchant operators only."
    )
    status: Literal["draft", "active", "archived", "deleted", "preparing", "completed"] = Field(
        default=_NOT_SENT, description="Where it stands in its life. deleted is final."
    )
    visibility: Literal["merchant_public", "merchant_invite", "merchant_unlisted"] = Field(
        default=_NOT_SENT, description="Who finds it."
    )
    name: VisibleText = Field(default=_NOT_SENT, description="Name of the interview or position.")
    code: str | None = Field(default=None, description="Your own reference. Blank is null.")
    location: str | None = Field(default=None, description="Where the job is. Blank is null.")
    cover_image_url: Address | None = Field(default=None, description="Cover image, by http or https.")
    description: str | None = Field(default=None, description="Short description.")
    description_long: str | None = Field(default=None, description="Long description (Markdown).")
    interview_department: str | None = Field(
        default=None, description="Shown on the page of the position. Blank is null."
    )
    interview_salary: str | None = Field(default=None, description="Shown on the page of the position. Blank is null.")
    interview_available_till: End | None = Field(
        default=None,
        description="ISO 8601 date (to its end in UTC) or date and time; nobody can begin after it. null: open.",
    )
    recruiter_profile_id: str | None = Field(default=None, description="The recruiter who owns the interview.")
    tags: list[str] | None = Field(default=None, fail_fast=True, description="Free tags, all of them.")
    questions: list[UpdateQuestion] = Field(
        default=_NOT_SENT,
        min_length=1,
        max_length=MOST_QUESTIONS,
        fail_fast=True,
        description="All questions, in order: those that are not in the list go.",
    )
    regenerate_candidate_expectations: bool = Field(
        default=_NOT_SENT,
        description="true: a language model writes the expectations anew, soon after the call. Needs `questions` and a"
        " model that is set to write; else it has no effect, and `X-Vivavoce-Warning` says so.",
    )
    type: Literal["interview", "coaching", "assessment"] = Field(
        default=_NOT_SENT, description="coaching: on the coaching portal only. Takes type_credit back to its default."
    )
    type_credit: Credit | None = Field(default=None, description="What an attempt is paid by. null: as the type says.")
    coach_plan: CoachPlan | None = Field(default=None, description="The plan that it belongs to in coaching.")
    interview_template_id: VisibleText = Field(default=_NOT_SENT, description="An existing interview template.")
    knowledge_base_store_id: str | None = Field(default=None, description="A knowledge base store; must exist.")
    recording: Recording | None = Field(
        default=None, description="With video: answers come back with the picture of a candidate who agrees. null: off."
    )
    recording_full_session: SessionRecording | None = Field(
        default=None, description="With video_all: the session comes back with the picture. null: off."
    )
    result_view: ResultView = Field(
        default=_NOT_SENT, description="What the candidate sees at the end. none: submitted at once."
    )
    candidate_video_introduction: Literal["hidden", "optional", "required"] | None = Field(
        default=None, description="Whether the candidate films an introduction. null: hidden."
    )
    interview_conversation_speed: Speed | None = Field(
        default=None, description="Pace of the conversation. null: the template's."
    )
    max_followups: FollowUps | None = Field(
        default=None, description="Follow-up questions at most; 0: none. null: the default, 2."
    )
    max_duration: WholeSeconds | None = Field(
        default=None, description="Seconds of the whole conversation at most. null: the default, 1200."
    )
    questions_random_subset: Share | None = Field(
        default=None, description="Fraction of the questions that each attempt asks. null: all."
    )
    interview_attempts: Attempts = Field(default=_NOT_SENT, description="Attempts allowed.")
    required_pronunciation: bool | None = Field(
        default=None, description="Stored as sent; pronunciation never touches a score."
    )
    result_enable_edit_transcript: bool | None = Field(
        default=None, description="Whether the candidate may edit the transcript before submitting. null: true."
    )
    candidate_expectations: str | None = Field(default=None, description="Expectations as free text.")
    candidate_expectations_json: Expectations | None = Field(default=None, description="Expectations ready-made.")
    custom_scoring: CustomScoring | None = Field(
        default=None,
        description="Merged key by key onto the stored scoring; null inside takes a key away. null: the defaults.",
    )
    pdf_export_auto_config: AutoReport | None = Field(
        default=None, description="What the report holds that is made when an attempt completes. null: none is made."
    )
    interview_type: InterviewType | None = Field(
        default=None, description="Style of the interviewer. null: pre-screening."
    )
    interview_tone: str | None = Field(
        default=None, description="relaxed, simple (CEFR A2), professional, persuasive; any other is spoken as relaxed."
    )
    seniority_level: SeniorityLevel | None = Field(
        default=None, description="null: detected from name and description."
    )
    hiring_for_company: HiringCompany | None = Field(
        default=None, description="The company that is hired for. null: yourself."
    )

    @property
    def written(self) -> list[str]:
        """The names of the fields that this update writes, in the contract's order."""
        return [name for name in UpdateInterview.model_fields if name in self.model_fields_set - _NOT_WRITTEN]


_NOT_WRITTEN = {"position_id", "merchant_id", "regenerate_candidate_expectations"}


# --- From their words to ours --------------------------------------------------------------------------------------


def to_changed(request: UpdateInterview, draft: Draft) -> Draft:
    """The interview as it will be but for its steps, which come by `to_sent`."""
    changes = {ours: read(getattr(request, name)) for name, (ours, read) in _FIELDS.items() if name in request.written}
    changed = replace(draft, **changes)
    return replace(changed, settings=_to_settings(request, changed))


def _to_written(request: UpdateInterview, stored: InterviewSettings) -> tuple[str, ...] | None:
    """What a language model wrote, but for what this update words anew."""
    anew = {part.value for part, name in words.WRITTEN_PARTS.items() if name in request.written}
    return tuple(part for part in stored.written_by_model or () if part not in anew) or None


def to_sent(questions: list[UpdateQuestion]) -> list[Sent]:
    """The questions as `interviews.diff` takes them."""
    return [_to_sent(question) for question in questions]


def _keep(value: Any) -> Any:
    return value


def _unless_blank(text: str | None) -> str | None:
    return text if text is not None and text.strip() else None


# Which field of ours each of theirs is, and how it is read.
_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "status": ("status", words.STATUSES.__getitem__),
    "visibility": ("visibility", words.VISIBILITIES.__getitem__),
    "name": ("name", _keep),
    "code": ("code", _unless_blank),
    "location": ("location", _unless_blank),
    "description": ("description", _keep),
    "type": ("kind", words.KINDS.__getitem__),
    "interview_template_id": ("template_id", words.to_reference),
    "knowledge_base_store_id": ("store_id", maybe_reference),
}
_SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "cover_image_url": ("cover_image_url", _keep),
    "description_long": ("long_description", _keep),
    "interview_department": ("department", _unless_blank),
    "interview_salary": ("salary", _unless_blank),
    "interview_available_till": ("available_till", _keep),
    "recruiter_profile_id": ("recruiter_id", _keep),
    "tags": ("tags", lambda tags: None if tags is None else tuple(tags)),
    "type_credit": ("credit_bucket", _keep),
    "coach_plan": ("coaching_plan", _keep),
    "recording": ("answer_recording", _keep),
    "recording_full_session": ("session_recording", _keep),
    "result_view": ("result_view", _keep),
    "candidate_video_introduction": ("intro_video", _keep),
    "interview_conversation_speed": ("pace", _keep),
    "max_followups": ("max_follow_ups", _keep),
    "max_duration": ("max_seconds", _keep),
    "questions_random_subset": ("share_asked", _keep),
    "interview_attempts": ("max_attempts", _keep),
    "required_pronunciation": ("requires_pronunciation", _keep),
    "result_enable_edit_transcript": ("allows_transcript_edit", _keep),
    "candidate_expectations": ("expectations_text", _keep),
    "candidate_expectations_json": ("expectations", lambda sent: plain(sent, optional=BRACKETS)),
    "pdf_export_auto_config": ("auto_report", plain),
    "interview_type": ("style", _keep),
    "interview_tone": ("tone", _keep),
    "hiring_for_company": ("hiring_company", plain),
}


def _to_settings(request: UpdateInterview, changed: Draft) -> InterviewSettings:
    written = request.written
    changes = {ours: read(getattr(request, name)) for name, (ours, read) in _SETTINGS.items() if name in written}
    changes["written_by_model"] = _to_written(request, changed.settings)
    if "type" in written and "type_credit" not in written:
        changes["credit_bucket"] = None
    if "custom_scoring" in written:
        changes |= _to_scoring(request, changed.settings)
    if "seniority_level" in written:
        is_sent = request.seniority_level is not None
        level = request.seniority_level or detect_seniority(changed.name, changed.description or "")
        changes |= {"seniority": level, "is_seniority_detected": None if is_sent or level is None else True}
    return replace(changed.settings, **changes)


def _to_scoring(request: UpdateInterview, stored: InterviewSettings) -> dict[str, Any]:
    """`max_retries` is the same as interview_attempts, which goes first."""
    if request.custom_scoring is None:
        return {"scoring": None} | ({} if "interview_attempts" in request.written else {"max_attempts": None})
    scoring = words.to_scoring_changes(request.custom_scoring)
    changes: dict[str, Any] = {"scoring": patch_scoring(stored.scoring, scoring) or None}
    if "max_attempts" in scoring and "interview_attempts" not in request.written:
        changes["max_attempts"] = scoring["max_attempts"]
    return changes


_QUESTION_FIELDS = {
    "question": "text",
    "duration": "seconds",
    "mojito_language_code": "language",
    "label": "label",
    "is_conditional": "is_conditional",
    "is_without_scoring": "is_scored",
    "is_expert": "is_expert",
    "question_alternatives": "alternatives",
    "conditional_question_main_id": "parent_caller_id",
    "knowledge_base_id": "store_id",
    "external_id": "external_id",
    "external_data": "external_data",
    "candidate_expectations_json": "expectations",
    "condition": "condition",
}


def _to_sent(sent: UpdateQuestion) -> Sent:
    question = to_question(sent)
    given = {_QUESTION_FIELDS[name] for name in sent.model_fields_set if name in _QUESTION_FIELDS}
    ruled_out = {
        way
        for name, way in (
            ("is_multiple_choice", AnsweredBy.CHOICE),
            ("is_candidate_asking_recruiter", AnsweredBy.CANDIDATE_ASKS),
        )
        if name in sent.model_fields_set
    }
    # As job-interview-get tells it, null says nothing of drafts: what was read can be sent back.
    settles = sent.question_alternatives is not None
    if question.answered_by is not AnsweredBy.OPEN:
        return Sent(question=question, given=frozenset(given | {"answered_by"}), settles_wordings=settles)
    return Sent(question=question, given=frozenset(given), never=frozenset(ruled_out), settles_wordings=settles)
