"""What candidates add on the results page, as the merchant reads it back."""

from typing import Any

import httpx
import pytest

from tests.builders import KEYS, House, a_house
from tests.web.test_results import MEANT, SAID, TAUGHT, WEBM, Sitting, sit
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.merchants.contact import Detail, Need, set_contact
from vivavoce.merchants.revoke import revoke_token
from vivavoce.merchants.tokens import Role


async def details(sitting: Sitting, house: House, **params: str) -> dict[str, Any]:
    answer = await sitting.client.get(
        "/functions/v1/job-interview-details",
        params={"interview_result_id": str(sitting.attempt_id), **params},
        headers=house.authorization(),
    )
    found: dict[str, Any] = answer.json()
    return found


async def test_both_versions_of_corrected_words_are_told_and_what_was_changed(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    sitting = await sit(client, database, house=house)
    await sitting.post("correct", number="1", text=MEANT)
    first, second, *_ = (await details(sitting, house))["transcript"]
    assert (first["answer"], first["answer_first"]) == (MEANT, SAID)
    pieces = first["answer_difference"]
    assert "".join(one["text"] for one in pieces if one["change"] != "added") == SAID
    assert "".join(one["text"] for one in pieces if one["change"] != "removed") == MEANT
    assert (second["answer"], second["answer_first"], second["answer_difference"]) == (TAUGHT, None, None)


@pytest.mark.parametrize(("text", "expected"), [(MEANT, False), ("I lead the whole department of twelve.", True)])
async def test_a_rewritten_answer_is_told_to_be_one(
    client: httpx.AsyncClient, database: Database, text: str, expected: bool
) -> None:
    house = await a_house(database)
    sitting = await sit(client, database, house=house)
    await sitting.post("correct", number="1", text=text)
    assert (await details(sitting, house))["transcript"][0]["is_rewritten"] is expected


async def test_what_was_a_question_after_all_is_no_answer_and_waits_for_a_person(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    sitting = await sit(client, database, house=house)
    asked = "Do you pay for the bus?"
    assert 'name="as_question"' in (await sitting.get()).text
    page = (await sitting.post("correct", number="1", text=asked, as_question="yes")).text
    assert "Answer this one now" in page
    told = await details(sitting, house)
    first = told["transcript"][0]
    assert (first["answer"], first["answer_first"], first["is_rewritten"]) == (None, SAID, False)
    query = "select text from tasks where attempt_id = $1"
    assert await sitting.fetch(query, sitting.attempt_id) == asked
    page = (await sitting.post("correct", number="1", text=MEANT)).text
    assert "Answer this one now" not in page
    assert (await details(sitting, house))["transcript"][0]["answer"] == MEANT


async def test_a_film_is_opened_by_an_address_that_was_asked_for(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    sitting = await sit(client, database, house=house, intro_video="optional")
    assert (await details(sitting, house))["video_introduction_local_path"] is None
    await sitting.post("film", files={"film": ("me.webm", WEBM, "video/webm")})
    plain = await details(sitting, house)
    assert plain["video_introduction_local_path"].endswith(".webm")
    assert plain["video_introduction_url"] is None
    signed = (await details(sitting, house, get_signed_recordings="true"))["video_introduction_url"]
    client.cookies.clear()
    assert (await client.get(signed)).content == WEBM
    assert (await client.get(signed[:-3] + "/")).status_code == 404
    assert (await client.get(signed, headers={"Range": "bytes=0-3"})).status_code == 206
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select actor from events where kind = 'introduction.opened'")
    assert [row["actor"].split()[0] for row in rows] == ["user"], "one opening, however often a player seeks"


async def test_a_film_opens_no_longer_than_the_token_that_asked(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    sitting = await sit(client, database, house=house, intro_video="optional")
    await sitting.post("film", files={"film": ("me.webm", WEBM, "video/webm")})
    token = house.token(Role.OWNER)
    asks = {"interview_result_id": str(sitting.attempt_id), "get_signed_recordings": "true"}
    address = "/functions/v1/job-interview-details"
    answer = await client.get(address, params=asks, headers={"Authorization": f"Bearer {token}"})
    film = answer.json()["video_introduction_url"]
    assert (await client.get(film)).status_code == 200
    await revoke_token(database, token, merchant_id=house.merchant.id, secret=KEYS.jwt, actor="test", now=now())
    assert (await client.get(film)).status_code == 404


@pytest.mark.slow
async def test_who_they_are_and_what_they_thought_of_it(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    await set_contact(database, {Detail.PHONE: Need.ASKED}, merchant_id=house.merchant.id, actor="test")
    sitting = await sit(client, database, house=house)
    before = await details(sitting, house)
    assert before["candidate_feedback"] is None
    assert (before["contact"]["name"], before["contact"]["phone"]) == ("Sam Rivers", None)
    await sitting.post("hand-in", rating="2", words="Too fast.", phone="020 7946 0018")
    after = await details(sitting, house)
    assert after["candidate_feedback"] == {"rating": 2, "text": "Too fast."}
    assert after["contact"]["phone"] == "020 7946 0018"
