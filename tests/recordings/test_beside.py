"""The film of a session shows whoever talked with the candidate, drawn beside them, their mouth following the voice."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.builders import House, store_in
from tests.recordings.filming import film
from tests.recordings.probing import assert_sound
from tests.recordings.test_compose import spoken, tone
from tests.recordings.test_session import LINE, line, playout
from tests.recordings.test_takes import VIDEO, agree, erase, filmed, send
from vivavoce.attempts.heard_words import save_played
from vivavoce.attempts.sound_names import line_path
from vivavoce.attempts.takes import takes_folder
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.interviews.templates import Interviewer
from vivavoce.providers.sound import Sound, write_wav
from vivavoce.recordings.ahead import compose_session
from vivavoce.recordings.asked import TAKE_HEAD, MixedLine
from vivavoce.recordings.beside import FACE_WIDTH, HEIGHT, WIDTH, compose, due_pictures, find_mouths
from vivavoce.recordings.compose import open_recording
from vivavoce.recordings.encode import encode
from vivavoce.recordings.recording_place import OpenRecording

pytestmark = pytest.mark.slow

SHUT, OPEN = 40, 220  # the greys of the drawings
FACES = {"rest": SHUT, "a": OPEN}


def wav(pcm: bytes) -> bytes:
    held = io.BytesIO()
    write_wav(held, Sound(pcm=pcm, rate_hz=16_000))
    return held.getvalue()


def a_face(grey: int) -> bytes:
    """A PNG of one grey."""
    held = io.BytesIO()
    with av.open(held, "w", format="image2pipe") as container:
        stream: Any = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = FACE_WIDTH, HEIGHT, "rgb24"
        picture = np.full((HEIGHT, FACE_WIDTH, 3), grey, dtype=np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return held.getvalue()


def draw(_: Interviewer) -> dict[str, bytes]:
    return {mouth: a_face(grey) for mouth, grey in FACES.items()}


def beside(
    *takes: tuple[float, bytes], lines: Sequence[MixedLine], seconds: float, is_mp4: bool, marks: dict[str, Any]
) -> bytes:
    sound = encode(np.frombuffer(tone(440, seconds), dtype="<i2"))
    spoken_line = wav(tone(220, 2.0))
    faces = {mouth: a_face(grey) for mouth, grey in FACES.items()}
    asked = {
        "faces": [(mouth, len(png)) for mouth, png in faces.items()],
        "lines": [{"file": one.file, "at": one.at, "begin": one.begin, "seconds": one.seconds} for one in lines],
        "marks": marks,
        "files": [("loud", len(spoken_line))],
        "sound_bytes": len(sound),
        "takes": [at for at, _ in takes],
        "is_mp4": is_mp4,
    }
    given = [json.dumps(asked).encode(), b"\n", *faces.values(), spoken_line, sound]
    given += [part for _, take in takes for part in (len(take).to_bytes(TAKE_HEAD, "big"), take)]
    return bytes(compose(io.BytesIO(b"".join(given))))


def watched(content: bytes) -> tuple[float, list[tuple[float, int, int]], str]:
    """How long it is, of each picture its moment, the grey of the candidate and of the face, and what it says."""
    with av.open(io.BytesIO(content), "r") as container:
        assert container.duration is not None
        assert_sound(content, seconds=container.duration / 1e6, pictures=True)
        told = {name.lower(): text for name, text in container.metadata.items()}
        pictures = []
        for frame in container.decode(video=0):
            assert (frame.width, frame.height) == (WIDTH + FACE_WIDTH, HEIGHT)
            grey = frame.to_ndarray(format="gray")
            middle, face = grey[100:260, 200:440], grey[100:260, WIDTH + 40 :]
            pictures.append((float(frame.time), round(middle.mean()), round(face.mean())))
        return container.duration / 1e6, pictures, told.get("comment", "")


@pytest.mark.parametrize("is_mp4", [False, True])
def test_both_are_seen_when_they_were_there_and_the_mouth_moves_within_80_ms(is_mp4: bool) -> None:
    takes = ((2.0, film(1.0, grey=60, is_mp4=is_mp4)), (4.0, film(1.0, grey=180, is_mp4=is_mp4)))
    lines = [
        MixedLine(file="marked", at=0.5, begin=0.0, seconds=1.0),
        MixedLine(file="loud", at=4.2, begin=0.5, seconds=0.5),  # over the candidate's own picture
        MixedLine(file="unknown", at=3.2, begin=0.0, seconds=0.5),
    ]
    marks = {"marked": [[0.0, 1.06, "open"]]}
    made = beside(*takes, lines=lines, seconds=6.0, is_mp4=is_mp4, marks=marks)
    seconds, pictures, told = watched(made)
    assert abs(seconds - 6.0) <= 0.1
    assert told.startswith("No picture, in seconds: 0.00-2.0"), told

    def seen(moment: float) -> tuple[int, int]:
        """What is on the screen: the picture that came last."""
        return next((middle, face) for at, middle, face in reversed(pictures) if at <= moment)

    empty = seen(0.1)[0]
    assert empty > 200
    for moment, candidate, face in (
        (0.1, empty, SHUT),
        (0.58, empty, OPEN),
        (1.4, empty, OPEN),
        (1.58, empty, SHUT),
        (2.5, 60, SHUT),
        (3.6, empty, SHUT),
        (4.14, 180, SHUT),
        (4.28, 180, OPEN),
        (4.78, 180, SHUT),
        (5.9, empty, SHUT),
    ):
        middle, right = seen(moment)
        assert abs(middle - candidate) < 14, (moment, middle)
        assert (right > 130) is (face == OPEN), (moment, right)
    moments = [at for at, _, _ in pictures]
    assert max(later - earlier for earlier, later in pairwise(moments)) <= 1.05
    with av.open(io.BytesIO(made), "r") as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    assert abs(heard - 6.0) <= 0.1


def test_a_camera_of_many_pictures_gives_no_more_than_twenty_four_a_second() -> None:
    camera = ((number / 60, number) for number in range(120))
    mouths = find_mouths([MixedLine(file="x", at=0.0, begin=0.0, seconds=2.0)], {"x": [(0.0, 0.5, "open")]}, {})
    assert [(round(at, 2), mouth) for at, mouth in mouths] == [(0.0, "a"), (0.5, "rest")]
    pictures = list(due_pictures(camera, mouths, seconds=10.0))
    assert len(pictures) <= 2 * 24 + 9
    assert all(later.moment > earlier.moment for earlier, later in pairwise(pictures))
    assert pictures[-1].moment > 8.9, "a player is never left without a picture for long"


async def open_session(database: Database, folder: Path, of: tuple[Any, Any], **how: Any) -> OpenRecording:
    seat, attempt_id = of
    store = store_in(folder)
    return await open_recording(
        database, store, merchant_id=seat.merchant_id, attempt_id=attempt_id, number=None, **how
    )


async def test_a_worker_draws_it_and_nobody_s_player_finds_another_file_halfway(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = of = await spoken(database, house, tmp_path, **VIDEO)
    await agree(database, seat, attempt_id)
    await send(database, store_in(tmp_path), seat, attempt_id, film(2.0, grey=60), number=1, begins_at=0.5)
    async with database.tenant(seat.merchant_id) as connection:
        left = await connection.fetchval(
            "select count(*) from procrastinate_jobs where task_name = 'compose_session' and args->>'subject_id' = $1",
            str(attempt_id),
        )
        told = playout(line(at=3.0, until=4.0, seconds=1.0))
        await save_played(connection, told, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=datetime.now(UTC))
    assert left == 1, "once its sound rests"
    voice = line_path(tmp_path, seat.merchant_id, LINE, kind="wav")
    voice.parent.mkdir(parents=True)
    voice.write_bytes(wav(tone(220, 1.0)))

    alone = await open_session(database, tmp_path, of)
    assert (alone.is_undrawn, alone.has_picture) == (True, True)
    await compose_session(database, store_in(tmp_path), draw, merchant_id=seat.merchant_id, attempt_id=attempt_id)
    (drawn,) = (tmp_path / takes_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id) / "drawn").iterdir()
    await compose_session(database, store_in(tmp_path), draw, merchant_id=seat.merchant_id, attempt_id=attempt_id)
    assert drawn.exists(), "it is made once"
    before = await open_session(database, tmp_path, of, asked_at=now() - timedelta(minutes=1))
    assert before.read(0, before.size) == alone.read(0, alone.size)
    after = await open_session(database, tmp_path, of, asked_at=now() + timedelta(minutes=1))
    assert not after.is_undrawn
    seconds, pictures, _ = watched(after.read(0, after.size))
    assert abs(seconds - 5.0) <= 0.1
    assert any(face > 130 for at, _, face in pictures if 2.95 < at < 3.9), "the mouth moves by the sound"
    assert any(abs(middle - 60) < 14 for at, middle, _ in pictures if 1.0 < at < 2.0)

    await send(database, store_in(tmp_path), seat, attempt_id, film(0.5, grey=60), number=2, begins_at=4.0)
    assert (await open_session(database, tmp_path, of)).is_undrawn, "what came late is drawn anew"
    await erase(database, tmp_path, seat)
    assert not drawn.exists()


async def test_a_session_that_can_t_be_drawn_shows_the_candidate_alone(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await filmed(database, house, tmp_path)
    with monkeypatch.context() as dying:
        dying.setattr("vivavoce.recordings.picture.DRAWER", ("sh", "-c", "cat >/dev/null; echo half; kill -FPE $$"))
        recording = await open_session(database, tmp_path, of, draw=draw)
    assert (recording.is_undrawn, recording.has_picture) == (True, True)
