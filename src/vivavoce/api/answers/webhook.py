"""What a webhook says: one form for all its events, and which of them an event of ours is told by."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.judgement import to_wire_attempt
from vivavoce.api.answers.parts import Id, Moment, nothing_yet, one_of
from vivavoce.api.models.result_words import WORDS, Lifecycle, Processing, Session, to_processing
from vivavoce.attempts.decisions import DecisionKind
from vivavoce.attempts.read import Record
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.contact import Contact
from vivavoce.events.endpoints import WebhookKind
from vivavoce.events.record import Event
from vivavoce.scoring.judgements import KeptJudgement

# The wire's names of what is told, and what of ours it may come of. `result` comes of whatever may change what it says.
EVENT_WORDS: Mapping[WebhookKind, str] = MappingProxyType(
    {
        WebhookKind.COLLECTED: "interview_collected",
        WebhookKind.RESULT: "interview_result",
        WebhookKind.FAILED: "interview_failed",
    }
)
KINDS_OF_WORDS: Mapping[str, WebhookKind] = MappingProxyType({word: kind for kind, word in EVENT_WORDS.items()})
TOLD_BY: Mapping[Event, WebhookKind] = MappingProxyType(
    {
        Event.ATTEMPT_FINISHED: WebhookKind.COLLECTED,
        Event.ATTEMPT_JUDGED: WebhookKind.RESULT,
        Event.RESULT_OVERTURNED: WebhookKind.RESULT,
        Event.RESULT_DECIDED: WebhookKind.RESULT,
        Event.DECISION_UNDONE: WebhookKind.RESULT,
        Event.REPORT_MADE: WebhookKind.RESULT,
        Event.REPORT_FAILED: WebhookKind.RESULT,
        Event.ATTEMPT_ABANDONED: WebhookKind.FAILED,
        Event.ATTEMPT_FAILED: WebhookKind.FAILED,
    }
)
# As an attempt stood when this happened, whatever became of it since.
_STATES = {
    Event.ATTEMPT_FINISHED: AttemptState.FINISHED,
    Event.ATTEMPT_ABANDONED: AttemptState.ABANDONED,
    Event.ATTEMPT_FAILED: AttemptState.FAILED,
}
_NEXT_ROUND = {DecisionKind.SELECTED: True, DecisionKind.REJECTED: False}
# A result is told again when, and only when, one of these has changed.
# Source: the platform's reference, "Events and exact firing conditions".
WATCHED = (
    "status",
    "processing_status",
    "coach_status",
    "score",
    "ai_analysis_recruiter_score",
    "ai_analysis_recruiter",
    "ai_analysis_recruiter_why_hire",
    "ai_analysis_recruiter_why_not_hire",
    "recruiter_next_round",
    "pdf_export_url",
)


class WebhookInterviewResultPayload(TypedDict):
    """What is told of a result. The same form for all three events; what is not there yet is null."""

    event: Annotated[str, one_of(EVENT_WORDS.values()), Field(description="What happened. An addition.")]
    event_id: Annotated[
        Id,
        Field(
            description="The same each time that this event is told, and as the header `webhook-id`: take an event"
            " once. An addition."
        ),
    ]
    event_at: Annotated[Moment, Field(description="When it happened. An addition.")]
    merchant_id: Annotated[Id, Field(description="Whose result it is. An addition.")]
    environment: Annotated[str, Field(description="The environment. An addition.", examples=["production"])]
    interview_result_id: Annotated[Id, Field(description="The attempt: job-interview-details tells all of it.")]
    interview_id: Annotated[Id, Field(description="Its interview.")]
    interview_def_set_id: Annotated[Id, Field(description="The same as `interview_id`.")]
    status: Annotated[Lifecycle, Field(description="`active` once it is submitted, until it is sent back.")]
    coach_status: Annotated[Session, Field(description="Where the session stands.")]
    processing_status: Annotated[
        Processing | None, Field(description="Whether it was tallied and judged; null where it is not submitted.")
    ]
    profile_interview_id: Annotated[Id, Field(description="The person at this merchant.")]
    profile_id: Annotated[Id | None, nothing_yet("The person's own account.")]
    score: Annotated[float | None, Field(description="Score of the whole.", ge=0, le=10, examples=[6.25])]
    ai_analysis_recruiter_score: Annotated[
        float | None, Field(description="Of all answers by the interview's own rubric.", ge=0, le=10, examples=[5])
    ]
    ai_analysis: Annotated[str | None, Field(description="What somebody who practises reads.")]
    ai_analysis_recruiter: Annotated[str | None, Field(description="What the recruiter reads.")]
    ai_analysis_recruiter_why_hire: Annotated[
        list[str] | None, Field(description="What speaks for it, each with the candidate's own words.")
    ]
    ai_analysis_recruiter_why_not_hire: Annotated[list[str] | None, Field(description="What speaks against it.")]
    recruiter_next_round: Annotated[
        bool | None,
        Field(description="Whether a person selected the candidate, or rejected them; null: nobody has done either."),
    ]
    pdf_export_url: Annotated[
        str | None,
        Field(
            description="The report, where the interview asks for one of each result: the result is told once it is"
            " there, or after 15 minutes without it."
        ),
    ]
    reason: Annotated[
        list[str], Field(description="Which of these fields changed since it was told last.", examples=[["score"]])
    ]
    candidate_external_id: Annotated[str | None, Field(description="Your own id of the person.", examples=["c-17"])]
    candidate_name: Annotated[str | None, Field(description="The person's name.", examples=["Sam Rivers"])]
    candidate_email: Annotated[str | None, Field(description="Their e-mail.", examples=["sam@example.com"])]
    candidate_phone_number: Annotated[str | None, Field(description="Their phone number.")]
    is_test: Annotated[bool, Field(description="Whether it was a trial. An addition.")]
    attempt_number: Annotated[
        int, Field(description="Which attempt of this person at this interview. An addition.", ge=1, examples=[1])
    ]
    is_webhook_test: Annotated[
        bool, Field(description="Whether it was sent to try an endpoint out, and nothing happened. An addition.")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a message comes of. id: of the event, or one of its own. is_test: an endpoint is tried out by it."""

    id: str
    at: datetime
    merchant_id: str
    environment: str
    event: Event
    is_test: bool = False


def word_webhook(
    record: Record,
    judged: KeptJudgement | None,
    contact: Contact,
    *,
    occasion: Occasion,
    kind: WebhookKind,
    decision: DecisionKind | None,
    report_url: str | None,
    before: Mapping[str, Any] | None,
) -> WebhookInterviewResultPayload | None:
    """What is told; None: there is nothing to tell.

    judged: the newest. decision: the one that counts. report_url: of the report that was made by itself; None: none
    was. before: the result as it was told last; None: it was not yet.
    """
    state = _STATES.get(occasion.event, record.state)
    is_result = kind is WebhookKind.RESULT
    if is_result and to_processing(state, record.judged_at) != "completed":
        return None  # it was sent back, or is being judged again: what comes of that is told then
    fields = to_wire_attempt(judged if is_result else None, record.answers, is_comparable=record.is_comparable)
    payload: WebhookInterviewResultPayload = {
        "event": EVENT_WORDS[kind],
        "event_id": occasion.id,
        "event_at": occasion.at.isoformat(),
        "merchant_id": occasion.merchant_id,
        "environment": occasion.environment,
        "interview_result_id": str(record.id),
        "interview_id": str(record.interview_id),
        "interview_def_set_id": str(record.interview_id),
        "status": WORDS[state].lifecycle,
        "coach_status": WORDS[state].session,
        "processing_status": to_processing(state, record.judged_at),
        "profile_interview_id": str(record.candidate_id),
        "profile_id": None,
        "score": fields["score"],
        "ai_analysis_recruiter_score": fields["score_interview_ai"],
        "ai_analysis": fields["ai_analysis"],
        "ai_analysis_recruiter": fields["ai_analysis_recruiter"],
        "ai_analysis_recruiter_why_hire": fields["ai_analysis_recruiter_why_hire"],
        "ai_analysis_recruiter_why_not_hire": fields["ai_analysis_recruiter_why_not_hire"],
        "recruiter_next_round": _NEXT_ROUND.get(decision) if is_result and decision is not None else None,
        "pdf_export_url": report_url if is_result else None,
        "reason": [],
        "candidate_external_id": contact.external_id,
        "candidate_name": contact.name or None,
        "candidate_email": contact.email or None,
        "candidate_phone_number": contact.phone or None,
        "is_test": record.is_test,
        "attempt_number": record.number,
        "is_webhook_test": occasion.is_test,
    }
    payload["reason"] = find_changes(payload, before) if is_result else ["coach_status"]
    return payload if payload["reason"] else None


def find_changes(payload: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[str]:
    """The watched fields that differ; of a first one, those that are there."""
    return [name for name in WATCHED if payload[name] != (None if before is None else before.get(name))]


def write_webhook(payload: WebhookInterviewResultPayload) -> str:
    """The payload as it goes over the wire."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def read_webhook(body: str) -> dict[str, Any]:
    """A payload that was written."""
    payload: dict[str, Any] = json.loads(body)
    return payload


def words_of(kinds: Sequence[WebhookKind] | frozenset[WebhookKind]) -> list[str]:
    """The wire's names, in the order in which they happen."""
    return [EVENT_WORDS[kind] for kind in WebhookKind if kind in kinds]
