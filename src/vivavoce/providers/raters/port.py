"""What a rater is: a claim and pieces of an answer in, probabilities out. It gives no score and knows no rubric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTurn:
    """A turn as a reader of whole answers gets it. text: behind the gates; `[…]` is where they left something out."""

    question: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedWords:
    """Words that were quoted for a claim, to be read alone. key: the caller's own, which comes back."""

    key: str
    question: str
    claim: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRead:
    """What a reader says of one claim. quotes: text, which code has yet to find in the answer."""

    state: Literal["confirmed", "rejected", "not_discussed"]
    sure: Literal["certain", "likely", "unsure"]
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReading:
    """What came of one reading. by_key: what was said, by the claim or by the caller's key. reader: who read."""

    by_key: Mapping[str, ClaimRead]
    reader: str
    family: str
    cost: Decimal


class AnswerReader(Protocol):
    """A machine that reads whole answers, and then quoted words alone: two readers, of different families if it can.

    number: of the round, 1, or 2 where it is asked once more. passages: of the employer's documents, to be read beside
    what was said; nobody said them. Both raise ProviderError where nobody can read now.
    """

    @property
    def name(self) -> str:
        """Who may be asked, in order; with version it names all that reads."""

    @property
    def version(self) -> str:
        """Changes with everything that readers are told."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """SHA-256 of each prompt that readers are told, by its name."""

    async def read(
        self,
        language: str,
        turns: Sequence[SaidTurn],
        claims: Sequence[str],
        *,
        number: int,
        passages: Sequence[str] = (),
    ) -> Sequence[OneReading]:
        """Every claim, once, in one or several readings. by_key: by the claim's text."""

    async def read_alone(
        self,
        language: str,
        quoted: Sequence[QuotedWords],
        *,
        number: int,
        apart_from: str,
        passages: Sequence[str] = (),
    ) -> Sequence[OneReading]:
        """Each piece by itself, read by another family than apart_from where there is one. by_key: by its key."""
