"""The body of `job-interview-revoke-link`."""

from pydantic import ConfigDict, Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody


def parse(body: bytes) -> "RevokeLink":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(RevokeLink, parse_object(body))


class RevokeLink(WireBody):
    """Whose links are revoked, and to what."""

    model_config = ConfigDict(title="RevokeLink")

    profile_interview_id: Id = Field(
        description="The candidate, as job-interview-register-users names them.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    interview_id: Id | None = Field(
        default=None, description="The interview; every one of this person's in the token's environment when absent."
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose candidate; another merchant's for admins and sub-merchant operators only."
    )
