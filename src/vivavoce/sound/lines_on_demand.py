"""Lines with sound, as the server hands them out: what was spoken before at once, what was not while the page fetches
it. A scene never waits for a voice."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from vivavoce.errors import UnknownLanguage, VivavoceError
from vivavoce.sound.line_store import LineStore, SpokenLine

log = logging.getLogger(__name__)

THREADS = 2
MOST_UNDER_WAY = 64  # lines that are being spoken, or wait for it
REST = 10.0  # seconds without a try after a line that no voice could say
PATIENCE = 8.0  # seconds that a page may wait for a line

Speak = Callable[[UUID, SpokenLine], str]


class Speaker:
    """The lines of a server. speak: blocks, and raises ProviderError. clock: seconds that never go back."""

    def __init__(self, store: LineStore, speak: Speak, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._speak = speak
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="voice")
        self._under_way: dict[tuple[UUID, str], asyncio.Future[str]] = {}
        self._guessed: dict[tuple[UUID, str], UUID] = {}  # whose guess a line is that nobody has asked for
        self._rests_until = float("-inf")

    def find(self, merchant_id: UUID, line: SpokenLine) -> str | None:
        """The key of a line that was spoken before."""
        key = self._store.key(line)
        return key if self._store.has(merchant_id, key) else None

    def offer(self, merchant_id: UUID, line: SpokenLine, *, failed: Callable[[], None] | None = None) -> str | None:
        """The key of a line that is there, or will be when it is fetched; None where no voice may be asked now.

        failed: called when no voice could say it after all.
        """
        key = self._store.key(line)
        if self._store.has(merchant_id, key):
            return key
        self._guessed.pop((merchant_id, key), None)
        return self._begin(merchant_id, key, line, failed)

    def guess(self, merchant_id: UUID, lines: Iterable[SpokenLine], *, of: UUID) -> None:
        """Speaks what is probably said next. of: the attempt."""
        for line in lines:
            key = self._store.key(line)
            if not self._store.has(merchant_id, key) and (merchant_id, key) not in self._under_way:
                self._guessed[merchant_id, key] = of
                self._begin(merchant_id, key, line, None)

    def forget_guesses(self, of: UUID) -> None:
        """What was guessed of this attempt and has not been begun is not spoken any more."""
        for place in [place for place, attempt_id in self._guessed.items() if attempt_id == of]:
            del self._guessed[place]
            if place in self._under_way:
                self._under_way[place].cancel()

    async def wait_for(self, merchant_id: UUID, key: str) -> bool:
        """Whether the line is there, waiting for one that is being spoken."""
        under_way = self._under_way.get((merchant_id, key))
        if under_way is not None:
            await asyncio.wait([under_way], timeout=PATIENCE)
        return self._store.has(merchant_id, key)

    async def wait_for_all(self, merchant_id: UUID, lines: Iterable[SpokenLine]) -> bool:
        """Whether all of these are there, as above."""
        return all([await self.wait_for(merchant_id, self._store.key(line)) for line in lines])

    def close(self) -> None:
        """Begins no further line."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self, merchant_id: UUID, key: str, line: SpokenLine, failed: Callable[[], None] | None) -> str | None:
        place = (merchant_id, key)
        if place not in self._under_way:
            if self._clock() < self._rests_until or len(self._under_way) >= MOST_UNDER_WAY:
                return None
            made = asyncio.get_running_loop().run_in_executor(self._threads, self._speak, merchant_id, line)
            self._under_way[place] = made
            made.add_done_callback(lambda done: self._ended(place, done))
        if failed is not None:
            tell = failed
            self._under_way[place].add_done_callback(lambda done: _tell_failure(done, tell))
        return key

    def _ended(self, place: tuple[UUID, str], done: "asyncio.Future[str]") -> None:
        self._under_way.pop(place, None)
        self._guessed.pop(place, None)
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            return
        if isinstance(error, UnknownLanguage):
            return  # the page lets its browser speak, or the candidate reads; the other languages go on
        self._rests_until = self._clock() + REST
        log.warning("a line can't be spoken: %s", error, exc_info=None if isinstance(error, VivavoceError) else error)


def _tell_failure(done: "asyncio.Future[str]", tell: Callable[[], None]) -> None:
    if not done.cancelled() and done.exception() is not None:
        tell()
