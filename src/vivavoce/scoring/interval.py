"""How far a score may be from what a careful person would give: split conformal prediction over a calibration file.

A calibration file holds how far scores were from people's marks on answers that the rater was not trained on. The
interval of a level is as wide as that share of them needs (Vovk et al. 2005; the finite-sample rank ⌈(n + 1) · level⌉).
That holds for answers like those. Everywhere else the interval is an indication, and is labelled as uncalibrated. Pure.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, isfinite

from vivavoce.errors import VivavoceError
from vivavoce.scoring.merging import READ, is_talked_into
from vivavoce.scoring.total import HIGHEST, LOWEST, score_verdicts, to_ten
from vivavoce.scoring.verdicts import Verdict, VerdictState

OWN = "own"  # the corpus of a merchant's own answers, marked by its own people
SHAKY = 0.7  # what stands with so much or less may as well not stand


class BadCalibration(VivavoceError):
    """The calibration file can't be read. Make it anew, or take it away: scores then come without an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far the scores of one rater were from people's marks. residuals: on the scale of 1 to 5, in order."""

    rater: str
    version: str
    level: float  # the share of answers whose interval is to hold the mark: 0.9
    corpora: tuple[str, ...]
    residuals: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where a careful person's score is expected. is_calibrated: whether the answer is like the measured ones.

    level: for which share of answers; None: by how far readers agree, which nobody has measured.
    """

    low: Fraction
    high: Fraction
    level: float | None
    is_calibrated: bool


def find_interval(
    score: Fraction | None, calibration: Calibration | None, *, corpus: str | None = None
) -> Interval | None:
    """The interval of a score of 1 to 5; None without a score, a calibration, or enough of it for its level.

    corpus: which one of the calibration's the answer is from; None: none, as every interview outside of `bench/`.
    """
    width = None if calibration is None else find_width(calibration)
    if score is None or calibration is None or width is None:
        return None
    return Interval(
        low=max(Fraction(LOWEST), score - width),
        high=min(Fraction(HIGHEST), score + width),
        level=calibration.level,
        is_calibrated=OWN in calibration.corpora or corpus in calibration.corpora,
    )


def find_agreement(verdicts: Sequence[Verdict]) -> Interval | None:
    """What the score could be where readers were unsure, and one claim more or less besides; None without a claim.

    Low: what stands only after a second look, or against the rater's vote, has not been shown. High: what one reader
    saw and the other did not has been. It is an indication, and no measurement.
    """
    score = score_verdicts(verdicts)
    if score is None:
        return None
    least = [_shift(verdict, is_up=False) for verdict in verdicts]
    most = [_shift(verdict, is_up=True) for verdict in verdicts]
    return Interval(
        low=min(_scores_without_one(least, VerdictState.CONFIRMED, VerdictState.NOT_DISCUSSED)),
        high=max(_scores_without_one(most, VerdictState.NOT_DISCUSSED, VerdictState.CONFIRMED)),
        level=None,
        is_calibrated=False,
    )


def _shift(verdict: Verdict, *, is_up: bool) -> Verdict:
    """The verdict as it could be as well, for the better or for the worse."""
    if verdict.state is VerdictState.NOT_DISCUSSED and verdict.doubt is not None:
        other = VerdictState.CONFIRMED if is_up else VerdictState.REJECTED
        is_seen = any(finding.state is other and finding.part in READ for finding in verdict.findings)
        is_bought = is_up and is_talked_into(verdict.findings)
        return replace(verdict, state=other) if is_seen and not is_bought else verdict
    is_shaky = verdict.p <= SHAKY and verdict.state is (VerdictState.REJECTED if is_up else VerdictState.CONFIRMED)
    return replace(verdict, state=VerdictState.NOT_DISCUSSED) if is_shaky else verdict


def _scores_without_one(verdicts: Sequence[Verdict], state: VerdictState, other: VerdictState) -> list[Fraction]:
    """The scores with one verdict of a state as another, and as they are."""
    tried = [list(verdicts)]
    for place, verdict in enumerate(verdicts):
        if verdict.state is state:
            tried.append([*verdicts[:place], replace(verdict, state=other), *verdicts[place + 1 :]])
    return [score for variant in tried if (score := score_verdicts(variant)) is not None]


def find_interval_of_ten(score: Fraction | None, calibration: Calibration | None) -> Interval | None:
    """The interval of a score of 0 to 10: as wide as if every answer were off by as much, and to the same side."""
    interval = None if score is None else find_interval(LOWEST + score / to_ten(Fraction(LOWEST + 1)), calibration)
    if interval is None:
        return None
    return Interval(
        low=to_ten(interval.low), high=to_ten(interval.high), level=interval.level, is_calibrated=interval.is_calibrated
    )


def find_width(calibration: Calibration) -> Fraction | None:
    """Half an interval's width; None when there are too few residuals for the level."""
    count = len(calibration.residuals)
    rank = ceil((count + 1) * Fraction(calibration.level).limit_denominator(10_000))
    return Fraction(calibration.residuals[rank - 1]) if rank <= count else None


def calibrate(
    scores: Sequence[Fraction],
    marks: Sequence[Fraction],
    *,
    rater: str,
    version: str,
    level: float,
    corpora: Sequence[str],
) -> Calibration:
    """The calibration of scores against people's marks of the same answers, both from 1 to 5.

    The answers must be none that the rater, or a threshold, was fitted on.
    """
    residuals = sorted(float(abs(score - mark)) for score, mark in zip(scores, marks, strict=True))
    return Calibration(rater=rater, version=version, level=level, corpora=tuple(corpora), residuals=tuple(residuals))


def write_calibration(calibration: Calibration) -> str:
    """A calibration as a file's text."""
    return json.dumps(
        {
            "rater": calibration.rater,
            "version": calibration.version,
            "level": calibration.level,
            "corpora": list(calibration.corpora),
            "residuals": [round(residual, 4) for residual in calibration.residuals],
        }
    )


def read_calibration(text: str) -> Calibration:
    """The calibration in a file's text. Raises BadCalibration when it is none."""
    try:
        read = json.loads(text)
        calibration = Calibration(
            rater=str(read["rater"]),
            version=str(read["version"]),
            level=float(read["level"]),
            corpora=tuple(map(str, read["corpora"])),
            residuals=tuple(sorted(map(float, read["residuals"]))),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise BadCalibration from error
    if not 0 < calibration.level < 1 or not all(
        isfinite(residual) and residual >= 0 for residual in calibration.residuals
    ):
        raise BadCalibration
    return calibration
