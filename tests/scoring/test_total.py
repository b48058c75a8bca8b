"""The sums, with the sum shown, and what holds of any verdicts."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.weights import read_weights
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.total import find_mean, mix, score_verdicts, show
from vivavoce.scoring.verdicts import Verdict, VerdictState

C, R, N = VerdictState.CONFIRMED, VerdictState.REJECTED, VerdictState.NOT_DISCUSSED


def told(**states: list[VerdictState]) -> list[Verdict]:
    """Verdicts by bracket."""
    return [
        Verdict(claim=Claim(bracket=Bracket(bracket), index=index, text=f"{bracket} {index}"), state=state, p=0.9)
        for bracket, inside in states.items()
        for index, state in enumerate(inside)
    ]


@folded(
    ("verdicts", "score"),
    [
        (told(weak=[C, C], moderate=[C, C], strong=[C]), 5),  # 1 + 4 · (2 + 3 + 3) / 8
        (told(weak=[N, N], moderate=[N], strong=[N]), 1),  # 1 + 4 · 0
        (told(weak=[R], moderate=[R], strong=[R]), 1),  # no bracket below 0
        (told(weak=[C]), 5),  # brackets without claims leave the sum
        (told(weak=[C, N], moderate=[N, N]), Fraction(9, 5)),  # 1 + 4 · (2 · 1/2) / 5
        (told(weak=[C, R], strong=[C, N, N]), Fraction(9, 5)),  # 1 + 4 · (2 · 0 + 3 · 1/3) / 5
        (told(weak=[C], moderate=[R], strong=[C]), Fraction(7, 2)),  # 1 + 4 · (2 + 0 + 3) / 8
        ([], None),
    ],
)
def test_an_answer_scores(verdicts: list[Verdict], score: Fraction | None) -> None:
    assert score_verdicts(verdicts) == score


@folded(
    ("answers", "session", "scoring", "score"),
    [
        (5, 5, None, 10),
        (1, 1, None, 0),
        (5, 1, None, 5),  # 50, 50
        (3, None, None, 5),  # what was not judged leaves the sum
        (None, 2, None, Fraction(5, 2)),
        (None, None, None, None),
        (5, 1, {"answers": {"weight": 75}, "session": {"weight": 25}}, Fraction(15, 2)),
        (5, 1, {"answers": 1, "session": 3}, Fraction(5, 2)),
        (5, 1, {"answers": {"weight": 0}}, 0),
        (5, None, {"answers": {"weight": 0}}, None),  # nothing that counts was judged
        (5, 1, {"accent": {"weight": 1000}}, 5),  # never counted, whatever is sent
        (5, 1, {"answers": {"weight": float("nan")}, "session": {"weight": True}}, None),
        (5, 1, {"answers": {"weight": -50}}, 0),
    ],
)
def test_parts_are_mixed_by_their_weights(
    answers: int | None, session: int | None, scoring: dict[str, Any] | None, score: Fraction | None
) -> None:
    exact = [None if part is None else Fraction(part) for part in (answers, session)]
    assert mix(answers=exact[0], session=exact[1], weights=read_weights(scoring)) == score


def test_the_mean_leaves_out_what_has_no_score() -> None:
    assert find_mean([Fraction(2), None, Fraction(5)]) == Fraction(7, 2)
    assert find_mean([None, None]) is None
    assert find_mean([]) is None


@pytest.mark.parametrize(
    ("score", "shown"), [(Fraction(7, 3), "2.33"), (Fraction(1001, 200), "5.01"), (Fraction(1), "1.00")]
)
def test_two_decimals_are_shown(score: Fraction, shown: str) -> None:
    assert show(score) == Decimal(shown)
    assert str(show(score)) == shown


VERDICTS = st.lists(
    st.builds(
        Verdict,
        claim=st.builds(Claim, bracket=st.sampled_from(Bracket), index=st.integers(0, 9), text=st.text(max_size=3)),
        state=st.sampled_from(VerdictState),
        p=st.floats(0, 1),
    ),
    min_size=1,
    max_size=15,
)


def _change(verdicts: list[Verdict], place: int, state: VerdictState) -> list[Verdict]:
    changed = Verdict(claim=verdicts[place].claim, state=state, p=1.0)
    return [*verdicts[:place], changed, *verdicts[place + 1 :]]


@given(VERDICTS, st.data())
def test_confirming_never_lowers_and_rejecting_never_raises(verdicts: list[Verdict], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(verdicts) - 1))
    scores = [score_verdicts(_change(verdicts, place, state)) for state in (R, N, C)]
    assert all(score is not None for score in scores)
    assert scores == sorted(score for score in scores if score is not None)


@given(VERDICTS, st.randoms())
def test_order_never_matters(verdicts: list[Verdict], random: Any) -> None:
    shuffled = list(verdicts)
    random.shuffle(shuffled)
    assert score_verdicts(shuffled) == score_verdicts(verdicts)


@given(VERDICTS)
def test_a_score_stays_on_its_scale(verdicts: list[Verdict]) -> None:
    score = score_verdicts(verdicts)
    assert score is not None
    assert 1 <= score <= 5
