"""What the last words of a spoken answer say about whether it is over. Pure.

Told by lists of words per language, as all that is understood from words. In any other language they say nothing.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Any

from vivavoce.conversation.intents import (
    Wish,
    find_wish,
    is_declining,
    is_plain_no,
    is_refusing,
    without_politeness,
)
from vivavoce.conversation.phrase_patterns import compile_any, fold_words, read_phrases, split_clauses
from vivavoce.text.languages import CODES


class Hint(StrEnum):
    """What the last words say."""

    NOTHING = "nothing"
    UNFINISHED = "unfinished"  # … and, um
    THINKING = "thinking"  # … let me think
    ONLY_THINKING = "only_thinking"  # nothing but that was said
    DONE = "done"  # … that's all


def find_hint(text: str, *, language: str) -> Hint:
    """What these words of an answer, heard so far, say about its end."""
    clauses = split_clauses(text, language=language)
    if language not in CODES or not clauses:
        return Hint.NOTHING
    if find_wish(text, language=language) is Wish.THINK:
        return Hint.ONLY_THINKING
    # "Just a moment, please" is two.
    if any(find_wish(" ".join(clauses[-n:]), language=language) is Wish.THINK for n in (1, 2, 3)):
        return Hint.THINKING
    last = fold_words(clauses[-1], language=language)
    if not last:
        return Hint.NOTHING
    if _done(language).fullmatch(last):
        return Hint.DONE
    # A recogniser sets a full stop wherever somebody pauses: the word alone tells.
    return Hint.UNFINISHED if _unfinished(language).search(last) else Hint.NOTHING


def adds_nothing(text: str, *, language: str) -> bool:
    """Whether nothing is added to what was said before: "no", "nothing to add", "that's all"."""
    is_over = is_plain_no(text, language=language) or find_hint(text, language=language) is Hint.DONE
    is_unknown = is_declining(text, language=language) and not is_refusing(text, language=language)
    return is_over or is_unknown or is_spent(text, language=language)


def is_spent(text: str, *, language: str) -> bool:
    """Whether the last clause of the text says that its speaker has nothing more to tell."""
    clauses = split_clauses(text, language=language)
    if language not in CODES or not clauses:
        return False
    return _spent(language).fullmatch(without_politeness(clauses[-1], language=language)) is not None


@cache
def _spent(language: str) -> re.Pattern[str]:
    """Where a language has no such words, one that matches no clause."""
    words = _words(language).get("spent", [])
    return compile_any(words, language=language) if words else re.compile("(?!)")


@cache
def _done(language: str) -> re.Pattern[str]:
    return compile_any(_words(language).get("done", []), language=language)


@cache
def _unfinished(language: str) -> re.Pattern[str]:
    words: str = _words(language).get("unfinished", "")
    return re.compile((compile_any(words.split(), language=language).pattern if words else "(?!)") + r"\Z")


def _words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = read_phrases(language).get("turn", {})
    return words
