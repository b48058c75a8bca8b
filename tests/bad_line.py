"""A bad line between a page and a server: it stalls in both directions, and is cut again and again.

    page ──► proxy ──► server        20 times a minute nothing passes for 200 to 1,500 ms
                                     every 30 seconds all connections are cut

Bytes that were taken before a cut may be lost, as on a real line; none is changed. Browsers, which know no asyncio, are
led through it by `run_bad_line`.
"""

import asyncio
import contextlib
import random
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

STALLS_A_MINUTE = 20
STALL_SECONDS = (0.2, 1.5)
CUT_SECONDS = 30.0
PIECE = 65_536  # bytes


@dataclass
class BadLine:
    """The proxy, running while the block is. stalls, cuts: how many there were of each; a cut counts each connection.

    target: the server's address. cut_seconds: None for a line that only stalls.
    """

    target: str
    stalls_a_minute: float = STALLS_A_MINUTE
    stall_seconds: tuple[float, float] = STALL_SECONDS
    cut_seconds: float | None = CUT_SECONDS
    seed: int = 1
    stalls: int = 0
    cuts: int = 0
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the server is reached through it."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> "BadLine":
        self._passes = asyncio.Event()
        self._passes.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port: int = self._server.sockets[0].getsockname()[1]
        self._spawn(self._stall())
        if self.cut_seconds is not None:
            self._spawn(self._cut(self.cut_seconds))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._break()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = urlsplit(self.target)
        assert place.hostname is not None
        try:
            there, back = await asyncio.open_connection(place.hostname, place.port)
        except OSError:
            writer.transport.abort()
            return
        self._lines |= {writer, back}
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        except OSError:
            pass
        finally:
            for line in (writer, back):
                self._lines.discard(line)
                line.transport.abort()

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await source.read(PIECE):
            await self._passes.wait()
            target.write(piece)
            await target.drain()
        await self._passes.wait()
        with contextlib.suppress(OSError):
            target.write_eof()

    async def _stall(self) -> None:
        chance = random.Random(self.seed)
        while True:
            stall = chance.uniform(*self.stall_seconds)
            # So many begin in a minute, whatever each of them takes.
            await asyncio.sleep(max(0.0, 60 / self.stalls_a_minute - stall))
            self._passes.clear()
            self.stalls += 1
            await asyncio.sleep(stall)
            self._passes.set()

    async def _cut(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            self.cuts += len(self._lines) // 2
            self._break()

    def _break(self) -> None:
        for line in self._lines:
            line.transport.abort()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@contextmanager
def run_bad_line(line: BadLine) -> Iterator[BadLine]:
    """The same in a thread of its own."""
    ready, over = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        async with line:
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="bad line")
    thread.start()
    try:
        assert ready.wait(10)
        yield line
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(10)
