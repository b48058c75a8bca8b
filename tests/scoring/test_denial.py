"""What a rule sees denied, and that a rough rater rejects nothing else."""

import pytest

from bench.judging.denials import HALVES, read_pairs
from tests.folding import folded
from tests.scoring.lexical import LexicalRater, RoughRater
from vivavoce.scoring.denial import find_denials
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.verdicts import Verdict, VerdictState

LEAST_RIGHT = 0.9  # of what the rule calls a denial
LEAST_SEEN = 0.8  # of the denials, so that it is no rule that never speaks


def judged(claim: str, text: str, *, rater: LexicalRater, language: str = "en") -> Verdict:
    """The one verdict."""
    turns = (GivenAnswer(number=1, question="How do you do it?", text=text),)
    given = Given(language=language, turns=turns, rubric=Rubric(weak=(claim,)))
    return judge_answer(given, rater=rater).verdicts[0]


@pytest.mark.parametrize("half", HALVES)
def test_it_is_right_where_it_speaks(half: str) -> None:
    pairs = read_pairs(half)
    assert len(pairs) == 100
    assert sum(pair.denies for pair in pairs) == 50
    called = [pair for pair in pairs if find_denials(pair.claim, pair.words)]
    right = [pair for pair in called if pair.denies]
    assert len(right) >= LEAST_RIGHT * len(called)
    assert len(right) >= LEAST_SEEN * 50


def test_no_pair_stands_in_both_halves() -> None:
    claims = [{pair.claim for pair in read_pairs(half)} for half in HALVES]
    assert not claims[0] & claims[1]


@pytest.mark.parametrize(
    ("claim", "text", "words"),
    [
        ("Checks the label", "Well. I never check the label before I give it.", "never check the label"),
        ("The motor runs", "The motor does not run with an open switch.", "motor does not run"),
        ("Keeps a log", "No, we didn’t keep any log.", "didn’t keep any log"),
        ("Checks the label", "i was on nights and i never check labels", "never check labels"),
        ("Has driven", "I have never driven before.", "never driven"),
    ],
)
def test_a_denial_is_the_words_that_deny(claim: str, text: str, words: str) -> None:
    assert [text[one.start : one.end] for one in find_denials(claim, text)] == [words]


@folded(
    ("claim", "text"),
    [
        ("Never skips a check", "I never skip a check."),  # who denies what is denied affirms it
        ("Opens the valve only when it is cold", "I don't open the valve when it is hot."),
        ("Checks the label", ""),
        ("", "I never check."),
        ("Checks the label", "I never. Check the label."),
        ("Checks the label", "I never check the label?"),
        ("Checks the label", "I didn't check the label, now I do."),
        ("Checks the label", "I don't check the label once, I check it twice."),
        ("Has driven", "Drove a van for three years. I've never driven kids tho, only my own."),  # no more than that
    ],
)
def test_where_it_can_not_tell_it_is_silent(claim: str, text: str) -> None:
    assert find_denials(claim, text) == []


@pytest.mark.parametrize(
    ("text", "rough", "other"),
    [
        ("I never reconcile bank accounts.", VerdictState.REJECTED, VerdictState.REJECTED),
        ("No, bank accounts are what I reconcile first.", VerdictState.NOT_DISCUSSED, VerdictState.REJECTED),
        ("If I didn't reconcile bank accounts, nobody would.", VerdictState.NOT_DISCUSSED, VerdictState.REJECTED),
        ("I reconcile bank accounts.", VerdictState.CONFIRMED, VerdictState.CONFIRMED),
    ],
)
def test_a_rough_rater_rejects_what_a_rule_sees_denied_too(text: str, rough: VerdictState, other: VerdictState) -> None:
    verdict = judged("Reconciles bank accounts", text, rater=RoughRater())
    assert verdict.state is rough
    assert (verdict.quotes != ()) == (rough is not VerdictState.NOT_DISCUSSED)
    assert judged("Reconciles bank accounts", text, rater=LexicalRater()).state is other


def test_a_denial_elsewhere_in_the_answer_denies_nothing_here() -> None:
    lines = ["No, bank accounts are what I reconcile first.", *(f"On day {n} we book item {n}." for n in range(12))]
    text = " ".join([*lines, "My bank accounts at home I have never reconciled."])
    verdict = judged("Reconciles bank accounts", text, rater=RoughRater())
    assert all("home" in quote.text for quote in verdict.quotes)
