"""A text as it is judged, and the way back: every character knows the original characters that it comes from. Pure.

    original   ﬁ n a n c e ␀ (zero width) а (Cyrillic)
    normalised f i n a n c e              a

Compatibility forms become plain ones (NFKC), control, zero-width and bidirectional characters go, and a letter of
another script that only looks like a Latin one becomes the Latin one. A hidden or disguised word then reads as a
person sees it, and a quote is still given in the characters that were typed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from confusable_homoglyphs.confusables import confusables_data

# Unicode's stream-safe text has no more marks on one letter (UAX 15); more are only there to hide or to slow down.
MOST_MARKS = 30
# Languages whose own letters look like Latin ones: their words stay as they are.
OTHER_SCRIPTS = frozenset({"ru", "uk", "bg", "el"})


class Oddity(StrEnum):
    """What a person who types does not leave in a text."""

    CONTROL = "control"  # a character without a form
    BIDI = "bidi"  # turns the order of what follows
    HIDDEN = "hidden"  # takes no room
    LOOK_ALIKE = "look_alike"  # a letter of another script that passes for a Latin one
    MARKS = "marks"  # more marks on one letter than any language has


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """One oddity. start, end: code points of the original, end excluded."""

    oddity: Oddity
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """A normalised text over its original. starts, ends: of the original characters behind each one of text."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    odd: tuple[Odd, ...] = ()

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind text[start:end], end excluded; the place alone for an empty stretch."""
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else len(self.original)
            return place, place
        return self.starts[start], self.ends[end - 1]


def normalise(original: str, *, language: str) -> Normalised:
    """The text as it is judged. language: whether letters that look Latin may be its own."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    odd: list[Odd] = []
    for cluster in _split_clusters(original, odd):
        plain = unicodedata.normalize("NFKC", "".join(character for _, character in cluster))
        characters.append(plain)
        starts += [cluster[0][0]] * len(plain)
        ends += [cluster[-1][0] + 1] * len(plain)
    text = "".join(characters)
    if not text.isascii() and language not in OTHER_SCRIPTS:
        text = _unmask(text, starts, ends, odd)
    return Normalised(original=original, text=text, starts=tuple(starts), ends=tuple(ends), odd=tuple(odd))


def _split_clusters(original: str, odd: list[Odd]) -> Iterator[list[tuple[int, str]]]:
    """What NFKC changes together: a letter and what joins it. Each character with its place; odd ones are told."""
    cluster: list[tuple[int, str]] = []
    orders = {place for order in _ORDERS.finditer(original) for place in range(*order.span())}
    for place, character in enumerate(original):
        kept, oddity = ("", Oddity.CONTROL) if place in orders else _keep(original, place, character)
        if oddity is not None:
            odd.append(Odd(oddity=oddity, start=place, end=place + 1))
        if not kept:
            continue
        if cluster and _joins(kept):
            if len(cluster) <= MOST_MARKS:
                cluster.append((place, kept))
            else:
                odd.append(Odd(oddity=Oddity.MARKS, start=place, end=place + 1))
            continue
        if cluster:
            yield cluster
        cluster = [(place, kept)]
    if cluster:
        yield cluster


def _keep(original: str, place: int, character: str) -> tuple[str, Oddity | None]:
    """What stays of a character, '' for nothing, and what is odd about it."""
    if " " <= character <= "~" or character == "\n":
        return character, None
    if character in _SPACES:
        return _SPACES[character], None
    category = unicodedata.category(character)
    if category == "Cc":
        return "", Oddity.CONTROL
    if category == "Cs":
        return "\ufffd", Oddity.CONTROL
    if category == "Cf":
        return "", _judge_format(original, place, character)
    if character in _SELECTORS:
        return "", Oddity.HIDDEN if place and original[place - 1] in _SELECTORS else None
    if character in _BLANKS:
        return " ", Oddity.HIDDEN
    return character, None


def _judge_format(original: str, place: int, character: str) -> Oddity | None:
    """Joiners belong to emoji and some scripts, marks of direction to Arabic, a soft hyphen to any word."""
    if character in _TURNS:
        return Oddity.BIDI
    if character in _ORDINARY:
        return None
    if character in _JOINERS:
        before = original[place - 1] if place else ""
        return Oddity.HIDDEN if before.isascii() and before.isalnum() else None
    if "\U000e0020" <= character <= "\U000e007f" and _is_flag(original, place):
        return None
    return None if character == "\ufeff" and place == 0 else Oddity.HIDDEN


def _is_flag(original: str, place: int) -> bool:
    """Whether a tag belongs to an emoji flag: a black flag and at most six letters."""
    return "\U0001f3f4" in original[max(0, place - 7) : place]


def _joins(character: str) -> bool:
    """Whether NFKC may join a character to the one before it."""
    if character.isascii():
        return False
    first = unicodedata.normalize("NFKD", character)[:1]
    return unicodedata.category(first).startswith("M") or "\u1161" <= first <= "\u11c2"


def _unmask(text: str, starts: list[int], ends: list[int], odd: list[Odd]) -> str:
    """Letters that only look Latin as Latin ones, in words that mix scripts or hold nothing but such letters."""
    table = _look_alikes()

    def unmask(match: re.Match[str]) -> str:
        word = match[0]
        masked = [place for place, character in enumerate(word) if character in table]
        if not masked or not _is_masked(word, len(masked)):
            return word
        odd.extend(
            Odd(oddity=Oddity.LOOK_ALIKE, start=starts[match.start() + place], end=ends[match.start() + place])
            for place in masked
        )
        return "".join(table.get(character, character) for character in word)

    return _LETTERS.sub(unmask, text)


def _is_masked(word: str, masked: int) -> bool:
    """A single letter is left alone, it may be a symbol (σ, Δ); a Cyrillic one is none, and passes for "a" or "I"."""
    if masked == len(word):
        return masked > 1 or "\u0400" <= word <= "\u04ff"
    return any("a" <= character.casefold() <= "z" for character in word)


@cache
def _look_alikes() -> dict[str, str]:
    """Each letter of another script, or of phonetic writing, that Unicode's confusables give as one Latin letter."""
    letters = {}
    for character, others in confusables_data.items():
        if (
            len(character) != 1
            or character.isascii()
            or not character.isalpha()
            or unicodedata.normalize("NFKC", character) != character
        ):
            continue
        latin = [other["c"] for other in others if len(other["c"]) == 1 and other["c"].isascii()]
        if (
            latin
            and latin[0].isalpha()
            and (not unicodedata.name(character, "").startswith("LATIN") or _is_phonetic(character))
        ):
            # The confusables write every upright stroke as l.
            letters[character] = "I" if latin[0] == "l" and character.isupper() else latin[0]
    return letters


def _is_phonetic(character: str) -> bool:
    return "\u0250" <= character <= "\u02af" or "\u1d00" <= character <= "\u1dbf" or "\ua720" <= character <= "\uab6f"


# What colours a terminal or wipes it: nobody would see the letters of it, either.
_ORDERS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SPACES = {"\t": " ", "\v": "\n", "\f": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ORDINARY = frozenset("\u00ad\u200e\u200f\u061c")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
