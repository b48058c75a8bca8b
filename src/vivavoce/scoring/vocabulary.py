"""The words that scoring knows of five languages: read once each from the files beside, when first used. Pure."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = frozenset({"en", "de", "fr", "es", "it"})

# Sounds of hesitation in every language; those that mean something elsewhere ("um" in German) stand in the files.
FILLERS = frozenset(
    ["uh", "uhh", "uhm", "umm", "erm", "hm", "hmm", "mm", "mmm", "mhm", "äh", "ähm", "öh", "öhm", "euh", "ehm"]
)


@cache
def read_vocabulary(language: str) -> dict[str, Any]:
    """What the file of this language holds. Never change it: there is one. Raises KeyError for any other language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return _read(language)


@cache
def read_injections() -> tuple[re.Pattern[str], ...]:
    """What speaks to a judging machine, in every language that we know it of: an attack need not keep to one."""
    return tuple(
        re.compile(pattern, re.IGNORECASE | re.MULTILINE)
        for patterns in _read("injections").values()
        for pattern in patterns
    )


@cache
def read_words(language: str, key: str) -> frozenset[str]:
    """The words under one key, small letters; none for a language that we do not know."""
    if language not in LANGUAGES:
        return frozenset()
    return frozenset(read_vocabulary(language)[key].split())


@cache
def read_denial_words(key: str) -> frozenset[str]:
    """What the rule that sees denials knows under one key."""
    return frozenset(_read("denial")[key].split())


@cache
def read_irregular_verbs() -> dict[str, str]:
    """Each irregular form with its verb. Never change it: there is one."""
    return {form: verb for verb, forms in _read("denial")["irregular"].items() for form in forms.split()}


@cache
def fillers_of(language: str) -> frozenset[str]:
    """What is passed over in speech of this language, where it stands alone."""
    return FILLERS | read_words(language, "fillers")


@cache
def loose_words_of(language: str) -> frozenset[str]:
    """What comes and goes with the way of speaking, and is not counted where an answer is cut."""
    keys = ("small_words", "first_person", "bare", "fillers", "loose_words")
    return frozenset[str]().union(*(read_words(language, key) for key in keys))


@cache
def compile_phrases(key: str, language: str | None = None) -> re.Pattern[str]:
    """Any of the phrases under one key, as whole words: in one language and in English, or in all that we know."""
    wanted = sorted(LANGUAGES) if language is None else [language, "en"]
    known = [code for code in dict.fromkeys(wanted) if code in LANGUAGES]
    return any_of([phrase for code in known for phrase in read_vocabulary(code)[key]])


def any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """Any of these patterns, as whole words in small letters or capitals."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "vocabulary" / f"{name}.toml").read_text(encoding="utf-8"))
