"""A page that speaks, without a browser: frames out, kept until they are acknowledged, and whatever is told."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.running import Furnished, Running
from vivavoce.client.candidate import OpenedInterview, open_interview

FRAME_BYTES = 640  # 20 ms
PATIENCE = 60.0  # seconds; the machine may be busy

Message = dict[str, Any]


def begin_interview(
    running: Running, furnished: Furnished, *, by: str = "speak", shows_face: bool = False, **changes: Any
) -> OpenedInterview:
    """A conversation of an interview of its own, begun by somebody who agrees to be recorded, or types."""
    interview_id = create_interview(running, furnished, **changes)
    return begin_at(running, furnished, interview_id, by=by, shows_face=shows_face)


def begin_at(
    running: Running, furnished: Furnished, interview_id: str, *, by: str = "speak", shows_face: bool = False
) -> OpenedInterview:
    """The same, of an interview that is there."""
    registered = running.call(
        "job-interview-register-users",
        furnished.token,
        body={"interview_id": interview_id, "users": [{"email": f"{uuid4().hex}@example.com", "name": "Sam"}]},
    )
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        return open_interview(browser, registered[0]["interview_url"], by=by, shows_face=shows_face)


def create_interview(running: Running, furnished: Furnished, **changes: Any) -> str:
    """The id of an active interview of open questions that are not followed up."""
    body = {
        "name": "Project manager",
        "location": "remote",
        "interview_template_id": furnished.template_id,
        "mojito_language_code": "en",
        "description": "Project manager role",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "max_followups": 0,
        "questions": [{"question": "What did you do last year?"}, {"question": "And what did you learn?"}],
        **changes,
    }
    created = running.call("job-interview-create-from-array", furnished.token, body=body)
    return str(created["interview_def_set_id"])


@dataclass
class SpeakingPage:
    """One page of a conversation.

    told: everything, in order. waiting: frames without a receipt. next: the number of the next new frame.
    """

    opened: OpenedInterview
    told: list[Message] = field(default_factory=list)
    waiting: deque[tuple[int, bytes]] = field(default_factory=deque)
    next: int = 0
    hello: Message | None = None
    speed: float | None = None  # times real time; None: as fast as the line takes it
    frame_bytes: int = FRAME_BYTES
    socket: ClientConnection | None = None
    _reading: asyncio.Task[None] | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def is_gone(self) -> bool:
        """Whether there is no line."""
        return self._reading is None or self._reading.done()

    async def __aenter__(self) -> "SpeakingPage":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def open(self) -> None:
        """Connects, opens the sound, and sends again what has no receipt. Raises ConnectionError if it is cut."""
        before = len(self.told)
        self.socket = await connect(
            self.opened.socket_url,
            additional_headers=self.opened.headers,
            max_size=None,
            compression=None,
            proxy=None,
            open_timeout=PATIENCE,
        )
        self._reading = asyncio.create_task(self._read(self.socket))
        await self.say({"kind": "arrive"})
        await self.say({"kind": "open_sound"})
        hearing = asyncio.create_task(self.hear("hello_sound", after=before))
        await asyncio.wait([hearing, self._reading], return_when=asyncio.FIRST_COMPLETED)
        if not hearing.done():
            hearing.cancel()
            raise ConnectionError("the line was cut")
        self.hello = hearing.result()
        self._acknowledge(self.hello["next"])
        if not self.waiting:
            self.next = max(self.next, self.hello["next"])
        for number, pcm in list(self.waiting):
            await self._send(number, pcm)

    async def leave(self) -> None:
        """Closes in order."""
        if self.socket is not None:
            await self.socket.close()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def end(self) -> None:
        """Until the line is gone."""
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def drop(self) -> None:
        """Cuts the line, without a word."""
        assert self.socket is not None
        self.socket.transport.abort()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def say(self, message: Message) -> None:
        """Says something in JSON."""
        assert self.socket is not None
        await self.socket.send(json.dumps(message))

    async def play(self, number: int, **changes: Any) -> None:
        """Tells that the question has been heard."""
        played = {"seconds": 1.0, "of_seconds": 1.0, "how": "sound", "frame": self.next, **changes}
        await self.say({"kind": "played", "key": str(uuid4()), "number": number, **played})

    async def speak(self, pcm: bytes) -> None:
        """Sends sound, in frames."""
        for at in range(0, len(pcm) // self.frame_bytes * self.frame_bytes, self.frame_bytes):
            frame = (self.next, pcm[at : at + self.frame_bytes])
            self.next += 1
            self.waiting.append(frame)
            await self._send(*frame)
            if self.speed is not None:
                await asyncio.sleep(self.frame_bytes / 32_000 / self.speed)

    async def hear(self, kind: str, *, where: Callable[[Message], bool] = lambda _: True, after: int = 0) -> Message:
        """The first message of this kind that came as the `after`th or later, waited for."""

        def find() -> Message | None:
            return next((one for one in self.told[after:] if one["kind"] == kind and where(one)), None)

        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: find() is not None), PATIENCE)
        found = find()
        assert found is not None
        return found

    async def keep_quiet(self, seconds: float) -> None:
        """Sends silence."""
        await self.speak(bytes(int(seconds * 50) * FRAME_BYTES))

    async def _send(self, number: int, pcm: bytes) -> None:
        assert self.socket is not None
        with contextlib.suppress(ConnectionClosed):  # it stays in `waiting`
            await self.socket.send(number.to_bytes(4, "little") + pcm)

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for raw in socket:
                message = json.loads(raw)
                if message["kind"] == "heard_to":
                    self._acknowledge(message["next"])
                async with self._news:
                    self.told.append(message)
                    self._news.notify_all()

    def _acknowledge(self, next_frame: int) -> None:
        while self.waiting and self.waiting[0][0] < next_frame:
            self.waiting.popleft()
