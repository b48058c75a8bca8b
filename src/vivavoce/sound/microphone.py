"""A candidate's microphone at the server: sound is kept, heard, understood, and becomes an answer.

    frame ──► frame_keeper: ledger, disk, "heard to n"      what can fail: the disk
                │
                └──► turn_after_turn ──► ear_queue           the ear
                        │                   │
                        └── over ◄──── words
                             │
                             ├──► answer_saver ──► next turn  the database
                             └──► storing                    the store of files

It outlives the socket: a page that comes back goes on where the disk ends. It does not have to outlive the process:
what it needs lies beside the sound.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from uuid import UUID

from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Trouble
from vivavoce.conversation.loop import Scene
from vivavoce.conversation.passages import Keeping
from vivavoce.errors import VivavoceError
from vivavoce.sound.answer_saver import AnswerSaver
from vivavoce.sound.frame_keeper import FrameKeeper
from vivavoce.sound.frames import FrameRefused, FrameTaken
from vivavoce.sound.means import Means
from vivavoce.sound.notices import WhyTyping
from vivavoce.sound.page_line import MicrophoneState, PageLine, Tell
from vivavoce.sound.side_work import SideWork
from vivavoce.sound.sound_file import SoundFile
from vivavoce.sound.storing import PartStorer
from vivavoce.sound.turn_after_turn import AttemptListener

KEEP = 600.0  # seconds that a microphone stays ready without a page


class CannotListen(VivavoceError):
    """Sound can't be taken now."""

    def __init__(self, why: WhyTyping) -> None:
        super().__init__()
        self.why = why


class Microphone:
    """One attempt's. All of it runs on the loop; what blocks goes to threads or processes.

    closed: called with the attempt's id once it takes no sound any more.
    """

    def __init__(
        self,
        means: Means,
        file: SoundFile,
        *,
        seat: Seat,
        attempt_id: UUID,
        threads: Executor,
        storing_threads: Executor,
        closed: Callable[[UUID], None],
    ) -> None:
        self._ears = means.ears
        self._attempt_id = attempt_id
        self._closed = closed
        self._leaving: asyncio.TimerHandle | None = None
        self._page = PageLine()
        self._side_work = SideWork(threads, failed=self._give_up)
        self._saver = AnswerSaver(
            means.database,
            seat=seat,
            attempt_id=attempt_id,
            now=means.now,
            thinking=means.thinking,
            keeping=Keeping(days=means.keep_days, has_recordings=means.recordings is not None, hears=True),
        )
        self._keeper = FrameKeeper(
            file, page=self._page, side_work=self._side_work, clock=means.clock, lost=self._lose_sound
        )
        self._storer = PartStorer(
            means.database,
            means.recordings,
            file,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            threads=storing_threads,
        )
        self._listener = AttemptListener(
            means,
            seat=seat,
            attempt_id=attempt_id,
            page=self._page,
            side_work=self._side_work,
            keeper=self._keeper,
            saver=self._saver,
            storer=self._storer,
            over=lambda: self._side_work.start(self.close()),
        )

    @property
    def next(self) -> int:
        """The number of the frame that is expected."""
        return self._keeper.next

    async def restore(self, scene: Scene) -> None:
        """Hears again what was being said when a process died. Raises VivavoceError where nothing can be heard."""
        await self._listener.restore(scene)

    async def attach(self, tell: Tell, *, scene: Scene, locale: str | None) -> None:
        """From now on this page speaks, and is told. Raises CannotListen where the microphone has just closed."""
        if self._page.state is MicrophoneState.CLOSED:
            raise CannotListen(WhyTyping.ELSEWHERE)
        self._stay()
        await self._page.attach(tell)
        self._listener.locale = locale
        await self._keeper.greet()
        if self._ears.may_hear():
            await self._listener.resume(scene)
        else:
            await self._listener.go_deaf(WhyTyping.NO_EAR)

    def detach(self, tell: Tell) -> None:
        """The page has gone. What has come is kept, and heard to its end."""
        if self._page.detach(tell):
            loop = asyncio.get_running_loop()
            self._leaving = loop.call_later(KEEP, lambda: self._side_work.start(self.close()))

    async def take(self, raw: bytes, *, tell: Tell) -> bool:
        """Takes a frame; whether the line may stay open. One of a page that is not at the microphone does nothing."""
        if not self._page.is_at(tell) or self._page.state is MicrophoneState.CLOSED:
            return True
        outcome = await self._keeper.take(raw)
        if isinstance(outcome, FrameTaken):
            await self._listener.feed(outcome.pcm)
        return not isinstance(outcome, FrameRefused)

    async def follow(self, scene: Scene) -> None:
        """The conversation stands here now, whatever brought it there."""
        await self._listener.follow(scene)

    async def press(self, name: str, *, number: int, frame: int | None = None) -> None:
        """A button of the turn, or its question's end. frame: at which one. Of another turn, it does nothing."""
        await self._listener.press(name, number=number, frame=frame)

    async def quiet(self) -> None:
        """The candidate types from here on, until the page opens the sound again. What was said is still saved."""
        self._page.type()
        self._listener.stop()
        await self._keeper.keep()

    def blame_voice(self) -> None:
        """A line of this attempt could not be said."""
        self._listener.blame_voice()

    async def close(self) -> None:
        """Keeps what has come, and lets go."""
        if not self._page.close():
            return
        self._closed(self._attempt_id)
        self._stay()
        self._keeper.stop_timer()
        self._side_work.stop()
        await self._storer.settle()  # whoever erases it next finds nothing on its way
        await self._keeper.close()

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    async def _lose_sound(self, why: WhyTyping) -> None:
        """The disk refuses, or the sound is being erased."""
        if why is WhyTyping.NOT_HERE:
            self._side_work.start(self.close())
        else:
            fault = self._saver.record_fault(Trouble.SOUND_UNKEPT, f"from {self._keeper.next}")
            self._side_work.start(fault)
        await self._listener.go_deaf(why)

    def _give_up(self) -> None:
        """Whatever it was: the candidate goes on by typing, and another page starts anew."""
        if self._page.state is not MicrophoneState.CLOSED:
            self._side_work.start(self._listener.go_deaf(WhyTyping.FAILED))
            self._side_work.start(self.close())
