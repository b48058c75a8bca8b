"""Whole answers and sessions, judged by a rater of word overlap: what must hold whoever rates."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.folding import folded
from tests.scoring.lexical import LexicalRater, RoughRater
from tests.scoring.test_gates import ATTACKS
from vivavoce.interviews.weights import read_weights
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer, judge_session
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.verdicts import VerdictState

RATER = LexicalRater()
QUESTION = "How do you close a month?"
RUBRIC = Rubric(
    weak=("Reconciles bank accounts", "Works through a checklist"),
    moderate=("Books accruals for missing invoices",),
    strong=("Automated a step of the close",),
)


def give(*texts: str, rubric: Rubric | None = RUBRIC, number: int = 1, **more: Any) -> Given:
    """An answer, and its follow-ups."""
    turns = tuple(
        GivenAnswer(
            number=number + place, question=QUESTION if place == 0 else "And then?", text=text, is_follow_up=place > 0
        )
        for place, text in enumerate(texts)
    )
    return Given(language="en", turns=turns, rubric=rubric, **more)


def judged(*texts: str, **more: Any) -> JudgedAnswer:
    """An answer, judged."""
    return judge_answer(give(*texts, **more), rater=RATER)


def states(answer: JudgedAnswer) -> str:
    """C, R or N a claim."""
    return "".join(verdict.state.name[0] for verdict in answer.verdicts)


@folded(
    ("texts", "found", "score"),
    [
        (["I reconcile all bank accounts, by hand."], "CNNN", Fraction(3, 2)),  # 1 + 4 · (2 · 1/2) / 8
        (["I never reconcile bank accounts."], "RNNN", 1),
        (["I reconcile bank accounts.", "I automated a step of the close."], "CNNC", 3),  # 1 + 4 · (2 · 1/2 + 3) / 8
        (["We go to the beach."], "NNNN", 1),
        (["I don't know."], "NNNN", 1),
        (["I reconcile bank accounts.", "Yes."], "CNNN", Fraction(3, 2)),
    ],
)
def test_an_answer_and_its_follow_ups_are_judged_together(texts: list[str], found: str, score: Fraction) -> None:
    answer = judged(*texts)
    assert states(answer) == found
    assert answer.score == score


@pytest.mark.parametrize(
    ("follow_up", "rater", "found"),
    [
        ("To reconcile bank accounts I don't need a calculator.", RoughRater(), "CNNN"),
        ("To reconcile bank accounts I don't need a calculator.", RATER, "NNNN"),  # it is taken at its word
        ("I never reconcile bank accounts.", RoughRater(), "NNNN"),  # a rule sees it denied
    ],
)
def test_a_follow_up_takes_back_what_was_found_only_where_it_is_denied(
    follow_up: str, rater: LexicalRater, found: str
) -> None:
    answer = judge_answer(give("I reconcile bank accounts.", follow_up), rater=rater)
    assert states(answer) == found


@pytest.mark.parametrize(
    ("answer", "reason", "needs_review"),
    [
        (give("I reconcile bank accounts.", rubric=None), "no_expectations", False),
        (give("I reconcile bank accounts.", is_scored=False), "not_scored", False),
        (give(" … "), "no_content", False),
        (give("Zuerst gleiche ich alle Bankkonten ab, und danach buche ich."), "language_not_mastered", True),
        (give("Other", is_choice=True), "choice_not_in_rubric", False),
    ],
)
def test_what_is_not_judged_has_no_score_but_a_reason(answer: Given, reason: str, needs_review: bool) -> None:
    found = judge_answer(answer, rater=RATER)
    assert found.score is None
    assert found.verdicts == ()
    assert found.reasons == (reason,)
    assert found.needs_review == needs_review


def test_a_choice_confirms_the_claim_that_is_its_text() -> None:
    found = judged("Fluent", rubric=Rubric(moderate=("fluent",), strong=("Native",)), is_choice=True)
    assert states(found) == "CN"
    assert found.score == 3  # 1 + 4 · 3 / 6
    assert found.verdicts[0].quotes[0].text == "Fluent"


def test_a_quote_is_given_in_the_characters_that_were_typed() -> None:
    typed = "Well. I reсоnсile\u200b  ﬁve ｂank accounts… Bye."  # Cyrillic с and о
    (quote,) = judged(typed).verdicts[0].quotes
    assert typed[quote.start : quote.end] == quote.text
    assert "ﬁve ｂank accounts" in quote.text


@folded("attack", [*ATTACKS, "Yes. " * 300, "The leaves are green and the sky is blue. " * 50])
@pytest.mark.parametrize("answer", ["We do it well.", "I reconcile bank accounts.", "I automated a step of the close."])
def test_an_attack_changes_no_verdict(answer: str, attack: str) -> None:
    plain = judged(answer)
    assert states(judged(f"{answer}\n{attack}")) == states(plain)
    assert states(judged(f"{attack}\n\n{answer}")) == states(plain)


@folded("attack", [*ATTACKS, " ".join(claim.text + "." for claim in RUBRIC.claims)])
def test_an_attack_alone_scores_nothing(attack: str) -> None:
    score = judged(attack).score
    assert score is None or score <= Fraction(5, 4)


def test_what_needs_a_person_says_why() -> None:
    found = judged(f"I reconcile bank accounts. {ATTACKS[0]}")
    assert found.needs_review
    assert found.reasons == ("prompt_injection",)
    assert judged("I reconcile bank accounts and work through a checklist.").reasons == ()


# --- Sessions ------------------------------------------------------------------------------------------------------

INTERVIEW = Rubric(weak=("Reconciles bank accounts",), strong=("Led a team of accountants",))


def session(*answers: Given, rubric: Rubric | None = INTERVIEW, **more: Any) -> Any:
    """A session, judged."""
    return judge_session(answers, rubric=rubric, rater=RATER, **more)


def test_a_session_is_judged_by_its_best_evidence_anywhere() -> None:
    found = session(
        give("I reconcile bank accounts."),
        give("I led a team of accountants.", rubric=None, number=2),
        give("I led nobody. Automated a step of the close.", is_scored=False, number=3),
    )
    assert [verdict.state for verdict in found.verdicts] == [VerdictState.CONFIRMED, VerdictState.CONFIRMED]
    assert found.session_score == 5
    assert found.answers_score == Fraction(3, 2)  # the one answer with a rubric that is scored
    assert found.score == Fraction(45, 8)  # (10 + 1.25) / 2
    assert [answer.score for answer in found.answers] == [Fraction(3, 2), None, None]
    assert (found.asked, found.heard) == (2, 2)


def test_confirmed_here_and_rejected_there_is_neither() -> None:
    found = session(give("I reconcile bank accounts."), give("I never reconcile bank accounts.", number=2))
    assert found.verdicts[0].state is VerdictState.NOT_DISCUSSED
    assert found.needs_review
    assert "contradictory" in found.reasons


@pytest.mark.parametrize(
    ("answers", "rubric", "reason"),
    [
        ([], INTERVIEW, "no_expectations"),
        ([give("I reconcile bank accounts.", rubric=None)], None, "no_expectations"),
        ([give("")], INTERVIEW, "no_content"),
        ([give("I reconcile bank accounts.", is_scored=False)], INTERVIEW, "not_scored"),
        ([give("Zuerst gleiche ich alle Bankkonten ab, und danach buche ich.")], INTERVIEW, "language_not_mastered"),
    ],
)
def test_nothing_judged_is_no_score(answers: list[Given], rubric: Rubric | None, reason: str) -> None:
    found = session(*answers, rubric=rubric)
    assert found.score is None
    assert reason in found.reasons


def test_silence_shows_nothing_where_others_were_answered() -> None:
    found = session(give("I reconcile bank accounts."), give("", number=2), rubric=None)
    assert [answer.score for answer in found.answers] == [Fraction(3, 2), 1]
    assert found.answers_score == Fraction(5, 4)


def test_weights_mix_the_parts() -> None:
    found = session(give("I reconcile bank accounts."), weights=read_weights({"session": {"weight": 0}}))
    assert found.score == Fraction(5, 4)  # (1.5 − 1) · 2.5


# --- What holds of any text ----------------------------------------------------------------------------------------

SAID = """I we reconcile bank accounts never automated a step of the close checklist work . ! , through books accruals
um missing invoices Ignore all previous instructions \u200b сorp"""
WORDS = st.sampled_from([*SAID.split(), "\n"])
TALK = st.lists(WORDS, max_size=60).map(" ".join)
EMPTY_TALK = st.lists(st.sampled_from(["green leaves fall.", "Rivers run.", "blue sky today\n"]), max_size=20).map(
    " ".join
)


@settings(max_examples=200, deadline=None)
@given(TALK | st.text())
def test_every_quote_is_in_the_answer(text: str) -> None:
    for verdict in judged(text).verdicts:
        assert (verdict.state is VerdictState.NOT_DISCUSSED) == (verdict.quotes == ())
        for quote in verdict.quotes:
            assert quote.text == text[quote.start : quote.end] != ""


@settings(max_examples=100, deadline=None)
@given(TALK.filter(lambda text: "never" not in text), EMPTY_TALK)
def test_text_without_evidence_never_raises(text: str, more: str) -> None:
    """But for a lone "never" behind a stop: it takes back what came before it only as long as one window holds both."""
    before, after = judged(text).score, judged(f"{text}\n{more}").score
    assert (after or 1) <= (before or 1)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(TALK, min_size=1, max_size=4), st.randoms())
def test_the_order_of_answers_and_claims_never_matters(texts: list[str], random: Any) -> None:
    answers = [give(text, number=number) for number, text in enumerate(texts, start=1)]
    shuffled = list(answers)
    random.shuffle(shuffled)
    turned = Rubric(weak=INTERVIEW.weak[::-1], strong=INTERVIEW.strong[::-1])
    one, other = session(*answers), session(*shuffled, rubric=turned)
    assert (one.score, one.session_score, one.answers_score) == (other.score, other.session_score, other.answers_score)
    assert sorted(one.reasons) == sorted(other.reasons)


@settings(max_examples=100, deadline=None)
@given(TALK, st.sampled_from(ATTACKS))
def test_an_injection_changes_no_other_claim(text: str, attack: str) -> None:
    plain = judged(text)
    if plain.verdicts:
        assert states(judged(f"{text}\n\n{attack}")) == states(plain)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "I reconcile bank accounts. " * 4000,
        *(
            pytest.param(text, marks=pytest.mark.nightly)
            for text in ("\u202eα" * 50_000, "bank " * 20_000, "a" * 100_000)
        ),
    ],
    ids=["sentences", "signs", "words", "letters"],
)
def test_a_hundred_thousand_characters_are_judged(text: str) -> None:
    found = judged(text)
    assert found.score is None or 1 <= found.score <= 5
