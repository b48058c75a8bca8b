"""Bringing a database of the operator's own to this version, by roles that are no superusers."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from vivavoce.db import state
from vivavoce.db.address import APP_ROLE, DatabaseAddress, given_address
from vivavoce.db.database import open_database
from vivavoce.db.ids import new_id
from vivavoce.db.state import needs_upgrade
from vivavoce.db.upgrade import upgrade
from vivavoce.errors import Unavailable
from vivavoce.events.record import Event, record
from vivavoce.interviews.draft import read_end
from vivavoce.knowledge.word_bits import WORD_ROWS, find_rows, to_word_rows

VERSIONS = Path(state.__file__).with_name("migrations") / "versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A database whose owner is no superuser. app_url: as the application alone."""

    owner_url: str
    app_url: str
    both: DatabaseAddress
    app_alone: DatabaseAddress


@pytest.fixture
def own(address: DatabaseAddress) -> Iterator[Own]:
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
def _embedded(address: DatabaseAddress) -> None:
    if address.takes_role:
        pytest.skip("makes roles and databases: only on the embedded server")


async def test_a_server_without_the_administrators_address_can_tell_its_version(own: Own) -> None:
    upgrade(own.both)
    assert not await needs_upgrade(own.app_alone)


async def test_a_server_without_the_administrators_address_says_what_an_empty_database_lacks(own: Own) -> None:
    assert await needs_upgrade(own.app_alone)
    with pytest.raises(Unavailable, match=r"permission denied.*VIVAVOCE_DATABASE_ADMIN_URL"):
        upgrade(own.app_alone)


@pytest.mark.slow
def test_a_second_upgrade_changes_nothing(own: Own) -> None:
    upgrade(own.both)
    upgrade(own.both)
    upgrade(own.app_alone)


def test_the_owner_alone_is_told_which_role_it_lacks(own: Own) -> None:
    with pytest.raises(Unavailable, match=f"GRANT {APP_ROLE} TO"):
        upgrade(given_address(own.owner_url, None))


def test_an_owner_that_was_let_into_the_role_needs_nobody_else(own: Own, address: DatabaseAddress) -> None:
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


@pytest.mark.slow
def test_the_application_owns_nothing_there(own: Own) -> None:
    upgrade(own.both)
    with psycopg.connect(own.app_url) as application:
        owned = application.execute("select count(*) from pg_class where relowner = current_user::regrole").fetchone()
    assert owned == (0,)


BEFORE_JUDGING = """
select set_config('app.merchant_id', '{m}', false);
insert into merchants (id, slug, name) values ('{m}', 'm', 'M');
insert into templates (merchant_id, id, slug, name) values ('{m}', '{m}', 't', 'T');
insert into interviews (merchant_id, id, environment, name, kind, status, visibility, language, speech_locale,
    template_id, settings, created_by)
    values ('{m}', '{m}', 'production', '', 'interview', 'active', 'unlisted', 'en', 'en-US', '{m}', '{{}}', 'test');
insert into versions (merchant_id, interview_id, revision, definition) values ('{m}', '{m}', 1, '{{}}');
insert into candidates (merchant_id, id) values ('{m}', '{m}');
insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, number, is_test, state, seed,
    begun_at, finished_at, submitted_at, tallied_at)
    values ('{m}', '{m}', '{m}', 1, '{m}', 'production', 1, false, 'submitted', 1, now(), now(), now(), now());
"""


def lay_version(own: Own, number: str, statements: str) -> None:
    """The database as it was at this version, with what the statements put into it."""
    upgrade(own.both)  # makes the role
    with psycopg.connect(own.owner_url, autocommit=True) as owner:
        owner.execute("drop owned by current_user cascade; create schema if not exists public")
        owner.execute("grant usage on schema public to public")
        owner.execute("create table alembic_version (version_num text primary key)")
        owner.execute("insert into alembic_version values (%s)", (number,))
        for path in sorted(VERSIONS.glob("*.sql")):
            if path.name[:4] <= number:
                owner.execute(path.read_bytes())
        owner.execute(statements.encode())


def lay_first_version(own: Own, merchant_id: UUID) -> None:
    """The database as it was before there was any judging."""
    lay_version(own, "0002", BEFORE_JUDGING.format(m=merchant_id))


@pytest.mark.slow
async def test_what_was_counted_up_before_there_was_judging_waits_for_none(own: Own) -> None:
    """An owner under forced row-level security changes no row, and is told of no error."""
    merchant_id = new_id()
    lay_first_version(own, merchant_id)
    assert await needs_upgrade(own.app_alone)
    upgrade(own.both)
    async with open_database(own.app_alone, connections=1) as database, database.tenant(merchant_id) as connection:
        row = await connection.fetchrow("select judged_at = tallied_at as is_judged, score, ending from attempts")
    assert row is not None
    assert tuple(row) == (True, None, None)


ENDS = ["2026-01-31", "2024-02-28", "2026-01-31T17:00", "2026-01-31 17:00:30.25", "2026-01-31T17:00:00Z",
        "2026-01-31T17:00:00+05:30", "9999-12-30"]  # fmt: skip


@pytest.mark.slow
async def test_the_moment_that_an_interview_closes_at_is_read_from_what_was_sent(own: Own) -> None:
    merchant_id = new_id()
    lay_first_version(own, merchant_id)
    with psycopg.connect(own.owner_url, autocommit=True) as owner:
        owner.execute("select set_config('app.merchant_id', %s, false)", (str(merchant_id),))
        for end in ENDS:
            owner.execute(
                "insert into interviews (merchant_id, id, environment, name, kind, status, visibility, language,"
                " speech_locale, template_id, settings, created_by) select merchant_id, %s, environment, %s, kind,"
                " status, visibility, language, speech_locale, template_id,"
                " jsonb_build_object('available_till', %s::text), created_by from interviews where id = %s",
                (new_id(), end, end, merchant_id),
            )
    upgrade(own.both)
    async with open_database(own.app_alone, connections=1) as database, database.tenant(merchant_id) as connection:
        rows = await connection.fetch("select name, closes_at from interviews")
    assert {row["name"]: row["closes_at"] for row in rows} == {"": None} | {end: read_end(end) for end in ENDS}


JUDGED = """
insert into judgements (merchant_id, id, attempt_id, version, rater, rubric_digest, score, answers_score, session_score,
    result, judged_at) values
    ('{m}', gen_random_uuid(), '{m}', 1, '', '', 1, 2, 3, '{{}}', now()),
    ('{m}', gen_random_uuid(), '{m}', 2, '', '', 4, 5, null, '{{}}', now());
insert into previews (merchant_id, attempt_id, corrections, score, result, judged_at)
    values ('{m}', '{m}', 0, 6.5, '{{}}', now());
"""


@pytest.mark.slow
async def test_an_attempt_gets_the_scores_of_its_latest_judgement_and_of_its_preview(own: Own) -> None:
    merchant_id = new_id()
    lay_version(own, "0016", (BEFORE_JUDGING + JUDGED).format(m=merchant_id))
    upgrade(own.both)
    async with open_database(own.app_alone, connections=1) as database, database.tenant(merchant_id) as connection:
        row = await connection.fetchrow("select answers_score, session_score, preview_score from attempts")
    assert row is not None
    assert tuple(row) == (5, None, 6.5)


HAPPENED = """
insert into candidates (merchant_id, id) values ('{m}', '{other}');
insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, text)
    values ('{m}', '{task}', 'staging', 'trouble', '{m}', '{m}', '');
insert into events (merchant_id, actor, id, kind, subject_id, data) values
    ('{m}', 'test', '00000000-0000-7000-8000-000000000003', 'look.changed', '{other}', '{{}}'),
    ('{m}', 'test', '00000000-0000-7000-8000-000000000001', 'interview.created', '{m}', '{{}}'),
    ('{m}', 'test', '00000000-0000-7000-8000-000000000002', 'task.added', '{task}', '{{"kind": "trouble"}}'),
    ('{m}', 'test', '00000000-0000-7000-8000-000000000004', 'candidate.invited', '{other}',
        '{{"interview_id": "{m}"}}');
"""


@pytest.mark.slow
async def test_what_happened_before_gets_its_number_and_its_environment(own: Own) -> None:
    merchant_id, other, task = new_id(), new_id(), new_id()
    lay_version(own, "0019", (BEFORE_JUDGING + HAPPENED).format(m=merchant_id, other=other, task=task))
    upgrade(own.both)
    async with open_database(own.app_alone, connections=1) as database, database.tenant(merchant_id) as connection:
        await record(
            connection,
            Event.LOOK_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor="test",
        )
        rows = await connection.fetch("select number, kind, environment from events order by number")
    assert [tuple(row) for row in rows] == [
        (1, "interview.created", "production"),
        (2, "task.added", "staging"),
        (3, "look.changed", None),
        (4, "candidate.invited", "production"),
        (5, "look.changed", None),
    ]


BEFORE_BITS = """
select set_config('app.merchant_id', '{m}', false);
insert into merchants (id, slug, name) values ('{m}', 'm', 'M');
insert into stores (merchant_id, id, slug, name) values ('{m}', '{m}', 's', 'S');
insert into documents (merchant_id, id, store_id, kind, name, format, digest, size_bytes, is_active, state, created_at,
    changed_at) values ('{m}', '{m}', '{m}', 'file', 'd', 'md', '', 1, true, 'ready', now(), now());
"""


@pytest.mark.slow
def test_the_bits_of_passages_are_the_same_in_one_row(own: Own) -> None:
    merchant_id = new_id()
    stems = [[f"stem{place}", f"stem{place // 2}"] for place in range(11)]
    meanings = [bytes((place * 7 + byte) % 256 for byte in range(48)) for place in range(11)]
    before = BEFORE_BITS.format(m=merchant_id)
    for place in range(11):
        meaning = "".join(f"{byte:08b}" for byte in meanings[place])
        words = "".join("1" if row in find_rows(stems[place]) else "0" for row in range(WORD_ROWS))
        of = f"'{merchant_id}', '{merchant_id}', {place}"
        before += (
            "insert into passages (merchant_id, document_id, place, headings, text)"
            f" values ({of}, '{{}}', 'x');"
            "insert into passage_bits (merchant_id, store_id, document_id, place, meaning, words)"
            f" values ('{merchant_id}', {of}, b'{meaning}', b'{words}');"
        )
    lay_version(own, "0055", before)
    upgrade(own.both)
    with psycopg.connect(own.app_url) as application:
        application.execute("select set_config('app.merchant_id', %s, false)", (str(merchant_id),))
        kept = application.execute("select passages, meanings, words from passage_bits").fetchall()
    assert kept == [(11, b"".join(meanings), to_word_rows(stems))]
