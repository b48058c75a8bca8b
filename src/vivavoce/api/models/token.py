"""The body of `job-interview-token`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from vivavoce.api.body import check, expected, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody
from vivavoce.errors import Invalid

# What each type needs, in the contract's order of fields.
NEEDED = {
    "interview-for-profile": ("interview_profile_id", "interview_id"),
    "results-for-profile": ("interview_profile_id",),
    "interview-result-candidate": ("interview_result_id",),
    "interview-result-talent-seeker": ("interview_result_id",),
    "interview-results-for-position": ("interview_id",),
}


def parse(body: bytes) -> "MakeLink":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    request = check(MakeLink, parse_object(body))
    for name in NEEDED[request.type]:
        if not getattr(request, name):
            raise Invalid("Field is required.", name=name)
    return request


def _read_hiding(value: object) -> bool:
    """Whether the menu is hidden: anything but `false` hides it."""
    if value is None or isinstance(value, bool):
        return value is not False
    if isinstance(value, str):
        return value != "false"
    raise expected('true, false, "true" or "false"', value)


class MakeLink(WireBody):
    """Whom a link is for, and what it opens."""

    model_config = ConfigDict(title="MakeLink")

    type: Literal[
        "interview-for-profile",
        "results-for-profile",
        "interview-result-candidate",
        "interview-result-talent-seeker",
        "interview-results-for-position",
    ] = Field(
        description="What the link opens. interview-for-profile: the interview, without signing in. The others lead"
        " to a page that asks whoever opens it to sign in: one of your own people, or, interview-result-candidate, the"
        " person."
    )
    merchant_id: Id | None = Field(
        default=None, description="Whom the call acts for; another merchant for admins and sub-merchant operators only."
    )
    interview_profile_id: Id | None = Field(
        default=None, description="The candidate, as `profile_interview_id` of job-interview-register-users names it."
    )
    interview_id: Id | None = Field(default=None, description="The interview.")
    interview_result_id: Id | None = Field(default=None, description="The attempt.")
    hide_menu: Annotated[
        bool, BeforeValidator(_read_hiding), WithJsonSchema({"type": ["string", "boolean", "null"]})
    ] = Field(default=True, description='`"false"` shows the menu; anything else hides it.')
