"""Intervals by conformal prediction: the rank shown, the label, and what a bad file says."""

import json
from fractions import Fraction
from random import Random

import pytest

from vivavoce.scoring.interval import (
    BadCalibration,
    Calibration,
    calibrate,
    find_interval,
    find_width,
    read_calibration,
    write_calibration,
)


def calibration(*residuals: float, level: float = 0.9) -> Calibration:
    """One with these residuals."""
    return Calibration(rater="r", version="1", level=level, corpora=("saf",), residuals=tuple(sorted(residuals)))


@pytest.mark.parametrize(
    ("residuals", "level", "width"),
    [
        ([0.5] * 8, 0.9, None),  # ⌈9 · 0.9⌉ = 9 of 8
        ([0.1 * number for number in range(9)], 0.9, 0.8),  # ⌈10 · 0.9⌉ = the 9th
        ([1, 2, 3], 0.5, 2),  # ⌈4 · 0.5⌉ = the 2nd
        ([], 0.5, None),
    ],
)
def test_the_width_is_the_rank_that_the_level_asks_for(
    residuals: list[float], level: float, width: float | None
) -> None:
    found = find_width(calibration(*residuals, level=level))
    assert (found is None) == (width is None)
    assert found is None or float(found) == pytest.approx(width)


def test_an_interval_stays_on_the_scale_and_is_labelled() -> None:
    found = find_interval(Fraction(9, 2), calibration(*[1] * 9))
    assert found is not None
    assert (found.low, found.high, found.is_calibrated) == (Fraction(7, 2), Fraction(5), False)
    inside = find_interval(Fraction(9, 2), calibration(*[1] * 9), corpus="saf")
    assert inside is not None
    assert inside.is_calibrated


def test_without_a_score_or_a_calibration_there_is_no_interval() -> None:
    assert find_interval(None, calibration(*[1] * 9)) is None
    assert find_interval(Fraction(3), None) is None


def test_nine_in_ten_marks_are_inside() -> None:
    random = Random(20261125)
    marks = [Fraction(random.randint(100, 500), 100) for _ in range(2000)]
    scores = [min(Fraction(5), max(Fraction(1), mark + Fraction(random.randint(-150, 150), 100))) for mark in marks]
    made = calibrate(scores[:1000], marks[:1000], rater="r", version="1", level=0.9, corpora=["c"])
    intervals = [find_interval(score, made, corpus="c") for score in scores[1000:]]
    hits = [one.low <= mark <= one.high for one, mark in zip(intervals, marks[1000:], strict=True) if one is not None]
    assert 0.87 < sum(hits) / len(hits) < 0.93


def test_a_calibration_survives_its_file() -> None:
    made = calibration(0.25, 1.5)
    assert read_calibration(write_calibration(made)) == made


@pytest.mark.parametrize(
    "changes", [{"level": 1}, {"level": "x"}, {"residuals": [-1]}, {"residuals": None}, {"rater": ...}]
)
def test_a_bad_file_is_told(changes: dict[str, object]) -> None:
    sent = json.loads(write_calibration(calibration(1))) | changes
    with pytest.raises(BadCalibration):
        read_calibration(json.dumps({key: value for key, value in sent.items() if value is not ...}))
