"""platform-languages-list: the languages that interviews can be held in."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.answers.platform import to_wire_languages
from vivavoce.api.asked import read_asked
from vivavoce.api.parts import ApiParts

CONTENT = to_wire_languages()


async def answer(parts: ApiParts, request: Request) -> Response:
    """For every caller; in the order of the English names."""
    parts.tokens.read(request.headers.get("authorization"))
    await read_asked(request)  # a body that can't be read is refused here as everywhere
    return JSONResponse(CONTENT)
