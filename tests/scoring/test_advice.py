"""Advice comes from the answers themselves, gives no expectation away, and never speaks against what was praised."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.folding import folded
from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.advice import Advice, AnsweredQuestion, GivenAdvice, WantedAnswer, advise, find_main
from vivavoce.scoring.flags import Flag, Raised
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState

LONG = (
    "Last year I led a team of six through the move to a new system. I wrote the plan and trained two colleagues first."
    " Then we moved the data over a weekend and checked every account by hand."
)
OTHER = (
    "The machine on line four kept stopping at night, so I looked at its log first, then at the belt, and at last at"
    " the sensor, which was covered in dust and had been for weeks."
)


def heard(
    number: int,
    text: str = LONG,
    *,
    is_skipped: bool = False,
    counts: bool = True,
    lacks: tuple[str, ...] = (),
    wants: WantedAnswer = WantedAnswer.DEED,
    tells: str = "",
) -> AnsweredQuestion:
    """tells: "moment", "end" or both."""
    return AnsweredQuestion(
        number=number,
        text=text,
        is_skipped=is_skipped,
        counts=counts,
        lacks=lacks,
        wants=wants,
        may_tell_moment="moment" in tells,
        may_tell_end="end" in tells,
    )


def judged(
    *flags: Flag,
    quoted: Sequence[str] = (),
    state: VerdictState = VerdictState.CONFIRMED,
    score: Fraction | None = Fraction(3),
    end: int | None = None,
) -> JudgedAnswer:
    """end: where what raised the flags ends; it begins with the answer."""
    claim = Claim(bracket=Bracket.WEAK, index=0, text="Has led a team")
    quotes = tuple(Quote(turn=1, start=0, end=len(text), text=text) for text in quoted)
    verdict = Verdict(claim=claim, state=state, p=0.9, quotes=quotes)
    start = None if end is None else 0
    raised = tuple(Raised(flag=flag, turn=1, start=start, end=end) for flag in flags)
    return JudgedAnswer(score=score, verdicts=(verdict,), flags=raised)


PLAN = "I wrote the plan and trained two colleagues first."
END = "Then we moved the data over a weekend and checked every account by hand."


@folded(
    ("lacks", "quoted", "expected"),
    [
        ((), (), None),
        ((), (PLAN,), Advice.KEEP),
        (("own_part", "figure"), (), Advice.OWN_PART),
        # How it turned out may be told in any words.
        (("result",), (), None),
        (("more", "example", "figure"), (), Advice.EXAMPLE),
        (("figure",), (), Advice.FIGURE),
        # Beside words that stood out, nobody reads that their own part is missing.
        (("own_part", "example"), (PLAN,), Advice.KEEP),
        (("figure",), (END,), Advice.KEEP),
    ],
)
def test_an_answer_gets_one_advice_and_none_against_what_was_praised(
    lacks: tuple[str, ...], quoted: tuple[str, ...], expected: Advice | None
) -> None:
    found = advise([heard(1, lacks=lacks)], {1: judged(quoted=quoted)})
    assert found == ({} if expected is None else {1: GivenAdvice(advice=expected)})


def test_words_that_speak_against_somebody_are_not_praised() -> None:
    assert advise([heard(1)], {1: judged(quoted=[PLAN], state=VerdictState.REJECTED)}) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG, {}),
        ("I led it.", {1: GivenAdvice(advice=Advice.SHORT)}),
        ("夜勤の引き継ぎを担当し、" * 6, {}),  # 72 characters: about 36 words
        ("夜勤を担当しました。", {1: GivenAdvice(advice=Advice.SHORT)}),
    ],
)
def test_a_short_answer_is_told_from_a_long_one_in_every_script(text: str, expected: dict[int, GivenAdvice]) -> None:
    assert advise([heard(1, text)], {}) == expected


@folded(
    ("text", "wants", "expected"),
    [
        ("I led it.", WantedAnswer.DEED, Advice.SHORT),
        # A story of some words lacks something in particular.
        ("I led six people through the move to a new system that spring.", WantedAnswer.DEED, Advice.EXAMPLE),
        # Nobody did anything yet in their first week, and a date is a date.
        ("I would meet everybody.", WantedAnswer.VIEW, Advice.REASON),
        (LONG, WantedAnswer.VIEW, None),
        ("In May.", WantedAnswer.FACT, None),
    ],
)
def test_what_is_advised_fits_what_was_asked(text: str, wants: WantedAnswer, expected: Advice | None) -> None:
    found = advise([heard(1, text, lacks=("more", "example"), wants=wants)], {})
    assert found == ({} if expected is None else {1: GivenAdvice(advice=expected)})


def test_what_was_skipped_is_said_and_not_called_short() -> None:
    assert advise([heard(1, "", is_skipped=True), heard(2)], {}) == {1: GivenAdvice(advice=Advice.SKIPPED)}


def test_what_is_not_scored_gets_no_advice() -> None:
    assert advise([heard(1, "", is_skipped=True, counts=False), heard(2, "Hm.", counts=False)], {}) == {}


def test_what_is_beside_the_question_is_said_unless_it_is_quoted() -> None:
    for flag, advice in ((Flag.OFF_TOPIC, Advice.ELSEWHERE), (Flag.QUESTION_ECHO, Advice.QUESTION_REPEATED)):
        assert advise([heard(1)], {1: judged(flag, end=150)}) == {1: GivenAdvice(advice=advice)}
        assert advise([heard(1)], {1: judged(flag, quoted=[PLAN], end=150)}) == {1: GivenAdvice(advice=Advice.KEEP)}
    # Many begin with the question's words, and go on in their own.
    assert advise([heard(1)], {1: judged(Flag.QUESTION_ECHO, end=60)}) == {}


@folded(
    ("score", "wants", "is_praised"),
    [
        (Fraction(5), WantedAnswer.DEED, True),
        (Fraction(7, 3), WantedAnswer.DEED, True),
        (Fraction(9, 4), WantedAnswer.DEED, False),  # "Little of what this question looks for came up here."
        (Fraction(1), WantedAnswer.DEED, False),
        (None, WantedAnswer.DEED, False),
        (Fraction(5), WantedAnswer.VIEW, False),  # of what somebody would do, no deed is praised
    ],
)
def test_praise_never_stands_beside_little(score: Fraction | None, wants: WantedAnswer, is_praised: bool) -> None:
    found = advise([heard(1, wants=wants)], {1: judged(quoted=[PLAN], score=score)})
    assert (found == {1: GivenAdvice(advice=Advice.KEEP)}) is is_praised


@pytest.mark.parametrize(
    ("second", "is_same"),
    [
        (LONG, True),
        (f"As I said: {LONG.upper()}", True),
        (LONG[:116], True),
        (OTHER, False),
        ("I led a team.", False),
    ],
    ids=["pasted", "in capitals", "a part of it", "another", "too short to tell"],
)
def test_a_story_that_was_told_before_is_named(second: str, is_same: bool) -> None:
    found = advise([heard(1), heard(2, second)], {})
    assert (found.get(2) == GivenAdvice(advice=Advice.TOLD_BEFORE, earlier=1)) is is_same
    assert 1 not in found


def test_the_one_thing_is_what_is_advised_most_often_then_the_weightiest() -> None:
    told = {
        1: GivenAdvice(advice=Advice.KEEP),
        2: GivenAdvice(advice=Advice.EXAMPLE),
        3: GivenAdvice(advice=Advice.SHORT),
        4: GivenAdvice(advice=Advice.EXAMPLE),
        5: GivenAdvice(advice=Advice.KEEP),
        6: GivenAdvice(advice=Advice.KEEP),
    }
    assert find_main(told) == (2, 4)
    assert find_main({number: told[number] for number in (1, 2, 3)}) == (3,)
    assert find_main({1: told[1]}) == ()
    assert find_main({1: GivenAdvice(advice=Advice.AGAIN)}) == ()


SHORT_STORY = "At a small shop in our town I led six people through the move to the new till."


@folded(
    ("text", "wants", "expected"),
    [
        (f"{LONG} {OTHER}", WantedAnswer.DEED, Advice.NUMBER),
        (SHORT_STORY, WantedAnswer.DEED, Advice.ROOM),
        # Whoever tells a number is not asked for one.
        (f"In 2024 it was. {LONG} {OTHER}", WantedAnswer.DEED, Advice.STEPS),
        (LONG, WantedAnswer.VIEW, Advice.MOMENT),
        # A date is a date; in most languages nobody tells a story's question from a date's.
        ("In May.", WantedAnswer.FACT, None),
        (LONG, WantedAnswer.FACT, Advice.MOMENT),
    ],
)
def test_practice_gives_every_story_and_view_something_to_check(
    text: str, wants: WantedAnswer, expected: Advice | None
) -> None:
    question = heard(1, text, wants=wants)
    assert advise([question], {}, is_practice=True) == ({} if expected is None else {1: GivenAdvice(advice=expected)})
    assert advise([question], {}) == {}


@folded(
    ("wants", "tells", "expected"),
    [
        (WantedAnswer.VIEW, "", Advice.MOMENT),
        (WantedAnswer.VIEW, "moment", Advice.AGAIN),
        (WantedAnswer.DEED, "", Advice.ROOM),
        # Whoever said how it ended is not told to say how it ended.
        (WantedAnswer.DEED, "end", Advice.AGAIN),
    ],
)
def test_practice_asks_for_nothing_that_was_told(wants: WantedAnswer, tells: str, expected: Advice) -> None:
    question = heard(1, f"{SHORT_STORY} That was in 2024.", wants=wants, tells=tells)
    assert advise([question], {}, is_practice=True) == {1: GivenAdvice(advice=expected)}


def test_practice_asks_for_no_moment_beside_words_that_stood_out() -> None:
    question = heard(1, LONG, wants=WantedAnswer.VIEW)
    assert advise([question], {1: judged(quoted=[PLAN])}, is_practice=True) == {1: GivenAdvice(advice=Advice.AGAIN)}


def test_who_said_it_once_more_is_not_told_to_say_it_once_more() -> None:
    question = replace(heard(1, LONG, wants=WantedAnswer.VIEW), is_retried=True)
    assert advise([question], {1: judged(quoted=[PLAN])}, is_practice=True) == {}


def test_each_answer_gets_something_else_to_check_as_long_as_there_is_something() -> None:
    stories = [SHORT_STORY, *(f"{word} " * 20 for word in ("one", "two", "three", "four"))]
    found = advise([heard(number, text) for number, text in enumerate(stories)], {}, is_practice=True)
    assert [given.advice for given in found.values()] == [
        Advice.ROOM,
        Advice.NUMBER,
        Advice.STEPS,
        Advice.AGAIN,
        Advice.ROOM,
    ]


def test_what_is_surely_missing_is_said_before_what_could_be_checked() -> None:
    found = advise([heard(1, lacks=("own_part",)), heard(2, "", is_skipped=True)], {}, is_practice=True)
    assert [given.advice for given in found.values()] == [Advice.OWN_PART, Advice.SKIPPED]
