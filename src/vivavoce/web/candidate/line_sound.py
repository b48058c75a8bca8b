"""The interviewer's voice as files: a line's sound, how the mouth moves to it, and the film of an instruction."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from vivavoce.conversation.loop import has_conversation
from vivavoce.db.ids import to_id
from vivavoce.errors import NotFound
from vivavoce.sound.line_store import KEY
from vivavoce.web.candidate.session import seat_of
from vivavoce.web.instruction_film import FILM_KIND
from vivavoce.web.parts import WebParts

FILM = "video/webm"
KINDS = {"wav": "audio/wav", "json": "application/json"}
# A line's name is made of its words: under one name there is never anything else.
HEADERS = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


async def show(parts: WebParts, request: Request, attempt_id: str, name: str) -> Response:
    """GET: a line of this candidate's interview, or a part of it. One that is being spoken is waited for.

    Raises NotInvited, and NotFound for a line that is not there: the page speaks by the browser's own voice then.
    """
    seat = seat_of(parts, request)
    attempt, (key, _, kind) = to_id(attempt_id), name.partition(".")
    is_film = FILM_KIND.fullmatch(kind) is not None
    if attempt is None or parts.voice is None or not KEY.fullmatch(key) or not (is_film or kind in KINDS):
        raise NotFound
    if not await has_conversation(parts.database, seat, attempt):
        raise NotFound
    if not await parts.voice.speaker.wait_for(seat.merchant_id, key):
        raise NotFound
    path = parts.voice.lines.path(seat.merchant_id, key, kind=kind)
    if is_film and not path.is_file():
        raise NotFound
    return FileResponse(path, media_type=FILM if is_film else KINDS[kind], headers=HEADERS)
