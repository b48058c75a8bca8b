"""What the last words of a spoken answer say about whether it is over. Pure.

Told by lists of words per language, as all that is understood from words. In any other language they say nothing.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Any

from vivavoce.conversation.intents import Wish, find_wish
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
