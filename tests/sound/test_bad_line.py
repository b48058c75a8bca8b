"""A spoken interview over a line that stalls twenty times a minute and is cut every thirty seconds."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import WebSocketException

from tests.bad_line import BadLine, run_bad_line
from tests.providers.speaking import silence, speak
from tests.sound.conftest import Talking
from tests.sound.test_spoken import attempt_of, error_rate, sound_of
from tests.talking import FRAME_BYTES, Message, SpeakingPage
from vivavoce.client.candidate import OpenedInterview

STORIES = (
    "Last year I moved our whole archive into a new building. I drew up the plan, and asked every department what it "
    "could not do without. We moved those boxes last, and nobody lost a single one.",
    "I begin by asking what would happen if we did nothing. Then I write down what I know, and what I guess. That "
    "saved us from buying a machine that we did not need.",
    "A colleague and I disagreed about a deadline. I asked him to show me his numbers, and found that he was right. "
    "We moved the date by a week, and then we kept it.",
    "I would measure it before I change anything. The last time it was a query without an index. It took four seconds, "
    "and forty milliseconds after I had added one.",
)
pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # minutes in real time, and what a busy machine delays fails

MOST_SECONDS = 400.0  # of an answer, on a machine that is busy


@dataclass
class Candidate:
    """A page and somebody who speaks to it in real time, and comes back whenever the line is gone.

    spoken: all sound that was recorded.
    """

    page: SpeakingPage
    spoken: bytes = b""
    returns: int = 0
    played: Message | None = None

    async def answer(self, number: int, pcm: bytes) -> None:
        """Hears the question, says this, and is silent until the next one stands."""
        self.played = {
            "kind": "played",
            "key": str(uuid4()),
            "number": number,
            "seconds": 1.0,
            "of_seconds": 1.0,
            "how": "sound",
            "frame": self.page.next,
        }
        await self._say(self.played)
        await self._speak(silence(0.4) + pcm)
        until = time.monotonic() + MOST_SECONDS
        while not self._is_over(number):
            assert time.monotonic() < until, [one for one in self.page.told if one["kind"] != "heard_to"][-5:]
            await self._speak(silence(0.2))

    async def deliver(self) -> None:
        """Until the server has all of it."""
        while self.page.waiting:
            await self._come_back()
            await asyncio.sleep(0.1)

    def _is_over(self, number: int) -> bool:
        scene: Message = [one for one in self.page.told if one["kind"] == "scene"][-1]
        return bool(scene["phase"] != "asking" or scene["number"] > number)

    async def _speak(self, pcm: bytes) -> None:
        due = time.monotonic()
        for at in range(0, len(pcm) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES):
            due += FRAME_BYTES / 32_000
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._come_back()
            self.spoken += pcm[at : at + FRAME_BYTES]
            await self.page.speak(pcm[at : at + FRAME_BYTES])

    async def _say(self, message: Message) -> None:
        with contextlib.suppress(WebSocketException):
            await self.page.say(message)

    async def _come_back(self) -> None:
        """Where the line is gone: opens it again, however often that takes, and says again what may have been lost."""
        while self.page.is_gone:
            self.returns += 1
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                await self.page.open()
                if self.played is not None:
                    await self.page.say(self.played)
                return


def lead_through(line: BadLine, opened: OpenedInterview) -> OpenedInterview:
    """The same conversation, over this line."""
    here, there = line.target.partition("//")[2], line.url.partition("//")[2]
    return replace(
        opened, socket_url=opened.socket_url.replace(here, there), headers=opened.headers | {"Origin": line.url}
    )


async def test_over_a_bad_line_no_word_and_no_answer_is_lost_or_doubled(talking: Talking) -> None:
    opened = await asyncio.to_thread(
        talking.begin, questions=[{"question": f"Tell me about task {number}."} for number in range(len(STORIES))]
    )
    async with BadLine(talking.url) as line:
        candidate = Candidate(SpeakingPage(lead_through(line, opened)))
        await candidate.page.open()
        for number, story in enumerate(STORIES, 1):
            await candidate.answer(number, speak(story))
        await candidate.deliver()
        await candidate.page.leave()
    assert line.cuts >= 1
    assert line.stalls >= 15
    assert candidate.returns >= line.cuts
    assert sound_of(talking, opened.attempt_id) == candidate.spoken
    attempt = attempt_of(talking, opened.attempt_id)
    assert [one["number"] for one in attempt["answers"]] == [1, 2, 3, 4]
    assert [error_rate(*both) <= 0.2 for both in zip(STORIES, _texts(attempt), strict=True)] == [True] * 4
    assert (attempt["state"], attempt["number"]) == ("finished", 1)


def _texts(attempt: dict[str, Any]) -> list[str]:
    return [one["text"] for one in attempt["answers"]]


def test_a_browser_is_led_through_it_too(talking: Talking) -> None:
    with run_bad_line(BadLine(talking.url, stalls_a_minute=200, stall_seconds=(0.05, 0.2), cut_seconds=None)) as line:
        until = time.monotonic() + MOST_SECONDS
        while line.stalls < 3 and time.monotonic() < until:
            assert httpx.get(f"{line.url}/healthz", trust_env=False, timeout=30).status_code == 200
        assert line.stalls >= 3


async def test_it_cuts_what_is_open(talking: Talking) -> None:
    opened = await asyncio.to_thread(talking.begin)
    async with BadLine(talking.url, cut_seconds=1.0) as line:
        page = SpeakingPage(lead_through(line, opened))
        while line.cuts < 2:
            with contextlib.suppress(WebSocketException, OSError):
                await page.open()
            await page.end()
    assert page.is_gone
