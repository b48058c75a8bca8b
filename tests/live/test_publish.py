"""An interview's voice is published when it goes active, once for a revision, and never half without another try."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.builders import House, a_draft, an_interview
from vivavoce.db.database import Database
from vivavoce.errors import ProviderError
from vivavoce.interviews.draft import Status
from vivavoce.interviews.move import move_interview
from vivavoce.interviews.read import find_to_change
from vivavoce.interviews.update import update_interview
from vivavoce.live import publish
from vivavoce.live.line_store import SpokenLine
from vivavoce.live.publish import NotAllSpoken, publish_voice
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT


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


async def test_an_interview_that_is_created_active_is_to_be_spoken_where_there_is_a_voice(
    database: Database, house: House
) -> None:
    assert await notes(database, house, await an_interview(database, house, is_spoken=True)) == 1
    assert await notes(database, house, await an_interview(database, house)) == 0
    draft = a_draft(house, status=Status.DRAFT)
    assert await notes(database, house, await an_interview(database, house, draft, is_spoken=True)) == 0


async def test_going_active_and_changing_while_active_leave_a_note(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house, a_draft(house, status=Status.DRAFT))
    await change(database, house, interview_id, name="Another name")
    assert await notes(database, house, interview_id) == 0
    async with database.tenant(house.merchant.id) as connection:
        stored = await find_to_change(connection, interview_id, environment=DEFAULT_ENVIRONMENT)
        assert stored is not None
        await move_interview(connection, stored, Status.ACTIVE, actor="test")
    assert await notes(database, house, interview_id) == 1
    await change(database, house, interview_id, name="Yet another name")
    assert await notes(database, house, interview_id) == 2
    await change(database, house, interview_id)  # nothing of it differs
    assert await notes(database, house, interview_id) == 2


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
    interview_id = await an_interview(database, house, is_spoken=True)
    monkeypatch.setattr(publish, "MOST_SECONDS", -1.0)
    await publish_voice(database, Voice(), merchant_id=house.merchant.id, interview_id=interview_id)
    assert await notes(database, house, interview_id) == 2
    assert await voiced(database, house, interview_id) == (None, [])


async def test_a_voice_of_another_merchant_sees_nothing(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    voice = Voice()
    await publish_voice(database, voice, merchant_id=UUID(int=9), interview_id=interview_id)
    assert voice.said == []
