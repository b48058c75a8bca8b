"""An interview's voice is made when somebody comes near, once for a revision, and never half without another try."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.builders import House, a_draft, a_seat, an_interview, statements
from vivavoce.attempts.begin import find_standing
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.errors import ProviderError, UnknownLanguage
from vivavoce.interviews.draft import Status
from vivavoce.interviews.move import move_interview
from vivavoce.interviews.read import find_to_change
from vivavoce.interviews.update import update_interview
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.sound import publish_lines as publish
from vivavoce.sound.line_store import SpokenLine
from vivavoce.sound.publish_lines import NotAllSpoken, publish_voice


class Voice:
    """Remembers what was to be said; fails as it is told."""

    def __init__(self, *, fails: bool = False, retryable: bool = True) -> None:
        self.said: list[SpokenLine] = []
        self.fails = fails
        self.retryable = retryable

    def __call__(self, merchant_id: UUID, line: SpokenLine) -> str:
        self.said.append(line)
        if self.fails:
            raise ProviderError("hoarse", retryable=self.retryable)
        return "key"


async def notes(database: Database, house: House, interview_id: UUID) -> int:
    """How many notes to publish this interview were left."""
    async with database.tenant(house.merchant.id) as connection:
        found: int = await connection.fetchval(
            "select count(*) from procrastinate_jobs where task_name = 'publish_voice' and queue_name = 'voice'"
            " and args = jsonb_build_object('merchant_id', $1::text, 'subject_id', $2::text)",
            str(house.merchant.id),
            str(interview_id),
        )
    return found


async def voiced(database: Database, house: House, interview_id: UUID) -> tuple[int | None, list[dict[str, Any]]]:
    """The revision that is voiced, and the events of it."""
    async with database.tenant(house.merchant.id) as connection:
        revision = await connection.fetchval("select voiced_revision from interviews where id = $1", interview_id)
        rows = await connection.fetch(
            "select data from events where subject_id = $1 and kind = 'interview.voiced' order by id", interview_id
        )
    return revision, [row["data"] for row in rows]


async def change(database: Database, house: House, interview_id: UUID, **changes: Any) -> None:
    async with database.tenant(house.merchant.id) as connection:
        stored = await find_to_change(connection, interview_id, environment=DEFAULT_ENVIRONMENT)
        assert stored is not None
        await update_interview(connection, stored, replace(stored.draft, **changes), plan=None, actor="test")


async def come_near(database: Database, house: House, interview_id: UUID) -> None:
    """Somebody whom nobody knows opens the interview's page."""
    seat = Seat(merchant_id=house.merchant.id, interview_id=interview_id, candidate_id=UUID(int=0), is_test=False)
    await find_standing(database, seat, speaks=True)


async def move(database: Database, house: House, interview_id: UUID, status: Status) -> None:
    async with database.tenant(house.merchant.id) as connection:
        stored = await find_to_change(connection, interview_id, environment=DEFAULT_ENVIRONMENT)
        assert stored is not None
        await move_interview(connection, stored, status, actor="test")


async def test_no_voice_is_wanted_before_somebody_comes_near(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    await change(database, house, interview_id, name="Another name")
    await move(database, house, interview_id, Status.DRAFT)
    await move(database, house, interview_id, Status.ACTIVE)
    assert await notes(database, house, interview_id) == 0


async def test_whoever_comes_first_leaves_the_note(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    for _ in range(3):
        await come_near(database, house, interview_id)
    assert await notes(database, house, interview_id) == 1


async def test_of_two_hundred_who_come_at_once_one_leaves_it(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    await asyncio.gather(*(come_near(database, house, interview_id) for _ in range(200)))
    assert await notes(database, house, interview_id) == 1


async def test_who_comes_later_costs_no_statement(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id = await an_interview(database, house)
    await come_near(database, house, interview_id)
    seen: list[str] = []
    with statements(monkeypatch, seen):
        await come_near(database, house, interview_id)
    assert len(seen) > 3
    assert [statement for statement in seen if "voice_wanted_revision" in statement] == []


async def test_none_is_wanted_for_a_draft_or_where_interviewers_have_no_voice(database: Database, house: House) -> None:
    draft_id = await an_interview(database, house, a_draft(house, status=Status.DRAFT))
    await come_near(database, house, draft_id)
    mute_id = await an_interview(database, house)
    await find_standing(database, await a_seat(database, house, mute_id))
    assert (await notes(database, house, draft_id), await notes(database, house, mute_id)) == (0, 0)


async def test_what_changes_after_somebody_came_is_spoken_again(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    await come_near(database, house, interview_id)
    await change(database, house, interview_id, name="Yet another name")
    assert await notes(database, house, interview_id) == 2
    await change(database, house, interview_id)  # nothing of it differs
    assert await notes(database, house, interview_id) == 2
    await move(database, house, interview_id, Status.DRAFT)
    await change(database, house, interview_id, name="A third name")
    assert await notes(database, house, interview_id) == 2
    await move(database, house, interview_id, Status.ACTIVE)
    assert await notes(database, house, interview_id) == 3
    await come_near(database, house, interview_id)
    assert await notes(database, house, interview_id) == 3


async def test_what_was_spoken_is_not_wanted_again_by_going_active_again(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    await come_near(database, house, interview_id)
    await publish_voice(database, Voice(), merchant_id=house.merchant.id, interview_id=interview_id)
    await move(database, house, interview_id, Status.DRAFT)
    await move(database, house, interview_id, Status.ACTIVE)
    assert await notes(database, house, interview_id) == 1


async def test_every_fixed_line_is_spoken_and_it_is_told_once(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    voice = Voice()
    for _ in range(2):
        await publish_voice(database, voice, merchant_id=house.merchant.id, interview_id=interview_id)
    texts = [line.text for line in voice.said]
    assert {"Tell me about a project of yours.", "Second?", "Third?"} <= set(texts)
    assert {line.locale for line in voice.said} == {"en-US"}
    assert await voiced(database, house, interview_id) == (1, [{"spoken": len(texts) // 2, "without_voice": 0}])


async def test_a_draft_is_not_spoken(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house, a_draft(house, status=Status.DRAFT))
    voice = Voice()
    await publish_voice(database, voice, merchant_id=house.merchant.id, interview_id=interview_id)
    assert voice.said == []


async def test_what_failed_is_tried_again_and_not_told(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    voice = Voice(fails=True)
    with pytest.raises(NotAllSpoken):
        await publish_voice(database, voice, merchant_id=house.merchant.id, interview_id=interview_id)
    assert len(voice.said) == 3  # then there is no voice to be had
    assert await voiced(database, house, interview_id) == (None, [])


async def test_a_language_without_a_voice_is_no_failure(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    voice = Voice(fails=True, retryable=False)
    await publish_voice(database, voice, merchant_id=house.merchant.id, interview_id=interview_id)
    told = {"spoken": 0, "without_voice": len(voice.said)}
    assert await voiced(database, house, interview_id) == (1, [told])


async def test_a_long_one_makes_room_for_others(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id = await an_interview(database, house)
    await come_near(database, house, interview_id)
    monkeypatch.setattr(publish, "MOST_SECONDS", -1.0)
    await publish_voice(database, Voice(), merchant_id=house.merchant.id, interview_id=interview_id)
    assert await notes(database, house, interview_id) == 2
    assert await voiced(database, house, interview_id) == (None, [])


async def test_a_voice_of_another_merchant_sees_nothing(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    voice = Voice()
    await publish_voice(database, voice, merchant_id=UUID(int=9), interview_id=interview_id)
    assert voice.said == []


async def test_a_language_that_no_voice_knows_leaves_no_line_in_the_log(
    database: Database, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def knows_none(merchant_id: UUID, line: SpokenLine) -> str:
        raise UnknownLanguage("None of hibari, espeak knows the language 'fil'.")

    interview_id = await an_interview(database, house)
    await publish_voice(database, knows_none, merchant_id=house.merchant.id, interview_id=interview_id)
    revision, events = await voiced(database, house, interview_id)
    assert (revision, [event["spoken"] for event in events]) == (1, [0])
    assert [record for record in caplog.records if record.name.startswith("vivavoce.sound")] == []
