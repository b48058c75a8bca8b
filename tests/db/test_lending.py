"""Connections are handed on without the pool, and go back to it where it is wanted, late or broken."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.lending import Lending

SOON = 5.0


@pytest.fixture
async def pool(address: DatabaseAddress) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    """A pool of one connection."""
    async with asyncpg.create_pool(
        address.app_url, min_size=1, max_size=1, server_settings=dict(address.app_settings)
    ) as opened:
        yield opened


async def _back_end(lending: Lending) -> int:
    """The back end that serves whoever comes next; its connection is handed on."""
    connection = await lending.take(seconds=SOON)
    found: int = await connection.fetchval("select pg_backend_pid()")
    assert lending.hand_on(connection)
    return found


async def test_whoever_comes_next_gets_the_connection_that_was_handed_on(
    pool: "asyncpg.Pool[asyncpg.Record]",
) -> None:
    lending = Lending(pool)
    first = await lending.take(seconds=SOON)
    assert lending.hand_on(first)
    assert await lending.take(seconds=SOON) is first
    await lending.give_back(first)
    await lending.close()


async def test_nothing_is_kept_from_whoever_waits_at_the_pool(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    lending = Lending(pool)
    first = await lending.take(seconds=SOON)
    waiting = asyncio.create_task(lending.take(seconds=SOON))
    await asyncio.sleep(0)
    assert not lending.hand_on(first)
    await lending.give_back(first)
    second = await waiting
    assert await second.fetchval("select 1") == 1
    await lending.give_back(second)


async def test_one_that_was_out_for_long_goes_back_to_the_pool(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    lending = Lending(pool, kept_seconds=0)
    connection = await lending.take(seconds=SOON)
    assert not lending.hand_on(connection)
    await lending.give_back(connection)
    assert pool.get_idle_size() == 1


async def test_what_nobody_wants_goes_back_by_itself(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    lending = Lending(pool, kept_seconds=0.05)
    await _back_end(lending)
    assert pool.get_idle_size() == 0
    async with asyncio.timeout(SOON), pool.acquire() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_one_whose_line_broke_while_it_was_kept_is_replaced(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    lending = Lending(pool)
    kept = await lending.take(seconds=SOON)
    before = await kept.fetchval("select pg_backend_pid()")
    assert lending.hand_on(kept)
    kept.terminate()
    assert await _back_end(lending) != before
    await lending.close()


async def test_one_whose_line_broke_in_use_is_not_handed_on(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    lending = Lending(pool)
    connection = await lending.take(seconds=SOON)
    connection.terminate()
    assert not lending.hand_on(connection)
    await lending.give_back(connection)
    await _back_end(lending)
    await lending.close()


async def test_the_pool_can_be_closed_once_all_was_given_back(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    lending = Lending(pool)
    await _back_end(lending)
    await lending.close()
    async with asyncio.timeout(SOON):
        await pool.close()
