"""A rater's scores come with an interval only where that very version of it was measured."""

from tests.scoring.lexical import LexicalRater
from vivavoce.providers.raters import embedded_rater
from vivavoce.scoring.calibrations import find_calibration
from vivavoce.scoring.interval import find_width


def test_the_rater_that_comes_with_vivavoce_is_calibrated_as_it_is() -> None:
    calibration = find_calibration(embedded_rater())
    assert calibration is not None
    assert calibration.level == 0.9
    assert find_width(calibration) is not None


def test_a_rater_that_nobody_measured_has_no_calibration() -> None:
    assert find_calibration(LexicalRater()) is None


def test_another_version_of_a_measured_rater_has_none_either() -> None:
    class Later(LexicalRater):
        name = "embedded"
        version = "another"

    assert find_calibration(Later()) is None
