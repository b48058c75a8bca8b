"""What judgements come to: macro-F1, correlation, and correlation with the length taken out."""

from collections.abc import Sequence
from math import ceil, sqrt

VERDICTS = ("confirmed", "rejected", "not_discussed")


def find_macro_f1(told: Sequence[str], true: Sequence[str]) -> float:
    """The mean over the three verdicts of F1."""
    return sum(_find_f1(told, true, verdict) for verdict in VERDICTS) / len(VERDICTS)


def _find_f1(told: Sequence[str], true: Sequence[str], verdict: str) -> float:
    pairs = list(zip(told, true, strict=True))
    hits = sum(said == other == verdict for said, other in pairs)
    named = sum(said == verdict for said, _ in pairs) + sum(other == verdict for _, other in pairs)
    return 2 * hits / named if named else 0.0


def correlate(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Pearson's r; 0 where one of them never changes."""
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    products = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    squares = sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys)
    return products / sqrt(squares) if squares > 0 else 0.0


def correlate_beyond(xs: Sequence[float], ys: Sequence[float], known: Sequence[float]) -> float:
    """The partial correlation of xs and ys, with what both share with `known` taken out."""
    xy, xk, yk = correlate(xs, ys), correlate(xs, known), correlate(ys, known)
    return (xy - xk * yk) / sqrt((1 - xk**2) * (1 - yk**2))


def find_percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]
