"""A candidate's sound on the disk: one folder an attempt, so that it can be erased by the attempt.

    DATA/sound/MERCHANT/ATTEMPT/
        microphone-640.pcm    all frames one after the other; 640: bytes a frame
        turns.jsonl           what else happened, each with its moment in the sound: enough to hear a turn again
        lock                  held by the process that writes, and by whoever erases
        erasing               the attempt is being erased: whoever has the lock lets go of it

Written and synced before anything is acknowledged. After a crash, what is torn at the end is cut off.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from vivavoce.errors import Conflict
from vivavoce.private import create_file, make_folder
from vivavoce.sound.frames import Ledger, is_length, whole_frames

FOLDER = "sound"
TURNS = "turns.jsonl"
ERASING = "erasing"


class SoundErased(Conflict):
    """This attempt's sound is being erased: nothing can be added to it."""


class HeldElsewhere(Conflict):
    """Another process of ours holds this attempt's sound. Please try again in a moment."""


def sound_folder(data_dir: Path, *, merchant_id: UUID, attempt_id: UUID) -> Path:
    """Where an attempt's sound is kept."""
    return data_dir / FOLDER / str(merchant_id) / str(attempt_id)


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

    def __init__(self, folder: Path) -> None:
        """Opens the folder, or makes it. Raises HeldElsewhere, SoundErased, and OSError where the disk refuses."""
        self._folder = folder
        make_folder(folder)
        self._lock = lock_folder(folder)
        if (folder / ERASING).exists():
            os.close(self._lock)
            raise SoundErased
        self._sound: int | None = None
        self._frame_bytes: int | None = None
        self._length = 0
        self.entries = self._open_turns()
        self._open_sound()

    @property
    def ledger(self) -> Ledger:
        """What the disk says: everything before `next` is safe."""
        return Ledger(next=self._length // (self._frame_bytes or 1), frame_bytes=self._frame_bytes)

    @property
    def length(self) -> int:
        """Bytes of sound that are safe."""
        return self._length

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
        """The bytes from begin up to end, as far as they are there."""
        begin = max(0, begin)
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

    def _open_sound(self) -> None:
        for path in sorted(self._folder.glob("microphone-*.pcm")):
            size = path.stem.removeprefix("microphone-")
            if size.isdecimal() and is_length(int(size)):
                self._use(path, int(size))
                return

    def _make_sound(self, frame_bytes: int) -> int:
        path = self._folder / f"microphone-{frame_bytes}.pcm"
        descriptor = self._use(path, frame_bytes)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)  # the name too must outlive a power cut
        finally:
            os.close(folder)
        return descriptor

    def _use(self, path: Path, frame_bytes: int) -> int:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        length = whole_frames(os.fstat(descriptor).st_size, frame_bytes=frame_bytes) * frame_bytes
        os.ftruncate(descriptor, length)
        self._sound, self._frame_bytes, self._length = descriptor, frame_bytes, length
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
