"""Files sealed at rest, in frames that open one by one, so that a stretch is read without the rest. Pure.

    head, 32 bytes    VIVASEAL, version 1, 16 (frames of 2^16 bytes), 6 zeros, 16 bytes of salt
    frames            65,536 bytes of what was sealed, and 16 of tag (AES-256-GCM); the last one is shorter, or as long

Each file has a key of its own, drawn by HKDF from its person's key, its head and the name that it lies under: what is
moved to another name, person or file does not open. A frame's nonce is its number and whether it is the last one, so
that frames that were changed, swapped, repeated or left out are found, and an end that was cut off too (STREAM: Hoang,
Reyhanitabar, Rogaway, Vizár, CRYPTO 2015, as in age). Nothing is secret about a file's length.
"""

from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vivavoce.errors import VivavoceError

MAGIC = b"VIVASEAL"
SALT_BYTES = 16
HEAD_BYTES = 32
FRAME_BITS = 16
FRAME_BYTES = 1 << FRAME_BITS
TAG_BYTES = 16
SEALED_FRAME = FRAME_BYTES + TAG_BYTES
FRAMES_AT_ONCE = 16  # that are fetched in one piece: 1 MB
_START = MAGIC + bytes([1, FRAME_BITS]) + bytes(6)


class SealBroken(VivavoceError):
    """A sealed file was changed, or lies in another's place. Put the file from a backup in its place."""


class Sealing:
    """Seals one file, piece by piece, as it comes.

    key: 32 bytes, the person's. name: what the file lies under; it opens under no other. salt: 16 bytes, random.
    """

    def __init__(self, key: bytes, *, name: str, salt: bytes) -> None:
        self.head = _START + salt
        self._cipher = _cipher_of(key, self.head, name)
        self._number = 0
        self._rest = bytearray()

    def add(self, piece: bytes) -> bytes:
        """What can be written of it now, after the head and what was written before."""
        self._rest += piece
        sealed = bytearray()
        # A full frame waits for what follows: only then it is known not to be the last one.
        while len(self._rest) > FRAME_BYTES:
            sealed += self._seal(bytes(self._rest[:FRAME_BYTES]), is_last=False)
            del self._rest[:FRAME_BYTES]
        return bytes(sealed)

    def end(self) -> bytes:
        """The last frame; nothing can be added afterwards."""
        return self._seal(bytes(self._rest), is_last=True)

    def _seal(self, frame: bytes, *, is_last: bool) -> bytes:
        nonce = _nonce_of(self._number, is_last=is_last)
        self._number += 1
        return self._cipher.encrypt(nonce, frame, None)


def seal_whole(content: bytes, key: bytes, *, name: str, salt: bytes) -> bytes:
    """A small file, sealed in one piece."""
    sealing = Sealing(key, name=name, salt=salt)
    return sealing.head + sealing.add(content) + sealing.end()


class SealedFile:
    """A sealed file, open for reading. Every method reads, and so blocks where `read` does.

    size: of the file as it lies there. read: gives its bytes from one up to another.
    Raises SealBroken, at once, for what is no sealed file, lies under another name or has another end, and later for a
    frame that does not open. What comes out was sealed just so.
    """

    def __init__(self, key: bytes, *, name: str, size: int, read: Callable[[int, int], bytes]) -> None:
        self._name = name
        self._read = read
        self._sealed_size = size
        self.size = open_size(size)
        self._last = max(0, -(-self.size // FRAME_BYTES) - 1)
        head = read(0, HEAD_BYTES)
        if len(head) != HEAD_BYTES or head[: len(_START)] != _START:
            raise SealBroken
        self._cipher = _cipher_of(key, head, name)
        self._open(self._last, self._fetch(self._last, self._last))  # whether the end is there

    def read(self, begin: int, end: int) -> bytes:
        """What was sealed, from one byte up to another, as far as it goes."""
        return b"".join(self.pieces(begin, end))

    def pieces(self, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The same in pieces of up to 1 MB, each read when it is asked for. end: None: to the end."""
        begin = max(0, begin)
        end = self.size if end is None else min(end, self.size)
        at = begin
        while at < end:
            first = at // FRAME_BYTES
            last = min(first + FRAMES_AT_ONCE - 1, (end - 1) // FRAME_BYTES)
            fetched = memoryview(self._fetch(first, last))
            opened = b"".join(
                self._open(number, fetched[(number - first) * SEALED_FRAME : (number - first + 1) * SEALED_FRAME])
                for number in range(first, last + 1)
            )
            start = first * FRAME_BYTES
            yield opened[at - start : end - start]
            at = start + len(opened)

    def _fetch(self, first: int, last: int) -> bytes:
        begin = HEAD_BYTES + first * SEALED_FRAME
        return self._read(begin, min(HEAD_BYTES + (last + 1) * SEALED_FRAME, self._sealed_size))

    def _open(self, number: int, sealed: bytes | memoryview) -> bytes:
        try:
            return self._cipher.decrypt(_nonce_of(number, is_last=number == self._last), sealed, None)
        except (InvalidTag, ValueError) as error:  # ValueError: too short for a tag
            raise SealBroken(
                f"{self._name}: frame {number} of {self._last + 1} was changed, or is not in its place. Put the file "
                "from a backup in its place."
            ) from error


def open_size(sealed_size: int) -> int:
    """How many bytes a sealed file of this length holds. Raises SealBroken for a length that none has."""
    body = sealed_size - HEAD_BYTES
    frames = -(-body // SEALED_FRAME)
    size = body - frames * TAG_BYTES
    if frames < 1 or size < 0 or max(1, -(-size // FRAME_BYTES)) != frames:
        raise SealBroken
    return size


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins with these bytes is sealed: eight are enough."""
    return head[: len(MAGIC)] == MAGIC


def _cipher_of(key: bytes, head: bytes, name: str) -> AESGCM:
    info = b"vivavoce sealed file\0" + head[: len(_START)] + name.encode()
    salt = head[len(_START) :]
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key))


def _nonce_of(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
