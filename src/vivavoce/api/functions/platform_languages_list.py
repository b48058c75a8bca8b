"""platform-languages-list: the languages that interviews can be held in."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.platform import to_wire_languages
from vivavoce.api.asked import read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.assessing import reads_for

CONTENTS = {is_read: to_wire_languages(is_read=is_read) for is_read in (False, True)}


async def answer(parts: ApiParts, request: Request) -> Response:
    """For every caller, as it is for the merchant that the token names; in the order of the English names."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    await read_asked(request)  # a body that can't be read is refused here as everywhere
    return JSONResponse(CONTENTS[await reads_for(parts.models, caller.merchant_id)])
