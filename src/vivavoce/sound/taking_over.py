"""Where an attempt's sound goes on at this server, where another one may have taken some of it.

What is over lies in the store, and so does the beginning of the turn that is open: it is copied to this disk, with
what else happened in it, and heard again as after a crash here. The page sends what it still has of that turn, and
knows what was acknowledged since, by whomever. So frames keep the numbers that they have, and what only the other
server has fills its gap once that one comes back; until then it counts as no silence.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.links import Seat
from vivavoce.errors import BeingErased, NotFound, VivavoceError
from vivavoce.recordings.stored_sound import StoredPart, StoredSound, last_stored_at, list_parts, next_frame
from vivavoce.sound.frames import BYTES_A_SECOND
from vivavoce.sound.means import Means
from vivavoce.sound.sound_file import OpenTurn, PageStart, SoundPiece, SoundStart
from vivavoce.sound.storing import open_key
from vivavoce.sound.turn_hearing import find_turn

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds that a candidate waits for the store; then the page's word counts
MOST_UNSEEN = 600.0  # seconds of sound that another server may have, and nobody here knows of


@dataclass(frozen=True, slots=True, kw_only=True)
class _InStore:
    """What lies in the store. next: the number of the frame after it; at: when the last part came.

    turn: what there is of the turn that is asked.
    """

    next: int
    frame_bytes: int
    at: datetime
    turn: OpenTurn | None


async def find_start(
    means: Means,
    pieces: Sequence[SoundPiece],
    seat: Seat,
    attempt_id: UUID,
    *,
    number: int | None,
    page_start: PageStart | None,
    threads: Executor,
) -> SoundStart | None:
    """Where it goes on; None: where this disk ends, or at the first frame.

    pieces: what is on this disk. number: of the turn that is asked; None: none is. threads: that the store may hold
    up; nobody waits longer than PATIENCE.
    """
    stored = await _look_in_store(means, seat, attempt_id, number=number, threads=threads)
    here = max((piece.next for piece in pieces), default=0)
    if page_start is not None:
        following = max(page_start.first(number), stored.next if stored is not None else 0)
    elif stored is not None and stored.next > here:
        following = stored.next + _unseen_frames(stored, now=means.now())
    else:
        following = 0
    if following <= here:
        return None
    frame_bytes = _frame_bytes(pieces, stored, page_start)
    turn = None if stored is None or stored.turn is None else _lead_on(stored.turn, following, frame_bytes)
    return SoundStart(frame=following, frame_bytes=frame_bytes, turn=turn)


async def _look_in_store(
    means: Means, seat: Seat, attempt_id: UUID, *, number: int | None, threads: Executor
) -> _InStore | None:
    if means.recordings is None:
        return None
    store = means.recordings
    try:
        key = await open_key(means.database, store, merchant_id=seat.merchant_id, attempt_id=attempt_id)
        place = recordings_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
        look = partial(_read_store, store, place, key, number=number)
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(threads, look), PATIENCE)
    except (NotFound, BeingErased):
        return None
    except (VivavoceError, TimeoutError) as error:
        log.warning("what the store has of attempt %s is not known: %s", attempt_id, type(error).__name__)
        return None


def _read_store(store: RecordingStore, place: str, key: bytes, *, number: int | None) -> _InStore | None:
    parts = list_parts(store, place)
    at = last_stored_at(parts)
    if at is None:
        return None
    following, frame_bytes = next_frame(store, parts, key), parts[-1].part.frame_bytes
    turn = None
    if number is not None and all(stored.part.frame_bytes == frame_bytes for stored in parts):
        turn = _find_open(store, place, parts, key, number=number)
    return _InStore(next=following, frame_bytes=frame_bytes, at=at, turn=turn)


def _find_open(
    store: RecordingStore, place: str, parts: Sequence[StoredPart], key: bytes, *, number: int
) -> OpenTurn | None:
    """What there is of this turn, up to where the store ends; None where it begins another one, or none.

    A turn is looked for from the end: its beginning stands in the first of its parts.
    """
    entries: list[dict[str, Any]] = []
    for at in range(len(parts) - 1, -1, -1):
        entries = StoredSound(store, place, [parts[at]], key).entries + entries
        if (kept := find_turn(entries)) is not None:
            break
    else:
        return None
    turn, since = kept
    if turn.number != number:
        return None
    frame_bytes = parts[-1].part.frame_bytes
    first = max((at for at, stored in enumerate(parts) if stored.part.begins <= turn.begins), default=0)
    sound = StoredSound(store, place, list(parts[first:]), key)
    pcm = sound.read(turn.begins * frame_bytes, sound.size)
    return OpenTurn(begins=turn.begins, pcm=pcm, entries=(turn.to_entry(), *since)) if pcm else None


def _lead_on(turn: OpenTurn, following: int, frame_bytes: int) -> OpenTurn:
    """The turn up to where the sound goes on. What nobody here has is silence, and told as such."""
    begin, end = turn.begins * frame_bytes, following * frame_bytes
    missing = end - begin - len(turn.pcm)
    if missing <= 0:
        return replace(turn, pcm=turn.pcm[: end - begin])
    unheard = {"at": (begin + len(turn.pcm)) / BYTES_A_SECOND, "unheard_until": end / BYTES_A_SECOND}
    return replace(turn, pcm=turn.pcm + bytes(missing), entries=(*turn.entries, unheard))


def _unseen_frames(stored: _InStore, *, now: datetime) -> int:
    """Room for what another server may have acknowledged since: sound comes no faster than time goes."""
    seconds = min(max(0.0, (now - stored.at).total_seconds()), MOST_UNSEEN)
    return math.ceil(seconds * BYTES_A_SECOND / stored.frame_bytes)


def _frame_bytes(pieces: Sequence[SoundPiece], stored: _InStore | None, page_start: PageStart | None) -> int:
    """All frames of an attempt are alike: what lies somewhere goes before the page's word."""
    known = [piece.frame_bytes for piece in pieces]
    known += [] if stored is None else [stored.frame_bytes]
    known += [] if page_start is None else [page_start.frame_bytes]
    return known[0]
