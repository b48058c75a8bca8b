"""Listening to one attempt, turn after turn: sound and buttons in, what follows from them carried out.

    sound ──► turn_hearing ──► signals ──► the page: "clear", "began", a prompt
                                  │
                                  ├──► stretches ──► ear_queue ──► words ──► turn_hearing
                                  └──► the turn is over ──► answer_saver ──► the next turn

At any time at most one turn is heard, and at most one is being saved.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, NotTaken, Refuse, Trouble
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import PageNews, Scene
from vivavoce.conversation.silence_prompts import AGAIN, CHOOSE, say_prompt
from vivavoce.conversation.turns import awaits_beginning
from vivavoce.errors import ProviderError
from vivavoce.providers.ears.port import TimedWord
from vivavoce.sound.adjusted import find_locale, find_pace
from vivavoce.sound.answer_saver import AnswerSaver, to_answered
from vivavoce.sound.ear_queue import EarQueue
from vivavoce.sound.frame_keeper import FrameKeeper
from vivavoce.sound.frames import BYTES_A_SECOND
from vivavoce.sound.known_lines import scene_lines
from vivavoce.sound.line_store import SpokenLine, to_line
from vivavoce.sound.means import Means
from vivavoce.sound.notices import (
    Ahead,
    Began,
    Clear,
    Listens,
    NothingHeard,
    Prompted,
    Saved,
    TurnOver,
    TypingOnly,
    Understood,
    WhyTyping,
)
from vivavoce.sound.page_line import MicrophoneState, PageLine
from vivavoce.sound.side_work import SideWork
from vivavoce.sound.storing import PartStorer
from vivavoce.sound.turn_end import (
    Discard,
    Ended,
    FirstWord,
    Interrupted,
    LineSilent,
    Prepare,
    Prompt,
    Signal,
    Transcribe,
    Unclear,
)
from vivavoce.sound.turn_hearing import SpokenTurn, TurnHearing, find_turn, hear_again, is_doubtful

log = logging.getLogger(__name__)

AFTER_END = 10.0  # seconds of sound after a turn that are kept for the next one, while the first is being saved
CUT_OFF = 2.0  # seconds: who speaks on so soon after we took the turn for over had not finished
LAG = 5.0  # seconds from the end of a turn to the next words; longer is a fault of ours
CLOSED_AFTER = frozenset({AttemptState.SUBMITTED, AttemptState.RETURNED, AttemptState.ABANDONED, AttemptState.FAILED})


class AttemptListener:
    """One attempt's turns. locale: the accent that the page asked for. over: called when no turn will follow."""

    def __init__(
        self,
        means: Means,
        *,
        seat: Seat,
        attempt_id: UUID,
        page: PageLine,
        side_work: SideWork,
        keeper: FrameKeeper,
        saver: AnswerSaver,
        storer: PartStorer,
        over: Callable[[], None],
    ) -> None:
        self._means = means
        self._seat = seat
        self._attempt_id = attempt_id
        self._page = page
        self._side_work = side_work
        self._keeper = keeper
        self._saver = saver
        self._storer = storer
        self._over = over
        self.locale: str | None = None

        self._scene: Scene | None = None
        self._hearing: TurnHearing | None = None
        self._wishes = 0  # of the turn that is heard, when its hearing began
        self._finishing: TurnHearing | None = None  # over, and not saved yet
        self._written_down: TurnHearing | None = None  # of somebody who types now, and gets what they have said
        self._after: deque[bytes] | None = None  # sound since then
        self._ended_at = 0.0  # when the last turn was over, by the clock
        self._level_db: float | None = None  # the candidate's loudness
        self._was_heard = False  # here: words came, whether they were an answer or not

        self._ear_queue = EarQueue(means.ears, keeper=keeper, turns=self, attempt_id=attempt_id)
        side_work.start(self._ear_queue.work())

    # --- Which turn is heard ----------------------------------------------------------------------------------------

    async def restore(self, scene: Scene) -> None:
        """Hears again what was being said when a process died. Raises VivavoceError where nothing can be heard."""
        detector = await self._side_work.in_thread(
            self._means.new_detector
        )  # loaded by now, whoever needs the next one
        kept = find_turn(self._keeper.take_entries())
        if kept is None or scene.turn is None:
            return
        turn, entries = kept
        if turn.number != scene.turn.number or not self._keeper.begins <= turn.begins <= self._keeper.next:
            return
        pcm = await self._keeper.read(turn.begins * self._keeper.frame_bytes)
        heard = await self._side_work.in_thread(hear_again, turn, entries, pcm, detector)
        self._scene, self._hearing = scene, heard.hearing
        self._wishes = len(scene.conversation.wishes_now)
        await self._act(heard.hearing, heard.signals)

    async def resume(self, scene: Scene) -> None:
        """Goes on with a page that has just come; it is told of the turn that is under way."""
        hearing = self._hearing
        await self.follow(scene)
        if hearing is not None and hearing is self._hearing:
            await self._page.tell(Listens(hearing.turn.number))
            if hearing.text:
                await self._page.tell(Understood(number=hearing.turn.number, text=hearing.text))

    async def follow(self, scene: Scene) -> None:
        """The conversation stands here now, whatever brought it there."""
        self._scene = scene
        turn = scene.turn
        if self._written_down is not None and (turn is None or turn.number != self._written_down.turn.number):
            self._written_down = None  # it was answered by typing
        if self._finishing is not None:
            return
        is_heard = self._page.state is MicrophoneState.HEARD
        if turn is None or not is_heard or awaits_beginning(scene.course, scene.conversation):
            self._hearing = self._after = None
            if scene.conversation.state in CLOSED_AFTER:
                self._over()
            return
        hearing, wishes = self._hearing, scene.conversation.wishes_now
        if hearing is not None and hearing.turn.number == turn.number and not hearing.listening.is_over:
            hearing.listening = replace(hearing.listening, pace=find_pace(scene))  # it may have been changed just now
            is_wished = len(wishes) > self._wishes
            self._wishes = len(wishes)
            if is_wished and wishes[-1].wish == Wish.THINK:
                await self.press("think", number=turn.number)
                return
            if not is_wished or hearing.listening.begun is not None:
                return
        self._wishes = len(wishes)
        await self._begin(turn.number, turn.language)

    async def _begin(self, number: int, language: str) -> None:
        """Hears a turn, with what came while the one before was being saved."""
        assert self._scene is not None
        after, self._after = list(self._after or ()), None
        begins = self._keeper.next - len(after)
        turn = SpokenTurn(
            number=number,
            begins=begins,
            start=self._keeper.to_seconds(begins),
            language=language,
            pace=find_pace(self._scene),
            level_db=self._level_db,
            may_interrupt=self._scene.interviewer.may_interrupt,
            was_heard=self._was_heard or any(answer.is_spoken for answer in self._scene.conversation.answers),
        )
        hearing = TurnHearing(turn, self._means.new_detector())
        self._hearing, self._written_down = hearing, None
        self._keeper.note(turn.to_entry())
        await self._page.tell(Listens(number))
        for pcm in after:
            await self._act(hearing, hearing.feed(pcm))

    def stop(self) -> None:
        """Nothing more is heard. A turn that is over is still saved; of another, what was said is still understood."""
        hearing, self._hearing = self._hearing, self._finishing
        if hearing is None or hearing is self._finishing:
            return
        self._written_down = hearing
        signals, _ = hearing.press("done")  # not put on record: the turn goes on, by typing
        for signal in signals:
            if isinstance(signal, Transcribe):
                self._ear_queue.add(hearing, signal)

    async def go_deaf(self, why: WhyTyping, *, text: str | None = None) -> None:
        """Nothing is heard from here on, until the page opens the sound again. text: None for what was understood."""
        understood = text if text is not None else self._hearing.text if self._hearing is not None else ""
        self._page.go_deaf()
        self._hearing = self._after = self._written_down = None
        await self._page.tell(TypingOnly(why=why, text=understood))

    # --- What happens in it -----------------------------------------------------------------------------------------

    async def feed(self, pcm: bytes) -> None:
        """Hears the next frame, or holds it back for the turn that follows."""
        hearing = self._hearing
        if hearing is not None and not hearing.listening.is_over:
            await self._act(hearing, hearing.feed(pcm))
        elif self._after is not None:
            self._after.append(pcm)

    async def press(self, name: str, *, number: int, frame: int | None = None) -> None:
        """A button of the turn, or its question's end. frame: at which one. Of another turn, it does nothing."""
        hearing = self._hearing
        if hearing is None or hearing.turn.number != number or hearing.listening.is_over:
            return
        signals, entry = hearing.press(name, at=None if frame is None else self._keeper.to_seconds(frame))
        self._keeper.note(entry)
        await self._act(hearing, signals)

    async def understand(self, hearing: TurnHearing, words: Sequence[TimedWord], *, stretches: int) -> None:
        """These words were heard in so many stretches."""
        signals, entry = hearing.understand(words, stretches=stretches)
        self._keeper.note(entry)
        if words:
            self._was_heard = True
            self._storer.begin_within_turn(hearing.turn.begins)
            await self._page.tell(Understood(number=hearing.turn.number, text=hearing.text))
        if hearing is not self._written_down:
            await self._act(hearing, signals)

    async def lose_ear(self, hearing: TurnHearing, error: ProviderError) -> None:
        """Nothing can be heard: the candidate types."""
        log.warning("nothing can be heard: %s", error.message)
        self._record_fault(Trouble.NO_EAR, f"in {hearing.turn.number} from {hearing.turn.begins}")
        await self.go_deaf(WhyTyping.NO_EAR)

    async def _act(self, hearing: TurnHearing, signals: Sequence[Signal]) -> None:
        number = hearing.turn.number
        for signal in signals:
            match signal:
                case Interrupted():
                    await self._page.tell(Clear(number))
                    if number > 1 and hearing.now - hearing.turn.start < CUT_OFF:
                        self._record_fault(Trouble.CUT_OFF, f"after {number - 1}")
                case FirstWord():
                    await self._page.tell(Began(number))
                case Prepare(asks=asks):
                    self._side_work.start(self._prepare(hearing, asks=asks))
                case Discard():
                    self._saver.forget_ahead()
                    self._means.speaker.forget_guesses(self._attempt_id)
                case Prompt(number=prompt):
                    await self._prompt(hearing, prompt)
                case Unclear():
                    await self._prompt(hearing, CHOOSE if self._is_choice(hearing) else AGAIN)
                    self._record_fault(Trouble.DOUBTFUL, f"in {number}")
                case Transcribe():
                    self._ear_queue.add(hearing, signal)
                case Ended():
                    self._end(hearing)
                    self._ear_queue.add(hearing, signal)
                    await self._page.tell(TurnOver(number))
                case LineSilent():
                    self._end(hearing)
                    self._ear_queue.add(hearing, signal)

    async def _prompt(self, hearing: TurnHearing, prompt: int) -> None:
        words = CHOOSE if self._is_choice(hearing) else prompt  # nobody can type there
        said = say_prompt(words, language=hearing.turn.language)
        await self._page.tell(Prompted(number=hearing.turn.number, prompt=prompt, said=said))

    async def _prepare(self, hearing: TurnHearing, *, asks: bool) -> None:
        """The words that would follow, if the turn were over: spoken ahead, and the page may fetch them ahead.

        asks: what a language model would say. The rule's words are spoken as well: they stand where it says nothing.
        """
        answer = self._to_answered(hearing)
        scene = None if answer is None else await self._saver.foresee(answer)
        if answer is None or scene is None:
            return
        ahead = self._guess(hearing, scene)
        if asks and ahead is not None and (proposed := await self._saver.ask_ahead(answer)) is not None:
            scene, ahead = proposed, self._guess(hearing, proposed)
        if ahead is None:
            return
        is_spoken = await self._means.speaker.wait_for_all(self._seat.merchant_id, ahead)
        if is_spoken and hearing is self._hearing and hearing.listening.is_preparing:
            await self._page.tell(Ahead(scene_lines(scene.course, scene.conversation, scene.turn)))

    def _guess(self, hearing: TurnHearing, scene: Scene) -> list[SpokenLine] | None:
        """The lines of the scene, which are being spoken; None where the candidate goes on."""
        if hearing is not self._hearing or not (hearing.listening.is_preparing or hearing.listening.is_over):
            return None
        lines = scene_lines(scene.course, scene.conversation, scene.turn)
        ahead = [to_line(said, locale=scene.voice_locale) for said in lines]
        self._means.speaker.guess(self._seat.merchant_id, ahead, of=self._attempt_id)
        return ahead

    # --- The end of a turn ------------------------------------------------------------------------------------------

    def _end(self, hearing: TurnHearing) -> None:
        self._level_db = hearing.listening.level_db
        self._finishing = hearing
        self._ended_at = self._means.clock()
        frame_bytes = self._keeper.frame_bytes or BYTES_A_SECOND
        self._after = deque(maxlen=int(AFTER_END * BYTES_A_SECOND / frame_bytes))

    async def finish(self, hearing: TurnHearing) -> None:
        """Saves the turn, all of which was understood, and goes on with the next one."""
        if not self._can_hear():
            self._finishing = None
            return
        answer = self._to_answered(hearing)
        if answer is None:
            await self._go_on(hearing)
            return
        await self._keeper.keep()
        told = await self._saver.save(answer)
        self._storer.begin()
        self._finishing = None
        if told is None:
            await self.go_deaf(WhyTyping.FAILED, text=hearing.text)
            return
        await self._page.tell(Saved(number=answer.number, text=hearing.text, words=answer.words, told=told))
        self._judge_line(hearing, told)
        await self.follow(told.scene)
        if any(isinstance(order, Refuse) and order.reason is NotTaken.NO_SUCH_CHOICE for order in told.told):
            await self._ask_to_choose()

    async def _go_on(self, hearing: TurnHearing) -> None:
        """Not a word was understood: the turn is not over after all."""
        number = hearing.turn.number
        self._finishing = None
        await self._page.tell(NothingHeard(number))
        if self._scene is not None:
            await self.follow(self._scene)
        if self._is_choice(hearing):
            await self._ask_to_choose()
        else:
            await self.press("opened", number=number)

    async def _ask_to_choose(self) -> None:
        """The way out of a choice that was not made: the turn is open again once this has been said."""
        if self._hearing is not None:
            await self._prompt(self._hearing, CHOOSE)

    def _judge_line(self, hearing: TurnHearing, told: PageNews) -> None:
        """Puts on record what was bad about the line while this was said."""
        number = hearing.turn.number
        is_taken = not any(isinstance(order, Refuse) for order in told.told)
        if is_taken and is_doubtful(hearing.words):
            self._record_fault(Trouble.DOUBTFUL, f"in {number}")
        if (seconds := self._means.clock() - self._ended_at) > LAG:
            self._record_fault(Trouble.LAG, f"after {number}", seconds=seconds)

    async def let_type(self, hearing: TurnHearing) -> None:
        """Nobody said a word: the candidate types from here on, and may speak again whenever they like."""
        self._finishing = None
        self._record_fault(Trouble.NOBODY_HEARD, f"in {hearing.turn.number} from {hearing.turn.begins}")
        await self.go_deaf(WhyTyping.NOBODY)

    # --- Small things -----------------------------------------------------------------------------------------------

    def blame_voice(self) -> None:
        """A line of this attempt could not be said."""
        number = self._scene.conversation.number if self._scene is not None else 0
        self._record_fault(Trouble.NO_VOICE, f"in {number}")

    def is_wanted(self, hearing: TurnHearing) -> bool:
        """Whether anybody still wants the words of this turn."""
        return self._can_hear() and hearing in (self._hearing, self._finishing, self._written_down)

    def find_locale(self, language: str) -> str | None:
        """The accent to listen for, where one is known."""
        return find_locale(self._scene, language=language, of_page=self.locale)

    def _can_hear(self) -> bool:
        return self._page.state in (MicrophoneState.HEARD, MicrophoneState.TYPING)

    def _is_choice(self, hearing: TurnHearing) -> bool:
        """Whether the turn is answered by one of the answers shown."""
        turn = self._scene.turn if self._scene is not None else None
        return turn is not None and turn.number == hearing.turn.number and bool(turn.choices)

    def _to_answered(self, hearing: TurnHearing) -> Answered | None:
        turn = self._scene.turn if self._scene is not None else None
        return to_answered(hearing, attempt_id=self._attempt_id, turn=turn)

    def _record_fault(self, trouble: Trouble, about: str, *, seconds: float = 0.0) -> None:
        self._side_work.start(self._saver.record_fault(trouble, about, seconds=seconds))
