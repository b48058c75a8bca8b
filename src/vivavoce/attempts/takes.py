"""What a candidate's camera records, start by start of the page's recorder: a take, in parts of about a second.

    page ──► part 0, 1, 2 … of a take, each with its digest ──► takes/MERCHANT/ATTEMPT/TAKE-00002.part, sealed
                                                           └──► row in `camera_takes`: so many are there

A part is in the store before the row counts it, and it may come to any server. One that is there already changes
nothing; one that is out of order is told which is next. Whoever agrees to no picture is asked for none.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.attempts.introduction import NoFilm, find_format
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.results import require_own
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import Seat
from vivavoce.candidates.own_key import own_key
from vivavoce.candidates.sealed_file import SALT_BYTES, seal_whole
from vivavoce.db.database import Connection, Database
from vivavoce.errors import BeingErased, Conflict, Invalid, NotFound, TooLarge, Unavailable
from vivavoce.interviews.camera import camera_of, shows_answers, shows_session
from vivavoce.interviews.draft import InterviewSettings
from vivavoce.interviews.versions import read_version
from vivavoce.providers.files.port import NoFile

log = logging.getLogger(__name__)

TAKES = "takes"
PART_ENDING = ".part"
MOST_PART_BYTES = 2 * 1024 * 1024
MOST_PARTS = 3_600  # of one take
MOST_TAKES = 500  # of one attempt
MOST_BYTES = 1024 * 1024 * 1024  # of one attempt: three hours of what our page sends
TAKEN = frozenset({AttemptState.BEGUN, AttemptState.FINISHED, AttemptState.SUBMITTED})  # parts may come late


ADD_PART = """
insert into camera_takes as kept
    (merchant_id, attempt_id, id, number, begins_at, format, parts, size_bytes, begun_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
on conflict (merchant_id, attempt_id, id) do update set
    parts = excluded.parts, size_bytes = kept.size_bytes + excluded.size_bytes, changed_at = excluded.changed_at
    where kept.parts = excluded.parts - 1
returning parts
"""


class NotThePart(Invalid):
    """This part isn't what its digest says. Send it again."""


class OtherPart(Conflict):
    """There is another part of this number already. Nothing was changed."""


class OutOfOrder(Conflict):
    """Parts are missing before this one. Send the next one first."""


class NoPictureWanted(Conflict):
    """No picture is recorded here: the interview wants none of this answer, or its candidate doesn't."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A take as it is kept. number: the turn. begins_at: seconds of the attempt's sound. parts: so many are there."""

    id: UUID
    number: int
    begins_at: float
    format: str
    parts: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPart:
    """What is there when a part is announced, and what seals it. parts: of its take; 0: it is to be the first.

    takes, size_bytes: of the attempt. is_new_take: nothing of it is there.
    """

    parts: int
    takes: int
    size_bytes: int
    is_new_take: bool
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePart:
    """A part that has come. index: from 0. digest: SHA-256 of its content, as the page has computed it."""

    take_id: UUID
    number: int
    begins_at: float
    index: int
    content: bytes
    digest: bytes


def takes_folder(*, merchant_id: UUID, attempt_id: UUID) -> str:
    """Below which name an attempt's takes lie in the store, and what was composed with a picture."""
    return f"{TAKES}/{merchant_id}/{attempt_id}"


def part_name(folder: str, take_id: UUID, index: int) -> str:
    """What a part is called there."""
    return f"{folder}/{take_id}-{index:05d}{PART_ENDING}"


async def expect_part(
    database: Database, store: RecordingStore, seat: Seat, attempt_id: UUID, *, take_id: UUID, number: int, index: int
) -> ExpectedPart:
    """What a part finds that is announced, before a byte of it is read.

    Raises NotFound for an attempt that is not this seat's, NoPictureWanted, OutOfOrder, and BeingErased.
    """
    async with database.tenant(seat.merchant_id) as connection:
        await require_own(connection, seat, attempt_id)
        parts, takes, size_bytes = await _find_parts(connection, attempt_id, take_id, number=number, index=index)
        key = await own_key(connection, store.wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id)
    return ExpectedPart(parts=parts or 0, takes=takes, size_bytes=size_bytes, is_new_take=parts is None, key=key)


async def keep_part(
    database: Database,
    store: RecordingStore,
    seat: Seat,
    attempt_id: UUID,
    part: TakePart,
    *,
    now: datetime,
    expected: ExpectedPart | None = None,
) -> int:
    """Stores a part; the number of the one that is wanted next.

    expected: what was found when it was announced; None: that is found now.
    Raises what `expect_part` does, NotThePart, OtherPart, NoFilm, TooLarge beyond the limits, FilesAway, and NoSpace.
    """
    if sha256(part.content).digest() != part.digest:
        raise NotThePart(name="digest")
    if expected is None:
        expected = await expect_part(
            database, store, seat, attempt_id, take_id=part.take_id, number=part.number, index=part.index
        )
    _require_room(expected, part)
    there, key = expected.parts, expected.key
    folder = takes_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    name = part_name(folder, part.take_id, part.index)
    if part.index < there:
        await asyncio.to_thread(_require_same, store, name, key, part)
        return there
    sealed = seal_whole(part.content, key, name=name, salt=os.urandom(SALT_BYTES))
    await asyncio.to_thread(store.files.put, name, sealed)
    try:
        async with database.tenant(seat.merchant_id) as connection:
            return await _count(connection, seat.merchant_id, attempt_id, part, now=now)
    except (BeingErased, NotFound):
        await asyncio.to_thread(store.files.delete, [name])  # erasing wins: nothing comes back
        raise


async def _find_parts(
    connection: Connection, attempt_id: UUID, take_id: UUID, *, number: int, index: int
) -> tuple[int | None, int, int]:
    """How many parts of the take are there, None where it is new; the attempt's takes, and their bytes."""
    row = await connection.fetchrow(
        "select state, interview_id, revision, erasing_at from attempts where id = $1", attempt_id
    )
    if row is None or row["erasing_at"] is not None:
        raise NotFound
    kept = await connection.fetchrow(
        "select count(*) as takes, coalesce(sum(size_bytes), 0) as size_bytes, max(parts) filter (where id = $2) as"
        " parts from camera_takes where attempt_id = $1",
        attempt_id,
        take_id,
    )
    assert kept is not None
    there: int | None = kept["parts"]
    if there is None:
        definition = await read_version(connection, row["interview_id"], row["revision"])
        is_wanted = camera_of(definition.settings).wants(number)
        if not is_wanted or not await has_agreed(connection, Purpose.PICTURE_KEPT, attempt_id):
            raise NoPictureWanted
    if AttemptState(row["state"]) not in TAKEN:
        raise NoPictureWanted
    if index > (there or 0):
        raise OutOfOrder(f"Parts are missing before this one. Send part {there or 0} first.", name="part")
    return there, kept["takes"], kept["size_bytes"]


def _require_room(expected: ExpectedPart, part: TakePart) -> None:
    """Raises NoFilm, and TooLarge."""
    if expected.is_new_take:
        _require_film(part.content)
    is_new = part.index == expected.parts
    if is_new and (
        expected.takes >= MOST_TAKES + (not expected.is_new_take)
        or part.index >= MOST_PARTS
        or expected.size_bytes + len(part.content) > MOST_BYTES
    ):
        raise TooLarge("This interview has had all the pictures that it may have.", name="part")


def _require_film(content: bytes) -> str:
    """The format that a take begins with. Raises NoFilm."""
    film_format = find_format(content[:64])
    if film_format not in ("webm", "mp4", "mkv"):
        raise NoFilm
    return "mp4" if film_format == "mp4" else "webm"


def _require_same(store: RecordingStore, name: str, key: bytes, part: TakePart) -> None:
    """Raises OtherPart. It blocks."""
    try:
        kept = store.open(name, key)
    except NoFile:
        raise OtherPart(name="part") from None
    if sha256(kept.read(0, kept.size)).digest() != part.digest:
        raise OtherPart(name="part")


async def _count(connection: Connection, merchant_id: UUID, attempt_id: UUID, part: TakePart, *, now: datetime) -> int:
    counted: int | None = await connection.fetchval(
        ADD_PART,
        merchant_id,
        attempt_id,
        part.take_id,
        part.number,
        round(part.begins_at, 3),
        _require_film(part.content) if part.index == 0 else "webm",
        part.index + 1,
        len(part.content),
        now,
    )
    if counted is None:  # it came twice at the same moment
        counted = await connection.fetchval(
            "select parts from camera_takes where attempt_id = $1 and id = $2", attempt_id, part.take_id
        )
    if counted is None:
        raise NotFound
    return counted


async def read_takes(connection: Connection, attempt_id: UUID) -> list[Take]:
    """All of an attempt, in the order in which they began."""
    rows = await connection.fetch(
        "select id, number, begins_at, format, parts, size_bytes from camera_takes where attempt_id = $1"
        " order by begins_at, begun_at, id",
        attempt_id,
    )
    return [Take(**(dict(row) | {"begins_at": float(row["begins_at"])})) for row in rows]


async def find_pictured(connection: Connection, attempt_id: UUID, settings: InterviewSettings) -> frozenset[int | None]:
    """The turns whose recording has a picture; None among them: that of the session has one."""
    takes = await read_takes(connection, attempt_id)
    numbers: list[int | None] = [None, *{take.number for take in takes}]
    return frozenset(number for number in numbers if find_shown(takes, settings, number))


def erase_takes(store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Removes all of an attempt's, and what was composed with them; whether they are gone. It blocks."""
    try:
        store.files.delete_all(takes_folder(merchant_id=merchant_id, attempt_id=attempt_id))
    except Unavailable:
        return False
    return True


def find_shown(takes: Sequence[Take], settings: InterviewSettings, number: int | None) -> list[Take]:
    """Those that the recording of a turn shows, or that of the session (None)."""
    if number is None:
        return list(takes) if shows_session(settings) else []
    is_shown = shows_answers(settings).wants(number)
    return [take for take in takes if take.number == number and is_shown]
