"""How far marks of the same answers agree: people's with each other, and scores with people's. Pure.

Marks are whole numbers from 1 to 5. κ: Cohen's; QWK: weighed by the square of the distance; r: Pearson's; bias:
how far one is above the other, by bands of the first. Intervals: percentiles of seeded bootstrap samples.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import Invalid

LOWEST_MARK, HIGHEST_MARK = 1, 5
MARKS = HIGHEST_MARK - LOWEST_MARK + 1
LEAST_PAIRS = 30  # below that every interval is as wide as the scale
SAMPLES = 1_000
INSIDE = 0.95  # of the samples lie in an interval
SEED = 18
PARTS = 5  # for each, cuts are fitted by the others
LEAST_SHARE = 10  # answers of a share: of fewer no agreement can be told
WANTED_QWK = 0.80

Values = NDArray[np.float64]
Marks = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedAnswer:
    """An answer that two people marked, from 1 to 5. score: the program's, 1 to 5. sure: higher, where it is surer."""

    first: int
    second: int
    score: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its interval; all NaN where it can't be told."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two agree. bias: the second above the first, by band (1 to 5) of the first; bands that occur alone.

    same, near: answers to which both give the same mark, and marks that are at most one apart.
    """

    same: int
    near: int
    kappa: Estimate
    qwk: Estimate
    r: Estimate
    bias: dict[int, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Answers that no person needs to look at, by the program's own sureness, and the others.

    Where the share ends was chosen on one half of the answers; qwk and rest_qwk are told on the other half.
    least_sure: what an answer must reach. share: of the other half. None of them: no share reaches WANTED_QWK.
    """

    least_sure: float
    share: float
    qwk: Estimate
    rest_qwk: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that double ratings tell. ceiling: the r that a perfect program could reach with the mean of two such people.

    with_person: the program's mark beside each of the two, as people are held against each other. cuts: where its score
    becomes the next mark. residuals: how far scores are from the people's mean, in order.
    """

    count: int
    people: Agreement
    program: Agreement
    with_person: Estimate
    ceiling: Estimate
    cuts: tuple[float, ...]
    residuals: tuple[float, ...]
    share: Share | None


def measure(rated: Sequence[RatedAnswer]) -> Measured:
    """What the ratings tell. Raises Invalid for fewer than LEAST_PAIRS."""
    if len(rated) < LEAST_PAIRS:
        raise Invalid(
            f"{len(rated)} answers were marked twice. At least {LEAST_PAIRS} are needed, better 200.", name="file"
        )
    first = np.array([answer.first for answer in rated], dtype=np.int64)
    second = np.array([answer.second for answer in rated], dtype=np.int64)
    scores = np.array([answer.score for answer in rated], dtype=np.float64)
    sure = np.array([answer.sure for answer in rated], dtype=np.float64)
    mean = (first + second) / 2
    people = to_marks_of_mean(mean)
    told = cross_marks(scores, people)
    program = Agreement(
        same=_count_near(people, told, most=0),
        near=_count_near(people, told, most=1),
        kappa=_estimate(_find_kappa, people, told),
        qwk=_estimate(find_qwk, people, told),
        r=_estimate(_correlate, mean, scores),
        bias=_find_bias(people, scores - mean),
    )
    return Measured(
        count=len(rated),
        people=Agreement(
            same=_count_near(first, second, most=0),
            near=_count_near(first, second, most=1),
            kappa=_estimate(_find_kappa, first, second),
            qwk=_estimate(find_qwk, first, second),
            r=_estimate(_correlate, first, second),
            bias=_find_bias(first, (second - first).astype(np.float64)),
        ),
        program=program,
        with_person=_estimate(
            lambda both, own: (find_qwk(both[:, 0], own) + find_qwk(both[:, 1], own)) / 2,
            np.stack([first, second], axis=1),
            told,
        ),
        ceiling=_estimate(_find_ceiling, first, second),
        cuts=fit_cuts(scores, people),
        residuals=tuple(sorted(float(residual) for residual in np.abs(scores - mean))),
        share=find_share(people, told, sure),
    )


def to_marks_of_mean(mean: Values) -> Marks:
    """The mark of two people together: their mean, halves up."""
    return np.floor(mean + 0.5).astype(np.int64)


def to_marks(scores: Values, cuts: Sequence[float]) -> Marks:
    """Scores as marks: how many cuts each has reached, from LOWEST_MARK on."""
    return LOWEST_MARK + np.searchsorted(np.array(cuts), scores, side="right").astype(np.int64)


def fit_cuts(scores: Values, marks: Marks) -> tuple[float, ...]:
    """The four cuts, in order, that bring scores closest to marks by QWK. They begin halfway between the marks."""
    cuts = [mark + 0.5 for mark in range(LOWEST_MARK, HIGHEST_MARK)]
    values = np.unique(scores)
    between = (values[1:] + values[:-1]) / 2
    tried = np.unique(np.quantile(between, np.linspace(0, 1, 41))) if len(between) else between
    best = find_qwk(marks, to_marks(scores, cuts))
    for _ in range(3):
        before = best
        for place in range(len(cuts)):
            low = cuts[place - 1] if place else -np.inf
            high = cuts[place + 1] if place + 1 < len(cuts) else np.inf
            for cut in tried:
                if not low <= cut <= high:
                    continue
                other = [*cuts[:place], float(cut), *cuts[place + 1 :]]
                reached = find_qwk(marks, to_marks(scores, other))
                if reached > best + 1e-9:
                    best, cuts = reached, other
        if best <= before:
            break
    return tuple(cuts)


def cross_marks(scores: Values, marks: Marks) -> Marks:
    """Each score as a mark, by cuts that were fitted without it."""
    told = np.zeros(len(scores), dtype=np.int64)
    part = np.random.default_rng(SEED).permutation(len(scores)) % PARTS
    for number in range(PARTS):
        own = part == number
        told[own] = to_marks(scores[own], fit_cuts(scores[~own], marks[~own]))
    return told


def find_share(people: Marks, told: Marks, sure: Values) -> Share | None:
    """The largest share, surest first, whose marks agree with people's by WANTED_QWK; None where there is none."""
    half = np.random.default_rng(SEED + 1).permutation(len(people)) % 2 == 0
    levels = np.unique(sure[half])
    for least in levels:
        inside = half & (sure >= least)
        if inside.sum() < LEAST_SHARE:
            break
        if find_qwk(people[inside], told[inside]) >= WANTED_QWK:
            taken, left = ~half & (sure >= least), ~half & (sure < least)
            return Share(
                least_sure=float(least),
                share=float(taken.sum() / (~half).sum()),
                qwk=_estimate(find_qwk, people[taken], told[taken]),
                rest_qwk=_estimate(find_qwk, people[left], told[left]),
            )
    return None


def find_qwk(marks: Marks, other: Marks) -> float:
    """Cohen's κ, weighed by the square of the distance; NaN where both give one and the same mark throughout."""
    places = np.arange(MARKS, dtype=np.float64)
    return _find_weighed(marks, other, (places[:, None] - places[None, :]) ** 2)


def _find_kappa(marks: Marks, other: Marks) -> float:
    return _find_weighed(marks, other, 1 - np.eye(MARKS))


def _find_weighed(marks: Marks, other: Marks, weights: Values) -> float:
    counts = np.zeros((MARKS, MARKS))
    np.add.at(counts, (marks - LOWEST_MARK, other - LOWEST_MARK), 1)
    if not counts.sum():
        return float("nan")
    by_chance = counts.sum(axis=1)[:, None] * counts.sum(axis=0)[None, :] / counts.sum()
    expected = float((weights * by_chance).sum())
    return 1 - float((weights * counts).sum()) / expected if expected else float("nan")


def _correlate(values: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    x, y = values.astype(np.float64), other.astype(np.float64)
    x, y = x - x.mean(), y - y.mean()
    scale = sqrt(float((x**2).sum() * (y**2).sum()))
    return float((x * y).sum()) / scale if scale else float("nan")


def _find_ceiling(first: Marks, second: Marks) -> float:
    """The square root of the reliability of their mean, by Spearman and Brown."""
    r = _correlate(first, second)
    if r != r:
        return r
    r = max(0.0, r)
    return sqrt(2 * r / (1 + r))


def _count_near(first: Marks, second: Marks, *, most: int) -> int:
    return int((np.abs(first - second) <= most).sum())


def _find_bias(bands: Marks, above: Values) -> dict[int, Estimate]:
    return {
        int(band): _estimate(lambda some, _: float(some.mean()), above[bands == band], bands[bands == band])
        for band in np.unique(bands)
    }


def _estimate(find: Callable[..., float], values: NDArray[np.generic], other: NDArray[np.generic]) -> Estimate:
    if len(values) == 0:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    chance = np.random.default_rng(SEED)
    drawn = (chance.integers(0, len(values), len(values)) for _ in range(SAMPLES))
    estimates = np.array([find(values[places], other[places]) for places in drawn])
    known = estimates[~np.isnan(estimates)]
    edge = (1 - INSIDE) / 2
    low, high = np.quantile(known, [edge, 1 - edge]) if len(known) else (float("nan"), float("nan"))
    return Estimate(value=find(values, other), low=float(low), high=float(high))
