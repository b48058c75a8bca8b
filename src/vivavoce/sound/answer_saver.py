"""Saving what was said: a spoken answer, faults. What fails here is the database."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from vivavoce.attempts.answer import HeardWord
from vivavoce.candidates.links import LinkShut, Seat
from vivavoce.conversation.choosing import find_choice
from vivavoce.conversation.course import Turn
from vivavoce.conversation.happenings import LONGEST_ANSWER, Answered, Trouble, WentWrong
from vivavoce.conversation.loop import Failed, PageNews, Scene, foresee, happen
from vivavoce.conversation.passages import Keeping
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, Unavailable
from vivavoce.sound.turn_hearing import TurnHearing

log = logging.getLogger(__name__)

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries to save; the last one again and again
MOST_TRIES = 60  # eight minutes
MOST_FAILURES = 3  # of our own, over one answer


class AnswerSaver:
    """One attempt's way to the database. now: the time of day, aware. thinking: asks language models, where it may.

    keeping: what the server keeps, which candidates may be told; None: unknown.
    """

    def __init__(
        self,
        database: Database,
        *,
        seat: Seat,
        attempt_id: UUID,
        now: Callable[[], datetime],
        thinking: Thinking | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        self._database = database
        self._seat = seat
        self._attempt_id = attempt_id
        self._now = now
        self._thinking = thinking
        self._keeping = keeping

    async def save(self, answer: Answered) -> PageNews | None:
        """What came of the answer, however long the database is away; None where it can't be saved."""
        failures = 0
        for attempt in range(MOST_TRIES):
            try:
                return await happen(
                    self._database,
                    self._seat,
                    self._attempt_id,
                    answer,
                    now=self._now(),
                    thinking=self._thinking,
                    keeping=self._keeping,
                )
            except (NotFound, LinkShut):
                return None
            except Failed:
                failures += 1
                if failures == MOST_FAILURES:
                    return None
            except Unavailable:
                pass
            await asyncio.sleep(WAITS[min(attempt, len(WAITS) - 1)])
        return None

    async def foresee(self, answer: Answered) -> Scene | None:
        """Where the conversation would stand after the answer; nothing is saved. None where that can't be told."""
        try:
            return await foresee(
                self._database, self._seat, self._attempt_id, answer, now=self._now(), keeping=self._keeping
            )
        except (Unavailable, NotFound, LinkShut):
            return None

    async def ask_ahead(self, answer: Answered) -> Scene | None:
        """The same by what language models say now; what they say is kept until the answer is saved, or forgotten.

        None where none may be asked, or that can't be told.
        """
        thinking = self._thinking
        if thinking is None or await thinking.may_propose(self._seat.merchant_id) is None:
            return None
        try:
            return await foresee(
                self._database,
                self._seat,
                self._attempt_id,
                answer,
                now=self._now(),
                thinking=thinking,
                keeping=self._keeping,
            )
        except (Unavailable, NotFound, LinkShut):
            return None

    def forget_ahead(self) -> None:
        """The candidate goes on: what models were asked ahead is worth nothing."""
        if self._thinking is not None:
            self._thinking.forget(self._attempt_id)

    async def record_fault(self, trouble: Trouble, about: str, *, seconds: float = 0.0) -> None:
        """Puts a fault on record, once for each `about`, however often it is noticed."""
        fault = WentWrong(key=uuid5(self._attempt_id, f"{trouble} {about}"), trouble=trouble, seconds=seconds)
        try:
            await happen(self._database, self._seat, self._attempt_id, fault, now=self._now())
        except (Unavailable, Failed, NotFound, LinkShut) as error:
            log.warning("the fault %s of an attempt is not on record: %s", trouble, error.message)


def to_answered(hearing: TurnHearing, *, attempt_id: UUID, turn: Turn | None) -> Answered | None:
    """What was said as an answer; None where nothing was. turn: the one that the conversation stands at."""
    text = _shorten(hearing.text)
    if not text:
        return None
    choices = turn.choices if turn is not None and turn.number == hearing.turn.number else ()
    choice = find_choice(text, choices)
    return Answered(
        key=hearing.turn.key(attempt_id),
        number=hearing.turn.number,
        text=None if choice is not None else text,
        choice=choice,
        words=tuple(
            HeardWord(text=word.text, start=word.start, end=word.end, probability=word.probability)
            for word in hearing.words
        ),
    )


def _shorten(text: str) -> str:
    """As much as an answer may have, in whole words; the sound is kept in any case."""
    if len(text) <= LONGEST_ANSWER:
        return text
    head = text[:LONGEST_ANSWER]
    return head[: head.rfind(" ")] if " " in head else head
