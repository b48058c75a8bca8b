"""The body of `job-interview-result-request-another-attempt`."""

from pydantic import Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody


def parse(body: bytes) -> "AnotherAttempt":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(AnotherAttempt, parse_object(body))


class AnotherAttempt(WireBody):
    """Which attempt is sent back, and what its person reads of it."""

    interview_result_id: Id = Field(
        description="The attempt: submitted, and the latest of its person at its interview.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose attempt; another merchant's for admins and sub-merchant operators only."
    )
    message: str | None = Field(
        default=None, description="What the candidate reads besides, in the mail; at most 5,000 characters."
    )
    send_email: bool = Field(
        default=True,
        description="Whether the candidate is mailed, with a new link. With a person and a reason it goes out ten"
        " minutes later, unless it is undone; else at once.",
    )
    person: str | None = Field(
        default=None,
        description="Who asks for it: a person's name, as colleagues know them. With `reason` it is put on record as"
        " their decision, as by job-interview-result-decide.",
        examples=["Noor Haddad"],
    )
    reason: str | None = Field(
        default=None,
        description="Why, in a sentence; at most 2,000 characters. The candidate does not read it.",
        examples=["The line broke off in the second answer."],
    )
