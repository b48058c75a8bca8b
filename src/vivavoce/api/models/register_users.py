"""The body of job-interview-register-users."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from vivavoce.api.body import check, expected, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody

MOST_USERS = 1000


def _read_flag(value: object) -> bool:
    """true, "true" and their opposites; null and "" are false. The vendor's own clients send both forms."""
    if value is None or value is False or value in ("", "false"):
        return False
    if value is True or value == "true":
        return True
    raise expected('true, false, "true" or "false"', value)


def _read_row(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise expected("an object with name, email and external_id", value)
    return value


Flag = Annotated[
    bool,
    BeforeValidator(_read_flag),
    WithJsonSchema({"type": ["boolean", "string", "null"], "enum": [True, False, "true", "false", "", None]}),
]
# A row is judged by itself, later: a bad one fails alone.
Row = Annotated[
    dict[str, Any],
    BeforeValidator(_read_row),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                "name": {"type": ["string", "null"], "description": "As the person is addressed."},
                "email": {
                    "type": ["string", "null"],
                    "description": "Knows the person again; case and white space around it do not matter.",
                },
                "external_id": {"type": ["string", "null"], "description": "Your own reference of the person."},
            },
            "additionalProperties": True,
            "examples": [{"name": "Sam Rivers", "email": "sam@example.com", "external_id": "c-17"}],
        }
    ),
]


class RegisterUsers(WireBody):
    """People, and the interview that they are registered for."""

    users: Annotated[list[Row], Field(min_length=1, max_length=MOST_USERS)] = Field(
        description="The people. Each row is taken by itself; keys that are not known here come back as sent."
    )
    interview_id: Id = Field(
        description="The interview, as `interview_def_set_id` of the create call names it.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    merchant_id: Id | None = Field(
        default=None, description="Whom the call acts for. Needed with a service key, else your own."
    )
    send_email: Flag = Field(
        default=False,
        description="Whether each person is mailed their link, and after 48 hours, once, a reminder, "
        "where they have not begun. Each row needs an `email` then.",
    )
    hide_menu: Flag = Field(default=False, description="Links open without the menu.")
    hide_iframe: Flag = Field(default=False, description="Links open without the frame's edge.")
    is_test: Flag = Field(default=False, description="A trial: a draft can be taken too, and the result is marked.")
    invite_again: Flag = Field(
        default=False,
        description="A new link and a new mail for those too whose invitation still stands. Else a repeated call"
        " answers with the link that there is, and mails nothing twice. Beyond the contract.",
    )


def parse(body: bytes) -> RegisterUsers:
    """The body's content. Raises NotUnderstood and Invalid for the first thing that is wrong."""
    return check(RegisterUsers, parse_object(body))
