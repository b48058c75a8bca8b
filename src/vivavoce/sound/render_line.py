"""Speaking a line into its files: it computes, or calls a machine, and loads what that takes."""

import io
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from vivavoce.errors import ProviderError
from vivavoce.private import create_file, make_folder
from vivavoce.providers.sound import Sound, is_silent, write_wav
from vivavoce.providers.voices.port import RATE_HZ, Spoken
from vivavoce.sound.line_store import LineStore, SpokenLine

LONGEST_TEXT = 6_000  # characters: six minutes; nobody listens longer
# Seconds a character: the fastest speech that anyone understands, and the slowest, with a second of silence around.
FASTEST, SLOWEST, AROUND = 0.015, 0.6, 2.0


class Speaks(Protocol):
    """Voices in their order."""

    def say(self, text: str, *, language: str, locale: str | None = None) -> Iterator[Spoken]:
        """The text, piece by piece."""


def speak_line(store: LineStore, voices: Speaks, merchant_id: UUID, line: SpokenLine) -> str:
    """Speaks the line, unless it was spoken before; its key. Raises ProviderError."""
    key = store.key(line)
    if store.has(merchant_id, key):
        return key
    pieces = list(voices.say(line.text[:LONGEST_TEXT], language=line.language, locale=line.locale))
    pcm = b"".join(piece.pcm_24khz for piece in pieces)
    _check(line, pcm)
    wav = io.BytesIO()
    write_wav(wav, Sound(pcm=pcm, rate_hz=RATE_HZ))
    told = {"seconds": round(len(pcm) / 2 / RATE_HZ, 3), "marks": list(_marks(pieces))}
    # The sound last: where it is, everything is.
    _keep(store.path(merchant_id, key, kind="json"), json.dumps(told, separators=(",", ":")).encode())
    _keep(store.path(merchant_id, key, kind="wav"), wav.getvalue())
    return key


def _check(line: SpokenLine, pcm: bytes) -> None:
    seconds, characters = len(pcm) / 2 / RATE_HZ, len(line.text[:LONGEST_TEXT])
    if is_silent(pcm) or not characters * FASTEST <= seconds <= characters * SLOWEST + AROUND:
        raise ProviderError(
            f"A voice made {seconds:.1f} seconds of sound, or of silence, of {characters} characters: that is not what"
            " was to be said.",
            retryable=True,
        )


def _marks(pieces: Sequence[Spoken]) -> Iterator[list[Any]]:
    """How the mouth moves over the whole line; nothing where a piece does not tell."""
    if not all(piece.mouth for piece in pieces):
        return
    before = 0.0
    for piece in pieces:
        for mouth in piece.mouth:
            yield [round(before + mouth.start, 3), round(before + mouth.end, 3), mouth.shape.value]
        before += len(piece.pcm_24khz) / 2 / RATE_HZ


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all, and there after a power cut: nobody would look at it a second time."""
    make_folder(path.parent)
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(create_file(made), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.rename(path)
    finally:
        made.unlink(missing_ok=True)
