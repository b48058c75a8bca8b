"""Where each answer lies in an attempt's sound, by what was written down beside it. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStretch:
    """A stretch of the attempt's sound. begin, end: seconds from its first frame, end excluded."""

    begin: float
    end: float


def find_stretches(entries: Sequence[Mapping[str, Any]], *, seconds: float) -> dict[int, AnswerStretch]:
    """The stretch of each turn in which somebody was listened to, by the turn's number.

    entries: as `turns.jsonl` holds them; those that begin a turn have its number as `turn` and its moment as `start`.
    seconds: how much sound there is. A turn goes from where it was first listened to up to where the next one was.
    """
    begins: dict[int, float] = {}
    for entry in entries:
        if "turn" in entry and "start" in entry:
            begins.setdefault(int(entry["turn"]), float(entry["start"]))
    in_order = sorted(begins.items(), key=lambda begin: begin[1])
    return {
        number: AnswerStretch(begin=begin, end=min(end, seconds))
        for (number, begin), (_, end) in pairwise([*in_order, (0, seconds)])
        if begin < min(end, seconds)
    }


def read_entries(content: bytes) -> list[dict[str, Any]]:
    """The entries of a `turns.jsonl`; a line that was torn off at its end is left out."""
    whole = content[: content.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]
