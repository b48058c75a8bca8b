"""Lines with sound: handed out at once, spoken once, and never waited for by a scene."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from vivavoce.errors import ProviderError, UnknownLanguage
from vivavoce.sound.line_store import LineStore, SpokenLine
from vivavoce.sound.lines_on_demand import REST, Speaker

OURS, ATTEMPT = UUID(int=1), UUID(int=2)
LINE, OTHER, THIRD = (SpokenLine(text=text, language="en") for text in ("One.", "Two.", "Three."))


class Mouth:
    """Speaks by laying an empty file, when it is let."""

    def __init__(self, store: LineStore) -> None:
        self.store = store
        self.may_speak = threading.Event()
        self.may_speak.set()
        self.fails = False
        self.is_unknown = False
        self.said: list[str] = []

    def __call__(self, merchant_id: UUID, line: SpokenLine) -> str:
        self.may_speak.wait(10)
        self.said.append(line.text)
        if self.fails:
            raise ProviderError("hoarse", retryable=True)
        if self.is_unknown:
            raise UnknownLanguage("None of hibari knows the language 'fil'.")
        path = self.store.path(merchant_id, self.store.key(line), kind="wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return self.store.key(line)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def mouth(tmp_path: Path) -> Mouth:
    return Mouth(LineStore(tmp_path, voices="test"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def speaker(mouth: Mouth, clock: Clock) -> Iterator[Speaker]:
    made = Speaker(mouth.store, mouth, clock=clock)
    yield made
    mouth.may_speak.set()
    made.close()


async def test_a_line_that_was_not_foreseen_is_there_when_it_is_fetched(speaker: Speaker, mouth: Mouth) -> None:
    assert speaker.find(OURS, LINE) is None
    key = speaker.offer(OURS, LINE)
    assert key is not None
    assert speaker.offer(OURS, LINE) == key
    assert await speaker.wait_for(OURS, key)
    assert speaker.find(OURS, LINE) == key
    assert mouth.said == ["One."]


async def test_a_line_that_nobody_offered_is_not_there(speaker: Speaker) -> None:
    assert not await speaker.wait_for(OURS, "0" * 40)


async def test_after_a_failure_no_line_is_offered_for_a_while(speaker: Speaker, mouth: Mouth, clock: Clock) -> None:
    mouth.fails = True
    told: list[str] = []
    key = speaker.offer(OURS, LINE, failed=lambda: told.append("failed"))
    assert key is not None
    assert not await speaker.wait_for(OURS, key)
    assert told == ["failed"]
    assert speaker.offer(OURS, OTHER) is None
    mouth.fails = False
    clock.now = REST + 1
    again = speaker.offer(OURS, LINE)
    assert again is not None
    assert await speaker.wait_for(OURS, again)


async def test_a_language_that_no_voice_knows_is_told_and_stops_no_other(
    speaker: Speaker, mouth: Mouth, caplog: pytest.LogCaptureFixture
) -> None:
    mouth.is_unknown = True
    told: list[str] = []
    key = speaker.offer(OURS, LINE, failed=lambda: told.append("failed"))
    assert key is not None
    assert not await speaker.wait_for(OURS, key)
    assert told == ["failed"]
    mouth.is_unknown = False
    other = speaker.offer(OURS, OTHER)
    assert other is not None
    assert await speaker.wait_for(OURS, other)
    assert caplog.records == []


async def test_guesses_that_were_not_begun_are_forgotten_and_those_that_are_wanted_stay(
    speaker: Speaker, mouth: Mouth
) -> None:
    mouth.may_speak.clear()
    busy = [SpokenLine(text=f"Busy {number}.", language="en") for number in range(2)]  # as many as there are threads
    for line in busy:
        speaker.offer(OURS, line)
    speaker.guess(OURS, [LINE, OTHER], of=ATTEMPT)
    speaker.guess(OURS, [THIRD], of=UUID(int=3))
    wanted = speaker.offer(OURS, OTHER)
    speaker.forget_guesses(ATTEMPT)
    await asyncio.sleep(0.05)  # the threads learn of it by the loop
    mouth.may_speak.set()
    assert wanted is not None
    assert await speaker.wait_for(OURS, wanted)
    for _ in range(100):
        if len(mouth.said) == 4:
            break
        await asyncio.sleep(0.02)
    assert sorted(mouth.said) == ["Busy 0.", "Busy 1.", "Three.", "Two."]


async def test_there_is_an_end_to_what_waits(speaker: Speaker, mouth: Mouth) -> None:
    mouth.may_speak.clear()
    keys = [speaker.offer(OURS, SpokenLine(text=f"Line {number}.", language="en")) for number in range(70)]
    assert keys.count(None) == 6
