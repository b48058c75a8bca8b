"""The loop: what is acknowledged is stored, once, whoever sends it how often and from how many pages."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.builders import NOW, QUESTIONS, House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.answer import HeardWord, NextWords
from vivavoce.attempts.keep import TextDraft, read_answers, save_next_words
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.scores import read_waiting
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import (
    Acknowledge,
    Answered,
    Arrived,
    Asked,
    Corrected,
    HandedIn,
    LineBroke,
    NotTaken,
    Refuse,
)
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import Failed, Held, PageNews, happen, keep_typed
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NotFound
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.merchants.choices import offer_none
from vivavoce.merchants.next_steps import set_next_steps
from vivavoce.web.candidate.messages import to_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = SentQuestion(text="Tell me about a project of yours.")
CHOICE = SentQuestion(text="Which?", answered_by=AnsweredBy.CHOICE, alternatives=("Left", "Right"), language="de")
LAST = SentQuestion(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS)


class Sitting:
    """A person in an attempt, and what is stored of it."""

    def __init__(self, database: Database, seat: Seat, attempt_id: UUID) -> None:
        self.database = database
        self.seat = seat
        self.attempt_id = attempt_id

    async def answer(self, number: int, text: str | None = "I did it.", *, minute: int = 1, **given: Any) -> PageNews:
        fields: dict[str, Any] = {"key": uuid4(), "number": number, "text": text}
        happening = Answered(**(fields | given))
        return await happen(self.database, self.seat, self.attempt_id, happening, now=NOW + timedelta(minutes=minute))

    async def correct(self, number: int, text: str | None, *, key: UUID | None = None) -> PageNews:
        corrected = Corrected(key=key or uuid4(), number=number, text=text)
        return await happen(self.database, self.seat, self.attempt_id, corrected, now=NOW + timedelta(minutes=1))

    async def wish(self, wish: Wish, *, number: int = 1, key: UUID | None = None, remark: str = "") -> PageNews:
        asked = Asked(key=key or uuid4(), number=number, wish=wish, remark=remark)
        return await happen(self.database, self.seat, self.attempt_id, asked, now=NOW + timedelta(minutes=1))

    async def type(self, number: int, text: str) -> None:
        await keep_typed(self.database, self.seat, self.attempt_id, TextDraft(number=number, text=text), now=NOW)

    async def hand_in(self, *, minute: int = 9) -> PageNews:
        return await happen(
            self.database, self.seat, self.attempt_id, HandedIn(key=uuid4()), now=NOW + timedelta(minutes=minute)
        )

    async def drafts(self) -> list[str]:
        async with self.database.tenant(self.seat.merchant_id) as connection:
            rows = await connection.fetch("select text from drafts where attempt_id = $1", self.attempt_id)
        return [row["text"] for row in rows]

    async def rows(self, columns: str = "*", table: str = "answers") -> "list[asyncpg.Record]":
        subject = {"attempts": "id", "events": "subject_id"}.get(table, "attempt_id")
        order = {"answers": "number", "events": "at", "branches": "decided_at"}.get(table, "id")
        async with self.database.tenant(self.seat.merchant_id) as connection:
            found = await connection.fetch(
                f"select {columns} from {table} where {subject} = $1 order by {order}", self.attempt_id
            )
        return list(found)

    async def state(self) -> dict[str, Any]:
        (row,) = await self.rows("state, finished_at, submitted_at, updated_at", "attempts")
        return dict(row)

    async def notes(self) -> "list[asyncpg.Record]":
        """Those that hang on handing in; what it costs is looked at besides, as soon as no question is open."""
        async with self.database.tenant(self.seat.merchant_id) as connection:
            found = await connection.fetch(
                "select *, xmin::text from procrastinate_jobs where args ->> 'subject_id' = $1"
                " and queue_name <> 'credits'",
                str(self.attempt_id),
            )
        return list(found)


async def sit_down(
    database: Database, house: House, questions: "Sequence[SentQuestion]" = QUESTIONS, **settings: Any
) -> Sitting:
    """Somebody who has just begun."""
    interview_id = await an_interview(database, house, a_draft(house, questions=questions, settings=settings))
    seat = await a_seat(database, house, interview_id)
    return Sitting(database, seat, await an_attempt(database, seat))


# --- What is acknowledged is stored --------------------------------------------------------------------------------


async def test_every_receipt_has_its_row(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, (FIRST, CHOICE, LAST))
    replies = [
        await sitting.answer(1, " It was\nmine: \u00e9\U0001f600 ", minute=1),
        await sitting.answer(2, None, choice=1, minute=3),
        await sitting.answer(3, None, minute=4),
    ]
    rows = await sitting.rows()
    assert [
        (row["number"], row["asked"], row["language"], row["text"], row["choice"], row["is_skipped"]) for row in rows
    ] == [
        (1, FIRST.text, "en", " It was\nmine: \u00e9\U0001f600 ", None, False),
        (2, CHOICE.text, "de", "Right", 1, False),
        (3, LAST.text, "en", "", None, True),
    ]
    assert [reply.told for reply in replies] == [(Acknowledge(key=row["key"], number=row["number"]),) for row in rows]
    assert [row["step_id"] for row in rows] == [step.id for step in replies[0].scene.definition.steps]


async def test_a_question_counts_as_asked_when_the_one_before_it_was_answered(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    await sitting.answer(1, minute=2)
    await sitting.answer(2, minute=5)
    minutes = [
        ((row["asked_at"] - NOW) / timedelta(minutes=1), (row["answered_at"] - NOW) / timedelta(minutes=1))
        for row in await sitting.rows()
    ]
    assert minutes == [(0, 2), (2, 5)]


async def test_the_scene_is_told_by_what_is_stored_alone(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    told = (await sitting.answer(1)).scene
    arrived = await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW)
    assert (arrived.told, arrived.scene) == ((), told)
    assert told.turn is not None
    assert (told.turn.number, told.turn.asked) == (2, "Second?")


async def test_what_is_refused_is_not_stored(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    reasons = []
    for number, text in ((2, "I did it."), (1, " "), (1, "x" * 20_001)):
        (refused,) = (await sitting.answer(number, text)).told
        assert isinstance(refused, Refuse)
        reasons.append(refused.reason)
    assert reasons == [NotTaken.NOT_ASKED, NotTaken.EMPTY, NotTaken.TOO_LONG]
    assert await sitting.rows() == []
    assert (await sitting.state())["state"] == "begun"


async def test_an_answer_that_was_opened_again_keeps_its_first_words(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    await sitting.answer(1, "I let a team.")
    await sitting.answer(2, None)
    key = uuid4()
    told = await sitting.correct(1, "I led a team.", key=key)
    again = await sitting.correct(1, "Something older.", key=key)
    assert told.told == again.told == (Acknowledge(key=key, number=1),)
    await sitting.correct(2, "This, after all.")
    assert [(row["text"], row["is_skipped"]) for row in await sitting.rows()] == [("I let a team.", False), ("", True)]
    kept = [(row["number"], row["text"], row["made_in"]) for row in await sitting.rows("*", "corrections")]
    assert kept == [(1, "I led a team.", "conversation"), (2, "This, after all.", "conversation")]
    scene = (await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW)).scene
    said = [scene.conversation.text_of(answer) for answer in scene.conversation.answers]
    assert said == ["I led a team.", "This, after all."]


async def test_a_line_sees_what_another_page_has_opened_again(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    held = Held()
    await happen(
        database,
        sitting.seat,
        sitting.attempt_id,
        Answered(key=uuid4(), number=1, text="I did it."),
        now=NOW,
        held=held,
    )
    await sitting.correct(1, "Otherwise.")
    scene = (await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW, held=held)).scene
    assert scene.conversation.text_of(scene.conversation.answers[0]) == "Otherwise."


async def test_a_skipped_question_that_got_words_is_judged_by_them(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, [FIRST])
    await sitting.answer(1, None)
    await sitting.correct(1, "I led a team.")
    await sitting.hand_in()
    async with database.tenant(sitting.seat.merchant_id) as connection:
        material = await read_waiting(connection, sitting.attempt_id)
    assert material is not None
    assert [(answer.text, answer.is_skipped) for answer in material.answers] == [("I led a team.", False)]


async def test_a_skipped_question_that_is_asked_again_is_told_once_and_in_its_place(
    database: Database, house: House
) -> None:
    sitting = await sit_down(database, house, [FIRST, replace(FIRST, text="And another?")])
    await sitting.answer(1, None)
    offered = (await sitting.answer(2, "Another.")).scene
    assert offered.turn is not None
    assert (offered.turn.asked, offered.turn.number, offered.turn.is_again) == (FIRST.text, 3, True)
    await sitting.answer(3, "I led a team.")
    await sitting.hand_in()
    async with database.tenant(sitting.seat.merchant_id) as connection:
        material = await read_waiting(connection, sitting.attempt_id)
    assert material is not None
    assert [(one.number, one.asked, one.text) for one in material.answers] == [
        (3, FIRST.text, "I led a team."),
        (2, "And another?", "Another."),
    ]


async def test_none_of_these_is_offered_from_the_next_question_on(database: Database) -> None:
    house = await a_house(database)
    sitting = await sit_down(database, house, [CHOICE, FIRST])
    (refused,) = (await sitting.answer(1, None, choice=2)).told
    assert isinstance(refused, Refuse)
    await offer_none(database, is_offered=True, merchant_id=house.merchant.id, actor="test")
    told = (await sitting.answer(1, None, choice=2)).scene
    assert told.turn is not None
    assert (told.turn.answered_by, told.turn.language) == (AnsweredBy.OPEN, "de")
    await offer_none(database, is_offered=False, merchant_id=house.merchant.id, actor="test")
    asked = (await sitting.answer(2, "Geradeaus.")).scene.turn
    assert asked is not None
    assert asked.asked == FIRST.text
    rows = [(row["text"], row["choice"], row["follow_up"]) for row in await sitting.rows()]
    assert rows == [("Nichts davon", 2, None), ("Geradeaus.", None, "own_words")]


async def test_what_was_taken_back_as_misheard_counts_as_skipped(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    heard = (HeardWord(text="Keep", start=0.0, end=0.5, probability=0.4),)
    await sitting.answer(1, "Keep this question.", words=heard)
    news = await sitting.correct(1, "Skip this question!")
    assert news.scene.turn is not None
    assert news.scene.turn.step.question.text == QUESTIONS[1].text
    async with database.tenant(sitting.seat.merchant_id) as connection:
        (kept,) = await read_answers(connection, sitting.attempt_id)
    assert (kept.answer.text, kept.counting.text, kept.counting.is_skipped) == ("Keep this question.", "", True)
    (told,) = to_messages(news)[-1]["past"]
    assert (told["answer"], told["is_skipped"]) == ("", True)


async def test_a_choice_that_was_a_slip_is_put_right_and_its_questions_follow(database: Database, house: House) -> None:
    way = replace(CHOICE, caller_id="way", language=None)
    left, right = (
        SentQuestion(
            text=f"How far {side}?", parent_caller_id="way", is_conditional=True, condition={"choices": [side]}
        )
        for side in way.alternatives
    )
    sitting = await sit_down(database, house, [way, left, right, LAST])
    await sitting.answer(1, None, choice=0)
    corrected = Corrected(key=uuid4(), number=1, choice=1)
    at = NOW + timedelta(minutes=1)
    await happen(database, sitting.seat, sitting.attempt_id, corrected, now=at)
    # Sent again, as its receipt was lost.
    news = await happen(database, sitting.seat, sitting.attempt_id, corrected, now=at)
    assert news.scene.turn is not None
    assert (news.scene.turn.asked, news.scene.turn.number) == ("How far Right?", 2)
    (told,) = to_messages(news)[-1]["past"]
    assert (told["answer"], told["choices"], told["choice"], told["can_change"]) == (
        "Right",
        ["Left", "Right"],
        1,
        True,
    )
    await sitting.answer(2, "A mile.")
    branches = {(row["reason"], row["is_asked"]) for row in await sitting.rows(table="branches")}
    assert branches == {("choice_not_met", False), ("choice_met", True)}
    assert [(row["text"], row["choice"]) for row in await sitting.rows()] == [("Left", 0), ("A mile.", None)]
    async with database.tenant(sitting.seat.merchant_id) as connection:
        first, _ = await read_answers(connection, sitting.attempt_id)
    assert (first.answer.choice, first.counting.text, first.counting.choice) == (0, "Right", 1)


# --- Sent again, and at once ---------------------------------------------------------------------------------------


async def test_a_resend_gets_the_same_receipt_and_one_row(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    key = uuid4()
    first = await sitting.answer(1, "I did it.", key=key)
    await sitting.answer(2)
    again = await sitting.answer(1, "I did it.", key=key, minute=7)
    assert first.told == again.told == (Acknowledge(key=key, number=1),)
    assert [row["number"] for row in await sitting.rows()] == [1, 2]


async def test_an_answer_that_arrives_several_times_at_once_is_stored_once(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    key = uuid4()
    replies = await asyncio.gather(*(sitting.answer(1, "I did it.", key=key) for _ in range(6)))
    assert [reply.told for reply in replies] == [(Acknowledge(key=key, number=1),)] * 6
    assert [row["key"] for row in await sitting.rows()] == [key]


async def test_of_two_answers_to_one_turn_at_once_one_is_stored_and_the_other_refused(
    database: Database, house: House
) -> None:
    sitting = await sit_down(database, house)
    for number in (1, 2, 3):
        keys = [uuid4(), uuid4()]
        replies = await asyncio.gather(*(sitting.answer(number, f"From {key}.", key=key) for key in keys))
        told = [one for reply in replies for one in reply.told]
        (stored,) = (row["key"] for row in await sitting.rows() if row["number"] == number)
        (lost,) = set(keys) - {stored}
        assert sorted(told, key=repr) == [
            Acknowledge(key=stored, number=number),
            Refuse(key=lost, reason=NotTaken.ALREADY_ANSWERED),
        ]
    assert [row["number"] for row in await sitting.rows()] == [1, 2, 3]
    assert (await sitting.state())["state"] == "finished"


async def test_handing_in_several_times_at_once_hands_in_once(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, [FIRST])
    await sitting.answer(1)
    replies = await asyncio.gather(*(sitting.hand_in() for _ in range(4)))
    assert [type(one) for reply in replies for one in reply.told] == [Acknowledge] * 4
    assert len(await sitting.notes()) == 1
    kinds = [row["kind"] for row in await sitting.rows("kind", "events")]
    assert kinds == ["attempt.begun", "attempt.finished", "attempt.submitted"]


# --- Whose it is ---------------------------------------------------------------------------------------------------


async def test_nobody_sits_in_anothers_attempt(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    foreign = await a_house(database)
    another_interview = await an_interview(database, house)
    seats = {
        "another person": await a_seat(database, house, sitting.seat.interview_id),
        "another interview": replace(sitting.seat, interview_id=another_interview),
        "another merchant": replace(sitting.seat, merchant_id=foreign.merchant.id),
        "a merchant that does not exist": replace(sitting.seat, merchant_id=new_id()),
    }
    errors = {}
    for name, seat in seats.items():
        for happening in (Arrived(), Answered(key=uuid4(), number=1, text="Mine now."), HandedIn(key=uuid4())):
            with pytest.raises(NotFound) as caught:
                await happen(database, seat, sitting.attempt_id, happening, now=NOW)
            errors[name] = caught.value.message
    with pytest.raises(NotFound) as caught:
        await happen(database, sitting.seat, new_id(), Arrived(), now=NOW)
    assert set(errors.values()) == {caught.value.message}
    assert await sitting.rows() == []


# --- The end -------------------------------------------------------------------------------------------------------


async def test_the_last_answer_finishes_and_handing_in_submits(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, [FIRST])
    assert [type(one) for one in (await sitting.hand_in()).told] == [Refuse]
    reply = await sitting.answer(1, minute=3)
    assert (reply.scene.turn, reply.scene.conversation.state) == (None, AttemptState.FINISHED)
    minute = {number: NOW + timedelta(minutes=number) for number in (3, 9)}
    assert await sitting.state() == {
        "state": "finished", "finished_at": minute[3], "submitted_at": None, "updated_at": minute[3],
    }  # fmt: skip
    assert await sitting.notes() == []
    assert (await sitting.hand_in(minute=9)).scene.conversation.state is AttemptState.SUBMITTED
    assert await sitting.state() == {
        "state": "submitted", "finished_at": minute[3], "submitted_at": minute[9], "updated_at": minute[9],
    }  # fmt: skip
    events = await sitting.rows("kind, actor", "events")
    assert {row["actor"] for row in events} == {f"candidate {sitting.seat.candidate_id}"}


async def test_where_nothing_is_shown_at_the_end_the_last_answer_hands_in(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, [FIRST, LAST], result_view="none")
    await sitting.answer(1)
    assert (await sitting.state())["state"] == "begun"
    reply = await sitting.answer(2, None)
    assert reply.scene.conversation.state is AttemptState.SUBMITTED
    assert (await sitting.state())["state"] == "submitted"
    assert len(await sitting.notes()) == 1


@pytest.mark.parametrize("view", [None, "minimal", "minimal_with_score", "advanced", "full", "full_expand_scores"])
async def test_with_any_other_view_the_candidate_hands_in(database: Database, house: House, view: str | None) -> None:
    sitting = await sit_down(database, house, [FIRST], result_view=view)
    assert (await sitting.answer(1)).scene.conversation.state is AttemptState.FINISHED


async def test_the_note_for_the_worker_is_of_the_transaction_that_submits(
    database: Database, house: House, address: DatabaseAddress
) -> None:
    sitting = await sit_down(database, house, [FIRST])
    await sitting.answer(1)
    who: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": sitting.attempt_id, "actor": "t", "now": NOW}

    async def submit_and_fail() -> None:
        async with database.tenant(house.merchant.id) as connection:
            await submit(connection, **who)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await submit_and_fail()
    assert await sitting.notes() == []
    assert (await sitting.state())["state"] == "finished"

    async with database.tenant(house.merchant.id) as connection:
        await submit(connection, **who)
        assert await sitting.notes() == [], "seen before the commit"
    (note,) = await sitting.notes()
    (attempt,) = await sitting.rows("xmin::text", "attempts")
    assert note["xmin"] == attempt["xmin"]
    assert (note["task_name"], note["queue_name"]) == ("tally_attempt", "scoring")
    assert note["args"] == {"merchant_id": str(house.merchant.id), "subject_id": str(sitting.attempt_id)}


@pytest.mark.parametrize(
    ("answers", "is_handed_in", "move"),
    [
        (0, False, submit),  # not finished
        (1, False, finish),  # finished already
        (1, True, finish),
        (1, True, submit),  # handed in already
    ],
)
async def test_a_move_from_another_state_is_a_conflict_and_leaves_nothing(
    database: Database, house: House, answers: int, is_handed_in: bool, move: Any
) -> None:
    sitting = await sit_down(database, house, [FIRST])
    if answers:
        await sitting.answer(1)
    if is_handed_in:
        await sitting.hand_in()
    before = (await sitting.state(), await sitting.rows("*", "events"), len(await sitting.notes()))
    with pytest.raises(Conflict):
        async with database.tenant(house.merchant.id) as connection:
            await move(connection, merchant_id=house.merchant.id, attempt_id=sitting.attempt_id, actor="t", now=NOW)
    assert (await sitting.state(), await sitting.rows("*", "events"), len(await sitting.notes())) == before


# --- Beside the answers --------------------------------------------------------------------------------------------


async def test_a_wish_is_stored_and_a_page_that_comes_back_hears_the_same(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    key = uuid4()
    told = await sitting.wish(Wish.THINK, key=key)
    again = await sitting.wish(Wish.THINK, key=key)
    assert told.told == again.told == (Acknowledge(key=key, number=1),)
    assert [tuple(row) for row in await sitting.rows("number, kind, by", "wishes")] == [(1, "think", "button")]
    arrived = await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW + timedelta(minutes=1))
    assert arrived.scene.conversation.wishes == told.scene.conversation.wishes


async def test_what_is_said_beside_the_answer_is_stored_with_its_reply(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, (FIRST,))
    asked = await sitting.answer(1, "What exactly do you mean by a project?")
    (row,) = await sitting.rows(table="wishes")
    assert (row["kind"], row["by"], row["text"]) == ("clarify", "word", "What exactly do you mean by a project?")
    back = await happen(sitting.database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW)
    assert back.scene.conversation.wishes == asked.scene.conversation.wishes
    reply = asked.scene.conversation.wishes[-1].reply
    assert reply is not None
    assert row["reply"]["text"] == reply.text
    assert await sitting.rows() == []


async def test_who_asks_when_they_will_hear_is_told_what_the_merchant_promises(
    database: Database, house: House
) -> None:
    await set_next_steps(database, text="Tom calls you.", days=10, merchant_id=house.merchant.id, actor="test")
    sitting = await sit_down(database, house, (FIRST,))
    wishes = (await sitting.answer(1, "When will I hear from you?")).scene.conversation.wishes
    assert wishes[-1].reply is not None
    assert "Tom calls you. You’ll hear from" in (wishes[-1].reply.passage or "")
    assert "within 10 days" in (wishes[-1].reply.passage or "")


async def test_what_is_said_after_an_answer_is_kept_once(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, (FIRST, LAST))
    scene = (await sitting.answer(1, "We moved a warehouse.")).scene
    words = NextWords(remark="You moved a warehouse.", follow_up="What was your part in the warehouse?", quote="moved")
    async with database.tenant(sitting.seat.merchant_id) as connection:
        whose: dict[str, Any] = {"merchant_id": sitting.seat.merchant_id, "attempt_id": sitting.attempt_id}
        await save_next_words(connection, words, **whose, number=1)
        await save_next_words(connection, replace(words, remark="Another one."), **whose, number=1)
    held = Held()
    back = await happen(sitting.database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW, held=held)
    assert back.scene.conversation.answers == (replace(scene.conversation.answers[0], next_words=words),)
    assert back.scene.turn is not None
    assert (back.scene.turn.asked, back.scene.turn.follow_up) == (words.follow_up, "taken_up")


async def test_what_was_decided_of_a_conditional_question_is_stored_with_its_reason(
    database: Database, house: House
) -> None:
    parent = SentQuestion(text="Have you led people?", caller_id="led")
    child = SentQuestion(text="How many?", is_conditional=True, parent_caller_id="led")
    sitting = await sit_down(database, house, (parent, child, QUESTIONS[1]))
    reply = await sitting.answer(1, "No.")
    assert reply.scene.turn is not None
    assert reply.scene.turn.asked == QUESTIONS[1].text
    assert [tuple(row) for row in await sitting.rows("is_asked, reason", "branches")] == [(False, "plain_no")]


async def test_a_question_of_the_candidate_that_nothing_answers_becomes_one_task(
    database: Database, house: House
) -> None:
    sitting = await sit_down(database, house, [LAST])
    key = uuid4()
    for _ in range(2):
        await sitting.answer(1, "May I bring my dog?", key=key)
    assert [tuple(row) for row in await sitting.rows("kind, text, state", "tasks")] == [
        ("answer_candidate", "May I bring my dog?", "open")
    ]
    (row,) = await sitting.rows("reply")
    assert (row["reply"]["language"], row["reply"]["passage"]) == ("en", None)


async def test_a_person_and_trouble_become_tasks(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    await sitting.wish(Wish.PERSON)
    await sitting.wish(Wish.TROUBLE, remark="There is no sound.")
    assert [tuple(row) for row in await sitting.rows("kind, text", "tasks")] == [
        ("person_wanted", ""),
        ("trouble", "There is no sound."),
    ]


async def test_ending_early_is_stored_as_such(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    await sitting.answer(1)
    await sitting.wish(Wish.END, number=2)
    (row,) = await sitting.rows("state, ending", "attempts")
    assert (row["state"], row["ending"]) == ("finished", "ended_early")


async def test_a_line_that_broke_is_on_record_once(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    broke = LineBroke(key=uuid4(), seconds=30.0)
    for _ in range(2):
        await happen(database, sitting.seat, sitting.attempt_id, broke, now=NOW + timedelta(minutes=1))
    (row,) = await sitting.rows("kind, told_by, began_at, ended_at", "faults")
    assert (row["kind"], row["told_by"]) == ("line_lost", "page")
    assert (row["ended_at"] - row["began_at"]).total_seconds() == 30


async def test_what_nobody_foresaw_is_on_record_and_leaves_nothing_half_done(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = await sit_down(database, house)

    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("vivavoce.conversation.loop.decide", break_down)
        with pytest.raises(Failed):
            await sitting.answer(1)
    assert await sitting.rows() == []
    assert [tuple(row) for row in await sitting.rows("kind, told_by", "faults")] == [("server", "server")]
    assert (await sitting.answer(1)).told[0].__class__ is Acknowledge


# --- What is being typed -------------------------------------------------------------------------------------------


async def test_what_is_being_typed_is_there_on_another_device_until_it_is_answered(
    database: Database, house: House
) -> None:
    sitting = await sit_down(database, house)
    for text in ("I le", "I led a team"):
        await sitting.type(1, text)
    arrived = await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW)
    assert arrived.scene.draft == TextDraft(number=1, text="I led a team")
    answered = await sitting.answer(1, "I led a team.")
    assert answered.scene.draft is None
    assert await sitting.drafts() == []
    await sitting.type(1, "Too late.")
    assert await sitting.drafts() == []
    assert (await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW)).scene.draft is None


async def test_nobody_types_into_anothers_attempt(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    another = await a_seat(database, house, sitting.seat.interview_id)
    with pytest.raises(NotFound):
        await keep_typed(database, another, sitting.attempt_id, TextDraft(number=1, text="Mine."), now=NOW)


# --- Time ----------------------------------------------------------------------------------------------------------


async def test_time_with_the_page_closed_is_not_spent(database: Database, house: House) -> None:
    sitting = await sit_down(database, house)
    await happen(database, sitting.seat, sitting.attempt_id, Arrived(), now=NOW + timedelta(hours=20))
    await sitting.answer(1, minute=20 * 60 + 2)
    (row,) = await sitting.rows("spent_seconds")
    assert row["spent_seconds"] == 120


async def test_at_the_maximum_length_the_conversation_closes_and_says_why(database: Database, house: House) -> None:
    sitting = await sit_down(database, house, max_seconds=90)
    reply = await sitting.answer(1, minute=2)
    assert reply.scene.turn is None
    (row,) = await sitting.rows("state, ending", "attempts")
    assert (row["state"], row["ending"]) == ("finished", "time_up")
