"""Verdicts from windows: which state, which words, and when a verdict falls."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.interviews.expectations import Bracket
from vivavoce.providers.raters.port import Judged
from vivavoce.scoring.evidence import Sighting, hold, join, lean
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import Doubt, Quote, Verdict, VerdictState

CLAIM = Claim(bracket=Bracket.WEAK, index=0, text="Leads a team")
C, R, N = VerdictState.CONFIRMED, VerdictState.REJECTED, VerdictState.NOT_DISCUSSED


def judged(confirmed: float, rejected: float) -> Judged:
    """Probabilities."""
    return Judged(confirmed=confirmed, rejected=rejected, not_discussed=1 - confirmed - rejected)


def seen(confirmed: float, rejected: float, *, start: int = 0, size: int = 10) -> Sighting:
    """A window."""
    quote = Quote(turn=1, start=start, end=start + size, text="x" * size)
    return Sighting(quotes=(quote,), reading=quote.text, question="q", judged=judged(confirmed, rejected))


@folded(
    ("windows", "state", "doubt"),
    [
        ([], N, None),
        ([(0.4, 0.3)], N, None),
        ([(0.5, 0.5)], N, None),  # more than half
        ([(0.51, 0.1)], C, None),
        ([(0.1, 0.8), (0.45, 0.1)], R, None),
        ([(0.9, 0.0), (0.0, 0.6)], C, None),  # a clear lead
        ([(0.8, 0.0), (0.0, 0.7)], N, Doubt.CONTRADICTORY),
    ],
)
def test_windows_lean_to_a_state(windows: list[tuple[float, float]], state: VerdictState, doubt: Doubt | None) -> None:
    leaning = lean(CLAIM, [seen(*one, start=20 * place) for place, one in enumerate(windows)])
    assert (leaning.state, leaning.doubt) == (state, doubt)
    assert (leaning.sighting is None) == (state is N)


def test_the_shortest_of_the_surest_words_are_quoted() -> None:
    leaning = lean(CLAIM, [seen(0.95, 0, size=40), seen(0.9, 0, start=50, size=8), seen(0.6, 0, start=90, size=2)])
    assert leaning.sighting is not None
    assert leaning.sighting.quotes[0].start == 50
    assert leaning.p == 0.9


@pytest.mark.parametrize(
    ("alone", "state", "doubt"),
    [
        (judged(0.9, 0), C, None),
        (judged(0.5, 0), N, Doubt.UNSUPPORTED),
        (judged(0.1, 0.8), N, Doubt.UNSUPPORTED),
    ],
)
def test_a_verdict_falls_when_its_quote_alone_does_not_carry_it(
    alone: Judged, state: VerdictState, doubt: Doubt | None
) -> None:
    verdict = hold(lean(CLAIM, [seen(0.9, 0)]), alone=alone)
    assert (verdict.state, verdict.doubt) == (state, doubt)
    assert (verdict.quotes != ()) == (state is C)


def _verdict(state: VerdictState, p: float = 0.9) -> Verdict:
    quotes = () if state is N else seen(1, 0).quotes
    return Verdict(claim=CLAIM, state=state, p=p, quotes=quotes)


@pytest.mark.parametrize(
    ("states", "state", "doubt"),
    [
        ([C, N, N], C, None),
        ([N, R], R, None),
        ([C, R, C], N, Doubt.CONTRADICTORY),
        ([N, N], N, None),
    ],
)
def test_a_session_takes_the_best_evidence(
    states: list[VerdictState], state: VerdictState, doubt: Doubt | None
) -> None:
    joined = join([_verdict(one) for one in states])
    assert (joined.state, joined.doubt) == (state, doubt)


def test_the_surest_words_stand_for_a_claim() -> None:
    assert join([_verdict(C, 0.6), _verdict(C, 0.8), _verdict(N, 0.99)]).p == 0.8


WINDOWS = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 500), st.integers(1, 80)).map(
        lambda one: seen(one[0] * (1 - one[1] / 2), one[1] / 2, start=one[2], size=one[3])
    ),
    max_size=8,
)
RANK = {R: 0, N: 1, C: 2}


@given(WINDOWS, st.floats(0, 1))
def test_a_confirming_window_never_lowers_and_a_rejecting_one_never_raises(windows: list[Sighting], p: float) -> None:
    before = RANK[lean(CLAIM, windows).state]
    assert RANK[lean(CLAIM, [*windows, seen(p, 0.0)]).state] >= before
    assert RANK[lean(CLAIM, [*windows, seen(0.0, p)]).state] <= before


@given(WINDOWS, st.randoms())
def test_the_order_of_windows_never_matters(windows: list[Sighting], random: Any) -> None:
    shuffled = list(windows)
    random.shuffle(shuffled)
    one, other = lean(CLAIM, windows), lean(CLAIM, shuffled)
    assert (one.state, one.p, one.doubt) == (other.state, other.p, other.doubt)


@pytest.mark.slow
@given(WINDOWS, st.floats(0, 0.5))
def test_a_window_without_evidence_changes_nothing(windows: list[Sighting], p: float) -> None:
    assert lean(CLAIM, [*windows, seen(p, 0.5 - p / 2)]).state == lean(CLAIM, windows).state


@given(st.lists(st.sampled_from([C, R, N]).map(_verdict), min_size=1, max_size=6), st.sampled_from([C, R, N]))
def test_more_evidence_moves_a_session_its_own_way(verdicts: list[Verdict], state: VerdictState) -> None:
    before, after = RANK[join(verdicts).state], RANK[join([*verdicts, _verdict(state)]).state]
    assert {C: after >= before, R: after <= before, N: after == before}[state]
