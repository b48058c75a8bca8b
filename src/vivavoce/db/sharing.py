"""Who waits for what in this process, so that nobody waits for a row while holding a connection that others need.

one_by_one(attempt) ──► place(merchant) ──► a connection ──► the row's own lock (other servers)
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

from vivavoce.errors import Unavailable

MOST_WAITING = 64  # for one row; an attempt has four sockets, eight POSTs and a microphone at most


class FairShare:
    """A number of places, shared among whoever wants them.

    Anybody may have all of them while nobody waits. Where somebody waits, a place that becomes free goes to whoever
    holds the fewest, in turn among those who hold as few, so nobody gets more than a fair share at another's cost.

    most_of: how many places somebody may hold now, at least one; asked whenever one is wanted or becomes free. Whoever
    holds as many waits, however many are free.
    """

    def __init__(self, places: int, *, most_of: Callable[[Hashable], int] | None = None) -> None:
        self._free = places
        self._most_of = most_of
        self._held: Counter[Hashable] = Counter()
        # The one who was served last stands last.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    def try_enter(self, whose: Hashable) -> bool:
        """Takes a place where one is free, and nobody waits then; whoever got one calls `leave`."""
        if not self._free or not self._may_have_more(whose):
            return False
        self._free -= 1
        self._held[whose] += 1
        return True

    async def enter(self, whose: Hashable) -> None:
        """A place, waited for. Whoever got one calls `leave`."""
        if self.try_enter(whose):
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(whose, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave(whose)  # it was given to us in the moment in which we gave up
            else:
                self._forget(whose, place)
            raise

    def leave(self, whose: Hashable) -> None:
        """Gives the place to whoever is next."""
        self._held[whose] -= 1
        if not self._held[whose]:
            del self._held[whose]
        self._free += 1
        while self._free and (next_ones := [waiting for waiting in self._waiting if self._may_have_more(waiting)]):
            least = min(next_ones, key=self._held.__getitem__)
            queue = self._waiting.pop(least)
            place = queue.popleft()
            if queue:
                self._waiting[least] = queue
            if not place.done():
                self._free -= 1
                self._held[least] += 1
                place.set_result(None)

    def _may_have_more(self, whose: Hashable) -> bool:
        return self._most_of is None or self._held[whose] < self._most_of(whose)

    def _forget(self, whose: Hashable, place: "asyncio.Future[None]") -> None:
        queue = self._waiting.get(whose)
        if queue is not None and place in queue:
            queue.remove(place)
            if not queue:
                del self._waiting[whose]


class LatestUsers:
    """Who has used something lately. It costs each use next to nothing, and keeps two of them."""

    __slots__ = ("_before", "_before_at", "_latest", "_latest_at")

    def __init__(self) -> None:
        self._latest: Hashable = None
        self._before: Hashable = None  # the last one who was somebody else
        self._latest_at = self._before_at = float("-inf")

    def note(self, whose: Hashable, at: float) -> None:
        """Somebody uses it, at this time in seconds."""
        if whose != self._latest:
            self._before, self._before_at = self._latest, self._latest_at
            self._latest = whose
        self._latest_at = at

    def others_at(self, whose: Hashable) -> float:
        """When anybody else last used it; minus infinity for never."""
        return self._before_at if whose == self._latest else self._latest_at


class OneByOne:
    """A queue for each row that is wanted now; it is gone with the last one who waits."""

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[UUID, _Queue] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, key: UUID) -> AsyncIterator[None]:
        """Alone with this key in this process, in the order of coming. Raises Unavailable where too many wait."""
        queue = self._queues.setdefault(key, _Queue())
        if queue.length >= MOST_WAITING:
            raise Unavailable("Too much is under way for this at once. Please try again in a moment.")
        queue.length += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.length -= 1


class _Queue:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.length = 0
