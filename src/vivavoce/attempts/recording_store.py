"""Where what was recorded lies: sealed files in a store, and what is still coming in, in the data folder.

STORE/introductions/MERCHANT/ATTEMPT/ID.webm     a film, sealed by its person's own key
DATA/incoming/MERCHANT/ATTEMPT/ID.webm           the same while it comes in: sealed too, and not whole yet
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from uuid import UUID

from vivavoce.candidates.sealed_file import SALT_BYTES, SealedFile, Sealing
from vivavoce.db.ids import new_id
from vivavoce.merchants.keys import WrappingKeys
from vivavoce.private import create_file, make_folder
from vivavoce.providers.files.port import FileStore

INCOMING = "incoming"
PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStore:
    """files: where they lie once they are whole. data_dir: of this machine. wrapping: what opens people's own keys."""

    files: FileStore
    data_dir: Path
    wrapping: WrappingKeys

    def open(self, name: str, key: bytes, *, sealed_size: int | None = None) -> SealedFile:
        """A sealed file. It blocks. Raises NoFile, FilesAway, and SealBroken.

        sealed_size: as a list of the store has just told it; None: the store is asked.
        """
        return SealedFile(
            key,
            name=name,
            size=self.files.size(name) if sealed_size is None else sealed_size,
            read=lambda begin, end: self.files.read(name, begin, end),
        )

    def seal(self, path: Path, name: str, key: bytes, *, incoming: Path) -> int:
        """Stores a local file sealed, by way of the folder `incoming`; how many bytes it has. It blocks.

        The local one stays. Raises FilesAway, NoSpace, and OSError.
        """
        with path.open("rb") as source:
            return self.seal_pieces(iter(lambda: source.read(PIECE_BYTES), b""), name, key, incoming=incoming)

    def seal_pieces(self, pieces: Iterable[bytes], name: str, key: bytes, *, incoming: Path) -> int:
        """The same for what comes in pieces: one file, there as a whole or not at all."""
        draft, size = incoming / f"{new_id()}{PurePosixPath(name).suffix}", 0
        try:
            sealing = Sealing(key, name=name, salt=os.urandom(SALT_BYTES))
            with os.fdopen(_create(draft), "wb") as sealed:
                sealed.write(sealing.head)
                for piece in pieces:
                    size += len(piece)
                    sealed.write(sealing.add(piece))
                sealed.write(sealing.end())
            self.files.take(draft, name)
        finally:
            draft.unlink(missing_ok=True)
            for folder in (incoming, incoming.parent):
                with suppress(OSError):  # something else comes in
                    folder.rmdir()
        return size

    def incoming(self, *, merchant_id: UUID, attempt_id: UUID) -> Path:
        """Where an attempt's recordings come in."""
        return self.data_dir / INCOMING / str(merchant_id) / str(attempt_id)


def _create(path: Path) -> int:
    while True:
        make_folder(path.parent)
        with suppress(FileNotFoundError):  # whoever removes an empty folder may do it in between
            return create_file(path)
