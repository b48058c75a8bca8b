"""Where what was recorded lies: sealed files in a store, and what is still coming in, in the data folder.

STORE/introductions/MERCHANT/ATTEMPT/ID.webm     a film, sealed by its person's own key
DATA/incoming/MERCHANT/ATTEMPT/ID.webm           the same while it comes in: sealed too, and not whole yet
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.candidates.sealed_file import SealedFile
from vivavoce.merchants.keys import WrappingKeys
from vivavoce.providers.files.port import FileStore

INCOMING = "incoming"


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

    def incoming(self, *, merchant_id: UUID, attempt_id: UUID) -> Path:
        """Where an attempt's recordings come in."""
        return self.data_dir / INCOMING / str(merchant_id) / str(attempt_id)
