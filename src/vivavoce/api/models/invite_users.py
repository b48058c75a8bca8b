"""The body of invite-users."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from vivavoce.api.body import check, expected, parse_object
from vivavoce.api.models.fields import Id, LanguageCode
from vivavoce.api.models.wire_body import WireBody

MOST_USERS = 1000
# Who works at the merchant, and who is interviewed.
TYPES = ("merchant_owner", "merchant", "merchant_selection", "user", "mentor", "candidate")


def parse(body: bytes) -> "InviteUsers":
    """The body's content. Raises NotUnderstood and Invalid for the first thing that is wrong."""
    return check(InviteUsers, parse_object(body))


def _read_row(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise expected("an object with email, name, type and interview_id", value)
    return value


# A row is judged by itself, later: a bad one fails alone, whatever stands in it.
Row = Annotated[
    dict[str, Any],
    BeforeValidator(_read_row),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                "email": {"description": "Where the invitation goes; they sign in by it."},
                "name": {"description": "As the person is addressed."},
                "type": {
                    "description": f"What they are to be: {', '.join(TYPES)}. Default: user.",
                },
                "interview_id": {
                    "description": "The id of the interview that a candidate is invited to.",
                },
            },
            "additionalProperties": True,
            "examples": [{"email": "ada@example.com", "name": "Ada Brandt", "type": "merchant_selection"}],
        }
    ),
]


class InviteUsers(WireBody):
    """People who are to work at the merchant, or to be interviewed."""

    model_config = ConfigDict(title="InviteUsers")

    users: Annotated[list[Row], Field(min_length=1, max_length=MOST_USERS)] = Field(
        description="The people. Each row is taken by itself; keys that are not known here come back as sent."
    )
    force_invite: bool | None = Field(
        default=None,
        description="true: whoever has not signed in yet is mailed once more, and a candidate whose invitation"
        " still stands gets a new one.",
    )
    merchant_id: Id | None = Field(
        default=None, description="Whom the call acts for. Needed with a service key, else your own."
    )
    mojito_language_code: LanguageCode | None = Field(
        default=None,
        description="Language of the mail to members; the console and its mails speak en and de. Default: en. A"
        " candidate is written to in the interview's language.",
    )
    message_from_recruiter: str | None = Field(
        default=None, description="A few words of yours in the mail; to candidates, at most 2,000 characters."
    )
