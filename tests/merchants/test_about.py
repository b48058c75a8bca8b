"""What a merchant says of itself: kept as it is written, changed at any time, seen by nobody else."""

from pathlib import Path

import pytest

from tests.builders import House
from tests.merchants.test_register import a_slug
from vivavoce.cli.about import LONGEST_BYTES, read_given, read_text
from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.merchants.about import LONGEST_ABOUT, read_about, set_about, to_about
from vivavoce.merchants.register import Merchant, add_merchant


async def add(database: Database, about: str = "") -> Merchant:
    return await add_merchant(database, name="Acme", slug=a_slug(), parent_id=None, portals=("interview",), about=about)


async def read(database: Database, merchant: Merchant) -> str:
    async with database.tenant(merchant.id) as connection:
        return await read_about(connection, merchant.id)


async def test_a_merchant_says_nothing_at_first(database: Database) -> None:
    assert await read(database, await add(database)) == ""


async def test_a_merchant_says_what_it_was_added_with(database: Database) -> None:
    assert await read(database, await add(database, "\n# Us\n\nWe *bake*.\n")) == "# Us\n\nWe *bake*."


async def test_what_a_merchant_says_is_changed_and_taken_back(database: Database) -> None:
    merchant = await add(database, "Before.")
    await set_about(database, "Now.", merchant_id=merchant.id, actor="test")
    assert await read(database, merchant) == "Now."
    await set_about(database, "  ", merchant_id=merchant.id, actor="test")
    assert await read(database, merchant) == ""


async def test_a_change_is_told_without_its_words(database: Database) -> None:
    merchant = await add(database)
    await set_about(database, "A secret.", merchant_id=merchant.id, actor="test")
    async with database.tenant(merchant.id) as connection:
        row = await connection.fetchrow("select actor, data from events where kind = 'merchant.described'")
    assert row is not None
    assert (row["actor"], row["data"]) == ("test", {"characters": 9})


async def test_what_one_merchant_says_another_does_not(database: Database, house: House) -> None:
    merchant = await add(database, "Ours.")
    await set_about(database, "Theirs.", merchant_id=house.merchant.id, actor="test")
    assert await read(database, merchant) == "Ours."


async def test_a_text_that_cannot_be_kept_adds_no_merchant(database: Database) -> None:
    slug = a_slug()
    with pytest.raises(Invalid):
        await add_merchant(database, name="A", slug=slug, parent_id=None, portals=("interview",), about="\0")
    await add_merchant(database, name="A", slug=slug, parent_id=None, portals=("interview",))


@pytest.mark.parametrize("text", ["a\0b", "half \ud800", "x" * (LONGEST_ABOUT + 1)], ids=["nul", "half", "long"])
def test_what_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        to_about(text)
    assert caught.value.name == "about"


def test_the_longest_text_is_kept() -> None:
    assert len(to_about("  " + "x" * LONGEST_ABOUT + "\n")) == LONGEST_ABOUT


def test_a_file_is_read_and_anything_else_is_the_text(tmp_path: Path) -> None:
    file = tmp_path / "about us.md"
    file.write_bytes("\ufeffWir backen für Köln.\n".encode())
    assert read_given(str(file)) == "Wir backen für Köln.\n"
    assert read_given("We bake.") == "We bake."
    assert read_given("x" * 10_000) == "x" * 10_000
    assert read_given("") == ""


@pytest.mark.parametrize("name", ["about.md", "docs/about.txt"])
def test_a_file_that_is_not_there_is_no_text(name: str) -> None:
    with pytest.raises(Invalid, match="no file"):
        read_given(name)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "about"
    for held, said in ((b"\xff\xfe\x00", "UTF-8"), (b"x" * (LONGEST_BYTES + 1), "too large")):
        file.write_bytes(held)
        with pytest.raises(Invalid, match=said):
            read_text(file)
    for missing in (tmp_path, tmp_path / "none"):
        with pytest.raises(Invalid, match="can't be read"):
            read_text(missing)
