"""Whether words that a model would ask are one good question, by their form alone. Pure.

One thing at a time, open, in the address that was used before, and about nothing that nobody named. Told by the regular
expressions of each language's file (`[one_question]`), which are read against small letters with their accents:

    asks      words that ask: "what", "how"
    second    a second question that is hung on: "and what"
    closed    how a question begins that yes or no answers: "did you"
    tells     what makes an open one of it: "could you tell me"
    formal, familiar    how somebody is addressed
    name      what is written as a name (read against the letters as they are)
"""

import re
from functools import cache

from vivavoce.conversation.phrase_patterns import read_phrases
from vivavoce.text.fold import fold


def find_fault_of_form(text: str, *, asked: str, language: str) -> str | None:
    """What is wrong with a follow-up, in words that quote nothing. asked: what the candidate was asked before."""
    small = _small(text)
    if _find_second(small, language) is not None:
        return "two questions in one"
    if _is_closed(small, language):
        return "answered by yes or no"
    is_formal = _has("formal", _small(asked), language) and not _has("familiar", _small(asked), language)
    return "another address" if is_formal and _has("familiar", small, language) else None


def keep_first_question(text: str, *, language: str) -> str:
    """The text without a second question that is hung on: "What was it, and how did it end?" asks what it was."""
    plain = " ".join(text.split())
    small, mark = _small(plain), _END.search(plain)
    second = _find_second(small, language)
    # Letters that grow when they become small ones would put the cut in the wrong place.
    if second is None or mark is None or len(small) != len(plain):
        return text
    return plain[:second].rstrip(" ,،") + mark.group()


def names_unsaid(text: str, said: str, *, language: str) -> bool:
    """Whether it names somebody or something by a name that nobody said: a tool, a town, a day."""
    pattern = _pattern("name", language)
    if pattern is None:
        return False
    heard = fold(said)
    return any(fold(hit.group()) not in heard for hit in pattern.finditer(text.strip()))


_END = re.compile(r"\s*[?？؟]$")


def _find_second(small: str, language: str) -> int | None:
    """Where a second question is hung on. "How did you decide what stays and what goes?" is one question."""
    asks, second = _pattern("asks", language), _pattern("second", language)
    first = None if asks is None else asks.search(small)
    if asks is None or second is None or first is None:
        return None
    hung = second.search(small, first.end())
    if hung is None:
        return None
    is_tail = not re.search(r"\w", small[hung.end() :])  # "…, and why?"
    return hung.start() if is_tail or asks.search(small, first.end(), hung.start()) is None else None


def _is_closed(small: str, language: str) -> bool:
    asks, closed = _pattern("asks", language), _pattern("closed", language)
    begins = None if closed is None else closed.search(small)
    if asks is None or begins is None or _has("tells", small, language):
        return False
    return asks.search(small, 0, begins.start()) is None


def _has(name: str, small: str, language: str) -> bool:
    pattern = _pattern(name, language)
    return pattern is not None and pattern.search(small) is not None


def _small(text: str) -> str:
    return " ".join(text.replace("’", "'").lower().split())


@cache
def _pattern(name: str, language: str) -> re.Pattern[str] | None:
    """None where the language's file has no such expression."""
    expression: str = read_phrases(language).get("one_question", {}).get(name, "")
    return re.compile(expression) if expression else None
