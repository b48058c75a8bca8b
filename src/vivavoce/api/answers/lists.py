"""What the lists answer: a page of rows, each with the `to_wire` that fills it."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import uuid5

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.judgement import to_number
from vivavoce.api.answers.parts import (
    Id,
    LanguageText,
    Moment,
    RecordingText,
    SessionRecordingText,
    TemplateType,
    VisibilityText,
    nothing_yet,
)
from vivavoce.api.answers.risks import Risks, to_wire_risks
from vivavoce.api.models.result_words import (
    WORDS,
    DecisionStatus,
    Lifecycle,
    Processing,
    Session,
    to_decision_status,
    to_processing,
    to_tenths,
)
from vivavoce.api.models.words import TEMPLATE_TYPES, VISIBILITY_WORDS
from vivavoce.attempts.figures import Goes
from vivavoce.attempts.listing import ListedAttempt
from vivavoce.attempts.tasks import Task, TaskKind, TaskState
from vivavoce.attempts.yields import YIELDS
from vivavoce.db.pages import Page, RowRange
from vivavoce.interviews.draft import Kind, Status
from vivavoce.interviews.listing import ListedInterview
from vivavoce.interviews.templates import Template, TemplateStatus
from vivavoce.scoring.judged import ROUGH
from vivavoce.text.languages import ACCENT_NAMES, BY_CODE


class Pagination(TypedDict):
    """Which rows these are."""

    total: Annotated[int, Field(description="Rows in all.", ge=0, examples=[1])]
    limit: Annotated[int, Field(description="At most how many rows were asked for.", ge=1, examples=[50])]
    offset: Annotated[int, Field(description="How many rows were skipped.", ge=0, examples=[0])]
    has_more: Annotated[bool, Field(description="Whether more rows follow.")]


def to_wire_pagination(page: Page[Any], window: RowRange) -> Pagination:
    """What the contract says of every list."""
    return {
        "total": page.total,
        "limit": window.limit,
        "offset": window.offset,
        "has_more": window.offset + len(page.rows) < page.total,
    }


class InterviewRow(TypedDict):
    """An interview in the list."""

    id: Annotated[Id, Field(description="The interview.")]
    merchant_id: Annotated[Id, Field(description="Whose it is.")]
    name: Annotated[str, Field(description="Name of the interview or position.", examples=["Project manager"])]
    emoji: Annotated[str | None, nothing_yet("An emoji to tell it by.")]
    type: Annotated[Kind, Field(description="What an attempt yields.")]
    type_avatar: Annotated[TemplateType, Field(description="By which means the interviewer speaks.")]
    status: Annotated[Status, Field(description="Where it stands in its life.")]
    visibility: Annotated[VisibilityText, Field(description="Who finds it.")]
    mojito_language_code: Annotated[LanguageText, Field(description="Its language.")]
    speech_language_code: Annotated[str, Field(description="The locale that it is spoken in.", examples=["en-US"])]
    environment: Annotated[str, Field(description="The environment that it is of.", examples=["production"])]
    is_ats: Annotated[bool, Field(description="Whether it came from another system. Always false today.")]
    is_multi_stage: Annotated[bool, Field(description="Whether it has stages. Always false today.")]
    recording: Annotated[RecordingText | None, Field(description="Recording per answer; null: off.")]
    recording_full_session: Annotated[
        SessionRecordingText | None, Field(description="Recording of the session; null: off.")
    ]
    billing_single_position: Annotated[bool | None, nothing_yet("Whether it is paid for by itself.")]
    billing_single_position_end_at: Annotated[Moment | None, nothing_yet("Until when.")]
    cover_image_url: Annotated[str | None, Field(description="Cover image.")]
    interview_count: Annotated[int, Field(description="Attempts at it.", ge=0, examples=[12])]
    interview_last: Annotated[Moment | None, Field(description="When the latest began.")]
    calc_duration: Annotated[float | None, nothing_yet("How long it takes.")]
    created_at: Annotated[Moment, Field(description="When it was made.")]
    updated_at: Annotated[Moment, Field(description="When it was last changed.")]


class Interviews(TypedDict):
    """Interviews, the most recently changed first."""

    data: Annotated[list[InterviewRow], Field(description="The interviews.")]
    pagination: Pagination


def to_wire_interview(row: ListedInterview, goes: Goes | None) -> InterviewRow:
    """An interview. goes: None where nobody has begun it."""
    return {
        "id": str(row.id),
        "merchant_id": str(row.merchant_id),
        "name": row.name,
        "emoji": None,
        "type": row.kind,
        "type_avatar": TEMPLATE_TYPES[row.modality],
        "status": row.status,
        "visibility": VISIBILITY_WORDS[row.visibility],
        "mojito_language_code": row.language,
        "speech_language_code": row.speech_locale,
        "environment": row.environment,
        "is_ats": False,
        "is_multi_stage": False,
        "recording": row.settings.answer_recording,
        "recording_full_session": row.settings.session_recording,
        "billing_single_position": None,
        "billing_single_position_end_at": None,
        "cover_image_url": row.settings.cover_image_url,
        "interview_count": 0 if goes is None else goes.count,
        "interview_last": None if goes is None else goes.last.isoformat(),
        "calc_duration": None,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


class ResultRow(TypedDict):
    """A person at an interview, with the latest attempt."""

    id: Annotated[Id, Field(description="The person at the interview, whichever attempt is the latest.")]
    interview_result_id: Annotated[Id, Field(description="The latest attempt: ask for it by job-interview-details.")]
    interview_result_pre_screening_id: Annotated[str | None, nothing_yet("The pre-screening.")]
    merchant_id: Annotated[Id, Field(description="Whose it is.")]
    profile_id: Annotated[str | None, nothing_yet("The person's own account.")]
    profile_interview_id: Annotated[Id, Field(description="The person here.")]
    definition_id: Annotated[Id, Field(description="The interview.")]
    candidate_name: Annotated[str | None, Field(description="The person's name.", examples=["Sam Rivers"])]
    candidate_email: Annotated[str | None, Field(description="The person's e-mail.", examples=["sam@example.com"])]
    position_name: Annotated[str, Field(description="The interview's name.", examples=["Project manager"])]
    position_step: Annotated[Literal["interview"], Field(description="What was taken.")]
    type: Annotated[Kind, Field(description="What an attempt yields.")]
    emoji: Annotated[str | None, Field(description="The emoji that somebody gave it.", examples=["⭐"])]
    external_id: Annotated[str | None, Field(description="Your own reference of the person.", examples=["c-17"])]
    mojito_language_code: Annotated[LanguageText, Field(description="The interview's language.")]
    status: Annotated[Lifecycle, Field(description="`active` once it is submitted, until it is sent back.")]
    coach_status: Annotated[Session, Field(description="Where the session stands.")]
    decision_status: Annotated[
        DecisionStatus | None,
        Field(
            description="recruiter_accept, recruiter_reject: what a person decided. recruiter_action: it waits for"
            " that. candidate_action: it waits for the candidate, or is over. null for practice."
        ),
    ]
    interview_started: Annotated[bool, Field(description="Whether it began.")]
    is_multi_stage: Annotated[bool, Field(description="Whether it has stages. Always false today.")]
    is_test: Annotated[bool, Field(description="Whether it was a trial.")]
    recruiter_shortlist: Annotated[bool, Field(description="Whether somebody put it on the shortlist.")]
    recruiter_risks: Annotated[
        Risks | None,
        Field(description="Facts of integrity that stand, as in job-interview-details; null: none."),
    ]
    duration_ds: Annotated[float | None, Field(description="Time with the page open, in tenths of a second.")]
    score: Annotated[
        float | None,
        Field(description="Score of the whole; null: not judged, or nothing could be.", ge=0, le=10, examples=[6.25]),
    ]
    score_simulation: Annotated[float | None, nothing_yet("The same, by a simulation.")]
    score_sentiment: Annotated[float | None, nothing_yet("How the answers sound: never measured.")]
    score_words_per_minute: Annotated[float | None, nothing_yet("Pace: never scored.")]
    score_interview_ai: Annotated[
        float | None,
        Field(description="Of all answers by the interview's own rubric.", ge=0, le=10, examples=[5]),
    ]
    score_answer_ai: Annotated[
        float | None,
        Field(description="Mean of the answers, each by its question's own rubric.", ge=0, le=10, examples=[7.5]),
    ]
    score_pronunciation: Annotated[float | None, nothing_yet("Pronunciation: never scored.")]
    caution: Annotated[
        str | None,
        Field(
            description="What to know before the scores are used, where what judged errs often; null: nothing.",
            examples=[ROUGH],
        ),
    ]
    processing_status: Annotated[Processing | None, Field(description="Whether it was tallied and judged.")]
    processing_error: Annotated[str | None, nothing_yet("Why it could not be.")]
    kyc_processing_status: Annotated[str | None, nothing_yet("Whether the person's identity was looked at.")]
    position_result_step_id: Annotated[str | None, nothing_yet("The stage.")]
    created_at: Annotated[Moment, Field(description="When the attempt began.")]
    updated_at: Annotated[Moment, Field(description="When it last changed.")]


class ResultsAnswer(TypedDict):
    """People at interviews, each with the latest attempt."""

    data: Annotated[list[ResultRow], Field(description="The people.")]
    pagination: Pagination


def to_wire_result(row: ListedAttempt) -> ResultRow:
    """A row. Its id is of the person at the interview, whichever attempt is the latest."""
    scores = (None, None, None) if row.is_rated_blind else (row.score, row.session_score, row.answers_score)
    return {
        "id": str(uuid5(row.interview_id, str(row.candidate_id))),
        "interview_result_id": str(row.attempt_id),
        "interview_result_pre_screening_id": None,
        "merchant_id": str(row.merchant_id),
        "profile_id": None,
        "profile_interview_id": str(row.candidate_id),
        "definition_id": str(row.interview_id),
        "candidate_name": row.candidate_name or None,
        "candidate_email": row.candidate_email,
        "position_name": row.interview_name,
        "position_step": "interview",
        "type": row.kind,
        "emoji": row.emoji,
        "external_id": row.external_id,
        "mojito_language_code": row.language,
        "status": WORDS[row.state].lifecycle,
        "coach_status": WORDS[row.state].session,
        "decision_status": to_decision_status(row.state, row.decision) if YIELDS[row.kind].has_recruiter_view else None,
        "interview_started": True,
        "is_multi_stage": False,
        "is_test": row.is_test,
        "recruiter_shortlist": row.is_shortlisted,
        "recruiter_risks": None if row.is_rated_blind else to_wire_risks(row.facts),
        "duration_ds": to_tenths(row.talk_seconds),
        "score": _to_score(scores[0]),
        "score_simulation": None,
        "score_sentiment": None,
        "score_words_per_minute": None,
        "score_interview_ai": _to_score(scores[1]),
        "score_answer_ai": _to_score(scores[2]),
        "score_pronunciation": None,
        "caution": ROUGH if scores[0] is not None and row.is_score_rough else None,
        "processing_status": to_processing(row.state, row.judged_at),
        "processing_error": None,
        "kyc_processing_status": None,
        "position_result_step_id": None,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def _to_score(score: Decimal | None) -> float | None:
    """A score from 0 to 10 as it is shown."""
    return None if score is None else to_number(Fraction(score))


class AvatarRow(TypedDict):
    """An interviewer."""

    id: Annotated[Id, Field(description="The template: the create call's `interview_template_id`.")]
    merchant_id: Annotated[Id, Field(description="Whose it is.")]
    name: Annotated[str, Field(description="Its name.", examples=["Robin"])]
    type: Annotated[TemplateType, Field(description="By which means it speaks.")]
    status: Annotated[TemplateStatus, Field(description="Whether it can be chosen.", examples=["active"])]
    visibility: Annotated[str | None, nothing_yet("Who can choose it.")]
    mojito_language_code: Annotated[str, Field(description="Its language.", examples=["en"])]
    video_voice_language_name: Annotated[
        str | None, Field(description="The locale that it speaks.", examples=["English (United States)"])
    ]
    media_url: Annotated[str | None, nothing_yet("A film of it.")]
    background_url: Annotated[str | None, nothing_yet("What is behind it.")]
    background_blur: Annotated[float | None, nothing_yet("How much that is blurred.")]
    video_background_remove: Annotated[bool | None, nothing_yet("Whether that is removed.")]
    video_avatar_image_url: Annotated[str | None, nothing_yet("A picture of it.")]
    video_avatar_aspect_ratio: Annotated[str | None, nothing_yet("That picture's proportions.")]
    created_at: Annotated[Moment, Field(description="When it was made.")]
    updated_at: Annotated[Moment, Field(description="When it was last changed.")]


class Avatars(TypedDict):
    """Interviewers."""

    data: Annotated[list[AvatarRow], Field(description="The interviewers.")]
    pagination: Pagination


def to_wire_avatar(row: Template) -> AvatarRow:
    """A template; its id is the create call's `interview_template_id`."""
    voice = row.interviewer.voice or (BY_CODE[row.language].locale if row.language in BY_CODE else "")
    return {
        "id": str(row.id),
        "merchant_id": str(row.merchant_id),
        "name": row.name,
        "type": TEMPLATE_TYPES[row.interviewer.modality],
        "status": row.status,
        "visibility": None,
        "mojito_language_code": row.language,
        "video_voice_language_name": ACCENT_NAMES.get(voice),
        "media_url": None,
        "background_url": None,
        "background_blur": None,
        "video_background_remove": None,
        "video_avatar_image_url": None,
        "video_avatar_aspect_ratio": None,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


class TaskRow(TypedDict):
    """A task in the list."""

    id: Annotated[Id, Field(description="The task.")]
    kind: Annotated[
        TaskKind,
        Field(
            description="answer_candidate: a candidate's question that nothing written answers. person_wanted: somebody"
            " would rather talk with a person. trouble: something is wrong. contested: somebody wants a person to look"
            " at their attempt again. erasure_wanted: somebody wants all that is kept of them erased.",
        ),
    ]
    state: Annotated[TaskState, Field(description="Whether it waits.")]
    interview_id: Annotated[Id, Field(description="The interview.")]
    interview_name: Annotated[str, Field(description="The interview's name.", examples=["Project manager"])]
    interview_result_id: Annotated[Id | None, Field(description="The attempt: ask for it by job-interview-details.")]
    profile_interview_id: Annotated[Id, Field(description="The person here.")]
    candidate_name: Annotated[str | None, Field(description="The person's name.", examples=["Sam Rivers"])]
    candidate_email: Annotated[str | None, Field(description="The person's e-mail.", examples=["sam@example.com"])]
    text: Annotated[
        str,
        Field(
            description="In the candidate's own words; empty where there are none.", examples=["Is there a canteen?"]
        ),
    ]
    created_at: Annotated[Moment, Field(description="When it came up.")]
    done_at: Annotated[Moment | None, Field(description="When it was done or refused; null while it waits.")]
    due_at: Annotated[
        Moment | None,
        Field(description="By when the person was promised that it is done; null: no promise was made."),
    ]
    reason: Annotated[
        str | None,
        Field(description="Why it was refused, as the person reads it; null: it was not.", examples=["…"]),
    ]
    reply: Annotated[
        str | None,
        Field(description="What a question was answered, as the person reads it.", examples=["Yes, until 22:00."]),
    ]


class Tasks(TypedDict):
    """What waits for a person, newest first."""

    data: Annotated[list[TaskRow], Field(description="The tasks.")]
    pagination: Pagination


def to_wire_task(row: Task) -> TaskRow:
    """A task."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "state": row.state,
        "interview_id": str(row.interview_id),
        "interview_name": row.interview_name,
        "interview_result_id": None if row.attempt_id is None else str(row.attempt_id),
        "profile_interview_id": str(row.candidate_id),
        "candidate_name": row.candidate_name or None,
        "candidate_email": row.candidate_email,
        "text": row.text,
        "created_at": row.created_at.isoformat(),
        "done_at": None if row.done_at is None else row.done_at.isoformat(),
        "due_at": None if row.due_at is None else row.due_at.isoformat(),
        "reason": row.reason,
        "reply": row.reply,
    }
