"""What counts as a second voice: stretches of one answer, far from the person's own voice and near to one another."""

import math

import numpy as np
import pytest

from vivavoce.attempts.answer import PlayedLine, Playout
from vivavoce.db.ids import new_id
from vivavoce.providers.timbre.features import Floats
from vivavoce.recordings.second_voice import (
    LEAST_OWN,
    OtherVoice,
    SpeechWindow,
    find_other_voices,
    find_own,
    pick_windows,
)
from vivavoce.recordings.stretches import AnswerStretch
from vivavoce.recordings.voices_apart import find_untimed, silent_spans

SIZE = 192


def voice(seed: int, *, like: Floats | None = None, cosine: float = 0.0) -> Floats:
    """A voice: some direction; or one that has this cosine to another."""
    own = np.random.default_rng(seed).standard_normal(SIZE)
    if like is not None:
        own -= like * (own @ like)
        own = like * cosine + own / np.linalg.norm(own) * math.sqrt(1 - cosine**2)
    return np.asarray(own / np.linalg.norm(own), dtype=np.float32)


def said(
    of: Floats, count: int, *, number: int, seed: int, at: float = 0.0, spread: float = 0.7
) -> list[tuple[SpeechWindow, Floats]]:
    """So many stretches of a voice, one after the other, half of each over the next. spread: cosine to the voice."""
    return [
        (SpeechWindow(number=number, begin=at + 0.8 * place), voice(seed * 1_000 + place, like=of, cosine=spread))
        for place in range(count)
    ]


ONE = voice(1)
OTHER = voice(2, like=ONE, cosine=0.15)


def found(*stretches: list[tuple[SpeechWindow, Floats]]) -> tuple[OtherVoice, ...]:
    told = sorted((one for some in stretches for one in some), key=lambda one: (one[0].number, one[0].begin))
    return find_other_voices([window for window, _ in told], np.stack([timbre for _, timbre in told]))


def test_one_voice_is_one_voice() -> None:
    assert found(said(ONE, 30, number=1, seed=1), said(ONE, 30, number=2, seed=2)) == ()


def test_a_second_voice_is_told_with_its_place_and_seconds() -> None:
    own = [*said(ONE, 30, number=1, seed=1), *said(ONE, 10, number=2, seed=2)]
    (told,) = found(own, said(OTHER, 4, number=2, seed=3, at=20.0, spread=0.85))
    assert told == OtherVoice(number=2, begin=20.0, seconds=4.0)


@pytest.mark.parametrize(
    ("what", "other"),
    [
        ("too short", said(OTHER, 2, number=2, seed=3, at=20.0, spread=0.85)),
        (
            "over two answers",
            [
                *said(OTHER, 2, number=2, seed=3, at=20.0, spread=0.85),
                *said(OTHER, 2, number=1, seed=4, at=60.0, spread=0.85),
            ],
        ),
        (
            "not one voice, but noises",
            [
                one
                for place in range(8)
                for one in said(
                    voice(50 + place, like=ONE, cosine=0.1), 1, number=2, seed=9 + place, at=20.0 + 2 * place
                )
            ],
        ),
        ("not far enough", said(voice(2, like=ONE, cosine=0.75), 8, number=2, seed=3, at=20.0)),
    ],
)
def test_what_says_nothing(what: str, other: list[tuple[SpeechWindow, Floats]]) -> None:
    assert found(said(ONE, 30, number=1, seed=1), said(ONE, 10, number=2, seed=2), other) == (), what


def test_who_says_little_is_not_known_well_enough() -> None:
    assert found(said(ONE, LEAST_OWN - 6, number=1, seed=1), said(OTHER, 5, number=2, seed=3, spread=0.85)) == ()
    assert find_other_voices([], np.zeros((0, SIZE), dtype=np.float32)) == ()


def test_the_own_voice_is_that_of_most_stretches_however_long_the_session() -> None:
    timbres = np.stack(
        [timbre for _, timbre in [*said(OTHER, 300, number=1, seed=3), *said(ONE, 900, number=2, seed=1)]]
    )
    assert find_own(timbres) @ ONE > 0.95


def test_stretches_are_where_somebody_speaks_and_none_of_our_lines_is_heard() -> None:
    # 32 ms each: 2 s of silence, 4 s of speech, 2 s of silence
    probabilities = [0.0] * 62 + [0.9] * 125 + [0.1] * 62
    begins = [window.begin for window in pick_windows(probabilities, number=3)]
    assert begins[0] == pytest.approx(1.44, abs=0.1)
    assert all(1.3 <= begin <= 5.1 for begin in begins)
    assert len(begins) >= 4
    assert list(pick_windows(probabilities, number=3, silent=[(0.0, 8.0)])) == []
    kept = [window.begin for window in pick_windows(probabilities, number=3, silent=[(1.5, 3.0)])]
    assert kept
    assert min(kept) > 3.0
    assert list(pick_windows([0.9] * 49, number=1)) == [], "a word"


def test_our_lines_are_silent_in_the_answers_that_they_were_heard_in() -> None:
    def line(at: float | None, until: float | None) -> PlayedLine:
        return PlayedLine(file="a" * 32, begin=0.0, seconds=2.0, at=at, until=until, is_recorded=True)

    played = [
        Playout(
            key=new_id(),
            number=1,
            seconds=2.0,
            of_seconds=2.0,
            is_interrupted=False,
            how="",
            lines=(line(9.0, 11.0), line(None, None), line(30.0, None), line(50.0, 52.0)),
        )
    ]
    spans = list(silent_spans(AnswerStretch(begin=10.0, end=40.0), played))
    assert [(round(begin, 1), round(end, 1)) for begin, end in spans] == [(0.0, 1.6), (19.8, 22.6)]


@pytest.mark.parametrize(
    ("how", "lines", "untimed"),
    [
        ("sound", [(9.0, True)], set()),
        ("sound", [(9.0, True), (None, False)], set()),
        ("sound", [(9.0, True), (None, True)], {3, 4}),
        ("sound", [], {3, 4}),
        ("browser", [], {3, 4}),
        ("text", [], set()),
    ],
)
def test_where_nobody_knows_when_our_words_were_heard_the_answers_around_them_are_let_be(
    how: str, lines: list[tuple[float | None, bool]], untimed: set[int]
) -> None:
    told = tuple(
        PlayedLine(file="a" * 32, begin=0.0, seconds=2.0, at=at, until=None, is_recorded=is_recorded)
        for at, is_recorded in lines
    )
    playout = Playout(key=new_id(), number=4, seconds=2.0, of_seconds=2.0, is_interrupted=False, how=how, lines=told)
    assert find_untimed([playout]) == untimed
