"""What `job-interview-get` answers: an interview as it is kept, every field of the contract."""

from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from vivavoce.api.answers.parts import (
    CoachPlanText,
    CreditText,
    Id,
    LanguageText,
    Moment,
    RecordingText,
    ResultViewText,
    SessionRecordingText,
    SpeedText,
    TemplateType,
    VisibilityText,
    nothing_yet,
    one_of,
)
from vivavoce.api.models.words import (
    COACHING_CREDIT,
    TEMPLATE_TYPES,
    VISIBILITY_WORDS,
    View,
    WrittenField,
    to_effective_scoring,
    to_result_scoring,
    to_wire_view,
    to_wire_written_parts,
)
from vivavoce.interviews.draft import (
    DEFAULT_MAX_FOLLOW_UPS,
    DEFAULT_MAX_SECONDS,
    DEFAULT_RESULT_VIEW,
    DEFAULT_STYLE,
    Draft,
    Kind,
    Status,
)
from vivavoce.interviews.expectations import Bracket, ExpectedClaims
from vivavoce.interviews.read import Stored
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.interviews.templates import Modality
from vivavoce.scoring.lint import ClaimFault, lint_rubric
from vivavoce.scoring.rubric import to_rubric
from vivavoce.text.languages import ACCENT_NAMES

Stage = Literal[
    "Interest", "Application submitted", "Interview 1st planned", "Interview 1st completed", "Interview 2nd planned",
    "Interview 2nd completed", "Interview 3rd planned", "Interview 3rd completed", "Offer negotiations", "Hired",
    "Rejected", "Offer declined", "Other",
]  # fmt: skip


@with_config(ConfigDict(extra="allow"))
class StoredExpectations(TypedDict, total=False):
    """What a good answer shows, as it was sent. Other keys of yours are there too."""

    weak: Annotated[list[str], Field(description="What every viable candidate shows.")]
    moderate: Annotated[list[str], Field(description="What a solid candidate shows.")]
    strong: Annotated[list[str], Field(description="What only a standout shows.")]


class StoredQuestion(TypedDict):
    """A question as it is kept. Send `id` back in an update, so that the question stays the same one."""

    question: Annotated[
        str, Field(description="The text that is asked.", examples=["Tell me about a project of yours."])
    ]
    id: Annotated[Id, Field(description="The question here.")]
    duration: Annotated[float | None, Field(description="Seconds allowed for the answer.")]
    mojito_language_code: Annotated[
        LanguageText | None, Field(description="Its language, where it differs from the interview's.")
    ]
    label: Annotated[str | None, Field(description="Short name in lists and reports.")]
    is_conditional: Annotated[bool, Field(description="Asked only in dependence on another question's answer.")]
    is_without_scoring: Annotated[bool, Field(description="The answer is recorded but never scored.")]
    is_candidate_asking_recruiter: Annotated[bool, Field(description="The step in which the candidate asks.")]
    is_expert: Annotated[bool, Field(description="An expert question.")]
    is_multiple_choice: Annotated[bool, Field(description="Answered by choosing one of `question_alternatives`.")]
    question_alternatives: Annotated[list[str] | None, Field(description="Choices, or other wordings.")]
    question_alternatives_drafted: Annotated[
        list[str],
        Field(
            description="Other wordings that a language model drafted and nobody has reviewed: heard by a candidate who"
            " asks for other words, and never asked first. Sending `question_alternatives` in an update takes them or,"
            " as `[]`, drops them. An addition."
        ),
    ]
    conditional_question_main_id: Annotated[
        str | None, Field(description="The question that this conditional one depends on.")
    ]
    knowledge_base_id: Annotated[Id | None, Field(description="The store that this question is grounded in.")]
    external_id: Annotated[str | None, Field(description="Your own reference.", examples=["q-1"])]
    external_data: Annotated[dict[str, Any] | None, Field(description="Your own data.")]
    candidate_expectations_json: Annotated[
        StoredExpectations | None, Field(description="Expectations of this question.")
    ]
    condition: Annotated[
        dict[str, Any] | None,
        Field(description="When it is asked: `choices` or `when`. An addition to the contract."),
    ]
    caller_id: Annotated[str | None, Field(description="The `id` that you sent when you made it. An addition.")]
    view: Annotated[View, Field(description="The five flags as one word. An addition.")]


class CreationParameters(TypedDict):
    """What shaped the interviewer."""

    interview_type: Annotated[str, Field(description="Style of the interviewer.", examples=["pre-screening"])]
    interview_tone: Annotated[str | None, Field(description="Tone, as sent.")]
    interview_length: Annotated[
        float | None, Field(description="How many questions were to be written; null: nobody said.")
    ]
    additional_context: Annotated[dict[str, Any] | None, Field(description="Extra context, as sent.")]
    include_rapport_question: Annotated[
        bool | None, Field(description="Whether an opening question was to be written; null: nobody said.")
    ]
    include_closing_prompt: Annotated[
        bool | None, Field(description="Whether a closing one was to be written; null: nobody said.")
    ]
    knowledge_base_store_id: Annotated[Id | None, Field(description="The store of the whole interview.")]
    seniority_level: Annotated[str | None, Field(description="Seniority of the position.")]
    hiring_for_company: Annotated[
        dict[str, Any] | None, Field(description="Whom the interview hires for; null: yourself.")
    ]


class AdviceAnswer(TypedDict):
    """One fault of one claim."""

    question_id: Annotated[Id | None, Field(description="Whose expectation it is; null: the interview's own.")]
    bracket: Annotated[Bracket, Field(description="Its bracket.")]
    requirement: Annotated[str, Field(description="The claim.", examples=["Is friendly and works hard"])]
    fault: Annotated[ClaimFault, Field(description="What is wrong.")]
    words: Annotated[str, Field(description="The words that gave rise to it.", examples=["friendly"])]
    advice: Annotated[
        str,
        Field(description="What to do.", examples=["Say what somebody does, and not what somebody is."]),
    ]


class Interview(TypedDict):
    """An interview as it is kept now: each field as sent, or its default; null where there is neither."""

    name: Annotated[str, Field(description="Name of the interview or position.", examples=["Project manager"])]
    created_at: Annotated[Moment, Field(description="When it was made.")]
    updated_at: Annotated[Moment, Field(description="When it was last changed.")]
    calc_definition_json: Annotated[dict[str, Any] | None, nothing_yet("The compiled definition.")]
    questions: Annotated[
        list[StoredQuestion], Field(description="The questions, in order, without welcome and thanks.")
    ]
    is_multistage: Annotated[bool, Field(description="Whether it has stages. Always false today.")]
    status: Annotated[Status, Field(description="Where it stands in its life.")]
    visibility: Annotated[VisibilityText, Field(description="Who finds it.")]
    stage: Annotated[Stage | None, nothing_yet("Where hiring stands.")]
    type: Annotated[Kind, Field(description="What an attempt yields.")]
    code: Annotated[str | None, Field(description="Your own reference.")]
    interview_location: Annotated[str | None, Field(description="Where the job is.", examples=["remote"])]
    cover_image_url: Annotated[str | None, Field(description="Cover image.")]
    merchant_id: Annotated[Id, Field(description="Whose it is.")]
    interview_template_id: Annotated[Id, Field(description="Its template.")]
    interview_template_type: Annotated[TemplateType, Field(description="By which means the interviewer speaks.")]
    is_voice_only: Annotated[bool, Field(description="Whether the interviewer has no face.")]
    knowledge_base_store_id: Annotated[
        Id | None, Field(description="The store that the whole interview is grounded in.")
    ]
    mojito_language_code: Annotated[LanguageText, Field(description="Its language.")]
    speech_language_code: Annotated[str, Field(description="The locale that it is spoken in.", examples=["en-US"])]
    speech_language_name: Annotated[
        str | None, Field(description="That locale's name.", examples=["English (United States)"])
    ]
    recording: Annotated[RecordingText | None, Field(description="Recording per answer; null: off.")]
    recording_full_session: Annotated[
        SessionRecordingText | None, Field(description="Recording of the session; null: off.")
    ]
    type_credit: Annotated[CreditText | None, Field(description="What a coaching attempt is paid by.")]
    result_view: Annotated[ResultViewText, Field(description="What the candidate sees at the end.")]
    candidate_video_introduction: Annotated[
        Annotated[str, one_of(("hidden", "optional", "required"))] | None,
        Field(description="Whether the candidate films an introduction; null: hidden."),
    ]
    description: Annotated[str | None, Field(description="Short description.", examples=["Project manager role"])]
    interview_description_long: Annotated[str | None, Field(description="Long description (Markdown).")]
    candidate_expectations: Annotated[str | None, Field(description="Expectations as free text.")]
    candidate_expectations_json: Annotated[
        StoredExpectations | None, Field(description="Expectations; other keys of yours are there too.")
    ]
    result_scoring: Annotated[
        dict[str, Any] | None, Field(description="Your scoring over the defaults; null: you set none.")
    ]
    effective_scoring: Annotated[dict[str, Any], Field(description="What really counts: an addition to the contract.")]
    creation_parameters: CreationParameters
    interview_department: Annotated[str | None, Field(description="Shown on the page of the position.")]
    interview_salary: Annotated[str | None, Field(description="Shown on the page of the position.")]
    interview_available_till: Annotated[str | None, Field(description="ISO 8601, as sent; null: open.")]
    recruiter_profile_id: Annotated[str | None, Field(description="The recruiter who owns it, as sent.")]
    slug: Annotated[str | None, nothing_yet("The word of its public address.")]
    tags: Annotated[list[str] | None, Field(description="Free tags.")]
    coach_plan: Annotated[CoachPlanText | None, Field(description="The plan that it belongs to in coaching.")]
    interview_conversation_speed: Annotated[SpeedText | None, Field(description="Pace; null: the template's.")]
    max_followups: Annotated[int, Field(description="Follow-up questions at most.", examples=[DEFAULT_MAX_FOLLOW_UPS])]
    max_duration: Annotated[
        float, Field(description="Seconds of the whole conversation at most.", examples=[DEFAULT_MAX_SECONDS])
    ]
    questions_random_subset: Annotated[
        float | None, Field(description="Fraction of the questions that an attempt asks; null: all.")
    ]
    required_pronunciation: Annotated[bool, Field(description="Stored as sent; pronunciation never touches a score.")]
    result_enable_edit_transcript: Annotated[
        bool, Field(description="Whether the candidate may edit the transcript before submitting.")
    ]
    pdf_export_auto_config: Annotated[
        dict[str, Any] | None,
        Field(description="What the report holds that is made at the end; null: none is made."),
    ]
    instructional_video: Annotated[
        bool, Field(description="Whether an instructional video is shown first. An addition.")
    ]
    instructional_video_custom_text: Annotated[str | None, Field(description="Text of that video. An addition.")]
    is_seniority_level_detected: Annotated[
        bool, Field(description="Whether the seniority was found by us. An addition.")
    ]
    disable_deduplication: Annotated[
        bool, Field(description="Whether equal questions stayed separate steps. An addition.")
    ]
    welcome_message: Annotated[str | None, Field(description="Said first. An addition.")]
    thank_you_message: Annotated[str | None, Field(description="Said last. An addition.")]
    is_embedded: Annotated[bool, Field(description="Whether it has an embed key. An addition.")]
    written_by_model: Annotated[
        list[WrittenField],
        Field(
            description="What a language model wrote and nobody has reviewed. Sending a field in an update takes it off"
            " this list. An addition."
        ),
    ]
    expectations_advice: Annotated[
        list[AdviceAnswer],
        Field(
            description="What could be better about the expectations. Nothing is refused for it. An addition.",
        ),
    ]


def to_wire(stored: Stored) -> Interview:
    """The interview; where the caller said nothing and we have a default, the default stands."""
    draft, settings = stored.draft, stored.draft.settings
    return {
        "name": draft.name,
        "created_at": stored.created_at.isoformat(),
        "updated_at": stored.updated_at.isoformat(),
        "calc_definition_json": None,
        "questions": [_to_wire_question(step) for step in draft.steps],
        "is_multistage": False,
        "status": draft.status,
        "visibility": VISIBILITY_WORDS[draft.visibility],
        "stage": None,
        "type": draft.kind,
        "code": draft.code,
        "interview_location": draft.location,
        "cover_image_url": settings.cover_image_url,
        "merchant_id": str(stored.merchant_id),
        "interview_template_id": str(draft.template_id),
        "interview_template_type": TEMPLATE_TYPES[stored.modality],
        "is_voice_only": stored.modality is Modality.VOICE,
        "knowledge_base_store_id": _to_text(draft.store_id),
        "mojito_language_code": draft.language,
        "speech_language_code": draft.speech_locale,
        "speech_language_name": ACCENT_NAMES.get(draft.speech_locale),
        "recording": settings.answer_recording,
        "recording_full_session": settings.session_recording,
        "type_credit": settings.credit_bucket or (COACHING_CREDIT if draft.kind is Kind.COACHING else None),
        "result_view": settings.result_view or DEFAULT_RESULT_VIEW,
        "candidate_video_introduction": settings.intro_video,
        "description": draft.description,
        "interview_description_long": settings.long_description,
        "candidate_expectations": settings.expectations_text,
        "candidate_expectations_json": _to_wire_expectations(settings.expectations),
        "result_scoring": to_result_scoring(settings),
        "effective_scoring": to_effective_scoring(settings),
        "creation_parameters": _to_wire_parameters(draft),
        "interview_department": settings.department,
        "interview_salary": settings.salary,
        "interview_available_till": settings.available_till,
        "recruiter_profile_id": settings.recruiter_id,
        "slug": None,
        "tags": None if settings.tags is None else list(settings.tags),
        "coach_plan": settings.coaching_plan,
        "interview_conversation_speed": settings.pace,
        "max_followups": DEFAULT_MAX_FOLLOW_UPS if settings.max_follow_ups is None else settings.max_follow_ups,
        "max_duration": settings.max_seconds or DEFAULT_MAX_SECONDS,
        "questions_random_subset": settings.share_asked,
        "required_pronunciation": settings.requires_pronunciation is True,
        "result_enable_edit_transcript": settings.allows_transcript_edit is not False,
        "pdf_export_auto_config": settings.auto_report,
        "instructional_video": settings.has_instruction is True,
        "instructional_video_custom_text": settings.instruction_text,
        "is_seniority_level_detected": settings.is_seniority_detected is True,
        "disable_deduplication": settings.keeps_duplicates is True,
        "welcome_message": settings.welcome,
        "thank_you_message": settings.thanks,
        "is_embedded": draft.is_embedded,
        "expectations_advice": _advise(draft),
        "written_by_model": to_wire_written_parts(draft),
    }


def _to_wire_question(step: Step) -> StoredQuestion:
    """A step: `id` and the parent are the real ids, so that an update can send them back."""
    question = step.question
    parent = question.parent_caller_id if step.parent_id is None else str(step.parent_id)
    return {
        "question": question.text,
        "id": str(step.id),
        "duration": _to_number(question.seconds),
        "mojito_language_code": question.language,
        "label": question.label,
        "is_conditional": question.is_conditional,
        "is_without_scoring": not question.is_scored,
        "is_candidate_asking_recruiter": question.answered_by is AnsweredBy.CANDIDATE_ASKS,
        "is_expert": question.is_expert,
        "is_multiple_choice": question.answered_by is AnsweredBy.CHOICE,
        "question_alternatives": list(question.alternatives) or None,
        "question_alternatives_drafted": list(question.drafted_wordings or ()),
        "conditional_question_main_id": parent,
        "knowledge_base_id": _to_text(question.store_id),
        "external_id": question.external_id,
        "external_data": question.external_data,
        "candidate_expectations_json": _to_wire_expectations(question.expectations),
        "condition": question.condition,
        "caller_id": question.caller_id,
        "view": to_wire_view(question),
    }


def _to_wire_parameters(draft: Draft) -> CreationParameters:
    settings = draft.settings
    return {
        "interview_type": settings.style or DEFAULT_STYLE,
        "interview_tone": settings.tone,
        "interview_length": settings.wanted_questions,
        "additional_context": settings.context,
        "include_rapport_question": settings.has_rapport_question,
        "include_closing_prompt": settings.has_closing_question,
        "knowledge_base_store_id": _to_text(draft.store_id),
        "seniority_level": settings.seniority,
        "hiring_for_company": settings.hiring_company,
    }


def _to_wire_expectations(expectations: dict[str, Any] | None) -> StoredExpectations | None:
    return None if expectations is None else cast("StoredExpectations", expectations)


Source = tuple[str | None, ExpectedClaims, str]  # the question's id, what is expected, in which language


def _advise(draft: Draft) -> list[AdviceAnswer]:
    """Each finding, those on the interview's own expectations first, then question by question."""
    own: Source = (None, draft.settings.claims, draft.language)
    steps: list[Source] = [
        (str(step.id), step.question.claims, step.question.language or draft.language) for step in draft.steps
    ]
    return [
        {
            "question_id": question_id,
            "bracket": finding.claim.bracket,
            "requirement": finding.claim.text,
            "fault": finding.fault,
            "words": finding.words,
            "advice": finding.advice,
        }
        for question_id, claims, language in (own, *steps)
        if (rubric := to_rubric(claims)) is not None
        for finding in lint_rubric(rubric, language=language)
    ]


def _to_text(reference: UUID | None) -> str | None:
    return None if reference is None else str(reference)


def _to_number(value: float | None) -> int | float | None:
    """A whole number without its point, as it was probably sent."""
    return int(value) if value is not None and value.is_integer() else value
