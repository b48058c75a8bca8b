"""The phrases of the languages that a conversation is led in, each read once from its file beside, when first used.

A file has what is said (`lines`, `opening`, `probes`) and what is understood (`wishes`, `short`, `questions`, `story`).
What is understood is written as patterns of words:

    (a|b c)   one of these          [a|b c]   one of these, or nothing
    wor*      a word that begins so  ...       up to four words, none of which turns the sentence ("but", "I")
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES: frozenset[str] = frozenset({"en", "de"})

GAP = "..."


@cache
def read_phrases(language: str) -> dict[str, Any]:
    """What the file of this language holds. Never change it: there is one. Raises KeyError for any other language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((Path(__file__).parent / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))


def fold(text: str, *, language: str) -> str:
    """The words alone, each followed by one space: small letters, no accents, no punctuation.

    An apostrophe joins or parts the words as the language's file says. German may be typed with ae, oe, ue.
    """
    small = _APOSTROPHES.sub(read_phrases(language)["apostrophe"], text.casefold())
    plain = without_accents(small)
    if language == "de":
        plain = plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    words = _NOT_WORDS.sub(" ", plain).strip()
    return f"{words} " if words else ""


def without_accents(text: str) -> str:
    """The text with every letter as it is without its marks."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def compile_phrase(phrase: str, *, language: str) -> re.Pattern[str]:
    """A pattern of words, to be matched where a word of a folded text begins; it ends where one ends."""
    return re.compile(_to_regex(phrase, language=language))


def first_words(phrase: str, *, language: str) -> frozenset[str]:
    """The words that a text may begin with to be this pattern of words. No pattern begins with a gap or a `wor*`."""
    return frozenset(_begin(iter(_PARTS.findall(phrase)), language=language)[0])


def compile_any(phrases: list[str], *, language: str) -> re.Pattern[str]:
    """Any of these patterns of words, to be searched in a folded text."""
    return re.compile("(?<![^ ])(?:" + "|".join(_to_regex(phrase, language=language) for phrase in phrases) + ")")


_APOSTROPHES = re.compile("['’‘ʼ`´]")
_NOT_WORDS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\.\.\.|[()\[\]|]|[^\s()\[\]|]+")
_SIGNS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}


def _to_regex(phrase: str, *, language: str) -> str:
    return "".join(_part_to_regex(part, language=language) for part in _PARTS.findall(phrase))


def _begin(parts: Iterator[str], *, language: str) -> tuple[set[str], bool]:
    """The first words of a group up to its end, and whether the group may be empty."""
    words: set[str] = set()
    is_open = True  # whether nothing that must be there has come yet
    may_be_empty = False
    for part in parts:
        if part in ")]":
            break
        if part == "|":
            may_be_empty = may_be_empty or is_open
            is_open = True
        elif part in "([":
            inner, may_miss = _begin(parts, language=language)
            words |= inner if is_open else set()
            is_open = is_open and (part == "[" or may_miss)
        elif is_open:
            words.add(fold(part, language=language).split(" ")[0])
            is_open = False
    return words, may_be_empty or is_open


def _part_to_regex(part: str, *, language: str) -> str:
    if part == GAP:
        return _gap(language)
    if part in _SIGNS:
        return _SIGNS[part]
    if part.endswith("*"):
        return fold(part, language=language).strip() + r"\w* "
    return fold(part, language=language)


@cache
def _gap(language: str) -> str:
    """Up to four words that don't turn the sentence: no stretch of a text is read twice, so time stays linear."""
    turning = "|".join(fold(word, language=language) for word in read_phrases(language)["short"]["turning"].split())
    return rf"(?:(?!{turning})\w+ ){{0,4}}"
