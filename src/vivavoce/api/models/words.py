"""The contract's words and ours, both ways."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from vivavoce.db.ids import to_id
from vivavoce.interviews.draft import (
    DEFAULT_MAX_ATTEMPTS,
    DEFAULT_MAX_FOLLOW_UPS,
    DEFAULT_MAX_SECONDS,
    DEFAULT_RESULT_VIEW,
    DEFAULT_STYLE,
    Draft,
    InterviewSettings,
    Kind,
    Status,
    Visibility,
)
from vivavoce.interviews.languages import ACCENT_NAMES
from vivavoce.interviews.read import Stored
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step
from vivavoce.interviews.templates import Modality
from vivavoce.interviews.weights import NEVER_COUNTED, ScorePart, find_effective, merge_scoring

KINDS = {kind.value: kind for kind in Kind}
STATUSES = {status.value: status for status in Status}
VISIBILITIES = {
    "merchant_public": Visibility.LISTED,
    "merchant_unlisted": Visibility.UNLISTED,
    "merchant_invite": Visibility.INVITED,
}
VISIBILITY_WORDS = {ours: theirs for theirs, ours in VISIBILITIES.items()}
TEMPLATE_TYPES = {
    Modality.VOICE: "interactive_elevenlabs",
    Modality.AVATAR: "interactive_heygen",
    Modality.RECORDED: "offline_heygen",
}

# What a coaching attempt is paid by, where nobody says otherwise.
COACHING_CREDIT = "interview_coach_manager"

# An id that no row has: what a text comes to that is the id of nothing.
NOWHERE = UUID(int=0)

# The answer for a reference to what the caller does not have: the same for another's id and for no id at all.
UNKNOWN_TEMPLATE = "Expected the id of an existing interview template: there is none with this id."
UNKNOWN_INTERVIEW = "Expected the id of an existing interview: there is none with this id."
UNKNOWN_CANDIDATE = "Expected the id of an existing candidate: there is none with this id."
UNKNOWN_ATTEMPT = "Expected the id of an existing attempt: there is none with this id."
UNKNOWN_STORE = "Expected the id of an existing knowledge base store: there is none with this id."


def to_reference(text: str) -> UUID:
    """The id that a text names; NOWHERE where it is the id of nothing, so that the look-up refuses it."""
    return to_id(text) or NOWHERE


def find_answered_by(*, is_choice: bool, is_asking: bool) -> AnsweredBy:
    """How a question with these flags is answered; both at once is refused before."""
    if is_asking:
        return AnsweredBy.CANDIDATE_ASKS
    return AnsweredBy.CHOICE if is_choice else AnsweredBy.OPEN


def to_wire_view(question: SentQuestion) -> str:
    """The contract's one word for the five independent flags: the first that holds, in its order of precedence."""
    if question.answered_by is AnsweredBy.CANDIDATE_ASKS:
        return "candidate asking recruiter"
    if question.answered_by is AnsweredBy.CHOICE:
        return "multiple choice"
    if question.is_conditional:
        return "with listening conditional"
    if question.is_expert:
        return "with listening expert"
    return "with listening" if question.is_scored else "without scoring"


def to_wire_question(step: Step) -> dict[str, Any]:
    """A step as `job-interview-get` tells it: each field as sent, null where nothing was.

    `id` and the parent are the real ids, so that an update can send them back; `caller_id` is the id as sent.
    Beyond the contract: `condition`, `caller_id`, `view`.
    """
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
        "conditional_question_main_id": parent,
        "knowledge_base_id": _to_text(question.store_id),
        "external_id": question.external_id,
        "external_data": question.external_data,
        "candidate_expectations_json": question.expectations,
        "condition": question.condition,
        "caller_id": question.caller_id,
        "view": to_wire_view(question),
    }


def to_wire_interview(stored: Stored, *, slug: str | None = None, definition: object = None) -> dict[str, Any]:
    """An interview as `job-interview-get` tells it: every field of the contract, null where there is nothing.

    Where the caller said nothing and we have a default, the default stands.
    slug, definition: what the address and the compiled definition are, where there are any.
    Beyond the contract: `effective_scoring`, whether the seniority was detected, and the texts and switches that create
    takes and its read omits.
    """
    draft, settings = stored.draft, stored.draft.settings
    return {
        "name": draft.name,
        "created_at": stored.created_at.isoformat(),
        "updated_at": stored.updated_at.isoformat(),
        "calc_definition_json": definition,
        "questions": [to_wire_question(step) for step in draft.steps],
        "is_multistage": False,
        "status": draft.status.value,
        "visibility": VISIBILITY_WORDS[draft.visibility],
        "stage": None,
        "type": draft.kind.value,
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
        "candidate_expectations_json": settings.expectations,
        "result_scoring": _to_result_scoring(settings),
        "effective_scoring": to_effective_scoring(settings),
        "creation_parameters": _to_creation_parameters(draft),
        "interview_department": settings.department,
        "interview_salary": settings.salary,
        "interview_available_till": settings.available_till,
        "recruiter_profile_id": settings.recruiter_id,
        "slug": slug,
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
        "welcome_message": settings.welcome,
        "thank_you_message": settings.thanks,
        "is_seniority_level_detected": settings.is_seniority_detected is True,
        "disable_deduplication": settings.keeps_duplicates is True,
        "is_embedded": draft.is_embedded,
    }


def to_scoring(sent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The caller's scoring in our words, for `interviews.weights`; the null of an optional key is left out.

    Keys that we don't know stand as they are under `other`.
    """
    if sent is None:
        return None
    known = {ours: _without_nulls(sent[theirs]) for theirs, ours in _SCORING.items() if sent.get(theirs) is not None}
    other = {key: value for key, value in sent.items() if key not in _SCORING}
    return known | ({"other": other} if other else {})


def to_scoring_changes(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Changes to the caller's scoring in our words, for `interviews.weights`; null takes a key away."""
    known = {ours: sent[theirs] for theirs, ours in _SCORING.items() if theirs in sent}
    other = {key: value for key, value in sent.items() if key not in _SCORING}
    return known | ({"other": other} if other else {})


def to_effective_scoring(settings: InterviewSettings) -> dict[str, Any]:
    """What really counts, in the contract's words."""
    return _from_scoring(find_effective(settings.scoring), settings)


def find_warnings(settings: InterviewSettings) -> tuple[str, ...]:
    """What a caller should learn of settings that are stored and have no effect: one sentence each, in ASCII."""
    if settings.scoring is None:
        return ()
    merged = merge_scoring(settings.scoring)
    found = [
        f"custom_scoring.{theirs}.weight is stored and counts as 0: how somebody sounds never touches a score."
        for theirs, ours in _SCORING.items()
        if ours in NEVER_COUNTED and merged[ours]["weight"]
    ]
    if merged["early_stop"]["enabled"]:
        found.append("custom_scoring.early_stop is stored and has no effect: no interview ends early for a poor fit.")
    return tuple(found)


_SCORING: dict[str, str] = {
    "max_score": "enough_score",
    "max_retries": "max_attempts",
    "early_stop": "early_stop",
    "ai_assessment_session": ScorePart.SESSION,
    "ai_assessment_answer": ScorePart.ANSWERS,
    "ai_assessment_resume": ScorePart.RESUME,
    "sentiment_analysis": ScorePart.SENTIMENT,
    "speech_cadence": ScorePart.CADENCE,
    "ai_pronunciation": ScorePart.ACCENT,
}
_OPTIONAL = frozenset({"weight", "enabled", "min_questions", "threshold"})


def _without_nulls(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: inner for key, inner in value.items() if inner is not None or key not in _OPTIONAL}


def _to_result_scoring(settings: InterviewSettings) -> dict[str, Any] | None:
    """The scoring as stored: the caller's over the defaults; None where the caller set nothing of it."""
    if settings.scoring is None and settings.max_attempts is None:
        return None
    return _from_scoring(merge_scoring(settings.scoring), settings)


def _from_scoring(merged: Mapping[str, Any], settings: InterviewSettings) -> dict[str, Any]:
    known = {theirs: merged[ours] for theirs, ours in _SCORING.items()}
    return {**merged.get("other", {}), **known, "max_retries": settings.max_attempts or DEFAULT_MAX_ATTEMPTS}


def _to_creation_parameters(draft: Draft) -> dict[str, Any]:
    settings = draft.settings
    return {
        "interview_type": settings.style or DEFAULT_STYLE,
        "interview_tone": settings.tone,
        "interview_length": None,
        "additional_context": settings.context,
        "include_rapport_question": None,
        "include_closing_prompt": None,
        "knowledge_base_store_id": _to_text(draft.store_id),
        "seniority_level": settings.seniority,
        "hiring_for_company": settings.hiring_company,
    }


def _to_text(found: UUID | None) -> str | None:
    return None if found is None else str(found)


def _to_number(value: float | None) -> int | float | None:
    """A whole number without its point, as it was probably sent."""
    return int(value) if value is not None and value.is_integer() else value
