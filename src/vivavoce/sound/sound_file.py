"""A candidate's sound on the disk: one folder an attempt, so that it can be erased by the attempt.

    DATA/sound/MERCHANT/ATTEMPT/
        microphone-640.pcm        all frames one after the other; 640: bytes a frame
        microphone-640-400.pcm    frames from 400 on, where another server has taken those before
        microphone-640-400-560-5d1c09e2.pcm    the same, and those before 560 are a copy: what another server had of the
                                  turn that was open, so that it is heard here to its end (sound/taking_over.py)
        turns.jsonl               what else happened, each with its moment in the sound: enough to hear a turn again
        stored                    how much of it lies in the store of files by now (sound/storing.py)
        lock                      held by the process that writes, and by whoever erases
        erasing                   the attempt is being erased: whoever has the lock lets go of it

Written and synced before anything is acknowledged. After a crash, what is torn at the end is cut off.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from vivavoce.errors import Conflict
from vivavoce.private import create_file, make_folder
from vivavoce.sound.frames import Ledger, is_length, whole_frames

FOLDER = "sound"
TURNS = "turns.jsonl"
ERASING = "erasing"
_PIECE = re.compile(r"microphone-(\d{1,6})(?:-(\d{1,10})(?:-(\d{1,10})-([0-9a-f]{8}))?)?\.pcm")


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPiece:
    """A file of frames that follow each other. begins: the number of the first one. next: of the one after the last.

    own: of the first one that was taken here; those before are a copy. tag: of who took it over; empty: nobody did.
    """

    path: Path
    frame_bytes: int
    begins: int
    next: int
    own: int
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStart:
    """Where sound goes on that others have begun. frame: the number of the first frame; frame_bytes: of PCM in each.

    turn: what others had of the turn that is open; None: nothing that can be read.
    """

    frame: int
    frame_bytes: int
    turn: "OpenTurn | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStart:
    """What a page knows of its sound. frame: the first one without a receipt; frame_bytes: of PCM in each.

    kept: the first one that it still has, of the turn with this number; those from there on can be sent again.
    """

    frame: int
    frame_bytes: int
    kept: int | None = None
    number: int | None = None

    def first(self, number: int | None) -> int:
        """The first frame that it can send while this turn is asked."""
        return self.frame if self.kept is None or number is None or number != self.number else self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTurn:
    """What another server had of a turn that was not over. begins: the number of its first frame.

    pcm: from there up to where the sound goes on; silence where nobody has it. entries: what else happened.
    """

    begins: int
    pcm: bytes
    entries: tuple[dict[str, Any], ...]


class SoundErased(Conflict):
    """This attempt's sound is being erased: nothing can be added to it."""


class HeldElsewhere(Conflict):
    """Another process of ours holds this attempt's sound. Please try again in a moment."""


def sound_folder(data_dir: Path, *, merchant_id: UUID, attempt_id: UUID) -> Path:
    """Where an attempt's sound is kept."""
    return data_dir / FOLDER / str(merchant_id) / str(attempt_id)


def list_pieces(folder: Path) -> list[SoundPiece]:
    """The files of frames in this folder, in the order in which they were taken. It blocks.

    A frame that was torn off at an end is left out, and so is a copy that was never finished.
    """
    pieces = []
    for path in folder.glob("microphone-*.pcm"):
        named = _PIECE.fullmatch(path.name)
        if named is not None and is_length(int(named[1])):
            frame_bytes, begins = int(named[1]), int(named[2] or 0)
            following = begins + whole_frames(path.stat().st_size, frame_bytes=frame_bytes)
            own, tag = int(named[3] or begins), named[4] or ""
            if following >= own:
                pieces.append(
                    SoundPiece(path=path, frame_bytes=frame_bytes, begins=begins, next=following, own=own, tag=tag)
                )
    return sorted(pieces, key=lambda piece: (piece.own, piece.next))


def erase_sound(data_dir: Path, *, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Removes all sound of an attempt, under its lock; whether it is gone. It blocks.

    The attempt must be claimed, so that nobody opens it again. False while another process has it open, which lets go
    at the next frame; whoever asks again then gets it.
    """
    folder = sound_folder(data_dir, merchant_id=merchant_id, attempt_id=attempt_id)
    if not folder.is_dir():
        return True
    with suppress(FileExistsError):
        os.close(create_file(folder / ERASING))
    try:
        lock = lock_folder(folder)
    except HeldElsewhere:
        return False
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
    return not folder.exists()


class SoundFile:
    """An attempt's sound, open for writing. It blocks: whoever has a loop calls it in a thread, one call at a time."""

    def __init__(self, folder: Path, start: SoundStart | None = None) -> None:
        """Opens the folder, or makes it. start: None: it goes on where this folder ends.

        Raises HeldElsewhere, SoundErased, and OSError where the disk refuses.
        """
        self._folder = folder
        make_folder(folder)
        self._lock = lock_folder(folder)
        if (folder / ERASING).exists():
            os.close(self._lock)
            raise SoundErased
        self._sound: int | None = None
        self._frame_bytes: int | None = None
        self._begins = 0  # the number of the first frame in the file
        self._tail = ""  # of the file's name
        self._length = 0  # bytes in the file that are safe
        try:
            self.entries = self._open_turns()
            self._open_sound(start)
        except OSError:
            os.close(self._lock)  # whoever tries again here must not be kept out
            raise

    @property
    def ledger(self) -> Ledger:
        """What the disk says: everything before `next` is safe."""
        following = self._begins + self._length // (self._frame_bytes or 1)
        return Ledger(next=following, frame_bytes=self._frame_bytes)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    @property
    def begins(self) -> int:
        """The number of the first frame that can be read."""
        return self._begins

    @property
    def length(self) -> int:
        """Where the attempt's sound ends that is safe, in bytes from its first frame."""
        return self._begins_at + self._length

    @property
    def turns_length(self) -> int:
        """Bytes of entries that are safe."""
        return self._turns_length

    @property
    def _begins_at(self) -> int:
        return self._begins * (self._frame_bytes or 0)

    def append(self, frames: Sequence[bytes], entries: Sequence[dict[str, Any]]) -> None:
        """Adds frames and entries, and waits until the disk has them.

        Entries go first: what they say of the sound holds only when the sound is there.
        Raises SoundErased, and OSError where the disk refuses; nothing of the call counts then.
        """
        if (self._folder / ERASING).exists():
            raise SoundErased
        if entries:
            lines = "".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in entries).encode()
            self._turns_length += _append(self._turns, lines, after=self._turns_length)
        if frames:
            descriptor = self._sound if self._sound is not None else self._make_sound(len(frames[0]))
            self._length += _append(descriptor, b"".join(frames), after=self._length)

    def read(self, begin: int, end: int) -> bytes:
        """The attempt's sound from one byte up to another, as far as it is here."""
        begin, end = max(0, begin - self._begins_at), end - self._begins_at
        if self._sound is None or end <= begin:
            return b""
        return os.pread(self._sound, end - begin, begin)

    def close(self) -> None:
        """Lets go of the folder."""
        for descriptor in (self._sound, self._turns, self._lock):
            if descriptor is not None:
                os.close(descriptor)

    def _open_turns(self) -> list[dict[str, Any]]:
        path = self._folder / TURNS
        self._turns = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        self._turns_length = len(whole)
        os.ftruncate(self._turns, len(whole))
        return [json.loads(line) for line in whole.splitlines()]

    def _open_sound(self, start: SoundStart | None) -> None:
        pieces = list_pieces(self._folder)
        if start is not None and (not pieces or start.frame > pieces[-1].next):
            self._take_over(start)
        elif pieces:
            last = max(pieces, key=lambda piece: piece.next)
            self._use(last.path, last.frame_bytes, begins=last.begins)

    def _take_over(self, start: SoundStart) -> None:
        turn = start.turn
        self._frame_bytes, self._begins = start.frame_bytes, start.frame if turn is None else turn.begins
        self._tail = f"-{self._begins}-{start.frame}-{secrets.token_hex(4)}"
        if turn is not None:
            self.append([turn.pcm], turn.entries)
            self.entries += turn.entries

    def _make_sound(self, frame_bytes: int) -> int:
        name = f"microphone-{self._frame_bytes or frame_bytes}{self._tail}.pcm"
        descriptor = self._use(self._folder / name, self._frame_bytes or frame_bytes, begins=self._begins)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)  # the name too must outlive a power cut
        finally:
            os.close(folder)
        return descriptor

    def _use(self, path: Path, frame_bytes: int, *, begins: int) -> int:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        length = whole_frames(os.fstat(descriptor).st_size, frame_bytes=frame_bytes) * frame_bytes
        os.ftruncate(descriptor, length)
        self._sound, self._frame_bytes, self._begins, self._length = descriptor, frame_bytes, begins, length
        return descriptor


def lock_folder(folder: Path) -> int:
    """The descriptor of the folder's lock, held until it is closed. Raises HeldElsewhere, and OSError."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever erased the folder in between has taken this file away: another one may be locked in its place by now.
        if os.fstat(lock).st_ino != os.stat(folder / "lock").st_ino:
            raise HeldElsewhere
    except (BlockingIOError, FileNotFoundError):
        os.close(lock)
        raise HeldElsewhere from None
    except BaseException:
        os.close(lock)
        raise
    return lock


def _append(descriptor: int, content: bytes, *, after: int) -> int:
    """How many bytes were added, and synced. after: the length before, which holds again where the disk refuses."""
    done = 0
    try:
        while done < len(content):
            done += os.write(descriptor, content[done:])
        os.fdatasync(descriptor)
    except OSError:
        os.ftruncate(descriptor, after)
        raise
    return done
