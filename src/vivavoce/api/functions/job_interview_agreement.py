"""job-interview-agreement, ours beyond the contract: how far blind ratings and the program agree."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import InterviewAgreement, to_wire_agreement
from vivavoce.api.asked import NOTHING, asked_id, asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.errors import NotFound
from vivavoce.interviews.blind_rating import read_blind_rating
from vivavoce.interviews.listing import has_interview
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.blind import find_agreement


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such interview."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    interview_id = asked_id(asked, "position_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    async with parts.database.tenant(merchant_id) as connection:
        if not await has_interview(connection, interview_id, environment=caller.environment):
            raise NotFound(NOTHING)
        setting = await read_blind_rating(connection, interview_id)
        agreement = to_wire_agreement(await find_agreement(connection, interview_id))
    body: InterviewAgreement = {**agreement, "blind_rating": setting}
    return JSONResponse(body)
