"""Ear processes as the server sees them: a stretch of sound in, its words out, or ProviderError; never a wait without
an end, and never more than so many stretches that wait."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from vivavoce.errors import ProviderError
from vivavoce.providers.breaker import Breaker
from vivavoce.providers.ears.port import SoundWindow, TimedWord
from vivavoce.providers.ears.waiting import Urgency, Waiting, choose

log = logging.getLogger(__name__)

PROGRAM = (sys.executable, "-m", "vivavoce.providers.ears.process")
START_SECONDS = 900.0  # where files are fetched over a slow line
HEAR_SECONDS = 60.0  # for 27 seconds of sound, which take one or two
MOST_WAITING = 64  # stretches; more than that would be heard too late for anyone
LINE_BYTES = 4 * 1024 * 1024  # of words
REMEMBERED = 60.0  # seconds for which it is known whose turn it was


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingRequest:
    """Somebody wants to have speech heard.

    urgency: asked whenever an ear is free, since a turn may end while its words wait. take: what is to be heard,
    called when its turn has come, so that it can be all that was said by then; None: nothing any more.
    """

    conversation: Hashable
    language: str
    locale: str | None
    urgency: Callable[[], Urgency]
    take: Callable[[], Awaitable[SoundWindow | None]]


class EarPool:
    """So many ear processes, started when they are first needed and again when they die.

    clock: seconds that never go back. environment: of the processes; the settings are read from it.
    """

    def __init__(
        self,
        *,
        count: int,
        environment: Mapping[str, str],
        clock: Callable[[], float],
        program: tuple[str, ...] = PROGRAM,
    ) -> None:
        self._environment = dict(environment)
        self._program = program
        self._clock = clock
        self._breaker = Breaker()
        self.weak: frozenset[str] = frozenset()  # languages that nobody hears well, as far as is known yet
        self._all = [_EarProcess(program, self._environment) for _ in range(count)]
        self._free = list(self._all)
        self._asking: list[_WaitingRequest] = []  # those for whom there was none free
        self._heard_at: dict[Hashable, float] = {}
        self._waiting = 0

    async def prepare(self) -> None:
        """Starts one process, so that the first candidate need not wait. Raises ProviderError where there is no ear."""
        process = self._free.pop()
        try:
            await process.start()
            self.weak = process.weak
        except ProviderError:
            self._breaker.went_wrong(self._clock())
            raise
        finally:
            self._let_go(process)

    def may_hear(self) -> bool:
        """Whether it makes sense to ask: false for a while after several failures in a row."""
        return self._breaker.may_pass(self._clock())

    async def hear(self, ask: HearingRequest) -> tuple[TimedWord, ...]:
        """The words. A process that dies over them is started once more. Raises ProviderError."""
        if self._waiting >= MOST_WAITING:
            raise ProviderError("Too much is being heard at once.", retryable=True)
        if not self.may_hear():
            raise ProviderError("The ears rest after failures.", retryable=True)
        self._waiting += 1
        try:
            process = await self._get(ask)
            try:
                window = await ask.take()
                if window is None:
                    return ()
                words = await self._hear(process, window, language=ask.language, locale=ask.locale)
            finally:
                self._let_go(process)
        except ProviderError:
            self._breaker.went_wrong(self._clock())
            raise
        finally:
            self._waiting -= 1
        self._breaker.went_well()
        return words

    async def close(self) -> None:
        """Ends all processes."""
        for process in self._all:
            await process.stop()

    async def _get(self, ask: HearingRequest) -> "_EarProcess":
        """A process that is free; where there is none, the next one that is this one's by its turn."""
        if self._free:
            self._heard_at[ask.conversation] = self._clock()
            return self._free.pop()
        asking = _WaitingRequest(ask, since=self._clock(), got=asyncio.get_running_loop().create_future())
        self._asking.append(asking)
        try:
            return await asking.got
        except asyncio.CancelledError:
            if asking in self._asking:
                self._asking.remove(asking)
            elif not asking.got.cancelled():
                self._let_go(asking.got.result())
            raise

    def _let_go(self, process: "_EarProcess") -> None:
        now = self._clock()
        self._heard_at = {conversation: at for conversation, at in self._heard_at.items() if now - at < REMEMBERED}
        # Whoever was cancelled has not taken itself out yet.
        self._asking = [asking for asking in self._asking if not asking.got.done()]
        if not self._asking:
            self._free.append(process)
            return
        waiting = [
            Waiting(conversation=asking.ask.conversation, urgency=asking.ask.urgency(), since=asking.since)
            for asking in self._asking
        ]
        asking = self._asking.pop(choose(waiting, heard_at=self._heard_at, now=now))
        self._heard_at[asking.ask.conversation] = now
        asking.got.set_result(process)

    async def _hear(
        self, process: "_EarProcess", window: SoundWindow, *, language: str, locale: str | None
    ) -> tuple[TimedWord, ...]:
        try:
            return await process.hear(window, language=language, locale=locale)
        except _Died:
            log.warning("an ear process died; starting it again")
        try:
            return await process.hear(window, language=language, locale=locale)
        except _Died:
            raise ProviderError("The ear died twice over the same stretch.", retryable=True) from None


@dataclass(frozen=True, slots=True, eq=False)
class _WaitingRequest:
    """Somebody who waits for a process. got: the process, once it is theirs."""

    ask: HearingRequest
    since: float
    got: "asyncio.Future[_EarProcess]"


class _Died(Exception):
    """The process is gone."""


class _EarProcess:
    """One process, one request at a time."""

    def __init__(self, program: tuple[str, ...], environment: dict[str, str]) -> None:
        self._program = program
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self.weak: frozenset[str] = frozenset()

    async def start(self) -> None:
        """Until it can hear. Raises ProviderError, with what to do, where it can't."""
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await asyncio.create_subprocess_exec(
            *self._program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
            limit=LINE_BYTES,
            start_new_session=True,  # Ctrl-C is for the server; it may itself have started what fetches files
        )
        try:
            ready = await self._answer(START_SECONDS)
        except _Died:
            raise ProviderError("The ear ended while it was being loaded.", retryable=True) from None
        except asyncio.CancelledError:
            await self.stop()
            raise
        if not ready.get("ready"):
            await self.stop()
            raise ProviderError(str(ready.get("error")), retryable=True)
        self.weak = frozenset(ready.get("weak", ()))

    async def hear(self, window: SoundWindow, *, language: str, locale: str | None) -> tuple[TimedWord, ...]:
        """The words. Raises ProviderError, and _Died."""
        await self.start()
        assert self._process is not None
        assert self._process.stdin is not None
        header = json.dumps(
            {"language": language, "locale": locale, "start": window.start, "bytes": len(window.pcm_16khz)}
        ).encode()
        try:
            self._process.stdin.write(len(header).to_bytes(4, "little") + header + window.pcm_16khz)
            await self._process.stdin.drain()
            answer = await self._answer(HEAR_SECONDS)
        except (BrokenPipeError, ConnectionResetError):
            await self.stop()
            raise _Died from None
        except asyncio.CancelledError:
            await self.stop()  # its answer would be taken for the next one's
            raise
        if "error" in answer:
            raise ProviderError(answer["error"], retryable=answer["retryable"])
        return tuple(
            TimedWord(text=text, start=start, end=end, probability=sure) for text, start, end, sure in answer["words"]
        )

    async def stop(self) -> None:
        """Ends it, and what it may have started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        except TimeoutError:
            await self.stop()
            raise ProviderError(f"The ear said nothing for {seconds:g} seconds.", retryable=True) from None
        if not line.endswith(b"\n"):
            await self.stop()
            raise _Died
        message: dict[str, Any] = json.loads(line)
        return message
