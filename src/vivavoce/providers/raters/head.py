"""From what the comparison and the signs say to probabilities: one linear layer, fitted on answers that neither saw.

A claim that is as long as a whole model answer has a layer of its own: the comparison was made for single claims, and
how much of so long a text an answer covers is told better by the signs.
"""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import VivavoceError
from vivavoce.providers.raters.port import Judged
from vivavoce.providers.raters.signs import NAMES

INPUTS = ("comparison_confirmed", "comparison_rejected", "comparison_not_discussed", *NAMES)


LONGEST_CLAIM = 44  # word pieces of a claim that is compared; longer ones are for the second layer


class BadHead(VivavoceError):
    """The rater's head was made for other signs than this version reads. Train it anew: training/rater/README.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """means, scales: (k,) over INPUTS; weights: (k, 3); bias: (3,), for confirmed, rejected, not discussed."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def judge(self, logits: NDArray[np.float32], signs: NDArray[np.float32]) -> Judged:
        """logits: (3,) from the comparison; signs: as read_signs gives them."""
        given = np.concatenate([logits, signs]).astype(np.float64)
        sums = ((given - self.means) / self.scales) @ self.weights + self.bias
        powers = np.exp(sums - sums.max())
        confirmed, rejected, not_discussed = (powers / powers.sum()).tolist()
        return Judged(confirmed=confirmed, rejected=rejected, not_discussed=not_discussed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """single: for claims up to LONGEST_CLAIM; long: for longer ones, it tells confirmed from not discussed alone."""

    single: Head
    long: Head

    def judge(self, logits: NDArray[np.float32], signs: NDArray[np.float32], *, pieces: int, is_denied: bool) -> Judged:
        """pieces: of the claim. is_denied: it is said behind a "not", which confirms nothing, whatever the rest."""
        judged = self.single.judge(logits, signs)
        if is_denied:
            rejected = judged.confirmed + judged.rejected
            return Judged(confirmed=0.0, rejected=rejected, not_discussed=judged.not_discussed)
        if pieces <= LONGEST_CLAIM:
            return judged
        covered = self.long.judge(logits, signs).confirmed
        left = 1 - judged.rejected
        return Judged(confirmed=left * covered, rejected=judged.rejected, not_discussed=left * (1 - covered))


def read_heads(content: bytes) -> Heads:
    """Both layers, as they stand in head.json."""
    read = json.loads(content)
    if tuple(read["inputs"]) != INPUTS:
        raise BadHead
    return Heads(single=_read_head(read["single"]), long=_read_head(read["long"]))


def _read_head(read: dict[str, list[float]]) -> Head:
    return Head(**{name: np.array(read[name], dtype=np.float64) for name in ("means", "scales", "weights", "bias")})
