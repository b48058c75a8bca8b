"""Raters for a bench: one that is asked each thing once, for several models judge an answer, and a silent one."""

from collections.abc import Sequence

from vivavoce.providers.raters.port import Judged, Rater


class RememberingRater:
    """Another rater, and all that it said."""

    def __init__(self, rater: Rater) -> None:
        self._rater = rater
        self._judged: dict[tuple[str, str, tuple[str, ...]], Sequence[Judged]] = {}
        self._similar: dict[tuple[tuple[str, ...], tuple[str, ...]], list[list[float]]] = {}
        self.name = rater.name
        self.version = rater.version
        self.languages = rater.languages
        self.is_rough = rater.is_rough

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> Sequence[Judged]:
        """As the other one."""
        key = (question, claim, tuple(windows))
        if key not in self._judged:
            self._judged[key] = self._rater.judge(question, claim, windows)
        return self._judged[key]

    def similar(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """As the other one."""
        key = (tuple(texts), tuple(others))
        if key not in self._similar:
            self._similar[key] = self._rater.similar(texts, others)
        return self._similar[key]


class SilentRater:
    """One that reads no language, and so never votes."""

    name = "silent"
    version = "1"
    languages: frozenset[str] = frozenset()
    is_rough = True

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> Sequence[Judged]:
        """Nothing of anything."""
        return [Judged(confirmed=0.0, rejected=0.0, not_discussed=1.0) for _ in windows]

    def similar(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """Nothing is like anything."""
        return [[0.0 for _ in others] for _ in texts]
