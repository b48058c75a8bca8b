"""Bringing a database of the operator's own to this version, by roles that are no superusers."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from vivavoce.db.address import APP_ROLE, Address, given_address
from vivavoce.db.database import open_database
from vivavoce.db.state import needs_upgrade
from vivavoce.db.upgrade import upgrade
from vivavoce.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A database whose owner is no superuser. app_url: as the application alone."""

    owner_url: str
    app_url: str
    both: Address
    app_alone: Address


@pytest.fixture
def own(address: Address) -> Iterator[Own]:
    name = f"own_{secrets.token_hex(4)}"
    with psycopg.connect(address.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("create role {0} login").format(sql.Identifier(name)))
        admin.execute(sql.SQL("create database {0} owner {0}").format(sql.Identifier(name)))
        host = f"?host={admin.info.host}"
        owner_url, app_url = f"postgresql://{name}@/{name}{host}", f"postgresql://{APP_ROLE}@/{name}{host}"
        yield Own(
            owner_url=owner_url,
            app_url=app_url,
            both=given_address(app_url, owner_url),
            app_alone=given_address(app_url, None),
        )
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture(autouse=True)
def _embedded(address: Address) -> None:
    if address.takes_role:
        pytest.skip("makes roles and databases: only on the embedded server")


async def test_a_server_without_the_administrators_address_can_tell_its_version(own: Own) -> None:
    upgrade(own.both)
    assert not await needs_upgrade(own.app_alone)


async def test_a_server_without_the_administrators_address_says_what_an_empty_database_lacks(own: Own) -> None:
    assert await needs_upgrade(own.app_alone)
    with pytest.raises(Unavailable, match=r"permission denied.*VIVAVOCE_DATABASE_ADMIN_URL"):
        upgrade(own.app_alone)


def test_a_second_upgrade_changes_nothing(own: Own) -> None:
    upgrade(own.both)
    upgrade(own.both)
    upgrade(own.app_alone)


def test_the_owner_alone_is_told_which_role_it_lacks(own: Own) -> None:
    with pytest.raises(Unavailable, match=f"GRANT {APP_ROLE} TO"):
        upgrade(given_address(own.owner_url, None))


def test_an_owner_that_was_let_into_the_role_needs_nobody_else(own: Own, address: Address) -> None:
    with psycopg.connect(address.admin_url, autocommit=True) as admin:
        owner = psycopg.conninfo.conninfo_to_dict(own.owner_url)["user"]
        admin.execute(sql.SQL("grant {} to {}").format(sql.Identifier(APP_ROLE), sql.Identifier(str(owner))))
    upgrade(given_address(own.owner_url, None))


async def test_a_role_that_may_not_become_the_application_is_told_so(own: Own) -> None:
    upgrade(own.both)
    with pytest.raises(Unavailable, match=f'permission denied to set role "{APP_ROLE}"'):
        async with open_database(given_address(own.owner_url, None), connections=1):
            pass


async def test_a_version_that_may_not_be_read_is_said_so(own: Own) -> None:
    upgrade(own.both)
    with psycopg.connect(own.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("revoke select on alembic_version from {}").format(sql.Identifier(APP_ROLE)))
    with pytest.raises(Unavailable, match="vivavoce db upgrade"):
        await needs_upgrade(own.app_alone)


def test_the_application_owns_nothing_there(own: Own) -> None:
    upgrade(own.both)
    with psycopg.connect(own.app_url) as application:
        owned = application.execute("select count(*) from pg_class where relowner = current_user::regrole").fetchone()
    assert owned == (0,)
