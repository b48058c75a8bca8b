"""merchant-model-set and merchant-model-list: a merchant's own language models, whose keys nobody reads again."""

from typing import Any

import httpx
import pytest

from tests.builders import KEYS, House, a_house
from tests.folding import folded
from vivavoce.db.database import Database
from vivavoce.merchants.models import find_choice
from vivavoce.merchants.tokens import Role

FUNCTIONS = "/functions/v1"
SECRET = "sk-a-very-secret-key"
# Addresses that are looked at as they stand: no name is looked up in a test.
MODEL = {"url": "https://93.184.216.34/v1", "model": "small", "key": SECRET, "for": ["converse"]}


async def send(
    client: httpx.AsyncClient,
    house: House,
    operation: str = "merchant-model-set",
    *,
    role: Role = Role.OWNER,
    **body: Any,
) -> httpx.Response:
    return await client.post(f"{FUNCTIONS}/{operation}", json=body, headers=house.authorization(role=role))


async def keys(database: Database, house: House) -> list[str | None]:
    kept = await find_choice(database, KEYS.sealer, house.merchant.id)
    return [] if kept is None else [model.key for model in kept.choice.models]


async def test_what_is_chosen_is_told_without_its_key_and_replaces_what_was(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    answer = await send(client, house, models=[MODEL], cost_per_day=2.5, keeps_texts=True)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["models"] == [
        {
            "url": MODEL["url"],
            "model": "small",
            "has_key": True,
            "for": ["converse"],
            "price_prompt": None,
            "price_completion": None,
        }
    ]
    assert (told["chosen_by"], told["cost_per_attempt"], told["cost_per_day"], told["keeps_texts"]) == (
        "merchant",
        None,
        2.5,
        True,
    )
    assert SECRET not in answer.text
    listed = await send(client, house, "merchant-model-list")
    assert listed.json() == told
    assert await keys(database, house) == [SECRET]
    assert (await send(client, house, models=[])).json()["models"] == []
    assert (await send(client, house, models=None)).json()["chosen_by"] == "server"


@folded(
    ("sent", "kept"),
    [
        ({}, SECRET),  # no word of the key: it stays
        ({"key": None}, None),
        ({"key": "sk-another"}, "sk-another"),
        ({"url": "https://93.184.216.35/v1"}, None),  # nobody's key goes elsewhere
        ({"model": "large"}, None),
    ],
)
async def test_a_key_stays_where_it_was_sent_for(
    client: httpx.AsyncClient, house: House, database: Database, sent: dict[str, Any], kept: str | None
) -> None:
    await send(client, house, models=[MODEL])
    model = {name: value for name, value in MODEL.items() if name != "key"} | sent
    assert (await send(client, house, models=[model])).status_code == 200
    assert await keys(database, house) == [kept]


@folded(
    ("body", "name"),
    [
        ({}, "models"),
        ({"models": "gpt"}, "models"),
        ({"models": [{"url": MODEL["url"]}]}, "models[0].model"),
        ({"models": [MODEL | {"price_prompt": -1}]}, "models[0].price_prompt"),
        ({"models": [MODEL | {"url": "ftp://93.184.216.34"}]}, "models.0.url"),
        ({"models": [MODEL | {"for": ["sing"]}]}, "models"),
        ({"models": [MODEL | {"key": "two words"}]}, "models"),
        ({"models": [MODEL | {"url": "https://127.0.0.1/v1"}]}, "models.0.url"),
        ({"models": [MODEL | {"url": "http://93.184.216.34/v1"}]}, "models.0.url"),
        ({"models": [MODEL] * 11}, "models"),
        ({"models": [], "cost_per_day": -1}, "cost_per_day"),
        ({"models": [], "cost_per_attempt": "much"}, "cost_per_attempt"),
    ],
)
async def test_what_cannot_be_used_is_named_and_no_key_is_told(
    client: httpx.AsyncClient, house: House, database: Database, body: dict[str, Any], name: str
) -> None:
    answer = await send(client, house, **body)
    assert (answer.status_code, answer.json().get("name")) == (422, name), answer.text
    assert SECRET not in answer.text
    assert await keys(database, house) == []


@pytest.mark.parametrize("operation", ["merchant-model-set", "merchant-model-list"])
async def test_recruiters_neither_choose_nor_read_them(client: httpx.AsyncClient, house: House, operation: str) -> None:
    answer = await send(client, house, operation, role=Role.RECRUITER, models=[])
    assert answer.status_code == 403


async def test_another_merchants_models_are_out_of_reach(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    other = await a_house(database)
    await send(client, other, models=[MODEL])
    answer = await send(client, house, "merchant-model-list", merchant_id=str(other.merchant.id))
    assert answer.status_code == 403
    assert "small" not in answer.text
