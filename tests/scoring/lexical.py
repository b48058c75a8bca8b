"""A rater by word overlap: real, small and weak. It lets the code around a rater be tested without weights."""

import re
from collections.abc import Sequence

from vivavoce.providers.raters.port import Judged

DENIALS = frozenset(["not", "never", "no", "don't", "didn't", "haven't", "without"])
SMALL = frozenset("a an the of to in on for with and or i my we our is are was were has have had it that this".split())  # noqa: SIM905


class LexicalRater:
    """How many of the claim's words are in the window; a word of denial turns it round."""

    name = "lexical"
    version = "1"
    languages = frozenset({"en"})
    is_rough = False

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """One judgement a window."""
        return [_judge(_stems(claim), window) for window in windows]

    def similar(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """Shares of common words."""
        return [[_share(_stems(text), _stems(other)) for other in others] for text in texts]


def _judge(claim: frozenset[str], window: str) -> Judged:
    shown = len(claim & _stems(window)) / len(claim) if claim else 0.0
    is_denied = bool(DENIALS & set(re.findall(r"[\w']+", window.casefold())))
    confirmed, rejected = (0.0, shown) if is_denied else (shown, 0.0)
    return Judged(confirmed=confirmed, rejected=rejected, not_discussed=1 - shown, quotes=(window,))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one) * len(other)) ** 0.5 if one and other else 0.0


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in re.findall(r"\w+", text.casefold()) if word not in SMALL)


class RoughRater(LexicalRater):
    """The same, where nobody follows it alone: any "not" near a claim's words is a denial to it."""

    is_rough = True
