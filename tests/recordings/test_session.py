"""Both voices are in the session, each where it was heard."""

import io
import wave
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import av
import numpy as np

from tests.builders import NOW, House, store_in
from tests.recordings.probing import assert_sound
from tests.recordings.test_compose import heard, listen, spoken, tone
from vivavoce.attempts.answer import HeardWord, PlayedLine, Playout
from vivavoce.attempts.heard_words import save_played, save_words
from vivavoce.attempts.sound_names import line_name, line_path, recordings_folder
from vivavoce.candidates.links import Seat
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.db.database import Database
from vivavoce.recordings.asked import MadeTime
from vivavoce.recordings.session import SessionPlan, plan_session, read_words_of_session
from vivavoce.sound.resting import rest_sound

LINE = "ab" * 20
OTHER = "cd" * 20
GAP = 0.2  # seconds of quiet between two lines
HERTZ = 1_500  # of the interviewer, whom nobody takes for the candidate


def line(*, at: float | None, until: float | None, seconds: float = 1.0, **told: object) -> PlayedLine:
    given: dict[str, object] = {"file": LINE, "begin": 0.0, "is_recorded": True, **told}
    return PlayedLine(at=at, until=until, seconds=seconds, **given)  # type: ignore[arg-type]


def playout(*lines: PlayedLine, number: int = 1) -> Playout:
    return Playout(
        key=uuid4(), number=number, seconds=1.0, of_seconds=1.0, is_interrupted=False, how="sound", lines=lines
    )


def test_lines_go_where_they_were_heard_and_time_is_made_where_nothing_was_recorded() -> None:
    told = [
        playout(line(at=0.0, until=0.2, seconds=1.2, is_recorded=False)),  # it began before the microphone did
        playout(line(at=2.0, until=3.05), line(at=3.3, until=3.8, seconds=0.5, file=OTHER)),
        playout(line(at=4.0, until=4.4, seconds=2.4)),  # the microphone went off meanwhile
        playout(line(at=None, until=None, is_recorded=False), number=2),  # and stayed off after the answer
    ]
    plan = plan_session(told, {1: 7.0})
    assert [(mixed.file, round(mixed.at, 2)) for mixed in plan.lines] == [
        (LINE, 0.0),
        (LINE, 3.0),
        (OTHER, 4.3),
        (LINE, 5.0),
        (LINE, 10.0),  # 7.0, and 3.0 of time that was made before
    ]
    assert [(made.at, round(made.seconds, 2)) for made in plan.made] == [(0.0, 1.0), (4.4, 2.0), (7.0, 1.0)]
    assert [round(plan.moment(at), 2) for at in (0.0, 4.3, 4.5, 8.0)] == [1.0, 5.3, 7.5, 12.0]


def test_no_page_makes_more_than_an_hour_of_time() -> None:
    plan = plan_session([playout(*[line(at=0.0, until=0.0, seconds=3_000.0)] * 5)], {})
    assert plan.made == (MadeTime(at=0.0, seconds=3_000.0),)
    assert plan_session([], {}) == SessionPlan()


def tones(webm: bytes) -> list[tuple[float, float]]:
    """From when to when the interviewer is heard, in seconds of the file."""
    with av.open(io.BytesIO(webm), "r") as container:
        assert container.duration is not None
        assert_sound(webm, seconds=container.duration / 1e6, pictures=False)
        sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])
    step = 480  # 10 ms at 48 kHz
    windows = sound[: len(sound) // step * step].reshape(-1, step).astype(float)
    wave_ = np.exp(-2j * np.pi * HERTZ * np.arange(step) / 48_000)
    strength = np.abs(windows @ wave_)
    loud = np.flatnonzero(strength > 0.12 * strength.max()) / 100
    begins = [moment for earlier, moment in pairwise([-1.0, *loud]) if moment - earlier > GAP]
    ends = [moment + 0.01 for moment, later in pairwise([*loud, 1e9]) if later - moment > GAP]
    return list(zip(begins, ends, strict=True))


def say(folder: Path, seat: Seat, key: str, seconds: float) -> None:
    """What a server keeps of a line that it said: 24 kHz."""
    path = line_path(folder, seat.merchant_id, key, kind="wav")
    path.parent.mkdir(parents=True)
    samples = np.frombuffer(tone(HERTZ * 16 / 24, seconds * 24 / 16), dtype="<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


async def test_the_interviewer_is_heard_within_80_ms_of_where_they_spoke(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path, rests=False)
    say(tmp_path, seat, LINE, 1.2)
    whose = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    async with database.tenant(seat.merchant_id) as connection:
        before = playout(line(at=0.0, until=0.2, seconds=1.2, is_recorded=False))
        during = playout(line(at=3.5, until=4.1, seconds=0.6, begin=0.4), line(at=4.2, until=4.3, file=OTHER), number=2)
        for told in (before, during, during):
            await save_played(connection, told, now=NOW, **whose)
        words = [HeardWord(text="so", start=3.2, end=3.4, probability=None)]
        await save_words(connection, words, number=2, key=uuid4(), now=NOW, **whose)
        shifted = await read_words_of_session(connection, attempt_id)
    assert abs(shifted[2][0].start - 4.2) < 0.001, "a quote leads to the same word in the session"
    async for _ in rest_sound(database, store_in(tmp_path)):
        pass
    stored = tmp_path / line_name(recordings_folder(**whose), LINE)
    assert is_sealed(stored.read_bytes())
    line_path(tmp_path, seat.merchant_id, LINE, kind="wav").unlink()  # whoever composes is on another machine
    webm = await listen(database, tmp_path, seat, attempt_id, None)
    # A second was made at the beginning; the line that nobody has is silent, and needs 0.9 s that nobody recorded.
    assert abs(heard(webm)[0] - 6.9) <= 0.1
    found = tones(webm)
    assert len(found) == 2, found
    for (begin, end), (wanted_begin, wanted_end) in zip(found, [(0.0, 1.2), (4.5, 5.1)], strict=True):
        assert abs(begin - wanted_begin) <= 0.08, found
        assert abs(end - wanted_end) <= 0.08, found
    answer = await listen(database, tmp_path, seat, attempt_id, 2)
    assert abs(heard(answer)[0] - 2.0) <= 0.1, "an answer has its candidate's voice alone"
