"""Pinning: whoever has begun keeps the interview as it was; whoever comes later gets what it is now."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.builders import NOW, QUESTIONS, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.read import find_attempt
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, Arrived, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Draft


async def edit(database: Database, house: House, interview_id: UUID) -> None:
    """What an update of the interview does: other words, one step gone, a new one last, other settings."""
    async with database.tenant(house.merchant.id) as connection:
        first, second, _ = await connection.fetch(
            "select id from steps where interview_id = $1 order by place", interview_id
        )
        await connection.execute(
            "update steps set text = 'Rewritten?', is_scored = false, detail = detail || $2 where id = $1",
            first["id"],
            {"expectations": {"weak": ["new"]}},
        )
        await connection.execute("update steps set removed_at = now() where id = $1", second["id"])
        await connection.execute(
            "insert into steps (merchant_id, id, interview_id, place, text, answered_by, is_conditional, is_scored,"
            " is_expert, detail) values ($1, $2, $3, 3, 'Added?', 'open', false, true, false, '{}')",
            house.merchant.id,
            new_id(),
            interview_id,
        )
        await connection.execute(
            "update interviews set revision = revision + 1, name = 'Renamed', settings = settings || $2 where id = $1",
            interview_id,
            {"result_view": "none", "welcome": "New words."},
        )


async def definition_of(database: Database, seat: Seat, attempt_id: UUID) -> Draft:
    async with database.tenant(seat.merchant_id) as connection:
        found = await find_attempt(connection, attempt_id, environment="production")
    assert found is not None
    return found.definition


def texts(draft: Draft) -> list[str]:
    return [step.question.text for step in draft.steps]


async def answer_all(database: Database, seat: Seat, attempt_id: UUID) -> list[str]:
    """Answers until nothing is asked any more; what was asked."""
    asked: list[str] = []
    scene = (await happen(database, seat, attempt_id, Arrived(), now=NOW)).scene
    while scene.turn is not None:
        asked.append(scene.turn.asked)
        happening = Answered(key=new_id(), number=scene.turn.number, text="So.")
        scene = (await happen(database, seat, attempt_id, happening, now=NOW)).scene
    return asked


BEFORE = [question.text for question in QUESTIONS]
AFTER = ["Rewritten?", "Third?", "Added?"]


@pytest.mark.parametrize("answered_before", [0, 1, 2])
async def test_an_edit_never_reaches_whoever_has_begun(database: Database, house: House, answered_before: int) -> None:
    interview_id = await an_interview(database, house, a_draft(house, settings={"welcome": "Old words."}))
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    pinned = await definition_of(database, seat, attempt_id)
    for number in range(1, answered_before + 1):
        happening = Answered(key=new_id(), number=number, text="So.")
        await happen(database, seat, attempt_id, happening, now=NOW)

    await edit(database, house, interview_id)

    scene = (await happen(database, seat, attempt_id, Arrived(), now=NOW)).scene
    assert scene.definition == pinned
    assert (scene.definition.name, scene.definition.settings.welcome) == ("Project manager", "Old words.")
    assert await answer_all(database, seat, attempt_id) == BEFORE[answered_before:]
    # `none` came with the edit: this attempt still waits to be handed in.
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    assert await definition_of(database, seat, attempt_id) == pinned


async def test_whoever_comes_later_gets_what_it_is_now(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    early = await a_seat(database, house, interview_id)
    early_attempt = await an_attempt(database, early)
    await edit(database, house, interview_id)
    late = await a_seat(database, house, interview_id)
    late_attempt = await an_attempt(database, late)
    definition = await definition_of(database, late, late_attempt)
    assert (definition.name, definition.settings.welcome) == ("Renamed", "New words.")
    assert definition.steps[0].question.expectations == {"weak": ["new"]}
    assert await answer_all(database, late, late_attempt) == AFTER
    assert await answer_all(database, early, early_attempt) == BEFORE


async def test_attempts_of_one_revision_share_one_version(database: Database, house: House) -> None:
    interview_id = await an_interview(database, house)
    for edits in (0, 0, 1):
        if edits:
            await edit(database, house, interview_id)
        await an_attempt(database, await a_seat(database, house, interview_id))
    async with database.tenant(house.merchant.id) as connection:
        attempts = await connection.fetch("select revision from attempts order by id")
        versions = await connection.fetch("select revision from versions order by revision")
    assert [row["revision"] for row in attempts] == [1, 1, 2]
    assert [row["revision"] for row in versions] == [1, 2]


async def test_everything_that_an_interview_is_held_by_is_pinned(database: Database, house: House) -> None:
    settings: dict[str, Any] = {
        "style": "second-interview",
        "share_asked": 0.5,
        "tags": ("a", "b"),
        "scoring": {"session": {"weight": 80}},
        "expectations": {"weak": ["a"], "own": {"kept": None}},
        "allows_transcript_edit": False,
        "max_follow_ups": 0,
    }
    draft = a_draft(house, settings=settings, code="HR-1", store_id=house.store_id)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    pinned = await definition_of(database, seat, await an_attempt(database, seat))
    assert pinned == draft


@pytest.mark.parametrize("statement", ["update versions set definition = '{}'", "delete from versions"])
async def test_the_application_can_not_change_a_version(database: Database, house: House, statement: str) -> None:
    await an_attempt(database, await a_seat(database, house, await an_interview(database, house)))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _run(database, house, statement)


async def _run(database: Database, house: House, statement: str) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(statement)
