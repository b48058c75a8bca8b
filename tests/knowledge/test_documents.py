"""From an upload to passages that are found: in every order, and with workers that die."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.builders import KEYS, NOW, House, a_document, a_house
from vivavoce.db.database import Database
from vivavoce.knowledge.documents import (
    DocumentKind,
    NewDocument,
    add_document,
    find_document,
    remove_document,
    set_document,
)
from vivavoce.knowledge.reading import (
    BROKE_OFF,
    DAMAGED,
    MOST_TRIES,
    ReadDocument,
    ReadPassage,
    claim_document,
    keep_read,
    read_document,
    run_reader,
)
from vivavoce.knowledge.search import search
from vivavoce.knowledge.stores import add_store, remove_store, rename_store
from vivavoce.providers.networks import read_networks

HOLIDAYS = "Everyone has 28 days of holiday a year."
TABLES = ("documents", "document_files", "passages", "passage_bits")


@pytest.fixture
async def house(database: Database) -> House:
    return await a_house(database)


async def put(database: Database, house: House, text: str = HOLIDAYS, **changes: Any) -> UUID | None:
    """An article that nobody has read yet."""
    given: dict[str, Any] = {"store_id": house.store_id, "kind": DocumentKind.ARTICLE, "name": "a", "format": "md"}
    new = NewDocument(**given | {"content": text.encode()} | changes)
    async with database.tenant(house.merchant.id) as connection:
        return await add_document(
            connection, new, merchant_id=house.merchant.id, environment=None, sealer=KEYS.sealer, actor="test", now=NOW
        )


async def stands(database: Database, house: House, document_id: UUID) -> tuple[str, str, int]:
    """How far a document is, why it can't be read, and how many passages it has."""
    async with database.tenant(house.merchant.id) as connection:
        row = await connection.fetchrow("select state, fault, passage_count from documents where id = $1", document_id)
    assert row is not None
    return tuple(row)


async def found(database: Database, house: House, question: str, *, environment: str | None = None) -> list[str]:
    """The texts that are found in the house's store."""
    passages = await search(
        database,
        question,
        "en",
        merchant_id=house.merchant.id,
        environment=environment,
        store_ids=[house.store_id],
        limit=5,
    )
    return [passage.text for passage in passages]


async def notes(database: Database, house: House) -> int:
    async with database.tenant(house.merchant.id) as connection:
        counted: int = await connection.fetchval(
            "select count(*) from procrastinate_jobs where task_name = 'read_document' and args ->> 'merchant_id' = $1",
            str(house.merchant.id),
        )
    return counted


@pytest.mark.slow
async def test_a_document_is_read_by_a_program_of_its_own_and_found_in_another_language(
    database: Database, house: House
) -> None:
    document_id = await put(database, house, f"# Leave\n\n{HOLIDAYS}\n\n# Food\n\nThe canteen opens at noon.")
    assert document_id is not None
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "document_id": document_id, "networks": (), "now": NOW}
    await read_document(database, KEYS.sealer, **of)
    assert await stands(database, house, document_id) == ("ready", "", 2)
    assert (await found(database, house, "Wie viele Urlaubstage bekomme ich?"))[0] == HOLIDAYS
    assert (await run_reader(b"%PDF-1.7 and no more", "pdf")).fault == DAMAGED


async def test_the_same_document_twice_is_one_and_is_read_again_only_where_that_failed(
    database: Database, house: House
) -> None:
    first = await put(database, house)
    assert first is not None
    assert await put(database, house) == first
    assert await notes(database, house) == 1
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "document_id": first, "now": NOW}
    claim = await claim_document(database, KEYS.sealer, **of)
    assert claim is not None
    async with database.tenant(house.merchant.id) as connection:
        await keep_read(connection, claim, ReadDocument(fault="No."), **of)
    assert await stands(database, house, first) == ("failed", "No.", 0)
    assert await put(database, house) == first
    assert (await stands(database, house, first), await notes(database, house)) == (("queued", "", 0), 2)


async def test_who_made_filled_and_erased_a_store_is_recorded(database: Database, house: House) -> None:
    made = await add_store(database, merchant_id=house.merchant.id, name="Our own", slug="own", actor="user 0")
    again = await add_store(database, merchant_id=house.merchant.id, name="Our own", slug="own", actor="user 9")
    assert made == again  # and nothing new happened
    house = replace(house, store_id=made)
    document_id = await put(database, house)
    assert document_id is not None
    assert await put(database, house) == document_id  # nothing new happened
    async with database.tenant(house.merchant.id) as connection:
        document = await find_document(connection, document_id, environment=None)
        assert document is not None
        await set_document(connection, document, name="b", is_active=False, actor="user 1", now=NOW)
        await remove_document(connection, document, actor="user 2")
    await put(database, house)
    async with database.tenant(house.merchant.id) as connection:
        assert await rename_store(connection, house.store_id, name="Ours", environment=None, actor="user 3")
        assert await remove_store(connection, house.store_id, environment=None, actor="user 4", now=NOW)
        rows = await connection.fetch(
            "select kind, actor, data from events where kind like 'store.%' or kind like 'document.%' order by number"
        )
    of_store = {"store_id": str(house.store_id)}
    added = of_store | {"kind": "article", "bytes": len(HOLIDAYS)}
    assert [tuple(row) for row in rows] == [
        ("store.added", "user 0", {}),
        ("document.added", "test", added),
        ("document.changed", "user 1", of_store | {"changed": ["name", "status"]}),
        ("document.removed", "user 2", of_store),
        ("document.added", "test", added),
        ("store.renamed", "user 3", {}),
        ("store.removed", "user 4", {"documents": 1}),
    ]


async def test_two_uploads_at_once_of_one_document_are_one(database: Database, house: House) -> None:
    made = await asyncio.gather(*(put(database, house) for _ in range(8)))
    assert (len(set(made)), await notes(database, house)) == (1, 1)


async def test_a_worker_that_woke_too_late_changes_nothing(database: Database, house: House) -> None:
    document_id = await put(database, house)
    assert document_id is not None
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "document_id": document_id, "now": NOW}
    late = await claim_document(database, KEYS.sealer, **of)
    assert late is not None
    assert late.content == HOLIDAYS.encode()
    claim = await claim_document(database, KEYS.sealer, **of)  # the first one was killed, as everybody thought
    assert claim is not None
    passage = ReadPassage(headings=(), text=HOLIDAYS, vector=None)
    async with database.tenant(house.merchant.id) as connection:
        await keep_read(connection, claim, ReadDocument(passages=(passage,), format="md"), **of)
        await keep_read(connection, late, ReadDocument(passages=(passage, passage), format="md"), **of)
        await keep_read(connection, late, ReadDocument(fault="No."), **of)
    assert await stands(database, house, document_id) == ("ready", "", 1)
    assert await claim_document(database, KEYS.sealer, **of) is None


async def test_a_document_at_which_workers_die_is_given_up(database: Database, house: House) -> None:
    document_id = await put(database, house)
    assert document_id is not None
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "document_id": document_id, "now": NOW}
    for _ in range(MOST_TRIES):
        assert await claim_document(database, KEYS.sealer, **of) is not None
    assert await claim_document(database, KEYS.sealer, **of) is None
    assert await stands(database, house, document_id) == ("failed", BROKE_OFF, 0)


async def test_nothing_is_found_in_a_draft_a_removed_store_or_another_environment(
    database: Database, house: House
) -> None:
    document_id = await a_document(database, house, HOLIDAYS)
    assert await found(database, house, "holiday", environment="staging") == [HOLIDAYS]  # a store of every environment
    async with database.tenant(house.merchant.id) as connection:
        document = await find_document(connection, document_id, environment=None)
        assert document is not None
        await set_document(connection, document, name=None, is_active=False, actor="test", now=NOW)
    assert await found(database, house, "holiday") == []
    async with database.tenant(house.merchant.id) as connection:
        await set_document(connection, document, name=None, is_active=True, actor="test", now=NOW)
        await connection.execute("update stores set environment = 'production' where id = $1", house.store_id)
    assert await found(database, house, "holiday", environment="production") == [HOLIDAYS]
    assert await found(database, house, "holiday", environment="staging") == []


async def test_what_was_read_anew_or_erased_is_so_for_the_next_search(database: Database, house: House) -> None:
    document_id = await a_document(database, house, HOLIDAYS)
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "document_id": document_id, "now": NOW}
    for text in (HOLIDAYS, "A holiday has to be asked for in March.", "In March."):
        async with database.tenant(house.merchant.id) as connection:
            await connection.execute("update documents set state = 'queued' where id = $1", document_id)
        claim = await claim_document(database, KEYS.sealer, **of)
        assert claim is not None
        assert len(await found(database, house, "holiday in March")) == 1  # what was read before
        passages = (ReadPassage(headings=(), text="Nobody knows.", vector=None),) * 9
        read = ReadDocument(
            passages=(*passages, ReadPassage(headings=(), text=text, vector=None)), language="en", format="md"
        )
        async with database.tenant(house.merchant.id) as connection:
            await keep_read(connection, claim, read, **of)
        assert await found(database, house, "holiday in March") == [text]
    async with database.tenant(house.merchant.id) as connection:
        document = await find_document(connection, document_id, environment=None)
        assert document is not None
        await remove_document(connection, document, actor="test")
    assert await found(database, house, "holiday in March") == []


async def test_a_removed_store_leaves_nothing_of_its_documents_and_takes_none(database: Database, house: House) -> None:
    other = await a_house(database)
    await a_document(database, house, HOLIDAYS)
    theirs = await a_document(database, other, HOLIDAYS)
    async with database.tenant(house.merchant.id) as connection:
        assert not await remove_store(connection, other.store_id, environment=None, actor="test", now=NOW)
        assert await remove_store(connection, house.store_id, environment=None, actor="test", now=NOW)
        assert [await connection.fetchval(f"select count(*) from {table}") for table in TABLES] == [0, 0, 0, 0]
    assert await put(database, house) is None
    assert await found(database, house, "holiday") == []
    assert await stands(database, other, theirs) == ("ready", "", 1)
    # Its short name is free again.
    assert (
        await add_store(database, merchant_id=house.merchant.id, name="New", slug="about", actor="test")
        != house.store_id
    )


async def test_what_is_uploaded_while_the_store_is_removed_is_either_gone_or_refused(
    database: Database, house: House
) -> None:
    async def remove() -> None:
        async with database.tenant(house.merchant.id) as connection:
            await remove_store(connection, house.store_id, environment=None, actor="test", now=NOW)

    await asyncio.gather(*(put(database, house, f"Article {number}.") for number in range(6)), remove())
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from documents") == 0


async def test_an_address_is_fetched_and_nothing_private_is(database: Database, house: House) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line = b"302 Found\r\nLocation: /other" if b"/moved" in head else b"200 OK\r\nContent-Type: image/png"
        writer.write(b"HTTP/1.1 " + line + b"\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\x89\0\0\0")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for path, networks, why in (
            ("", "", "in a private network"),
            ("moved", "127.0.0.0/8", "leads to another one"),
            ("picture", "127.0.0.0/8", "no document that can be read"),
        ):
            url = f"http://127.0.0.1:{port}/{path}"
            document_id = await put(database, house, kind=DocumentKind.URL, url=url, content=b"", format="")
            assert document_id is not None
            await read_document(
                database, KEYS.sealer, merchant_id=house.merchant.id, document_id=document_id,
                networks=read_networks(networks or None), now=NOW,
            )  # fmt: skip
            state, fault, _ = await stands(database, house, document_id)
            assert (state, why in fault) == ("failed", True), fault
