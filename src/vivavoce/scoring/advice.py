"""Advice to a candidate, from what can be seen in the answers themselves. Pure.

It names no expectation: those are the merchant's, and stay hidden. So it speaks of what was left out, of what is short,
and of where somebody's own words carried most; which sentence says so is the page's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vivavoce.attempts.difference import UNSPACED
from vivavoce.scoring.flags import Flag
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.verdicts import VerdictState

SHORT_WORDS = 25  # an answer of fewer says what somebody did, but hardly how and with what outcome
CHARACTERS_A_WORD = 2  # in languages that write no spaces
MOST_TRIES = 3


class Advice(StrEnum):
    """What is advised, about some answers."""

    KEEP_TELLING = "keep_telling"  # these answers hold words that carry weight
    SKIPPED = "skipped"
    SHORT = "short"
    ELSEWHERE = "elsewhere"  # about something else than was asked
    QUESTION_REPEATED = "question_repeated"  # mostly the question's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """One question as it was answered, follow-ups included. number: as the page counts them. text: '' when skipped."""

    number: int
    text: str
    is_skipped: bool
    counts: bool  # whether it is scored, and answered in own words


_OF_FLAGS = {Flag.OFF_TOPIC: Advice.ELSEWHERE, Flag.QUESTION_ECHO: Advice.QUESTION_REPEATED}


def advise(heard: Sequence[AnsweredQuestion], judged: Mapping[int, JudgedAnswer]) -> dict[Advice, tuple[int, ...]]:
    """What is advised, and about which questions; what to keep first, then the weightiest of what to try.

    judged: by the question's number.
    """
    found: dict[Advice, tuple[int, ...]] = {
        Advice.KEEP_TELLING: tuple(number for number, answer in judged.items() if _has_quotes(answer)),
        Advice.SKIPPED: tuple(one.number for one in heard if one.counts and one.is_skipped),
    }
    for flag, advice in _OF_FLAGS.items():
        found[advice] = tuple(n for n, answer in judged.items() if any(one.flag is flag for one in answer.flags))
    said = {number for numbers in found.values() for number in numbers}
    found[Advice.SHORT] = tuple(
        one.number for one in heard if one.counts and one.number not in said and _count_words(one.text) < SHORT_WORDS
    )
    told = {advice: numbers for advice, numbers in found.items() if numbers}
    tries = [advice for advice in told if advice is not Advice.KEEP_TELLING][:MOST_TRIES]
    return {advice: numbers for advice, numbers in told.items() if advice is Advice.KEEP_TELLING or advice in tries}


def _has_quotes(answer: JudgedAnswer) -> bool:
    return any(one.state is VerdictState.CONFIRMED and one.quotes for one in answer.verdicts)


def _count_words(text: str) -> int:
    """Words; characters of scripts without spaces count for as many as they would be."""
    characters = len(UNSPACED.findall(text))
    return len(UNSPACED.sub("", text).split()) + characters // CHARACTERS_A_WORD
