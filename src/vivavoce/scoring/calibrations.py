"""The calibrations that come with Vivavoce: one file a rater, written by training."""

from functools import cache
from pathlib import Path

from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.interval import Calibration, read_calibration

FOLDER = Path(__file__).parent / "calibrations"


def find_calibration(rater: Rater) -> Calibration | None:
    """How far this rater's scores are from people's; None when that was not measured for this very version of it."""
    return find_kept_calibration(f"{rater.name} {rater.version}")


def find_kept_calibration(rater: str) -> Calibration | None:
    """The same by the rater's name and version, as a judgement keeps them."""
    name, _, version = rater.partition(" ")
    kept = _read(name)
    return kept if kept is not None and kept.version == version else None


def find_calibration_named(rater: str) -> Calibration | None:
    """The same, of a rater by its name and version as a judgement keeps them: `embedded 0f3a99c1d2e4`."""
    name, _, version = rater.partition(" ")
    kept = _read(name) if name.isidentifier() else None
    return kept if kept is not None and kept.version == version else None


@cache
def _read(name: str) -> Calibration | None:
    path = FOLDER / f"{name}.json"
    return read_calibration(path.read_text(encoding="utf-8")) if path.is_file() else None
