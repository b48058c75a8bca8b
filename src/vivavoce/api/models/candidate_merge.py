"""The body of `merchant-candidate-merge`."""

from typing import Literal

from pydantic import Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody


def parse(body: bytes) -> "MergeCandidates":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(MergeCandidates, parse_object(body))


class MergeCandidates(WireBody):
    """Who is one person with whom."""

    profile_interview_id: Id = Field(
        description="The person who is kept.", examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"]
    )
    merged_profile_interview_id: Id = Field(
        description="Who is part of them.", examples=["0199d3a4-7f00-7d11-8c42-5e0c1b7a9d33"]
    )
    action: Literal["preview", "merge", "undo"] = Field(
        default="merge",
        description="preview: what merging would come to, and nothing changes. undo: they are two again.",
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose candidates; another merchant's for admins and sub-merchant operators only."
    )
