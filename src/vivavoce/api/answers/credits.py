"""What is answered of credits: the ledger's rows."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.lists import Pagination
from vivavoce.api.answers.parts import Id, Moment, nothing_yet
from vivavoce.attempts.ledger import CreditEntry, CreditEvent

Amount = Annotated[float, Field(ge=0, examples=[2.75])]


class CreditStats(TypedDict):
    """What an amount comes of: (base + add_ons) × multiplier."""

    credit_amount: Annotated[Amount, Field(description="The amount again.")]
    base: Annotated[Amount, Field(description="By how the interviewer speaks.")]
    add_ons: Annotated[Amount, Field(description="For what is recorded.")]
    multiplier: Annotated[int, Field(description="By the longest time that the interview may take.", ge=1, le=5)]


class CreditRow(TypedDict):
    """A line of the ledger."""

    id: Annotated[Id, Field(description="The line.")]
    event_date: Annotated[Moment | None, Field(description="When it was charged.")]
    event: Annotated[
        CreditEvent, Field(description="interview_failed: it was given back, for a fault on our side; it costs 0.")
    ]
    credit_amount: Annotated[Amount | None, Field(description="Credits.")]
    stats: CreditStats
    candidate_name: Annotated[str | None, Field(description="The person's name.", examples=["Sam Rivers"])]
    profile_id: Annotated[Id | None, nothing_yet("The person across merchants.")]
    profile_interview_id: Annotated[Id | None, Field(description="The person here.")]
    object_uuid: Annotated[Id | None, Field(description="The attempt.")]
    parent_object_uuid: Annotated[Id | None, Field(description="The interview.")]


class CreditsUsed(TypedDict):
    """The ledger, newest first."""

    data: Annotated[list[CreditRow], Field(description="Its lines.")]
    pagination: Pagination


def to_wire_entry(entry: CreditEntry, *, name: str | None) -> CreditRow:
    """A line. name: the person's; None: not known, or erased."""
    return {
        "id": str(entry.id),
        "event_date": entry.charged_at.isoformat(),
        "event": entry.event,
        "credit_amount": float(entry.amount),
        "stats": {
            "credit_amount": float(entry.amount),
            "base": float(entry.basis["base"]),
            "add_ons": float(entry.basis["add_ons"]),
            "multiplier": entry.basis["multiplier"],
        },
        "candidate_name": name,
        "profile_id": None,
        "profile_interview_id": str(entry.candidate_id),
        "object_uuid": str(entry.attempt_id),
        "parent_object_uuid": str(entry.interview_id),
    }
