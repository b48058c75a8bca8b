"""How often a candidate's question is answered rightly from the texts, over bench/questions/*.toml.

    make bench-asking                   (a second or two; ARGS=--wrong prints what is not as it should be)

precision   of the questions that were answered: how many by the passage that answers them
recall      of the questions that the texts answer: how many were answered by that passage

The pairs of each language are parted by a seed: one half was there while thresholds and words were set, the other half,
`held out`, was only counted.
"""

import argparse
import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from vivavoce.interviews.draft import Draft, Kind, Settings, Status, Visibility
from vivavoce.live.asking import Passage, find_passage, passages_of

TABLES = Path(__file__).parent / "questions"
SEED = 4
SETTINGS = ("department", "salary", "available_till", "hiring_company", "long_description")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question, and what answers it."""

    language: str
    question: str
    wanted: str  # words of the passage; empty where nothing answers it
    passages: tuple[Passage, ...]

    @property
    def found(self) -> Passage | None:
        """What it is answered with."""
        return find_passage(self.question, self.passages, language=self.language)

    @property
    def is_right(self) -> bool:
        """Whether that is what answers it, or nothing where nothing does."""
        found = self.found
        return found is None if not self.wanted else found is not None and self.wanted in found.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the pairs come to."""

    pairs: int
    answered: int
    answered_rightly: int
    answerable: int

    @property
    def precision(self) -> float:
        """1.0 where nothing was answered."""
        return self.answered_rightly / self.answered if self.answered else 1.0

    @property
    def recall(self) -> float:
        """1.0 where nothing could be answered."""
        return self.answered_rightly / self.answerable if self.answerable else 1.0


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--wrong", action="store_true", help="print the pairs that are not right, of the half that words were set by"
    )
    options = parser.parse_args()
    print(f"{'':10} {'':9} {'pairs':>6} {'answered':>9} {'precision':>10} {'recall':>7}")
    every: dict[bool, list[Pair]] = {True: [], False: []}
    for path in sorted(TABLES.glob("*.toml")):
        for is_held_out, pairs in part_pairs(read_pairs(path)).items():
            every[is_held_out] += pairs
            show(path.stem, pairs, is_held_out=is_held_out)
    for is_held_out, pairs in every.items():
        show("all", pairs, is_held_out=is_held_out)
    for pair in every[False] if options.wrong else []:
        if not pair.is_right:
            found = pair.found
            print(f"{pair.language}  {pair.question}  wanted {pair.wanted!r}, found {found and found.text!r}")


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of one table, in its order."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Pair(language=table["language"], question=question, wanted=wanted, passages=passages)
        for interview in table["interviews"]
        for passages in [to_passages(interview, language=table["language"])]
        for question, wanted in interview["questions"]
    ]


def to_passages(interview: dict[str, Any], *, language: str) -> tuple[Passage, ...]:
    """What the interview can be answered from."""
    draft = Draft(
        name=interview["name"],
        location=interview["location"],
        description=interview["description"],
        kind=Kind.INTERVIEW,
        status=Status.ACTIVE,
        visibility=Visibility.UNLISTED,
        language=language,
        speech_locale=language,
        template_id=UUID(int=1),
        settings=Settings(**{key: interview[key] for key in SETTINGS if key in interview}),
        steps=(),
    )
    return passages_of(draft, merchant_name=interview["merchant"], merchant_about=interview["about"])


def part_pairs(pairs: list[Pair]) -> dict[bool, list[Pair]]:
    """One half by which words and thresholds are set (False), and one that is held out (True)."""
    mixed = list(pairs)
    random.Random(SEED).shuffle(mixed)
    return {False: mixed[: len(mixed) // 2], True: mixed[len(mixed) // 2 :]}


def tally(pairs: list[Pair]) -> Tally:
    """Counts the pairs."""
    found = [(pair, pair.found is not None) for pair in pairs]
    return Tally(
        pairs=len(pairs),
        answered=sum(is_answered for _, is_answered in found),
        answered_rightly=sum(is_answered and pair.is_right for pair, is_answered in found),
        answerable=sum(bool(pair.wanted) for pair in pairs),
    )


def show(name: str, pairs: list[Pair], *, is_held_out: bool) -> None:
    """Prints one line of the table."""
    sums = tally(pairs)
    kind = "held out" if is_held_out else "set by"
    print(f"{name:10} {kind:9} {sums.pairs:6} {sums.answered:9} {sums.precision:10.3f} {sums.recall:7.3f}")


if __name__ == "__main__":
    main()
