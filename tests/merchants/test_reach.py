"""Whom candidates write to: kept, changed in parts, had from the parent, refused where it leads nowhere."""

import pytest

from tests.builders import a_house
from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.merchants.reach import Reach, find_reach, set_reach
from vivavoce.merchants.register import add_merchant


async def test_what_is_not_named_stays_and_an_empty_text_takes_it_away(database: Database) -> None:
    merchant_id = (await a_house(database)).merchant.id
    assert await find_reach(database, merchant_id) == Reach()
    told = {"person": "  Tom   Adeyemi, Recruiting ", "email": "tom@harbour.example"}
    await set_reach(database, told, merchant_id=merchant_id, actor="test")
    await set_reach(database, {"privacy_url": "https://harbour.example/privacy"}, merchant_id=merchant_id, actor="test")
    assert await find_reach(database, merchant_id) == Reach(
        person="Tom Adeyemi, Recruiting", email="tom@harbour.example", privacy_url="https://harbour.example/privacy"
    )
    await set_reach(database, {"person": "", "privacy_url": ""}, merchant_id=merchant_id, actor="test")
    assert await find_reach(database, merchant_id) == Reach(email="tom@harbour.example")


async def test_a_sub_merchant_that_says_nothing_has_its_parents(database: Database) -> None:
    parent = (await a_house(database)).merchant
    child = await add_merchant(
        database, name="Quay", slug=f"{parent.slug}-quay", parent_id=parent.id, portals=("interview",)
    )
    await set_reach(database, {"email": "all@harbour.example"}, merchant_id=parent.id, actor="test")
    assert (await find_reach(database, child.id)).email == "all@harbour.example"
    await set_reach(database, {"person": "Kim"}, merchant_id=child.id, actor="test")
    assert await find_reach(database, child.id) == Reach(person="Kim")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("email", "tom"),
        ("email", "tom@harbour"),
        ("email", "tom@harbour.example?bcc=all@example.com"),
        ("email", "<tom@harbour.example>"),
        ("email", f"{'t' * 250}@harbour.example"),
        ("privacy_url", "http://harbour.example/privacy"),
        ("privacy_url", "javascript:alert(1)"),
        ("terms_url", "https://"),
        ("terms_url", "https://user@harbour.example/"),
        ("terms_url", f"https://harbour.example/{'a' * 1000}"),
        ("person", "T" * 121),
        ("person", "Tom\0"),
        ("street", "Harbour Road"),
    ],
)
async def test_what_leads_nowhere_is_refused_by_its_name(database: Database, name: str, text: str) -> None:
    merchant_id = (await a_house(database)).merchant.id
    with pytest.raises(Invalid) as refused:
        await set_reach(database, {name: text}, merchant_id=merchant_id, actor="test")
    assert refused.value.name == name
    assert await find_reach(database, merchant_id) == Reach()
