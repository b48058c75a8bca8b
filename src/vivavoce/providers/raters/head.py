"""From what the comparison and the signs say to probabilities: one linear layer, fitted on answers that neither saw."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import VivavoceError
from vivavoce.providers.raters.port import Judged
from vivavoce.providers.raters.signs import NAMES

INPUTS = ("comparison_confirmed", "comparison_rejected", "comparison_not_discussed", *NAMES)


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


def read_head(content: bytes) -> Head:
    """The head in head.json."""
    read = json.loads(content)
    if tuple(read["inputs"]) != INPUTS:
        raise BadHead
    return Head(**{name: np.array(read[name], dtype=np.float64) for name in ("means", "scales", "weights", "bias")})
