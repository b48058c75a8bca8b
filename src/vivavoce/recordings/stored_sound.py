"""An attempt's sound as it lies in the store: parts, one after the other, each sealed.

    part-0000000000-640.sound    entries │ sound of frames 0 to 399
    part-0000000400-640.sound    entries │ sound of frames 400 to …

    part    4 bytes, big-endian: the length of the entries; the entries as `turns.jsonl` has them; 16-bit mono PCM

Whoever was stopped after storing a part, and before noting that it is stored, stores it again under the same name, and
longer. Where two servers took one attempt, parts may overlap: each moment is heard once, of the part that began first.
What no part has is a gap: it is silence in what is read, and told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import TURNS, PartName, read_part_name
from vivavoce.candidates.sealed_file import SealBroken, SealedFile, open_size
from vivavoce.providers.files.port import StoredFile
from vivavoce.recordings.stretches import read_entries

BYTES_A_SECOND = 32_000  # 16-bit mono at 16 kHz
LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A part that lies in the store."""

    part: PartName
    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Sound that was numbered and that nobody has. begin, end: seconds of the attempt's sound."""

    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Where a stretch of the attempt's sound lies. begin, end: bytes of it; at: where the part's own sound begins."""

    begin: int
    end: int
    sealed: SealedFile
    at: int


def list_parts(store: RecordingStore, folder: str) -> list[StoredPart]:
    """The parts that are there, in order. It blocks. Raises FilesAway."""
    files = [(read_part_name(PurePosixPath(file.name).name), file) for file in store.files.list(folder)]
    parts = [StoredPart(part=part, file=file) for part, file in files if part is not None]
    return sorted(parts, key=lambda stored: (stored.part.begins_at, stored.file.changed_at))


def digest_of(parts: list[StoredPart], *, beside: str = "") -> str:
    """Changes whenever a part is added, or grows, or something else beside them: what was composed is out of date."""
    told = "\n".join([*(f"{stored.file.name} {stored.file.size}" for stored in parts), *([beside] if beside else [])])
    return sha256(told.encode()).hexdigest()[:16]


def last_stored_at(parts: list[StoredPart]) -> datetime | None:
    """When the newest part was stored; None where there is none."""
    return max((stored.file.changed_at for stored in parts), default=None)


def next_frame(store: RecordingStore, parts: list[StoredPart], key: bytes) -> int:
    """The number of the frame after all that is stored. It blocks. Raises NoFile, FilesAway, and SealBroken."""
    following = 0
    for stored in parts:
        part = stored.part
        # At most so many, if no entries lay in it: only a part that may lead further is opened.
        if part.frame_bytes and part.begins + open_size(stored.file.size) // part.frame_bytes > following:
            sound_bytes = _open(store, stored, key).sound_bytes
            following = max(following, part.begins + sound_bytes // part.frame_bytes)
    return following


class StoredSound:
    """All of it, open for reading. Every method blocks. Raises NoFile, FilesAway, and SealBroken.

    size: bytes of sound. entries: what else happened, in order. gaps: what is silence because nobody has it.
    """

    def __init__(self, store: RecordingStore, folder: str, parts: list[StoredPart], key: bytes) -> None:
        self.entries: list[dict[str, Any]] = []
        self.gaps: list[Gap] = []
        self.size = 0
        self._pieces: list[_Piece] = []
        for stored in parts:
            opened = _open(store, stored, key)
            entries = opened.sealed.read(LENGTH_BYTES, opened.sound_at)
            if not stored.part.has_entries:
                turns = store.open(f"{folder}/{TURNS}", key)
                entries = turns.read(0, turns.size)
            self.entries += read_entries(entries)
            self._add(stored.part.begins_at, opened)

    def read(self, begin: int, end: int) -> bytes:
        """The sound from one byte up to another, as far as it goes."""
        return b"".join(self.pieces(begin, end))

    def pieces(self, begin: int, end: int) -> Iterator[bytes]:
        """The same, in pieces of up to some MB."""
        position, end = max(0, begin), min(end, self.size)
        for piece in self._pieces:
            if piece.end <= position or position >= end:
                continue
            if piece.begin > position:
                silent_until = min(piece.begin, end)
                yield bytes(silent_until - position)
                position = silent_until
            until = min(piece.end, end)
            if position < until:
                yield from piece.sealed.pieces(piece.at + position - piece.begin, piece.at + until - piece.begin)
                position = until

    def _add(self, begin: int, opened: "_OpenPart") -> None:
        end = begin + opened.sound_bytes
        if begin > self.size:
            self.gaps.append(Gap(begin=self.size / BYTES_A_SECOND, end=begin / BYTES_A_SECOND))
        if end > self.size:
            skipped = max(0, self.size - begin)
            at = opened.sound_at + skipped
            self._pieces.append(_Piece(begin=begin + skipped, end=end, sealed=opened.sealed, at=at))
            self.size = end


@dataclass(frozen=True, slots=True)
class _OpenPart:
    """A part, open for reading. sound_at: where its sound begins."""

    sealed: SealedFile
    sound_at: int

    @property
    def sound_bytes(self) -> int:
        return (self.sealed.size - self.sound_at) // 2 * 2


def _open(store: RecordingStore, stored: StoredPart, key: bytes) -> _OpenPart:
    sealed = store.open(stored.file.name, key, sealed_size=stored.file.size)
    if not stored.part.has_entries:
        return _OpenPart(sealed, 0)
    sound_at = LENGTH_BYTES + int.from_bytes(sealed.read(0, LENGTH_BYTES), "big")
    if sound_at > sealed.size:
        raise SealBroken
    return _OpenPart(sealed, sound_at)
