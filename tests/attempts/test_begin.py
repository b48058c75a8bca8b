"""Beginning: with every consent, once at a time, and only what is open."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.builders import CONSENTS, NOW, House, a_draft, a_house, a_seat, an_interview
from vivavoce.attempts.begin import AlreadyHandedIn, Attempt, Closed, NoneLeft, NotOpen, begin_attempt, find_standing
from vivavoce.attempts.consent import REQUIRED, TEXT_VERSION, Consent, Purpose
from vivavoce.attempts.faults import MOST_FAULTS, FaultKind, add_fault
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.draft import Kind, Status

# How many of the application's connections wait for another one's lock.
WAITING = """
select count(*) from pg_stat_activity where usename = current_user and cardinality(pg_blocking_pids(pid)) > 0
"""
REFUSED = [replace(consent, is_given=False) for consent in CONSENTS]


async def begin(database: Database, seat: Seat, consents: Sequence[Consent] = CONSENTS) -> Attempt:
    return await begin_attempt(database, seat, consents=consents, now=NOW)


async def rows(database: Database, seat: Seat, table: str) -> list[dict[str, Any]]:
    async with database.tenant(seat.merchant_id) as connection:
        return [dict(row) for row in await connection.fetch(f"select * from {table} order by id")]


async def set_state(database: Database, seat: Seat, attempt_id: UUID, state: AttemptState) -> None:
    """Puts the attempt where a story would have brought it."""
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute(
            "update attempts set state = $2::text,"
            " submitted_at = case when $2 in ('submitted', 'returned') then now() end"
            " where id = $1",
            attempt_id,
            state.value,
        )


async def set_status(database: Database, seat: Seat, status: Status) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute("update interviews set status = $2 where id = $1", seat.interview_id, status.value)


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


# --- Consents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consents", "missing"),
    [
        ([], "consent_answers_kept"),
        (CONSENTS[:1], "consent_judged_by_program"),
        (CONSENTS[1:], "consent_answers_kept"),
        (REFUSED, "consent_answers_kept"),
        ([CONSENTS[0], REFUSED[1]], "consent_judged_by_program"),
    ],
)
async def test_without_every_consent_nothing_begins(
    database: Database, seat: Seat, consents: list[Consent], missing: str
) -> None:
    assert [consent.purpose for consent in CONSENTS] == [Purpose.ANSWERS_KEPT, Purpose.JUDGED_BY_PROGRAM]
    events = await rows(database, seat, "events")
    with pytest.raises(Invalid) as caught:
        await begin(database, seat, consents)
    assert caught.value.name == missing
    assert await rows(database, seat, "attempts") == []
    assert await rows(database, seat, "consents") == []
    assert await rows(database, seat, "events") == events


async def test_what_was_agreed_to_is_kept_with_its_words(database: Database, seat: Seat) -> None:
    attempt = await begin(database, seat, [replace(consent, language="de") for consent in CONSENTS])
    kept = await rows(database, seat, "consents")
    assert {row["purpose"] for row in kept} == REQUIRED
    for row in kept:
        assert (row["attempt_id"], row["text_version"], row["language"], row["is_given"], row["given_at"]) == (
            attempt.id,
            TEXT_VERSION,
            "de",
            True,
            NOW,
        )


# --- One at a time -------------------------------------------------------------------------------------------------


async def test_the_first_go_is_stored_and_told(database: Database, house: House, seat: Seat) -> None:
    attempt = await begin(database, seat)
    assert attempt.state is AttemptState.BEGUN
    (row,) = await rows(database, seat, "attempts")
    expected = {
        "id": attempt.id,
        "interview_id": seat.interview_id,
        "candidate_id": seat.candidate_id,
        "environment": "production",
        "number": 1,
        "is_test": False,
        "state": "begun",
        "begun_at": NOW,
        "revision": 1,
    }
    assert {name: row[name] for name in expected} == expected
    assert [
        event["subject_id"] for event in await rows(database, seat, "events") if event["kind"] == "attempt.begun"
    ] == [attempt.id]


@pytest.mark.parametrize("state", [AttemptState.BEGUN, AttemptState.FINISHED])
async def test_what_is_under_way_is_resumed_without_being_asked_again(
    database: Database, seat: Seat, state: AttemptState
) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, state)
    assert await begin(database, seat, []) == Attempt(id=first.id, state=state)
    assert len(await rows(database, seat, "attempts")) == 1


async def test_many_beginnings_at_once_give_one_attempt(database: Database, seat: Seat) -> None:
    attempts = await asyncio.gather(*(begin(database, seat) for _ in range(8)))
    assert len({attempt.id for attempt in attempts}) == 1
    assert len(await rows(database, seat, "attempts")) == 1
    assert len(await rows(database, seat, "consents")) == len(CONSENTS)


async def test_beginnings_that_meet_before_either_is_stored_give_one_attempt(database: Database, seat: Seat) -> None:
    """Both are held up where they read the interview, which somebody edits; then both are let go at once."""
    async with database.tenant(seat.merchant_id) as editor:
        await editor.execute("select from interviews where id = $1 for update", seat.interview_id)
        tasks = [asyncio.create_task(begin(database, seat)) for _ in range(2)]
        for _ in range(1000):
            if await editor.fetchval(WAITING) == len(tasks):
                break
            await asyncio.sleep(0.01)
        else:
            pytest.fail("they do not meet")
    one, two = await asyncio.gather(*tasks)
    assert one == two


async def test_two_people_at_once_have_an_attempt_each(database: Database, house: House, seat: Seat) -> None:
    other = await a_seat(database, house, seat.interview_id)
    one, two = await asyncio.gather(begin(database, seat), begin(database, other))
    assert one.id != two.id


@pytest.mark.parametrize("state", [AttemptState.ABANDONED, AttemptState.FAILED])
async def test_after_one_that_was_left_or_failed_comes_the_next(
    database: Database, seat: Seat, state: AttemptState
) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, state)
    second = await begin(database, seat)
    assert second.id != first.id
    assert [row["number"] for row in await rows(database, seat, "attempts")] == [1, 2]


async def test_what_was_handed_in_is_not_begun_again(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.SUBMITTED)
    with pytest.raises(AlreadyHandedIn):
        await begin(database, seat)
    assert len(await rows(database, seat, "attempts")) == 1


async def test_what_was_sent_back_is_begun_again_with_consents(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.RETURNED)
    with pytest.raises(Invalid):
        await begin(database, seat, [])
    assert (await begin(database, seat)).id != first.id


# --- Once more -----------------------------------------------------------------------------------------------------


async def once_more(
    database: Database, seat: Seat, consents: Sequence[Consent] = CONSENTS, *, instead_of: UUID | None = None
) -> Attempt:
    return await begin_attempt(database, seat, consents=consents, now=NOW, again=True, instead_of=instead_of)


async def states(database: Database, seat: Seat) -> list[str]:
    return [row["state"] for row in await rows(database, seat, "attempts")]


async def break_down(database: Database, seat: Seat, attempt_id: UUID, kind: FaultKind = FaultKind.LINE_LOST) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await add_fault(
            connection,
            kind,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            told_by="page",
            began_at=NOW,
            ended_at=NOW,
            key=new_id(),
        )


async def test_another_attempt_takes_the_place_of_what_was_not_handed_in(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.FINISHED)
    second = await once_more(database, seat)
    assert second.state is AttemptState.BEGUN
    assert await states(database, seat) == ["abandoned", "begun"]
    assert (await find_standing(database, seat)).allowance.used == 2


async def test_another_attempt_needs_every_consent_and_else_changes_nothing(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.FINISHED)
    with pytest.raises(Invalid):
        await once_more(database, seat, REFUSED)
    assert await states(database, seat) == ["finished"]


async def test_while_questions_are_asked_nothing_is_given_up(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    assert await once_more(database, seat) == first
    assert await states(database, seat) == ["begun"]


async def test_with_no_attempt_left_what_was_finished_stays(database: Database, house: House) -> None:
    draft = a_draft(house, settings={"max_attempts": 1})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.FINISHED)
    assert (await once_more(database, seat)).id == first.id
    assert await states(database, seat) == ["finished"]


async def test_with_no_attempt_left_none_begins(database: Database, house: House) -> None:
    draft = a_draft(house, settings={"max_attempts": 1})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    await set_state(database, seat, (await begin(database, seat)).id, AttemptState.ABANDONED)
    with pytest.raises(NoneLeft):
        await begin(database, seat)
    assert await states(database, seat) == ["abandoned"]


@pytest.mark.parametrize("state", [AttemptState.BEGUN, AttemptState.FINISHED])
async def test_what_a_fault_of_ours_broke_is_set_aside_and_does_not_count(
    database: Database, house: House, state: AttemptState
) -> None:
    draft = a_draft(house, settings={"max_attempts": 1})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    first = await begin(database, seat)
    await set_state(database, seat, first.id, state)
    await break_down(database, seat, first.id)
    assert (await begin(database, seat)).id == first.id  # nobody is made to begin anew
    second = await once_more(database, seat)
    assert second.id != first.id
    assert await states(database, seat) == ["failed", "begun"]
    assert (await find_standing(database, seat)).allowance.used == 1


async def test_many_who_begin_again_at_once_give_one_attempt(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.FINISHED)
    attempts = await asyncio.gather(*(once_more(database, seat, instead_of=first.id) for _ in range(8)))
    assert len({attempt.id for attempt in attempts}) == 1
    assert await states(database, seat) == ["abandoned", "begun"]


async def test_an_old_page_gives_up_no_attempt_that_it_did_not_know(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.FINISHED)
    second = await once_more(database, seat, instead_of=first.id)
    await set_state(database, seat, second.id, AttemptState.FINISHED)
    assert (await once_more(database, seat, instead_of=first.id)).id == second.id
    assert await states(database, seat) == ["abandoned", "finished"]


async def test_practice_that_was_handed_in_is_begun_again_when_it_is_wanted(database: Database) -> None:
    house = await a_house(database, portals=("coaching",))
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, kind=Kind.COACHING)))
    await set_state(database, seat, (await begin(database, seat)).id, AttemptState.SUBMITTED)
    with pytest.raises(AlreadyHandedIn):
        await begin(database, seat)
    await once_more(database, seat)
    assert await states(database, seat) == ["submitted", "begun"]


async def test_an_interview_that_was_handed_in_is_not(database: Database, seat: Seat) -> None:
    await set_state(database, seat, (await begin(database, seat)).id, AttemptState.SUBMITTED)
    with pytest.raises(AlreadyHandedIn):
        await once_more(database, seat)


@pytest.mark.parametrize(("score", "may"), [(7.9, True), (8, False)])
async def test_there_is_no_other_attempt_once_the_score_is_enough(
    database: Database, house: House, score: float, may: bool
) -> None:
    draft = a_draft(house, settings={"scoring": {"enough_score": 8}})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.ABANDONED)
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute("update attempts set score = $2 where id = $1", first.id, Decimal(str(score)))
    if may:
        assert (await begin(database, seat)).id != first.id
        return
    with pytest.raises(NoneLeft):
        await begin(database, seat)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("portals", [("interview",), ("coaching",), ("coaching", "interview")])
async def test_an_interview_is_begun_on_its_own_portal_alone(
    database: Database, kind: Kind, portals: tuple[str, ...]
) -> None:
    house = await a_house(database, portals=portals)
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, kind=kind)))
    if ("coaching" if kind is Kind.COACHING else "interview") in portals:
        await begin(database, seat)
        return
    assert (await find_standing(database, seat)).why_not(now=NOW, is_test=False) is Closed.ELSEWHERE
    with pytest.raises(NotOpen):
        await begin(database, seat)


# --- What is open --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "is_test", "may"),
    [
        (Status.ACTIVE, False, True),
        (Status.ACTIVE, True, True),
        (Status.DRAFT, False, False),
        (Status.DRAFT, True, True),
        (Status.PREPARING, False, False),
        (Status.PREPARING, True, False),
        (Status.COMPLETED, False, False),
        (Status.COMPLETED, True, False),
        (Status.ARCHIVED, False, False),
        (Status.ARCHIVED, True, False),
    ],
)
async def test_a_live_interview_can_be_begun_and_a_draft_for_a_trial(
    database: Database, house: House, status: Status, is_test: bool, may: bool
) -> None:
    interview_id = await an_interview(database, house, a_draft(house, status=status))
    seat = await a_seat(database, house, interview_id, is_test=is_test)
    if may:
        await begin(database, seat)
        (row,) = await rows(database, seat, "attempts")
        assert row["is_test"] == is_test
        return
    with pytest.raises(NotOpen):
        await begin(database, seat)
    assert await rows(database, seat, "attempts") == []


@pytest.mark.parametrize("status", [Status.ARCHIVED, Status.COMPLETED, Status.DRAFT])
async def test_whoever_has_begun_goes_on_after_it_was_closed(database: Database, seat: Seat, status: Status) -> None:
    attempt = await begin(database, seat)
    await set_status(database, seat, status)
    assert await begin(database, seat) == attempt
    assert (await find_standing(database, seat)).latest == attempt


async def test_what_was_deleted_is_gone(database: Database, seat: Seat) -> None:
    await begin(database, seat)
    await set_status(database, seat, Status.DELETED)
    with pytest.raises(NotFound):
        await find_standing(database, seat)
    with pytest.raises(NotFound):
        await begin(database, seat)


async def test_a_seat_at_anothers_interview_finds_nothing(database: Database, house: House, seat: Seat) -> None:
    other = await a_house(database)
    foreign = await an_interview(database, other)
    for lost in (
        replace(seat, interview_id=foreign),
        replace(seat, interview_id=new_id()),
        replace(seat, merchant_id=other.merchant.id),
        replace(seat, merchant_id=new_id()),
    ):
        with pytest.raises(NotFound):
            await begin(database, lost)


async def test_the_standing_tells_the_latest_go(database: Database, seat: Seat) -> None:
    assert (await find_standing(database, seat)).latest is None
    first = await begin(database, seat)
    await set_state(database, seat, first.id, AttemptState.FAILED)
    second = await begin_attempt(database, seat, consents=CONSENTS, now=NOW + timedelta(hours=1))
    assert (await find_standing(database, seat)).latest == second


async def test_a_small_fault_gives_nothing_back_and_many_of_them_do(database: Database, seat: Seat) -> None:
    first = await begin(database, seat)
    for _ in range(MOST_FAULTS):
        await break_down(database, seat, first.id, FaultKind.LAG)
    assert await once_more(database, seat) == first
    await break_down(database, seat, first.id, FaultKind.CUT_OFF)
    second = await once_more(database, seat)
    assert await states(database, seat) == ["failed", "begun"]
    assert second.id != first.id


async def test_what_was_handed_in_and_cannot_be_compared_is_taken_again_for_nothing(
    database: Database, seat: Seat
) -> None:
    first = await begin(database, seat)
    for _ in range(MOST_FAULTS + 1):
        await break_down(database, seat, first.id, FaultKind.DOUBTFUL)
    await set_state(database, seat, first.id, AttemptState.SUBMITTED)
    with pytest.raises(AlreadyHandedIn):
        await begin(database, seat)  # unless it is wished for
    await once_more(database, seat)
    assert await states(database, seat) == ["submitted", "begun"]
    assert (await find_standing(database, seat)).allowance.used == 1
