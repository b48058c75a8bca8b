"""What merchant-candidate-list answers."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.lists import Pagination
from vivavoce.api.answers.parts import Id, Moment, nothing_yet
from vivavoce.attempts.candidate_list import ListedCandidate


class CandidateRow(TypedDict):
    """A candidate."""

    id: Annotated[Id, Field(description="The candidate: `profile_interview_id` of the other calls.")]
    profile_id: Annotated[str | None, nothing_yet("The person's own account.")]
    merchant_id: Annotated[Id, Field(description="Whose candidate.")]
    name: Annotated[str | None, Field(description="The name; null: it is not known.", examples=["Sam Rivers"])]
    email: Annotated[str | None, Field(description="The e-mail.", examples=["sam@example.com"])]
    email_auth: Annotated[str | None, nothing_yet("The e-mail that an account signs in by.")]
    emoji: Annotated[str | None, nothing_yet("An emoji to tell them by.")]
    external_id: Annotated[str | None, Field(description="Your own reference.", examples=["c-17"])]
    status: Annotated[
        Literal["active", "invited"],
        Field(description="invited: was made a link, and has begun nothing. active: anybody else."),
    ]
    phone_number: Annotated[str | None, Field(description="The telephone number, where they gave one.")]
    linked_in: Annotated[str | None, nothing_yet("Their page there.")]
    physical_address: Annotated[str | None, nothing_yet("Where they live.")]
    mojito_language_code: Annotated[str | None, nothing_yet("Their language.")]
    avatar_url: Annotated[str | None, nothing_yet("Their picture.")]
    avatar_local_path: Annotated[str | None, nothing_yet("Where it is kept.")]
    kyc_image_local_path: Annotated[str | None, nothing_yet("A picture that proves who they are.")]
    kyc_processing_status: Annotated[str | None, nothing_yet("How far that proof is.")]
    interview_count: Annotated[int, Field(description="Attempts, trials aside.", ge=0, examples=[1])]
    pre_screening_count: Annotated[int, Field(description="Always 0: there is no pre-screening yet.", examples=[0])]
    public_avatar_count: Annotated[int, Field(description="Always 0: there are no public ones yet.", examples=[0])]
    interview_last: Annotated[Moment | None, Field(description="When the latest attempt began.")]
    last_login_at: Annotated[Moment | None, nothing_yet("When they last signed in.")]
    created_at: Annotated[Moment, Field(description="Since when they are known.")]
    updated_at: Annotated[Moment, Field(description="When the latest attempt began, or since when they are known.")]
    deleted_at: Annotated[Moment | None, Field(description="Always null: who is erased is not listed.")]


class Candidates(TypedDict):
    """Candidates in the order that was asked for."""

    data: Annotated[list[CandidateRow], Field(description="The candidates.")]
    pagination: Pagination


def to_wire_candidate(row: ListedCandidate) -> CandidateRow:
    """A candidate."""
    return {
        "id": str(row.id),
        "profile_id": None,
        "merchant_id": str(row.merchant_id),
        "name": row.name or None,
        "email": row.email,
        "email_auth": None,
        "emoji": None,
        "external_id": row.external_id,
        "status": "invited" if row.is_invited and not row.attempts else "active",
        "phone_number": row.phone,
        "linked_in": None,
        "physical_address": None,
        "mojito_language_code": None,
        "avatar_url": None,
        "avatar_local_path": None,
        "kyc_image_local_path": None,
        "kyc_processing_status": None,
        "interview_count": row.attempts,
        "pre_screening_count": 0,
        "public_avatar_count": 0,
        "interview_last": None if row.last_at is None else row.last_at.isoformat(),
        "last_login_at": None,
        "created_at": row.created_at.isoformat(),
        "updated_at": (row.last_at or row.created_at).isoformat(),
        "deleted_at": None,
    }
