"""The pool on a database that is crowded, or gone."""

import asyncio
import logging
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tests.builders import House
from vivavoce.db.address import APP_ROLE, DatabaseAddress, given_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.errors import Unavailable


@pytest.fixture
def admin(address: DatabaseAddress) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    if address.takes_role:
        pytest.skip("makes databases: only on the embedded server")
    with psycopg.connect(address.admin_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def own(admin: "psycopg.Connection[tuple[object, ...]]") -> Iterator[sql.Identifier]:
    """An empty database of this test's own, where one connection is let in."""
    name = sql.Identifier(f"own_{secrets.token_hex(4)}")
    admin.execute(sql.SQL("create database {} connection limit 1").format(name))
    yield name
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(name))


def _address(admin: "psycopg.Connection[tuple[object, ...]]", own: sql.Identifier) -> DatabaseAddress:
    database = own.as_string(admin).strip('"')
    return given_address(f"postgresql://{APP_ROLE}@/{database}?host={admin.info.host}", None)


async def test_a_database_that_lets_nobody_else_in_is_told_as_unavailable(
    admin: "psycopg.Connection[tuple[object, ...]]", own: sql.Identifier
) -> None:
    async with open_database(_address(admin, own), connections=2) as database, database.tenant(new_id()):
        with pytest.raises(Unavailable):
            async with database.tenant(new_id()):
                pass
        assert not await database.answers()


async def test_a_database_that_was_dropped_does_not_answer(
    admin: "psycopg.Connection[tuple[object, ...]]", own: sql.Identifier
) -> None:
    async with open_database(_address(admin, own), connections=2) as database:
        assert await database.answers()
        admin.execute(sql.SQL("drop database {} with (force)").format(own))
        assert not await database.answers()
        assert not await database.answers()


@pytest.mark.parametrize("fault", [FileNotFoundError("phrases/xx.toml"), TimeoutError("too slow"), OSError("no room")])
async def test_what_fails_in_the_block_by_itself_comes_out_as_it_is(
    database: Database, caplog: pytest.LogCaptureFixture, fault: OSError
) -> None:
    with pytest.raises(type(fault)) as caught:
        await _fail(database, fault)
    assert caught.value is fault
    assert _told_of_the_database(caplog) == []


async def test_what_failed_in_the_block_was_rolled_back_and_leaves_the_connection_usable(
    address: DatabaseAddress,
) -> None:
    async with open_database(address, connections=1) as database:
        for _ in range(3):
            with pytest.raises(FileNotFoundError):
                await _fail(database, FileNotFoundError())
            async with database.tenant(new_id()) as connection:
                assert await connection.fetchval("select to_regclass('pg_temp.left_over')") is None


async def test_what_is_cancelled_is_rolled_back_and_leaves_the_connection_usable(
    address: DatabaseAddress, house: House
) -> None:
    """In the block, and at the very beginning, before its tenant is set."""
    async with open_database(address, connections=1) as database:
        for steps in range(12):  # of the event loop: the first ones are before and within the beginning
            writing = asyncio.create_task(_write_and_wait(database, house))
            for _ in range(steps):
                await asyncio.sleep(0)
            writing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await writing
            async with database.tenant(house.merchant.id) as connection:
                assert await connection.fetchval("select about from merchants where id = $1", house.merchant.id) == ""
        begun = asyncio.Event()
        writing = asyncio.create_task(_write_and_wait(database, house, begun))
        await begun.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        async with database.tenant(house.merchant.id) as connection:
            assert await connection.fetchval("select about from merchants where id = $1", house.merchant.id) == ""


async def test_the_tenant_ends_with_its_transaction(address: DatabaseAddress, house: House) -> None:
    async with open_database(address, connections=1) as database:
        async with database.tenant(house.merchant.id) as connection:
            assert await connection.fetchval("select count(*) from templates") == 1
        row = await database.run("select count(*) as seen from templates")
        assert row is not None
        assert row["seen"] == 0


@pytest.mark.parametrize("statement", ["select pg_sleep(10)", None], ids=["in a statement", "at the commit"])
async def test_a_connection_that_breaks_is_told_as_unavailable_and_logged_once(
    address: DatabaseAddress, caplog: pytest.LogCaptureFixture, statement: str | None
) -> None:
    async with open_database(address, connections=2) as database:
        with pytest.raises(Unavailable):
            await _lose_connection(database, address, statement)
        assert [record.levelname for record in _told_of_the_database(caplog)] == ["WARNING"]
        async with database.tenant(new_id()) as connection:
            assert await connection.fetchval("select 1") == 1


async def test_a_statement_that_takes_too_long_is_told_as_unavailable(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable):
        await _take_long(database)
    assert [record.levelname for record in _told_of_the_database(caplog)] == ["WARNING"]
    assert "TimeoutError" in caplog.text


async def _write_and_wait(database: Database, house: House, begun: asyncio.Event | None = None) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update merchants set about = 'Half.' where id = $1", house.merchant.id)
        if begun is not None:
            begun.set()
        await asyncio.Event().wait()


async def _fail(database: Database, fault: Exception) -> None:
    async with database.tenant(new_id()) as connection:
        await connection.execute("create temporary table left_over () on commit preserve rows")
        raise fault


async def _take_long(database: Database) -> None:
    async with database.tenant(new_id()) as connection:
        await connection.fetchval("select pg_sleep(10)", timeout=0.1)


async def _lose_connection(database: Database, address: DatabaseAddress, statement: str | None) -> None:
    """The server ends the connection in the middle of the block; then the statement is run, if there is one."""
    async with database.tenant(new_id()) as connection:
        process = await connection.fetchval("select pg_backend_pid()")
        with psycopg.connect(address.admin_url, autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(%s)", [process])
        if statement is not None:
            await connection.fetchval(statement)


def _told_of_the_database(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "vivavoce.db.database"]
