"""How long the server takes for each page of the console, at a merchant with many interviews and results.

    make bench-console                    (about five minutes; ARGS="--interviews 100 --results 1000" for a look,
                                           ARGS="--only results/" for the pages whose address begins like that)

    pages    the whole app in one process, called without a socket, on an embedded PostgreSQL of its own that holds
             10,000 interviews, 100,000 people with a result each and 5,000,000 events of one merchant, and 300 results
             of 45 minutes with every word; each page (bench/console_pages.py) is asked for so many times one after the
             other, after one to warm up. Of a table as CSV, its first 500 rows; of a stream, its first word
    home anew   the first page with its figures counted each time, which are else kept for a minute
    processor   what the page took of ours and of the database's processors, on average: unlike seconds it says the same
                while the machine is busy with something else
    weight   all script and style of the console, gzipped: more than any one page of it loads

The floor: 100 ms at the 95th percentile for every page, 90 kB of script and style.
"""

import argparse
import asyncio
import gzip
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from starlette.types import ASGIApp

from bench.console_filling import Filled, fill
from bench.console_pages import TimedPage, pages_of
from bench.create import cpu_seconds
from tests.builders import a_house, a_standing, store_in
from tests.console import Seated, sit
from tests.laid import a_folder
from tests.whole import an_app
from vivavoce.cli.serve import calm_collector
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import open_database
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade
from vivavoce.web.console import home
from vivavoce.web.statics import STATIC

FLOOR_MS = 100.0
FLOOR_BYTES = 90_000
# What one page or another of the console loads: all of its own, and what it shares with candidates' pages.
SHARED = ("look/tokens.css", "look/look.css", "look/interviewer.css")


def main() -> None:
    """Prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--interviews", type=int, default=10_000)
    parser.add_argument("--results", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--only", default="", help="pages whose address begins like this")
    asked = parser.parse_args()
    weight = weigh()
    print(f"weight   {weight / 1000:.1f} kB of script and style, gzipped (floor {FLOOR_BYTES / 1000:.0f})")
    with a_folder() as folder, hold(folder, say=lambda _: None) as server:
        address = embedded_address(server.socket_dir, server.database)
        upgrade(address)
        worst = asyncio.run(_time(folder, address, asked))
    holds = worst <= FLOOR_MS and weight <= FLOOR_BYTES
    print(f"worst    {worst:.0f} ms at the 95th percentile: the floor {'holds' if holds else 'does not hold'}")
    sys.exit(0 if holds else 1)


def weigh() -> int:
    """Bytes of script and style, gzipped, if one page loaded them all."""
    own = [file for file in (STATIC / "console").rglob("*") if file.suffix in (".js", ".css")]
    files = [*own, *(STATIC / name for name in SHARED)]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What pages are asked of, by whom, how often; admin: sees which processes serve the database."""

    app: ASGIApp
    seated: Seated
    admin: "psycopg.Connection[Any]"
    times: int


async def _time(folder: Path, address: DatabaseAddress, asked: argparse.Namespace) -> float:
    async with open_database(address, connections=4) as database, a_standing(address) as standing:
        house = await a_house(database)
        seated = await sit(database, house)
        with psycopg.connect(address.admin_url, autocommit=True) as admin:
            filled = await fill(
                database, house, admin, interviews=asked.interviews, results=asked.results, events=asked.events
            )
            app = an_app(database, standing, recordings=store_in(folder))
            calm_collector()  # as `vivavoce serve` does: else it walks all that is loaded in one round of five
            bench = Bench(app=app, seated=seated, admin=admin, times=asked.times)
            return await time_pages(bench, filled, only=asked.only)


async def time_pages(bench: Bench, filled: Filled, *, only: str) -> float:
    """Prints each page's figures; the worst 95th percentile, in milliseconds. only: how their addresses begin."""
    worst = 0.0
    for page in pages_of(filled):
        if page.told.startswith(only):
            worst = max(worst, await _time_page(bench, page))
    if not only:
        home.FIGURES_FOR = timedelta(0)
        worst = max(worst, await _time_page(bench, TimedPage(path="", told="home anew")))
    return worst


async def _time_page(bench: Bench, page: TimedPage) -> float:
    address = page.path if page.path.startswith("/") else bench.seated.url(page.path)
    took, worked = [], 0.0
    for turn in range(bench.times + 1):
        if turn == 1:
            worked = _processor_seconds(bench.admin)
        status, seconds = await _call(bench.app, address, bench.seated.headers, chunks=page.chunks)
        took.append(seconds * 1000)
        assert status in (200, 303), f"{address}: {status}"
    worked = (_processor_seconds(bench.admin) - worked) * 1000 / bench.times
    took = sorted(took[1:])
    late = took[min(len(took) - 1, round(len(took) * 0.95))]
    told = f"{statistics.median(took):6.0f} ms, 95th {late:6.0f} ms, processor {worked:6.1f} ms"
    print(f"pages    {page.told:66} {told}", flush=True)
    return late


def _processor_seconds(admin: "psycopg.Connection[Any]") -> float:
    """What this process has taken until now, and those of the database that serve it."""
    serving = admin.execute(
        "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
    ).fetchall()
    return time.process_time() + sum(cpu_seconds(process_id) for (process_id,) in serving)


async def _call(app: ASGIApp, address: str, headers: dict[str, str], *, chunks: int | None) -> tuple[int, float]:
    """The status, and after how many seconds so many pieces of the body, or all, were there; the caller leaves then."""
    path, _, query = address.partition("?")
    has_asked, is_there, left, status, took = asyncio.Event(), asyncio.Event(), chunks, 0, 0.0
    began = time.perf_counter()

    async def receive() -> dict[str, Any]:
        if not has_asked.is_set():
            has_asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await is_there.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal left, status, took
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            left = None if left is None else left - 1
            if not is_there.is_set() and (left == 0 or not message.get("more_body")):
                took = time.perf_counter() - began
                is_there.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"interviews.example"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
        "client": ("127.0.0.1", 50000),
        "server": ("interviews.example", 80),
    }
    await app(scope, receive, send)
    return status, took


if __name__ == "__main__":
    main()
