"""The pool on a database that is crowded, or gone."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from vivavoce.db.address import APP_ROLE, Address, given_address
from vivavoce.db.database import open_database
from vivavoce.db.ids import new_id
from vivavoce.errors import Unavailable


@pytest.fixture
def admin(address: Address) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
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


def _address(admin: "psycopg.Connection[tuple[object, ...]]", own: sql.Identifier) -> Address:
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
