"""The same words, written in a hurry: for the bench of spelling. Which words they are stays plain to any reader."""

import random
import re
from enum import StrEnum

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
LEAST_LETTERS = 4  # a shorter word with a letter wrong could be another
WORDS_A_SLIP = 10  # three in 30 words


class Misspelling(StrEnum):
    NO_APOSTROPHES = "no_apostrophes"
    LOWER_CASE = "lower_case"
    SLIPS = "slips"  # letters left out, or swapped with the next
    ALL = "all"


def misspell(text: str, kind: Misspelling, *, seed: int) -> str:
    """The text as it is, but for its spelling; the same seed gives the same one."""
    chance = random.Random(f"{kind}:{seed}:{text}")
    if kind in (Misspelling.SLIPS, Misspelling.ALL):
        text = _slip(text, chance)
    if kind in (Misspelling.NO_APOSTROPHES, Misspelling.ALL):
        text = re.sub(r"(?<=\w)['’](?=\w)", "", text)
    return text.lower() if kind in (Misspelling.LOWER_CASE, Misspelling.ALL) else text


def _slip(text: str, chance: random.Random) -> str:
    """One word in WORDS_A_SLIP, at least one; a first letter stays, and names do where a capital tells them."""
    words = list(WORD.finditer(text))
    able = [word for word in words if len(word[0]) >= LEAST_LETTERS and word[0].islower() and word[0].isalpha()]
    slipping = chance.sample(able, min(len(able), max(1, round(len(words) / WORDS_A_SLIP))))
    for word in sorted(slipping, key=lambda match: -match.start()):
        text = text[: word.start()] + _slip_in(word[0], chance) + text[word.end() :]
    return text


def _slip_in(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    if chance.random() < 1 / 2:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
