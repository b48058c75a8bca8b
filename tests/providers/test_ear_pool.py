"""Ears in processes of their own: they may die, and whoever asks gets words or an error, never an endless wait."""

import asyncio
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from vivavoce.errors import ProviderError
from vivavoce.providers.ears import pool
from vivavoce.providers.ears.pool import MOST_WAITING, EarPool, HearingRequest
from vivavoce.providers.ears.port import SoundWindow, TimedWord
from vivavoce.providers.ears.waiting import Urgency

WINDOW = SoundWindow(pcm_16khz=bytes(640), start=2.0)
# A stand-in that speaks the same way and does what the language says.
PROGRAM = textwrap.dedent(
    """
    import json, os, struct, sys, time
    def say(**message):
        sys.stdout.buffer.write(json.dumps(message).encode() + b"\\n")
        sys.stdout.buffer.flush()
    if os.environ.get("EAR") == "missing":
        say(ready=False, error="no files")
        raise SystemExit
    say(ready=True, weak=["ta", "th"])
    while header := sys.stdin.buffer.read(4):
        asked = json.loads(sys.stdin.buffer.read(struct.unpack("<I", header)[0]))
        pcm = sys.stdin.buffer.read(asked["bytes"])
        match asked["language"]:
            case "dies":
                os._exit(9)
            case "dies once":
                try:
                    open(os.environ["MARK"], "x").close()
                    os._exit(9)
                except FileExistsError:
                    say(words=[[" after all", 0.0, 1.0, None]])
            case "fails":
                say(error="can't", retryable=False)
            case "hangs":
                time.sleep(60)
            case "slow":
                time.sleep(0.3)
                say(words=[[" slow", 0.0, 1.0, 0.5]])
            case _:
                say(words=[[f" {len(pcm)} {asked['locale']} {os.getpid()}", asked["start"], 3.0, 0.9]])
    """
)


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[EarPool]:
    environment = {**os.environ, "MARK": str(tmp_path / "mark")}
    made = EarPool(count=1, environment=environment, clock=lambda: 0.0, program=(sys.executable, "-c", PROGRAM))
    yield made
    await made.close()


def ask(
    language: str, *, of: str = "one", urgency: Urgency = Urgency.OVER, taken: list[str] | None = None
) -> HearingRequest:
    """A stretch of this conversation. taken: where conversations are noted as their turn comes."""

    async def take() -> SoundWindow:
        if taken is not None:
            taken.append(of)
        return WINDOW

    return HearingRequest(conversation=of, language=language, locale="en-IN", urgency=lambda: urgency, take=take)


async def hear(ears: EarPool, language: str) -> str:
    return "".join(word.text for word in await ears.hear(ask(language))).strip()


async def test_words_come_back_with_their_times(ears: EarPool) -> None:
    words: tuple[TimedWord, ...] = await ears.hear(ask("en"))
    (word,) = words
    assert word.text.startswith(" 640 en-IN ")
    assert (word.start, word.end, word.probability) == (2.0, 3.0, 0.9)


async def test_one_process_hears_everything(ears: EarPool) -> None:
    await ears.prepare()
    assert len({await hear(ears, "en") for _ in range(3)}) == 1


async def test_a_process_that_dies_is_started_again(ears: EarPool) -> None:
    assert await hear(ears, "dies once") == "after all"


async def test_a_stretch_over_which_it_dies_twice_is_given_up(ears: EarPool) -> None:
    with pytest.raises(ProviderError, match="died twice"):
        await hear(ears, "dies")
    assert (await hear(ears, "en")).startswith("640")


async def test_what_the_ear_says_is_passed_on(ears: EarPool) -> None:
    with pytest.raises(ProviderError, match="can't") as caught:
        await hear(ears, "fails")
    assert not caught.value.retryable


async def test_a_process_that_says_nothing_is_ended(ears: EarPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "HEAR_SECONDS", 0.2)
    with pytest.raises(ProviderError, match="said nothing"):
        await hear(ears, "hangs")
    monkeypatch.undo()
    assert (await hear(ears, "en")).startswith("640")


async def test_after_three_failures_the_ears_rest(ears: EarPool) -> None:
    for _ in range(3):
        assert ears.may_hear()
        with pytest.raises(ProviderError, match="died twice"):
            await hear(ears, "dies")
    assert not ears.may_hear()
    with pytest.raises(ProviderError, match="rest"):
        await hear(ears, "en")


async def test_missing_files_are_said() -> None:
    environment = {**os.environ, "EAR": "missing"}
    made = EarPool(count=1, environment=environment, clock=lambda: 0.0, program=(sys.executable, "-c", PROGRAM))
    with pytest.raises(ProviderError, match="no files"):
        await made.prepare()
    await made.close()


async def test_who_gives_up_waiting_does_not_leave_words_for_the_next_one(ears: EarPool) -> None:
    await ears.prepare()
    asking = asyncio.create_task(hear(ears, "slow"))
    await asyncio.sleep(0.05)
    asking.cancel()
    await asyncio.wait([asking])
    assert (await hear(ears, "en")).startswith("640")


async def test_who_gives_up_before_its_turn_leaves_the_ear_to_the_others(ears: EarPool) -> None:
    await ears.prepare()
    first, second, third = (asyncio.create_task(hear(ears, "slow")) for _ in range(3))
    await asyncio.sleep(0.05)
    second.cancel()
    await asyncio.wait([first, second, third], timeout=5)
    assert (first.result(), third.result()) == ("slow", "slow")
    assert second.cancelled()


async def test_an_ear_that_was_just_given_to_somebody_who_gives_up_is_free_again(ears: EarPool) -> None:
    await ears.prepare()
    first = asyncio.create_task(hear(ears, "en"))
    second = asyncio.create_task(hear(ears, "en"))
    await asyncio.wait([first])  # its ear is the second one's now, who does not know yet
    second.cancel()
    await asyncio.wait([second])
    assert (await asyncio.wait_for(hear(ears, "en"), 5)).startswith("640")


async def test_a_turn_that_is_over_is_heard_before_who_still_speaks(ears: EarPool) -> None:
    await ears.prepare()
    taken: list[str] = []
    await asyncio.gather(
        ears.hear(ask("slow", of="first", taken=taken)),
        ears.hear(ask("en", of="speaks", urgency=Urgency.SPEAKING, taken=taken)),
        ears.hear(ask("en", of="silent", urgency=Urgency.SILENT, taken=taken)),
        ears.hear(ask("en", of="over", taken=taken)),
    )
    assert taken == ["first", "over", "silent", "speaks"]


async def test_what_nobody_wants_any_more_takes_no_ear(ears: EarPool) -> None:
    async def take() -> None:
        return None

    gone = HearingRequest(conversation="one", language="dies", locale=None, urgency=lambda: Urgency.SPEAKING, take=take)
    assert await ears.hear(gone) == ()
    assert (await hear(ears, "en")).startswith("640")


async def test_no_more_waits_than_can_be_heard(ears: EarPool) -> None:
    asked = [asyncio.create_task(hear(ears, "en")) for _ in range(MOST_WAITING + 5)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, ProviderError) for one in done) == 5


async def test_once_it_is_ready_it_tells_what_nobody_hears_well(ears: EarPool) -> None:
    assert ears.weak == frozenset()
    await ears.prepare()
    assert ears.weak == {"ta", "th"}
