"""What a correction changed: word by word, so that both versions can be read in one. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain

REWRITTEN = 1 / 3  # a share of changed characters from which it is more than a correction
MIXED = 1 / 2  # and from which both versions, word by word in one, can't be read


class WordChange(StrEnum):
    """What became of a piece of an answer."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class EditedPiece:
    """A run of words, and what became of it."""

    change: WordChange
    text: str


def find_difference(before: str, after: str) -> tuple[EditedPiece, ...]:
    """What the correction changed, in the order of reading: all pieces but the added ones are the words before.

    Word by word; where the language writes no spaces, character by character.
    """
    old, new = _split(before), _split(after)
    pieces: list[EditedPiece] = []
    matcher = SequenceMatcher(
        None, [word.strip() or word for word in old], [word.strip() or word for word in new], False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(EditedPiece(WordChange.SAME, "".join(old[a:b])))
            continue
        pieces += [EditedPiece(WordChange.REMOVED, "".join(old[a:b]))] if b > a else []
        pieces += [EditedPiece(WordChange.ADDED, "".join(new[c:d]))] if d > c else []
    return tuple(pieces)


def read_apart(pieces: Sequence[EditedPiece], before: str, after: str) -> tuple[EditedPiece, ...]:
    """The pieces; where most was changed in several places, all that was said before, then all that is said now: what
    they have in common is then chance, and nobody can read them in one.
    """
    changes = [piece.change is not WordChange.SAME for piece in pieces]
    runs = sum(1 for changed, earlier in zip(changes, [False, *changes], strict=False) if changed and not earlier)
    if runs < 2 or not is_rewritten(pieces, share=MIXED):
        return tuple(pieces)
    return (EditedPiece(WordChange.REMOVED, before), EditedPiece(WordChange.ADDED, after))


def is_rewritten(pieces: Sequence[EditedPiece], *, share: float = REWRITTEN) -> bool:
    """Whether so much was changed that it is no mere slip of the ear: whoever reads it should look at both.

    share: of the characters, from which it is so. Where nothing is left, nothing is rewritten.
    """
    size = {change: sum(len(piece.text) for piece in pieces if piece.change is change) for change in WordChange}
    whole = max(size[WordChange.SAME] + size[WordChange.REMOVED], size[WordChange.SAME] + size[WordChange.ADDED])
    is_left = size[WordChange.SAME] + size[WordChange.ADDED] > 0
    return is_left and max(size[WordChange.REMOVED], size[WordChange.ADDED]) > share * whole


# Characters of scripts that are written without spaces: Thai to Myanmar, Khmer, kana and Chinese.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(rf"{UNSPACED.pattern}\s*|(?:(?!{UNSPACED.pattern})\S)+\s*")


def _split(text: str) -> list[str]:
    """Words with the space behind them; nothing is lost."""
    lead = text[: len(text) - len(text.lstrip())]
    return list(chain([lead] if lead else [], _WORD.findall(text)))
