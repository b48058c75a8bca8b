"""The words in one language: what the catalogue says, and how the language writes numbers and days."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal

from vivavoce.words.quotes import find_colon, find_quotes

FOLDER = Path(__file__).parent
CONSOLE = FOLDER / "console"  # what a merchant's own people read
SOURCE = "en"  # what the templates are written in
CATEGORIES = ("zero", "one", "two", "few", "many", "other")  # of plurals, as CLDR names and orders them
COUNTED = 1000  # numbers below it show which categories a language needs; we never count millions

Key = tuple[str, str | None]  # a message, and the context that parts it from another of the same English words


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said in one language; what its catalogue lacks is said in English.

    code: as the wire writes languages. plurals: each message's form by CLDR category. dates: how days are written: as
    the language does, or as the reader's region does in it.
    """

    code: str
    locale: Locale
    dates: Locale
    messages: Mapping[Key, str]
    plurals: Mapping[Key, Mapping[str, str]]

    @property
    def tag(self) -> str:
        """As HTML names the language."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self.locale.text_direction

    @property
    def quotes(self) -> tuple[str, str]:
        """What this language puts before and after somebody's words."""
        return find_quotes(self.code)

    @property
    def colon(self) -> str:
        """What this language puts after a name that something follows."""
        return find_colon(self.code)

    def say(self, message: str, *, context: str | None = None) -> str:
        """The message in this language."""
        return self.messages.get((message, context), message)

    def count(self, singular: str, plural: str, number: int, *, context: str | None = None) -> str:
        """The form that goes with the number."""
        forms = self.plurals.get((singular, context))
        if forms is None:
            return singular if number == 1 else plural
        return forms.get(self.locale.plural_form(number)) or forms["other" if "other" in forms else "many"]

    def forms(self, singular: str, plural: str) -> Mapping[str, str]:
        """Every form, by category."""
        return self.plurals.get((singular, None), {"one": singular, "other": plural})

    def number(self, value: int | float) -> str:
        """1,234 or 1.234"""
        return format_decimal(value, locale=self.locale)

    def day(self, moment: datetime) -> str:
        """25 November 2026, as the language writes it, or the reader's region."""
        return self._first_of(format_date(moment, format="long", locale=self.dates))

    def short_day(self, day: date) -> str:
        """25 Nov or 25. Nov."""
        return self._first_of(format_skeleton("MMMd", day, locale=self.dates))

    def moment(self, moment: datetime) -> str:
        """25 Nov 2026, 14:05 UTC: a day and a time, as the language writes them."""
        return f"{self._first_of(format_datetime(moment, format='medium', tzinfo=UTC, locale=self.dates))} UTC"

    def _first_of(self, day: str) -> str:
        """French counts the first of a month, and no other day, which CLDR leaves out: "1er décembre 2026"."""
        return f"1er{day[1:]}" if self.dates.language == "fr" and day.startswith("1 ") else day


@lru_cache
def find_words(code: str) -> Words:
    """The words in this language; English where we have none."""
    locale = locales().get(code)
    if locale is None:
        return find_words(SOURCE)
    return _load(code, locale, catalog_of(code))


@lru_cache
def find_console_words(code: str) -> Words:
    """The words of the console and of its mails in this language; English where it has none."""
    known = code if code in console_languages() else SOURCE
    return _load(known, locales()[known], catalog_of(known, CONSOLE))


@lru_cache
def console_languages() -> tuple[str, ...]:
    """The languages that the console speaks."""
    return (SOURCE, *sorted(file.stem for file in CONSOLE.glob("*.po")))


def _load(code: str, locale: Locale, catalog: Path) -> Words:
    messages: dict[Key, str] = {}
    plurals: dict[Key, Mapping[str, str]] = {}
    if code != SOURCE:
        categories = categories_of(locale)
        for entry in _read(catalog):
            key = entry["msgid"], entry.get("msgctxt")
            if "msgid_plural" in entry:
                forms = {category: entry.get(f"msgstr[{index}]", "") for index, category in enumerate(categories)}
                if all(forms.values()):
                    plurals[key] = MappingProxyType(forms)
            elif entry["msgid"] and entry["msgstr"]:
                messages[key] = entry["msgstr"]
    return Words(code=code, locale=locale, dates=locale, messages=messages, plurals=plurals)


@lru_cache
def locales() -> Mapping[str, Locale]:
    """The languages that we have words in, by their codes."""
    named = {file.stem: _language_named_in(file) for file in sorted(FOLDER.glob("*.po"))}
    return MappingProxyType({SOURCE: Locale(SOURCE)} | {code: Locale.parse(name) for code, name in named.items()})


def categories_of(locale: Locale) -> tuple[str, ...]:
    """The plural categories that whole numbers fall into, in CLDR's order: those of a catalogue's forms."""
    needed = {locale.plural_form(number) for number in range(COUNTED)}
    return tuple(category for category in CATEGORIES if category in needed)


def catalog_of(code: str, folder: Path = FOLDER) -> Path:
    """The file that holds the words in a language. folder: FOLDER, what candidates read, or CONSOLE."""
    return folder / f"{code}.po"


def _read(file: Path) -> Iterator[dict[str, str]]:
    """The entries of a catalogue: their texts by what stands before them, `msgid`, `msgstr[0]` and their kin.

    Babel reads more of the format and takes ten times as long, which somebody would wait for.
    """
    entry: dict[str, str] = {}
    part = ""
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith('"'):
            entry[part] += json.loads(line)
        elif line.startswith("msg"):
            part, _, text = line.partition(" ")
            entry[part] = json.loads(text)
        elif not line.strip() and entry:
            yield entry
            entry = {}


def _language_named_in(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('"Language: '):
                return line.removeprefix('"Language: ').partition("\\n")[0]
    raise ValueError(f"{file.name} names no language")
