"""What becomes of each field that makes an interview: acted on, handed back as it is, or kept and not yet acted on.

`make reference` writes the lists in the documentation from here, and a test holds each entry against the code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What a field changes."""

    ACTED_ON = "acted on"
    HANDED_BACK = "handed back"  # the caller's own reference: read back with the interview or its results
    NEVER = "never acted on"  # stored as sent, and no part of a judgement (docs/reference/differences.md, "Red lines")
    KEPT = "kept"  # stored and read back; changes nothing yet


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """What becomes of one field.

    ours: what holds it, of a Draft, Settings or Question (interviews/draft.py, interviews/steps.py);
    empty where nothing does. note: what a reader of the list of kept fields should know besides.
    """

    use: Use
    ours: str = ""
    note: str = ""


def _acted_on(ours: str = "") -> FieldUse:
    return FieldUse(use=Use.ACTED_ON, ours=ours)


def _handed_back(ours: str) -> FieldUse:
    return FieldUse(use=Use.HANDED_BACK, ours=ours)


def _kept(ours: str, note: str = "") -> FieldUse:
    return FieldUse(use=Use.KEPT, ours=ours, note=note)


CREATE: Mapping[str, FieldUse] = {
    "name": _acted_on("Draft.name"),
    "location": _acted_on("Draft.location"),
    "interview_template_id": _acted_on("Draft.template_id"),
    "mojito_language_code": _acted_on("Draft.language"),
    "description": _acted_on("Draft.description"),
    "status": _acted_on("Draft.status"),
    "type": _acted_on("Draft.kind"),
    "visibility": _acted_on("Draft.visibility"),
    "questions": _acted_on("Draft.steps"),
    "recording": _acted_on("Settings.answer_recording"),
    "recording_full_session": _acted_on("Settings.session_recording"),
    "interview_type": _acted_on("Settings.style"),
    "seniority_level": _acted_on("Settings.seniority"),
    "result_view": _acted_on("Settings.result_view"),
    "interview_conversation_speed": _acted_on("Settings.pace"),
    "candidate_video_introduction": _acted_on("Settings.intro_video"),
    "interview_tone": _acted_on("Settings.tone"),
    "interview_attempts": _acted_on("Settings.max_attempts"),
    "questions_random_subset": _acted_on("Settings.share_asked"),
    "max_followups": _acted_on("Settings.max_follow_ups"),
    "code": _acted_on("Draft.code"),
    "cover_image_url": _acted_on("Settings.cover_image_url"),
    "interview_department": _acted_on("Settings.department"),
    "interview_salary": _acted_on("Settings.salary"),
    "interview_available_till": _acted_on("Settings.available_till"),
    "recruiter_profile_id": _kept("Settings.recruiter_id"),
    "hiring_for_company": _acted_on("Settings.hiring_company"),
    "tags": _kept("Settings.tags"),
    "required_pronunciation": FieldUse(use=Use.NEVER, ours="Settings.requires_pronunciation"),
    "result_enable_edit_transcript": _acted_on("Settings.allows_transcript_edit"),
    "pdf_export_auto_config": _acted_on("Settings.auto_report"),
    "knowledge_base_store_id": _acted_on("Draft.store_id"),
    "merchant_id": _acted_on(),
    "description_long": _acted_on("Settings.long_description"),
    "candidate_expectations": _acted_on("Settings.expectations_text"),
    "candidate_expectations_json": _acted_on("Settings.expectations"),
    "custom_scoring": _acted_on("Settings.scoring"),
    "additional_context": _acted_on("Settings.context"),
    "instructional_video": _acted_on("Settings.has_instruction"),
    "instructional_video_custom_text": _acted_on("Settings.instruction_text"),
    "disable_deduplication": _acted_on("Settings.keeps_duplicates"),
    "welcome_message": _acted_on("Settings.welcome"),
    "thank_you_message": _acted_on("Settings.thanks"),
    "is_embedded": _acted_on("Draft.is_embedded"),
}

QUESTION: Mapping[str, FieldUse] = {
    "question": _acted_on("Question.text"),
    "id": _acted_on("Question.caller_id"),
    "duration": _acted_on("Question.seconds"),
    "mojito_language_code": _acted_on("Question.language"),
    "label": _acted_on("Question.label"),
    "is_conditional": _acted_on("Question.is_conditional"),
    "is_without_scoring": _acted_on("Question.is_scored"),
    "is_candidate_asking_recruiter": _acted_on("Question.answered_by"),
    "is_expert": _acted_on("Question.is_expert"),
    "is_multiple_choice": _acted_on("Question.answered_by"),
    "question_alternatives": _acted_on("Question.alternatives"),
    "conditional_question_main_id": _acted_on("Question.parent_caller_id"),
    "knowledge_base_id": _acted_on("Question.store_id"),
    "external_id": _handed_back("Question.external_id"),
    "external_data": _handed_back("Question.external_data"),
    "candidate_expectations_json": _acted_on("Question.expectations"),
    "condition": _acted_on("Question.condition"),
}

# What `job-interview-update` takes beyond the fields above.
UPDATE_ALONE: Mapping[str, FieldUse] = {
    "position_id": _acted_on(),
    "regenerate_candidate_expectations": _acted_on(),
    "type_credit": _kept("Settings.credit_bucket", "nothing is paid for here"),
    "coach_plan": _kept("Settings.coaching_plan"),
    "max_duration": _acted_on("Settings.max_seconds"),
}

# What `job-interview-create` takes beyond the fields above.
WRITE_ALONE: Mapping[str, FieldUse] = {
    "interview_length": _acted_on("Settings.wanted_questions"),
    "include_rapport_question": _acted_on("Settings.has_rapport_question"),
    "include_closing_prompt": _acted_on("Settings.has_closing_question"),
    "use_enhanced_expectations": FieldUse(use=Use.KEPT, note="reserved; taken without effect"),
}


def all_fields() -> Iterator[tuple[str, FieldUse]]:
    """Each field by the name that the documentation calls it by; those of a question as `questions[].name`."""
    yield from CREATE.items()
    yield from ((f"questions[].{name}", field) for name, field in QUESTION.items())
    yield from UPDATE_ALONE.items()
    yield from WRITE_ALONE.items()
