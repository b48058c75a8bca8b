"""While a candidate is silent, a language model is asked for the next words; speech that goes on throws them away."""

import asyncio
from pathlib import Path

from tests.builders import NOW, House
from tests.conversation.test_thinking import GOOD, LATER, SAID, begin, calls_of, thinking_with
from tests.model_server import ModelServer, Part
from tests.sound.conftest import own_means
from tests.sound.own_microphone import PAUSE_FRAMES, SILENCE, SPEECH, Line, ListeningEar, open_line
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.loop import foresee
from vivavoce.db.database import Database
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.notices import Saved


async def say_and_pause(line: Line, seconds: float) -> None:
    line.understood.clear()
    for _ in range(50):
        await line.say(SPEECH)
    for count in range(1, round(seconds / 0.04)):
        await line.say(SILENCE)
        if count == PAUSE_FRAMES:
            await asyncio.wait_for(line.understood.wait(), 30)


async def test_a_spoken_answer_is_asked_about_before_its_silence_is_over(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await begin(database, house)
    scene = await foresee(database, seat, attempt_id, Arrived(), now=NOW)
    with ModelServer(parts=[Part.STALLING, Part.GOOD], answer=lambda asked: GOOD) as server:
        thinking = thinking_with(database, server, price_prompt=1, price_completion=1)
        ear = ListeningEar(text=f" {SAID}")
        means = own_means(database, tmp_path, ears=ear, thinking=thinking, now=lambda: LATER)
        microphones = Microphones(means)
        line = await open_line(microphones, seat, attempt_id, scene)
        await line.microphone.press("opened", number=1)
        await say_and_pause(line, 1.3)
        assert await asyncio.to_thread(server.came.wait, 30)
        server.came.clear()
        await say_and_pause(line, 2.0)
        assert await asyncio.to_thread(server.came.wait, 30)
        assert not line.is_over
        await line.seconds_of_silence()
        saved = await line.until_told(Saved)
        await microphones.close()
        await thinking.close()
    assert saved.text == f"{SAID} {SAID}"
    assert saved.told.scene.turn.asked == "How did you split the crew?"
    calls = await calls_of(database, house, attempt_id)
    assert [(call["is_ahead"], call["fault"]) for call in calls] == [(True, "left"), (True, None)]
