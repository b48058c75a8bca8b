"""Where somebody speaks: found to a tenth of a second, in pieces of any length."""

from itertools import pairwise

import numpy as np
import pytest

from tests.providers.speaking import clicks, hum, noise, silence, speak
from vivavoce.providers.ears.activity import LONGEST, PAD, STEP_SECONDS, Activity, find_speech
from vivavoce.providers.ears.port import SoundWindow

SENTENCE = speak("We moved all the goods within forty minutes.")


def test_a_sentence_is_found_where_it_is() -> None:
    (found,) = find_speech(SoundWindow(pcm_16khz=silence(3) + SENTENCE + silence(4), start=50.0))
    assert found.start == pytest.approx(53 - PAD, abs=0.5)
    assert found.end == pytest.approx(53 + len(SENTENCE) / 32_000 + PAD, abs=0.5)


def test_sentences_far_apart_are_stretches_of_their_own() -> None:
    stretches = list(find_speech(SoundWindow(pcm_16khz=SENTENCE + silence(3) + SENTENCE + silence(0.5) + SENTENCE)))
    assert len(stretches) == 2


def test_speech_without_end_is_cut_into_stretches_that_an_ear_can_take() -> None:
    window = SoundWindow(pcm_16khz=SENTENCE * 30)
    stretches = list(find_speech(window))
    assert window.end > 60
    assert all(stretch.end - stretch.start <= LONGEST + 0.01 for stretch in stretches)
    assert all(one.end == pytest.approx(two.start) for one, two in pairwise(stretches))
    assert b"".join(stretch.pcm_16khz for stretch in stretches) in window.pcm_16khz


@pytest.mark.parametrize(
    "sound",
    [silence(20), noise(20), hum(20), clicks(20), b""],
    ids=["silence", "a fan", "a cable", "typing", "nothing"],
)
def test_what_is_no_speech_has_none(sound: bytes) -> None:
    assert list(find_speech(SoundWindow(pcm_16khz=sound))) == []


def test_pieces_of_any_length_tell_the_same_as_the_whole() -> None:
    sound = silence(0.5) + SENTENCE
    whole = Activity().feed(sound)
    piecewise, activity = [], Activity()
    at = 0
    for length in np.random.default_rng(5).integers(1, 2_000, 10_000):
        piecewise += activity.feed(sound[at : at + length])
        at += int(length)
    assert [one.at for one in piecewise] == [one.at for one in whole]
    assert [one.probability for one in piecewise] == pytest.approx([one.probability for one in whole], abs=1e-4)
    assert whole[-1].at == pytest.approx(len(sound) / 32_000, abs=STEP_SECONDS)


def test_one_line_does_not_hear_the_other() -> None:
    one, other = Activity(), Activity()
    alone = [moment.probability for moment in Activity().feed(SENTENCE)]
    mixed = []
    for at in range(0, len(SENTENCE), 1_024):
        mixed += one.feed(SENTENCE[at : at + 1_024])
        other.feed(noise(0.032))
    assert [moment.probability for moment in mixed] == pytest.approx(alone, abs=1e-4)
