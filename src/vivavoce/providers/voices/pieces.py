"""A text in pieces that a voice can say in one breath."""

import re
import unicodedata
from collections.abc import Iterator

from vivavoce.text.sentences import split_sentences

LONGEST = 300  # characters: some 20 seconds of speech

_PAUSES = re.compile(r"(?<=[,;:—–،؛、，；：])\s*|\s+(?=[—–])")
_BLANKS = re.compile(r"\s+")


def split_text(text: str) -> Iterator[str]:
    """The sentences, each LONGEST characters at most; those without a letter or a digit are left out."""
    for sentence in split_sentences(_plain(text)):
        for piece in _cut(_BLANKS.sub(" ", sentence)):
            if any(sign.isalnum() for sign in piece):
                yield piece


def _plain(text: str) -> str:
    """The text without characters that nobody says: controls, halves of pairs, what has no meaning yet."""
    return "".join(
        sign if sign in _KEPT or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " "
        for sign in text
    )


_KEPT = "\n\t\u200c\u200d"  # the last two join and part the letters of some scripts


def _cut(sentence: str) -> Iterator[str]:
    """The sentence as it is; a long one at its pauses, otherwise between words, otherwise anywhere."""
    while len(sentence) > LONGEST:
        head = sentence[:LONGEST]
        pauses = [pause.end() for pause in _PAUSES.finditer(head) if pause.end() > LONGEST // 3]
        at = pauses[-1] if pauses else head.rfind(" ")
        at = at if at > 0 else LONGEST
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence
