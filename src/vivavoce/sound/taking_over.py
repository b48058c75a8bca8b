"""Where an attempt's sound goes on at this server, where another one may have taken some of it.

What is over lies in the store, and the page knows what was acknowledged since, by whomever. So frames keep the numbers
that they have, and what only the other server has of the open turn fills its gap once that one comes back.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.links import Seat
from vivavoce.errors import BeingErased, NotFound, VivavoceError
from vivavoce.recordings.stored_sound import last_stored_at, list_parts, next_frame
from vivavoce.sound.frames import BYTES_A_SECOND
from vivavoce.sound.means import Means
from vivavoce.sound.sound_file import SoundPiece, SoundStart
from vivavoce.sound.storing import open_key

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds that a candidate waits for the store; then the page's word counts
MOST_UNSEEN = 600.0  # seconds of sound that another server may have, and nobody here knows of


@dataclass(frozen=True, slots=True, kw_only=True)
class _InStore:
    """What lies in the store. next: the number of the frame after it; at: when the last part came."""

    next: int
    frame_bytes: int
    at: datetime


async def find_start(
    means: Means,
    pieces: Sequence[SoundPiece],
    seat: Seat,
    attempt_id: UUID,
    *,
    page_start: SoundStart | None,
    threads: Executor,
) -> SoundStart | None:
    """Where it goes on; None: where this disk ends, or at the first frame.

    pieces: what is on this disk. threads: that the store may hold up; nobody waits longer than PATIENCE.
    """
    stored = await _look_in_store(means, seat, attempt_id, threads=threads)
    here = max((piece.next for piece in pieces), default=0)
    if page_start is not None:
        following = max(page_start.frame, stored.next if stored is not None else 0)
    elif stored is not None and stored.next > here:
        following = stored.next + _unseen_frames(stored, now=means.now())
    else:
        following = 0
    if following <= here:
        return None
    return SoundStart(frame=following, frame_bytes=_frame_bytes(pieces, stored, page_start))


async def _look_in_store(means: Means, seat: Seat, attempt_id: UUID, *, threads: Executor) -> _InStore | None:
    if means.recordings is None:
        return None
    store = means.recordings
    try:
        key = await open_key(means.database, store, merchant_id=seat.merchant_id, attempt_id=attempt_id)
        place = recordings_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
        look = partial(_read_store, store, place, key)
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(threads, look), PATIENCE)
    except (NotFound, BeingErased):
        return None
    except (VivavoceError, TimeoutError) as error:
        log.warning("what the store has of attempt %s is not known: %s", attempt_id, type(error).__name__)
        return None


def _read_store(store: RecordingStore, place: str, key: bytes) -> _InStore | None:
    parts = list_parts(store, place)
    at = last_stored_at(parts)
    if at is None:
        return None
    return _InStore(next=next_frame(store, parts, key), frame_bytes=parts[-1].part.frame_bytes, at=at)


def _unseen_frames(stored: _InStore, *, now: datetime) -> int:
    """Room for what another server may have acknowledged since: sound comes no faster than time goes."""
    seconds = min(max(0.0, (now - stored.at).total_seconds()), MOST_UNSEEN)
    return math.ceil(seconds * BYTES_A_SECOND / stored.frame_bytes)


def _frame_bytes(pieces: Sequence[SoundPiece], stored: _InStore | None, page_start: SoundStart | None) -> int:
    """All frames of an attempt are alike: what lies somewhere goes before the page's word."""
    known = [piece.frame_bytes for piece in pieces]
    known += [] if stored is None else [stored.frame_bytes]
    known += [] if page_start is None else [page_start.frame_bytes]
    return known[0]
