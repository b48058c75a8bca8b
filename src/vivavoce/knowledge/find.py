"""Which of some texts says most about a question: BM25 over stems. Pure.

Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the usual k1 and b, and the weight
of a stem that never falls below zero.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

K1 = 1.2  # how soon another mention of a stem adds little
B = 0.75  # how much a long text is held against itself


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatch:
    """How well one text meets a question."""

    place: int  # of the text, from 0
    score: float  # BM25, above 0; comparable within one index alone
    share: float  # 0 to 1: the part of the question's weight that the text holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Texts, counted."""

    counts: tuple[Counter[str], ...]  # of each text's stems
    holders: Counter[str]  # in how many texts a stem is
    mean_length: float  # in stems

    def weigh(self, stem: str) -> float:
        """How much a stem tells texts apart, above 0: most where none has it."""
        held = self.holders[stem]
        return math.log(1 + (len(self.counts) - held + 0.5) / (held + 0.5))


def make_index(texts: Sequence[Sequence[str]]) -> Index:
    """An index of texts, each given as its stems in order."""
    counts = tuple(Counter(stems) for stems in texts)
    holders = Counter(stem for count in counts for stem in count)
    length = sum(len(stems) for stems in texts)
    return Index(counts=counts, holders=holders, mean_length=length / len(texts) if length else 1.0)


def find_texts(question: Sequence[str], index: Index) -> list[TextMatch]:
    """The texts that share a stem with the question, the best first; of equal ones the earlier.

    question: its stems; repeats count once.
    """
    weights = {stem: index.weigh(stem) for stem in dict.fromkeys(question)}
    total = sum(weights.values())
    matches = [
        TextMatch(place=place, score=score, share=sum(weights[stem] for stem in weights if stem in count) / total)
        for place, count in enumerate(index.counts)
        if (score := _score(weights, count, index)) > 0
    ]
    return sorted(matches, key=lambda match: (-match.score, match.place))


def _score(weights: dict[str, float], count: Counter[str], index: Index) -> float:
    damping = K1 * (1 - B + B * count.total() / index.mean_length)
    return sum(
        weight * count[stem] * (K1 + 1) / (count[stem] + damping) for stem, weight in weights.items() if stem in count
    )
