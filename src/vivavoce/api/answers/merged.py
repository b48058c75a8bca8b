"""What `merchant-candidate-merge` answers: two candidates side by side, and whether they are one person."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.outcome import Success
from vivavoce.api.answers.parts import Id
from vivavoce.attempts.merging import MergePreview, MergeSide


class MergeSideTold(TypedDict):
    """One of the two."""

    profile_interview_id: Annotated[Id, Field(description="The candidate.")]
    name: Annotated[str, Field(description="Their name; empty where none is known.")]
    email: Annotated[str | None, Field(description="The address that they are known by.")]
    external_id: Annotated[str | None, Field(description="What your own system calls them.")]
    interviews: Annotated[list[str], Field(description="Names of the interviews that they were let in to.")]
    attempts: Annotated[int, Field(description="How many attempts they made.", ge=0)]


class Merged(TypedDict):
    """Both, and whether they are one."""

    success: Success
    is_merged: Annotated[bool, Field(description="Whether they are one person now.")]
    kept: Annotated[MergeSideTold, Field(description="The person who is kept.")]
    merged: Annotated[MergeSideTold, Field(description="Who is part of them, or would be.")]
    interviews_of_both: Annotated[
        list[str],
        Field(description="Interviews that both were let in to: each result stays a result of its own."),
    ]


def to_wire_merged(preview: MergePreview) -> Merged:
    """Both as they stand."""
    return {
        "success": True,
        "is_merged": preview.is_merged,
        "kept": _to_wire_side(preview.kept),
        "merged": _to_wire_side(preview.merged),
        "interviews_of_both": list(preview.at_both),
    }


def _to_wire_side(side: MergeSide) -> MergeSideTold:
    return {
        "profile_interview_id": str(side.id),
        "name": side.name,
        "email": side.email,
        "external_id": side.external_id,
        "interviews": list(side.invited_to),
        "attempts": side.attempts,
    }
