"""A spoken turn, from its sound to its words; and heard again after a crash, it stands where it stood."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.folding import folded
from tests.providers.speaking import silence, speak
from vivavoce.providers.ears.port import TimedWord
from vivavoce.sound.detector import VoiceDetector
from vivavoce.sound.turn_end import (
    NO_WORD,
    NOBODY,
    STILL_NO_WORD,
    Discard,
    Ended,
    FirstWord,
    LineSilent,
    Pace,
    Prepare,
    Prompt,
    Signal,
    Transcribe,
    join,
)
from vivavoce.sound.turn_hearing import SpokenTurn, TurnHearing, find_turn, hear_again, is_doubtful

ATTEMPT = UUID(int=7)
TURN = SpokenTurn(number=2, begins=500, start=10.0, language="en", pace=Pace.NORMAL)
FRAME = 640


def word(text: str, probability: float | None = 0.9) -> TimedWord:
    return TimedWord(text=text, start=0.0, end=0.1, probability=probability)


def frames(pcm: bytes) -> Iterator[bytes]:
    return (pcm[at : at + FRAME] for at in range(0, len(pcm), FRAME))


def hear(hearing: TurnHearing, pcm: bytes, entries: list[dict[str, object]]) -> list[Signal]:
    """Everything that follows; the ear takes no time, and understands a word a stretch."""
    found: list[Signal] = []
    for piece in frames(pcm):
        signals = hearing.feed(piece)
        for signal in list(signals):
            if isinstance(signal, Transcribe):
                more, entry = hearing.understand([word(" word")])
                entries.append(entry)
                signals += more
        found += signals
    return found


def kinds(signals: list[Signal]) -> list[type[Signal]]:
    return [type(signal) for signal in signals]


def test_a_spoken_turn_ends_after_the_silence() -> None:
    hearing = TurnHearing(TURN, VoiceDetector())
    hearing.press("opened")
    signals = hear(hearing, silence(0.5) + speak("I moved the archive.") + silence(3.5), [])
    assert kinds(signals) == [FirstWord, Transcribe, Prepare, Ended]
    assert hearing.text == "word"
    began = next(signal for signal in signals if isinstance(signal, FirstWord))
    assert began.at == pytest.approx(10.6, abs=0.3)  # in the attempt's own time


def test_the_end_of_the_question_is_taken_up_when_its_frame_has_come() -> None:
    hearing = TurnHearing(TURN, VoiceDetector())
    signals, _ = hearing.press("opened", at=11.0)
    assert signals == []
    hearing.feed(silence(0.9))
    assert not hearing.listening.is_open
    hearing.feed(silence(0.2))
    assert hearing.listening.is_open


def test_a_page_cannot_put_the_end_of_the_question_off() -> None:
    hearing = TurnHearing(TURN, VoiceDetector())
    hearing.press("opened", at=1e9)
    hearing.feed(silence(3.1))
    assert hearing.listening.is_open


def test_nobody_is_asked_twice_and_then_may_type() -> None:
    hearing = TurnHearing(TURN, VoiceDetector())
    hearing.press("opened")
    found: list[Signal] = []
    for seconds in (NO_WORD, STILL_NO_WORD):
        found += hear(hearing, silence(seconds + 0.5), [])
        hearing.press("opened")
    assert kinds(found) == [Prompt, Prompt]
    assert kinds(hear(hearing, silence(NOBODY - 1.0), [])) == []
    assert kinds(hear(hearing, silence(1.5), [])) == [LineSilent]


def test_the_key_is_the_same_after_a_crash_and_another_one_for_another_try() -> None:
    again = SpokenTurn(number=2, begins=500, start=10.0, language="de", pace=Pace.SLOWER)
    other = SpokenTurn(number=2, begins=501, start=10.02, language="en", pace=Pace.NORMAL)
    assert TURN.key(ATTEMPT) == again.key(ATTEMPT) != other.key(ATTEMPT)


@folded("until", [0.4, 1.5, 2.6, 3.3, 6.0, 9.9])
def test_heard_again_a_turn_stands_where_it_stood(until: float) -> None:
    pcm = silence(0.5) + speak("I moved the archive.") + silence(1.6) + speak("Nobody lost a thing.") + silence(4)
    pcm = pcm[: int(until * 50) * FRAME]
    entries: list[dict[str, object]] = [{"turn": 1}, TURN.to_entry()]
    before = TurnHearing(TURN, VoiceDetector())
    entries.append(before.press("opened")[1])
    signals = hear(before, pcm, entries)
    found = find_turn(json.loads(json.dumps(entries)))
    assert found is not None
    turn, written = found
    assert turn == TURN
    after = hear_again(turn, written, pcm, VoiceDetector())
    assert after.hearing.text == before.text
    assert after.hearing.listening == before.listening
    assert after.hearing.now == before.now
    assert list(after.signals) == [signal for signal in signals if isinstance(signal, Ended)]


def test_a_stretch_that_the_ear_had_not_told_is_asked_again() -> None:
    pcm = silence(0.5) + speak("I moved the archive.") + silence(1.0)
    before = TurnHearing(TURN, VoiceDetector())
    entry = before.press("opened")[1]
    signals = [signal for piece in frames(pcm) for signal in before.feed(piece)]
    after = hear_again(TURN, [entry], pcm, VoiceDetector())
    assert kinds(list(after.signals)) == [Transcribe]
    assert list(after.signals) == [signal for signal in signals if isinstance(signal, Transcribe)]


def test_stretches_that_were_heard_as_one_are_both_told_and_are_so_after_a_crash() -> None:
    pcm = silence(0.5) + speak("I moved the archive.") + silence(0.3) + speak("Nobody lost a thing.") + silence(1)
    before = TurnHearing(TURN, VoiceDetector())
    entries = [before.press("opened")[1]]
    signals = [signal for piece in frames(pcm) for signal in before.feed(piece)]
    one, other = (signal for signal in signals if isinstance(signal, Transcribe))
    assert join(one, other) == Transcribe(start=one.start, end=other.end)
    entries.append(before.understand([word(" both")], stretches=2)[1])
    assert before.listening.told == before.listening.given == 2
    after = hear_again(TURN, json.loads(json.dumps(entries)), pcm, VoiceDetector())
    assert list(after.signals) == []
    assert after.hearing.text == "both"


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ((0.0, 4.0), (4.2, 9.0), (0.0, 9.0)),
        ((0.0, 4.0), (3.7, 9.0), (0.0, 9.0)),  # their margins overlap
        ((0.0, 4.0), (5.5, 9.0), None),  # a long pause between them
        ((0.0, 20.0), (20.2, 28.0), None),  # too long for an ear at once
    ],
)
def test_stretches_that_wait_are_heard_as_one_where_they_belong_together(
    one: tuple[float, float], other: tuple[float, float], joined: tuple[float, float] | None
) -> None:
    assert join(Transcribe(*one), Transcribe(*other)) == (None if joined is None else Transcribe(*joined))


def test_where_nothing_was_written_there_is_no_turn() -> None:
    assert find_turn([]) is None


@pytest.mark.parametrize(
    ("words", "is_so"),
    [
        ([word(" a")] * 20, False),
        ([word(" a", 0.1)] * 4, False),  # too short to tell
        ([word(" a", 0.1)] * 4 + [word(" b")] * 8, False),  # a third
        ([word(" a", 0.1)] * 5 + [word(" b")] * 8, True),
        ([word(" a", None)] * 20, False),  # the ear does not tell
    ],
)
def test_an_answer_of_doubtful_words_is_the_lines_fault(words: list[TimedWord], is_so: bool) -> None:
    assert is_doubtful(words) == is_so


def test_going_on_discards_what_was_prepared() -> None:
    hearing = TurnHearing(TURN, VoiceDetector())
    hearing.press("opened")
    pcm = silence(0.5) + speak("I moved the archive.") + silence(1.6) + speak("Nobody lost a thing.") + silence(0.8)
    assert kinds(hear(hearing, pcm, [])) == [FirstWord, Transcribe, Prepare, Discard, Transcribe, Prepare]
