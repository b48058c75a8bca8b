"""What is heard after answers, read against a written list of faults: see bench/follow_ups/README.md."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

READING = Path(__file__).parent / "follow_ups" / "reading.jsonl"


class FollowUpFault(StrEnum):
    """The list of faults, as README.md tells them."""

    TWO_THINGS = "two_things"
    TOLD = "told"
    ASSUMED = "assumed"
    MISREAD = "misread"
    TRIFLE = "trifle"
    BESIDE = "beside"
    UNCLEAR = "unclear"
    CLOSED = "closed"
    UNFIT = "unfit"
    UNKIND = "unkind"
    UNSAID = "unsaid"
    LANGUAGE = "language"
    ECHO = "echo"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWords:
    """What somebody found in the words that were heard after one answer."""

    said: str
    faults: tuple[FollowUpFault, ...]
    why: str = ""


def join_words(remark: str, follow_up: str) -> str:
    """What is heard, as a reading keeps it."""
    return f"{remark} | {follow_up}"


def read_reading(path: Path = READING) -> dict[str, ReadWords]:
    """The last reading, by the digest of the request; empty where nobody has read."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {
        told["digest"]: ReadWords(
            said=told["said"], faults=tuple(map(FollowUpFault, told["faults"])), why=told.get("why", "")
        )
        for told in map(json.loads, lines)
    }


def count_faulty(heard: Mapping[str, str], reading: Mapping[str, ReadWords]) -> tuple[int, int, Counter[FollowUpFault]]:
    """How many are faulty, how many nobody has read as they are heard now, and how often each fault holds.

    heard: what is heard, by the digest of the request.
    """
    read: Sequence[ReadWords] = [
        reading[key] for key, said in heard.items() if key in reading and reading[key].said == said
    ]
    faulty = sum(bool(words.faults) for words in read)
    return faulty, len(heard) - len(read), Counter(fault for words in read for fault in words.faults)
