"""The film of an instruction: the mouth follows the voice, captions follow each other, and it is made once."""

import io
import json
from pathlib import Path
from uuid import UUID, uuid4

import av
import pytest

from tests.recordings.probing import assert_sound
from tests.recordings.test_compose import tone
from vivavoce.attempts.sound_names import line_path
from vivavoce.interviews.templates import Background, Character, Interviewer
from vivavoce.providers.sound import Sound, write_wav
from vivavoce.recordings.beside import FACE_WIDTH, HEIGHT
from vivavoce.sound.line_store import SpokenLine
from vivavoce.web.face_pictures import draw_pictures
from vivavoce.web.instruction_film import FILM_KIND, MOUTHS, draw_faces, film_kind, make_captions, make_film

pytestmark = pytest.mark.slow

KEY = "0a" * 20
TEXT = "You will hear six questions. Take your time with each of them."
SECONDS = 2.0


def say(folder: Path, merchant_id: UUID) -> tuple[Path, SpokenLine]:
    """A line as a voice leaves it."""
    line = SpokenLine(text=TEXT, language="en")
    sound = line_path(folder, merchant_id, KEY, kind="wav")
    sound.parent.mkdir(parents=True)
    with sound.open("wb") as file:
        write_wav(file, Sound(pcm=tone(440, SECONDS * 1.5), rate_hz=24_000))
    marks = [[0.0, 1.0, "open"], [1.0, 2.0, "rest"]]
    sound.with_suffix(".json").write_text(json.dumps({"seconds": SECONDS, "marks": marks}))
    return sound, line


def test_the_film_is_as_long_as_its_sound_and_moves_with_it(tmp_path: Path) -> None:
    merchant_id = uuid4()
    sound, line = say(tmp_path, merchant_id)
    kim = Interviewer(character=Character.KIM, background=Background.PLAIN)
    for interviewer in (kim, kim):
        assert make_film(tmp_path, merchant_id, KEY, line, interviewer)
    film = sound.with_name(f"{KEY}.kim-plain.webm").read_bytes()
    assert_sound(film, seconds=SECONDS, pictures=True)
    with av.open(io.BytesIO(film), "r") as container:
        assert container.duration is not None
        assert abs(container.duration / 1e6 - SECONDS) <= 0.1
        pictures = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]
    with av.open(io.BytesIO(film), "r") as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    assert abs(heard - SECONDS) <= 0.1
    assert len(pictures) == 24

    def differs(one: int, other: int, rows: slice) -> float:
        return float(abs(pictures[one][rows] - pictures[other][rows]).mean())

    face, caption = slice(100, 200), slice(300, 360)
    assert differs(4, 20, face) > 2 * differs(14, 20, face), "the mouth is open while somebody speaks"
    assert differs(4, 20, caption) > 3 * differs(14, 20, caption), "and the second sentence follows the first"
    assert not make_film(tmp_path, uuid4(), KEY, line, kim), "what was not spoken has no film"


def test_captions_are_sentences_and_long_ones_are_cut() -> None:
    assert make_captions(TEXT) == [
        ("You will hear six questions.", pytest.approx(28 / 61)),
        ("Take your time with each of them.", 1.0),
    ]
    pieces = make_captions("word " * 100 + "end. " + "字" * 300)
    assert max(len(text) for text, _ in pieces) <= 120
    assert pieces[-1][1] == 1.0
    assert "".join(text for text, _ in pieces).replace(" ", "") == ("word" * 100 + "end." + "字" * 300)
    assert make_captions("") == []


def test_each_mouth_is_a_drawing_of_its_own() -> None:
    for character in Character:
        for background in Background:
            faces = draw_faces(character, background)
            assert set(faces) == set(MOUTHS)
            assert len(set(faces.values())) == len(MOUTHS)
            assert FILM_KIND.fullmatch(film_kind(Interviewer(character=character, background=background)))


def test_the_film_of_a_session_has_a_picture_for_each_mouth() -> None:
    pictures = draw_pictures(Interviewer())
    assert set(pictures) == set(MOUTHS)
    assert len(set(pictures.values())) == len(MOUTHS)
    with av.open(io.BytesIO(pictures["a"]), "r") as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (FACE_WIDTH, HEIGHT)
        assert frame.to_ndarray(format="gray").std() > 20, "somebody is seen"
