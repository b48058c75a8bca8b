"""The bodies of `merchant-candidate-erase` and `merchant-candidate-export`: which person is meant."""

from pydantic import Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody


def parse(body: bytes) -> "EraseCandidate":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(EraseCandidate, parse_object(body))


def parse_export(body: bytes) -> "ExportCandidate":
    """The same of an export."""
    return check(ExportCandidate, parse_object(body))


class EraseCandidate(WireBody):
    """Whose data is erased."""

    profile_interview_id: Id = Field(
        description="The person, as merchant-task-list and merchant-result-list name them.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose candidate; another merchant's for admins and sub-merchant operators only."
    )


class ExportCandidate(EraseCandidate):
    """Whose data is taken out."""
