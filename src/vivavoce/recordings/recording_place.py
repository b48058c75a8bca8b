"""What a recording is composed of: what the database says of an attempt, and where its parts lie."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from vivavoce.attempts.kept_shorter import is_sound_erased
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import line_name, line_path
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.attempts.takes import Take, find_shown, read_takes, takes_folder
from vivavoce.candidates.own_key import find_own_key
from vivavoce.candidates.sealed_file import SealedFile
from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.interviews.templates import Interviewer, Modality
from vivavoce.interviews.versions import read_pinned
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.session import SessionPlan, read_plan
from vivavoce.recordings.stored_sound import StoredPart, digest_of

AT_ONCE = asyncio.Semaphore(2)  # of one server: encoding takes a core


class NotRested(NotFound):
    """This recording isn't there yet: what was said last comes some ten minutes after the attempt was handed in."""


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """A recording, to be read; reading blocks. is_undrawn: the interviewer is to stand beside it, and doesn't yet."""

    sealed: SealedFile
    media_type: str
    is_undrawn: bool = False

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.sealed.size

    @property
    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return self.media_type.startswith("video/")

    @property
    def ending(self) -> str:
        """Of its file's name."""
        return self.media_type.rpartition("/")[2]

    def read(self, begin: int, end: int) -> bytes:
        """Its bytes from one up to another."""
        return self.sealed.read(begin, end)

    def pieces(self, begin: int, end: int) -> Iterator[bytes]:
        """The same, in pieces."""
        return self.sealed.pieces(begin, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRows:
    """What the database has. key: of its person. plan: what is put to their sound. takes: what there is to see.

    interviewer: who is drawn beside them; None: nobody.
    """

    key: bytes
    plan: SessionPlan
    takes: list[Take]
    interviewer: Interviewer | None


async def read_rows(
    database: Database,
    store: RecordingStore,
    merchant_id: UUID,
    attempt_id: UUID,
    number: int | None,
    *,
    is_for_themselves: bool,
) -> RecordingRows:
    """What there is of a turn, or of the session (None). Raises NotFound, and NotRested for what was not sent."""
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select candidate_id, state, erasing_at, interview_id, revision from attempts where id = $1", attempt_id
        )
        if row is None or row["erasing_at"] is not None:
            raise NotFound
        # Parts are there already, and its candidate has not sent it.
        if AttemptState(row["state"]) in UNDER_WAY and not is_for_themselves:
            raise NotRested
        key = await find_own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])
        takes, interviewer = await read_takes(connection, attempt_id), None
        if takes:
            pinned = await read_pinned(connection, row["interview_id"], row["revision"])
            takes = find_shown(takes, pinned.definition.settings, number)
            if number is None and pinned.interviewer.modality is not Modality.VOICE:
                interviewer = pinned.interviewer
        return RecordingRows(
            key=key, plan=await read_plan(connection, attempt_id), takes=takes, interviewer=interviewer
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPlace:
    """What is composed, and of what. stem: what its files' names begin with. number: the turn; None: the session."""

    store: RecordingStore
    folder: str
    stem: str
    parts: list[StoredPart]
    rows: RecordingRows
    number: int | None
    merchant_id: UUID
    attempt_id: UUID

    @property
    def takes_folder(self) -> str:
        """Where the camera's takes lie, and the films of them."""
        return takes_folder(merchant_id=self.merchant_id, attempt_id=self.attempt_id)

    def film_name(self, folder: str, *, beside: str = "") -> str:
        """Of the film that is made of what is there. beside: what else it depends on."""
        told = f"{self.rows.plan} {self.rows.takes}{beside}"
        return f"{folder}/{self.stem}-{digest_of(self.parts, beside=told)}.{self.rows.takes[0].format}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesVoice:
    """The interviewer's. files: the lines' sounds as WAV, by their keys."""

    plan: SessionPlan
    files: dict[str, bytes]


def read_voice(store: RecordingStore, folder: str, key: bytes, plan: SessionPlan, merchant_id: UUID) -> LinesVoice:
    """What of the lines can be found, in the store or on this machine. It blocks."""
    files = {}
    for line in dict.fromkeys(line.file for line in plan.lines):
        try:
            sealed = store.open(line_name(folder, line), key)
            files[line] = sealed.read(0, sealed.size)
        except NoFile:
            with suppress(FileNotFoundError):
                files[line] = line_path(store.data_dir, merchant_id, line, kind="wav").read_bytes()
    return LinesVoice(plan=plan, files=files)


def remove_outdated(store: RecordingStore, folder: str, stem: str, name: str) -> None:
    """All that was composed of it before, in this very folder. It blocks."""
    outdated = [
        file.name
        for file in store.files.list(folder)
        if re.fullmatch(rf"{re.escape(folder)}/{stem}(-[0-9a-f]{{16}})?\.(webm|mp4)", file.name)
    ]
    store.files.delete(old for old in outdated if old != name)


async def is_recording_erased(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether the attempt is erased, or will be, or its sound alone."""
    async with database.tenant(merchant_id) as connection:
        erasing_at = await connection.fetchval("select erasing_at from attempts where id = $1", attempt_id)
        return erasing_at is not None or await is_sound_erased(connection, attempt_id)
