"""Marks beside marks, and scores beside people: figures that can be computed by hand, and what follows from them."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from vivavoce.errors import Invalid
from vivavoce.scoring.ratings import (
    LEAST_PAIRS,
    WANTED_QWK,
    Measured,
    RatedAnswer,
    find_qwk,
    fit_cuts,
    measure,
    to_marks,
)


def rated(count: int, *, noise: float, unsure_noise: float = 0.0, seed: int = 1) -> list[RatedAnswer]:
    """Answers of a true quality; people err by half a mark; the score by noise, more where it is unsure."""
    chance = np.random.default_rng(seed)
    made = []
    for number in range(count):
        true, is_sure = chance.uniform(1, 5), number % 3 != 0
        first, second = (int(np.clip(round(true + chance.normal(0, 0.5)), 1, 5)) for _ in range(2))
        score = float(np.clip(true + chance.normal(0, noise if is_sure else noise + unsure_noise), 1, 5))
        made.append(RatedAnswer(first=first, second=second, score=score, sure=0.9 if is_sure else 0.3))
    return made


def marks(*values: int) -> Any:
    return np.array(values, dtype=np.int64)


def test_agreement_is_what_a_hand_computes() -> None:
    # Observed disagreement 2 of 4 by one mark; by chance (1·2 + 1·1 + ...): the table of 1, 1, 2, 2 beside 1, 2, 2, 1.
    assert find_qwk(marks(1, 1, 2, 2), marks(1, 2, 2, 1)) == pytest.approx(0)
    assert find_qwk(marks(1, 2, 3, 4, 5), marks(1, 2, 3, 4, 5)) == 1
    assert find_qwk(marks(1, 5), marks(5, 1)) == -1
    # One of four is off by one: observed 1; by chance Σ (i−j)²·n_i·n_j / 4 = 10 of 1, 2, 3, 4 and 1, 2, 3, 3.
    by_chance = sum((i - j) ** 2 for i in (1, 2, 3, 4) for j in (1, 2, 3, 3)) / 4
    assert find_qwk(marks(1, 2, 3, 4), marks(1, 2, 3, 3)) == pytest.approx(1 - 1 / by_chance)


def test_cuts_bring_a_shifted_score_back_to_the_marks() -> None:
    people = marks(*[1, 2, 3, 4, 5] * 10)
    scores = np.linspace(0, 0, 50) + people * 0.5 + 0.5  # 1.0 … 3.0
    cuts = fit_cuts(scores, people)
    assert list(cuts) == sorted(cuts)
    assert find_qwk(people, to_marks(scores, cuts)) > 0.95 > find_qwk(people, to_marks(scores, [1.5, 2.5, 3.5, 4.5]))


@pytest.mark.slow
def test_a_better_program_agrees_more_and_nobody_exceeds_the_ceiling() -> None:
    good, poor = measure(rated(300, noise=0.2)), measure(rated(300, noise=1.5))
    assert good.program.qwk.value > poor.program.qwk.value
    assert good.people == poor.people  # people don't hang on it
    assert good.program.r.value <= good.ceiling.value + 0.02
    r = good.people.r.value
    assert good.ceiling.value == pytest.approx(sqrt(2 * r / (1 + r)))
    for estimate in (good.people.kappa, good.people.qwk, good.people.r, good.program.qwk, good.with_person):
        assert estimate.low <= estimate.value <= estimate.high
    assert good.residuals == tuple(sorted(good.residuals))
    assert abs(good.program.bias[3].value) < 0.2


def _share(measured: Measured) -> float:
    return 0.0 if measured.share is None else measured.share.share


@pytest.mark.slow
def test_what_needs_no_person_is_what_the_program_is_sure_of() -> None:
    mixed = measure(rated(400, noise=0.2, unsure_noise=3.0))
    assert mixed.share is not None
    assert 0.5 < mixed.share.share < 0.8  # two thirds are sure
    assert mixed.share.qwk.value > mixed.share.rest_qwk.value
    assert _share(measure(rated(400, noise=0.1))) == 1.0
    assert measure(rated(400, noise=9.0)).share is None
    assert mixed.share.qwk.value > WANTED_QWK - 0.1


def test_the_same_ratings_give_the_same_figures_and_few_give_none() -> None:
    some = rated(LEAST_PAIRS, noise=0.5)
    assert repr(measure(some)) == repr(measure(some))  # what can't be told is NaN, which equals nothing
    with pytest.raises(Invalid, match="At least 30"):
        measure(some[1:])


def test_two_people_who_never_differ_in_a_mark_tell_nothing_of_chance() -> None:
    same = [RatedAnswer(first=3, second=3, score=3.0, sure=1.0)] * LEAST_PAIRS
    measured = measure(same)
    assert np.isnan(measured.people.qwk.value)
    assert measured.share is None
