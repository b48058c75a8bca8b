"""Two candidates who are one person: shown, found, exported and erased as one, and two again after a mistake."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import House, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.erase import ElsewhereToo, Erasure, Files, claim_forgotten, erase_person
from vivavoce.attempts.merging import (
    HasParts,
    PartAlready,
    SamePerson,
    choose_invited,
    find_whole,
    merge_people,
    preview_merge,
    split_person,
)
from vivavoce.attempts.people import KnownPerson, PeopleTab, PersonEvent, find_known_person, list_people
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.reports.erasure_receipt import check_erasure
from vivavoce.reports.erasure_receipts import to_receipt_file

NO_FILES = Files(of_attempt=lambda *_: True, of_address=lambda _: True)


async def merge(database: Database, house: House, kept: Seat, merged: Seat) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await merge_people(
            connection,
            merchant_id=house.merchant.id,
            kept_id=kept.candidate_id,
            merged_id=merged.candidate_id,
            environment=DEFAULT_ENVIRONMENT,
            actor="user test",
            now=now(),
        )


async def split(database: Database, house: House, kept: Seat, merged: Seat) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await split_person(
            connection,
            merchant_id=house.merchant.id,
            kept_id=kept.candidate_id,
            merged_id=merged.candidate_id,
            environment=DEFAULT_ENVIRONMENT,
            actor="user test",
            now=now(),
        )


async def named(database: Database, seat: Seat, name: str) -> Seat:
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute("update candidates set name = $2 where id = $1", seat.candidate_id, name)
    return seat


async def listed(
    database: Database,
    house: House,
    tab: PeopleTab = PeopleTab.ALL,
    *,
    text: str | None = None,
    interview_id: UUID | None = None,
    after: UUID | None = None,
) -> list[UUID]:
    async with database.tenant(house.merchant.id) as connection:
        page = await list_people(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            tab=tab,
            interview_id=interview_id,
            person_part=text,
            after=after,
            limit=50,
        )
    return [row.id for row in page.rows]


async def known(database: Database, house: House, seat: Seat) -> KnownPerson:
    async with database.tenant(house.merchant.id) as connection:
        person = await find_known_person(connection, seat.candidate_id, environment=DEFAULT_ENVIRONMENT)
    assert person is not None
    return person


async def erased(database: Database, house: House, seat: Seat) -> Erasure:
    return await erase_person(
        database,
        NO_FILES,
        merchant_id=house.merchant.id,
        candidate_id=seat.candidate_id,
        environment=DEFAULT_ENVIRONMENT,
        actor="user test",
        now=now(),
    )


async def test_both_are_shown_and_found_as_one_until_they_are_two_again(database: Database, house: House) -> None:
    here, there = await an_interview(database, house), await an_interview(database, house)
    work = await named(database, await a_seat(database, house, here), "Rosa Klein")
    home = await named(database, await a_seat(database, house, there), "R. Klein-Haddad")
    other = await named(database, await a_seat(database, house, there), "Tom Okafor")
    attempt_id = await an_attempt(database, home)
    one, two = work.candidate_id, home.candidate_id
    before = await listed(database, house)
    for _ in range(2):  # repeated, it changes nothing
        await merge(database, house, work, home)
    assert await listed(database, house) == [other.candidate_id, one]
    assert await listed(database, house, text="haddad") == [one]
    assert await listed(database, house, text="rosa") == [one]
    assert await listed(database, house, PeopleTab.UNDER_WAY) == [one]
    assert await listed(database, house, PeopleTab.WAITING) == [other.candidate_id]
    answered = Answered(key=new_id(), number=1, text="Nine people in a laundry.")
    await happen(database, home, attempt_id, answered, now=now())  # whoever is at it goes on
    assert await listed(database, house, interview_id=there) == [other.candidate_id, one]
    assert await listed(database, house, interview_id=there, text="haddad") == [one]
    assert await listed(database, house, after=other.candidate_id) == [one]
    for seat in (work, home):
        person = await known(database, house, seat)
        assert person.id == one
        assert [part.id for part in person.parts] == [two]
        assert [taken.id for taken in person.attempts] == [attempt_id]
        assert [entry.what for entry in person.timeline].count(PersonEvent.INVITED) == 2
    await split(database, house, work, home)
    await split(database, house, work, home)
    assert await listed(database, house) == before
    assert (await known(database, house, work)).attempts == ()
    assert [taken.id for taken in (await known(database, house, home)).attempts] == [attempt_id]
    async with database.tenant(house.merchant.id) as connection:
        told = await connection.fetch(
            "select kind from events where subject_id = $1 and kind = any ($2) order by id",
            one,
            ["candidate.merged", "candidate.split"],
        )
    assert [row["kind"] for row in told] == ["candidate.merged", "candidate.split"]


async def test_what_is_looked_at_before_says_what_goes_where(database: Database, house: House) -> None:
    shared = await an_interview(database, house)
    work, home = await a_seat(database, house, shared), await a_seat(database, house, shared)
    await an_attempt(database, home)
    async with database.tenant(house.merchant.id) as connection:
        preview = await preview_merge(
            connection, kept_id=work.candidate_id, merged_id=home.candidate_id, environment=DEFAULT_ENVIRONMENT
        )
    assert (preview.kept.attempts, preview.merged.attempts, preview.is_merged) == (0, 1, False)
    assert preview.at_both == ("Project manager",)
    assert len(await listed(database, house)) == 2, "a look changes nothing"


async def test_nobody_is_part_of_two_or_of_themselves_and_nobody_elses(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    one, two, three, four = [await a_seat(database, house, interview_id) for _ in range(4)]
    elsewhere = await a_house(database)
    foreign = await a_seat(database, elsewhere, await an_interview(database, elsewhere))
    await merge(database, house, one, two)
    refused: list[tuple[Awaitable[None], type[Exception]]] = [
        (merge(database, house, one, one), SamePerson),
        (merge(database, house, one, foreign), NotFound),
        (merge(database, house, foreign, one), NotFound),
        (split(database, house, one, foreign), NotFound),
        (merge(database, house, two, three), PartAlready),
        (merge(database, house, three, two), PartAlready),
        (merge(database, house, two, one), PartAlready),
        (merge(database, house, three, one), HasParts),
    ]
    for attempt, error in refused:
        with pytest.raises(error):
            await attempt
    came = await asyncio.gather(
        merge(database, house, three, four), merge(database, house, four, three), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in came) == ["NoneType", "PartAlready"]


async def test_who_is_erased_is_erased_whole_whichever_of_both_is_named(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    kept, part, untouched = [await a_seat(database, house, interview_id) for _ in range(3)]
    for seat in (kept, part, untouched):
        await an_attempt(database, seat)
    await merge(database, house, kept, part)
    for _ in range(2):
        erasure = await erased(database, house, part)
        assert (erasure.attempts, erasure.erased_at is not None) == (2, True)
        assert erasure.merged == (kept.candidate_id,)
    assert await listed(database, house) == [untouched.candidate_id]
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select id, name, email, erased_at from candidates where name = ''")
        assert {row["id"] for row in rows} == {kept.candidate_id, part.candidate_id}
        assert await find_whole(connection, untouched.candidate_id, environment=None) == (untouched.candidate_id,)
    with pytest.raises(NotFound):
        await merge(database, house, untouched, part)


async def test_a_merge_counts_in_its_environment_alone(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    kept, part = [await a_seat(database, house, interview_id) for _ in range(2)]
    both = (kept.candidate_id, part.candidate_id)
    await merge(database, house, kept, part)
    async with database.tenant(house.merchant.id) as connection:
        for environment, whole in ((DEFAULT_ENVIRONMENT, both), ("staging", both[1:]), (None, both)):
            assert await find_whole(connection, part.candidate_id, environment=environment) == whole
        await connection.execute("update invitations set environment = 'staging' where candidate_id = $1", both[0])
    with pytest.raises(NotFound):
        await merge(database, house, part, kept)
    with pytest.raises(ElsewhereToo):  # one of them is known elsewhere, and would be erased there too
        await erased(database, house, part)


async def test_whoever_is_forgotten_by_age_leaves_the_other_alone(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    kept, part = [await a_seat(database, house, interview_id) for _ in range(2)]
    await merge(database, house, kept, part)
    later = now() + timedelta(days=1000)
    async with database.tenant(house.merchant.id) as connection:
        assert await claim_forgotten(
            connection, candidate_id=kept.candidate_id, seen_before=later, actor="retention", now=later
        )
    assert await listed(database, house) == [part.candidate_id]
    assert (await known(database, house, part)).id == part.candidate_id


async def test_a_new_link_is_for_whoever_of_both_was_let_in(database: Database, house: House) -> None:
    first, second, third = [await an_interview(database, house) for _ in range(3)]
    kept, part = await a_seat(database, house, first), await a_seat(database, house, second)
    whole = (kept.candidate_id, part.candidate_id)
    async with database.tenant(house.merchant.id) as connection:
        chosen = [
            await choose_invited(connection, whole, interview_id, environment=DEFAULT_ENVIRONMENT)
            for interview_id in (first, second, third)
        ]
    assert chosen == [*whole, whole[0]]


async def test_the_calls_merge_undo_and_give_a_receipt_of_each(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    async def told(call: str, **body: str) -> Any:
        answer = await client.post(f"/functions/v1/merchant-candidate-{call}", json=body, headers=house.authorization())
        return answer.status_code, answer.json()

    interview_id = await an_interview(database, house)
    kept, part = [str((await a_seat(database, house, interview_id)).candidate_id) for _ in range(2)]
    both = {"profile_interview_id": kept, "merged_profile_interview_id": part}
    said = [await told("merge", **both, **more) for more in ({"action": "preview"}, {}, {}, {"action": "undo"}, {})]
    assert [(status, answer["is_merged"]) for status, answer in said] == [
        (200, is_merged) for is_merged in (False, True, True, False, True)
    ]
    assert said[0][1]["interviews_of_both"] == ["Project manager"]
    status, refused = await told("merge", profile_interview_id=kept, merged_profile_interview_id=kept)
    assert (status, refused["name"]) == (422, "merged_profile_interview_id")
    assert (await told("merge", profile_interview_id=part, merged_profile_interview_id=kept))[0] == 409
    for _ in range(2):
        status, answer = await told("erase", profile_interview_id=part)
        assert (status, answer["status"], answer["profile_interview_id"]) == (200, "erased", part)
        (other,) = answer["merged"]
        assert other["profile_interview_id"] == kept
        for candidate_id, receipt in ((part, answer["receipt"]), (kept, other["receipt"])):
            assert candidate_id in to_receipt_file(receipt).decode()
            check_erasure(to_receipt_file(receipt))
