"""Recordings as browsers ask for them: the whole, or a stretch of it, so that a player can seek."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def give_stretch(
    request: Request,
    *,
    size: int,
    pieces: Callable[[int, int], Iterator[bytes]],
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """The stretch that the request's `Range` names (RFC 9110, 14), or all of it.

    size: in bytes. pieces: what lies from one byte up to another; it blocks. Several ranges at once are answered by the
    whole, which the standard allows. What can't be read raises here, as long as nothing was sent.
    """
    told = {**headers, "Accept-Ranges": "bytes", "Content-Disposition": "inline"}
    stretch = find_range(request.headers.get("range"), size)
    if stretch is None:
        return Response(status_code=416, headers={**told, "Content-Range": f"bytes */{size}"})
    begin, end, is_part = stretch
    if is_part:
        told["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    told["Content-Length"] = str(end - begin)
    reading = pieces(begin, end)
    first = await asyncio.to_thread(next, reading, b"")
    return StreamingResponse(
        _flow(first, reading), status_code=206 if is_part else 200, media_type=media_type, headers=told
    )


def find_range(header: str | None, size: int) -> tuple[int, int, bool] | None:
    """From which byte up to which, and whether that was asked for. None: it begins behind the end.

    What is no range, or several, counts as none.
    """
    matched = None if header is None else _RANGE.fullmatch(header.strip())
    if matched is None or matched.groups() == ("", ""):
        return 0, size, False
    # Digits without end are no number that anybody means, and take time to read.
    first, last = (None if part == "" else int(part[:19]) for part in matched.groups())
    if first is None:
        assert last is not None
        return (max(0, size - last), size, True) if last and size else None
    if last is not None and last < first:
        return 0, size, False
    if first >= size:
        return None
    return first, size if last is None else min(last + 1, size), True


async def _flow(first: bytes, reading: Iterator[bytes]) -> AsyncIterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = await asyncio.to_thread(next, reading, b"")
