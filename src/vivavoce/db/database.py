"""The pool, and the two ways to use it: a transaction of one tenant, or one statement by itself."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from traceback import walk_tb
from types import TracebackType
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from pydantic_core import to_json

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.lending import Lending, Lent
from vivavoce.db.sharing import FairShare, LatestUsers, OneByOne
from vivavoce.errors import BeingErased, NoSpace, Unavailable

log = logging.getLogger(__name__)

# What a server that stops, starts or is not there yet makes us see.
AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    # "Another operation is in progress": between a server's last word and the end of its connection.
    asyncpg.InternalClientError,
)
# Our own mistake in a statement's values; asyncpg counts it among the errors of the connection.
OURS = (asyncpg.DataError,)
# How a trigger refuses what would be added to what is being erased (0016_erasing_a_person.sql).
ERASING = (asyncpg.ObjectNotInPrerequisiteStateError,)
# A plan that went stale by a migration elsewhere: good again at the next use.
STALE = (asyncpg.InvalidCachedStatementError,)

# Nothing of ours takes that long; a server that hangs must not hang us.
STATEMENT_SECONDS = 30

# One of the pool's connections, lent for the time of a transaction.
Connection: TypeAlias = Lent

# What queues for a row has a quarter of the connections at most: conversations come by the hundred at once, and a call
# is not to wait behind them.
QUEUED_PART = 4
# Of these, one merchant's conversations have so many while other merchants use the database, which would wait behind
# each of them for the processor and the disk. Two are enough for some hundred messages a second.
MOST_BESIDE_OTHERS = 2
BESIDE_SECONDS = 1.0  # for how long somebody who used it counts as still there


class Database:
    """An open pool. Nothing in it outlives a transaction: the tenant is set for the transaction alone.

    Its connections are shared fairly among the merchants. places: as many as the pool has connections.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", *, places: int) -> None:
        self._lending = Lending(pool)
        self._share = FairShare(places)
        self._rows = OneByOne()
        self._users = LatestUsers()
        self._most_queued = max(1, places // QUEUED_PART)
        self._queued = FairShare(self._most_queued, most_of=self._most_queued_of)

    @asynccontextmanager
    async def tenant(self, merchant_id: UUID, *, alone_with: UUID | None = None) -> AsyncIterator[Connection]:
        """A transaction that sees and writes this merchant's rows alone; any error rolls it back.

        alone_with: the id of a row that the transaction is going to lock. Whoever names the same one waits for it in
        this process, without a connection.
        Raises Unavailable when the database does not answer, now, in the block or at the commit. After that error
        nothing is known of the commit, so whoever retries does it with the same ids. What fails in the block by itself
        comes out as it is.
        """
        async with (
            nullcontext() if alone_with is None else self._rows.turn(alone_with),
            nullcontext() if alone_with is None else _place(self._queued, merchant_id),
            self._connection(merchant_id) as connection,
            _transaction(connection, "app.merchant_id", merchant_id),
        ):
            yield connection

    @asynccontextmanager
    async def by_slug(self, slug: str) -> AsyncIterator[Connection]:
        """A transaction that sees one row: the merchant of this slug."""
        async with self._connection(None) as connection, _transaction(connection, "app.merchant_slug", slug):
            yield connection

    @asynccontextmanager
    async def by_interview(self, interview_id: UUID) -> AsyncIterator[Connection]:
        """A transaction that sees one row: this interview, whoever's it is."""
        async with self._connection(None) as connection, _transaction(connection, "app.interview_id", interview_id):
            yield connection

    @asynccontextmanager
    async def by_embed(self, embed_id: UUID) -> AsyncIterator[Connection]:
        """A transaction that sees one row: this embed key, whoever's it is."""
        async with self._connection(None) as connection, _transaction(connection, "app.embed_id", embed_id):
            yield connection

    @asynccontextmanager
    async def by_email(self, email: str) -> AsyncIterator[Connection]:
        """A transaction that sees of which merchants the person of this address is a member, and those merchants."""
        async with self._connection(None) as connection, _transaction(connection, "app.email", email):
            yield connection

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[Connection]:
        """A transaction across all merchants that finds what is due to be erased, or sent.

        It sees attempts and invitations, which hold no words, people who are being erased, sign-ins that are over, and
        endpoints for which webhooks wait. It changes nothing.
        """
        async with self._connection(None) as connection, _transaction(connection, "app.sweeps", "due"):
            yield connection

    async def run(self, statement: str, *arguments: Any, merchant_id: UUID | None = None) -> "asyncpg.Record | None":
        """One statement that sets its own tenant, in one round trip; its first row.

        Retried once where it certainly did not take effect. merchant_id: out of whose share its connection is.
        """
        for is_last in (False, True):
            try:
                async with self._connection(merchant_id) as connection:
                    return await connection.fetchrow(statement, *arguments)
            except STALE:
                if is_last:
                    raise
        raise AssertionError("unreachable")

    async def answers(self) -> bool:
        """Whether the database answers now. Never raises: whoever asks is who keeps the server alive."""
        try:
            async with asyncio.timeout(2):
                connection = await self._lending.take(seconds=STATEMENT_SECONDS)  # out of nobody's share
                try:
                    await connection.fetchval("select 1")
                finally:
                    await self._lending.give_back(connection)
        except (*AWAY, asyncpg.PostgresError, TimeoutError):
            return False
        return True

    def _connection(self, whose: Hashable) -> "_Lease":
        if whose is not None:
            self._users.note(whose, time.monotonic())
        return _Lease(self._lending, self._share, whose)

    def _most_queued_of(self, merchant: Hashable) -> int:
        is_alone = time.monotonic() - self._users.others_at(merchant) > BESIDE_SECONDS
        return self._most_queued if is_alone else MOST_BESIDE_OTHERS

    async def close(self) -> None:
        """Gives the connections back to the pool, which can be closed then."""
        await self._lending.close()


class _Lease:
    """A connection for the time of a block, out of somebody's share; what the driver raises is told in our words.

    A class, and no generator: every call goes through here.
    """

    __slots__ = ("_connection", "_lending", "_share", "_whose")

    def __init__(self, lending: Lending, share: FairShare, whose: Hashable) -> None:
        self._lending = lending
        self._share = share
        self._whose = whose

    async def __aenter__(self) -> Connection:
        if not self._share.try_enter(self._whose):
            await _enter(self._share, self._whose)
        try:
            self._connection = await self._lending.take(seconds=STATEMENT_SECONDS)
        except BaseException as error:
            self._share.leave(self._whose)
            _tell(error)
            raise
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None or not self._lending.hand_on(self._connection):
                await self._lending.give_back(self._connection)
        except Exception as failure:
            _tell(failure)
            raise
        finally:
            self._share.leave(self._whose)
        if error is not None:
            _tell(error)


def _tell(error: BaseException) -> None:
    """Raises what the error of a connection comes to; returns where it is to come out as it is."""
    if isinstance(error, OURS):
        return
    if isinstance(error, asyncpg.DiskFullError):
        log.error("the database's disk is full: %s", error)
        raise NoSpace from error
    if isinstance(error, ERASING):
        raise BeingErased from error
    if isinstance(error, AWAY) and _is_the_drivers(error):
        log.warning("the database does not answer: %s: %s", type(error).__name__, error)
        raise Unavailable from error


async def _enter(share: FairShare, whose: Hashable) -> None:
    try:
        async with asyncio.timeout(STATEMENT_SECONDS):
            await share.enter(whose)
    except TimeoutError as error:
        log.warning("no connection became free within %s s", STATEMENT_SECONDS)
        raise Unavailable from error


@asynccontextmanager
async def _place(share: FairShare, whose: Hashable) -> AsyncIterator[None]:
    await _enter(share, whose)
    try:
        yield
    finally:
        share.leave(whose)


@asynccontextmanager
async def _transaction(connection: Connection, setting: str, value: UUID | str) -> AsyncIterator[None]:
    """A transaction with this setting; any error in the block rolls it back.

    Not the driver's own, which makes a round trip for the beginning alone: an id can hold nothing but digits, so it
    goes out in one text with the beginning.
    """
    try:
        if isinstance(value, UUID):
            await connection.execute(f"begin; set local {setting} = '{value}'")
        else:
            await connection.execute("begin")
            await connection.execute("select set_config($1, $2, true)", setting, value)
        yield
    except BaseException:
        # Not in one where it never began, or the connection is lost. What is cancelled at its beginning is rolled back
        # by the pool, once the driver has heard the end of it.
        if connection.is_in_transaction():
            await connection.execute("rollback")
        raise
    await connection.execute("commit")


def _is_the_drivers(error: BaseException) -> bool:
    """Whether the driver raised it, and not by itself the block that has the connection.

    The driver tells of an unreachable server by a plain OSError and of a slow one by a plain TimeoutError, which a
    block that opens files or calls out may raise too: where it came through shows whose it is.
    """
    if not isinstance(error, OSError):
        return True
    names = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(name.partition(".")[0] == "asyncpg" for name in names)


@asynccontextmanager
async def open_database(address: DatabaseAddress, *, connections: int) -> AsyncIterator[Database]:
    """The pool, open while the block runs. The first connection is made at once, so a wrong address fails here.

    Raises Unavailable when the server can't be reached, or does not let us in.
    """
    with explaining():
        pool = await asyncpg.create_pool(
            address.app_url,
            min_size=1,
            max_size=connections,
            server_settings=dict(address.app_settings),
            reset=_leave_as_is,
            init=_speak_json,
            command_timeout=STATEMENT_SECONDS,
        )
    database = Database(pool, places=connections)
    try:
        yield database
    finally:
        try:
            async with asyncio.timeout(5):
                await database.close()
                await pool.close()
        except TimeoutError:
            pool.terminate()


@contextmanager
def explaining() -> Iterator[None]:
    """Around the first connection: what the server or the line says becomes Unavailable, with what to look at."""
    try:
        yield
    except (*AWAY, asyncpg.PostgresError) as error:
        raise Unavailable(f"The database can't be reached: {error}. Check VIVAVOCE_DATABASE_URL.") from error


async def _leave_as_is(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Nothing to reset: whatever we set, we set for one transaction. Saves a round trip for each use."""


async def _speak_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """jsonb comes and goes as Python values."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_write_json, decoder=_read_json, format="text"
    )


def _write_json(value: Any) -> str:
    return to_json(value).decode()


def _read_json(text: str) -> Any:
    return json.loads(text)
