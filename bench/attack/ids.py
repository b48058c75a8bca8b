"""Foreign ids: over every call and every id that it takes, another merchant's is answered like one that is not there.

The calls and their ids are those of tests/contract/furnished.py, which a test holds complete.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

from bench.attack.ground import Ground, shorten
from bench.attack.seen import Seen
from tests.builders import a_house
from tests.contract.furnished import ROWS, Furnished, Kind, furnish
from tests.contract.places import has, put
from tests.talking import begin_interview
from vivavoce.api.routes import PREFIX, ROUTES
from vivavoce.db.database import open_database

PAGES = ("", "start", "results", "results/film", "again")
POSTED_PAGES = ("start", "results/correct", "results/hand-in", "results/help", "say")


def attack(ground: Ground) -> list[Seen]:
    """How often status or body tell a foreign id from a random one."""
    with ground.server() as running:
        tried, differences = asyncio.run(_attack(ground, running.url))
        opened = begin_interview(running, ground.victim, by="type")
        theirs = begin_interview(running, ground.bystander, by="type")
        tried_pages, told = _visit(running.url, opened.headers, theirs.attempt_id)
    return [
        Seen(
            attack="foreign ids",
            tried=f"{tried} pairs of calls, {tried_pages} of pages",
            limit="0 differences",
            seen=f"{len(differences) + len(told)} differences"
            + (f": {shorten([*differences, *told])}" if differences or told else ""),
            is_held=not differences and not told and tried > 0,
        )
    ]


async def _attack(ground: Ground, url: str) -> tuple[int, list[str]]:
    with ground.address() as address:
        async with open_database(address, connections=2) as database:
            ours = await furnish(database, await a_house(database))
            theirs = await furnish(database, await a_house(database))
    differences: list[str] = []
    tried = 0
    async with httpx.AsyncClient(base_url=url + PREFIX, timeout=30, trust_env=False) as client:
        for method, path, place, kind in _places():
            good = _naming(path, place, ours)
            headers = ours.house.authorization()
            answers = [
                await _call(client, method, path, put(good, place, value), headers)
                for value in (theirs[kind], str(uuid4()))
            ]
            tried += 1
            foreign, absent = answers
            if foreign != absent or 200 <= foreign[0] < 300:
                differences.append(f"{method} {path} {place}")
    return tried, differences


def _places() -> Iterator[tuple[str, str, str, Kind]]:
    for route in ROUTES:
        for method in set(route.methods) - {"HEAD"}:
            for place, kind in ROWS[route.path].ids.items():
                yield method, route.path, place, kind


def _naming(path: str, place: str, own: Furnished) -> dict[str, Any]:
    """The first good request that has this place; else the first, into which it is put."""
    row = ROWS[path]
    if place in row.refused:
        return row.refused[place](own)
    requests = [make(own) for make in row.good]
    return next((request for request in requests if has(request, place)), requests[0])


async def _call(
    client: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], headers: dict[str, str]
) -> tuple[int, bytes]:
    if method == "GET":
        answer = await client.get(path, params=sent, headers=headers)
    else:
        answer = await client.post(path, json=sent, headers=headers)
    return answer.status_code, answer.content


def _visit(url: str, headers: dict[str, str], attempt_id: str) -> tuple[int, list[str]]:
    """Another's attempt beside a random one, by the pages, as somebody who has an attempt of their own."""
    tried, differences = 0, []
    absent_id = str(uuid4())
    with httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False) as client:

        def ask(method: str, named: str, page: str) -> tuple[int, bytes]:
            content: dict[str, Any] = {"json": {"kind": "arrive"}} if page == "say" else {"data": {"way": "type"}}
            answer = client.request(method, f"/interview/{named}/{page}", **(content if method == "POST" else {}))
            return answer.status_code, answer.content.replace(named.encode(), b"ID")

        for method, page in [*(("GET", page) for page in PAGES), *(("POST", page) for page in POSTED_PAGES)]:
            tried += 1
            with contextlib.suppress(httpx.HTTPError):
                foreign, absent = ask(method, attempt_id, page), ask(method, absent_id, page)
                if foreign != absent or 200 <= foreign[0] < 300:
                    differences.append(f"{method} /interview/ID/{page}")
    return tried, differences
