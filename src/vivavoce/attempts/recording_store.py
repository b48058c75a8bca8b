"""Where what was recorded lies: sealed files in a store, and what is still coming in, in the data folder.

STORE/introductions/MERCHANT/ATTEMPT/ID.webm     a film, sealed by its person's own key
DATA/incoming/MERCHANT/ATTEMPT/ID.webm           the same while it comes in: sealed too, and not whole yet
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
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

    def open(self, name: str, key: bytes) -> SealedFile:
        """A sealed file. It blocks. Raises NoFile, FilesAway, and SealBroken."""
        return SealedFile(
            key,
            name=name,
            size=self.files.size(name),
            read=lambda begin, end: self.files.read(name, begin, end),
        )

    def seal(self, path: Path, name: str, key: bytes, *, incoming: Path) -> int:
        """Stores a local file sealed, by way of the folder `incoming`; how many bytes it has. It blocks.

        The local one stays. Raises FilesAway, NoSpace, and OSError.
        """
        make_folder(incoming)
        draft, size = incoming / f"{new_id()}{path.suffix}", 0
        try:
            sealing = Sealing(key, name=name, salt=os.urandom(SALT_BYTES))
            with path.open("rb") as source, os.fdopen(create_file(draft), "wb") as sealed:
                sealed.write(sealing.head)
                while piece := source.read(PIECE_BYTES):
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
