"""What the calls answer that tell who works at a merchant, who is in an interview now, and what failed."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.parts import Id, Moment
from vivavoce.attempts.live import LiveAttempt
from vivavoce.jobs.failed import FailedNote
from vivavoce.jobs.leave import Note
from vivavoce.merchants.people.members import Member, MemberStatus
from vivavoce.merchants.tokens import Role


class MemberRow(TypedDict):
    """Somebody who works at the merchant, or did."""

    id: Annotated[Id, Field(description="The member.")]
    email: Annotated[str, Field(description="By which they sign in.", examples=["ada@example.com"])]
    name: Annotated[str | None, Field(description="Their name; null: they have none here.", examples=["Ada Brandt"])]
    type: Annotated[Role, Field(description="Their role.")]
    status: Annotated[
        MemberStatus,
        Field(description="invited: has not signed in yet. active: has. ended: works here no more."),
    ]
    invited_at: Annotated[Moment, Field(description="When they were invited last.")]
    joined_at: Annotated[Moment | None, Field(description="When they signed in first; null: not yet.")]
    ended_at: Annotated[Moment | None, Field(description="When they were removed; null: they work here.")]


class Members(TypedDict):
    """The team."""

    data: Annotated[list[MemberRow], Field(description="Those who work here first, by name.")]


class LiveRow(TypedDict):
    """An attempt that is under way, and nothing of what is said in it."""

    interview_result_id: Annotated[Id, Field(description="The attempt.")]
    profile_interview_id: Annotated[Id, Field(description="The person here.")]
    candidate_name: Annotated[
        str | None, Field(description="Their name, or the address of somebody without one.", examples=["Sam Rivers"])
    ]
    interview_name: Annotated[str, Field(description="The interview's name.", examples=["Project manager"])]
    started_at: Annotated[Moment, Field(description="When it began.")]
    seen_at: Annotated[Moment, Field(description="The last sign of life.")]
    questions_answered: Annotated[int, Field(description="So many questions are answered.", ge=0, examples=[3])]
    questions_planned: Annotated[int, Field(description="Of so many, at most.", ge=0, examples=[8])]
    is_speaking: Annotated[bool | None, Field(description="By speaking, or by typing; null: nothing was chosen yet.")]
    fault_count: Annotated[int, Field(description="How often something failed on our side.", ge=0, examples=[0])]
    is_finished: Annotated[bool, Field(description="Whether all is answered, and not sent yet.")]


class Live(TypedDict):
    """Who is in an interview now."""

    data: Annotated[list[LiveRow], Field(description="At most 200, in the order in which they began.")]


class FailureRow(TypedDict):
    """Work in the background that failed for good."""

    number: Annotated[int, Field(description="What merchant-failure-try-again takes.", ge=1, examples=[42])]
    work: Annotated[Note, Field(description="What was to be done, as the list of notes names it.")]
    subject_id: Annotated[Id, Field(description="What it was to be done with: an attempt, a person, an interview …")]
    failed_at: Annotated[Moment | None, Field(description="When; null: that is not on record any more.")]


class Failures(TypedDict):
    """What failed for good, and waits for somebody."""

    data: Annotated[list[FailureRow], Field(description="At most 100, the newest first.")]


def to_wire_member(member: Member) -> MemberRow:
    """A member."""
    return {
        "id": str(member.id),
        "email": member.email,
        "name": member.name or None,
        "type": member.role,
        "status": member.status,
        "invited_at": member.invited_at.isoformat(),
        "joined_at": None if member.joined_at is None else member.joined_at.isoformat(),
        "ended_at": None if member.ended_at is None else member.ended_at.isoformat(),
    }


def to_wire_live(attempt: LiveAttempt) -> LiveRow:
    """An attempt under way."""
    return {
        "interview_result_id": str(attempt.id),
        "profile_interview_id": str(attempt.candidate_id),
        "candidate_name": attempt.candidate_name or None,
        "interview_name": attempt.interview_name,
        "started_at": attempt.begun_at.isoformat(),
        "seen_at": attempt.seen_at.isoformat(),
        "questions_answered": attempt.answered,
        "questions_planned": attempt.asked_of,
        "is_speaking": attempt.speaks,
        "fault_count": attempt.faults,
        "is_finished": attempt.is_finished,
    }


def to_wire_failure(failure: FailedNote) -> FailureRow:
    """Something that failed."""
    return {
        "number": failure.id,
        "work": failure.note,
        "subject_id": str(failure.subject_id),
        "failed_at": None if failure.failed_at is None else failure.failed_at.isoformat(),
    }
