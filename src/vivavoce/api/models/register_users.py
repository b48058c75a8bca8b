"""The body of job-interview-register-users."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from vivavoce.api.door import expected, parse_object, to_invalid

MOST_USERS = 1000


def _read_flag(value: object) -> bool:
    """true, "true" and their opposites; null and "" are false. The vendor's own clients send both forms."""
    if value in (None, "", False, "false"):
        return False
    if value in (True, "true"):
        return True
    raise expected('true, false, "true" or "false"', value)


def _read_row(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise expected("an object with name, email and external_id", value)
    return value


Flag = Annotated[bool, BeforeValidator(_read_flag)]


class RegisterUsers(BaseModel):
    """People and the interview that they are registered for. The older form's `type: invitation` means send_email."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    users: Annotated[
        list[Annotated[dict[str, Any], BeforeValidator(_read_row)]], Field(min_length=1, max_length=MOST_USERS)
    ]
    interview_id: str
    merchant_id: str | None = None
    send_email: Flag = False
    hide_menu: Flag = False
    hide_iframe: Flag = False
    is_test: Flag = False


def parse(body: bytes) -> RegisterUsers:
    """The body's content. Raises NotUnderstood and Invalid for the first thing that is wrong."""
    try:
        return RegisterUsers.model_validate(parse_object(body))
    except ValidationError as error:
        raise to_invalid(error) from None
