"""Bringing a database to this version: the application's role, then the migrations, all or nothing.

Run by `vivavoce db upgrade`, and by `serve` before it takes calls when `needs_upgrade` says so. It imports SQLAlchemy
for Alembic, so the server runs it in a process of its own and stays small.
"""

import contextlib
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from vivavoce.db.address import APP_ROLE, DatabaseAddress
from vivavoce.errors import Unavailable, VivavoceError


def upgrade(address: DatabaseAddress) -> None:
    """Make the role and run what is missing; safe when several programs do it at once.

    Raises Unavailable when the server can't be reached, is older than 15, or the role may not do this; the text says
    what to do.
    """
    try:
        with psycopg.connect(address.admin_url, autocommit=True) as connection:
            _refuse_old(connection)
            _prepare_role(connection, is_login=not address.takes_role, app_url=address.app_url)
        _migrate(address)
    except psycopg.Error as error:
        raise _explain(error) from error
    except DBAPIError as error:
        raise _explain(error.orig or error) from error


def _refuse_old(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    oldest = 150000
    if connection.info.server_version < oldest:
        raise Unavailable(f"PostgreSQL 15 or newer is needed; this is {connection.info.server_version // 10000}.")


def _prepare_role(connection: "psycopg.Connection[tuple[object, ...]]", *, is_login: bool, app_url: str) -> None:
    """The role that owns nothing. Roles belong to the server: another database may make it at the same time."""
    role = sql.Identifier(APP_ROLE)
    if connection.execute("select 1 from pg_roles where rolname = %s", (APP_ROLE,)).fetchone() is None:
        login = sql.SQL("login" if is_login else "nologin")
        with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            # The other one made it in between, which is what we wanted.
            connection.execute(
                sql.SQL("create role {} {} nosuperuser nobypassrls nocreatedb nocreaterole").format(role, login)
            )
    elif is_login:
        connection.execute(sql.SQL("alter role {} login").format(role))
    if not is_login:
        _let_into_role(connection, role, app_url)


def _let_into_role(connection: "psycopg.Connection[tuple[object, ...]]", role: sql.Identifier, app_url: str) -> None:
    comer = psycopg.conninfo.conninfo_to_dict(app_url).get("user") or connection.info.user
    may = connection.execute(
        "select pg_has_role(%s, %s, 'set')"
        if connection.info.server_version >= 160000
        else "select pg_has_role(%s, %s, 'member')",
        (comer, APP_ROLE),
    ).fetchone()
    if may is None or not may[0]:
        connection.execute(sql.SQL("grant {} to {}").format(role, sql.Identifier(str(comer))))


def _migrate(address: DatabaseAddress) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address.admin_url))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def _explain(error: BaseException) -> VivavoceError:
    match error:
        case psycopg.errors.InsufficientPrivilege():
            return Unavailable(
                f"The database role may not do this: {_first_line(error)} Give VIVAVOCE_DATABASE_ADMIN_URL a role "
                f"that owns the database, and let an administrator run once: CREATE ROLE {APP_ROLE} NOLOGIN; GRANT "
                f"{APP_ROLE} TO <both roles>;"
            )
        case psycopg.OperationalError():
            return Unavailable(f"The database can't be reached: {_first_line(error)} Check VIVAVOCE_DATABASE_URL.")
        case _:
            return VivavoceError(f"The database could not be upgraded, and was left as it was: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") + "."
