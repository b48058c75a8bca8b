"""What a line holds of its attempt: always what would be read, whoever did what in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.adjust import Adjustments, save_adjustments
from vivavoce.attempts.keep import TextDraft, save_answer
from vivavoce.attempts.move import abandon
from vivavoce.candidates.links import LinkClosed, LinkRevoked, Seat
from vivavoce.candidates.revoke import Whom, revoke_links
from vivavoce.conversation.happenings import (
    Acknowledge,
    Answered,
    Arrived,
    Asked,
    HandedIn,
    Happening,
    LineBroke,
    NotTaken,
    Refuse,
)
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import Failed, Held, Known, PageNews, foresee, happen, keep_typed
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.errors import NotFound
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.interviews.versions import Pinned

CLAIMS = {"strong": ["Gives a measured result", "Says what they would do differently"]}
QUESTIONS = [
    SentQuestion(text="Tell me about a project.", expectations=CLAIMS),
    SentQuestion(text="Which?", answered_by=AnsweredBy.CHOICE, alternatives=("Left", "Right")),
    SentQuestion(text="Why left?", is_conditional=True, condition={"choices": ["Left"]}),
    SentQuestion(text="Why right?", is_conditional=True, condition={"choices": ["Right"]}),
    SentQuestion(text="And what else?"),
    SentQuestion(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS),
]


class Line:
    """A page's line at one server."""

    def __init__(self, database: Database, seat: Seat, attempt_id: UUID) -> None:
        self.database = database
        self.seat = seat
        self.attempt_id = attempt_id
        self.held = Held()

    async def say(self, happening: Happening, *, minute: float = 1) -> PageNews:
        now = NOW + timedelta(minutes=minute)
        return await happen(self.database, self.seat, self.attempt_id, happening, now=now, held=self.held)

    async def answer(self, number: int, text: str | None = "I did it.", **given: Any) -> PageNews:
        minute = given.pop("minute", number)
        return await self.say(Answered(key=uuid4(), number=number, text=text, **given), minute=minute)

    async def read(self) -> Known:
        """What a line that knows nothing reads."""
        fresh = Held()
        await foresee(self.database, self.seat, self.attempt_id, Arrived(), now=NOW, held=fresh)
        assert fresh.known is not None
        return fresh.known


@pytest.fixture
async def elsewhere(address: DatabaseAddress) -> AsyncIterator[Database]:
    """Another server's pool."""
    async with open_database(address, connections=2) as opened:
        yield opened


async def sit_down(database: Database, house: House, questions: list[SentQuestion] | None = None) -> Line:
    draft = a_draft(house, questions=questions or [SentQuestion(text=f"Question {number}?") for number in range(1, 6)])
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    line = Line(database, seat, await an_attempt(database, seat))
    await line.say(Arrived(), minute=0)
    return line


def other_line(line: Line, database: Database | None = None) -> Line:
    return Line(database or line.database, line.seat, line.attempt_id)


async def answers(line: Line) -> list[tuple[int, str]]:
    async with line.database.tenant(line.seat.merchant_id) as connection:
        rows = await connection.fetch(
            "select number, text from answers where attempt_id = $1 order by number", line.attempt_id
        )
    return [(row["number"], row["text"]) for row in rows]


# --- Alone ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [0, 1])
async def test_what_is_held_is_what_would_be_read(database: Database, house: House, choice: int) -> None:
    line = await sit_down(database, house, QUESTIONS)
    scene = (await line.say(Arrived())).scene
    minute, kinds = 1.0, set[str]()
    while scene.turn is not None:
        number = scene.turn.number
        text = "Do you pay for trains?" if number > 5 else "I did: \u00e9 it."
        said: dict[str, Any] = {"choice": choice} if scene.turn.choices else {"text": text}
        happenings: list[Happening] = [
            *(Asked(key=uuid4(), number=number, wish=wish) for wish in (Wish.REPEAT, Wish.THINK, Wish.PERSON)),
            LineBroke(key=uuid4(), seconds=3),
            Answered(key=uuid4(), number=number, text="Could you repeat that?"),
            Answered(key=uuid4(), number=number + 7, text="Not asked."),
            Answered(key=uuid4(), number=number, **said),
        ]
        for happening in happenings:
            minute += 0.77  # an odd number of seconds, so that rounding shows
            told = await line.say(happening, minute=minute)
            scene = told.scene
            kinds |= {type(one).__name__ for one in told.told}
            assert line.held.known == await line.read()
            assert (await line.say(Arrived(), minute=minute)).scene == replace(scene, draft=None)
            assert line.held.known == await line.read()
    assert line.held.known is not None
    progress = line.held.known.progress
    assert len(progress.answers) >= 5
    assert {branch.is_asked for branch in progress.branches} == {True, False}
    assert progress.wishes
    assert any(one.reply is not None for one in progress.answers)
    assert kinds == {"Acknowledge", "Refuse"}


async def test_nothing_is_read_again_while_nobody_else_adds_anything(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = await sit_down(database, house)
    known = line.held.known
    await line.answer(1)
    assert line.held.known is not known
    assert line.held.known is not None
    assert known is not None
    assert line.held.known.pinned is known.pinned
    held = line.held.known
    await line.say(LineBroke(key=uuid4(), seconds=3))
    await line.say(Arrived())
    assert line.held.known is held


async def test_what_failed_is_not_held(database: Database, house: House) -> None:
    line = await sit_down(database, house)
    await line.answer(1)
    with pytest.raises(Failed):
        await line.answer(2, "\x00")  # which the database takes for no text
    assert line.held.known == await line.read()
    assert isinstance((await line.answer(2)).told[0], Acknowledge)
    assert [number for number, _ in await answers(line)] == [1, 2]


async def test_a_draft_is_told_until_its_turn_is_answered(database: Database, house: House) -> None:
    line = await sit_down(database, house)
    await keep_typed(database, line.seat, line.attempt_id, TextDraft(number=1, text="I l"), now=NOW)
    assert (await line.say(Arrived())).scene.draft == TextDraft(number=1, text="I l")
    assert (await line.answer(1)).scene.draft is None
    assert (await line.say(Arrived())).scene.draft is None


async def test_one_lines_knowledge_is_no_other_attempts(database: Database, house: House) -> None:
    first, second = await sit_down(database, house), await sit_down(database, house)
    await first.answer(1)
    second.held = first.held
    assert (await second.say(Arrived())).scene.conversation.answers == ()
    assert second.held.known == await second.read()


# --- Others in between ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["two pages", "two servers"])
async def test_lines_that_take_turns_know_of_each_other(
    database: Database, elsewhere: Database, house: House, is_elsewhere: bool
) -> None:
    one = await sit_down(database, house)
    other = other_line(one, elsewhere if is_elsewhere else database)
    await other.say(Arrived())
    for number in range(1, 6):
        speaking, waiting = (one, other) if number % 2 else (other, one)
        told = await speaking.answer(number, f"Answer {number}.")
        assert isinstance(told.told[0], Acknowledge)
        late = await waiting.answer(number, "Too late.")
        assert late.told == (Refuse(key=late.told[0].key, reason=NotTaken.ALREADY_ANSWERED),)
        assert late.scene.conversation.number == number + 1
        assert speaking.held.known == await speaking.read()
        assert waiting.held.known == await waiting.read()
    assert await answers(one) == [(number, f"Answer {number}.") for number in range(1, 6)]


async def test_a_resend_by_another_line_is_acknowledged_and_not_stored_twice(
    database: Database, elsewhere: Database, house: House
) -> None:
    one = await sit_down(database, house)
    other = other_line(one, elsewhere)
    await other.say(Arrived())
    answered = Answered(key=uuid4(), number=1, text="Once.")
    assert (
        (await one.say(answered)).told == (await other.say(answered)).told == (Acknowledge(key=answered.key, number=1),)
    )
    assert await answers(one) == [(1, "Once.")]


async def test_whoever_waited_for_the_lock_sees_what_was_added_meanwhile(
    database: Database, elsewhere: Database, house: House
) -> None:
    line = await sit_down(database, house)
    assert line.held.known is not None
    step = line.held.known.pinned.definition.steps[0]
    async with elsewhere.tenant(line.seat.merchant_id) as connection:
        await connection.execute("select from attempts where id = $1 for update", line.attempt_id)
        first = await line_answer(connection, line, step.id)
        waiting = asyncio.create_task(line.answer(1, "Too late."))
        await until_blocked(connection)
    told = await waiting
    assert [type(one) for one in told.told] == [Refuse]
    assert told.scene.conversation.answers == (first,)
    assert line.held.known == await line.read()
    assert await answers(line) == [(1, "Faster.")]


async def line_answer(connection: Any, line: Line, step_id: UUID) -> Any:
    """An answer of another server, in its own transaction."""
    fresh = Held()
    scene = await foresee(
        line.database, line.seat, line.attempt_id, Answered(key=uuid4(), number=1, text="Faster."), now=NOW, held=fresh
    )
    (answer,) = scene.conversation.answers
    assert answer.step_id == step_id
    await save_answer(connection, answer, merchant_id=line.seat.merchant_id, attempt_id=line.attempt_id, now=NOW)
    return answer


async def until_blocked(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
    """Until somebody waits for what this connection has locked."""
    statement = "select exists (select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid)))"
    for _ in range(1_500):
        if await connection.fetchval(statement):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_two_servers_at_once_lose_and_double_nothing(
    database: Database, elsewhere: Database, house: House
) -> None:
    one = await sit_down(database, house)
    lines = [one, other_line(one), other_line(one, elsewhere), other_line(one, elsewhere)]
    acknowledged: dict[int, list[str]] = {}
    for number in range(1, 6):
        texts = [f"{number} by {place}" for place in range(len(lines))]
        replies = await asyncio.gather(*(line.answer(number, text) for line, text in zip(lines, texts, strict=True)))
        acknowledged[number] = [
            text for text, told in zip(texts, replies, strict=True) if isinstance(told.told[0], Acknowledge)
        ]
    assert {number: len(texts) for number, texts in acknowledged.items()} == dict.fromkeys(range(1, 6), 1)
    assert await answers(one) == [(number, *texts) for number, texts in acknowledged.items()]
    for line in lines:
        await line.say(Arrived())
        assert line.held.known == await line.read()


# --- Everything else that may happen to an attempt -----------------------------------------------------------------


async def claim(line: Line) -> None:
    async with line.database.tenant(line.seat.merchant_id) as connection:
        assert await connection.fetchval(
            "select claim_attempt($1, $2, null, $3)", line.seat.merchant_id, line.attempt_id, NOW
        )


async def revoke(line: Line) -> None:
    line.seat = replace(line.seat, issued_at=NOW)  # of a session that began before
    async with line.database.tenant(line.seat.merchant_id) as connection:
        whom = Whom(merchant_id=line.seat.merchant_id, environment="production", candidate_id=line.seat.candidate_id)
        assert await revoke_links(connection, whom, actor="t")


async def close_links(line: Line) -> None:
    async with line.database.tenant(line.seat.merchant_id) as connection:
        await connection.execute("update interviews set links_closed_at = now() where id = $1", line.seat.interview_id)


@pytest.mark.parametrize(
    ("act", "error"),
    [(claim, NotFound), (revoke, LinkRevoked), (close_links, LinkClosed)],
    ids=lambda one: one.__name__,
)
async def test_a_line_that_knows_all_is_refused_all_the_same(
    database: Database, house: House, act: Callable[[Line], Awaitable[None]], error: type[Exception]
) -> None:
    line = await sit_down(database, house)
    await line.answer(1)
    await act(line)
    for happening in (Answered(key=uuid4(), number=2, text="I did it."), Arrived(), HandedIn(key=uuid4())):
        with pytest.raises(error):
            await line.say(happening)
    with pytest.raises(error):
        await keep_typed(database, line.seat, line.attempt_id, TextDraft(number=2, text="I"), now=NOW)
    async with database.tenant(house.merchant.id) as connection:
        assert not await connection.fetchval(
            "select exists (select from drafts where attempt_id = $1)", line.attempt_id
        )
    assert [number for number, _ in await answers(line)] == [1]


async def test_an_attempt_that_was_left_for_good_takes_no_answer(database: Database, house: House) -> None:
    line = await sit_down(database, house)
    await line.answer(1)
    async with database.tenant(house.merchant.id) as connection:
        await abandon(connection, merchant_id=house.merchant.id, attempt_id=line.attempt_id, actor="t", now=NOW)
    told = await line.answer(2)
    assert [one.reason for one in told.told if isinstance(one, Refuse)] == [NotTaken.OVER]
    assert [number for number, _ in await answers(line)] == [1]


async def test_more_time_counts_at_once(database: Database, house: House) -> None:
    line = await sit_down(database, house)
    before = (await line.answer(1)).scene.course.max_seconds
    async with database.tenant(house.merchant.id) as connection:
        await save_adjustments(
            connection,
            Adjustments(time_factor=Decimal("1.5")),
            merchant_id=house.merchant.id,
            attempt_id=line.attempt_id,
            now=NOW,
        )
    assert (await line.answer(2)).scene.course.max_seconds == 1.5 * before


async def test_an_edit_of_the_interview_does_not_reach_the_line(database: Database, house: House) -> None:
    line = await sit_down(database, house)
    pinned: Pinned | None = line.held.known.pinned if line.held.known else None
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update interviews set name = 'Renamed', revision = revision + 1 where id = $1", line.seat.interview_id
        )
    assert (await line.answer(1)).scene.definition.name != "Renamed"
    fresh = await line.read()
    assert fresh.pinned == pinned
    assert fresh == line.held.known
