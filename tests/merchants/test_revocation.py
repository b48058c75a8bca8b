"""Revoked tokens: by whom, how soon every server knows, and what it knows when it lost its line."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
import pytest

from tests.builders import KEYS, House, a_house, a_standing
from tests.issuer import ISSUER, a_pair, an_issuer, claims_of
from tests.running import Running, run_server
from vivavoce.db import listen
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import Database
from vivavoce.db.listen import NAME
from vivavoce.errors import Invalid, NotAuthenticated, Unavailable
from vivavoce.merchants.revoke import LONGEST_LIFE, revoke_token
from vivavoce.merchants.signers import Signers
from vivavoce.merchants.standing import CHANNEL, MerchantStanding
from vivavoce.merchants.tokens import Role, TokenReader
from vivavoce.providers.jwks import fetch_jwks

GET = "/functions/v1/job-interview-get"
# Seconds by which a server has heard of it on the busiest machine; `make attack` holds the promise, which is one.
PATIENCE = 60.0


async def revoke(database: Database, house: House, named: str, **changes: Any) -> str:
    given = {"secret": KEYS.jwt, "actor": "test", "now": datetime.now(UTC), **changes}
    return await revoke_token(database, named, merchant_id=house.merchant.id, **given)


def id_of(token: str) -> str:
    found: str = jwt.decode(token, options={"verify_signature": False})["jti"]
    return found


async def soon(holds: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    """Whether it comes to hold."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.005)
    return True


def is_refused(reader: TokenReader, token: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            reader.read(f"Bearer {token}")
        except NotAuthenticated:
            return True
        return False

    return ask


# --- Taking back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OWNER, Role.SERVICE])
@pytest.mark.parametrize("by", ["token", "id"])
async def test_a_token_that_was_taken_back_is_refused_though_it_was_good_before(
    database: Database, standing: MerchantStanding, house: House, by: str, role: Role
) -> None:
    reader = TokenReader(secret=KEYS.jwt, standing=standing)
    token, other = house.token(role), house.token(role)
    assert not is_refused(reader, token)()
    await revoke(database, house, token if by == "token" else id_of(token))
    assert await soon(is_refused(reader, token))
    with pytest.raises(NotAuthenticated, match="revoked"):
        reader.read(f"Bearer {token}")
    assert not is_refused(reader, other)()


async def test_the_caller_is_told_that_the_token_was_taken_back(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House
) -> None:
    token = house.token()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.get(GET, params={"position_id": str(uuid4())}, headers=headers)).status_code == 404
    await revoke(database, house, token)
    assert await soon(lambda: standing.is_revoked(house.merchant.id, id_of(token)))
    answer = await client.get(GET, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "The token was revoked: get a new one."})


async def test_two_servers_learn_of_it(address: DatabaseAddress, database: Database, house: House) -> None:
    async with a_standing(address) as one, a_standing(address) as two:
        token = house.token()
        await revoke(database, house, token)
        for standing in (one, two):
            assert await soon(lambda standing=standing: standing.is_revoked(house.merchant.id, id_of(token)))  # type: ignore[misc]


async def test_twice_is_as_good_as_once_and_never_sooner_forgotten(database: Database, house: House) -> None:
    token = house.token()
    assert await revoke(database, house, id_of(token)) == await revoke(database, house, token)
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select token_id, expires_at from revoked_tokens")
    assert [row["token_id"] for row in rows] == [id_of(token)]
    assert rows[0]["expires_at"] > datetime.now(UTC) + LONGEST_LIFE - timedelta(days=1)


async def test_of_our_own_token_the_end_is_believed_and_of_no_other(database: Database, house: House) -> None:
    own, forged = house.token(), house.token(secret=b"x" * 32)
    for token in (own, forged):
        await revoke(database, house, token)
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select token_id, expires_at from revoked_tokens")
    ends = {row["token_id"]: row["expires_at"] for row in rows}
    assert ends[id_of(own)] < datetime.now(UTC) + timedelta(hours=1)
    assert ends[id_of(forged)] > datetime.now(UTC) + timedelta(days=3000)


async def test_what_has_expired_is_neither_held_nor_kept(
    address: DatabaseAddress, database: Database, house: House
) -> None:
    old, new = house.token(life=timedelta(minutes=1)), house.token()
    await revoke(database, house, old)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update revoked_tokens set expires_at = now() - interval '2 days'")
    async with a_standing(address) as standing:
        assert not standing.is_revoked(house.merchant.id, id_of(old))
    await revoke(database, house, new)
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select array_agg(token_id) from revoked_tokens") == [id_of(new)]


async def test_it_stands_in_the_audit_log(database: Database, house: House) -> None:
    token = house.token()
    await revoke(database, house, token)
    async with database.tenant(house.merchant.id) as connection:
        row = await connection.fetchrow("select kind, actor, data from events where kind = 'token.revoked'")
    assert row is not None
    assert (row["actor"], row["data"]) == ("test", {"token_id": id_of(token)})


BAD_NAMES = ["", " ", "a" * 256, "a\nb", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.AA"]


@pytest.mark.parametrize("named", BAD_NAMES)
async def test_what_names_no_token_is_refused(database: Database, house: House, named: str) -> None:
    with pytest.raises(Invalid):
        await revoke(database, house, named)


async def test_a_token_without_an_id_is_told_apart(database: Database, house: House) -> None:
    token = a_pair().sign(claims_of(house.merchant.id))
    with pytest.raises(Invalid, match="carries no id"):
        await revoke(database, house, token)


async def test_an_issuers_token_with_an_id_is_taken_back_too(
    database: Database, standing: MerchantStanding, house: House
) -> None:
    pair = a_pair()
    with an_issuer(pair) as issuer:
        reader = TokenReader(
            secret=KEYS.jwt, issuer=ISSUER, standing=standing, signers=Signers(lambda: fetch_jwks(issuer.url))
        )
        token = pair.sign(claims_of(house.merchant.id, jti="their own id"))
        await reader.learn_signer(f"Bearer {token}")
        assert not is_refused(reader, token)()
        await revoke(database, house, token)
        assert await soon(is_refused(reader, token))


# --- Whose ---------------------------------------------------------------------------------------------------------


async def test_nobody_takes_back_another_merchants_token(
    database: Database, standing: MerchantStanding, house: House
) -> None:
    other = await a_house(database)
    reader = TokenReader(secret=KEYS.jwt, standing=standing)
    token = house.token()
    with pytest.raises(Invalid, match="not of that merchant"):
        await revoke(database, other, token)
    await revoke(database, other, id_of(token))
    assert await soon(lambda: standing.is_revoked(other.merchant.id, id_of(token)))
    assert not is_refused(reader, token)()


@pytest.mark.parametrize("table", ["revoked_tokens", "origins"])
async def test_a_merchants_transaction_sees_and_changes_its_own_rows_alone(
    database: Database, house: House, table: str
) -> None:
    other = await a_house(database)
    for one in (house, other):
        await put(database, table, one.merchant.id, as_tenant=one.merchant.id)
    async with database.tenant(house.merchant.id) as connection:
        seen = await connection.fetch(f"select merchant_id from {table}")
        assert {row["merchant_id"] for row in seen} == {house.merchant.id}
        assert await connection.execute(f"delete from {table} where merchant_id = $1", other.merchant.id) == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await put(database, table, other.merchant.id, as_tenant=house.merchant.id)


@pytest.mark.parametrize("table", ["revoked_tokens", "origins"])
async def test_who_follows_all_merchants_reads_and_does_nothing_else(
    address: DatabaseAddress, database: Database, house: House, table: str
) -> None:
    await put(database, table, house.merchant.id, as_tenant=house.merchant.id)
    line = await asyncpg.connect(address.app_url, server_settings=dict(address.app_settings))
    try:
        assert await line.fetchval(f"select count(*) from {table}") == 0
        async with line.transaction():
            await line.execute("select set_config('app.follows', 'all', true)")
            assert await line.fetchval(f"select count(*) from {table} where merchant_id = $1", house.merchant.id) == 1
            assert await line.execute(f"delete from {table}") == "DELETE 0"
            assert await line.execute(f"update {table} set merchant_id = merchant_id") == "UPDATE 0"
            for hidden in ("merchants", "interviews", "candidates", "events"):
                assert await line.fetchval(f"select count(*) from {hidden}") == 0
        assert await line.fetchval(f"select count(*) from {table}") == 0
    finally:
        await line.close()


async def test_no_other_table_opens_to_who_follows(address: DatabaseAddress) -> None:
    line = await asyncpg.connect(address.admin_url)
    try:
        opened = await line.fetch("select tablename, cmd from pg_policies where qual like '%app.follows%'")
    finally:
        await line.close()
    assert {(row["tablename"], row["cmd"]) for row in opened} == {("revoked_tokens", "SELECT"), ("origins", "SELECT")}


async def put(database: Database, table: str, merchant_id: UUID, *, as_tenant: UUID) -> None:
    values = {
        "revoked_tokens": "(merchant_id, token_id, expires_at) values ($1, 'x', now() + interval '1 hour')",
        "origins": "(merchant_id, origin) values ($1, 'https://x.example')",
    }
    async with database.tenant(as_tenant) as connection:
        await connection.execute(f"insert into {table} {values[table]}", merchant_id)


# --- The line ------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def as_admin(address: DatabaseAddress) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    admin = await asyncpg.connect(address.admin_url)
    try:
        yield admin
    finally:
        await admin.close()


async def cut_lines(address: DatabaseAddress) -> int:
    """Ends every line that listens, as a restart or a firewall does; how many there were."""
    async with as_admin(address) as admin:
        cut: int = await admin.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1", NAME
        )
    return cut


async def test_what_happens_while_the_line_is_cut_is_known_when_it_is_back(
    address: DatabaseAddress, database: Database, house: House
) -> None:
    """The trigger's note is lost: the row is written, nobody is told, and the new line reads everything anew."""
    async with a_standing(address) as standing:
        async with as_admin(address) as admin:
            await admin.execute("alter table revoked_tokens disable trigger told")
            try:
                await revoke(database, house, "unheard")
            finally:
                await admin.execute("alter table revoked_tokens enable trigger told")
        assert not await soon(lambda: standing.is_revoked(house.merchant.id, "unheard"), seconds=0.3)
        assert await cut_lines(address) >= 1
        assert await soon(lambda: standing.is_revoked(house.merchant.id, "unheard"))
        await revoke(database, house, "heard")
        assert await soon(lambda: standing.is_revoked(house.merchant.id, "heard"))


async def test_what_was_known_stays_known_while_the_database_is_away(
    address: DatabaseAddress, database: Database, house: House
) -> None:
    async with a_standing(address) as standing:
        await revoke(database, house, "known")
        assert await soon(lambda: standing.is_revoked(house.merchant.id, "known"))
        await cut_lines(address)
        assert standing.is_revoked(house.merchant.id, "known")


async def test_a_line_that_is_silently_dead_is_noticed_and_made_again(
    address: DatabaseAddress, database: Database, house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A firewall that forgets a connection closes nothing: both ends wait for ever."""
    if address.takes_role:
        pytest.skip("goes in between at the embedded server's socket")
    monkeypatch.setattr(listen, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(listen, "ANSWER_SECONDS", 0.5)
    socket = Path(parse_qs(urlsplit(address.app_url).query)["host"][0]) / PORT
    async with a_way(tmp_path / PORT, socket) as way:
        async with a_standing(embedded_address(tmp_path, "vivavoce")) as standing:
            way.swallows = True
            await revoke(database, house, "unheard")
            assert not await soon(lambda: standing.is_revoked(house.merchant.id, "unheard"), seconds=0.3)
            way.swallows = False
            assert await soon(lambda: standing.is_revoked(house.merchant.id, "unheard"))
        assert way.taken == 2


PORT = ".s.PGSQL.5432"


@dataclass
class Way:
    """swallows: what comes goes nowhere, now and, on the ways that were open then, for ever."""

    taken: int = 0
    swallows: bool = False


@asynccontextmanager
async def a_way(here: Path, there: Path) -> AsyncIterator[Way]:
    """A socket that passes everything on to another."""
    way = Way()
    passing: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way.taken += 1
        far_reader, far_writer = await asyncio.open_unix_connection(there)
        is_dead = [False]
        for source, target in ((reader, far_writer), (far_reader, writer)):
            passing.add(asyncio.create_task(_pass_on(source, target, way, is_dead)))

    server = await asyncio.start_unix_server(take, here)
    try:
        yield way
    finally:
        server.close()
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, way: Way, is_dead: list[bool]) -> None:
    try:
        while part := await source.read(65536):
            is_dead[0] = is_dead[0] or way.swallows
            if not is_dead[0]:
                target.write(part)
    finally:
        target.close()


async def test_many_changes_at_once_are_all_known(address: DatabaseAddress, database: Database, house: House) -> None:
    async with a_standing(address) as standing:
        await asyncio.gather(*(revoke(database, house, f"t{n}") for n in range(40)))
        assert await soon(lambda: all(standing.is_revoked(house.merchant.id, f"t{n}") for n in range(40)))


async def test_a_note_without_a_change_changes_nothing(
    address: DatabaseAddress, database: Database, house: House
) -> None:
    async with a_standing(address) as standing:
        await revoke(database, house, "kept")
        async with as_admin(address) as admin:
            for _ in range(20):
                await admin.execute(f"notify {CHANNEL}, 'no sense'")
        assert await soon(lambda: standing.is_revoked(house.merchant.id, "kept"))


async def test_a_server_does_not_begin_without_having_read() -> None:
    nowhere = DatabaseAddress(
        app_url="postgresql://nobody@127.0.0.1:1/none",
        admin_url="postgresql://nobody@127.0.0.1:1/none",
        takes_role=False,
    )
    with pytest.raises(Unavailable):
        await MerchantStanding().listener(nowhere).open()


# --- As an operator does it ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_operator_takes_a_token_and_a_service_key_back_on_a_running_server(running: Running) -> None:
    made = running.furnish("revoking")
    key = running.program("service-key", "--merchant", "revoking").strip()
    stays = running.program("token", "--merchant", "revoking", "--role", "merchant_owner").strip()
    for secret in (made.token, key, stays):
        assert status_of(running, secret) != 401
    running.program("revoke", made.token, "--merchant", "revoking")
    running.program("revoke", id_of(key), "--merchant", "revoking")
    until = time.monotonic() + PATIENCE
    while {status_of(running, secret) for secret in (made.token, key)} != {401} and time.monotonic() < until:
        time.sleep(0.1)
    assert [status_of(running, secret) for secret in (made.token, key)] == [401, 401]
    assert status_of(running, stays) != 401


@pytest.mark.slow
def test_a_second_server_that_starts_later_knows_what_was_taken_back(running: Running) -> None:
    made = running.furnish("early")
    assert status_of(running, made.token) != 401
    running.program("revoke", made.token, "--merchant", "early")
    with run_server(running.folder, "--no-worker") as second:
        assert status_of(second, made.token) == 401


def status_of(running: Running, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    params = {"position_id": str(uuid4())}
    return httpx.get(f"{running.url}{GET}", params=params, headers=headers, trust_env=False).status_code
