"""The body of `job-interview-set-extra-time`."""

from typing import Annotated

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, number_between, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody
from vivavoce.attempts.extra_time import MOST_MINUTES

Minutes = Annotated[
    int,
    PlainValidator(number_between(0, MOST_MINUTES, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_MINUTES}),
]


def parse(body: bytes) -> "SetExtraTime":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(SetExtraTime, parse_object(body))


class SetExtraTime(WireBody):
    """Who has more time, where, and how much."""

    model_config = ConfigDict(title="SetExtraTime")

    profile_interview_id: Id = Field(
        description="The candidate, as job-interview-register-users names them.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    interview_id: Id = Field(description="The interview.")
    minutes: Minutes = Field(
        description="How many minutes more than its `max_duration`, in place of those that were set before; 0: none."
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose candidate; another merchant's for admins and sub-merchant operators only."
    )
