"""One answer. Pure."""

from dataclasses import dataclass
from uuid import UUID


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
