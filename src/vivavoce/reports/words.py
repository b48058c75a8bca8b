"""The words of a report, by language: `words/CODE.toml`. What a language does not have is said in English."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

from vivavoce.text.languages import BY_CODE
from vivavoce.words.catalog import Words, find_words

FOLDER = Path(__file__).parent / "words"
SOURCE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """What a report says of its own, in one language. code: of the language that it really speaks."""

    code: str
    texts: Mapping[str, str]
    general: Words

    @property
    def tag(self) -> str:
        """BCP 47."""
        return BY_CODE[self.code].tag

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self.general.direction

    def say(self, key: str, **filled: object) -> str:
        """The text of this key. Not `format`: what is filled in may hold braces."""
        text = self.texts[key]
        parts = text.split("{")
        said = [parts[0]]
        for part in parts[1:]:
            name, _, rest = part.partition("}")
            said.append(f"{filled[name]}{rest}")
        return "".join(said)

    def find(self, key: str, otherwise: str) -> str:
        """The key, where there is such a text; else the other one."""
        return key if key in self.texts else otherwise

    def day(self, moment: datetime) -> str:
        """A day as the language writes it."""
        return self.general.day(moment)

    def moment(self, moment: datetime) -> str:
        """A day with its time, in UTC."""
        return f"{self.day(moment)}, {format_datetime(moment, 'HH:mm', locale=self._locale)} UTC"

    def number(self, value: float, *, digits: int) -> str:
        """As the language writes it, with so many decimals."""
        places = "." + "0" * digits if digits else ""
        return format_decimal(value, format=f"0{places}", locale=self._locale)

    @property
    def _locale(self) -> Locale:
        return self.general.locale


@cache
def find_report_words(code: str) -> ReportWords:
    """The words in this language; English where we have none."""
    if not (FOLDER / f"{code}.toml").is_file():
        return find_report_words(SOURCE)
    texts = _read(SOURCE) | _read(code)
    return ReportWords(code=code, texts=MappingProxyType(texts), general=find_words(code))


@cache
def report_languages() -> tuple[str, ...]:
    """The languages that reports speak, by their codes."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def _read(code: str) -> dict[str, str]:
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
