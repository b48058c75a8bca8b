"""Lists read as many rows as they show, however many there are: counted in what PostgreSQL says that it did."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from tests.builders import House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts import figures, fortnight, people, tasks
from vivavoce.attempts import listing as results
from vivavoce.attempts.listing import list_results
from vivavoce.attempts.people import PeopleTab
from vivavoce.candidates import named
from vivavoce.candidates.links import Seat
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Connection, Database
from vivavoce.db.pages import RowRange
from vivavoce.events.read import EVENTS_OF, read_events_of
from vivavoce.interviews import listing
from vivavoce.interviews.draft import Kind, Status, Visibility
from vivavoce.interviews.listing import list_interviews, list_open
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT

MANY = 10_000
SMALL = 300  # merchants with a row or two each, as a platform has them beside a large one
TABLES = ("interviews", "tasks", "candidates", "invitations", "attempts", "events")
TURNS = 20
MOST_VACUUMS = 60
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
KINDS = [kind.value for kind in Kind]
# As wide as real ones, so that reading a whole table costs what it costs. Every second one has closed, every fourth
# closes tomorrow.
ADD = """
insert into interviews (merchant_id, id, environment, name, kind, status, visibility, language, speech_locale,
    template_id, settings, created_by, description, updated_at, closes_at)
select merchant_id, gen_random_uuid(), environment, name || number, kind, status, 'listed', language, speech_locale,
    template_id, settings, created_by, repeat('What the role is. ', 80), updated_at + number * interval '1 second',
    case when number % 2 = 0 then $2::timestamptz - interval '1 day'
         when number % 4 = 1 then $2::timestamptz + interval '1 day' end
from interviews, generate_series(1, $3::int) as number where id = $1
"""
ADD_TASKS = """
insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, text, created_at)
select $1, gen_random_uuid(), 'production', 'person_wanted', $2, $3, repeat('I would rather talk. ', 40),
    $4::timestamptz + number * interval '1 second'
from generate_series(1, $5::int) as number
"""
# Each of somebody else; every third one has been scored.
ADD_PEOPLE = """
insert into candidates (merchant_id, id, name, email)
select $1, ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, 'Person ' || number,
    'person-' || number || '@example.org'
from generate_series(1, $2::int) as number
"""
ADD_INVITATIONS = """
insert into invitations (merchant_id, id, interview_id, candidate_id, environment, expires_at)
select $1, gen_random_uuid(), $2, ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, 'production',
    $3::timestamptz + interval '30 days'
from generate_series(1, $4::int) as number
"""
ADD_EVENTS = """
insert into events (merchant_id, id, environment, kind, subject_id, actor)
select merchant_id, gen_random_uuid(), 'production', 'answer.corrected', id, 'test'
from attempts, generate_series(1, 2) where merchant_id = $1 and id <> $2
"""
ONE_OF_MANY = """
select subject_id from events where merchant_id = current_setting('app.merchant_id')::uuid and kind = 'answer.corrected'
limit 1
"""
ADD_ATTEMPTS = """
insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, number, is_test, state, seed,
    begun_at, created_at, updated_at, score)
select merchant_id, gen_random_uuid(), interview_id, revision,
    ('00000000-0000-7000-8000-' || lpad(to_hex(person), 12, '0'))::uuid, environment, 1, false, state, seed,
    begun_at, created_at + person * interval '1 second', updated_at + person * interval '1 minute',
    case when person % 3 = 0 then (person % 100) / 10.0 end
from attempts, generate_series($2::int, $3::int) as person where id = $1
"""


# Of a table: what is written in a row; the rest is counted or computed by itself.
COLUMNS = """
select attname as name from pg_attribute left join pg_attrdef on (adrelid, adnum) = (attrelid, attnum)
where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
    and coalesce(pg_get_expr(adbin, adrelid), '') not like 'nextval%%'
"""


WHO_LOOKS = """
select pid, backend_type, state, backend_xid, backend_xmin, now() - xact_start, left(query, 300) from pg_stat_activity
where (backend_xid is not null or backend_xmin is not null) and pid <> pg_backend_pid()
"""


@pytest.fixture(scope="module")
async def large(database: Database, address: DatabaseAddress) -> AsyncIterator[House]:
    """A merchant with ten thousand interviews, and as many tasks and results; and three hundred small ones."""
    house = await a_house(database)
    interview_id = await an_interview(database, house)
    seat = await a_seat(database, house, interview_id)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(ADD, interview_id, NOW, MANY)
        await connection.execute(ADD_TASKS, house.merchant.id, interview_id, seat.candidate_id, NOW, MANY)
    # A table that holds one merchant's rows alone is read whole, and rightly so.
    other = await a_house(database)
    other_seat = await a_seat(database, other, await an_interview(database, other))
    with psycopg.connect(address.admin_url, autocommit=True) as admin:
        await _add_results(database, admin, {seat: MANY, other_seat: 2 * MANY})
        # Nobody waits for the disk in this database (tests/conftest.py), and what has not reached it yet counts for no
        # index: this commit waits, and all before it are there.
        admin.execute("set synchronous_commit = on")
        small = await _add_small(database, admin)
        for table in TABLES:
            await _settle(admin, table)
        yield house
        _remove(admin, small)


async def _add_small(database: Database, admin: "psycopg.Connection[Any]") -> list[UUID]:
    """Rows of so many merchants, who are no merchants otherwise: copies of what a small one has."""
    house = await a_house(database)
    seat = await a_seat(database, house, await an_interview(database, house))
    await an_attempt(database, seat)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(ADD_TASKS, house.merchant.id, seat.interview_id, seat.candidate_id, NOW, 1)
    small = [uuid4() for _ in range(SMALL)]
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")  # nothing looks for the merchants
        for table in TABLES:
            names = [row[0] for row in admin.execute(COLUMNS, [table]) if row[0] != "merchant_id"]
            copy = sql.SQL(
                "insert into {table} (merchant_id, {names}) select small.merchant_id, {read} from {table},"
                " unnest(%s::uuid[]) as small (merchant_id) where {table}.merchant_id = %s"
            ).format(
                table=sql.Identifier(table),
                names=sql.SQL(", ").join(sql.Identifier(name) for name in names),
                read=sql.SQL(", ").join(sql.Identifier(table, name) for name in names),
            )
            admin.execute(copy, [small, house.merchant.id])
    return small


def _remove(admin: "psycopg.Connection[Any]", merchant_ids: list[UUID]) -> None:
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        for table in TABLES:
            statement = sql.SQL("delete from {} where merchant_id = any(%s)").format(sql.Identifier(table))
            admin.execute(statement, [merchant_ids])


async def _settle(admin: "psycopg.Connection[Any]", table: str) -> None:
    """Until every page counts as seen by all: while anybody's snapshot is open, as autovacuum's own, some do not."""
    for _ in range(MOST_VACUUMS):
        # Where few rows are dead, their entries in indexes stay, and with them their pages are not seen by all.
        admin.execute(f"vacuum (analyze, index_cleanup on) {table}")
        found = admin.execute("select relallvisible >= relpages from pg_class where relname = %s", [table]).fetchone()
        if found == (True,):
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"{table} is not seen by all: {admin.execute(WHO_LOOKS).fetchall()}")


async def _add_results(database: Database, admin: "psycopg.Connection[Any]", counts: dict[Seat, int]) -> None:
    """As many of each merchant. They come in turns, or reading all of a merchant's would be reading on in the table."""
    attempts = {seat: await an_attempt(database, seat) for seat in counts}
    for seat, count in counts.items():
        async with database.tenant(seat.merchant_id) as connection:
            await connection.execute(ADD_PEOPLE, seat.merchant_id, count)
        # A connection looks references up as it planned to when the table was small, until that is counted anew: of so
        # many at once, each would read all of it.
        admin.execute("analyze candidates")
        async with database.tenant(seat.merchant_id) as connection:
            await connection.execute(ADD_INVITATIONS, seat.merchant_id, seat.interview_id, NOW, count)
    admin.execute("analyze interviews, invitations")
    for turn in range(TURNS):
        for seat, count in counts.items():
            first, last = turn * count // TURNS + 1, (turn + 1) * count // TURNS
            async with database.tenant(seat.merchant_id) as connection:
                await connection.execute(ADD_ATTEMPTS, attempts[seat], first, last)
    for seat, attempt_id in attempts.items():
        async with database.tenant(seat.merchant_id) as connection:
            await connection.execute(ADD_EVENTS, seat.merchant_id, attempt_id)


async def rows_read(connection: Connection, statement: str, *arguments: Any, of: str) -> int:
    """How many rows of a table it looks at; what it finds in an index alone is none.

    Of one table, since what is joined to it may be read through as well as looked up, and other tests fill that, too.
    """
    # As on a disk of today: by PostgreSQL's own figure, for old ones, so small a table is read whole.
    await connection.execute("set local random_page_cost = 1.1")
    plan = json.loads(await connection.fetchval(f"explain (analyze, format json) {statement}", *arguments))
    return sum(_rows_of(node) for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") == of)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for one in node.get("Plans", ()):
        yield from _nodes(one)


def _rows_of(node: dict[str, Any]) -> int:
    if node["Node Type"] == "Index Only Scan":
        return int(node["Heap Fetches"])
    looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return int(looked_at * node["Actual Loops"])


@pytest.mark.slow
@pytest.mark.parametrize("has_before", [False, True])
async def test_the_public_page_reads_what_it_shows(database: Database, large: House, has_before: bool) -> None:
    async with database.tenant(large.merchant.id) as connection:
        before = UUID("80000000-0000-4000-8000-000000000000") if has_before else None
        given = (DEFAULT_ENVIRONMENT, NOW, before, KINDS)
        assert await rows_read(connection, listing.LIST_OPEN, *given, 51, of="interviews") == 51
        most = listing.MOST_COUNTED + 1
        assert await rows_read(connection, listing.COUNT_OPEN, *given, most, of="interviews") <= 1001
        page = await list_open(
            connection, environment=DEFAULT_ENVIRONMENT, kinds=list(Kind), now=NOW, before=before, limit=50
        )
    assert (len(page.rows), page.total, page.has_more) == (50, None, True)


@pytest.mark.slow
@pytest.mark.parametrize("offset", [0, 5000, 9_990])
async def test_the_list_of_interviews_reads_what_it_shows(database: Database, large: House, offset: int) -> None:
    statuses = [status.value for status in Status if status is not Status.DELETED]
    given = (DEFAULT_ENVIRONMENT, Kind.INTERVIEW.value, statuses, 50, offset)
    async with database.tenant(large.merchant.id) as connection:
        assert await rows_read(connection, listing.LIST, *given, of="interviews") <= 50
        page = await list_interviews(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            kind=Kind.INTERVIEW,
            status=None,
            name_part=None,
            window=RowRange(limit=50, offset=offset),
        )
    assert (len(page.rows), page.total) == (min(50, MANY + 1 - offset), MANY + 1)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["open", None])
@pytest.mark.parametrize("offset", [0, 9_000])
async def test_the_list_of_tasks_reads_what_it_shows(
    database: Database, large: House, state: str | None, offset: int
) -> None:
    async with database.tenant(large.merchant.id) as connection:
        assert await rows_read(connection, tasks.LIST, DEFAULT_ENVIRONMENT, state, None, 50, offset, of="tasks") <= 50


@pytest.mark.slow
@pytest.mark.parametrize("order", results.SortOrder)
@pytest.mark.parametrize("offset", [0, 9_000])
async def test_the_list_of_results_reads_what_it_shows(
    database: Database, large: House, order: results.SortOrder, offset: int
) -> None:
    async with database.tenant(large.merchant.id) as connection:
        asked = await results.query_all(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            wanted=results.ResultFilter(),
            order=order,
            window=RowRange(limit=50, offset=offset),
        )
        assert await rows_read(connection, asked.statement, *asked.arguments, of="attempts") <= 50
        page = await list_results(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            wanted=results.ResultFilter(),
            order=order,
            window=RowRange(limit=50, offset=offset),
        )
    assert (len(page.rows), page.total) == (50, MANY + 1)


@pytest.mark.slow
@pytest.mark.parametrize("order", [one for one in results.SortOrder if one is not results.SortOrder.SCORE])
async def test_by_key_every_result_comes_once(database: Database, large: House, order: results.SortOrder) -> None:
    seen: list[UUID] = []
    after: results.ListPlace | None = None
    async with database.tenant(large.merchant.id) as connection:
        while rows := await results.list_results_from(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            wanted=results.ResultFilter(),
            order=order,
            after=after,
            limit=3_000,
        ):
            seen += [row.attempt_id for row in rows]
            after = results.place_of(rows[-1], order)
    assert len(seen) == len(set(seen)) == MANY + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "most", "total"),
    [
        # 77, 770 to 779, 7700 to 7799: each of theirs, and nobody else's name.
        (results.ResultFilter(person_part="SON 77"), 500, 1 + 10 + 100),
        (results.ResultFilter(person_part="nobody is called this"), 10, 0),
        # Everybody's: whoever comes by is asked for their name, until the page is full.
        (results.ResultFilter(person_part="erson"), 500, None),
        *((results.ResultFilter(tab=tab), 500, None) for tab in results.ResultTab),
        (results.ResultFilter(emoji="nothing"), 500, None),
        (results.ResultFilter(kind=Kind.ASSESSMENT), 500, None),
    ],
    ids=str,
)
async def test_a_page_of_results_by_key_reads_what_it_shows(
    database: Database, large: House, wanted: results.ResultFilter, most: int, total: int | None
) -> None:
    async with database.tenant(large.merchant.id) as connection:
        for order in (results.SortOrder.NEWEST, results.SortOrder.OLDEST, results.SortOrder.CHANGED):
            asked = await results.query_from(
                connection, environment=DEFAULT_ENVIRONMENT, wanted=wanted, order=order, after=None, limit=51
            )
            for table in ("attempts", "candidates"):
                assert await rows_read(connection, asked.statement, *asked.arguments, of=table) <= most, (order, table)
        page = await list_results(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            wanted=wanted,
            order=results.SortOrder.NEWEST,
            window=RowRange(limit=1, offset=0),
        )
        counted = await results.count_results(connection, environment=DEFAULT_ENVIRONMENT, wanted=wanted, most=99)
    assert total is None or page.total == total
    assert counted == min(page.total, 99)


@pytest.mark.slow
async def test_whom_a_part_of_a_name_fits_is_found_in_the_index_alone(database: Database, large: House) -> None:
    async with database.tenant(large.merchant.id) as connection:
        for part in ("SON 77", "nobody is called this", "n-9999@"):
            assert await rows_read(connection, named.NAMED, part, named.MOST_NAMED + 1, of="candidates") == 0, part
        assert len(await named.find_named(connection, "SON 77") or ()) == 1 + 10 + 100
        assert await named.find_named(connection, "erson") is None


@pytest.mark.slow
async def test_the_figures_of_the_first_page_read_indexes_alone(database: Database, large: House) -> None:
    async with database.tenant(large.merchant.id) as connection:
        assert await rows_read(connection, figures.ATTEMPTS, DEFAULT_ENVIRONMENT, of="attempts") == 0
        assert await rows_read(connection, figures.PEOPLE, DEFAULT_ENVIRONMENT, of="invitations") <= MANY // 100
        for statement in (figures.ATTEMPTS_BY_DAY, figures.PEOPLE_BY_DAY, fortnight.SENT_BY_DAY):
            for table in ("attempts", "invitations"):
                assert await rows_read(connection, statement, DEFAULT_ENVIRONMENT, NOW, of=table) == 0, statement
        assert (await figures.count_figures(connection, environment=DEFAULT_ENVIRONMENT, now=NOW)).attempts == MANY + 1


@pytest.mark.slow
async def test_the_history_of_a_result_reads_its_own_events(database: Database, large: House) -> None:
    async with database.tenant(large.merchant.id) as connection:
        attempt_id = await connection.fetchval(ONE_OF_MANY)
        events = await read_events_of(connection, attempt_id)
        assert await rows_read(connection, EVENTS_OF, attempt_id, of="events") == len(events) == 2


@pytest.mark.slow
@pytest.mark.parametrize("tab", PeopleTab)
async def test_people_are_looked_at_up_to_a_bound_and_each_comes_once(
    database: Database, large: House, tab: PeopleTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "LOOKED_AT", 3_000)
    async with database.tenant(large.merchant.id) as connection:
        statement = people.list_statement(tab, by_interview=False, by_text=False)
        given = (DEFAULT_ENVIRONMENT, None, None, 50, 3_000, 51)
        assert await rows_read(connection, statement, *given, of="candidates") <= 3_000 + 50
        assert await rows_read(connection, statement, *given, of="attempts") <= 50
        assert await rows_read(connection, statement, *given, of="invitations") == 0
        seen: list[UUID] = []
        after, pages = None, 0
        while pages == 0 or after is not None:
            page = await people.list_people(
                connection,
                environment=DEFAULT_ENVIRONMENT,
                tab=tab,
                interview_id=None,
                person_part=None,
                after=after,
                limit=900,
            )
            seen += [row.id for row in page.rows]
            after, pages = page.next_after, pages + 1
        named_77 = await people.list_people(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            tab=tab,
            interview_id=None,
            person_part="SON 77",
            after=None,
            limit=50,
        )
    assert len(seen) == len(set(seen))
    # Every person has begun; the seat that all of them were copied from has, too.
    assert len(seen) == (MANY + 1 if tab in (PeopleTab.ALL, PeopleTab.UNDER_WAY) else 0)
    assert (named_77.count, named_77.is_cut) == (111 if seen else 0, False)


@pytest.mark.slow
async def test_the_public_list_holds_what_is_open_now(database: Database, house: House) -> None:
    async def add(till: str | None) -> UUID:
        draft = a_draft(house, visibility=Visibility.LISTED, settings={"available_till": till})
        return await an_interview(database, house, draft)

    ends = [
        "2026-11-24",
        "2026-11-25",
        None,
        "2026-11-25T09:00:00Z",
        "2026-11-25T09:00:01",
        "2026-11-25T10:00:00+02:00",
    ]
    closed_yesterday, today, never, now_on_the_dot, in_a_second, an_hour_ago = [await add(till) for till in ends]
    async with database.tenant(house.merchant.id) as connection:
        shown: list[UUID] = []
        before = None
        for _ in range(3):
            page = await list_open(
                connection, environment=DEFAULT_ENVIRONMENT, kinds=list(Kind), now=NOW, before=before, limit=1
            )
            assert page.total == 3 - len(shown)
            assert page.has_more == (len(shown) < 2)
            shown += [one.id for one in page.rows]
            before = shown[-1]
    assert shown == [in_a_second, never, today]
    assert not {closed_yesterday, now_on_the_dot, an_hour_ago} & set(shown)
