"""job-interview-get: an interview as it is kept."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.interview import to_wire
from vivavoce.api.asked import NOTHING, asked_id, asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.errors import NotFound
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """The id comes as position_id, interview_id or interview_def_set_id: three names of one thing."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    interview_id = asked_id(asked, "position_id", "interview_id", "interview_def_set_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    async with parts.database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, interview_id, environment=caller.environment)
    if stored is None:
        raise NotFound(NOTHING)
    return JSONResponse(to_wire(stored))
