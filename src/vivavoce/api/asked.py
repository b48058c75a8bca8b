"""What a read asks for: by its query, or, where it comes by POST, by its body."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.requests import Request

from vivavoce.api.body import Model, check, describe, parse_object, read_body, to_name
from vivavoce.api.models.words import UNKNOWN_INTERVIEW, to_reference
from vivavoce.db.database import Connection
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.listing import has_interview

# One sentence for what does not exist and for what is another merchant's: nobody learns which.
NOTHING = "There is nothing with this id."


async def read_asked(request: Request) -> Mapping[str, Any]:
    """The names and values that were sent. A POST may send them in its body, in its query, or in both.

    Raises Invalid for a NUL in a value, which PostgreSQL can't keep.
    """
    query = dict(request.query_params)
    for name, value in query.items():
        if "\0" in value:
            raise Invalid("Expected text without the character NUL, which can't be kept.", name=to_name((name,)))
    if request.method != "POST":
        return query
    body = await read_body(request)
    return query | parse_object(body) if body.strip() else query


def understand(model: type[Model], asked: Mapping[str, Any]) -> Model:
    """What was asked for, checked. An empty text is the same as leaving the name out.

    Raises Invalid for the first field at fault, in the model's order.
    """
    return check(model, {name: value for name, value in asked.items() if value not in (None, "")})


def asked_text(asked: Mapping[str, Any], name: str) -> str | None:
    """The text under a name, or None. Raises Invalid for anything but a text."""
    value = asked.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise Invalid(f"Expected text, got {describe(value)}.", name=name)


def asked_id(asked: Mapping[str, Any], *names: str) -> UUID:
    """The id under the first of the names that is there.

    Raises Invalid where none is or it is not text, and NotFound for text that is not an id, since nothing has it.
    """
    given = next((text for name in names if (text := asked_text(asked, name)) is not None), None)
    if given is None:
        raise Invalid("Field is required.", name=names[0])
    named_id = to_id(given)
    if named_id is None:
        raise NotFound(NOTHING)
    return named_id


async def asked_interview(connection: Connection, sent: str | None, *, environment: str) -> UUID | None:
    """The interview that a list is narrowed to; None: to none. Raises Invalid for one that is not there."""
    if sent is None:
        return None
    interview_id = to_reference(sent)
    if not await has_interview(connection, interview_id, environment=environment):
        raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
    return interview_id
