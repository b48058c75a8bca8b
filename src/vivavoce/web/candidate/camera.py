"""What a candidate's camera records, part by part, and its end.

PUT  /interview/ATTEMPT/camera/TAKE-INDEX?number=2&at=31.25    the part's bytes, with their Content-Digest (RFC 9530)
  ──► {"next": 5}      the part that is wanted next; where another one than this came, 409 says which
POST /interview/ATTEMPT/camera                                  the candidate wants no picture any more
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from contextlib import aclosing
from math import isfinite
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.attempts.consent import Consent, Purpose
from vivavoce.attempts.consent_log import log_consents
from vivavoce.attempts.takes import MOST_PART_BYTES, MOST_PARTS, TakePart, expect_part, keep_part
from vivavoce.clock import now
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.loop import foresee
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotFound, Unavailable, VivavoceError
from vivavoce.web.candidate.session import refuse_foreign_origin, seat_of
from vivavoce.web.drawing import speaks
from vivavoce.web.forms import take_in
from vivavoce.web.parts import WebParts

LONGEST = 4 * 3600.0  # seconds of an attempt's sound
MOST_TURNS = 10_000
_PART = re.compile(r"([0-9a-f-]{36})-(\d{1,5})")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


async def take_part(parts: WebParts, request: Request, attempt_id: str, name: str) -> Response:
    """PUT: a part of a take. What goes wrong is told as `{"error": …, "name": …}`, and the interview goes on."""
    try:
        return JSONResponse({"next": await _keep(parts, request, attempt_id, name)})
    except VivavoceError as error:
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return JSONResponse(error.to_envelope(), status_code=error.status, headers=headers)


async def _keep(parts: WebParts, request: Request, attempt_id: str, name: str) -> int:
    refuse_foreign_origin(request)
    seat, attempt = seat_of(parts, request), to_id(attempt_id)
    if attempt is None:
        raise NotFound
    if parts.recordings is None:
        raise Unavailable("Pictures can’t be kept here.")
    take_id, index = _read_name(name)
    number, begins_at = _read_number(request), _read_moment(request)
    digest = _read_digest(request)
    # Before a byte of a stranger's is read.
    expected = await expect_part(
        parts.database, parts.recordings, seat, attempt, take_id=take_id, number=number, index=index
    )
    async with aclosing(take_in(request, most_bytes=MOST_PART_BYTES)) as pieces:
        content = b"".join([piece async for piece in pieces])
    if not content:
        raise Invalid("A part must hold something.", name="part")
    part = TakePart(take_id=take_id, number=number, begins_at=begins_at, index=index, content=content, digest=digest)
    return await keep_part(parts.database, parts.recordings, seat, attempt, part, now=now(), expected=expected)


def _read_name(name: str) -> tuple[UUID, int]:
    named = _PART.fullmatch(name)
    take_id = None if named is None else to_id(named[1])
    if named is None or take_id is None or int(named[2]) >= MOST_PARTS:
        raise Invalid(f"A part is named by its take's id and its number below {MOST_PARTS:,}.", name="part")
    return take_id, int(named[2])


def _read_number(request: Request) -> int:
    number = request.query_params.get("number", "")
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:9]) <= MOST_TURNS):
        raise Invalid("Say which turn it is.", name="number")
    return int(number)


def _read_moment(request: Request) -> float:
    try:
        moment = float(request.query_params.get("at", ""))
    except ValueError:
        moment = float("nan")
    if not (isfinite(moment) and 0 <= moment <= LONGEST):
        raise Invalid("Say where the attempt's sound stood, in seconds.", name="at")
    return moment


def _read_digest(request: Request) -> bytes:
    told = _DIGEST.search(request.headers.get("content-digest", "")[:1_000])
    try:
        return b64decode(told[1], validate=True) if told else b""
    except NotBase64:
        return b""


async def turn_off(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: the candidate wants their picture recorded no more; what was recorded until then stays."""
    refuse_foreign_origin(request)
    seat, attempt = seat_of(parts, request), to_id(attempt_id)
    if attempt is None:
        raise NotFound
    scene = await foresee(parts.database, seat, attempt, Arrived(), now=now())
    async with parts.database.tenant(seat.merchant_id) as connection:
        no_more = Consent(purpose=Purpose.PICTURE_KEPT, is_given=False, language=speaks(scene.definition.language))
        await log_consents(connection, [no_more], merchant_id=seat.merchant_id, attempt_id=attempt, now=now())
    return Response(status_code=204)
