"""Databases of a test's own, beside the one that the tests share."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from vivavoce.db.address import DatabaseAddress


@contextmanager
def empty_database(address: DatabaseAddress) -> Iterator[DatabaseAddress]:
    """A new database on the same server, with nothing in it; dropped at the end, whoever is still connected."""
    name = f"beside_{secrets.token_hex(4)}"
    with psycopg.connect(address.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield DatabaseAddress(
            app_url=_with_database(address.app_url, name),
            admin_url=_with_database(address.admin_url, name),
            takes_role=address.takes_role,
        )
    finally:
        with psycopg.connect(address.admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
