"""A microphone where something fails: the disk, the ear, a page that goes or comes at the wrong moment."""

import asyncio
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from tests.sound.own_microphone import FRAME, SILENCE, SPEECH, open_line
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Arrived, NotTaken, Refuse
from vivavoce.conversation.loop import Scene, foresee
from vivavoce.conversation.silence_prompts import CHOOSE, say_prompt
from vivavoce.db.database import Database
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.sound.frames import ACKNOWLEDGE_FRAMES
from vivavoce.sound.microphone import CannotListen
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.notices import (
    FramesMissed,
    HeardTo,
    Hello,
    Listens,
    NothingHeard,
    Notice,
    PlainNotice,
    Prompted,
    Saved,
    SoundTaken,
    TypingOnly,
    Understood,
    WhyTyping,
)
from vivavoce.sound.page_line import MicrophoneState, PageLine
from vivavoce.sound.side_work import SideWork
from vivavoce.web.candidate.microphone_socket import KINDS

OPEN = SentQuestion(text="What did you do?")
CHOICE = SentQuestion(text="How often?", answered_by=AnsweredBy.CHOICE, alternatives=("Always", "Never"))


async def begin(database: Database, house: House, first: SentQuestion = OPEN) -> tuple[Seat, Any, Scene]:
    draft = a_draft(house, questions=[first, SentQuestion(text="Why?")])
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    return seat, attempt_id, await foresee(database, seat, attempt_id, Arrived(), now=NOW)


async def ignore(notice: Notice) -> None:
    """A page that listens to nothing."""


# --- The disk -------------------------------------------------------------------------------------------------------


@contextmanager
def no_file_grows_beyond(size_bytes: int) -> Iterator[None]:
    """Every write of this process beyond it is refused by the system, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_refuses_costs_nothing_that_was_acknowledged(
    database: Database, house: House, microphones: Microphones, tmp_path: Path
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    for _ in range(ACKNOWLEDGE_FRAMES):
        await line.say(SILENCE)
    assert await line.until_told(HeardTo) == HeardTo(ACKNOWLEDGE_FRAMES)
    line.told.clear()
    with no_file_grows_beyond(ACKNOWLEDGE_FRAMES * FRAME + FRAME // 2):
        for _ in range(ACKNOWLEDGE_FRAMES):
            await line.say(SILENCE)
        assert await line.until_told(TypingOnly) == TypingOnly(why=WhyTyping.NOT_KEPT)
    assert HeardTo not in [type(notice) for notice in line.told]
    assert sound_bytes(tmp_path, attempt_id) == ACKNOWLEDGE_FRAMES * FRAME
    assert await faults_of(database, seat, attempt_id, at_least=1) == ["sound_unkept"]
    # The page opens its sound again, and sends what has no receipt once more.
    line.told.clear()
    await line.microphone.attach(line.tell, scene=scene, locale=None)
    assert line.told[0] == Hello(next=ACKNOWLEDGE_FRAMES, frame_bytes=FRAME)
    line.sent = ACKNOWLEDGE_FRAMES
    for _ in range(ACKNOWLEDGE_FRAMES):
        await line.say(SILENCE)
    assert await line.until_told(HeardTo) == HeardTo(2 * ACKNOWLEDGE_FRAMES)


def sound_bytes(data_dir: Path, attempt_id: Any) -> int:
    (sound,) = data_dir.glob(f"sound/*/{attempt_id}/microphone-{FRAME}.pcm")
    return sound.stat().st_size


async def faults_of(database: Database, seat: Seat, attempt_id: Any, *, at_least: int) -> list[str]:
    """What went wrong on our side, once so much is on record."""
    async with asyncio.timeout(30):
        while True:
            async with database.tenant(seat.merchant_id) as connection:
                rows = await connection.fetch("select kind from faults where attempt_id = $1 order by id", attempt_id)
            if len(rows) >= at_least:
                return [row["kind"] for row in rows]
            await asyncio.sleep(0.02)


async def test_a_gap_is_asked_for_once_and_again_for_each_page(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.say(SILENCE)
    line.sent = 5
    for _ in range(3):
        await line.say(SILENCE)
    assert [notice for notice in line.told if isinstance(notice, FramesMissed)] == [FramesMissed(1)]
    await line.microphone.attach(line.tell, scene=scene, locale=None)
    await line.say(SILENCE)
    assert [notice for notice in line.told if isinstance(notice, FramesMissed)] == [FramesMissed(1)] * 2


# --- The page -------------------------------------------------------------------------------------------------------


async def test_a_page_that_comes_to_a_microphone_that_has_just_closed_tries_again(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.microphone.close()
    line.told.clear()
    with pytest.raises(CannotListen) as refused:
        await line.microphone.attach(line.tell, scene=scene, locale=None)
    assert refused.value.why is WhyTyping.ELSEWHERE
    assert line.told == []
    other = await open_line(microphones, seat, attempt_id, scene)
    assert Listens in [type(notice) for notice in other.told]


async def test_frames_for_a_closed_microphone_do_nothing(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.microphone.close()
    line.told.clear()
    await line.say(SPEECH)
    assert line.told == []


async def test_who_types_is_not_heard_until_the_page_opens_the_sound_again(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.microphone.press("opened", number=1)
    await line.microphone.quiet()
    for _ in range(50):
        await line.say(SPEECH)
    for _ in range(100):
        await line.say(SILENCE)
    assert not {Understood, Saved} & {type(notice) for notice in line.told}
    line.told.clear()
    await line.microphone.attach(line.tell, scene=scene, locale=None)
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    await line.seconds_of_silence()
    assert (await line.until_told(Saved)).number == 1


async def test_what_was_being_said_when_somebody_types_is_told_and_not_saved(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    assert Understood not in [type(notice) for notice in line.told]
    await line.microphone.quiet()
    assert await line.until_told(Understood) == Understood(number=1, text="Yes")
    for _ in range(100):
        await line.say(SILENCE)
    assert Saved not in [type(notice) for notice in line.told]


async def test_what_was_said_before_somebody_types_is_still_saved(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    await line.seconds_of_silence()
    await line.microphone.quiet()
    assert (await line.until_told(Saved)).text == "Yes"


async def test_who_says_none_of_the_answers_shown_is_asked_for_one_at_once(
    database: Database, house: House, microphones: Microphones
) -> None:
    seat, attempt_id, scene = await begin(database, house, CHOICE)
    line = await open_line(microphones, seat, attempt_id, scene)
    await line.microphone.press("opened", number=1)
    for _ in range(50):
        await line.say(SPEECH)
    await line.seconds_of_silence()
    asked = Prompted(number=1, prompt=CHOOSE, said=say_prompt(CHOOSE, language="en"))
    assert await line.until_told(Prompted) == asked
    refused = (await line.until_told(Saved)).told.told
    assert [order.reason for order in refused if isinstance(order, Refuse)] == [NotTaken.NO_SUCH_CHOICE]
    line.told.clear()
    await line.microphone.press("opened", number=1)  # that was said
    await line.microphone.press("done", number=1)  # and nothing after it
    assert await line.until_told(Prompted) == asked
    told = [type(notice) for notice in line.told if isinstance(notice, NothingHeard | Prompted)]
    assert told == [NothingHeard, Prompted]
    for _ in range(4):  # nobody who was heard is given up for being silent: they think, or tap
        await line.microphone.press("opened", number=1)
        for _ in range(500):
            await line.say(SILENCE)
    assert TypingOnly not in [type(notice) for notice in line.told]
    assert {notice.said for notice in line.told if isinstance(notice, Prompted)} == {asked.said}  # nobody can type here


# --- Its parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], MicrophoneState.HEARD),
        (["type"], MicrophoneState.TYPING),
        (["type", "go_deaf"], MicrophoneState.DEAF),
        (["go_deaf", "type"], MicrophoneState.DEAF),
        (["type", "attach"], MicrophoneState.HEARD),
        (["go_deaf", "attach"], MicrophoneState.HEARD),
        (["close", "attach"], MicrophoneState.CLOSED),
        (["close", "go_deaf"], MicrophoneState.CLOSED),
        (["close", "type"], MicrophoneState.CLOSED),
    ],
)
async def test_a_microphone_is_in_one_state(steps: list[str], state: MicrophoneState) -> None:
    page = PageLine()
    for step in steps:
        if step == "attach":
            await page.attach(ignore)
        else:
            getattr(page, step)()
    assert page.state is state


async def test_the_page_that_came_last_is_told() -> None:
    page, told = PageLine(), []

    async def first(notice: Notice) -> None:
        told.append(("first", notice))

    async def second(notice: Notice) -> None:
        told.append(("second", notice))

    await page.attach(first)
    await page.attach(second)
    await page.tell(Listens(1))
    assert told == [("first", SoundTaken()), ("second", Listens(1))]
    assert not page.detach(first)
    assert page.detach(second)
    await page.tell(Listens(2))
    assert len(told) == 2


async def test_side_work_that_fails_is_heard_of_and_whoever_stops_them_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed, waited, stopped = asyncio.Event(), asyncio.Event(), asyncio.Event()
    with ThreadPoolExecutor(1) as threads:
        side_work = SideWork(threads, failed=failed.set)

        async def fail() -> None:
            raise RuntimeError

        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                waited.set()

        async def stop() -> None:
            side_work.stop()
            await waited.wait()
            stopped.set()

        side_work.start(wait())
        side_work.start(fail())
        side_work.start(stop())
        async with asyncio.timeout(10):
            await asyncio.gather(failed.wait(), waited.wait(), stopped.wait())
    assert "unforeseen at a microphone" in caplog.text


def test_every_plain_notice_has_its_kind() -> None:
    assert set(KINDS) == set(get_args(PlainNotice))
