"""What the interviewer says, as files: spoken once, checked, kept under what was said and by which voices.

    DATA/voice/MERCHANT/ab/ab12….wav     24 kHz, 16-bit, mono
                          /ab12….json    {"seconds": …, "marks": [[start, end, shape], …]}; no marks: not known

The same words are one file, whoever asks for them first: a worker when an interview goes active, or the server when
they were not foreseen.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.sound_names import line_path
from vivavoce.conversation.lines import Said

FORM = 1  # of the files: counted up when they change
KEY = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """A line that can be said. language: the wire's code; locale: how it is spoken, where there is a choice."""

    text: str
    language: str
    locale: str | None = None


def to_line(said: Said, *, locale: str | None) -> SpokenLine:
    """What is said, in an interview of this locale: it holds for words of its own language."""
    is_its = locale is not None and locale.partition("-")[0] == said.language
    return SpokenLine(text=said.text, language=said.language, locale=locale if is_its else None)


class LineStore:
    """Where the files are. Looking is quick; speaking.py fills them.

    voices: what the settings say of voices, so that other ones make other files.
    """

    def __init__(self, data_dir: Path, *, voices: str) -> None:
        self._data_dir = data_dir
        self._voices = voices

    def key(self, line: SpokenLine) -> str:
        """The name of this line's files."""
        told = json.dumps([FORM, self._voices, line.language, line.locale, line.text], ensure_ascii=False)
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:40]

    def path(self, merchant_id: UUID, key: str, *, kind: str) -> Path:
        """Where the file is, or would be. key: checked to be one; kind: wav or json."""
        return line_path(self._data_dir, merchant_id, key, kind=kind)

    def has(self, merchant_id: UUID, key: str) -> bool:
        """Whether the line was spoken."""
        return self.path(merchant_id, key, kind="wav").is_file()
