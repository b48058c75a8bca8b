"""One spoken turn as it is heard: sound in, orders out, words kept. It computes, and waits for nothing.

    sound ──► detector ──► turn_end.listen ──► signals
    words of the ear, buttons, "the question has been heard" ──┘

Whatever happens besides the sound can be written down (`entry_of`) and read again: `hear_again` comes to where the
turn stood when a process died.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid5

from vivavoce.attempts.answer import DOUBT
from vivavoce.providers.ears.port import TimedWord, to_text
from vivavoce.sound.frames import BYTES_A_SECOND
from vivavoce.sound.turn_end import (
    STEP,
    AskedTime,
    Listening,
    Opened,
    Pace,
    SaidDone,
    Signal,
    SoundChunk,
    Transcribe,
    TurnInput,
    Typed,
    Unheard,
    WordsArrived,
    listen,
)

MOST_DOUBTFUL = 1 / 3  # of an answer's words; more is a line on which nobody can be understood
LEAST_JUDGED = 8  # words that tell so
AHEAD = 3.0  # seconds that a page may be ahead of the sound that has come

BUTTONS: dict[str, Callable[[float], TurnInput]] = {
    "opened": Opened,
    "done": SaidDone,
    "think": AskedTime,
    "typed": Typed,
}


class Detector(Protocol):
    """Tells for each 32 ms how probably somebody speaks, and how loudly."""

    def feed(self, pcm_16khz: bytes) -> list[SoundChunk]:
        """What can be told by now. Times are seconds from the first sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTurn:
    """Which turn is heard, and from which frame on.

    level_db: the candidate's loudness, as it was learnt before. was_heard: words of theirs were understood before.
    """

    number: int
    begins: int
    start: float  # seconds of sound before it
    language: str
    pace: Pace
    level_db: float | None = None
    may_interrupt: bool = True
    was_heard: bool = False

    def key(self, attempt_id: UUID) -> UUID:
        """The key of what is said in it: the same after a crash, another one when the turn is heard anew."""
        return uuid5(attempt_id, f"spoken {self.number} from {self.begins}")

    def to_entry(self) -> dict[str, Any]:
        """As it is written down."""
        return {
            "turn": self.number,
            "from": self.begins,
            "start": self.start,
            "language": self.language,
            "pace": self.pace.value,
            "level_db": self.level_db,
            "may_interrupt": self.may_interrupt,
            "was_heard": self.was_heard,
        }


class TurnHearing:
    """A turn under way. words: of the stretches that the ear has told, in order."""

    def __init__(self, turn: SpokenTurn, detector: Detector) -> None:
        self.turn = turn
        self.words: list[TimedWord] = []
        self.listening = Listening(
            pace=turn.pace,
            language=turn.language,
            level_db=turn.level_db,
            may_interrupt=turn.may_interrupt,
            was_heard=turn.was_heard,
        )
        self.now = turn.start
        self._fed = 0  # bytes of sound that have come; the detector tells in steps
        self._detector = detector
        self._waiting: list[TurnInput] = []  # in order of time, of which the sound has not come yet

    @property
    def text(self) -> str:
        """What was understood so far."""
        return to_text(self.words)

    def feed(self, pcm_16khz: bytes) -> list[Signal]:
        """What follows from the next piece of sound."""
        signals: list[Signal] = []
        self._fed += len(pcm_16khz)
        for moment in self._detector.feed(pcm_16khz):
            signals += self._hear(SoundChunk(self.turn.start + moment.at, moment.probability, moment.loudness_db))
        return signals

    def skip(self, count: int) -> None:
        """So many bytes of sound went to the detector elsewhere."""
        self._fed += count

    def press(self, name: str, *, at: float | None = None) -> tuple[list[Signal], dict[str, Any]]:
        """What follows from a button, or from the question's end, and how it is written down.

        at: seconds of the sound, where the page says so; the future is waited for.
        """
        come = self.turn.start + self._fed / BYTES_A_SECOND
        moment = min(max(self.now if at is None else at, self.now), come + AHEAD)
        happening = BUTTONS[name](moment)
        entry = {"at": moment, "what": name}
        if moment > come + STEP:
            self._waiting.append(happening)
            self._waiting.sort(key=lambda waiting: waiting.at)
            return [], entry
        return self.take(happening), entry

    def understand(self, words: Iterable[TimedWord], *, stretches: int = 1) -> tuple[list[Signal], dict[str, Any]]:
        """What follows from the words of so many stretches more, and how they are written down."""
        told = list(words)
        self.words += told
        heard = [[word.text, word.start, word.end, word.probability] for word in told]
        entry = {"at": self.now, "heard": heard, "stretches": stretches}
        return self.take(WordsArrived(self.now, self.text, stretches)), entry

    def _hear(self, sound: SoundChunk) -> list[Signal]:
        signals: list[Signal] = []
        while self._waiting and self._waiting[0].at <= sound.at:
            signals += self.take(self._waiting.pop(0))
        self.now = sound.at
        return signals + self.take(sound)

    def take(self, happening: TurnInput) -> list[Signal]:
        """What follows from what happened."""
        noticed = listen(self.listening, happening)
        self.listening = noticed.listening
        return list(noticed.signals)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTurn:
    """A turn as it was left. signals: those that still have to be acted upon, stretches for the ear among them."""

    hearing: TurnHearing
    signals: tuple[Signal, ...]


def find_turn(entries: Sequence[dict[str, Any]]) -> tuple[SpokenTurn, list[dict[str, Any]]] | None:
    """The last turn that was written down, and what was written of it; None when there was none."""
    for at in range(len(entries) - 1, -1, -1):
        if "turn" in entries[at]:
            first = entries[at]
            turn = SpokenTurn(
                number=first["turn"],
                begins=first["from"],
                start=first["start"],
                language=first["language"],
                pace=Pace(first["pace"]),
                level_db=first["level_db"],
                may_interrupt=first.get("may_interrupt", True),
                was_heard=first.get("was_heard", False),
            )
            return turn, list(entries[at + 1 :])
    return None


def hear_again(turn: SpokenTurn, entries: Sequence[dict[str, Any]], pcm_16khz: bytes, detector: Detector) -> HeardTurn:
    """The turn as it stood. entries: what was written of it; pcm_16khz: its sound, from its beginning to now."""
    hearing = TurnHearing(turn, detector)
    waiting = list(entries)
    signals: list[Signal] = []
    hearing.skip(len(pcm_16khz))
    for moment in detector.feed(pcm_16khz):
        sound = SoundChunk(turn.start + moment.at, moment.probability, moment.loudness_db)
        while waiting and waiting[0]["at"] < sound.at:
            signals += _take_entry(hearing, waiting.pop(0))
        hearing.now = sound.at
        signals += hearing.take(sound)
    for entry in waiting:
        signals += _take_entry(hearing, entry)
    # What was told before is not told again; of the stretches, the ear has told the first ones.
    stretches = [signal for signal in signals if isinstance(signal, Transcribe)]
    left: list[Signal] = list(stretches[sum(entry.get("stretches", 1) for entry in entries if "heard" in entry) :])
    return HeardTurn(hearing=hearing, signals=(*left, *(last for last in signals[-1:] if hearing.listening.is_over)))


def _take_entry(hearing: TurnHearing, entry: dict[str, Any]) -> list[Signal]:
    if "heard" in entry:
        words = [
            TimedWord(text=text, start=start, end=end, probability=sure) for text, start, end, sure in entry["heard"]
        ]
        return hearing.understand(words, stretches=entry.get("stretches", 1))[0]
    if "unheard_until" in entry:
        return hearing.take(Unheard(entry["at"], entry["unheard_until"]))
    return hearing.take(BUTTONS[entry["what"]](entry["at"]))


def seconds_of(count: int, *, frame_bytes: int) -> float:
    """How long so many frames are."""
    return count * frame_bytes / BYTES_A_SECOND


def is_doubtful(words: Sequence[TimedWord]) -> bool:
    """Whether so much of an answer is in doubt that the line is to blame."""
    doubted = sum(1 for word in words if word.probability is not None and word.probability < DOUBT)
    return len(words) >= LEAST_JUDGED and doubted > len(words) * MOST_DOUBTFUL
