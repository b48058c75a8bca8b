"""What is noticed is kept once, where its person was told; it becomes facts that no judgement, order or state reads."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.attempts.test_merging import NO_FILES
from tests.builders import NOW, QUESTIONS, House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.consent import Consent, Purpose
from vivavoce.attempts.consent_log import log_consents
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.facts import KeptFact, read_facts, strike_fact
from vivavoce.attempts.integrity import FactKind, FactStrength, ObservationKind
from vivavoce.attempts.merging import merge_people
from vivavoce.attempts.observations import (
    MOST_NOTICED,
    ToldObservation,
    mark_network,
    note,
    note_network,
    read_observations,
)
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound

NOOR = name_decider("noor", "Noor Haddad")
TOLD = Consent(purpose=Purpose.NOTING_TOLD, is_given=True, language="en")
AWAY: dict[str, Any] = {"kind": ObservationKind.HIDDEN, "number": 1, "seconds": 40.0}


async def begun(database: Database, house: House, *, told: bool = True, interview_id: UUID | None = None) -> Any:
    """A recorded attempt whose person was told what is noted, or was not."""
    draft = a_draft(house, questions=QUESTIONS[:1], settings={"answer_recording": "audio_all"})
    seat = await a_seat(database, house, interview_id or await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    if told:
        async with database.tenant(seat.merchant_id) as connection:
            await log_consents(connection, [TOLD], merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    return seat, attempt_id


async def tell(database: Database, seat: Seat, attempt_id: UUID, noticed: ToldObservation) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await note(connection, noticed, seat, attempt_id=attempt_id, now=NOW + timedelta(minutes=5))


def noticed(**changes: Any) -> ToldObservation:
    return ToldObservation(key=new_id(), **(AWAY | changes))


async def kept(database: Database, seat: Seat, attempt_id: UUID) -> list[Any]:
    async with database.tenant(seat.merchant_id) as connection:
        return [
            (one.kind.value, (one.at - NOW).total_seconds(), one.seconds, one.amount, one.label)
            for one in await read_observations(connection, attempt_id)
        ]


async def send(database: Database, seat: Seat, attempt_id: UUID) -> None:
    """Answers, sends, and lets a worker tally."""
    answer = Answered(key=new_id(), number=1, text="I led it.")
    await happen(database, seat, attempt_id, answer, now=NOW + timedelta(minutes=6))
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW + timedelta(minutes=7))
    for _ in range(2):
        await tally_attempt(database, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW + timedelta(hours=1))


async def facts_of(database: Database, seat: Seat, attempt_id: UUID) -> tuple[KeptFact, ...]:
    async with database.tenant(seat.merchant_id) as connection:
        return await read_facts(connection, attempt_id)


async def test_an_observation_is_kept_once_with_its_moment(database: Database, house: House) -> None:
    seat, attempt_id = await begun(database, house)
    away, late = noticed(), noticed(ago=60.0, seconds=20.0)
    for one in (away, late, away, late):
        await tell(database, seat, attempt_id, one)
    await tell(database, seat, attempt_id, noticed(kind=ObservationKind.PASTED, amount=250, seconds=9.0))
    assert await kept(database, seat, attempt_id) == [
        ("hidden", 220.0, 20.0, 0, ""),  # told at 300, over since 60, 20 long
        ("hidden", 260.0, 40.0, 0, ""),
        ("pasted", 300.0, 9.0, 250, ""),
    ]


async def test_nothing_is_kept_where_nobody_was_told_or_when_it_is_sent_or_too_much(
    database: Database, house: House
) -> None:
    seat, attempt_id = await begun(database, house, told=False)
    await tell(database, seat, attempt_id, noticed())
    async with database.tenant(seat.merchant_id) as connection:
        await note_network(connection, attempt_id, "192.0.2.7", now=NOW)
    assert await kept(database, seat, attempt_id) == []
    await send(database, seat, attempt_id)
    assert await facts_of(database, seat, attempt_id) == ()

    seat, attempt_id = await begun(database, house)
    stranger = replace(seat, candidate_id=new_id())
    with pytest.raises(NotFound):
        await tell(database, stranger, attempt_id, noticed())
    async with database.tenant(seat.merchant_id) as connection:
        for _ in range(MOST_NOTICED + 3):
            await note(connection, noticed(seconds=1.0), seat, attempt_id=attempt_id, now=NOW)
    assert len(await kept(database, seat, attempt_id)) == MOST_NOTICED

    seat, attempt_id = await begun(database, house)
    await send(database, seat, attempt_id)
    await tell(database, seat, attempt_id, noticed())
    assert "hidden" not in [kind for kind, *_ in await kept(database, seat, attempt_id)]


async def test_of_a_network_a_mark_is_kept_where_it_changes_and_no_address(database: Database, house: House) -> None:
    seat, attempt_id = await begun(database, house)
    hosts = ["192.0.2.7", "192.0.2.99", "::ffff:192.0.2.1", "2001:db8:1:2::3", "2001:db8:1:9::1", "192.0.2.8", "", ""]
    async with database.tenant(seat.merchant_id) as connection:
        for minute, host in enumerate(hosts):
            await note_network(connection, attempt_id, host, now=NOW + timedelta(minutes=minute))
    labels = [label for *_, label in await kept(database, seat, attempt_id)]
    home, mobile = mark_network("192.0.2.7", attempt_id), mark_network("2001:db8:1::", attempt_id)
    assert labels == [home, mobile, home, ""]
    assert len(home) == 4, "two bytes: 65,536 networks have the same"
    assert home != mark_network("192.0.2.7", new_id()), "no mark leads from one attempt to another"


async def test_who_sends_as_another_profile_of_the_same_name_is_told_at_both(database: Database) -> None:
    house = await a_house(database)
    first = await begun(database, house)
    await send(database, *first)
    assert await facts_of(database, *first) == ()
    second = await begun(database, house)
    await send(database, *second)
    for mine, other in ((first, second), (second, first)):
        (fact,) = await facts_of(database, *mine)
        assert (fact.fact.kind, fact.fact.strength) == (FactKind.SAME_NAME, FactStrength.WEAK)
        assert [moment.label for moment in fact.fact.moments] == [str(other[0].candidate_id)]


async def test_who_is_known_to_be_one_person_is_no_namesake(database: Database) -> None:
    house = await a_house(database)
    first, second = await begun(database, house), await begun(database, house)
    await send(database, *first)
    async with database.tenant(house.merchant.id) as connection:
        await merge_people(
            connection,
            merchant_id=house.merchant.id,
            kept_id=first[0].candidate_id,
            merged_id=second[0].candidate_id,
            environment="production",
            actor="test",
            now=NOW,
        )
    await send(database, *second)
    assert await facts_of(database, *second) == ()


async def test_a_fact_is_struck_out_with_a_reason_once_and_put_back(database: Database, house: House) -> None:
    seat, attempt_id = await begun(database, house)
    await tell(database, seat, attempt_id, noticed())
    await send(database, seat, attempt_id)

    async def strike(reason: str, *, is_struck: bool = True, kind: FactKind = FactKind.PAGE_HIDDEN) -> KeptFact:
        async with database.tenant(seat.merchant_id) as connection:
            whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "now": NOW}
            (fact,) = await strike_fact(connection, attempt_id, kind, NOOR, reason=reason, is_struck=is_struck, **whose)
        return fact

    (before,) = await facts_of(database, seat, attempt_id)
    assert (before.is_struck, before.strike) == (False, None)
    for reason, kind in (("", FactKind.PAGE_HIDDEN), ("So.", FactKind.TEXT_PASTED)):
        with pytest.raises(Invalid):
            await strike(reason, kind=kind)
    struck = await strike("Her child fell.")
    assert await strike("Again.") == struck, "said again, it changes nothing"
    assert struck.strike is not None
    assert (struck.is_struck, struck.strike.person, struck.strike.reason) == (True, "Noor Haddad", "Her child fell.")
    assert (await strike("A mistake.", is_struck=False)).is_struck is False
    async with database.tenant(seat.merchant_id) as connection:
        events = await connection.fetch(
            "select actor, data from events where subject_id = $1 and kind = 'result.fact_struck' order by number",
            attempt_id,
        )
    assert [(row["actor"], row["data"]["is_struck"]) for row in events] == [("user noor", True), ("user noor", False)]


async def test_erasing_a_person_takes_what_was_noticed_of_them(database: Database, house: House) -> None:
    seat, attempt_id = await begun(database, house)
    await tell(database, seat, attempt_id, noticed())
    await send(database, seat, attempt_id)
    assert await facts_of(database, seat, attempt_id)
    await erase_person(
        database,
        NO_FILES,
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=NOW,
    )
    assert await kept(database, seat, attempt_id) == []
    assert await facts_of(database, seat, attempt_id) == ()
