"""The living voice of one server: what listens, and what speaks."""

from collections.abc import Callable
from dataclasses import dataclass

from vivavoce.sound.line_store import LineStore
from vivavoce.sound.lines_on_demand import Speaker
from vivavoce.sound.microphones import Microphones


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceParts:
    """Handed to the pages. None in its place: candidates type, and read.

    knows: whether a voice of the settings speaks a language; it may block.
    """

    microphones: Microphones
    speaker: Speaker
    lines: LineStore
    knows: Callable[[str], bool]
