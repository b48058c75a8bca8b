"""Live: who is in an interview now. The page updates itself by server-sent events."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from vivavoce.attempts.live import list_live
from vivavoce.clock import now
from vivavoce.errors import Refused, Unavailable
from vivavoce.merchants.access import READERS
from vivavoce.web.console.desk import Desk, desk_of
from vivavoce.web.console.shell import ConsolePage, draw, draw_fragment
from vivavoce.web.drawing import HEADERS
from vivavoce.web.parts import WebParts

PLACE = "live/"
LOOK_SECONDS = 3  # between two looks at the database
LONGEST_SECONDS = 600  # of one stream; the browser comes again by itself, and is asked anew who it is


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the page."""
    return draw(parts, desk, "live.html", place=PLACE, rows=await _read(parts, desk))


async def show_rows(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the part of the page that changes."""
    return draw_fragment(parts, desk, "live_rows.html", rows=await _read(parts, desk))


async def stream(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: an event each time that something has changed; it carries nothing but that."""

    async def events() -> AsyncIterator[bytes]:
        yield b"retry: 3000\n\n"
        before = await _digest(parts, desk)
        for turn in range(1, LONGEST_SECONDS // LOOK_SECONDS):
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if turn % 10 == 0:  # half a minute: whoever was let go sees no more
                    await desk_of(parts, request, desk.merchant.slug, allowed=READERS)
                after = await _digest(parts, desk)
            except (Refused, Unavailable):
                return
            yield b": still here\n\n" if after == before else b"event: changed\ndata: .\n\n"
            before = after

    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


async def _read(parts: WebParts, desk: Desk) -> list[dict[str, object]]:
    async with parts.database.tenant(desk.merchant.id) as connection:
        attempts = await list_live(connection, environment=desk.environment, now=now())
    return [{"attempt": attempt, "url": desk.url(f"candidates/{attempt.candidate_id}/")} for attempt in attempts]


async def _digest(parts: WebParts, desk: Desk) -> bytes:
    return hashlib.sha256(to_json(await _read(parts, desk))).digest()


PAGES = (
    ConsolePage("GET", PLACE, show, READERS),
    ConsolePage("GET", f"{PLACE}rows", show_rows, READERS),
    ConsolePage("GET", f"{PLACE}stream", stream, READERS),
)
