"""The pool's connections, handed on from one user to the next without going back to the pool in between.

asyncpg's pool sets timers and starts a task for each way there and back, which costs a create call a tenth of its
processor time (docs/explanation/speed.md). So a connection that was used without an error stays out for a while and
serves whoever comes next. The pool remains what makes, tends and closes them.
"""

import asyncio
from typing import TypeAlias

import asyncpg

# One of the pool's connections.
Lent: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

KEPT_SECONDS = 5.0  # out of the pool, which replaces a connection after so many uses and closes those that rest


class Lending:
    """Who wants a connection gets one that is kept here, or else the pool's."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", *, kept_seconds: float = KEPT_SECONDS) -> None:
        self._pool = pool
        self._kept_seconds = kept_seconds
        self._kept: list[Lent] = []
        self._back_at: dict[Lent, float] = {}  # of each that is out of the pool
        self._at_pool = 0  # how many wait for the pool
        self._is_closing = False
        self._timer: asyncio.TimerHandle | None = None
        self._giving_back: set[asyncio.Task[None]] = set()

    async def take(self, *, seconds: float) -> Lent:
        """A connection that is open, to be handed to `hand_on` or to `give_back`.

        seconds: for one of the pool's. Raises what the pool raises.
        """
        while self._kept:
            connection = self._kept.pop()
            if _is_open(connection):
                return connection
            await self.give_back(connection)
        self._at_pool += 1
        try:
            connection = await self._pool.acquire(timeout=seconds)
        finally:
            self._at_pool -= 1
        self._back_at[connection] = asyncio.get_running_loop().time() + self._kept_seconds
        return connection

    def hand_on(self, connection: Lent) -> bool:
        """Keeps a connection, on which nothing is open, for whoever comes next. False: it is to be given back.

        It goes back where somebody waits at the pool: whoever asks if the database is well comes out of turn.
        """
        now = asyncio.get_running_loop().time()
        is_wanted = not (self._at_pool or self._is_closing)
        if not is_wanted or self._back_at[connection] <= now or not _is_open(connection):
            return False
        self._kept.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._kept_seconds, self._sweep)
        return True

    async def give_back(self, connection: Lent) -> None:
        """Back to the pool, which waits for a statement that was broken off, and drops what is broken."""
        del self._back_at[connection]
        await self._pool.release(connection)

    async def close(self) -> None:
        """Gives back what is kept here; the rest goes back by itself. The pool can be closed afterwards."""
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        for connection in self._take_kept():
            await self.give_back(connection)
        if self._giving_back:
            await asyncio.wait(self._giving_back)

    def _take_kept(self) -> list[Lent]:
        kept, self._kept = self._kept, []
        return kept

    def _sweep(self) -> None:
        """Gives back those that have been out for long; one task for them all, and one timer."""
        self._timer = None
        now = asyncio.get_running_loop().time()
        kept = self._take_kept()
        self._kept = [connection for connection in kept if self._back_at[connection] > now]
        if self._kept:
            self._timer = asyncio.get_running_loop().call_later(self._kept_seconds, self._sweep)
        old = [connection for connection in kept if self._back_at[connection] <= now]
        if old:
            task = asyncio.create_task(self._give_all_back(old))
            self._giving_back.add(task)
            task.add_done_callback(self._giving_back.discard)

    async def _give_all_back(self, connections: list[Lent]) -> None:
        for connection in connections:
            await self.give_back(connection)


def _is_open(connection: Lent) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # its line broke, and the pool has taken its place back
        return False
