"""The whole app in this process, and calls to it without a socket in between."""

from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.builders import KEYS
from vivavoce.app import make_app
from vivavoce.db.database import Database
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import TokenReader

ADDRESS = "http://interviews.example"


def an_app(database: Database, standing: MerchantStanding, **changes: Any) -> ASGIApp:
    """The app at ADDRESS. changes: what `make_app` takes besides, or instead."""
    tokens = TokenReader(secret=KEYS.jwt, standing=standing)
    given = {"keys": KEYS, "public_url": ADDRESS, **changes}
    return make_app(database=database, standing=standing, tokens=tokens, **given)


def calls_to(app: ASGIApp, *, at: str = ADDRESS, client: str = "127.0.0.1", **changes: Any) -> httpx.AsyncClient:
    """A browser at this address. client: where it calls from. changes: what httpx takes besides."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(client, 4711))
    return httpx.AsyncClient(transport=transport, base_url=at, **changes)
