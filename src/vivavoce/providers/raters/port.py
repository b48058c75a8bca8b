"""What a rater is: a claim and pieces of an answer in, probabilities out. It gives no score and knows no rubric."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one window says of one claim, as probabilities that sum to 1.

    quotes: the window's own words that carry it, in the order in which they stand there, none twice. They are looked
    for in what was said, so that words which aren't there prove nothing.
    """

    confirmed: float  # the words show what the claim says
    rejected: float  # the words deny it, or say the contrary
    not_discussed: float  # neither
    quotes: tuple[str, ...] = ()


class Rater(Protocol):
    """A machine that judges. The same inputs give the same outputs, whatever it was asked before."""

    @property
    def name(self) -> str:
        """Which rater this is; with version it names the very bytes that judge."""

    @property
    def version(self) -> str:
        """Changes with anything that can change a judgement."""

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages that it masters: an answer in another one is left to a person."""

    @property
    def is_rough(self) -> bool:
        """Whether it errs too often to be followed alone.

        Its rejections then count only where a rule sees the denial too, and no candidate is shown a number of it.
        """

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> Sequence[Judged]:
        """One judgement a window, in the same order; none for none.

        question: as it was asked; may be empty. windows: pieces of one normalised answer, of any length and number.
        """

    def similar(self, texts: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """Cosine similarities from -1 to 1: one row a text, one column an other."""
