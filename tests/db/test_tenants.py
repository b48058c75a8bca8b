"""One tenant never touches another's rows: read from the catalogue, so that a new table is held to it from the first.

Our tables are all of the schema but the queue's and Alembic's.
"""

import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import vivavoce.db
from tests.builders import KEYS, QUESTIONS, House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.databases import empty_database
from tests.running import PROGRAM, own_environment
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.own_key import own_key
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.address import APP_ROLE, DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.db.state import HEAD, needs_upgrade
from vivavoce.db.upgrade import upgrade
from vivavoce.errors import Unavailable
from vivavoce.events.listeners import add_listener
from vivavoce.interviews.steps import SentQuestion
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT

OURS = """
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'alembic_version'
    and relname not like 'procrastinate\\_%'
order by relname
"""
NEVER_CHANGED = {
    "events",
    "versions",
    "consents",
    "branches",
    "wishes",
    "grants",
    "rubrics",
    "judgements",
    "calibrations",
    "hearings",
    "playouts",
    "corrections",
    "overturns",
    "ratings",
    "verdict_views",
    "comments",
    "observations",
    "fact_strikes",
    "reports",
    "report_results",
    "judgement_receipts",
    "erasure_receipts",
    "webhook_messages",
    "embed_pins",
    "embed_tokens",
    "extra_times",
    "document_files",
    "passages",
    "passage_bits",
}
# Whose rows may be deleted.
TAKEN_BACK = {
    "branches",
    "camera_takes",
    "credit_accounts",
    "document_files",
    "documents",
    "drafts",
    "embed_keys",
    "embed_tokens",
    "event_listeners",
    "introductions",
    "looks",
    "mail_texts",
    "member_accounts",
    "member_codes",
    "model_abilities",
    "model_choices",
    "origins",
    "passage_bits",
    "passages",
    "passkeys",
    "reports",
    "revoked_tokens",
    "saved_views",
    "sign_ins",
    "silenced_addresses",
    "webhook_endpoints",
    "webhook_messages",
}
FOLLOWED = {"origins", "revoked_tokens"}  # what every server knows of all merchants
# Ids that name rows of one table or another.
OF_MANY_KINDS = {
    "events.subject_id",
    "automatic_reports.report_id",  # of a room above
    "mails.subject_id",
}
# Kept before it is known which merchant it is about.
OF_NOBODY = {
    "member_accounts.merchant_id",
    "member_codes.merchant_id",
    "model_abilities.merchant_id",
    "model_calls.merchant_id",
    "model_days.merchant_id",
    "passkeys.credential_id",
    "passkeys.merchant_id",
}
# Of a row that is erased, while the digest that names it stays.
OF_ERASED = {"judgement_receipts.overturn_id"}
# Whose rows carry the merchant in another column than merchant_id.
MERCHANT_COLUMNS = {"merchants": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """Two merchants with a row in every table. admin: sees everything."""

    ours: House
    theirs: House
    admin: "asyncpg.Connection[asyncpg.Record]"
    tables: tuple[str, ...]

    async def rows(self, table: str, house: House) -> list[dict[str, Any]]:
        """All of a merchant's rows, as the administrator sees them, as JSON does."""
        found = await self.admin.fetch(
            f"select to_jsonb(t)::text as row from {table} t where {merchant_column(table)} = $1 order by 1",
            house.merchant.id,
        )
        return [row["row"] for row in found]

    async def copying(self, table: str) -> str:
        """What adds such a row once more; what the database makes itself of the others is left out."""
        named = await self.admin.fetch(
            "select quote_ident(column_name) as name from information_schema.columns"
            " where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position",
            table,
        )
        return _COPY.format(table=table, columns=", ".join(column["name"] for column in named))


def merchant_column(table: str) -> str:
    return MERCHANT_COLUMNS.get(table, "merchant_id")


@pytest.fixture(scope="module")
async def admin(address: DatabaseAddress) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await asyncpg.connect(address.admin_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def two(database: Database, admin: "asyncpg.Connection[asyncpg.Record]") -> Two:
    tables = tuple(row["relname"] for row in await admin.fetch(OURS))
    houses = [await a_house(database) for _ in range(2)]
    for house in houses:
        await _live(database, house)
    return Two(ours=houses[0], theirs=houses[1], admin=admin, tables=tables)


async def _live(database: Database, house: House) -> None:
    """A day of this merchant, with something for every table."""
    questions = [
        replace(QUESTIONS[0], store_id=house.store_id),
        SentQuestion(text="And then?", is_conditional=True, parent_caller_id=QUESTIONS[0].caller_id),
    ]
    draft = a_draft(house, questions=questions, is_embedded=True, store_id=house.store_id)
    interview_id = await an_interview(database, house, draft)
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    for number in (1, 2):
        happening = Answered(key=new_id(), number=number, text="So.")
        await happen(database, seat, attempt_id, happening, now=now())
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=now())
    await tally_attempt(database, merchant_id=house.merchant.id, attempt_id=attempt_id, now=now())
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "insert into replies (merchant_id, route, key, body_digest, sealed_answer) values ($1, '/r', 'k', '', '')",
            house.merchant.id,
        )
        await connection.execute(
            "insert into revoked_tokens (merchant_id, token_id, expires_at) values ($1, 't', now() + interval '1 day')",
            house.merchant.id,
        )
        await connection.execute(
            "insert into origins (merchant_id, origin) values ($1, 'https://app.example')", house.merchant.id
        )
        await add_listener(connection, merchant_id=house.merchant.id, environment=DEFAULT_ENVIRONMENT, name="test")
        await own_key(connection, KEYS.wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id)
        for statement in _BESIDE_AN_ATTEMPT:
            await connection.execute(statement, attempt_id, new_id())


# Rows of an attempt that an ordinary conversation does not leave. $1: the attempt, $2: an id.
_BESIDE_AN_ATTEMPT = (
    "insert into branches (merchant_id, attempt_id, interview_id, step_id, is_asked, reason, decided_at)"
    " select merchant_id, attempt_id, interview_id, step_id, true, $2::uuid::text, answered_at from answers"
    " where attempt_id = $1 order by number limit 1 on conflict do nothing",
    "insert into wishes (merchant_id, id, attempt_id, number, kind, by, key, at)"
    " select merchant_id, $2, id, 1, 'repeat', 'button', $2, now() from attempts where id = $1",
    "insert into faults (merchant_id, id, attempt_id, kind, told_by, key, began_at)"
    " select merchant_id, $2, id, 'server', 'server', $2, now() from attempts where id = $1",
    "insert into grants (merchant_id, id, interview_id, candidate_id, attempt_id, actor)"
    " select merchant_id, $2, interview_id, candidate_id, id, 'test' from attempts where id = $1",
    "with other as (insert into candidates (merchant_id, id) select merchant_id, $2 from attempts where id = $1"
    " returning merchant_id, id) insert into merges (merchant_id, id, environment, kept_id, merged_id, actor,"
    " merged_at) select other.merchant_id, other.id, environment, candidate_id, other.id, 'test', now() from other"
    " join attempts on attempts.id = $1",
    "insert into extra_times (merchant_id, id, interview_id, candidate_id, minutes, actor, set_at)"
    " select merchant_id, $2, interview_id, candidate_id, 20, 'test', now() from attempts where id = $1",
    "insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text)"
    " select merchant_id, $2, environment, 'trouble', interview_id, candidate_id, id, '' from attempts where id = $1",
    "insert into rubrics (merchant_id, interview_id, revision, digest, definition, made_at)"
    " select merchant_id, interview_id, revision, $2::uuid::text, '{}', now() from attempts where id = $1"
    " on conflict do nothing",
    "insert into judgements (merchant_id, id, attempt_id, version, rater, rubric_digest, result, judged_at)"
    " select merchant_id, $2, id, 99, '', '', '{}', now() from attempts where id = $1",
    "insert into calibrations (merchant_id, version, rater, answers, definition, made_at)"
    " select merchant_id, 1, $2::uuid::text, 30, '{}', now() from attempts where id = $1 on conflict do nothing",
    "insert into sign_ins (merchant_id, id, environment, interview_id, email, name, asked_at, mailbox, client)"
    " select merchant_id, $2, environment, interview_id, 'sam@example.com', '', now(), 'sam@example.com', '\\xaa'"
    " from attempts where id = $1",
    "insert into drafts (merchant_id, attempt_id, number, text, written_at)"
    " select merchant_id, id, 1, $2::uuid::text, now() from attempts where id = $1 on conflict do nothing",
    "insert into hearings (merchant_id, attempt_id, number, key, words, heard_at)"
    " select merchant_id, id, 1, $2, '[]', now() from attempts where id = $1",
    "insert into playouts (merchant_id, id, attempt_id, number, key, seconds, of_seconds, is_interrupted, how, at)"
    " select merchant_id, $2, id, 1, $2, 1, 2, true, 'sound', now() from attempts where id = $1",
    "insert into adjustments (merchant_id, attempt_id, speaks, time_factor, accents, has_large_text, interviewer,"
    " changed_at) select merchant_id, id, true, 1.5, jsonb_build_object('en', $2::uuid), false, 'still', now()"
    " from attempts where id = $1",
    "insert into corrections (merchant_id, id, attempt_id, number, text, made_in, made_at)"
    " select merchant_id, $2, id, 1, 'So.', 'results', now() from attempts where id = $1",
    "insert into previews (merchant_id, attempt_id, corrections, result, judged_at)"
    " select merchant_id, id, 0, jsonb_build_object('id', $2::uuid), now() from attempts where id = $1",
    "insert into camera_takes (merchant_id, attempt_id, id, number, begins_at, format, parts, size_bytes, begun_at,"
    " changed_at) select merchant_id, id, $2, 1, 0, 'webm', 0, 0, now(), now() from attempts where id = $1",
    "insert into observations (merchant_id, id, attempt_id, key, kind, at, noted_at)"
    " select merchant_id, $2, id, $2, 'hidden', now(), now() from attempts where id = $1",
    "insert into integrity_facts (merchant_id, attempt_id, kind, strength, first_at, last_at, times, moments, found_at)"
    " select merchant_id, id, $2::uuid::text, 'weak', now(), now(), 1, '[]', now() from attempts where id = $1",
    "insert into fact_strikes (merchant_id, id, attempt_id, kind, is_struck, reason, struck_by, person, struck_at)"
    " select merchant_id, $2, id, 'page_hidden', true, 'So.', 'a', 'Ada', now() from attempts where id = $1",
    "insert into introductions (merchant_id, id, attempt_id, format, size_bytes, kept_at)"
    " select merchant_id, $2, id, 'mp4', 1, now() from attempts where id = $1",
    "insert into remarks (merchant_id, attempt_id, rating, text, made_at)"
    " select merchant_id, id, 5, $2::uuid::text, now() from attempts where id = $1",
    "insert into model_choices (merchant_id, sealed_models, keeps_texts, changed_at)"
    " select merchant_id, uuid_send($2), false, now() from attempts where id = $1 on conflict do nothing",
    "insert into model_abilities (merchant_id, place, form, takes_temperature, learnt_at)"
    " select merchant_id, $2::uuid::text, 'none', true, now() from attempts where id = $1",
    "insert into model_days (merchant_id, day, spent) select merchant_id, '2026-11-28', length($2::uuid::text)"
    " from attempts where id = $1 on conflict do nothing",
    "insert into model_calls (merchant_id, id, attempt_id, day, called_at, purpose, prompt_id, prompt_digest,"
    " request_digest, model, url, parameters, most_cost, cost)"
    " select merchant_id, $2, id, '2026-11-28', now(), 'read', '', '', '', '', '', '{}', 1, 1 from attempts"
    " where id = $1",
    "insert into member_codes (merchant_id, id, email, mailbox, client, language, asked_at)"
    " select merchant_id, $2, 'ada@example.com', 'ada@example.com', '\\xaa', 'en', now() from attempts where id = $1",
    "insert into member_accounts (merchant_id, id, email, issuer, subject, linked_at, used_at)"
    " select merchant_id, $2, $2::uuid::text || '@example.com', 'https://id.example', $2::uuid::text, now(), now()"
    " from attempts where id = $1",
    "insert into passkeys (merchant_id, id, email, credential_id, public_key, sign_count, is_synced, name, made_at,"
    " asked_at) select merchant_id, $2, 'ada@example.com', uuid_send($2), '', 0, false, '', now(), now()"
    " from attempts where id = $1",
    "insert into members (merchant_id, id, email, name, role, status, language, invited_at, joined_at)"
    " select merchant_id, $2, $2::uuid::text || '@example.com', 'Ada', 'merchant_owner', 'active', 'en', now(), now()"
    " from attempts where id = $1",
    "insert into member_sessions (merchant_id, id, member_id, browser, began_at, seen_at)"
    " select attempts.merchant_id, $2, members.id, '', now(), now() from attempts"
    " join members on members.merchant_id = attempts.merchant_id where attempts.id = $1",
    "insert into credit_accounts (merchant_id, monthly_limit, monthly_left, month, extra)"
    " select merchant_id, 10, 5, '2026-11-01', 0 from attempts where id = $1 and $2::uuid is not null"
    " on conflict do nothing",
    "insert into credit_entries (merchant_id, id, environment, attempt_id, interview_id, candidate_id, event, amount,"
    " basis, from_monthly, from_extra, owed, charged_at) select merchant_id, $2, environment, id, interview_id,"
    " candidate_id, 'interview', 1, '{}', 1, 0, 0, now() from attempts where id = $1 on conflict do nothing",
    "insert into decisions (merchant_id, id, attempt_id, kind, reason, shared_by, feedback, is_mailed, decided_by,"
    " person, decided_at) select merchant_id, $2, id, 'rejected', 'So.', 1, '', false, 'a', 'Ada', now() from attempts"
    " where id = $1",
    "insert into overturns (merchant_id, id, attempt_id, interview_id, version, step_id, bracket, place, claim, state,"
    " before, reason, overturned_by, person, overturned_at)"
    " select merchant_id, $2, attempt_id, interview_id, 1, step_id, 'weak',"
    " 0, 'So.', 'confirmed', '', 'So.', 'a', 'Ada', now() from answers where attempt_id = $1"
    " order by number limit 1",
    "insert into ratings (merchant_id, id, attempt_id, rated_by, person, marks, hid_names, rated_at)"
    " select merchant_id, $2, id, 'a', 'Ada', '[]', false, now() from attempts where id = $1",
    "insert into verdict_views (merchant_id, attempt_id, seen_by, seen_at)"
    " select merchant_id, id, $2::uuid::text, now() from attempts where id = $1",
    "insert into comments (merchant_id, id, attempt_id, text, written_by, person, written_at)"
    " select merchant_id, $2, id, 'So.', 'a', 'Ada', now() from attempts where id = $1",
    "insert into saved_views (merchant_id, id, owner, name, query, saved_at)"
    " select merchant_id, $2, 'a', 'Mine', '', now() from attempts where id = $1",
    "with made as (insert into reports (merchant_id, id, environment, place, sealed_key, size_bytes, sha256, made_by,"
    " made_at, expires_at) select merchant_id, $2, environment, '', '', 1, '', '', now(), now() + interval '1 day'"
    " from attempts where id = $1 returning merchant_id, id)"
    " insert into report_results (merchant_id, report_id, attempt_id) select merchant_id, id, $1 from made",
    "insert into automatic_reports (merchant_id, attempt_id, state, wanted_at)"
    " select merchant_id, id, 'waiting', now() from attempts where id = $1 and $2::uuid is not null"
    " on conflict do nothing",
    "insert into judgement_receipts (merchant_id, number, attempt_id, version, sha256, previous, key, signature,"
    " written_at) select merchant_id, 1, id, 1, '', '', '', '', now() from attempts where id = $1"
    " and $2::uuid is not null on conflict do nothing",
    "insert into erasure_receipts (merchant_id, candidate_id, key, signature, record, written_at)"
    " select merchant_id, candidate_id, '', '', '{}', now() from attempts where id = $1 and $2::uuid is not null"
    " on conflict do nothing",
    "insert into webhook_endpoints (merchant_id, id, environment, url, kinds, sealed_headers, sealed_secret)"
    " select merchant_id, $2, environment, 'https://hooks.example/', '{result}', '', '' from attempts where id = $1",
    "insert into webhook_messages (merchant_id, id, environment, kind, attempt_id, body, is_test)"
    " select merchant_id, $2, environment, 'result', id, '{}', false from attempts where id = $1",
    "insert into webhook_deliveries (merchant_id, id, endpoint_id, message_id, state, next_at)"
    " select messages.merchant_id, $2, endpoints.id, messages.id, 'waiting', now() from webhook_messages as messages"
    " join webhook_endpoints as endpoints on endpoints.merchant_id = messages.merchant_id"
    " where messages.attempt_id = $1",
    "insert into embed_pins (merchant_id, embed_id, signature_sha256, name_bytes)"
    " select embed_keys.merchant_id, embed_keys.id, uuid_send($2), 3 from embed_keys join attempts"
    " using (merchant_id, interview_id) where attempts.id = $1",
    "insert into embed_tokens (merchant_id, embed_id, token_sha256, frame, used_at)"
    " select embed_keys.merchant_id, embed_keys.id, uuid_send($2), $2, now() from embed_keys join attempts"
    " using (merchant_id, interview_id) where attempts.id = $1",
    "insert into mails (merchant_id, id, environment, kind, candidate_id, interview_id, subject_id, state, created_at,"
    " due_at) select merchant_id, $2, environment, 'reply', candidate_id, interview_id, $2, 'sent', now(), now()"
    " from attempts where id = $1",
    "insert into silenced_addresses (merchant_id, address, reason, since)"
    " select merchant_id, $2::uuid::text || '@example.com', 'bounced', now() from attempts where id = $1",
    "insert into mail_texts (merchant_id, kind, language, subject, text, changed_at)"
    " select merchant_id, 'invitation', $2::uuid::text, 'So.', 'So.', now() from attempts where id = $1",
    "insert into documents (merchant_id, id, store_id, kind, name, format, digest, size_bytes, is_active, state,"
    " created_at, changed_at) select attempts.merchant_id, $2, stores.id, 'file', 'So.', 'md', uuid_send($2), 1, true,"
    " 'ready', now(), now() from attempts join stores on stores.merchant_id = attempts.merchant_id"
    " where attempts.id = $1",
    "insert into document_files (merchant_id, document_id, sealed) select documents.merchant_id, documents.id,"
    " uuid_send($2) from documents join attempts on attempts.merchant_id = documents.merchant_id"
    " where attempts.id = $1",
    "insert into passages (merchant_id, document_id, place, headings, text) select documents.merchant_id,"
    " documents.id, 0, '{}', $2::uuid::text from documents join attempts"
    " on attempts.merchant_id = documents.merchant_id where attempts.id = $1",
    "insert into passage_bits (merchant_id, document_id, passages, words) select documents.merchant_id,"
    " documents.id, 0, '' from documents join attempts"
    " on attempts.merchant_id = documents.merchant_id where attempts.id = $1 and $2::uuid is not null",
    "insert into looks (merchant_id, name) select merchant_id, $2::uuid::text from attempts where id = $1"
    " on conflict do nothing",
)


# --- The catalogue -------------------------------------------------------------------------------------------------


async def test_every_table_of_ours_names_its_merchant(two: Two) -> None:
    found = await two.admin.fetch(
        "select table_name, column_name, is_nullable, data_type from information_schema.columns"
        " where table_schema = 'public'"
    )
    columns = {(row["table_name"], row["column_name"]): (row["is_nullable"], row["data_type"]) for row in found}
    assert len(two.tables) >= 13
    assert {table: columns.get((table, merchant_column(table))) for table in two.tables} == dict.fromkeys(
        two.tables, ("NO", "uuid")
    )


async def test_row_level_security_is_forced_on_every_table(two: Two) -> None:
    found = await two.admin.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity"
        " and relforcerowsecurity"
    )
    assert {row["relname"] for row in found} == set(two.tables)


async def test_one_policy_alone_lets_anybody_write(two: Two) -> None:
    found = await two.admin.fetch("select * from pg_policies where schemaname = 'public'")
    writing = [row for row in found if row["cmd"] != "SELECT"]
    assert {row["tablename"]: row["policyname"] for row in writing} == dict.fromkeys(two.tables, "tenant")
    assert len(writing) == len(two.tables)
    for row in writing:
        column = merchant_column(row["tablename"])
        tenant = "(NULLIF(current_setting('app.merchant_id'::text, true), ''::text))::uuid"
        # Asked once a statement where a table has two policies, and is read by the hundred thousand; by the function
        # behind the operator, of which PostgreSQL expects no fewer rows where there are more merchants.
        asked = f'( SELECT {tenant} AS "nullif")'
        assert row["qual"] in (f"({column} = {tenant})", f"({column} = {asked})", f"uuid_eq({column}, {asked})")
        assert (row["with_check"] or row["qual"]) == f"({column} = {tenant})"
    reading = {(row["tablename"], row["policyname"]) for row in found if row["cmd"] == "SELECT"}
    assert reading == {
        ("merchants", "parent"),
        ("merchants", "by_slug"),
        ("interviews", "by_id"),
        ("embed_keys", "by_id"),
        ("sign_ins", "of_client"),
        ("members", "of_person"),
        ("merchants", "of_person"),
        *(
            (table, "due")
            for table in (
                "attempts",
                "merchants",
                "invitations",
                "candidates",
                "sign_ins",
                "own_keys",
                "introductions",
                "reports",
                "webhook_endpoints",
                "webhook_messages",
            )
        ),
        *((table, "servers") for table in FOLLOWED),
    }


async def test_every_foreign_key_between_tenants_tables_names_the_merchant_too(two: Two) -> None:
    """A plain one sees through row-level security: another tenant's row could be referred to."""
    found = await two.admin.fetch(
        """
        select conname, conrelid::regclass::text as of_table, confrelid::regclass::text as to_table,
            (select array_agg(attname::text order by place) from unnest(conkey) with ordinality as k (number, place)
                join pg_attribute on attrelid = conrelid and attnum = number) as columns,
            (select array_agg(attname::text order by place) from unnest(confkey) with ordinality as k (number, place)
                join pg_attribute on attrelid = confrelid and attnum = number) as referred
        from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
        """
    )
    keys = [row for row in found if row["of_table"] in two.tables]
    assert len(keys) > 15
    plain = [
        row["conname"]
        for row in keys
        if ("merchant_id", "merchant_id") not in zip(row["columns"], row["referred"], strict=True)
    ]
    to_merchants = [row["conname"] for row in keys if (row["to_table"], row["referred"]) == ("merchants", ["id"])]
    assert set(plain) - set(to_merchants) == set()


async def test_every_id_of_another_row_is_a_foreign_key(two: Two) -> None:
    found = await two.admin.fetch(
        """
        select table_name || '.' || column_name as id from information_schema.columns
        where table_schema = 'public' and data_type = 'uuid' and column_name like '%\\_id' and table_name = any ($1)
        except select conrelid::regclass || '.' || attname from pg_constraint, unnest(conkey) as number
            join pg_attribute on attnum = number
        where contype = 'f' and attrelid = conrelid
        """,
        list(two.tables),
    )
    assert {row["id"] for row in found} - OF_MANY_KINDS - OF_NOBODY - OF_ERASED == set()


async def test_every_tables_key_begins_with_its_merchant(two: Two) -> None:
    found = await two.admin.fetch(
        "select conrelid::regclass::text as name, attname from pg_constraint join pg_attribute"
        " on attrelid = conrelid and attnum = conkey[1] where contype = 'p' and connamespace = 'public'::regnamespace"
    )
    first = {row["name"]: row["attname"] for row in found}
    assert {table: first.get(table) for table in two.tables} == {table: merchant_column(table) for table in two.tables}


async def test_the_applications_role_has_no_power(two: Two) -> None:
    role = await two.admin.fetchrow("select * from pg_roles where rolname = $1", APP_ROLE)
    assert role is not None
    powers = ["rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolreplication"]
    assert [power for power in powers if role[power]] == []
    assert await two.admin.fetch("select roleid::regrole from pg_auth_members where member = $1", role["oid"]) == []


async def test_the_applications_role_owns_nothing(two: Two) -> None:
    owned = await two.admin.fetch(
        "select classid::regclass, objid from pg_shdepend where refclassid = 'pg_authid'::regclass"
        " and refobjid = $1::regrole and deptype = 'o'",
        APP_ROLE,
    )
    assert owned == []


async def test_the_application_may_add_and_change_rows_and_nothing_else(two: Two) -> None:
    privileges = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    for table in two.tables:
        may = {
            privilege
            for privilege in privileges
            if await two.admin.fetchval("select has_table_privilege($1, $2, $3)", APP_ROLE, table, privilege)
        }
        expected = {"SELECT", "INSERT"} | ({"DELETE"} if table in TAKEN_BACK else set())
        assert may == expected | (set() if table in NEVER_CHANGED else {"UPDATE"}), table
    assert not await two.admin.fetchval("select has_schema_privilege($1, 'public', 'CREATE')", APP_ROLE)
    assert not await two.admin.fetchval("select has_table_privilege($1, 'alembic_version', 'UPDATE')", APP_ROLE)


# --- What one tenant can do to another -----------------------------------------------------------------------------


async def test_both_have_a_row_in_every_table(two: Two) -> None:
    """Else what follows says nothing of that table: let `_live` write to it."""
    for house in (two.ours, two.theirs):
        assert [table for table in two.tables if not await two.rows(table, house)] == []


async def test_a_tenant_reads_its_own_rows_alone(database: Database, two: Two) -> None:
    async with database.tenant(two.ours.merchant.id) as connection:
        for table in two.tables:
            seen = await connection.fetch(f"select to_jsonb(t)::text as row from {table} t order by 1")
            assert [row["row"] for row in seen] == await two.rows(table, two.ours), table


async def test_without_a_tenant_there_is_nothing(database: Database, two: Two) -> None:
    for table in two.tables:
        row = await database.run(f"select count(*) as count from {table}")
        assert row is not None
        assert row["count"] == 0, table


async def test_the_tenant_ends_with_its_transaction(address: DatabaseAddress, two: Two) -> None:
    async with open_database(address, connections=2) as one_pool:
        for _ in range(4):
            async with one_pool.tenant(two.ours.merchant.id) as connection:
                assert await connection.fetchval("select count(*) from interviews") == 1
            row = await one_pool.run("select count(*) as count from interviews")
            assert row is not None
            assert row["count"] == 0


async def test_a_tenant_changes_and_deletes_its_own_rows_alone(database: Database, two: Two) -> None:
    for table in two.tables:
        column = merchant_column(table)
        own = len(await two.rows(table, two.ours))
        for verb, may, change in (
            ("UPDATE", table not in NEVER_CHANGED, f"update {table} set {column} = {column}"),
            ("DELETE", table in TAKEN_BACK, f"delete from {table}"),
        ):
            if not may:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await _try_as(database, two.ours, change)
                continue
            assert await _try_as(database, two.ours, change) == f"{verb} {own}", table
            aimed = f"{change} where {column} = $1"
            assert await _try_as(database, two.ours, aimed, two.theirs.merchant.id) == f"{verb} 0", table


async def test_a_tenant_gives_no_row_to_another(database: Database, two: Two) -> None:
    for table in two.tables:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _run_as(
                database,
                two.ours,
                f"update {table} set {merchant_column(table)} = $1",
                two.theirs.merchant.id,
            )


async def test_a_tenant_adds_no_row_for_another(database: Database, two: Two) -> None:
    for table in two.tables:
        theirs = await two.rows(table, two.theirs)
        for row in theirs:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await _run_as(database, two.ours, await two.copying(table), row)
        assert await two.rows(table, two.theirs) == theirs


async def test_the_same_row_can_be_added_by_its_own_tenant(database: Database, two: Two) -> None:
    """What the test above is refused for is the tenant: the row itself is only there already."""
    for table in two.tables:
        for row in await two.rows(table, two.theirs):
            with pytest.raises(asyncpg.UniqueViolationError):
                await _run_as(database, two.theirs, await two.copying(table), row)


async def test_nothing_is_added_without_a_tenant(database: Database, two: Two) -> None:
    for table in two.tables:
        for row in await two.rows(table, two.ours):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await database.run(await two.copying(table), row)


async def test_no_row_refers_to_another_tenants(database: Database, two: Two) -> None:
    """Each column of each composite key in turn, set to what it is in the other's row."""
    found = await two.admin.fetch(
        """
        select conrelid::regclass::text as of_table, attname::text as column
        from pg_constraint, unnest(conkey) as number join pg_attribute on attnum = number
        where contype = 'f' and attrelid = conrelid and connamespace = 'public'::regnamespace
            and attname <> 'merchant_id' and atttypid = 'uuid'::regtype and confrelid <> 'merchants'::regclass
        """
    )
    keys = [(row["of_table"], row["column"]) for row in found if row["of_table"] in two.tables]
    assert len(keys) > 12
    for table, column in keys:
        value = await two.admin.fetchval(
            f"select {column} from {table} where merchant_id = $1 and {column} is not null", two.theirs.merchant.id
        )
        assert value is not None, f"let `_live` write {table}.{column}"
        statement = _REFER.format(table=table, column=column)
        # What is never changed, the application may not even try to.
        admin = two.admin if table in NEVER_CHANGED else None
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await _run_as(database, two.ours, statement, value, two.ours.merchant.id, admin=admin)


async def test_a_merchant_sees_its_sub_merchants_and_changes_none(database: Database, two: Two) -> None:
    child = await a_house(database, parent_id=two.ours.merchant.id)
    ids = {two.ours.merchant.id, child.merchant.id}
    async with database.tenant(two.ours.merchant.id) as connection:
        assert {row["id"] for row in await connection.fetch("select id from merchants")} == ids
        assert (
            await connection.execute("update merchants set name = 'X' where id = $1", child.merchant.id) == "UPDATE 0"
        )
        assert await connection.fetchval("select count(*) from stores where merchant_id = $1", child.merchant.id) == 0
    async with database.tenant(child.merchant.id) as connection:
        assert {row["id"] for row in await connection.fetch("select id from merchants")} == {child.merchant.id}


async def test_a_server_follows_what_it_must_of_all_merchants_and_no_more(database: Database, two: Two) -> None:
    """As merchants/standing.py reads it; no merchant is set."""
    async with database.by_slug("") as connection:
        await connection.execute("select set_config('app.follows', 'all', true)")
        for table in two.tables:
            all_of_them = await two.admin.fetchval(f"select count(*) from {table}")
            seen = await connection.fetchval(f"select count(*) from {table}")
            assert seen == (all_of_them if table in FOLLOWED else 0), table
        for table in FOLLOWED:
            assert await connection.execute(f"update {table} set merchant_id = merchant_id") == "UPDATE 0"
            assert await connection.execute(f"delete from {table}") == "DELETE 0"


async def test_a_slug_shows_its_own_merchant_alone(database: Database, two: Two) -> None:
    async with database.by_slug(two.theirs.merchant.slug) as connection:
        assert [row["id"] for row in await connection.fetch("select id from merchants")] == [two.theirs.merchant.id]
        assert await connection.fetchval("select count(*) from interviews") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("delete from merchants")


async def test_an_interviews_id_shows_that_interview_alone(database: Database, two: Two) -> None:
    (theirs,) = await two.admin.fetch("select id from interviews where merchant_id = $1", two.theirs.merchant.id)
    async with database.by_interview(theirs["id"]) as connection:
        for table in two.tables:
            seen = await connection.fetchval(f"select count(*) from {table}")
            assert seen == (1 if table == "interviews" else 0), table
        assert await connection.fetchval("select id from interviews") == theirs["id"]
        assert await connection.execute("update interviews set name = 'X'") == "UPDATE 0"


async def test_an_embeds_id_shows_that_key_alone(database: Database, two: Two) -> None:
    (theirs,) = await two.admin.fetch("select id from embed_keys where merchant_id = $1", two.theirs.merchant.id)
    async with database.by_embed(theirs["id"]) as connection:
        for table in two.tables:
            seen = await connection.fetchval(f"select count(*) from {table}")
            assert seen == (1 if table == "embed_keys" else 0), table
        assert await connection.execute("update embed_keys set created_at = now()") == "UPDATE 0"
        assert await connection.execute("delete from embed_keys") == "DELETE 0"


async def test_a_client_shows_what_it_asked_for_at_all_merchants_and_nothing_else(database: Database, two: Two) -> None:
    async with database.tenant(two.ours.merchant.id) as connection:
        await connection.execute("select set_config('app.client', 'aa', true)")
        seen = await connection.fetch("select merchant_id from sign_ins")
        assert {row["merchant_id"] for row in seen} >= {two.ours.merchant.id, two.theirs.merchant.id}
        assert await connection.execute("update sign_ins set tries = tries") == "UPDATE 1"
        await connection.execute("select set_config('app.client', 'bb', true)")
        assert [row["merchant_id"] for row in await connection.fetch("select merchant_id from sign_ins")] == [
            two.ours.merchant.id
        ]


_COPY = (
    "insert into {table} ({columns}) overriding system value"
    " select {columns} from jsonb_populate_record(null::{table}, cast($1::text as jsonb))"
)
# The first of our rows that refers to something, to refer to something else.
_REFER = """
update {table} set {column} = $1 where ctid = (
    select ctid from {table} where {column} is not null and merchant_id = $2 limit 1
)
"""


async def _try_as(database: Database, house: House, statement: str, *arguments: Any) -> str:
    """What the statement would do; it is undone."""
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("savepoint before_it")
        try:
            return await connection.execute(statement, *arguments)
        finally:
            await connection.execute("rollback to savepoint before_it")


async def _run_as(
    database: Database,
    house: House,
    statement: str,
    *arguments: Any,
    admin: "asyncpg.Connection[asyncpg.Record] | None" = None,
) -> str:
    if admin is not None:
        return await admin.execute(statement, *arguments)
    async with database.tenant(house.merchant.id) as connection:
        return await connection.execute(statement, *arguments)


# --- Migrations ----------------------------------------------------------------------------------------------------

SHAPE = """
select 'column', table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
    from information_schema.columns where table_schema = 'public'
union all select 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
union all select 'index', indexdef from pg_indexes where schemaname = 'public'
union all select 'policy', tablename || ' ' || policyname || ' ' || cmd || ' ' || qual
    from pg_policies where schemaname = 'public'
union all select 'table', relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity
        || ' ' || coalesce(relacl::text, '')
    from pg_class where relnamespace = 'public'::regnamespace
union all select 'function', oid::regprocedure || ' ' || md5(prosrc)
    from pg_proc where pronamespace = 'public'::regnamespace
union all select 'trigger', tgrelid::regclass || ' ' || tgname from pg_trigger where not tgisinternal
union all select 'version', version_num from alembic_version
order by 1, 2
"""


def _shape(address: DatabaseAddress) -> list[tuple[Any, ...]]:
    """Everything that migrations make."""
    with psycopg.connect(address.admin_url) as connection:
        return connection.execute(SHAPE).fetchall()


def test_the_version_that_is_asked_for_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(vivavoce.db.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


@pytest.mark.slow
async def test_an_empty_database_needs_an_upgrade_once(address: DatabaseAddress) -> None:
    with empty_database(address) as empty:
        assert await needs_upgrade(empty)
        upgrade(empty)
        assert not await needs_upgrade(empty)
        assert _shape(empty) == _shape(address)


def test_a_second_upgrade_leaves_every_table_as_it_is(address: DatabaseAddress) -> None:
    before = _shape(address)
    upgrade(address)
    assert _shape(address) == before
    assert len(before) > 200


async def test_a_database_of_a_newer_program_is_left_alone(address: DatabaseAddress) -> None:
    with empty_database(address) as empty:
        with psycopg.connect(empty.admin_url) as connection:
            connection.execute("create table alembic_version (version_num text)")
            connection.execute("insert into alembic_version values ('9999')")
        with pytest.raises(Unavailable, match="is at version 9999, this program knows"):
            await needs_upgrade(empty)


@pytest.mark.slow
def test_upgrades_at_once_are_clean(address: DatabaseAddress) -> None:
    with empty_database(address) as empty:
        settings = {"VIVAVOCE_DATABASE_URL": empty.app_url, "VIVAVOCE_DATABASE_ADMIN_URL": empty.admin_url}
        running = [
            subprocess.Popen(
                [*PROGRAM, "db", "upgrade"], env=own_environment(settings), stderr=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        said = [process.communicate(timeout=60)[1] for process in running]
        assert [process.returncode for process in running] == [0, 0], said
        assert _shape(empty) == _shape(address)
