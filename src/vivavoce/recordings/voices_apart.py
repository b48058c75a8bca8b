"""A second voice in a recorded answer, noted once the attempt's sound rests, where its person was told of it before.

parts in the store ──► each answer's sound, without what our own lines were heard in ──► hear_apart, a program
                                                                                               │ seconds
                                                   an observation for each such answer ◄───────┘
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.attempts.answer import Playout
from vivavoce.attempts.facts import keep_facts
from vivavoce.attempts.heard_words import read_heard_at, read_played
from vivavoce.attempts.integrity import Observation, ObservationKind
from vivavoce.attempts.observations import note_second_voice, was_told_of_voices
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.own_key import find_own_key
from vivavoce.db.database import Database
from vivavoce.errors import Unavailable
from vivavoce.recordings.asked import LEAN, AnswerAsked, HearApartAsked
from vivavoce.recordings.second_voice import OtherVoice
from vivavoce.recordings.session import SessionPlan, plan_session
from vivavoce.recordings.stored_sound import BYTES_A_SECOND, StoredSound, list_parts
from vivavoce.recordings.stretches import AnswerStretch, find_stretches

HEARER = (sys.executable, "-m", "vivavoce.recordings.hear_apart")
MOST_SECONDS = 1_800.0  # that it may take; it gives way to everything else
BEFORE_LINE, AFTER_LINE = 0.2, 0.6  # seconds around a line: it comes late from a loudspeaker, and a room keeps it


class NotHeardApart(Unavailable):
    """Whether somebody else is heard in this recording can't be told right now."""

    retry_after = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What the database has. heard: of each turn, where its last word ends and when it was kept."""

    key: bytes
    played: tuple[Playout, ...]
    plan: SessionPlan
    heard: Mapping[int, tuple[float, datetime]]


async def note_other_voices(
    database: Database, store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Notes each answer in which somebody else is heard; done again, it changes nothing.

    Where the person was not told of it, where the attempt was not sent, and where no sound is left, it does nothing.
    Raises FilesAway, NoFile, NotHeardApart and SealBroken.
    """
    rows = await _read_rows(database, store, merchant_id, attempt_id)
    if rows is None:
        return
    folder = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    parts = await asyncio.to_thread(list_parts, store, folder)
    if not parts:
        return
    sound = await asyncio.to_thread(StoredSound, store, folder, parts, rows.key)
    untimed = find_untimed(rows.played)
    stretches = {
        number: stretch
        for number, stretch in find_stretches(sound.entries, seconds=sound.size / BYTES_A_SECOND).items()
        if number not in untimed
    }
    voices = await _hear(sound, stretches, rows.played)
    if not voices:
        return
    async with database.tenant(merchant_id) as connection:
        state = await connection.fetchval(
            "select state from attempts where id = $1 and erasing_at is null for share", attempt_id
        )
        if state == AttemptState.SUBMITTED.value:
            moments = [_to_moment(voice, stretches[voice.number], rows, now=now) for voice in voices]
            await note_second_voice(connection, attempt_id, moments, now=now)
            await keep_facts(connection, attempt_id, now=now)


def silent_spans(stretch: AnswerStretch, played: Iterable[Playout]) -> Iterator[tuple[float, float]]:
    """Where our own lines may be heard in an answer, in seconds of it. Pure."""
    for line in (line for playout in played for line in playout.lines):
        if line.at is None:
            continue
        until = max(line.at + line.seconds, line.until or 0.0) + AFTER_LINE
        if line.at - BEFORE_LINE < stretch.end and until > stretch.begin:
            yield max(0.0, line.at - BEFORE_LINE - stretch.begin), until - stretch.begin


def find_untimed(played: Iterable[Playout]) -> frozenset[int]:
    """The turns whose sound may hold our own words nobody knows where, as by the browser's voice. Pure.

    The turn before is one of them: its sound goes on until the next one is listened to.
    """
    untimed = {
        playout.number
        for playout in played
        if playout.how == "browser"
        or (playout.how == "sound" and playout.seconds > 0 and not playout.lines)
        or any(line.is_recorded and line.at is None for line in playout.lines)
    }
    return frozenset(untimed | {number - 1 for number in untimed})


async def _read_rows(database: Database, store: RecordingStore, merchant_id: UUID, attempt_id: UUID) -> _Rows | None:
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select candidate_id, state, erasing_at from attempts where id = $1", attempt_id
        )
        if row is None or row["erasing_at"] is not None or row["state"] != AttemptState.SUBMITTED.value:
            return None
        if not await was_told_of_voices(connection, attempt_id):
            return None
        key = await find_own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])
        played = await read_played(connection, attempt_id)
        heard = await read_heard_at(connection, attempt_id)
        ends = {number: end for number, (end, _) in heard.items()}
        return _Rows(key=key, played=played, plan=plan_session(played, ends), heard=heard)


def _to_moment(voice: OtherVoice, stretch: AnswerStretch, rows: _Rows, *, now: datetime) -> Observation:
    """When it began, as the answer's own words tell the time: the last one ends just before the answer is kept."""
    moment = stretch.begin + voice.begin
    end, kept_at = rows.heard.get(voice.number, (stretch.end, now))
    return Observation(
        kind=ObservationKind.SECOND_VOICE,
        at=kept_at - timedelta(seconds=max(0.0, end - moment)),
        number=voice.number,
        seconds=voice.seconds,
        amount=round(1000 * rows.plan.moment(moment)),
    )


async def _hear(
    sound: StoredSound, stretches: Mapping[int, AnswerStretch], played: Sequence[Playout]
) -> list[OtherVoice]:
    spans = {
        number: tuple(round(moment * BYTES_A_SECOND / 2) * 2 for moment in (stretch.begin, stretch.end))
        for number, stretch in stretches.items()
    }
    answers: list[AnswerAsked] = [
        {
            "number": number,
            "pcm_bytes": end - begin,
            "silent": list(silent_spans(stretches[number], played)),
        }
        for number, (begin, end) in spans.items()
    ]
    asked: HearApartAsked = {"answers": answers}
    program = await asyncio.create_subprocess_exec(
        *HEARER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | LEAN | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )

    async def feed() -> None:
        assert program.stdin is not None
        with suppress(BrokenPipeError, ConnectionResetError):  # its end tells why
            program.stdin.write(json.dumps(asked).encode() + b"\n")
            for begin, end in spans.values():
                pieces = sound.pieces(begin, end)
                while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                    program.stdin.write(piece)
                    await program.stdin.drain()
            program.stdin.close()
            await program.stdin.wait_closed()

    try:
        async with asyncio.timeout(MOST_SECONDS):
            assert program.stdout is not None
            told, _ = await asyncio.gather(program.stdout.read(), feed())
            await program.wait()
    except TimeoutError:
        raise NotHeardApart from None
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    if program.returncode != 0:
        raise NotHeardApart
    return [OtherVoice(**voice) for voice in json.loads(told)]
