"""How often a follow-up that is asked without a language model is one that a good interviewer would ask.

    make bench-asked-by-rule            (ten seconds; ARGS=--wrong prints what is wrong of the seen half)

first    of the answers: what is asked first, where two follow-ups may be asked; unfit: a good interviewer would ask
         something else, or nothing
second   what is asked after it, which only an expert question has
missed   nothing is asked, where something would be

A needless follow-up costs trust, and none costs little: so `unfit` counts, and `missed` is only shown. `seen` was there
while the rules were written, and half of it was counted alone until they were; `held_back` was written after them, by
the same hand, and is only counted. One line an answer in follow_ups/by_rule.tsv: half, language, expert (yes or no),
what fits (`-` for nothing), question, answer.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.course import Conversation, Course
from vivavoce.conversation.follow_ups import find_follow_up
from vivavoce.conversation.lines import Manner
from vivavoce.interviews.draft import Tone
from vivavoce.interviews.steps import SentQuestion, Step

TABLE = Path(__file__).parent / "follow_ups" / "by_rule.tsv"
HALVES = ("seen", "held_back")
NOTHING = "-"
GOES_ON = {
    "de": "naja das war damals viel Arbeit",
    "en": "well it was a lot of work back then",
    "es": "pues era mucho trabajo entonces",
    "fr": "ben c'était beaucoup de travail à l'époque",
}  # what is said to a follow-up
STEP_ID = UUID(int=1)


@dataclass(frozen=True, kw_only=True)
class Followed:
    """An answer, and which probes fit it."""

    half: str
    language: str
    is_expert: bool
    fits: frozenset[str]
    question: str
    text: str

    def list_asked(self) -> list[str]:
        """The probes that are asked, one after the other."""
        step = Step(id=STEP_ID, question=SentQuestion(text=self.question, is_expert=self.is_expert))
        manner = Manner(
            language=self.language, tone=Tone.RELAXED, style=None, seniority=None, company=None, role="Cook"
        )
        course = Course(manner=manner, steps=(step,), is_reviewed=True, max_seconds=3600.0, max_follow_ups=2)
        answers, asked = [self._answer(1, self.text, None)], list[str]()
        while (follow_up := find_follow_up(course, _begun(answers), step)) is not None:
            asked.append(follow_up.probe.value)
            answers.append(self._answer(len(answers) + 1, GOES_ON[self.language], follow_up.probe.value))
        return asked

    def _answer(self, number: int, text: str, follow_up: str | None) -> Answer:
        return Answer(
            number=number, step_id=STEP_ID, asked=self.question, language=self.language, text=text, choice=None,
            is_skipped=False, key=UUID(int=100 + number), follow_up=follow_up,
        )  # fmt: skip


def main() -> None:
    """Prints the figures of each half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print the seen half's follow-ups that are not right")
    options = parser.parse_args()
    rows = list(_read())
    for half in HALVES:
        _show(half, [row for row in rows if row.half == half], shows_wrong=options.wrong and half == "seen")


def _read() -> Iterator[Followed]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        for half, language, expert, fits, question, text in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Followed(
                half=half,
                language=language,
                is_expert=expert == "yes",
                fits=frozenset(fits.split(",")),
                question=question,
                text=text,
            )


def _show(half: str, rows: Sequence[Followed], *, shows_wrong: bool) -> None:
    counts: Counter[str] = Counter()
    for row in rows:
        asked = row.list_asked()
        first, second = asked[:1], asked[1:]
        counts["first"] += len(first)
        counts["first unfit"] += len(set(first) - row.fits)
        counts["second"] += len(second)
        counts["second unfit"] += len(set(second) - row.fits)
        counts["missed"] += not asked and NOTHING not in row.fits
        if shows_wrong and (set(asked) - row.fits or (not asked and NOTHING not in row.fits)):
            fits = ", ".join(sorted(row.fits))
            print(f"{', '.join(asked) or NOTHING} (fits: {fits}) | {row.question} | {row.text}")
    told = ", ".join(f"{name} {counts[name]}" for name in ("first", "first unfit", "second", "second unfit", "missed"))
    print(f"{half:9} {len(rows)} answers: {told}")


def _begun(answers: Sequence[Answer]) -> Conversation:
    return Conversation(state=AttemptState.BEGUN, answers=tuple(answers))


if __name__ == "__main__":
    main()
