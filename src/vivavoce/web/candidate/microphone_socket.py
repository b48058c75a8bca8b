"""The spoken part of a conversation: what one page's socket has to do with the attempt's microphone, and its words."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any
from uuid import UUID

from vivavoce.attempts.answer import find_doubts
from vivavoce.candidates.links import Seat
from vivavoce.conversation.lines import Said
from vivavoce.conversation.loop import Scene
from vivavoce.sound.frames import BACKLOG, LEAST_FRAME, LONGEST, MOST_FRAME, NUMBER_BYTES, Problem
from vivavoce.sound.line_store import to_line
from vivavoce.sound.living_voice import VoiceParts
from vivavoce.sound.microphone import CannotListen, Microphone
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
    PlainNotice,
    Prompted,
    Saved,
    SoundRefused,
    SoundTaken,
    TurnOver,
    TypingOnly,
    Understood,
    WhyTyping,
)
from vivavoce.web.candidate.messages import OpenSound, Voiced, to_messages, to_words, without_voice

PROBLEMS = {
    Problem.SIZE: f"A frame is {NUMBER_BYTES} bytes of number and {LEAST_FRAME} to {MOST_FRAME} bytes of sound, all "
    "frames of an attempt alike.",
    Problem.TOO_MUCH: f"More than {BACKLOG:g} seconds of sound came ahead of time.",
    Problem.TOO_LONG: f"An attempt has at most {LONGEST / 3600:g} hours of sound.",
}

# The kinds of messages whose fields are the notice's own.
KINDS: dict[type[PlainNotice], str] = {
    Hello: "hello_sound",
    HeardTo: "heard_to",
    FramesMissed: "frames_missed",
    SoundTaken: "sound_taken",
    Listens: "listens",
    Began: "began",
    Clear: "clear",
    TurnOver: "turn_over",
    NothingHeard: "nothing_heard",
}

Send = Callable[[dict[str, Any]], Awaitable[None]]


class MicrophoneSocket:
    """One page's line. voice: None where this server neither speaks nor listens. send: never raises.

    can_listen: frames may come by it. under: what stands before the page's addresses (web/frames.py).
    """

    def __init__(
        self,
        voice: VoiceParts | None,
        *,
        seat: Seat,
        attempt_id: UUID,
        send: Send,
        can_listen: bool = True,
        under: str = "",
    ) -> None:
        self._voice = voice
        self._seat = seat
        self._attempt_id = attempt_id
        self._send = send
        self._can_listen = can_listen
        self._under = under
        self._scene: Scene | None = None
        self._was_mute = False  # before there was a microphone to record it
        self._is_blamed = False
        self.microphone: Microphone | None = None

    def voiced(self, scene: Scene) -> Voiced:
        """Where the sound of this scene's words is.

        Whoever speaks gets what was not spoken before spoken now: the first words too, which come before the microphone
        is open, and which nobody has spoken yet where the interview was made a moment ago.
        """
        voice = self._voice
        if voice is None:
            return without_voice
        locale = scene.voice_locale
        is_spoken = self.microphone is not None or scene.adjustments.speaks

        def place(said: Said) -> str | None:
            line = to_line(said, locale=locale)
            if is_spoken:
                key = voice.speaker.offer(self._seat.merchant_id, line, failed=self._blame_voice)
                if key is None and not self._is_blamed:  # it rests, since it failed for somebody else or another page
                    self._blame_voice()
            else:
                key = voice.speaker.find(self._seat.merchant_id, line)
            return None if key is None else f"{self._under}/interview/{self._attempt_id}/voice/{key}"

        return place

    def _blame_voice(self) -> None:
        self._is_blamed = True
        if self.microphone is None:
            self._was_mute = True
        else:
            self.microphone.blame_voice()

    async def open(self, wanted: OpenSound, scene: Scene, *, has_agreed: bool) -> None:
        """Puts this page to the attempt's microphone. has_agreed: to be recorded; without it not a frame is taken."""
        self._scene = scene
        if self._voice is None or not self._can_listen:
            await self.tell(TypingOnly(why=WhyTyping.NOT_HERE))
            return
        if not has_agreed:
            await self.tell(TypingOnly(why=WhyTyping.NOT_AGREED))
            return
        try:
            self.microphone = await self._voice.microphones.open(
                self._seat,
                self._attempt_id,
                scene=scene,
                tell=self.tell,
                locale=wanted.locale,
                page_start=wanted.start,
            )
        except CannotListen as error:
            await self.tell(TypingOnly(why=error.why))
            return
        if self._was_mute:
            self._was_mute = False
            self.microphone.blame_voice()

    async def take(self, raw: bytes) -> bool:
        """Takes a frame; whether the line may stay open. Before the sound was opened, frames do nothing."""
        return self.microphone is None or await self.microphone.take(raw, tell=self.tell)

    async def follow(self, scene: Scene) -> None:
        """The conversation stands here now."""
        self._scene = scene
        if (microphone := self._nearest()) is not None:
            await microphone.follow(scene)

    async def press(self, name: str, *, number: int, frame: int | None = None) -> None:
        """A button of the turn, or its question's end."""
        if (microphone := self._nearest()) is not None:
            await microphone.press(name, number=number, frame=frame)

    async def quiet(self) -> None:
        """The candidate types from here on."""
        if self.microphone is not None:
            await self.microphone.quiet()

    def leave(self) -> None:
        """The socket is gone."""
        if self.microphone is not None:
            self.microphone.detach(self.tell)

    def _nearest(self) -> Microphone | None:
        """This page's microphone, or the one at which another page of this attempt is."""
        if self.microphone is not None or self._voice is None:
            return self.microphone
        return self._voice.microphones.find(self._attempt_id)

    async def tell(self, notice: Notice) -> None:
        """Tells the page."""
        for message in self._word(notice):
            await self._send(message)

    def _word(self, notice: Notice) -> list[dict[str, Any]]:
        match notice:
            case SoundRefused(problem=problem):
                return [{"kind": "sound_refused", "reason": problem.value, "error": PROBLEMS[problem]}]
            case Understood(number=number, text=text):
                return [{"kind": "heard", "number": number, "text": text, "is_final": False, "doubts": []}]
            case Ahead(lines=lines):
                ahead = [to_words(said, self._voiced_now()) for said in lines]
                # Their sound alone: the words are not to be read before the turn is over.
                return [
                    {"kind": "ahead", "sounds": [{"audio": line["audio"], "mouth": line["mouth"]} for line in ahead]}
                ]
            case Prompted(number=number, prompt=prompt, said=said):
                words = to_words(said, self._voiced_now())
                return [{"kind": "prompt", "number": number, "prompt": prompt, "said": words}]
            case Saved(number=number, text=text, words=words, told=told):
                doubts = find_doubts(words)
                final = {"kind": "heard", "number": number, "text": text, "is_final": True, "doubts": doubts}
                self._scene = told.scene
                return [final, *to_messages(told, voiced=self.voiced(told.scene))]
            case TypingOnly(why=why, text=text):
                return [{"kind": "typing_only", "reason": why.value, "text": text}]
            case _:
                return [
                    {"kind": KINDS[type(notice)]} | {part.name: getattr(notice, part.name) for part in fields(notice)}
                ]

    def _voiced_now(self) -> Voiced:
        return without_voice if self._scene is None else self.voiced(self._scene)
