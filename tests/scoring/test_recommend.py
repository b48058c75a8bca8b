"""What a result says: a recommendation by coverage, reasons with their quotes, feedback for practice."""

import pytest

from tests.folding import folded
from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.recommend import Recommendation, explain, make_feedback, make_report, recommend
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import Doubt, Quote, Verdict, VerdictState


def told(**states: str) -> list[Verdict]:
    """Verdicts by bracket: C, R or N a claim, D for one that fell back for a doubt."""
    return [
        _verdict(Claim(bracket=Bracket(bracket), index=index, text=f"{bracket} claim {index}"), sign)
        for bracket, signs in states.items()
        for index, sign in enumerate(signs)
    ]


def _verdict(claim: Claim, sign: str) -> Verdict:
    state = {"C": VerdictState.CONFIRMED, "R": VerdictState.REJECTED}.get(sign, VerdictState.NOT_DISCUSSED)
    quote = Quote(turn=1, start=0, end=40, text=f"the very words about {claim.text} as they were said")
    return Verdict(
        claim=claim,
        state=state,
        p=0.9 - claim.index / 100,
        quotes=() if state is VerdictState.NOT_DISCUSSED else (quote,),
        doubt=Doubt.CONTRADICTORY if sign == "D" else None,
    )


@folded(
    ("verdicts", "heard", "found"),
    [
        (told(weak="CC", moderate="CC", strong="CNN"), 4, Recommendation.STRONG),
        (told(weak="CC", moderate="CN", strong="CNN"), 4, Recommendation.STRONG),  # (1 + 1/2) / 2 = 3/4
        (told(weak="CC", moderate="CC", strong="NNN"), 4, Recommendation.MIXED),
        (told(weak="CC", moderate="CC"), 4, Recommendation.STRONG),  # nothing more was expected
        (told(weak="CN", moderate="NN", strong="NNN"), 4, Recommendation.WEAK),  # 1/4
        (told(weak="CC", moderate="RR", strong="N"), 4, Recommendation.MIXED),  # (1 + 0) / 2
        (told(weak="CR", moderate="RR", strong="C"), 4, Recommendation.MIXED),
        (told(weak="NN", moderate="NN", strong="CC"), 4, Recommendation.MIXED),
        (told(weak="NN"), 4, Recommendation.WEAK),
        (told(weak="CC", moderate="CC", strong="C"), 1, Recommendation.NOT_ENOUGH),  # one of four was heard
        (told(weak="CD", moderate="D", strong="D"), 4, Recommendation.NOT_ENOUGH),
        ([], 4, Recommendation.NOT_ENOUGH),
    ],
)
def test_evidence_is_weighed(verdicts: list[Verdict], heard: int, found: Recommendation) -> None:
    assert recommend(verdicts, heard=heard, asked=4) is found


def test_reasons_carry_quotes_and_what_did_not_come_up_is_none() -> None:
    report = make_report(
        told(weak="CRN", moderate="CCN", strong="CR"), heard=4, asked=4, needs_review=False, language="en"
    )
    assert [one.claim.text for one in report.reasons_for] == [
        "strong claim 0", "moderate claim 0", "moderate claim 1", "weak claim 0",
    ]  # fmt: skip
    assert [one.claim.text for one in report.reasons_against] == ["weak claim 1", "strong claim 1"]
    assert all(one.quotes for one in (*report.reasons_for, *report.reasons_against))
    assert report.key_statement is not None
    assert "strong claim 0" in report.key_statement.text


def test_at_most_four_reasons_are_given() -> None:
    report = make_report(told(weak="CCCCCC", strong="RRRRRR"), heard=1, asked=1, needs_review=False, language="en")
    assert len(report.reasons_for) == len(report.reasons_against) == 4


@folded(
    ("language", "said_in", "words"),
    [
        ("en", "en", "Mixed evidence for what was expected. Shown in the candidate's own words: 2 of 4"),
        ("de", "de", "2 von 4 Erwartungen"),
        ("fr", "fr", "2 attentes sur 4"),
        ("es", "es", "2 de 4 expectativas"),
        ("it", "it", "2 aspettative su 4"),
        ("pl", "en", "2 of 4 expectations"),
    ],
)
def test_a_result_is_told_in_a_sentence(language: str, said_in: str, words: str) -> None:
    report = make_report(told(weak="CC", moderate="RN"), heard=1, asked=1, needs_review=True, language=language)
    assert words in report.text
    assert report.language == said_in


def test_nothing_judged_is_said_so() -> None:
    report = make_report([], heard=0, asked=3, needs_review=False, language="en")
    assert report.text == "Not enough was said to tell. Nothing was judged, so there is no score."
    assert report.rationale is None


@pytest.mark.parametrize(
    ("verdicts", "bracket"),
    [
        (told(weak="CN", strong="N"), Bracket.WEAK),  # 1 + 4 · 1/5 = 1.8
        (told(weak="CC", moderate="CC", strong="NN"), Bracket.MODERATE),  # 1 + 4 · 5/8 = 3.5
        (told(weak="C", strong="C"), Bracket.STRONG),  # 5
    ],
)
def test_a_score_stands_in_a_third_of_its_scale(verdicts: list[Verdict], bracket: Bracket) -> None:
    rationale = explain(verdicts)
    assert rationale is not None
    assert rationale.bracket is bracket
    assert rationale.total[Bracket.WEAK] == sum(one.claim.bracket is Bracket.WEAK for one in verdicts)


@pytest.mark.parametrize(
    ("verdicts", "step"),
    [
        (told(weak="CR", moderate="N"), "Worth another look: weak claim 1"),
        (told(weak="CC", moderate="CN", strong="N"), "To add next time: moderate claim 1"),
        (told(weak="C", strong="N"), "To add next time: strong claim 0"),
        (told(weak="C"), "You covered everything that was looked for. Next time, add a number or a result."),
    ],
)
def test_practice_ends_in_one_next_step(verdicts: list[Verdict], step: str) -> None:
    assert make_feedback(verdicts, language="en").next_step == step


def test_practice_shows_the_own_words_and_what_a_solid_answer_adds() -> None:
    feedback = make_feedback(told(weak="CN", moderate="CR", strong="N"), language="de")
    assert [one.claim.text for one in feedback.shown] == ["moderate claim 0", "weak claim 0"]
    assert all(one.quotes for one in feedback.shown)
    assert [one.claim.text for one in feedback.also] == ["weak claim 1", "moderate claim 1"]


def test_braces_in_a_claim_are_words() -> None:
    claim = Claim(bracket=Bracket.WEAK, index=0, text="Uses {claim} and {0}")
    feedback = make_feedback([Verdict(claim=claim, state=VerdictState.NOT_DISCUSSED, p=1)], language="en")
    assert feedback.next_step.endswith("Uses {claim} and {0}")
