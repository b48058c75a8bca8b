"""How long the server takes for each page of the console, at a merchant with many interviews and results.

    make bench-console                    (about three minutes; ARGS="--interviews 100 --results 1000" for a look)

    pages    the whole app in one process, called without a socket, on an embedded PostgreSQL of its own that holds
             10,000 interviews, 100,000 people with a result each and 5,000,000 events of one merchant; each page is
             asked for so many times one after the other, after one to warm up
    weight   what a browser loads of script and style for a page of the console, gzipped

The floor: 100 ms at the 95th percentile for every page, 90 kB of script and style.
"""

import argparse
import asyncio
import gzip
import statistics
import sys
import time
from pathlib import Path

import httpx
import psycopg

from tests.builders import KEYS, a_house, a_standing
from tests.console import Seated, sit
from tests.laid import a_folder
from vivavoce.app import make_app
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import open_database
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade
from vivavoce.merchants.tokens import TokenReader
from vivavoce.web.statics import STATIC

FLOOR_MS = 100.0
FLOOR_BYTES = 90_000
WEIGHED = (
    "look/tokens.css",
    "look/look.css",
    "look/interviewer.css",
    "console/console.css",
    "console/vendor/htmx.min.js",
    "console/console.js",
    "console/forms.js",
    "console/stream.js",
)
PAGES = (
    "",
    "interviews/",
    "interviews/?text=lead+42",
    "interviews/?page=150",
    "interviews/{interview}/",
    "interviews/{interview}/edit",
    "candidates/",
    "candidates/?tab=sent",
    "candidates/?text=person+4242",
    "candidates/?interview={interview}",
    "candidates/{candidate}/",
    "live/",
    "team/",
)

INTERVIEWS = """
insert into interviews (merchant_id, id, environment, name, location, kind, status, visibility, language,
    speech_locale, template_id, settings, created_by, updated_at)
select %(m)s, gen_random_uuid(), 'production', 'Shift lead ' || n, 'Harbour Road', 'interview',
    case n %% 4 when 0 then 'draft' else 'active' end, 'unlisted', 'en', 'en-US', %(t)s, '{}', 'bench',
    now() - n * interval '1 minute'
from generate_series(1, %(interviews)s) as n
"""
STEPS = """
insert into steps
    (merchant_id, id, interview_id, place, text, answered_by, is_conditional, is_scored, is_expert, detail)
select merchant_id, gen_random_uuid(), interviews.id, place, 'Question ' || place, 'open', false, true, false, '{}'
from interviews, generate_series(1, 8) as place where merchant_id = %(m)s
"""
VERSIONS = """
insert into versions (merchant_id, interview_id, revision, definition)
select merchant_id, id, 1, '{"steps": [1, 2, 3]}' from interviews where merchant_id = %(m)s
"""
CANDIDATES = """
insert into candidates (merchant_id, id, name, email, created_at)
select %(m)s, gen_random_uuid(), 'Person ' || n, 'person' || n || '@example.com', now() - n * interval '1 minute'
from generate_series(1, %(results)s) as n
"""
INVITATIONS = """
with numbered as (
    select id, row_number() over () as n from candidates where merchant_id = %(m)s
), chosen as (
    select id, row_number() over () as n from interviews where merchant_id = %(m)s and status = 'active'
)
insert into invitations (merchant_id, id, interview_id, candidate_id, environment, expires_at)
select %(m)s, gen_random_uuid(), chosen.id, numbered.id, 'production', now() + interval '30 days'
from numbered join chosen on chosen.n = 1 + numbered.n %% (select count(*) from chosen)
"""
ATTEMPTS = """
insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, number, is_test, state, seed,
    begun_at, finished_at, submitted_at, created_at, judged_at, score)
select merchant_id, gen_random_uuid(), interview_id, 1, candidate_id, environment, 1, false,
    case when n %% 20 = 0 then 'begun' else 'submitted' end, n, at, at,
    case when n %% 20 = 0 then null else at end, at, at, n %% 10
from (
    select *, row_number() over () as n, now() - row_number() over () * interval '5 minutes' as at
    from invitations where merchant_id = %(m)s
) as invited
"""
TASKS = """
insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text, state, done_at)
select merchant_id, gen_random_uuid(), 'production', 'answer_candidate', interview_id, candidate_id, id,
    'Is there parking?', case when seed %% 50 = 0 then 'open' else 'done' end,
    case when seed %% 50 = 0 then null else now() end
from attempts where merchant_id = %(m)s and seed %% 10 = 0
"""
EVENTS = """
insert into events (merchant_id, id, environment, kind, subject_id, actor, data)
select attempts.merchant_id, gen_random_uuid(), 'production', 'answer.corrected', attempts.id, 'bench', '{}'
from attempts, generate_series(1, %(each)s) where merchant_id = %(m)s
"""


def main() -> None:
    """Prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--interviews", type=int, default=10_000)
    parser.add_argument("--results", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    asked = parser.parse_args()
    weight = sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in WEIGHED)
    print(f"weight   {weight / 1000:.1f} kB of script and style, gzipped (floor {FLOOR_BYTES / 1000:.0f})")
    with a_folder() as folder, hold(folder, say=lambda _: None) as server:
        address = embedded_address(server.socket_dir, server.database)
        upgrade(address)
        worst = asyncio.run(_time(folder, address, asked))
    holds = worst <= FLOOR_MS and weight <= FLOOR_BYTES
    print(f"worst    {worst:.0f} ms at the 95th percentile: the floor {'holds' if holds else 'does not hold'}")
    sys.exit(0 if holds else 1)


async def _time(folder: Path, address: DatabaseAddress, asked: argparse.Namespace) -> float:
    async with open_database(address, connections=4) as database, a_standing(address) as standing:
        house = await a_house(database)
        seated = await sit(database, house)
        given = {
            "m": house.merchant.id,
            "t": house.template_id,
            "interviews": asked.interviews,
            "results": asked.results,
            "each": max(1, asked.events // asked.results),
        }
        began = time.perf_counter()
        with psycopg.connect(address.admin_url, autocommit=True) as admin:
            for statement in (INTERVIEWS, STEPS, VERSIONS, CANDIDATES, INVITATIONS, ATTEMPTS, TASKS, EVENTS):
                admin.execute(statement, given)
            admin.execute("vacuum analyze")
            interview = admin.execute(
                "select interview_id from attempts where merchant_id = %(m)s limit 1", given
            ).fetchone()
            candidate = admin.execute(
                "select candidate_id from attempts where merchant_id = %(m)s limit 1", given
            ).fetchone()
        assert interview is not None
        assert candidate is not None
        print(f"filled   in {time.perf_counter() - began:.0f} s")
        app = make_app(
            database=database,
            keys=KEYS,
            tokens=TokenReader(secret=KEYS.jwt, standing=standing),
            standing=standing,
            public_url="http://interviews.example",
        )
        transport = httpx.ASGITransport(app=app)
        worst = 0.0
        async with httpx.AsyncClient(transport=transport, base_url="http://interviews.example", timeout=60) as client:
            for page in PAGES:
                path = page.format(interview=interview[0], candidate=candidate[0])
                worst = max(worst, await _time_page(client, seated, path, name=page, times=asked.times))
    return worst


async def _time_page(client: httpx.AsyncClient, seated: Seated, path: str, *, name: str, times: int) -> float:
    """The 95th percentile, in milliseconds."""
    took = []
    for _ in range(times + 1):
        began = time.perf_counter()
        answer = await seated.get(client, path)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    took = sorted(took[1:])
    late = took[min(len(took) - 1, round(len(took) * 0.95))]
    print(f"pages    {name or 'home':40} {statistics.median(took):6.0f} ms, 95th {late:6.0f} ms")
    return late


if __name__ == "__main__":
    main()
