"""How often a candidate's turn is taken for what it is: an answer, or words after which the question still waits.

    make bench-turns                    (half a minute; ARGS=--wrong prints what is wrong of the seen half)

waits     of the turns after which the question still waits: greetings, nerves, requests, questions about it
replied   of the answers that ask us something as well: whether that is replied to, or passed on

precision and recall as in bench/understanding.py. Each turn goes through the whole conductor, as the first of an
interview, without a language model. `seen` was there while the rules were written; `held_back` is only counted, and is
seen from the day somebody changes a rule for it. They were written as people write, before anybody looked at what the
rules make of them. One line a turn: language, waits (yes or no), asks (yes or no), question, text.
"""

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

from training.turns.learn import learn
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.act_features import write_learnt
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.meant import tell_acts
from vivavoce.conversation.plan import to_course
from vivavoce.interviews.draft import Draft, InterviewSettings, Kind, Status, Visibility
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, lay_steps

TABLES = Path(__file__).parent / "turns"
HALVES = ("seen", "held_back")


@dataclass(frozen=True)
class Said:
    """One turn, and what a good interviewer makes of it. waits: the question does. asks: us, beside the answer."""

    language: str
    waits: bool
    asks: bool
    question: str
    text: str

    @cached_property
    def after(self) -> Conversation:
        """Where the conversation stands after it."""
        happening = Answered(key=uuid4(), number=1, text=self.text, acts=tell_acts(self.text))
        return decide(self.course, self.begun, happening).conversation

    @cached_property
    def course(self) -> Course:
        """An interview whose first question it is."""
        return to_course(_draft(self), seed=1, merchant_name="Acme", merchant_about="")

    @property
    def begun(self) -> Conversation:
        """Before it."""
        return Conversation(state=AttemptState.BEGUN)

    @property
    def is_waited(self) -> bool:
        """Whether the question still waits."""
        return not self.after.answers

    @property
    def is_replied(self) -> bool:
        """Whether the answer was taken, and something in it replied to or passed on."""
        return bool(self.after.answers and self.after.answers[0].reply)


def main() -> None:
    """Prints the table of each half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print the turns of the seen half that are not right")
    parser.add_argument(
        "--learn", action="store_true", help="learn anew from training/turns and write dialogue_acts.npz"
    )
    parser.add_argument("--every", type=int, default=1, help="take but every so many turns")
    options = parser.parse_args()
    if options.learn:
        write_learnt(learn())
    for half in HALVES:
        said = list(read_turns(half))[:: options.every]
        print(f"{half:14} {'there':>6} {'taken':>6} {'precision':>10} {'recall':>7}")
        for language in ["", *sorted({turn.language for turn in said})]:
            some = [turn for turn in said if language in ("", turn.language)]
            show(f"waits {language}", some, lambda turn: turn.is_waited, lambda turn: turn.waits)
            answers = [turn for turn in some if not turn.waits and not turn.is_waited]
            show(f"replied {language}", answers, lambda turn: turn.is_replied, lambda turn: turn.asks)
    for turn in list(read_turns("seen"))[:: options.every] if options.wrong else ():
        if turn.is_waited is not turn.waits:
            wish = turn.after.wishes[-1].wish if turn.after.wishes else "-"
            print(
                f"{turn.language}  {'waits' if turn.is_waited else 'is taken'} ({wish})  {turn.question} | {turn.text}"
            )
        elif not turn.waits and turn.is_replied is not turn.asks:
            print(f"{turn.language}  {'asked' if turn.is_replied else 'unasked'}  {turn.question} | {turn.text}")


def read_turns(half: str) -> Iterator[Said]:
    """The turns of one half, in their order."""
    with (TABLES / f"{half}.tsv").open(encoding="utf-8", newline="") as file:
        for language, waits, asks, question, text in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Said(language, waits == "yes", asks == "yes", question, text)


def show(name: str, turns: Sequence[Said], told: Callable[[Said], bool], there: Callable[[Said], bool]) -> None:
    """Prints one line."""
    taken, is_so = [turn for turn in turns if told(turn)], [turn for turn in turns if there(turn)]
    right = sum(there(turn) for turn in taken)
    precision, recall = (right / len(some) if some else 1.0 for some in (taken, is_so))
    print(f"  {name:12} {len(is_so):6} {len(taken):6} {precision:10.3f} {recall:7.3f}")


def _draft(said: Said) -> Draft:
    questions = [SentQuestion(text=text, answered_by=AnsweredBy.OPEN) for text in (said.question, "Anything else?")]
    return Draft(
        name="Shift lead",
        location=None,
        description=None,
        kind=Kind.INTERVIEW,
        status=Status.ACTIVE,
        visibility=Visibility.UNLISTED,
        language=said.language,
        speech_locale="en-US",
        template_id=UUID(int=0),
        settings=InterviewSettings(),
        steps=lay_steps(questions, keeps_duplicates=True, new_id=uuid4),
    )


if __name__ == "__main__":
    main()
