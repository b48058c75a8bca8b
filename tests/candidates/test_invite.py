"""Inviting: the same person stays the same candidate; each gets a link to one interview."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.builders import KEYS, NOW, House, a_house, an_interview
from vivavoce.candidates.invite import Invited, Invitee, invite
from vivavoce.candidates.links import LINK_LIFE, Seat, read_link
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT


async def ask(database: Database, house: House, interview_id: UUID, *, now: datetime = NOW, **person: Any) -> Invited:
    """An invitation by this merchant."""
    return await invite(
        database,
        KEYS,
        Invitee(**person),
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        environment=DEFAULT_ENVIRONMENT,
        is_test=False,
        actor="test",
        now=now,
    )


async def rows(database: Database, house: House, table: str) -> "list[asyncpg.Record]":
    async with database.tenant(house.merchant.id) as connection:
        return list(await connection.fetch(f"select * from {table} order by id"))


async def test_a_link_leads_its_person_to_its_interview(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    invited = await ask(database, house, interview_id, now=datetime.now(UTC), name=" Sam ", email="sam@example.com")
    assert read_link(KEYS, invited.token) == Seat(
        merchant_id=house.merchant.id, interview_id=interview_id, candidate_id=invited.candidate_id, is_test=False
    )
    (candidate,) = await rows(database, house, "candidates")
    assert (candidate["id"], candidate["name"], candidate["email"]) == (invited.candidate_id, "Sam", "sam@example.com")


async def test_an_invitation_is_kept_with_its_end_and_told(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    invited = await ask(database, house, interview_id, email="sam@example.com")
    (row,) = await rows(database, house, "invitations")
    assert (row["interview_id"], row["candidate_id"], row["expires_at"]) == (
        interview_id,
        invited.candidate_id,
        NOW + timedelta(days=30),
    )
    assert timedelta(days=30) == LINK_LIFE
    (event,) = [row for row in await rows(database, house, "events") if row["kind"] == "candidate.invited"]
    assert (event["subject_id"], event["data"]) == (row["id"], {"interview_id": str(interview_id)})


@pytest.mark.parametrize(
    "again", ["sam@example.com", "Sam@Example.COM", "  sam@example.com\n", "SAM@EXAMPLE.COM\t", "\u00a0sam@example.com"]
)
async def test_the_same_address_is_the_same_candidate(database: Database, house: House, again: str) -> None:
    first = await ask(database, house, await an_interview(database, house), email="sam@example.com")
    second = await ask(database, house, await an_interview(database, house), email=again)
    assert second.candidate_id == first.candidate_id
    assert len(await rows(database, house, "candidates")) == 1


async def test_the_same_address_at_once_is_the_same_candidate(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    invited = await asyncio.gather(*(ask(database, house, interview_id, email="sam@example.com") for _ in range(6)))
    assert len({one.candidate_id for one in invited}) == 1
    assert len(await rows(database, house, "candidates")) == 1


async def test_the_same_address_at_another_merchant_is_another_candidate(database: Database, house: House) -> None:
    other = await a_house(database)
    first = await ask(database, house, await an_interview(database, house), email="sam@example.com")
    second = await ask(database, other, await an_interview(database, other), email="sam@example.com")
    assert first.candidate_id != second.candidate_id


async def test_what_was_missing_is_filled_in_and_what_is_known_stays(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    people: list[dict[str, Any]] = [
        {}, {"name": "Sam"}, {"name": "Samuel", "external_id": "7"}, {"external_id": "8"},
    ]  # fmt: skip
    told: list[tuple[str, str | None]] = []
    for person in people:
        await ask(database, house, interview_id, email="sam@example.com", **person)
        (row,) = await rows(database, house, "candidates")
        told.append((row["name"], row["external_id"]))
    assert told == [("", None), ("Sam", None), ("Sam", "7"), ("Sam", "7")]


async def test_the_same_external_id_is_the_same_candidate(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    first = await ask(database, house, interview_id, external_id="7")
    second = await ask(database, house, interview_id, external_id="7", name="Sam")
    third = await ask(database, house, interview_id, external_id="8")
    assert first.candidate_id == second.candidate_id != third.candidate_id


async def test_whoever_nothing_is_known_of_is_a_new_candidate_each_time(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    people: list[dict[str, Any]] = [{}, {"name": "Sam"}, {"name": "Sam"}, {"email": "", "external_id": ""}]
    invited = [await ask(database, house, interview_id, **person) for person in people]
    assert len({one.candidate_id for one in invited}) == len(people)


BAD_EMAILS = [
    "sam",
    "sam@",
    "@example.com",
    "sam@example",
    "sam@@example.com",
    "sam@exam@ple.com",
    "sam rivers@example.com",
    "sam@exam ple.com",
    "sam@example..com",
    "sam@.example.com",
    "sam@example.com.",
    "sam@example.com, kim@example.com",
    "sam@example.com\nbcc: kim@example.com",
    "s" * 65 + "@example.com",
    "sam@" + "x" * 317 + ".com",
    "Sam <sam@example.com>",
]


@pytest.mark.parametrize("email", BAD_EMAILS)
async def test_a_bad_address_is_refused_and_leaves_nothing(database: Database, house: House, email: str) -> None:
    interview_id = await an_interview(database, house)
    with pytest.raises(Invalid) as caught:
        await ask(database, house, interview_id, email=email)
    assert caught.value.to_envelope() == {
        "error": "Expected an e-mail address, as name@example.com.",
        "name": "email",
    }
    assert await rows(database, house, "candidates") == []
    assert await rows(database, house, "invitations") == []


@pytest.mark.parametrize("email", ["s@e.co", "sam+jobs@mail.example.com", "séverine@exämple.fr", "o'hara@example.com"])
async def test_a_good_address_is_taken(database: Database, house: House, email: str) -> None:
    await ask(database, house, await an_interview(database, house), email=email)
    (row,) = await rows(database, house, "candidates")
    assert row["email"] == email


@pytest.mark.parametrize("field", ["name", "external_id"])
async def test_a_text_that_is_too_long_is_refused(database: Database, house: House, field: str) -> None:
    interview_id = await an_interview(database, house)
    longest: dict[str, Any] = {field: "x" * 320}
    longer: dict[str, Any] = {field: "x" * 321}
    await ask(database, house, interview_id, **longest)
    with pytest.raises(Invalid) as caught:
        await ask(database, house, interview_id, **longer)
    assert caught.value.name == field


async def test_nobody_is_invited_to_what_does_not_exist_here(database: Database, house: House) -> None:
    foreign = await an_interview(database, await a_house(database))
    for interview_id in (new_id(), foreign):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await ask(database, house, interview_id, email="sam@example.com")
    assert await rows(database, house, "candidates") == []
