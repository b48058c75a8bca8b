"""Whoever the merchant lets listen gets addresses for five minutes, and is in the audit log for each one opened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import KEYS, House, a_house, a_seat, an_attempt, an_interview
from tests.recordings.test_compose import spoken
from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.heard_words import save_words
from vivavoce.attempts.viewers import RecordingViewer
from vivavoce.candidates.links import Identity, Seat, sign_identity
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.merchants.revoke import revoke_token
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role
from vivavoce.recordings.links import RecordingAddress, sign_recording
from vivavoce.web.candidate.session import PERSON_COOKIE
from vivavoce.web.opened_addresses import OpenedAddresses

DETAILS = "/functions/v1/job-interview-details"


async def told(
    client: httpx.AsyncClient, house: House, attempt_id: UUID, *, token: str | None = None, is_signed: bool = True
) -> dict[str, Any]:
    asks = {"interview_result_id": str(attempt_id), "get_signed_recordings": "true" if is_signed else "false"}
    headers = house.authorization() if token is None else {"Authorization": f"Bearer {token}"}
    answer = await client.get(DETAILS, params=asks, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def said_aloud(database: Database, house: House, folder: Path, **settings: Any) -> tuple[Seat, UUID]:
    seat, attempt_id = await spoken(database, house, folder, **settings)
    async with database.tenant(seat.merchant_id) as connection:
        for number in (1, 2):
            await save_words(
                connection,
                [HeardWord(text="so", start=0.1, end=0.4, probability=None)],
                merchant_id=seat.merchant_id,
                attempt_id=attempt_id,
                number=number,
                key=uuid4(),
                now=now(),
            )
    return seat, attempt_id


async def opened(database: Database, house: House) -> list[tuple[str, Any]]:
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select actor, data from events where kind = 'recording.opened' order by number")
    return [(row["actor"], row["data"]["number"]) for row in rows]


async def test_answers_and_the_whole_are_played_from_anywhere_and_each_opening_is_an_event(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    _, attempt_id = await said_aloud(database, house, data_dir)
    details = await told(client, house, attempt_id)
    urls = [turn["recording_url"] for turn in details["transcript"]]
    assert [url is not None for url in urls] == [True, True, False], "the third answer was typed"
    assert await opened(database, house) == [], "an address that is only asked for opens nothing"
    whole = await client.get(urls[1])
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/webm")
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["cache-control"] == "no-store"
    part = await client.get(urls[1], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    session = await client.get(details["recording_url"])
    assert len(session.content) > len(whole.content)
    assert [number for _, number in await opened(database, house)] == [2, None]
    assert {actor.startswith("user ") for actor, _ in await opened(database, house)} == {True}


async def test_without_being_asked_for_and_before_the_handing_in_there_is_no_address(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    _, attempt_id = await said_aloud(database, house, data_dir)
    details = await told(client, house, attempt_id, is_signed=False)
    assert details["recording_url"] is None
    assert {turn["recording_url"] for turn in details["transcript"]} == {None}


async def test_an_address_ends_with_the_token_that_asked_for_it(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    _, attempt_id = await said_aloud(database, house, data_dir)
    token = house.token(Role.OWNER)
    url = (await told(client, house, attempt_id, token=token))["recording_url"]
    assert (await client.get(url)).status_code == 200
    await revoke_token(database, token, merchant_id=house.merchant.id, secret=KEYS.jwt, actor="test", now=now())
    refused = await client.get(url)
    assert refused.status_code == 404


@pytest.mark.parametrize("what", ["late", "altered", "another merchant's"])
async def test_what_is_no_good_address_opens_nothing(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path, what: str
) -> None:
    seat, attempt_id = await said_aloud(database, house, data_dir)
    other = await a_house(database)
    viewer = RecordingViewer(merchant_id=house.merchant.id, user_id="u", token_id=None)
    merchant_id = other.merchant.id if what == "another merchant's" else seat.merchant_id
    address = RecordingAddress(merchant_id=merchant_id, attempt_id=attempt_id, number=None, viewer=viewer)
    made_at = datetime.now(UTC) - timedelta(minutes=5, seconds=1) if what == "late" else datetime.now(UTC)
    token = sign_recording(KEYS, address, now=made_at)
    if what == "altered":
        token = token[:-4] + "AAAA"
    assert (await client.get(f"/interview/recordings/{token}/")).status_code == 404
    assert await opened(database, house) == []


def test_an_address_is_opened_once_until_it_is_over() -> None:
    addresses = OpenedAddresses()
    assert [addresses.is_first("a", now=moment) for moment in (0.0, 1.0, 299.0, 301.0)] == [True, False, False, True]
    assert addresses.is_first("b", now=1.0)


async def test_an_own_page_speaks_of_recordings_only_where_something_of_the_person_was_recorded(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    speaker, _ = await said_aloud(database, house, data_dir)
    typist = await a_seat(database, house, await an_interview(database, house))
    await an_attempt(database, typist)
    for seat, is_recorded in ((speaker, True), (typist, False)):
        identity = Identity(
            merchant_id=seat.merchant_id, candidate_id=seat.candidate_id, environment=DEFAULT_ENVIRONMENT
        )
        proof = sign_identity(KEYS, identity, expires_at=now() + timedelta(hours=1))
        client.cookies.set(PERSON_COOKIE + str(seat.merchant_id)[-12:], proof)
        page = (await client.get(f"/interview/at/{house.merchant.slug}/mine/")).text
        assert "Download my data" in page
        assert ("your recordings" in page) is is_recorded
