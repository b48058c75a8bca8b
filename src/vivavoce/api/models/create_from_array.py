"""The body of `job-interview-create-from-array`: the contract's fields, in its order, understood strictly."""

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from vivavoce.api.body import expected, parse_object, to_invalid, to_name
from vivavoce.api.models import words
from vivavoce.api.models.fields import (
    MOST_QUESTIONS,
    Address,
    Attempts,
    AutoReport,
    CustomScoring,
    End,
    Expectations,
    FollowUps,
    HiringCompany,
    InterviewType,
    LanguageCode,
    OneCondition,
    Recording,
    ResultView,
    Seconds,
    SeniorityLevel,
    SessionRecording,
    Share,
    Speed,
    VisibleText,
)
from vivavoce.api.models.wire_body import WireBody
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.interviews import steps
from vivavoce.interviews.draft import Draft, InterviewSettings
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.seniority import detect_seniority
from vivavoce.text.languages import BY_CODE


def parse(body: bytes) -> "CreateFromArray":
    """The checked request.

    Raises what `parse_object` raises, and Invalid for the first field at fault in the contract's order.
    """
    content = parse_object(body)
    try:
        return CreateFromArray.model_validate(content)
    except ValidationError as error:
        _check_steps_before(error, content)
        raise to_invalid(error) from None


def to_draft(request: "CreateFromArray", *, new_id: Callable[[], UUID] = new_id) -> Draft:
    """The interview that was asked for, in our words.

    An id that can name nothing becomes words.NOWHERE, which no row has: the look-up refuses it like any unknown one.
    Raises Invalid where the questions can't be laid: it belongs to the shape, so it comes before any look-up.
    """
    return Draft(
        name=request.name,
        location=request.location,
        description=request.description,
        kind=words.KINDS[request.type],
        status=words.STATUSES[request.status],
        visibility=words.VISIBILITIES[request.visibility],
        language=request.mojito_language_code,
        speech_locale=BY_CODE[request.mojito_language_code].locale,
        template_id=words.to_reference(request.interview_template_id),
        store_id=maybe_reference(request.knowledge_base_store_id),
        code=request.code,
        is_embedded=request.is_embedded is True,
        settings=_to_settings(request),
        steps=_lay(request.questions, keeps_duplicates=request.disable_deduplication is True, new_id=new_id),
    )


def find_sent_place(request: "CreateFromArray", draft: Draft, *, step: int) -> int:
    """The index in `questions` of the first question that is grounded in the store of the draft's step of that index.

    Steps are fewer than questions where some were equal, so that their indexes differ.
    """
    store_id = draft.steps[step].question.store_id
    return next(
        i for i, question in enumerate(request.questions) if maybe_reference(question.knowledge_base_id) == store_id
    )


# --- The body ------------------------------------------------------------------------------------------------------


class Question(WireBody):
    """One question. The five flags are independent of each other."""

    model_config = ConfigDict(title="Question")

    question: VisibleText = Field(description="The text that is asked.")
    id: str | None = Field(
        default=None,
        description="Your id of the question, by which others of this call refer to it; each has its own.",
    )
    duration: Seconds | None = Field(default=None, description="Seconds allowed for the answer; zero is no limit.")
    mojito_language_code: LanguageCode | None = Field(
        default=None, description="Language of this question, where it differs from the interview's."
    )
    label: str | None = Field(default=None, description="Short name of the question in lists and reports.")
    is_conditional: bool | None = Field(
        default=None, description="Asked only in dependence on another question's answer, which stands before it."
    )
    is_without_scoring: bool | None = Field(default=None, description="The answer is recorded but never scored.")
    is_candidate_asking_recruiter: bool | None = Field(
        default=None, description="The step in which the candidate asks. Not together with is_multiple_choice."
    )
    is_expert: bool | None = Field(default=None, description="An expert question (deeper subject knowledge).")
    is_multiple_choice: bool | None = Field(
        default=None, description="Answered by choosing one of question_alternatives, at least two different ones."
    )
    question_alternatives: list[str] | None = Field(
        default=None,
        validate_default=True,
        fail_fast=True,
        description="Choices of a multiple-choice question; other wordings of any other, one drawn per attempt.",
    )
    conditional_question_main_id: str | None = Field(
        default=None,
        description="The id of the earlier question that this conditional one depends on."
        " Absent: the nearest earlier unconditional one.",
    )
    knowledge_base_id: str | None = Field(
        default=None, description="Knowledge base store that this question is grounded in; must exist."
    )
    external_id: str | None = Field(default=None, description="Your own reference, returned with results.")
    external_data: dict[str, Any] | None = Field(default=None, description="Your own data, returned with results.")
    candidate_expectations_json: Expectations | None = Field(
        default=None, description="Expectations (rubric) of this one question."
    )
    condition: OneCondition | None = Field(
        default=None, description="When a conditional question is asked. An addition to the contract."
    )

    @field_validator("is_multiple_choice")
    @classmethod
    def _is_not_answered_in_two_ways(cls, is_choice: bool | None, info: ValidationInfo) -> bool | None:
        if is_choice and info.data.get("is_candidate_asking_recruiter"):
            raise expected("not true: a question can't be multiple choice and the candidate's own at once")
        return is_choice

    @field_validator("question_alternatives")
    @classmethod
    def _offers_a_choice(cls, alternatives: list[str] | None, info: ValidationInfo) -> list[str] | None:
        is_choice = info.data.get("is_multiple_choice")
        if is_choice and len({steps.fold_wording(wording) for wording in alternatives or ()}) < 2:
            raise expected("at least two different alternatives, because the question is multiple choice")
        return alternatives


class CreateFromArray(WireBody):
    """An interview from your own questions. `null` for an optional field is the same as leaving it out."""

    model_config = ConfigDict(title="CreateFromArray")

    name: VisibleText = Field(description="Name of the interview or position.", examples=["Project manager"])
    location: VisibleText = Field(description="Where the job is.", examples=["remote"])
    interview_template_id: VisibleText = Field(
        description="An existing interview template.", examples=["46b98d37-1557-4391-beca-03037ead19f2"]
    )
    mojito_language_code: LanguageCode = Field(description="Language of the interview; it can't be changed later.")
    description: str = Field(description="Short description; may be empty.", examples=["Project manager role"])
    status: Literal["draft", "active"] = Field(description="draft: not visible, can't be run. active: live.")
    type: Literal["interview", "coaching", "assessment"] = Field(
        description="interview: scored, gives a recommendation for the person who decides. coaching: practice with"
        " feedback, on the coaching portal only. assessment: scored like an interview."
    )
    visibility: Literal["merchant_public", "merchant_invite", "merchant_unlisted"] = Field(
        description="merchant_public: listed. merchant_invite: invited candidates only. merchant_unlisted: by direct"
        " link, not listed."
    )
    questions: list[Question] = Field(
        min_length=1,
        max_length=MOST_QUESTIONS,
        fail_fast=True,
        description="The questions, in order; each becomes a step.",
    )
    recording: Recording | None = Field(
        default=None,
        description="With video: answers come back with the picture of a candidate who agrees. Absent: off.",
    )
    recording_full_session: SessionRecording | None = Field(
        default=None, description="With video_all: the session comes back with the picture. Absent: off."
    )
    interview_type: InterviewType | None = Field(
        default=None,
        description="Style of the interviewer and of its follow-up questions; yours are asked as they are."
        " Default: pre-screening.",
    )
    seniority_level: SeniorityLevel | None = Field(
        default=None, description="Detected from name and description when absent."
    )
    result_view: ResultView | None = Field(
        default=None,
        description="What the candidate sees at the end. none: submitted at once. Default: minimal.",
    )
    interview_conversation_speed: Speed | None = Field(
        default=None, description="Pace of the conversation. Absent: the template's."
    )
    candidate_video_introduction: Literal["optional", "required"] | None = Field(
        default=None, description="Whether the candidate's intro video is optional or required. Absent: hidden."
    )
    interview_tone: str | None = Field(
        default=None,
        description="relaxed (default), simple (CEFR A2), professional, persuasive; in any case of letters; any other"
        " text is kept and spoken as relaxed.",
        examples=["professional"],
    )
    interview_attempts: Attempts | None = Field(default=None, description="Attempts allowed. Default: 3.")
    questions_random_subset: Share | None = Field(
        default=None, description="Fraction of the questions that each attempt asks, drawn at random. Absent: all."
    )
    max_followups: FollowUps | None = Field(
        default=None, description="Follow-up questions at most; 0: none. Default: 2."
    )
    code: str | None = Field(default=None, description="Your own reference.")
    cover_image_url: Address | None = Field(default=None, description="Cover image, by http or https.")
    interview_department: str | None = Field(default=None, description="Shown on the page of the position.")
    interview_salary: str | None = Field(default=None, description="Shown on the page of the position.")
    interview_available_till: End | None = Field(
        default=None,
        description="ISO 8601 date (to its end in UTC) or date and time; nobody can begin after it. Absent: open.",
    )
    recruiter_profile_id: str | None = Field(default=None, description="The recruiter who owns the interview.")
    hiring_for_company: HiringCompany | None = Field(
        default=None, description="The company that is hired for; background for the conversation. Absent: yourself."
    )
    tags: list[str] | None = Field(default=None, fail_fast=True, description="Free tags.")
    required_pronunciation: bool | None = Field(
        default=None, description="Stored as sent; pronunciation never touches a score."
    )
    result_enable_edit_transcript: bool | None = Field(
        default=None, description="Whether the candidate may edit the transcript before submitting. Default: true."
    )
    pdf_export_auto_config: AutoReport | None = Field(
        default=None, description="What the report holds that is made when an attempt completes. Absent: none is made."
    )
    knowledge_base_store_id: str | None = Field(default=None, description="A knowledge base store; must exist.")
    merchant_id: str | None = Field(
        default=None, description="Target merchant; another than your own for admins and sub-merchant operators only."
    )
    description_long: str | None = Field(default=None, description="Long description (Markdown).")
    candidate_expectations: str | None = Field(default=None, description="Expectations as free text.")
    candidate_expectations_json: Expectations | None = Field(
        default=None, description="Expectations ready-made; written for you when absent and type is interview."
    )
    custom_scoring: CustomScoring | None = Field(
        default=None, description="Scoring overrides, merged with the defaults."
    )
    additional_context: dict[str, Any] | None = Field(
        default=None, description="Extra context for the writing of expectations."
    )
    instructional_video: bool | None = Field(
        default=None, description="An instructional video is shown before the candidate begins."
    )
    instructional_video_custom_text: str | None = Field(default=None, description="Text of that video.")
    disable_deduplication: bool | None = Field(default=None, description="true: equal questions stay separate steps.")
    welcome_message: str | None = Field(default=None, description="Said first.")
    thank_you_message: str | None = Field(default=None, description="Said last.")
    is_embedded: bool | None = Field(
        default=None, description="true: an embed key is made and returned (embed_id, embed_signing_key)."
    )


# --- From their words to ours --------------------------------------------------------------------------------------


def _check_steps_before(error: ValidationError, sent: Mapping[str, Any]) -> None:
    """Raises Invalid where the questions can't be laid and stand before the first field at fault."""
    fields = list(CreateFromArray.model_fields)
    first = str(error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"][0])
    if fields.index(first) > fields.index("questions"):
        questions = [Question.model_validate(question) for question in sent["questions"]]
        _lay(questions, keeps_duplicates=sent.get("disable_deduplication") is True, new_id=lambda: words.NOWHERE)


def _to_settings(request: CreateFromArray) -> InterviewSettings:
    is_sent = request.seniority_level is not None
    detected = None if is_sent else detect_seniority(request.name, request.description)
    scoring = words.to_scoring(request.custom_scoring)
    return InterviewSettings(
        style=request.interview_type,
        seniority=request.seniority_level or detected,
        is_seniority_detected=None if detected is None else True,
        tone=request.interview_tone,
        pace=request.interview_conversation_speed,
        result_view=request.result_view,
        intro_video=request.candidate_video_introduction,
        max_attempts=request.interview_attempts or (scoring or {}).get("max_attempts"),
        share_asked=request.questions_random_subset,
        max_follow_ups=request.max_followups,
        answer_recording=request.recording,
        session_recording=request.recording_full_session,
        cover_image_url=request.cover_image_url,
        department=request.interview_department,
        salary=request.interview_salary,
        available_till=request.interview_available_till,
        recruiter_id=request.recruiter_profile_id,
        hiring_company=plain(request.hiring_for_company),
        tags=None if request.tags is None else tuple(request.tags),
        requires_pronunciation=request.required_pronunciation,
        allows_transcript_edit=request.result_enable_edit_transcript,
        auto_report=plain(request.pdf_export_auto_config),
        long_description=request.description_long,
        expectations_text=request.candidate_expectations,
        expectations=plain(request.candidate_expectations_json, optional=BRACKETS),
        scoring=scoring,
        context=request.additional_context,
        has_instruction=request.instructional_video,
        instruction_text=request.instructional_video_custom_text,
        keeps_duplicates=request.disable_deduplication,
        welcome=request.welcome_message,
        thanks=request.thank_you_message,
    )


def to_question(question: Question) -> steps.SentQuestion:
    """The question in our words."""
    return steps.SentQuestion(
        text=question.question,
        answered_by=words.find_answered_by(
            is_choice=question.is_multiple_choice is True, is_asking=question.is_candidate_asking_recruiter is True
        ),
        is_conditional=question.is_conditional is True,
        is_scored=question.is_without_scoring is not True,
        is_expert=question.is_expert is True,
        caller_id=question.id,
        parent_caller_id=question.conditional_question_main_id,
        condition=plain(question.condition, optional=("choices", "when")),
        alternatives=tuple(question.question_alternatives or ()),
        seconds=None if question.duration is None else float(question.duration),
        language=question.mojito_language_code,
        label=question.label,
        store_id=maybe_reference(question.knowledge_base_id),
        external_id=question.external_id,
        external_data=question.external_data,
        expectations=plain(question.candidate_expectations_json, optional=BRACKETS),
    )


def _lay(questions: list[Question], *, keeps_duplicates: bool, new_id: Callable[[], UUID]) -> tuple[steps.Step, ...]:
    try:
        return steps.lay_steps(
            [to_question(question) for question in questions], keeps_duplicates=keeps_duplicates, new_id=new_id
        )
    except steps.CannotLay as error:
        field = FAULTY_FIELDS[error.fault]
        raise Invalid(error.message, name=to_name(("questions", error.index, field))) from None


FAULTY_FIELDS = {
    steps.StepFault.REPEATED_ID: "id",
    steps.StepFault.UNKNOWN_PARENT: "conditional_question_main_id",
    steps.StepFault.LATER_PARENT: "conditional_question_main_id",
    steps.StepFault.NO_PARENT: "conditional_question_main_id",
    steps.StepFault.UNKNOWN_CHOICE: "condition",
}
BRACKETS = tuple(bracket.value for bracket in Bracket)


def plain(sent: Mapping[str, Any] | None, *, optional: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """What was sent, without the null of an optional key."""
    if sent is None:
        return None
    return {key: value for key, value in sent.items() if value is not None or key not in optional}


def maybe_reference(text: str | None) -> UUID | None:
    """The id that a text names, where there is one."""
    return None if text is None else words.to_reference(text)
