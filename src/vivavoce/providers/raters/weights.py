"""The rater's files: read as a whole and held to their digests before anything runs them."""

import hashlib
from pathlib import Path

from vivavoce.errors import VivavoceError

FOLDER = Path(__file__).parent / "weights"
# Written by `python training/rater/ship.py`. Their digests together are the rater's version.
DIGESTS = {
    "base.onnx": "f79d9be7b5619cdcbb807df525d7aab51b7d456cd5b0654ccc4a5254225c0892",
    "comparison.onnx": "08d0a602d5f1e6b0db8dce533d7fd645c56e2b9042dd96e4974fb10f00a1ef2b",
    "head.json": "61f8d33bed59cdf484c2a0b4389c92f8d0ef98fadc4458b5da753a9b897d0576",
    "tokenizer.json": "9114256b104cca80e04367526f03f46aa3c443c2ed174904142a73bbf13b9fbb",
}


class BadWeights(VivavoceError):
    """A file of the rater is missing or not the one that was released. Install Vivavoce again."""


def read_weights(folder: Path = FOLDER) -> dict[str, bytes]:
    """Each file's bytes by its name. Raises BadWeights when one is missing or has another digest."""
    return {name: _read(folder / name, digest) for name, digest in DIGESTS.items()}


def _read(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadWeights(f"The rater's file {path.name} can't be read. Install Vivavoce again.") from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != digest:
        raise BadWeights(
            f"The rater's file {path.name} is not the released one: its SHA-256 begins with {actual[:12]}"
            f" instead of {digest[:12]}. Install Vivavoce again."
        )
    return content
