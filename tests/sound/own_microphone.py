"""A microphone in this process, with a detector and an ear that take milliseconds, and a page that sends frames."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from vivavoce.candidates.links import Seat
from vivavoce.conversation.loop import Scene
from vivavoce.providers.ears.pool import HearingRequest
from vivavoce.providers.ears.port import RATE_HZ, TimedWord
from vivavoce.sound.microphone import Microphone
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.notices import Notice, TurnOver, Understood
from vivavoce.sound.sound_file import PageStart
from vivavoce.sound.turn_end import STEP, SoundChunk

FRAME = 1_280  # bytes: 40 ms
PAUSE_FRAMES = 20  # of silence, after which the ear has been asked
SPEECH, SILENCE = b"\x01\x10" * (FRAME // 2), bytes(FRAME)


class EnergyDetector:
    """Takes whatever is not silent for speech."""

    def __init__(self) -> None:
        self._left = b""
        self._at = 0.0

    def feed(self, pcm_16khz: bytes) -> list[SoundChunk]:
        step = int(STEP * RATE_HZ) * 2
        self._left += pcm_16khz
        found = []
        while len(self._left) >= step:
            piece, self._left = self._left[:step], self._left[step:]
            self._at += STEP
            found.append(SoundChunk(self._at, 1.0 if any(piece) else 0.0, -20.0 if any(piece) else -90.0))
        return found


@dataclass
class ListeningEar:
    """Hears the same in everything, and remembers for which language and accent it was asked."""

    text: str = " Yes"
    weak: frozenset[str] = frozenset()
    languages: list[str] = field(default_factory=list)
    locales: list[str | None] = field(default_factory=list)

    def may_hear(self) -> bool:
        return True

    async def hear(self, ask: HearingRequest) -> tuple[TimedWord, ...]:
        self.languages.append(ask.language)
        self.locales.append(ask.locale)
        window = await ask.take()
        assert window is not None
        return (TimedWord(text=self.text, start=window.start, end=window.end, probability=0.9),)


@dataclass
class Line:
    """An open microphone, and what its page was told."""

    microphone: Microphone
    ear: ListeningEar
    told: list[Notice] = field(default_factory=list)
    understood: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0

    async def tell(self, notice: Notice) -> None:
        self.told.append(notice)
        self.news.set()
        if isinstance(notice, Understood):
            self.understood.set()

    async def until_told(self, kind: type[Notice]) -> Any:
        """The last notice of this kind, once there is one."""
        async with asyncio.timeout(30):
            while not (of_kind := [notice for notice in self.told if isinstance(notice, kind)]):
                self.news.clear()
                await self.news.wait()
        return of_kind[-1]

    async def say(self, pcm: bytes) -> None:
        await self.microphone.take(self.sent.to_bytes(4, "little") + pcm, tell=self.tell)
        self.sent += 1

    @property
    def is_over(self) -> bool:
        return any(isinstance(one, TurnOver) for one in self.told)

    async def seconds_of_silence(self) -> float:
        """How long it takes until what was said counts as finished."""
        for count in range(1, 200):
            await self.say(SILENCE)
            if count == PAUSE_FRAMES:
                await asyncio.wait_for(self.understood.wait(), 30)
            if self.is_over:
                return count * 0.04
        raise AssertionError("the turn does not end")


async def open_line(
    microphones: Microphones, seat: Seat, attempt_id: Any, scene: Scene, *, page_start: PageStart | None = None
) -> Line:
    ear = microphones.means.ears
    assert isinstance(ear, ListeningEar)

    async def ignore(notice: Notice) -> None:
        pass

    microphone = await microphones.open(seat, attempt_id, scene=scene, tell=ignore, locale=None, page_start=page_start)
    line = Line(microphone, ear)
    await line.microphone.attach(line.tell, scene=scene, locale=None)
    return line
