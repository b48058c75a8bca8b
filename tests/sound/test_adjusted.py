"""What a candidate adjusted is what they get: more time, the pace, and the accent at the ear."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from tests.sound.own_microphone import SILENCE, SPEECH, open_line
from vivavoce.attempts.adjust import Adjustments, find_adjustments, find_latest_adjustments, save_adjustments
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, Arrived
from vivavoce.conversation.loop import foresee, happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.steps import SentQuestion
from vivavoce.sound.known_lines import scene_lines
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.notices import Saved
from vivavoce.web.candidate.messages import to_messages

TIMED = SentQuestion(text="Tell me about a project of yours.", seconds=120)


async def adjust(database: Database, seat: Seat, attempt_id: Any, **chosen: Any) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await save_adjustments(
            connection, Adjustments(**chosen), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW
        )


async def begin(database: Database, house: House, **settings: Any) -> tuple[Seat, Any]:
    draft = a_draft(house, questions=[TIMED, SentQuestion(text="Second?")], settings=settings)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    return seat, await an_attempt(database, seat)


# --- Kept -----------------------------------------------------------------------------------------------------------


async def test_what_was_chosen_is_found_again_and_the_last_choice_counts(database: Database, house: House) -> None:
    seat, attempt_id = await begin(database, house)
    async with database.tenant(seat.merchant_id) as connection:
        assert await find_adjustments(connection, attempt_id) is None
        assert await find_latest_adjustments(connection, seat) is None
    await adjust(database, seat, attempt_id, speaks=True)
    await adjust(database, seat, attempt_id, pace="slower", time_factor=Decimal("1.25"), accents={"en": "en-IN"})
    chosen = Adjustments(pace="slower", time_factor=Decimal("1.25"), accents={"en": "en-IN"})
    async with database.tenant(seat.merchant_id) as connection:
        assert await find_adjustments(connection, attempt_id) == chosen
        assert await find_latest_adjustments(connection, seat) == chosen


# --- More time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "seconds", "is_asked_on"), [("1", 120, False), ("2", 240, True)])
async def test_more_time_is_of_each_answer_and_of_the_whole(
    database: Database, house: House, factor: str, seconds: float, is_asked_on: bool
) -> None:
    seat, attempt_id = await begin(database, house, max_seconds=90)
    await adjust(database, seat, attempt_id, time_factor=Decimal(factor))
    scene = to_messages(await happen(database, seat, attempt_id, Arrived(), now=NOW))[-1]
    assert scene["question"]["seconds"] == seconds
    answered = Answered(key=new_id(), number=1, text="So.")
    told = await happen(database, seat, attempt_id, answered, now=NOW + timedelta(minutes=2))
    assert (told.scene.turn is not None) is is_asked_on


# --- Pace and accent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_interview", "chosen", "seconds"),
    [
        (None, None, 2.65),
        (None, "faster", 1.6),
        (None, "slower", 3.6),
        ("slower", None, 3.6),
        ("slower", "normal", 2.65),
    ],
)
async def test_the_pace_that_was_chosen_is_how_long_a_pause_may_be(
    database: Database,
    house: House,
    microphones: Microphones,
    of_interview: str | None,
    chosen: str | None,
    seconds: float,
) -> None:
    seat, attempt_id = await begin(database, house, pace=of_interview)
    await adjust(database, seat, attempt_id, speaks=True, pace=chosen)
    line = await open_line(microphones, seat, attempt_id, await foresee(database, seat, attempt_id, Arrived(), now=NOW))
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    assert await line.seconds_of_silence() == pytest.approx(seconds, abs=0.15)


async def test_a_pace_that_is_changed_in_a_turn_holds_at_once(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, await foresee(database, seat, attempt_id, Arrived(), now=NOW))
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    await adjust(database, seat, attempt_id, speaks=True, pace="slower")
    await line.microphone.follow(await foresee(database, seat, attempt_id, Arrived(), now=NOW))
    assert await line.seconds_of_silence() == pytest.approx(3.6, abs=0.15)


async def test_the_ear_is_told_the_accent_that_was_chosen(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id = await begin(database, house)
    await adjust(database, seat, attempt_id, speaks=True, accents={"en": "en-IN", "de": "de-AT"})
    line = await open_line(microphones, seat, attempt_id, await foresee(database, seat, attempt_id, Arrived(), now=NOW))
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    await line.seconds_of_silence()
    assert line.ear.locales == ["en-IN"]


async def test_each_question_is_heard_and_asked_in_its_own_language(
    database: Database, house: House, microphones: Microphones
) -> None:
    questions = [SentQuestion(text="What did you do?"), SentQuestion(text="Was haben Sie gelernt?", language="de")]
    draft = a_draft(house, questions=questions)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    await adjust(database, seat, attempt_id, speaks=True, accents={"en": "en-IN", "de": "de-AT"})
    arrived = await happen(database, seat, attempt_id, Arrived(), now=datetime.now(UTC))
    line = await open_line(microphones, seat, attempt_id, arrived.scene)
    for number in (1, 2):
        line.told.clear()
        line.understood.clear()
        await line.microphone.press("opened", number=number)
        for _ in range(50):
            await line.say(SPEECH)
        await line.seconds_of_silence()
        async with asyncio.timeout(30):
            while not (saved := [one for one in line.told if isinstance(one, Saved)]):
                await line.say(SILENCE)
                await asyncio.sleep(0.01)
        scene = saved[0].told.scene
        if number == 1:
            said = scene_lines(scene.course, scene.conversation, scene.turn)
            assert [one.language for one in said] == ["de"] * len(said)
            assert said[-1].text == "Was haben Sie gelernt?"
    assert line.ear.languages == ["en", "de"]
    assert line.ear.locales == ["en-IN", "de-AT"]
