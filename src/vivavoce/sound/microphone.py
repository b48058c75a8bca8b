"""A candidate's microphone at the server: sound is kept, heard, understood, and becomes an answer.

    frame ──► ledger ──► disk, synced ──► "heard to n"
                │
                └──► hearing ──► stretches ──► ear ──► words ──► hearing
                        │                                 │
                        └── the turn is over ─────────────┴──► loop.happen: saved, then told ──► the next turn

It outlives the socket: a page that comes back goes on where the disk ends. It does not have to outlive the process:
what it needs lies beside the sound.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid5
from weakref import WeakValueDictionary

from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import LinkShut, Seat
from vivavoce.conversation.choosing import find_choice
from vivavoce.conversation.happenings import LONGEST_ANSWER, Answered, NobodyHeard, Refuse, Trouble, WentWrong
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import Failed, PageNews, Scene, foresee, happen, has_conversation
from vivavoce.conversation.silence_prompts import AGAIN, say_prompt
from vivavoce.conversation.turns import awaits_beginning
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, ProviderError, Unavailable, VivavoceError
from vivavoce.providers.ears.pool import HearingRequest
from vivavoce.providers.ears.port import SoundWindow, TimedWord
from vivavoce.providers.ears.waiting import Urgency
from vivavoce.sound.frames import (
    ACKNOWLEDGE_FRAMES,
    ACKNOWLEDGE_SECONDS,
    BYTES_A_SECOND,
    FrameDoubled,
    FrameMissed,
    FrameRefused,
    FrameTaken,
    Ledger,
    take,
)
from vivavoce.sound.hearing import Detector, Hearing, SpokenTurn, find_turn, hear_again, is_doubtful
from vivavoce.sound.known_lines import scene_lines
from vivavoce.sound.line_store import to_line
from vivavoce.sound.lines_on_demand import Speaker
from vivavoce.sound.notices import (
    Ahead,
    Began,
    Clear,
    FramesMissed,
    HeardTo,
    Hello,
    Listens,
    NothingHeard,
    Notice,
    Prompted,
    Saved,
    SoundRefused,
    SoundTaken,
    TurnOver,
    TypingOnly,
    Understood,
    WasSetAside,
    WhyTyping,
)
from vivavoce.sound.sound_file import HeldElsewhere, SoundErased, SoundFile, erase_sound, sound_folder
from vivavoce.sound.turn_end import (
    Discard,
    Ended,
    FirstWord,
    Interrupted,
    LineSilent,
    Pace,
    Prepare,
    Prompt,
    Signal,
    Transcribe,
    Unclear,
    join,
)

log = logging.getLogger(__name__)

MOST_UNKEPT = 200  # frames that wait for the disk; then the line waits too
AFTER_END = 10.0  # seconds of sound after a turn that are kept for the next one, while the first is being saved
CUT_OFF = 2.0  # seconds: who speaks on so soon after we took the turn for over had not finished
LAG = 5.0  # seconds from the end of a turn to the next words; longer is a fault of ours
KEEP = 600.0  # seconds that a microphone stays ready without a page
LETTING_GO = 2.0  # seconds that a microphone takes to close at most
DISK_THREADS = 4
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries to save; the last one again and again
MOST_TRIES = 60  # eight minutes
MOST_FAILURES = 3  # of our own, over one answer
CLOSED_AFTER = frozenset({AttemptState.SUBMITTED, AttemptState.RETURNED, AttemptState.ABANDONED, AttemptState.FAILED})

Tell = Callable[[Notice], Awaitable[None]]


class SpeechEars(Protocol):
    """What understands speech, without holding the loop up. weak: languages in which it mishears much."""

    weak: frozenset[str]

    def may_hear(self) -> bool:
        """Whether it makes sense to ask."""

    async def hear(self, ask: HearingRequest) -> tuple[TimedWord, ...]:
        """The words. Raises ProviderError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What microphones work with. new_detector: blocks when it is first called. clock: seconds, never back."""

    database: Database
    data_dir: Path
    ears: SpeechEars
    speaker: Speaker
    new_detector: Callable[[], Detector]
    clock: Callable[[], float]
    now: Callable[[], datetime]


class CannotListen(VivavoceError):
    """Sound can't be taken now."""

    def __init__(self, why: WhyTyping) -> None:
        super().__init__()
        self.why = why


class Microphones:
    """All that are open at this server."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self._open: dict[UUID, Microphone] = {}
        self._opening: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="sound")

    async def open(self, seat: Seat, attempt_id: UUID, *, scene: Scene, tell: Tell, locale: str | None) -> "Microphone":
        """The attempt's microphone, with this page at it; the page before, if any, is told. Raises CannotListen."""
        lock = self._opening.setdefault(attempt_id, asyncio.Lock())
        async with lock:
            found = self._open.get(attempt_id)
            if found is None:
                found = await self._make(seat, attempt_id, scene)
                self._open[attempt_id] = found
        await found.attach(tell, scene=scene, locale=locale)
        return found

    def find(self, attempt_id: UUID) -> "Microphone | None":
        """The attempt's microphone, where it is open."""
        return self._open.get(attempt_id)

    async def close(self) -> None:
        """Closes all of them: what has come is kept."""
        for microphone in list(self._open.values()):
            await microphone.close()
        self._disk.shutdown(wait=False)

    async def _make(self, seat: Seat, attempt_id: UUID, scene: Scene) -> "Microphone":
        if scene.conversation.state in CLOSED_AFTER:
            raise CannotListen(WhyTyping.NOT_HERE)
        folder = sound_folder(self.means.data_dir, merchant_id=seat.merchant_id, attempt_id=attempt_id)
        try:
            file = await self._open_file(folder)
        except HeldElsewhere:
            raise CannotListen(WhyTyping.ELSEWHERE) from None
        except SoundErased:
            raise CannotListen(WhyTyping.NOT_HERE) from None
        except OSError as error:
            log.error("sound can't be kept: %s", error)
            raise CannotListen(WhyTyping.NOT_KEPT) from error
        await self._refuse_erased(file, seat, attempt_id)
        microphone = Microphone(
            self.means, file, seat=seat, attempt_id=attempt_id, disk=self._disk, closed=self._forget
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
            self._disk, partial(erase_sound, self.means.data_dir, merchant_id=seat.merchant_id, attempt_id=attempt_id)
        )
        raise CannotListen(WhyTyping.NOT_HERE)

    async def let_go(self, attempt_id: UUID) -> None:
        """Closes the attempt's microphone, where it is open: what it holds is to be erased."""
        if (found := self.find(attempt_id)) is not None:
            await found.close()

    async def _open_file(self, folder: Path) -> SoundFile:
        """Waits a little for whoever is just letting go of it."""
        until = self.means.clock() + LETTING_GO
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._disk, SoundFile, folder)
            except HeldElsewhere:
                if self.means.clock() > until:
                    raise
            await asyncio.sleep(LETTING_GO / 10)

    def _forget(self, attempt_id: UUID) -> None:
        self._open.pop(attempt_id, None)


class Microphone:
    """One attempt's. All of it runs on the loop; what blocks goes to threads or processes."""

    def __init__(
        self,
        means: Means,
        file: SoundFile,
        *,
        seat: Seat,
        attempt_id: UUID,
        disk: ThreadPoolExecutor,
        closed: Callable[[UUID], None],
    ) -> None:
        self._means = means
        self._file = file
        self._seat = seat
        self._attempt_id = attempt_id
        self._threads = disk
        self._closed = closed
        self._is_closed = False

        self._ledger: Ledger = file.ledger
        self._frames: list[bytes] = []  # taken, and not on the disk yet
        self._entries: list[dict[str, Any]] = []
        self._keeping = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._is_missing = False
        self._owes_receipt = False  # for frames that were doubled: theirs was lost

        self._tell_page: Tell | None = None
        self._locale: str | None = None
        self._scene: Scene | None = None
        self._hearing: Hearing | None = None
        self._wishes = 0  # of the turn that is heard, when its hearing began
        self._finishing: Hearing | None = None  # over, and not saved yet
        self._after: deque[bytes] | None = None  # sound since then
        self._is_deaf = False  # nothing can be heard
        self._is_quiet = False  # the candidate types
        self._ended_at = 0.0  # when the last turn was over, by the clock
        self._level_db: float | None = None

        self._work: deque[tuple[Hearing, Signal]] = deque()
        self._has_work = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._spawn(self._do_work())

    # --- The page ---------------------------------------------------------------------------------------------------

    async def attach(self, tell: Tell, *, scene: Scene, locale: str | None) -> None:
        """From now on this page speaks, and is told."""
        before, self._tell_page = self._tell_page, tell
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if before is not None and before != tell:
            await before(SoundTaken())
        self._locale, self._is_deaf, self._is_quiet = locale, False, False
        self._owes_receipt = self._is_missing = False
        await self._keep()
        await self._tell(Hello(next=self._ledger.next, frame_bytes=self._ledger.frame_bytes))
        if not self._means.ears.may_hear():
            await self._go_deaf(WhyTyping.NO_EAR)
            return
        hearing = self._hearing
        await self.follow(scene)
        if hearing is not None and hearing is self._hearing:
            await self._tell(Listens(hearing.turn.number))
            if hearing.text:
                await self._tell(Understood(number=hearing.turn.number, text=hearing.text))

    def detach(self, tell: Tell) -> None:
        """The page has gone. What has come is kept, and heard to its end."""
        if self._tell_page != tell:
            return
        self._tell_page = None
        self._leaving = asyncio.get_running_loop().call_later(KEEP, lambda: self._spawn(self.close()))

    async def quiet(self) -> None:
        """The candidate types from here on, until the page opens the sound again. What was said is still saved."""
        self._is_quiet = True
        self._hearing = self._finishing
        await self._keep()

    async def take(self, raw: bytes, *, tell: Tell) -> bool:
        """Takes a frame; whether the line may stay open. One of a page that is not at the microphone does nothing."""
        if tell != self._tell_page or self._is_closed:
            return True
        outcome = take(self._ledger, raw, now=self._means.clock())
        match outcome:
            case FrameRefused(problem=problem):
                await self._tell(SoundRefused(problem))
                return False
            case FrameMissed(ledger=ledger):
                self._ledger = ledger
                if not self._is_missing:
                    self._is_missing = True
                    await self._tell(FramesMissed(ledger.next))
            case FrameDoubled(ledger=ledger):
                self._ledger = ledger
                self._owes_receipt = True
                self._set_timer()
            case FrameTaken(ledger=ledger, pcm=pcm):
                self._is_missing = False
                self._ledger = ledger
                await self._take(pcm)
        return True

    async def press(self, name: str, *, number: int, frame: int | None = None) -> None:
        """A button of the turn, or its question's end. frame: at which one. Of another turn, it does nothing."""
        hearing = self._hearing
        if hearing is None or hearing.turn.number != number or hearing.listening.is_over:
            return
        at = None if frame is None else frame * (self._ledger.frame_bytes or 0) / BYTES_A_SECOND
        signals, entry = hearing.press(name, at=at)
        self._note(entry)
        await self._act(hearing, signals)

    async def follow(self, scene: Scene) -> None:
        """The conversation stands here now, whatever brought it there."""
        self._scene = scene
        turn = scene.turn
        if self._finishing is not None:
            return
        if turn is None or self._is_deaf or self._is_quiet or awaits_beginning(scene.course, scene.conversation):
            self._hearing = self._after = None
            if scene.conversation.state in CLOSED_AFTER:
                self._spawn(self.close())
            return
        hearing, wishes = self._hearing, scene.conversation.wishes_now
        if hearing is not None and hearing.turn.number == turn.number and not hearing.listening.is_over:
            hearing.listening = replace(hearing.listening, pace=_pace(scene))  # it may have been changed just now
            is_wished = len(wishes) > self._wishes
            self._wishes = len(wishes)
            if is_wished and wishes[-1].wish == Wish.THINK:
                await self.press("think", number=turn.number)
                return
            if not is_wished or hearing.listening.begun is not None:
                return
        self._wishes = len(wishes)
        await self._begin(turn.number, turn.language)

    async def close(self) -> None:
        """Keeps what has come, and lets go."""
        if self._is_closed:
            return
        self._is_closed = True
        self._closed(self._attempt_id)
        for timer in (self._timer, self._leaving):
            if timer is not None:
                timer.cancel()
        current = asyncio.current_task()
        for task in [one for one in self._tasks if one is not current]:
            task.cancel()
        await self._keep()
        await asyncio.get_running_loop().run_in_executor(self._threads, self._file.close)

    # --- Keeping ----------------------------------------------------------------------------------------------------

    async def _take(self, pcm: bytes) -> None:
        self._frames.append(pcm)
        if len(self._frames) >= ACKNOWLEDGE_FRAMES and not self._keeping.locked():
            self._spawn(self._keep())
        else:
            self._set_timer()
        if len(self._frames) >= MOST_UNKEPT:
            await self._keep()
        hearing = self._hearing
        if hearing is not None and not hearing.listening.is_over:
            await self._act(hearing, hearing.feed(pcm))
        elif self._after is not None:
            self._after.append(pcm)

    def _set_timer(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(ACKNOWLEDGE_SECONDS, lambda: self._spawn(self._keep()))

    def _note(self, entry: dict[str, Any]) -> None:
        self._entries.append(entry)
        self._set_timer()

    async def _keep(self) -> None:
        """To the disk, and then to the page."""
        async with self._keeping:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            frames, self._frames = self._frames, []
            entries, self._entries = self._entries, []
            try:
                if frames or entries:
                    await self._on_disk(self._file.append, frames, entries)
            except SoundErased:
                self._frames = []
                self._spawn(self.close())
                await self._go_deaf(WhyTyping.NOT_HERE)
                return
            except OSError as error:
                log.error("sound can't be kept: %s", error)
                self._frames, self._ledger = [], self._file.ledger
                self._spawn(self._fault(Trouble.SOUND_UNKEPT, f"from {self._ledger.next}"))
                await self._go_deaf(WhyTyping.NOT_KEPT)
                return
            if (frames or self._owes_receipt) and not self._is_closed:
                self._owes_receipt = False
                await self._tell(HeardTo(self._file.ledger.next))

    async def _on_disk(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    # --- Hearing ----------------------------------------------------------------------------------------------------

    async def restore(self, scene: Scene) -> None:
        """Hears again what was being said when a process died. Raises VivavoceError where nothing can be heard."""
        detector = await self._on_disk(self._means.new_detector)  # loaded by now, whoever needs the next one
        found = find_turn(self._file.entries)
        self._file.entries = []
        turn = scene.turn
        if found is None or turn is None or found[0].number != turn.number or found[0].begins > self._ledger.next:
            return
        kept, entries = found
        pcm = await self._on_disk(self._file.read, kept.begins * (self._ledger.frame_bytes or 0), self._file.length)
        heard = await self._on_disk(lambda: hear_again(kept, entries, pcm, detector))
        self._scene, self._hearing = scene, heard.hearing
        self._wishes = len(scene.conversation.wishes_now)
        await self._act(heard.hearing, heard.signals)

    async def _begin(self, number: int, language: str) -> None:
        """Hears a turn, with what came while the one before was being saved."""
        assert self._scene is not None
        after, self._after = list(self._after or ()), None
        begins = self._ledger.next - len(after)
        turn = SpokenTurn(
            number=number,
            begins=begins,
            start=begins * (self._ledger.frame_bytes or 0) / BYTES_A_SECOND,
            language=language,
            pace=_pace(self._scene),
            level_db=self._level_db,
            may_interrupt=self._scene.interviewer.may_interrupt,
        )
        hearing = Hearing(turn, self._means.new_detector())
        self._hearing = hearing
        self._note(turn.to_entry())
        await self._tell(Listens(number))
        for pcm in after:
            await self._act(hearing, hearing.feed(pcm))

    async def _act(self, hearing: Hearing, signals: Sequence[Signal]) -> None:
        number = hearing.turn.number
        for signal in signals:
            match signal:
                case Interrupted():
                    await self._tell(Clear(number))
                    if hearing.turn.number > 1 and hearing.now - hearing.turn.start < CUT_OFF:
                        self._spawn(self._fault(Trouble.CUT_OFF, f"after {number - 1}"))
                case FirstWord():
                    await self._tell(Began(number))
                case Prepare():
                    self._spawn(self._prepare(hearing))
                case Discard():
                    self._means.speaker.forget_guesses(self._attempt_id)
                case Prompt(number=prompt):
                    await self._ask(hearing, prompt)
                case Unclear():
                    await self._ask(hearing, AGAIN)
                    self._spawn(self._fault(Trouble.DOUBTFUL, f"in {number}"))
                case Transcribe():
                    self._add_work(hearing, signal)
                case Ended() | LineSilent():
                    self._level_db = hearing.listening.level_db
                    self._finishing = hearing
                    self._ended_at = self._means.clock()
                    frame_bytes = self._ledger.frame_bytes or BYTES_A_SECOND
                    self._after = deque(maxlen=int(AFTER_END * BYTES_A_SECOND / frame_bytes))
                    self._add_work(hearing, signal)
                    if isinstance(signal, Ended):
                        await self._tell(TurnOver(number))

    async def _ask(self, hearing: Hearing, prompt: int) -> None:
        number, language = hearing.turn.number, hearing.turn.language
        await self._tell(Prompted(number=number, prompt=prompt, said=say_prompt(prompt, language=language)))

    def _add_work(self, hearing: Hearing, signal: Signal) -> None:
        self._work.append((hearing, signal))
        self._has_work.set()

    async def _do_work(self) -> None:
        """One thing after the other, so that a turn ends when all of it was understood."""
        while True:
            while not self._work:
                self._has_work.clear()
                await self._has_work.wait()
            hearing, signal = self._work.popleft()
            match signal:
                case Transcribe():
                    await self._transcribe(hearing, signal)
                case Ended():
                    await self._finish(hearing)
                case LineSilent():
                    await self._set_aside(hearing)
                case _:
                    raise AssertionError(signal)

    async def _transcribe(self, hearing: Hearing, first: Transcribe) -> None:
        stretches = [first]

        async def take() -> SoundWindow | None:
            """All that was said by now, as far as it can be heard as one."""
            if not self._is_heard(hearing):
                return None
            stretch = first
            while self._work and (more := _join(stretch, *self._work[0], of=hearing)) is not None:
                stretch = more
                stretches.append(more)
                self._work.popleft()
            return await self._cut(hearing, stretch)

        if not self._is_heard(hearing):
            return
        language = hearing.turn.language
        try:
            words = await self._means.ears.hear(
                HearingRequest(
                    conversation=self._attempt_id,
                    language=language,
                    locale=self._locale_for(language),
                    urgency=lambda: _urgency(hearing),
                    take=take,
                )
            )
        except ProviderError as error:
            log.warning("nothing can be heard: %s", error.message)
            self._spawn(self._fault(Trouble.NO_EAR, f"in {hearing.turn.number} from {hearing.turn.begins}"))
            await self._go_deaf(WhyTyping.NO_EAR)
            return
        if not self._is_heard(hearing):
            return
        signals, entry = hearing.understand(words, stretches=len(stretches))
        self._note(entry)
        if words:
            await self._tell(Understood(number=hearing.turn.number, text=hearing.text))
        await self._act(hearing, signals)

    def _is_heard(self, hearing: Hearing) -> bool:
        """Whether anybody still wants the words of this turn."""
        return not self._is_deaf and hearing in (self._hearing, self._finishing)

    async def _cut(self, hearing: Hearing, stretch: Transcribe) -> SoundWindow:
        await self._keep()
        begin, end = (2 * int(max(0.0, moment) * BYTES_A_SECOND / 2) for moment in (stretch.start, stretch.end))
        begin = max(begin, hearing.turn.begins * (self._ledger.frame_bytes or 0))
        pcm = await self._on_disk(self._file.read, begin, end)
        return SoundWindow(pcm_16khz=pcm, start=begin / BYTES_A_SECOND)

    async def _prepare(self, hearing: Hearing) -> None:
        """The words that would follow, if the turn were over: spoken ahead, and the page may fetch them ahead."""
        happening = self._to_answered(hearing)
        if happening is None:
            return
        try:
            scene = await foresee(self._means.database, self._seat, self._attempt_id, happening, now=self._means.now())
        except (Unavailable, NotFound, LinkShut):
            return
        if hearing is self._hearing and (hearing.listening.is_preparing or hearing.listening.is_over):
            lines = scene_lines(scene.course, scene.conversation, scene.turn)
            locale = scene.voice_locale
            ahead = [to_line(said, locale=locale) for said in lines]
            self._means.speaker.guess(self._seat.merchant_id, ahead, of=self._attempt_id)
            is_spoken = await self._means.speaker.wait_for_all(self._seat.merchant_id, ahead)
            if is_spoken and hearing is self._hearing and hearing.listening.is_preparing:
                await self._tell(Ahead(lines))

    def _locale_for(self, language: str) -> str | None:
        """The accent that the candidate chose, for words of its language; else the interview's."""
        if self._scene is not None and language in self._scene.adjustments.accents:
            return self._scene.adjustments.accents[language]
        named = [self._locale, self._scene.definition.speech_locale if self._scene else None]
        return next((one for one in named if one is not None and one.partition("-")[0] == language), None)

    # --- The end of a turn ------------------------------------------------------------------------------------------

    async def _finish(self, hearing: Hearing) -> None:
        if self._is_deaf:
            self._finishing = None
            return
        number = hearing.turn.number
        happening = self._to_answered(hearing)
        if happening is None:
            self._finishing = None
            await self._tell(NothingHeard(number))
            if self._scene is not None:
                await self.follow(self._scene)
            await self.press("opened", number=number)
            return
        await self._keep()
        told = await self._save(happening)
        self._finishing = None
        if told is None:
            await self._go_deaf(WhyTyping.FAILED, text=hearing.text)
            return
        await self._tell(Saved(number=number, text=hearing.text, words=happening.words, told=told))
        is_taken = not any(isinstance(one, Refuse) for one in told.told)
        if is_taken and is_doubtful(hearing.words):
            self._spawn(self._fault(Trouble.DOUBTFUL, f"in {number}"))
        if (seconds := self._means.clock() - self._ended_at) > LAG:
            self._spawn(self._fault(Trouble.LAG, f"after {number}", seconds=seconds))
        await self.follow(told.scene)

    def _to_answered(self, hearing: Hearing) -> Answered | None:
        """What was said as an answer; None where nothing was."""
        text = _shorten(hearing.text)
        if not text:
            return None
        turn = self._scene.turn if self._scene is not None else None
        choices = turn.choices if turn is not None and turn.number == hearing.turn.number else ()
        choice = find_choice(text, choices)
        return Answered(
            key=hearing.turn.key(self._attempt_id),
            number=hearing.turn.number,
            text=None if choice is not None else text,
            choice=choice,
            words=tuple(
                HeardWord(text=one.text, start=one.start, end=one.end, probability=one.probability)
                for one in hearing.words
            ),
        )

    async def _save(self, happening: Answered) -> PageNews | None:
        """What came of it, however long the database is away; None where we can't."""
        failures = 0
        for number in range(MOST_TRIES):
            try:
                return await happen(
                    self._means.database, self._seat, self._attempt_id, happening, now=self._means.now()
                )
            except (NotFound, LinkShut):
                return None
            except Failed:
                failures += 1
                if failures == MOST_FAILURES:
                    return None
            except Unavailable:
                pass
            await asyncio.sleep(WAITS[min(number, len(WAITS) - 1)])
        return None

    async def _set_aside(self, hearing: Hearing) -> None:
        self._finishing = None
        key = uuid5(self._attempt_id, f"nobody in {hearing.turn.number} from {hearing.turn.begins}")
        try:
            told = await happen(
                self._means.database, self._seat, self._attempt_id, NobodyHeard(key=key), now=self._means.now()
            )
        except (Unavailable, Failed, NotFound, LinkShut):
            await self._go_deaf(WhyTyping.NOBODY)
            return
        await self._go_deaf(WhyTyping.NOBODY)
        if told.scene.conversation.state is AttemptState.FAILED:
            await self._tell(WasSetAside())
            await self.follow(told.scene)

    async def _go_deaf(self, why: WhyTyping, *, text: str | None = None) -> None:
        """Nothing is heard from here on, until the page opens the sound again."""
        understood = text if text is not None else self._hearing.text if self._hearing is not None else ""
        self._is_deaf = True
        self._hearing = self._after = None
        await self._tell(TypingOnly(why=why, text=understood))

    async def _fault(self, trouble: Trouble, about: str, *, seconds: float = 0.0) -> None:
        """Told once, however often it is noticed."""
        key = uuid5(self._attempt_id, f"{trouble} {about}")
        try:
            await happen(
                self._means.database,
                self._seat,
                self._attempt_id,
                WentWrong(key=key, trouble=trouble, seconds=seconds),
                now=self._means.now(),
            )
        except (Unavailable, Failed, NotFound, LinkShut) as error:
            log.warning("the fault %s of an attempt is not on record: %s", trouble, error.message)

    def blame_voice(self) -> None:
        """A line of this attempt could not be said."""
        number = self._scene.conversation.number if self._scene is not None else 0
        self._spawn(self._fault(Trouble.NO_VOICE, f"in {number}"))

    # --- Small things -----------------------------------------------------------------------------------------------

    async def _tell(self, notice: Notice) -> None:
        if self._tell_page is not None:
            await self._tell_page(notice)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("unforeseen at a microphone", exc_info=error)
        if not self._is_closed:
            # Whatever it was: the candidate goes on by typing, and another page starts anew.
            self._spawn(self._go_deaf(WhyTyping.FAILED))
            self._spawn(self.close())


def _join(stretch: Transcribe, hearing: Hearing, signal: Signal, *, of: Hearing) -> Transcribe | None:
    """The stretch with what comes next of the same turn; None where that is something else, or would be too long."""
    return join(stretch, signal) if hearing is of and isinstance(signal, Transcribe) else None


def _urgency(hearing: Hearing) -> Urgency:
    if hearing.listening.is_over:
        return Urgency.OVER
    return Urgency.SILENT if hearing.listening.run is None else Urgency.SPEAKING


def _pace(scene: Scene) -> Pace:
    """The candidate's, else the interview's."""
    found = (scene.adjustments.pace or scene.definition.settings.pace or "").strip().lower()
    return Pace(found) if found in set(Pace) else Pace.NORMAL


def _shorten(text: str) -> str:
    """As much as an answer may have, in whole words; the sound is kept in any case."""
    if len(text) <= LONGEST_ANSWER:
        return text
    head = text[:LONGEST_ANSWER]
    return head[: head.rfind(" ")] if " " in head else head
