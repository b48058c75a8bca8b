"""Rows made from rows, for what the corpora show too seldom: denial, another question's answer, speech, echo."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from data import Row

NOT_DISCUSSED = (0.0, 0.0, 1.0)
REJECTED = (0.0, 1.0, 0.0)
AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|would|can|could|should|must|does|do|did|has|have|had)\b(?! not)(?!n't)", re.I
)
NOT = re.compile(r"\b(?:not\s|never\s)|n't\b", re.I)
DENIALS = (
    "It is not true that {}",
    "I don't think that {}",
    "No, it is wrong to say that {}",
    "I would never say that {}",
    "{} That is false.",
)
EMPTY_WORDS = (
    "I don't know.",
    "no idea",
    "I am not sure about that.",
    "Good question.",
    "i dont understand",
    "Yes.",
    "No.",
)
FILLERS = ("um", "well", "you know", "like", "I mean", "so", "basically")


def make_rows(rows: Sequence[Row], *, rng: random.Random) -> list[Row]:
    """One epoch's made rows, about a third as many as are given."""
    by_corpus: dict[str, list[Row]] = {}
    for row in rows:
        by_corpus.setdefault(row.corpus, []).append(row)
    made = []
    for row in rows:
        others = by_corpus[row.corpus]
        dice = rng.random()
        if dice < 0.08:
            made.append(_swap(row, rng.choice(others)))
        elif dice < 0.18 and row.verdict == "confirmed" and row.corpus != "saf":
            made.append(_deny(row, rng=rng))
        elif dice < 0.24 and row.corpus != "saf":
            made.append(_surround(row, rng.choice(others), rng=rng))
        elif dice < 0.26:
            made.append(_say(row, row.question))
        elif dice < 0.28:
            made.append(_say(row, rng.choice(EMPTY_WORDS)))
        elif dice < 0.34 and row.corpus != "saf":
            made.append(replace(row, answer=_speak(row.answer, rng=rng), is_made=True))
    return made


def _swap(row: Row, other: Row) -> Row:
    """Another question's answer: it says nothing of this claim."""
    if row.group == other.group:
        return row
    return _say(row, other.answer)


def _say(row: Row, words: str) -> Row:
    return replace(row, answer=words, verdict="not_discussed", targets=NOT_DISCUSSED, is_made=True)


def _deny(row: Row, *, rng: random.Random) -> Row:
    """The confirmed answer turned into its contrary."""
    return replace(row, answer=negate(row.answer, rng=rng), verdict="rejected", targets=REJECTED, is_made=True)


def negate(text: str, *, rng: random.Random) -> str:
    """The text denied: a "not" taken out or put in after the first auxiliary, or a denial around it."""
    if NOT.search(text):
        return NOT.sub(" ", text.replace("can't", "can not"), count=1).replace("  ", " ")
    if AUXILIARY.search(text) and rng.random() < 0.7:
        return AUXILIARY.sub(lambda found: f"{found[0]} not", text, count=1)
    return rng.choice(DENIALS).format(text)


def _surround(row: Row, other: Row, *, rng: random.Random) -> Row:
    """The answer beside words about something else: it says what it said."""
    if row.group == other.group or len(other.answer.split()) > 40:
        return row
    parts = [row.answer, other.answer]
    rng.shuffle(parts)
    return replace(row, answer=". ".join(part.rstrip(". ") for part in parts), is_made=True)


def _speak(text: str, *, rng: random.Random) -> str:
    """The answer as an ear writes it down: no punctuation, fillers between the words."""
    words = re.sub(r"[^\w\s'’-]", " ", text.lower()).split()
    for _ in range(1 + len(words) // 12):
        words.insert(rng.randrange(len(words) + 1), rng.choice(FILLERS))
    return " ".join(words)
