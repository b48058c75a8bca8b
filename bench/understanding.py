"""How often it is told what a candidate's words are, by rule, over bench/utterances/*.tsv.

    make bench-understanding            (a second; ARGS=--wrong prints what is not as it should be, of the seen half)

precision   of the utterances that were taken for this kind: how many are of it
recall      of the utterances of this kind: how many were taken for it

`seen` was there while the rules were written; `held_back` was written before them and is only counted. Whoever changes
rules for what the held-back half shows writes a new one, and the old one is seen from then on. One line an utterance:
language, kind, question, text.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vivavoce.conversation.utterances import Utterance, tell_apart

TABLES = Path(__file__).parent / "utterances"
HALVES = ("seen", "held_back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uttered:
    """Words, and what they are."""

    language: str
    kind: Utterance
    question: str
    text: str

    @property
    def told(self) -> Utterance:
        """What they are taken for."""
        return tell_apart(self.text, question=self.question, language=self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """How well one kind is told from the others."""

    taken: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        """1.0 where nothing was taken for it."""
        return self.right / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        """1.0 where there is none."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.taken + self.there) if self.taken + self.there else 1.0


def main() -> None:
    """Prints the table of each half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print the utterances of the seen half that are not right")
    options = parser.parse_args()
    for half in HALVES:
        uttered = read_utterances(half)
        print(f"{half:12} {'there':>6} {'taken':>6} {'precision':>10} {'recall':>7}")
        for kind in Utterance:
            show(kind.value, score(uttered, kind))
        print(f"  macro-F1 {sum(score(uttered, kind).f1 for kind in Utterance) / len(Utterance):.3f}")
        for language in sorted({utterance.language for utterance in uttered}):
            some = [utterance for utterance in uttered if utterance.language == language]
            show(f"question {language}", score(some, Utterance.QUESTION))
    for utterance in read_utterances("seen") if options.wrong else ():
        if utterance.told is not utterance.kind:
            print(f"{utterance.language}  {utterance.text}  is {utterance.kind}, taken for {utterance.told}")


def read_utterances(half: str) -> Sequence[Uttered]:
    """The utterances of one half, in their order."""
    with (TABLES / f"{half}.tsv").open(encoding="utf-8", newline="") as file:
        return [
            Uttered(language=language, kind=Utterance(kind), question=question, text=text)
            for language, kind, question, text in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def score(uttered: Iterable[Uttered], kind: Utterance) -> KindScore:
    """How well this kind is told."""
    pairs = [(utterance.told is kind, utterance.kind is kind) for utterance in uttered]
    return KindScore(
        taken=sum(told for told, _ in pairs),
        right=sum(told and is_so for told, is_so in pairs),
        there=sum(is_so for _, is_so in pairs),
    )


def show(name: str, told: KindScore) -> None:
    """Prints one line."""
    print(f"  {name:10} {told.there:6} {told.taken:6} {told.precision:10.3f} {told.recall:7.3f}")


if __name__ == "__main__":
    main()
