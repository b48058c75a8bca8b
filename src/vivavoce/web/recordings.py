"""What somebody said aloud, with their picture where there is one, for whoever the merchant lets listen."""

from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.attempts.record import record_attempt
from vivavoce.errors import Unavailable
from vivavoce.events.record import Event
from vivavoce.jobs.leave import Note, leave
from vivavoce.recordings.compose import open_recording
from vivavoce.recordings.links import RecordingAddress, read_recording_address
from vivavoce.web.candidate.results import FILM_HEADERS
from vivavoce.web.parts import WebParts
from vivavoce.web.ranges import give_stretch


async def play(parts: WebParts, request: Request, token: str) -> Response:
    """GET: the recording that a signed address opens; whoever opens one is in the audit log before a byte goes out."""
    address = await read_recording_address(parts.database, parts.keys, token)
    if parts.recordings is None:
        raise Unavailable("Recordings can’t be played here.")
    recording = await open_recording(
        parts.database,
        parts.recordings,
        merchant_id=address.merchant_id,
        attempt_id=address.attempt_id,
        number=address.number,
        asked_at=address.asked_at,
    )
    if parts.opened_addresses.is_first(token, now=monotonic()):
        await _record(parts, address, is_undrawn=recording.is_undrawn)
    return await give_stretch(
        request, size=recording.size, pieces=recording.pieces, media_type=recording.media_type, headers=FILM_HEADERS
    )


async def _record(parts: WebParts, address: RecordingAddress, *, is_undrawn: bool) -> None:
    async with parts.database.tenant(address.merchant_id) as connection:
        await record_attempt(
            connection,
            Event.RECORDING_OPENED,
            attempt_id=address.attempt_id,
            actor=f"user {address.viewer.user_id}",
            data={"number": address.number},
        )
        if is_undrawn:  # as what was recorded before this version, or came late
            await leave(
                connection, Note.COMPOSE_SESSION, merchant_id=address.merchant_id, subject_id=address.attempt_id
            )
