"""Keeping what a microphone takes: the ledger, the disk, and the receipts.

    frame ──► ledger ──► waits ──► disk, synced ──► "heard to n"

What fails here is the disk: what was not synced does not count, and whoever owns this is told why.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from vivavoce.sound.frames import (
    ACKNOWLEDGE_FRAMES,
    ACKNOWLEDGE_SECONDS,
    BYTES_A_SECOND,
    FrameDoubled,
    FrameMissed,
    FrameRefused,
    FrameTaken,
    Ledger,
    Outcome,
    take,
)
from vivavoce.sound.notices import FramesMissed, HeardTo, Hello, SoundRefused, WhyTyping
from vivavoce.sound.page_line import MicrophoneState, PageLine
from vivavoce.sound.side_work import SideWork
from vivavoce.sound.sound_file import SoundErased, SoundFile

log = logging.getLogger(__name__)

MOST_UNKEPT = 200  # frames that wait for the disk; then the line waits too


class FrameKeeper:
    """One attempt's sound on its way to the disk.

    clock: seconds that never go back. lost: called with the reason when nothing can be kept; `next` is then what the
    disk has.
    """

    def __init__(
        self,
        file: SoundFile,
        *,
        page: PageLine,
        side_work: SideWork,
        clock: Callable[[], float],
        lost: Callable[[WhyTyping], Awaitable[None]],
    ) -> None:
        self._file = file
        self._page = page
        self._side_work = side_work
        self._clock = clock
        self._lost = lost

        self._ledger: Ledger = file.ledger
        self._frames: list[bytes] = []  # taken, and not on the disk yet
        self._entries: list[dict[str, Any]] = []
        self._writing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._asked_again: int | None = None  # the frame that the page was asked to go back to
        self._owes_receipt = False  # for frames that were doubled: theirs was lost

    @property
    def next(self) -> int:
        """The number of the frame that is expected."""
        return self._ledger.next

    @property
    def frame_bytes(self) -> int:
        """Bytes of PCM in a frame; 0 before the first one."""
        return self._ledger.frame_bytes or 0

    @property
    def begins(self) -> int:
        """The number of the first frame that can be read here: another server may have those before."""
        return self._file.begins

    def to_seconds(self, frame: int) -> float:
        """Where the frame begins, in seconds of the attempt's sound."""
        return frame * self.frame_bytes / BYTES_A_SECOND

    async def greet(self) -> None:
        """Tells a page that has just come where to go on."""
        self._asked_again, self._owes_receipt = None, False
        await self.keep()
        await self._page.tell(Hello(next=self._ledger.next, frame_bytes=self._ledger.frame_bytes))

    async def take(self, raw: bytes) -> Outcome:
        """What becomes of the frame; the page is told where it matters. One that is taken waits while the disk is slow.

        A frame that was taken is on its way to the disk; it has its receipt within a second.
        """
        outcome = take(self._ledger, raw, now=self._clock())
        match outcome:
            case FrameRefused(problem=problem):
                await self._page.tell(SoundRefused(problem))
            case FrameMissed(ledger=ledger):
                self._ledger = ledger
                if self._asked_again is None:
                    self._asked_again = ledger.next
                    await self._page.tell(FramesMissed(ledger.next))
            case FrameDoubled(ledger=ledger):
                self._ledger = ledger
                self._owes_receipt = True
                self._set_timer()
            case FrameTaken(ledger=ledger, pcm=pcm):
                self._asked_again = None
                self._ledger = ledger
                await self._add(pcm)
        return outcome

    def note(self, entry: dict[str, Any]) -> None:
        """Writes down what happened besides the sound: enough to hear the turn again after a crash."""
        self._entries.append(entry)
        self._set_timer()

    async def keep(self) -> None:
        """Puts what has come on the disk, and then tells the page."""
        async with self._writing:
            self.stop_timer()
            frames, self._frames = self._frames, []
            entries, self._entries = self._entries, []
            try:
                if frames or entries:
                    await self._side_work.in_thread(self._file.append, frames, entries)
            except SoundErased:
                self._frames = []
                await self._lost(WhyTyping.NOT_HERE)
                return
            except OSError as error:
                log.error("sound can't be kept: %s", error)
                self._frames, self._ledger = [], self._file.ledger
                await self._lost(WhyTyping.NOT_KEPT)
                return
            if (frames or self._owes_receipt) and self._page.state is not MicrophoneState.CLOSED:
                self._owes_receipt = False
                await self._page.tell(HeardTo(self._file.ledger.next))

    async def read(self, begin: int, end: int | None = None) -> bytes:
        """The sound on the disk from one byte up to another; end: None for all that is there."""
        return await self._side_work.in_thread(self._file.read, begin, self._file.length if end is None else end)

    def take_entries(self) -> list[dict[str, Any]]:
        """What was written down before this process opened the sound. It is given once: it can be long."""
        entries, self._file.entries = self._file.entries, []
        return entries

    def stop_timer(self) -> None:
        """Nothing is kept by itself until something comes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def close(self) -> None:
        """Keeps what has come, and lets go of the disk."""
        await self.keep()
        await self._side_work.in_thread(self._file.close)

    async def _add(self, pcm: bytes) -> None:
        self._frames.append(pcm)
        if len(self._frames) >= ACKNOWLEDGE_FRAMES and not self._writing.locked():
            self._side_work.start(self.keep())
        else:
            self._set_timer()
        if len(self._frames) >= MOST_UNKEPT:
            await self.keep()

    def _set_timer(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(ACKNOWLEDGE_SECONDS, lambda: self._side_work.start(self.keep()))
