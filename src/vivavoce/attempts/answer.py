"""One answer, and what stands beside the answers of an attempt. Pure."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What we said when the candidate asked.

    source, passage: where it stands, and its very words; None when it was passed on to the people who hire.
    """

    text: str
    language: str
    source: str | None = None
    passage: str | None = None

    @property
    def is_passed_on(self) -> bool:
        """Whether nothing that we may tell answers it."""
        return self.passage is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked in one turn, and what was answered.

    number: the turn, from 1. text: '' when skipped; the alternative's words for a choice. key: made by the page, the
    same whenever it sends this answer again.
    """

    number: int
    step_id: UUID
    asked: str
    language: str
    text: str
    choice: int | None
    is_skipped: bool
    key: UUID
    follow_up: str | None = None  # what a follow-up asked for; None: the step's own question
    reply: Reply | None = None  # where the candidate asked
    spent_seconds: float = 0.0  # with the page open


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Whether a conditional step is asked, and why. Decided once, when its place comes."""

    step_id: UUID
    is_asked: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What the candidate asked for besides answering: never counted for or against anyone.

    number: of the turn that was open. is_by_word: said or typed instead of an answer; otherwise by a button.
    """

    key: UUID
    number: int
    wish: str
    is_by_word: bool
