"""From what the comparison and the features say to probabilities: linear layers, fitted on answers that neither saw.

To deny means one thing of a matter of knowledge, where a wrong answer contradicts the right one, and another of what
somebody does: who tells of something else has denied nothing. So each kind of claim has logits and a layer of its own,
and a gate tells how far a question and its claim are about somebody's deeds.

A claim on knowledge that is as long as a whole model answer has a layer of its own, too: the comparison was made for
single claims, and how much of so long a text an answer covers is told better by the features.
"""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivavoce.errors import VivavoceError
from vivavoce.providers.raters.features import NAMES
from vivavoce.providers.raters.port import Judged

INPUTS = ("comparison_confirmed", "comparison_rejected", "comparison_not_discussed", *NAMES)


LONGEST_CLAIM = 44  # word pieces of a claim that is compared; longer ones are for the second layer


class BadHead(VivavoceError):
    """The rater's head was made for other features than this version reads. Train it anew: training/rater/README.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """means, scales: (k,) over INPUTS; weights: (k, 3); bias: (3,), for confirmed, rejected, not discussed."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def judge(self, logits: NDArray[np.float32], features: NDArray[np.float32]) -> Judged:
        """logits: (3,) from the comparison; features: as read_features gives them."""
        given = np.concatenate([logits, features]).astype(np.float64)
        sums = ((given - self.means) / self.scales) @ self.weights + self.bias
        powers = np.exp(sums - sums.max())
        confirmed, rejected, not_discussed = (powers / powers.sum()).tolist()
        return Judged(confirmed=confirmed, rejected=rejected, not_discussed=not_discussed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """weights: (768,) over the vectors of question and claim, one after the other."""

    weights: NDArray[np.float64]
    bias: float

    def tell(self, question: NDArray[np.float32], claim: NDArray[np.float32]) -> float:
        """How far the claim is on what somebody does, 0 to 1. question, claim: (384,)."""
        return float(1 / (1 + np.exp(-(np.concatenate([question, claim]) @ self.weights + self.bias))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """knowledge, deeds: for claims of either kind.

    long: for those on knowledge beyond LONGEST_CLAIM; it tells confirmed from not discussed alone.
    """

    gate: Gate
    knowledge: Head
    deeds: Head
    long: Head

    def judge(
        self,
        logits: NDArray[np.float32],
        features: NDArray[np.float32],
        *,
        deed: float,
        pieces: int,
        is_denied: bool,
    ) -> Judged:
        """logits: (6,), three on knowledge and three on deeds. deed: what the gate tells. pieces: of the claim.

        is_denied: it is said behind a "not", which confirms nothing, whatever the rest.
        """
        judged = _mix(self._judge_knowledge(logits[:3], features, pieces), self.deeds.judge(logits[3:], features), deed)
        if is_denied:
            rejected = judged.confirmed + judged.rejected
            return Judged(confirmed=0.0, rejected=rejected, not_discussed=judged.not_discussed)
        return judged

    def _judge_knowledge(self, logits: NDArray[np.float32], features: NDArray[np.float32], pieces: int) -> Judged:
        judged = self.knowledge.judge(logits, features)
        if pieces <= LONGEST_CLAIM:
            return judged
        covered = self.long.judge(logits, features).confirmed
        left = 1 - judged.rejected
        return Judged(confirmed=left * covered, rejected=judged.rejected, not_discussed=left * (1 - covered))


def read_heads(content: bytes) -> Heads:
    """All layers, as they stand in head.json."""
    read = json.loads(content)
    if tuple(read["inputs"]) != INPUTS:
        raise BadHead
    gate = Gate(weights=np.array(read["gate"]["weights"], dtype=np.float64), bias=read["gate"]["bias"])
    return Heads(gate=gate, **{name: _read_head(read[name]) for name in ("knowledge", "deeds", "long")})


def _mix(knowledge: Judged, deeds: Judged, deed: float) -> Judged:
    return Judged(
        confirmed=knowledge.confirmed * (1 - deed) + deeds.confirmed * deed,
        rejected=knowledge.rejected * (1 - deed) + deeds.rejected * deed,
        not_discussed=knowledge.not_discussed * (1 - deed) + deeds.not_discussed * deed,
    )


def _read_head(read: dict[str, list[float]]) -> Head:
    return Head(**{name: np.array(read[name], dtype=np.float64) for name in ("means", "scales", "weights", "bias")})
