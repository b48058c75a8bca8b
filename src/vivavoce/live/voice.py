"""The living voice of one server: what listens, and what speaks."""

from dataclasses import dataclass

from vivavoce.live.line_store import LineStore
from vivavoce.live.microphone import Microphones
from vivavoce.live.speaker import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Handed to the pages. None in its place: candidates type, and read."""

    microphones: Microphones
    speaker: Speaker
    lines: LineStore
