"""No call reaches another merchant, or another environment: a matrix over every route and every id that it takes.

Another's id is answered byte for byte like one that does not exist, and nothing is changed by asking.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from tests.builders import a_house
from tests.contract.furnished import (
    OF_ONE_ENVIRONMENT,
    OTHER_ENVIRONMENT,
    ROWS,
    Furnished,
    Kind,
    fresh,
    furnish,
    row_of,
)
from tests.contract.ours import OURS
from tests.contract.places import has, put
from tests.folding import folded
from vivavoce.api.routes import PREFIX, ROUTES
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id

pytestmark = pytest.mark.slow

TENANT_TABLES = """
select table_name, column_name from information_schema.columns
where table_schema = 'public' and column_name = 'merchant_id' and table_name not like 'procrastinate\\_%'
union select 'merchants', 'id' order by 1
"""
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LOOKS_LIKE_AN_ID = re.compile(r"(^|_)id$")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Us, our other environment, and another merchant, each with one of everything. admin: sees every row."""

    ours: Furnished
    elsewhere: Furnished
    theirs: Furnished
    admin: "asyncpg.Connection[asyncpg.Record]"

    async def rows(self) -> dict[str, list[str]]:
        """Every row of both merchants, by table."""
        merchants = [self.ours.house.merchant.id, self.theirs.house.merchant.id]
        found: dict[str, list[str]] = {}
        for table, column in await self.admin.fetch(TENANT_TABLES):
            rows = await self.admin.fetch(
                f"select to_jsonb(t)::text from {table} t where {column} = any($1) order by 1", merchants
            )
            found[table] = [row[0] for row in rows]
        return found


@pytest.fixture(scope="module")
async def world(database: Database, address: DatabaseAddress) -> AsyncIterator[World]:
    admin = await asyncpg.connect(address.admin_url)
    house = await a_house(database)
    yield World(
        ours=await furnish(database, house),
        elsewhere=await furnish(database, house, environment=OTHER_ENVIRONMENT),
        theirs=await furnish(database, await a_house(database)),
        admin=admin,
    )
    await admin.close()


def matrix() -> Iterator[tuple[str, str, str, str]]:
    """Each route, method and id, for the other merchant and, where a thing has one, the other environment."""
    for route in ROUTES:
        for method in route.methods:
            for place, kind in row_of(route.path).ids.items() if method != "HEAD" else ():
                for whose in ("theirs", "elsewhere") if kind in OF_ONE_ENVIRONMENT else ("theirs",):
                    yield route.path, method, place, whose


def test_every_route_has_its_row() -> None:
    assert set(ROWS) == {route.path for route in ROUTES}


@folded("path", OURS["paths"])
def test_every_id_that_a_route_takes_is_in_its_row(path: str) -> None:
    row = row_of(path)
    listed = {re.sub(r"\[\d+\]", "[0]", place) for place in (*row.ids, *row.handles, *row.own)}
    taken = {place for operation in OURS["paths"][path].values() for place in _ids_of(operation)}
    assert taken - listed == set()


@folded("path, method, place, whose", matrix(), by="path")
async def test_the_id_of_another_is_answered_like_one_that_does_not_exist(
    client: httpx.AsyncClient, world: World, path: str, method: str, place: str, whose: str
) -> None:
    kind = ROWS[path].ids[place]
    good = _naming(path, place, world.ours)
    foreign_id = getattr(world, whose)[kind]
    before = await world.rows()
    foreign = await _call(client, world.ours, method, path, put(good, place, foreign_id))
    absent = await _call(client, world.ours, method, path, put(good, place, str(new_id())))
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
    assert foreign.headers == absent.headers
    assert foreign.status_code == _refusal(path, kind, place)
    assert await world.rows() == before


@folded("path, place", [(path, place) for path, row in ROWS.items() for place in row.handles])
async def test_the_id_of_another_is_as_good_a_handle_as_any_text(
    client: httpx.AsyncClient, database: Database, world: World, path: str, place: str
) -> None:
    foreign, absent = [
        await _call(client, fresh, "POST", path, put(_naming(path, place, fresh), place, handle))
        for handle in (world.theirs[Kind.QUESTION], str(new_id()))
        if (fresh := await furnish(database, await a_house(database)))
    ]
    assert (foreign.status_code, absent.status_code) == (200, 200)
    assert AN_ID.sub("ID", foreign.text) == AN_ID.sub("ID", absent.text)
    assert world.theirs[Kind.QUESTION] not in foreign.text


@pytest.mark.parametrize("path", ROWS)
async def test_one_s_own_ids_are_answered(client: httpx.AsyncClient, database: Database, path: str) -> None:
    """Else the matrix would prove nothing: its requests must be good but for the one id."""
    once = await furnish(database, await a_house(database))
    methods = next(route.methods for route in ROUTES if route.path == path)
    for place, kind in ROWS[path].ids.items():
        for method in set(methods) - {"HEAD"}:
            own = await fresh(database, once, path)
            answer = await _call(client, own, method, path, put(_naming(path, place, own), place, own[kind]))
            assert (answer.status_code == 200) != (place in ROWS[path].refused), (place, answer.text)


async def _call(
    client: httpx.AsyncClient, own: Furnished, method: str, path: str, sent: dict[str, Any]
) -> httpx.Response:
    headers = own.house.authorization()
    if method == "GET":
        return await client.get(PREFIX + path, params=sent, headers=headers)
    return await client.post(PREFIX + path, json=sent, headers=headers)


def _refusal(path: str, kind: Kind, place: str) -> int:
    """403 for a merchant, 404 for the thing that a read asks for, 422 with the name for a reference inside a body."""
    if kind is Kind.MERCHANT:
        return 403
    return ROWS[path].refusal.get(place, 404 if next(r for r in ROUTES if r.path == path).is_read else 422)


def _naming(path: str, place: str, own: Furnished) -> dict[str, Any]:
    """The first good request that has this place; else the first, into which it is put."""
    row = ROWS[path]
    if place in row.refused:
        return row.refused[place](own)
    requests = [make(own) for make in row.good]
    return next((request for request in requests if has(request, place)), requests[0])


# --- The ids that the document names ---------------------------------------------------------------------------------


def _ids_of(operation: dict[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and _is_id(parameter["name"], parameter["schema"]):
            yield parameter["name"]
    if "requestBody" in operation:
        yield from _ids_in(operation["requestBody"]["content"]["application/json"]["schema"], "")


def _ids_in(schema: dict[str, Any], above: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = OURS["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for option in schema.get("anyOf", ()):
        yield from _ids_in(option, above)
    if "items" in schema:
        yield from _ids_in(schema["items"], f"{above}[0]")
    for name, field in schema.get("properties", {}).items():
        place = f"{above}.{name}" if above else name
        if _is_id(name, field):
            yield place
        yield from _ids_in(field, place)


def _is_id(name: str, field: dict[str, Any]) -> bool:
    is_uuid = any(option.get("format") == "uuid" for option in (field, *field.get("anyOf", ())))
    return is_uuid or bool(LOOKS_LIKE_AN_ID.search(name))
