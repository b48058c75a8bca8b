"""The rater's files: read as a whole and held to their digests before anything runs them."""

import hashlib
from pathlib import Path

from vivavoce.errors import VivavoceError

FOLDER = Path(__file__).parent / "weights"
# Written by `python training/rater/ship.py`. Their digests together are the rater's version.
DIGESTS = {
    "base.onnx": "ef5f8b26b5766184033338d819816f3cedd2086f494502ab26a3aad852892fdb",
    "comparison.onnx": "1abf62b97d2e246c252eb54f28e69dabec7f13aa30e1f9e16c8fa40adf775c0d",
    "head.json": "98195525ebb646de36362a595c6afc283de5d4d1d1210dc82a056e7e96d6e53c",
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
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise BadWeights(
            f"The rater's file {path.name} is not the released one: its SHA-256 begins with {found[:12]}"
            f" instead of {digest[:12]}. Install Vivavoce again."
        )
    return content
