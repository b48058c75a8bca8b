"""How often a candidate's question is answered rightly from the texts, over bench/questions/*.toml.

    make bench-asking                   (a second or two; ARGS=--wrong prints what is not as it should be)

precision   of the questions that were answered: how many by the passage that answers them
recall      of the questions that the texts answer: how many were answered by that passage

Two kinds of table: `seen` were there while words and thresholds were set, and the tests hold each of their pairs;
`blind` (is_blind = true) were written afterwards, one interview in each language, and are only counted. Whoever changes
words for what a blind table shows writes a new one, and the old one is seen from then on.

`several` (bench/questions/several.toml) has several questions in each turn; each is counted by itself, and one that was
not parted from its neighbour counts as not answered.
"""

import argparse
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from vivavoce.conversation.passages import passages_of
from vivavoce.interviews.draft import Draft, InterviewSettings, Kind, Status, Visibility
from vivavoce.replies.asking import AskedPart, Passage, find_answers, find_passage

TABLES = Path(__file__).parent / "questions"
SEVERAL = "several"
SETTINGS = ("department", "salary", "available_till", "hiring_company", "long_description")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question, and what answers it."""

    language: str
    question: str
    wanted: str  # words of the passage; empty where nothing answers it
    passages: tuple[Passage, ...]

    @property
    def passage(self) -> Passage | None:
        """What it is answered with."""
        return find_passage(self.question, self.passages, language=self.language)

    @property
    def is_right(self) -> bool:
        """Whether that is what answers it, or nothing where nothing does."""
        passage = self.passage
        return passage is None if not self.wanted else passage is not None and self.wanted in passage.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Several questions in one turn, and what answers each, in their order."""

    language: str
    text: str
    wanted: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def parts(self) -> tuple[AskedPart, ...]:
        """What it is answered with."""
        return find_answers(self.text, self.passages, language=self.language)

    @property
    def tally(self) -> "Tally":
        """What its questions come to."""
        parts, wanted = self.parts, self.wanted
        if len(parts) != len(wanted):
            texts = [part.passage.text for part in parts if part.passage is not None]
            right = sum(any(want in text for want in wanted if want) for text in texts)
        else:
            pairs = [(part.passage.text, want) for part, want in zip(parts, wanted, strict=True) if part.passage]
            texts, right = [text for text, _ in pairs], sum(bool(want) and want in text for text, want in pairs)
        return Tally(pairs=len(wanted), answered=len(texts), answered_rightly=right, answerable=sum(map(bool, wanted)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The questions of one file."""

    name: str
    is_blind: bool
    pairs: list[Pair]


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
    parser.add_argument("--wrong", action="store_true", help="print the pairs of the seen tables that are not right")
    options = parser.parse_args()
    print(f"{'':12} {'':5} {'pairs':>6} {'answered':>9} {'precision':>10} {'recall':>7}")
    tables = read_tables()
    for table in tables:
        show(table.name, table.pairs, is_blind=table.is_blind)
    for is_blind in (False, True):
        show("all", [pair for table in tables if table.is_blind is is_blind for pair in table.pairs], is_blind=is_blind)
    turns = read_turns()
    print_tally(SEVERAL, add(turn.tally for turn in turns), kind="seen")
    for turn in turns if options.wrong else ():
        print(f"{turn.language}  {turn.text}  {[(p.asked, p.passage and p.passage.text[:40]) for p in turn.parts]}")
    for pair in [pair for table in tables if options.wrong and not table.is_blind for pair in table.pairs]:
        if not pair.is_right:
            passage = pair.passage
            print(f"{pair.language}  {pair.question}  wanted {pair.wanted!r}, found {passage and passage.text!r}")


def read_tables() -> list[Table]:
    """All of them, `several` apart."""
    return [read_table(path) for path in sorted(TABLES.glob("*.toml")) if path.stem != SEVERAL]


def read_table(path: Path) -> Table:
    """One table, its pairs in their order."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    pairs = [
        Pair(language=table["language"], question=question, wanted=wanted, passages=passages)
        for interview in table["interviews"]
        for passages in [to_passages(interview, language=table["language"])]
        for question, wanted in interview["questions"]
    ]
    return Table(name=path.stem, is_blind=table.get("is_blind", False), pairs=pairs)


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
        settings=InterviewSettings(**{key: interview[key] for key in SETTINGS if key in interview}),
        steps=(),
    )
    return passages_of(draft, merchant_name=interview["merchant"], merchant_about=interview["about"])


def read_turns() -> list[Turn]:
    """Turns with several questions, about the interviews of the blind tables."""
    tables = tomllib.loads((TABLES / f"{SEVERAL}.toml").read_text(encoding="utf-8"))
    blind = {
        language: tomllib.loads((TABLES / f"blind_{language}.toml").read_text(encoding="utf-8")) for language in tables
    }
    return [
        Turn(
            language=language,
            text=text,
            wanted=tuple(wanted),
            passages=to_passages(blind[language]["interviews"][0], language=language),
        )
        for language, table in tables.items()
        for text, wanted in table["turns"]
    ]


def add(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    sums = list(tallies)
    return Tally(
        pairs=sum(part_sum.pairs for part_sum in sums),
        answered=sum(part_sum.answered for part_sum in sums),
        answered_rightly=sum(part_sum.answered_rightly for part_sum in sums),
        answerable=sum(part_sum.answerable for part_sum in sums),
    )


def tally(pairs: list[Pair]) -> Tally:
    """Counts the pairs."""
    told = [(pair, pair.passage is not None) for pair in pairs]
    return Tally(
        pairs=len(pairs),
        answered=sum(is_answered for _, is_answered in told),
        answered_rightly=sum(is_answered and pair.is_right for pair, is_answered in told),
        answerable=sum(bool(pair.wanted) for pair in pairs),
    )


def show(name: str, pairs: list[Pair], *, is_blind: bool) -> None:
    """Prints one line of the table."""
    print_tally(name, tally(pairs), kind="blind" if is_blind else "seen")


def print_tally(name: str, sums: Tally, *, kind: str) -> None:
    """Prints one line."""
    print(f"{name:12} {kind:5} {sums.pairs:6} {sums.answered:9} {sums.precision:10.3f} {sums.recall:7.3f}")


if __name__ == "__main__":
    main()
