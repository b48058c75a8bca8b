"""The microphones that are open at this server: one an attempt, and only where its sound may be kept."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from uuid import UUID
from weakref import WeakValueDictionary

from vivavoce.candidates.links import Seat
from vivavoce.conversation.loop import Scene, has_conversation
from vivavoce.errors import VivavoceError
from vivavoce.sound.means import Means
from vivavoce.sound.microphone import CannotListen, Microphone
from vivavoce.sound.notices import WhyTyping
from vivavoce.sound.page_line import Tell
from vivavoce.sound.sound_file import (
    HeldElsewhere,
    PageStart,
    SoundErased,
    SoundFile,
    SoundStart,
    erase_sound,
    list_pieces,
    sound_folder,
)
from vivavoce.sound.taking_over import find_start
from vivavoce.sound.turn_after_turn import CLOSED_AFTER

log = logging.getLogger(__name__)

LETTING_GO = 2.0  # seconds that a microphone takes to close at most
DISK_THREADS = 4
STORING_THREADS = 4


class Microphones:
    """All that are open at this server."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self._open: dict[UUID, Microphone] = {}
        self._opening: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._threads = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="sound")
        # A store of files that hangs must not keep anybody from the disk.
        self._storing_threads = ThreadPoolExecutor(STORING_THREADS, thread_name_prefix="storing")

    async def open(
        self,
        seat: Seat,
        attempt_id: UUID,
        *,
        scene: Scene,
        tell: Tell,
        locale: str | None,
        page_start: PageStart | None = None,
    ) -> Microphone:
        """The attempt's microphone, with this page at it; the page before, if any, is told. Raises CannotListen.

        page_start: where what the page can send leads further than what is here, another server has taken the sound
        between, and it goes on from there.
        """
        number = scene.turn.number if scene.turn is not None else None
        lock = self._opening.setdefault(attempt_id, asyncio.Lock())
        async with lock:
            microphone = self._open.get(attempt_id)
            if microphone is not None and page_start is not None and page_start.first(number) > microphone.next:
                await microphone.close()
                microphone = None
            if microphone is None:
                microphone = await self._make(seat, attempt_id, scene, number=number, page_start=page_start)
                self._open[attempt_id] = microphone
        await microphone.attach(tell, scene=scene, locale=locale)
        return microphone

    def find(self, attempt_id: UUID) -> Microphone | None:
        """The attempt's microphone, where it is open."""
        return self._open.get(attempt_id)

    async def close(self) -> None:
        """Closes all of them: what has come is kept."""
        await asyncio.gather(*(microphone.close() for microphone in list(self._open.values())))
        self._threads.shutdown(wait=False)
        self._storing_threads.shutdown(wait=False, cancel_futures=True)

    async def _make(
        self, seat: Seat, attempt_id: UUID, scene: Scene, *, number: int | None, page_start: PageStart | None
    ) -> Microphone:
        if scene.conversation.state in CLOSED_AFTER:
            raise CannotListen(WhyTyping.NOT_HERE)
        folder = sound_folder(self.means.data_dir, merchant_id=seat.merchant_id, attempt_id=attempt_id)
        try:
            pieces = await asyncio.get_running_loop().run_in_executor(self._threads, list_pieces, folder)
            start = await find_start(
                self.means,
                pieces,
                seat,
                attempt_id,
                number=number,
                page_start=page_start,
                threads=self._storing_threads,
            )
            file = await self._open_file(folder, start)
        except HeldElsewhere:
            raise CannotListen(WhyTyping.ELSEWHERE) from None
        except SoundErased:
            raise CannotListen(WhyTyping.NOT_HERE) from None
        except OSError as error:
            log.error("sound can't be kept: %s", error)
            raise CannotListen(WhyTyping.NOT_KEPT) from error
        await self._refuse_erased(file, seat, attempt_id)
        microphone = Microphone(
            self.means,
            file,
            seat=seat,
            attempt_id=attempt_id,
            threads=self._threads,
            storing_threads=self._storing_threads,
            closed=self._forget,
        )
        try:
            await microphone.restore(scene)
        except VivavoceError as error:  # the detector's file is missing or changed
            log.error("nobody can be heard: %s", error.message)
            await microphone.close()
            raise CannotListen(WhyTyping.NO_EAR) from error
        return microphone

    async def _refuse_erased(self, file: SoundFile, seat: Seat, attempt_id: UUID) -> None:
        """Looked at once the sound is locked: whoever claims the attempt later finds it locked, and waits."""
        try:
            is_there = await has_conversation(self.means.database, seat, attempt_id)
        except BaseException:
            file.close()
            raise
        if is_there:
            return
        file.close()
        await asyncio.get_running_loop().run_in_executor(
            self._threads,
            partial(erase_sound, self.means.data_dir, merchant_id=seat.merchant_id, attempt_id=attempt_id),
        )
        raise CannotListen(WhyTyping.NOT_HERE)

    async def let_go(self, attempt_id: UUID) -> None:
        """Closes the attempt's microphone, where it is open: what it holds is to be erased."""
        if (microphone := self.find(attempt_id)) is not None:
            await microphone.close()

    async def _open_file(self, folder: Path, start: SoundStart | None) -> SoundFile:
        """Waits a little for whoever is just letting go of it."""
        until = self.means.clock() + LETTING_GO
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, SoundFile, folder, start)
            except HeldElsewhere:
                if self.means.clock() > until:
                    raise
            await asyncio.sleep(LETTING_GO / 10)

    def _forget(self, attempt_id: UUID) -> None:
        self._open.pop(attempt_id, None)
