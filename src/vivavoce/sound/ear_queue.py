"""Understanding what was said: stretches go to the ear one after the other, and a turn ends after the last of them.

What fails here is the ear.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.pool import HearingRequest
from vivavoce.providers.ears.port import SoundWindow, TimedWord
from vivavoce.providers.ears.waiting import Urgency
from vivavoce.sound.frame_keeper import FrameKeeper
from vivavoce.sound.frames import BYTES_A_SECOND
from vivavoce.sound.turn_end import Ended, LineSilent, Transcribe, join
from vivavoce.sound.turn_hearing import TurnHearing

TurnOrder = Transcribe | Ended | LineSilent


class SpeechEars(Protocol):
    """What understands speech, without holding the loop up. weak: languages in which it mishears much."""

    weak: frozenset[str]

    def may_hear(self) -> bool:
        """Whether it makes sense to ask."""

    async def hear(self, ask: HearingRequest) -> tuple[TimedWord, ...]:
        """The words. Raises ProviderError."""


class TurnKeeper(Protocol):
    """Whose turns are understood."""

    def is_wanted(self, hearing: TurnHearing) -> bool:
        """Whether anybody still wants the words of this turn."""

    def find_locale(self, language: str) -> str | None:
        """The accent to listen for, where one is known."""

    async def understand(self, hearing: TurnHearing, words: Sequence[TimedWord], *, stretches: int) -> None:
        """These words were heard in so many stretches."""

    async def lose_ear(self, hearing: TurnHearing, error: ProviderError) -> None:
        """Nothing can be heard."""

    async def finish(self, hearing: TurnHearing) -> None:
        """The turn is over, and all of it was understood."""

    async def let_type(self, hearing: TurnHearing) -> None:
        """Nobody said a word, however often they were asked."""


class EarQueue:
    """One attempt's orders to the ear, and what follows when all before them is done."""

    def __init__(self, ears: SpeechEars, *, keeper: FrameKeeper, turns: TurnKeeper, attempt_id: UUID) -> None:
        self._ears = ears
        self._keeper = keeper
        self._turns = turns
        self._attempt_id = attempt_id
        self._orders: deque[tuple[TurnHearing, TurnOrder]] = deque()
        self._has_orders = asyncio.Event()

    def add(self, hearing: TurnHearing, order: TurnOrder) -> None:
        """Does this when everything before it is done."""
        self._orders.append((hearing, order))
        self._has_orders.set()

    async def work(self) -> None:
        """Until it is cancelled: one thing after the other, so that a turn ends when all of it was understood."""
        while True:
            while not self._orders:
                self._has_orders.clear()
                await self._has_orders.wait()
            hearing, order = self._orders.popleft()
            match order:
                case Transcribe():
                    await self._transcribe(hearing, order)
                case Ended():
                    await self._turns.finish(hearing)
                case LineSilent():
                    await self._turns.let_type(hearing)

    async def _transcribe(self, hearing: TurnHearing, first: Transcribe) -> None:
        stretches = [first]

        async def take() -> SoundWindow | None:
            """All that was said by now, as far as it can be heard as one."""
            if not self._turns.is_wanted(hearing):
                return None
            stretch = first
            while self._orders and (longer := _join(stretch, *self._orders[0], of=hearing)) is not None:
                stretch = longer
                stretches.append(longer)
                self._orders.popleft()
            return await self._cut(hearing, stretch)

        if not self._turns.is_wanted(hearing):
            return
        language = hearing.turn.language
        request = HearingRequest(
            conversation=self._attempt_id,
            language=language,
            locale=self._turns.find_locale(language),
            urgency=lambda: _urgency(hearing),
            take=take,
        )
        try:
            words = await self._ears.hear(request)
        except ProviderError as error:
            await self._turns.lose_ear(hearing, error)
            return
        if self._turns.is_wanted(hearing):
            await self._turns.understand(hearing, words, stretches=len(stretches))

    async def _cut(self, hearing: TurnHearing, stretch: Transcribe) -> SoundWindow:
        await self._keeper.keep()
        begin, end = (2 * int(max(0.0, moment) * BYTES_A_SECOND / 2) for moment in (stretch.start, stretch.end))
        begin = max(begin, hearing.turn.begins * self._keeper.frame_bytes)
        return SoundWindow(pcm_16khz=await self._keeper.read(begin, end), start=begin / BYTES_A_SECOND)


def _join(stretch: Transcribe, hearing: TurnHearing, order: TurnOrder, *, of: TurnHearing) -> Transcribe | None:
    """The stretch with what comes next of the same turn; None where that is something else, or would be too long."""
    return join(stretch, order) if hearing is of and isinstance(order, Transcribe) else None


def _urgency(hearing: TurnHearing) -> Urgency:
    if hearing.listening.is_over:
        return Urgency.OVER
    return Urgency.SILENT if hearing.listening.run is None else Urgency.SPEAKING
