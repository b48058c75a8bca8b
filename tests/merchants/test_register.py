"""Merchants: made once a slug, found by slug or id."""

import asyncio
import secrets

import pytest

from tests.builders import House
from tests.folding import folded
from vivavoce.db.database import Database
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.merchants.register import Merchant, add_merchant, find_merchant, to_slug


async def add(database: Database, slug: str, name: str = "Acme") -> Merchant:
    return await add_merchant(database, name=name, slug=slug, parent_id=None, portals=("interview",))


def a_slug() -> str:
    return f"m-{secrets.token_hex(6)}"


@folded(
    ("name", "slug"),
    [
        ("Acme", "acme"),
        ("  Acme  ", "acme"),
        ("Harbour Road Depot", "harbour-road-depot"),
        ("O'Hara & Søns, Ltd.", "o-hara-sns-ltd"),
        ("Café Zürich", "cafe-zurich"),
        ("A--B__C", "a-b-c"),
        ("7-Eleven", "7-eleven"),
        ("Ｗｉｄｅ", "wide"),
        ("面接 Tokyo", "tokyo"),
        ("-x-", "x"),
        ("a" * 70, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_name_yields_a_slug(name: str, slug: str) -> None:
    assert to_slug(name, None) == slug


@folded("slug", ["a", "0", "acme", "a-b-c", "7-eleven", "x" * 60])
def test_a_slug_that_is_given_is_taken(slug: str) -> None:
    assert to_slug("Acme", slug) == slug


@folded(
    "slug",
    [
        "",
        " ",
        "Acme",
        "a b",
        "a_b",
        "a--b",
        "-a",
        "a-",
        "-",
        "é",
        "a.b",
        "a/b",
        "a\n",
        "acme\0",
        "x" * 61,
        "а",
    ],
)
def test_a_slug_of_another_form_is_refused(slug: str) -> None:
    with pytest.raises(Invalid) as caught:
        to_slug("Acme", slug)
    assert caught.value.name == "slug"


@pytest.mark.parametrize(("name", "blamed"), [("", "name"), (" \n\t", "name"), ("面接", "slug"), ("!!!", "slug")])
def test_a_name_that_yields_no_slug_is_refused(name: str, blamed: str) -> None:
    with pytest.raises(Invalid) as caught:
        to_slug(name, None)
    assert caught.value.name == blamed


async def test_a_merchant_is_found_by_slug_and_by_id(database: Database) -> None:
    made = await add(database, a_slug(), "  Acme  ")
    assert made.name == "Acme"
    assert made == await find_merchant(database, made.slug) == await find_merchant(database, str(made.id))


async def test_a_sub_merchant_knows_its_parent_and_its_portals(database: Database, house: House) -> None:
    made = await add_merchant(
        database, name="Sub", slug=a_slug(), parent_id=house.merchant.id, portals=("coaching", "interview")
    )
    assert await find_merchant(database, made.slug) == made
    assert (made.parent_id, made.portals) == (house.merchant.id, ("coaching", "interview"))


async def test_a_slug_is_taken_once(database: Database) -> None:
    slug = a_slug()
    first = await add(database, slug)
    with pytest.raises(Conflict) as caught:
        await add(database, slug, "Other")
    assert caught.value.name == "slug"
    assert await find_merchant(database, slug) == first


async def test_a_slug_that_is_wanted_at_once_is_taken_once(database: Database) -> None:
    slug = a_slug()
    made = await asyncio.gather(*(add(database, slug) for _ in range(6)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["Conflict"] * 5 + ["Merchant"]


@pytest.mark.parametrize(
    "name",
    ["nobody", "", "' or true --", "0198a2f4-7c1e-7a3b-9d5e-3f2a1b4c5d6e", "00000000-0000-0000-0000-000000000000"],
)
async def test_a_merchant_that_is_not_there_is_not_found(database: Database, name: str) -> None:
    with pytest.raises(NotFound, match="vivavoce merchant add"):
        await find_merchant(database, name)
