"""Advice comes from the answers themselves, and gives no expectation away."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.advice import Advice, AnsweredQuestion, advise
from vivavoce.scoring.flags import Flag, Raised
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState

LONG = "I led a team of six through the move to a new system, " * 4


def heard(number: int, text: str = LONG, *, is_skipped: bool = False, counts: bool = True) -> AnsweredQuestion:
    return AnsweredQuestion(number=number, text=text, is_skipped=is_skipped, counts=counts)


def judged(*flags: Flag, quotes: Sequence[Quote] = (), state: VerdictState = VerdictState.CONFIRMED) -> JudgedAnswer:
    claim = Claim(bracket=Bracket.WEAK, index=0, text="Has led a team")
    verdict = Verdict(claim=claim, state=state, p=0.9, quotes=tuple(quotes))
    return JudgedAnswer(score=Fraction(3), verdicts=(verdict,), flags=tuple(Raised(flag=flag) for flag in flags))


QUOTE = Quote(turn=1, start=0, end=5, text="I led")


def test_words_that_carry_are_to_be_kept() -> None:
    assert advise([heard(1)], {1: judged(quotes=[QUOTE])}) == {Advice.KEEP_TELLING: (1,)}


def test_words_that_speak_against_somebody_are_not() -> None:
    assert advise([heard(1)], {1: judged(quotes=[QUOTE], state=VerdictState.REJECTED)}) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG, {}),
        ("I led it.", {Advice.SHORT: (1,)}),
        ("夜勤の引き継ぎを担当し、" * 6, {}),  # 72 signs: about 36 words
        ("夜勤を担当しました。", {Advice.SHORT: (1,)}),
    ],
)
def test_a_short_answer_is_told_from_a_long_one_in_every_script(
    text: str, expected: dict[Advice, tuple[int, ...]]
) -> None:
    assert advise([heard(1, text)], {}) == expected


def test_what_was_left_out_is_said_and_not_called_short() -> None:
    assert advise([heard(1, "", is_skipped=True), heard(2)], {}) == {Advice.SKIPPED: (1,)}


def test_what_is_not_scored_gets_no_advice() -> None:
    assert advise([heard(1, "", is_skipped=True, counts=False), heard(2, "Hm.", counts=False)], {}) == {}


def test_of_many_things_the_weightiest_three_are_advised() -> None:
    found = advise(
        [heard(1, "", is_skipped=True), heard(2), heard(3), heard(4, "So."), heard(5)],
        {2: judged(Flag.OFF_TOPIC), 3: judged(Flag.QUESTION_ECHO), 5: judged(quotes=[QUOTE])},
    )
    assert found == {
        Advice.KEEP_TELLING: (5,),
        Advice.SKIPPED: (1,),
        Advice.ELSEWHERE: (2,),
        Advice.QUESTION_REPEATED: (3,),
    }
