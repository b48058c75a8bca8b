"""Somebody who is recorded, without a browser: their sound in frames, and their picture in parts of a second."""

import asyncio
import os
import time
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from uuid import UUID

import httpx
from websockets.exceptions import WebSocketException

from tests.recordings.filming import film
from tests.talking import SpeakingPage
from vivavoce.client.candidate import OpenedInterview
from vivavoce.db.ids import new_id

PICTURED = {"recording": "video_all", "recording_full_session": "video_all"}  # what the interview has to ask for
FRAME_BYTES, FRAME_SECONDS = 1_280, 0.04  # as a page cuts its sound
PIECE_SECONDS = 0.12  # of sound that goes out together
PART_SECONDS = 1.0
PART_BYTES = 62_500  # half a megabit a second, as a page's recorder makes it
BREATH = 0.2  # seconds between two tries
CALL_SECONDS = 10.0
LOST = (OSError, TimeoutError, WebSocketException, httpx.TransportError)  # how a lost line shows itself
AWAY = frozenset({429, 502, 503})
_QUIET = bytes(level % 32 for level in range(256))


@dataclass
class RecordingCamera:
    """One take. kept: so many of its parts have a receipt. parts: all of them, the next one too. waits: for receipts,
    in milliseconds."""

    opened: OpenedInterview
    take_id: UUID = field(default_factory=new_id)
    parts: list[bytes] = field(default_factory=list)
    kept: int = 0
    waits: list[float] = field(default_factory=list)

    async def record(self, client: httpx.AsyncClient, over: asyncio.Event) -> None:
        """A part a second, each sent until it has its receipt, until it is over."""
        due = time.monotonic()
        while not over.is_set():
            due += PART_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            while not await self.send(client) and not over.is_set():  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(BREATH)

    async def send(self, client: httpx.AsyncClient) -> bool:
        """Whether the next part has its receipt now. Raises RuntimeError where it is refused."""
        if len(self.parts) == self.kept:
            beginning = _beginning() if self.kept == 0 else b""
            self.parts.append(beginning + os.urandom(PART_BYTES - len(beginning)))
        content = self.parts[self.kept]
        digest = b64encode(sha256(content).digest()).decode()
        sent = time.perf_counter()
        try:
            answer = await client.put(
                f"{self._url}/{self.take_id}-{self.kept}",
                params={"number": "1", "at": "0.0"},
                content=content,
                headers={**self.opened.headers, "Content-Digest": f"sha-256=:{digest}:"},
            )
        except LOST:
            return False
        if answer.status_code in AWAY:
            return False
        if answer.status_code != 200 or answer.json()["next"] != self.kept + 1:
            raise RuntimeError(f"part {self.kept} of a picture was refused: {answer.status_code} {answer.text}")
        self.waits.append((time.perf_counter() - sent) * 1000)
        self.kept += 1
        return True

    @property
    def _url(self) -> str:
        return self.opened.socket_url.replace("ws", "http", 1).removesuffix("/socket") + "/camera"


@dataclass
class RecordedPage:
    """Sound and picture together. said: all that the microphone took."""

    opened: OpenedInterview
    has_sound: bool = True
    said: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.page = SpeakingPage(self.opened, frame_bytes=FRAME_BYTES)
        self.camera = RecordingCamera(self.opened)

    @property
    def heard(self) -> bytes:
        """What of the sound has a receipt."""
        return bytes(self.said[: (self.page.next - len(self.page.waiting)) * FRAME_BYTES])

    async def record(self, over: asyncio.Event) -> None:
        """In real time, whatever happens to the server, until it is over."""
        async with httpx.AsyncClient(timeout=CALL_SECONDS, trust_env=False) as client, asyncio.TaskGroup() as both:
            both.create_task(self.camera.record(client, over))
            if self.has_sound:
                both.create_task(self._speak(over))
        if not self.page.is_gone:
            await self.page.leave()

    async def _speak(self, over: asyncio.Event) -> None:
        """What the microphone takes while there is no line goes out once there is one."""
        since = time.monotonic()
        while not over.is_set():
            try:
                if self.page.is_gone:
                    await self.page.open()
                frames = int((time.monotonic() - since) / FRAME_SECONDS)
                pcm = _hiss(frames * FRAME_BYTES)
                since += frames * FRAME_SECONDS
                self.said += pcm
                await self.page.speak(pcm)
                await asyncio.sleep(PIECE_SECONDS)
            except LOST:
                await asyncio.sleep(BREATH)


@cache
def _beginning() -> bytes:
    """Of a film in WebM: what a part's kind is known by."""
    return film(0.2)[:2_000]


def _hiss(size: int) -> bytes:
    """Noise that nobody takes for speech, and that is never twice the same."""
    pcm = bytearray(size)
    pcm[::2] = os.urandom(size // 2).translate(_QUIET)
    return bytes(pcm)
