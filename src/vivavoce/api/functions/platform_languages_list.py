"""platform-languages-list: the languages that interviews can be held in."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.asked import read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.interviews.languages import LANGUAGES

CONTENT = {
    "languages": [
        {
            "code": language.code,
            "name_english": language.name_english,
            "name_local": language.name_local,
            "flag_image": None,  # there are no pictures of flags here; the signs below draw them
            "flag_emoji": language.flag_emoji,
            "flag_unicode": language.flag_unicode,
            "coaching_interface": False,
            "interview_interface": True,
            "admin_interface": False,
            "accents": [{"code": accent.code, "name": accent.name} for accent in language.accents],
        }
        for language in sorted(LANGUAGES, key=lambda language: language.name_english)
    ]
}


async def answer(parts: ApiParts, request: Request) -> Response:
    """For every caller; in the order of the English names."""
    parts.tokens.read(request.headers.get("authorization"))
    await read_asked(request)  # a body that can't be read is refused here as everywhere
    return JSONResponse(CONTENT)
