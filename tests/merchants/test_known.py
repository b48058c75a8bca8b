"""A token is good for a merchant that exists: on every call, and from the moment that there is one."""

from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from tests.builders import House, a_body
from vivavoce.api.routes import PREFIX, ROUTES
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.errors import NotAuthenticated
from vivavoce.merchants.known import KnownMerchants
from vivavoce.merchants.register import add_merchant
from vivavoce.merchants.tokens import Role


@pytest.mark.parametrize("role", Role)
async def test_a_well_signed_token_of_no_merchant_is_refused_everywhere(
    client: httpx.AsyncClient, house: House, role: Role
) -> None:
    nobodys = replace(house, merchant=replace(house.merchant, id=uuid4()))
    for route in ROUTES:
        for method in route.methods:
            answer = await client.request(
                method, PREFIX + route.path, headers=nobodys.authorization(role), json=a_body(house)
            )
            assert answer.status_code == 401, (route.path, method, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert method == "HEAD" or "does not exist" in answer.json()["error"]


async def test_a_merchant_is_known_as_soon_as_there_is_one(database: Database) -> None:
    known = KnownMerchants(database)
    merchant = await add_merchant(database, name="New", slug=f"new-{uuid4().hex[:12]}", parent_id=None, portals=())
    await known.require(merchant.id)
    for _ in range(2):  # what was not found is not remembered either
        with pytest.raises(NotAuthenticated):
            await known.require(uuid4())


async def test_a_merchant_that_was_found_is_not_asked_for_again(address: DatabaseAddress, house: House) -> None:
    async with open_database(address, connections=1) as database:
        known = KnownMerchants(database)
        await known.require(house.merchant.id)
    await known.require(house.merchant.id)  # though the database is closed now
