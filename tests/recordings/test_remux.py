"""Sound and takes become one film, and nothing that is missing is papered over."""

import io
import json

import av
import numpy as np
import pytest

from tests.recordings.filming import film, seen
from tests.recordings.probing import assert_sound
from tests.recordings.test_compose import tone
from vivavoce.recordings.asked import TAKE_HEAD
from vivavoce.recordings.encode import encode
from vivavoce.recordings.remux import find_missing, remux

pytestmark = pytest.mark.slow


def remuxed(
    *takes: tuple[float, bytes], seconds: float = 6.0, is_mp4: bool = False, missing: tuple[str, ...] = ()
) -> bytes:
    sound = encode(np.frombuffer(tone(440, seconds), dtype="<i2"), missing=missing)
    asked = {
        "sound_bytes": len(sound),
        "takes": [at for at, _ in takes],
        "is_mp4": is_mp4,
    }
    return bytes(
        remux(
            io.BytesIO(
                json.dumps(asked).encode()
                + b"\n"
                + sound
                + b"".join(len(content).to_bytes(TAKE_HEAD, "big") + content for _, content in takes)
            )
        )
    )


def test_takes_are_seen_when_they_were_recorded_and_gaps_are_told() -> None:
    first, second = film(2.0, grey=60), film(1.0, grey=200)
    for is_mp4 in (False, True):
        takes = (film(2.0, grey=60, is_mp4=True), film(1.0, grey=200, is_mp4=True)) if is_mp4 else (first, second)
        made = remuxed((0.0, takes[0]), (4.0, takes[1]), is_mp4=is_mp4)
        seconds, pictures, told = seen(made)
        assert abs(seconds - 6.0) <= 0.1
        assert_sound(made, seconds=6.0, pictures=True)
        assert abs(pictures[0][0]) <= 0.08
        assert all(abs(grey - (60 if moment < 3 else 200)) < 12 for moment, grey in pictures)
        begun = min(moment for moment, _ in pictures if moment > 3)
        assert abs(begun - 4.0) <= 0.08, "the voice and the face are together"
        assert told.startswith("No picture, in seconds: 2.00-4.00, 5.00-6.0")
        with av.open(io.BytesIO(made), "r") as container:
            assert container.streams.audio[0].codec.name == ("aac" if is_mp4 else "opus")
            heard = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
        assert abs(heard - 6.0) <= 0.1


def test_what_is_torn_poisoned_or_of_another_kind_is_left_out_and_told() -> None:
    whole = film(2.0)
    torn = whole[: len(whole) * 2 // 3]
    noise = np.random.default_rng(7).bytes(30_000)
    made = remuxed((0.0, whole), (2.0, torn), (3.0, noise), (4.0, film(1.0, is_mp4=True)), missing=("5.00-6.00",))
    seconds, pictures, told = seen(made)
    assert abs(seconds - 6.0) <= 0.1
    assert 25 < len(pictures) < 60
    assert told.startswith("Missing, in seconds: 5.00-6.00. No picture, in seconds: ")
    assert told.endswith(("-6.00", "-6.01"))
    assert remuxed((0.0, noise)) == b"", "of nothing that can be read no film is made"


def test_a_take_that_began_before_its_answer_is_cut_at_the_answer_s_end() -> None:
    _, pictures, told = seen(remuxed((-0.5, film(4.0)), seconds=2.0))
    assert pictures[-1][0] <= 2.05
    assert told == ""
    assert find_missing([(0.0, 1.0), (0.5, 3.0), (8.0, 9.0)], 12.0) == ["3.00-8.00", "9.00-12.00"]
