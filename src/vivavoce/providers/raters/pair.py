"""What the comparison is given: claim, window and question one after the other, as word pieces with their places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivavoce.providers.raters.embedder import Embedded

MOST_OF_CLAIM = 96
MOST_OF_WINDOW = 96
MOST_OF_QUESTION = 24  # its end: what is asked stands there


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """hidden: (n, 384). segments: (n,), 0 for the claim's pieces, 1 for the window's, 2 for the question's."""

    hidden: NDArray[np.float32]
    segments: NDArray[np.int64]


def lay_pair(question: Embedded, claim: Embedded, window: Embedded) -> Pair:
    """The three texts in a row; claim and window are cut at their end, the question at its beginning."""
    parts = [claim.words[:MOST_OF_CLAIM], window.words[:MOST_OF_WINDOW], question.words[-MOST_OF_QUESTION:]]
    return Pair(
        hidden=np.concatenate(parts),
        segments=np.repeat(np.arange(3, dtype=np.int64), [len(part) for part in parts]),
    )
