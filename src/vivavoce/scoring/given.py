"""What is judged: a question, and what was said to it and to its follow-ups. Pure."""

from dataclasses import dataclass
from uuid import UUID

from vivavoce.scoring.rubric import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One asking and what was said to it. number: the attempt's, from 1. text: as it was given; '' when skipped.

    doubts: the stretches of text, in code points, that an ear was unsure of; none where somebody set the words right.
    """

    number: int
    question: str
    text: str
    is_follow_up: bool = False
    is_spoken: bool = False  # a transcript, which may have been set right since
    doubts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPassage:
    """A passage of the documents that a question is grounded in. source: its document's name and its heading."""

    document_id: UUID
    place: int  # in its document, from 0
    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answer to one question, its follow-ups included. turns: at least one, the question's own first.

    language: the one that it was asked in. rubric: the question's own; None: the answer has no score of its own.
    passages: of the question's documents, for a language model that reads; nobody said them.
    """

    language: str
    turns: tuple[GivenAnswer, ...]
    rubric: Rubric | None = None
    is_scored: bool = True
    is_choice: bool = False  # answered by choosing: the text is the choice's
    passages: tuple[GivenPassage, ...] = ()

    @property
    def question(self) -> str:
        """The question itself."""
        return self.turns[0].question
