"""The phrases of the languages that a conversation is led in, each read once from its file beside, when first used.

A file has what is said (`lines`, `opening`, `probes`) and what is understood (`wishes`, `short`, `turn`, `questions`,
`story`).
What is understood is written as patterns of words:

    (a|b c)   one of these          [a|b c]   one of these, or nothing
    wor*      a word that begins so  ...       up to four words, none of which turns the sentence ("but", "I")
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES: frozenset[str] = frozenset({"en", "de", "fr", "es", "it"})

GAP = "..."


@cache
def read_phrases(language: str) -> dict[str, Any]:
    """What the file of this language holds. Never change it: there is one. Raises KeyError for any other language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((Path(__file__).parent / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))


def fold(text: str, *, language: str) -> str:
    """The words alone, each followed by one space: small letters, no accents, no punctuation.

    An apostrophe joins or parts the words as the language's file says. German may be typed with ae, oe, ue; Danish
    and Norwegian with aa, oe, ae.
    """
    small = _APOSTROPHES.sub(read_phrases(language)["apostrophe"], text.casefold())
    plain = without_accents(small)
    for typed, letter in _TYPED.get(language, ()):
        plain = plain.replace(typed, letter)
    words = _NOT_WORDS.sub(" ", plain).strip()
    return f"{words} " if words else ""


def without_accents(text: str) -> str:
    """The text with every letter as it is without its marks."""
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_ALIKE)


def compile_phrase(phrase: str, *, language: str) -> re.Pattern[str]:
    """A pattern of words, to be matched where a word of a folded text begins; it ends where one ends."""
    return re.compile(_read_group(_parts(phrase), language=language).regex)


def first_words(phrase: str, *, language: str) -> frozenset[str]:
    """The words that a text may begin with to be this pattern of words. No pattern begins with a gap or a `wor*`."""
    return _read_group(_parts(phrase), language=language).first


def compile_any(phrases: list[str], *, language: str) -> re.Pattern[str]:
    """Any of these patterns of words, to be searched in a folded text."""
    regexes = (_read_group(_parts(phrase), language=language).regex for phrase in phrases)
    return re.compile("(?<![^ ])(?:" + "|".join(regexes) + ")")


_APOSTROPHES = re.compile("['’‘ʼ`´]")
# The blocks of combining marks.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Letters that are no other letter with a mark, but typed as one.
_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "ı": "i"})
# How letters are typed on a keyboard that has them not, by language.
_TYPED = {
    "de": (("ae", "a"), ("oe", "o"), ("ue", "u")),
    "da": (("aa", "a"), ("oe", "o")),
    "no": (("aa", "a"), ("oe", "o")),
}
_NOT_WORDS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\.\.\.|[()\[\]|]|[^\s()\[\]|]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    regex: str
    first: frozenset[str]  # the words that it may begin with
    may_be_empty: bool


def _parts(phrase: str) -> Iterator[str]:
    return iter(_PARTS.findall(phrase))


def _read_group(parts: Iterator[str], *, language: str) -> _Group:
    """A group up to its end. The longest of its alternatives comes first: it takes all that it can."""
    alternatives, first, may_be_empty = [""], set[str](), False
    is_open = True  # whether nothing that must be there has come yet
    for part in parts:
        if part in ")]":
            break
        if part == "|":
            may_be_empty = may_be_empty or is_open
            alternatives, is_open = [*alternatives, ""], True
            continue
        if part in "([":
            inner = _read_group(parts, language=language)
            regex, begin = inner.regex + ("?" if part == "[" else ""), inner.first
            may_miss = part == "[" or inner.may_be_empty
        else:
            regex, begin, may_miss = _to_regex(part, language=language), _first(part, language=language), part == GAP
        alternatives[-1] += regex
        first |= begin if is_open else frozenset()
        is_open = is_open and may_miss
    joined = "|".join(sorted(alternatives, key=len, reverse=True))
    return _Group(regex=f"(?:{joined})", first=frozenset(first), may_be_empty=may_be_empty or is_open)


def _first(part: str, *, language: str) -> frozenset[str]:
    return frozenset(fold(part, language=language).split(" ")[:1])


def _to_regex(part: str, *, language: str) -> str:
    if part == GAP:
        return _gap(language)
    if part.endswith("*"):
        return fold(part, language=language).strip() + r"\w* "
    return fold(part, language=language)


@cache
def _gap(language: str) -> str:
    """Up to four words that don't turn the sentence: no stretch of a text is read twice, so time stays linear."""
    turning = "|".join(fold(word, language=language) for word in read_phrases(language)["short"]["turning"].split())
    return rf"(?:(?!{turning})\w+ ){{0,4}}"
