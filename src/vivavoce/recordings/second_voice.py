"""Whether somebody else speaks in an answer, by how stretches of the speech sound.

    stretches of 1.6 s with speech in them ──► 192 numbers each ──► the person's own voice: what most are near to
                                                                └─► some of one answer that are far from it, and near
                                                                    to one another, 3 s in all: a second voice

One person sounds unlike themselves too: laughing, whispering, by another microphone. So it takes several stretches of
one answer that agree, and what is found is a fact for a person to listen to, never more. The limits were chosen on half
of some forty recorded voices, and measured on the other half (training/voices/README.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vivavoce.providers.timbre.features import WINDOW_SECONDS, Floats

STEP_SECONDS = 0.032  # of a voice detector
WINDOW_STEPS = round(WINDOW_SECONDS / STEP_SECONDS)
HOP_STEPS = WINDOW_STEPS // 2
SEARCH_STEPS = 5  # by which a stretch is looked for, where there is none
SPEECH = 0.5  # a detector's probability
LEAST_SPEECH = 0.6  # of a window
OWN_SHARE = 0.7  # of the stretches, the nearest, that say how a person sounds
MOST_COMPARED = 500  # stretches that are held against each other, spread over all of them
LEAST_OWN = 10  # stretches of an attempt; fewer say nothing of how somebody sounds
FAR = 0.25  # cosine to the person's own voice, below which a stretch is not theirs
NEAR = 0.5  # cosine to one another, from which on stretches are of one voice
LEAST_SECONDS = 3.0  # of a second voice in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechWindow:
    """A stretch with speech in it. number: its answer's turn; begin: seconds from that answer's first sample."""

    number: int
    begin: float

    @property
    def end(self) -> float:
        """Where it ends, in the same seconds."""
        return self.begin + WINDOW_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVoice:
    """Somebody else is heard in an answer. begin: of it, in seconds of that answer; seconds: of it in all."""

    number: int
    begin: float
    seconds: float


def pick_windows(
    probabilities: Sequence[float], *, number: int, silent: Sequence[tuple[float, float]] = ()
) -> Iterator[SpeechWindow]:
    """Stretches of an answer with speech in them, half of each over the next one.

    probabilities: of speech, one each STEP_SECONDS. silent: from where to where nothing counts, in seconds: there our
    own voice was playing, and its echo is nobody's.
    """
    is_speech = np.asarray(probabilities) >= SPEECH
    counts = np.ones(len(is_speech), dtype=bool)
    for begin, end in silent:
        counts[max(0, int(begin / STEP_SECONDS)) : max(0, int(end / STEP_SECONDS) + 1)] = False
    at = 0
    while at + WINDOW_STEPS <= len(is_speech):
        window = slice(at, at + WINDOW_STEPS)
        if counts[window].all() and is_speech[window].mean() >= LEAST_SPEECH:
            yield SpeechWindow(number=number, begin=round(at * STEP_SECONDS, 3))
            at += HOP_STEPS
        else:
            at += SEARCH_STEPS


def find_other_voices(windows: Sequence[SpeechWindow], timbres: Floats) -> tuple[OtherVoice, ...]:
    """The answers in which somebody else speaks, in order. timbres: of each window, of length 1."""
    if len(windows) < LEAST_OWN:
        return ()
    far = timbres @ find_own(timbres) < FAR
    voices: list[OtherVoice] = []
    for number in dict.fromkeys(window.number for window in windows):
        at = [place for place, window in enumerate(windows) if window.number == number and far[place]]
        theirs = [windows[at[place]] for place in _agreeing(timbres[at])]
        seconds = _cover(theirs)
        if seconds >= LEAST_SECONDS:
            voices.append(OtherVoice(number=number, begin=theirs[0].begin, seconds=round(seconds, 1)))
    return tuple(voices)


def find_own(timbres: Floats) -> Floats:
    """How the person sounds: the middle of what is near to the stretch that most are near to."""
    some = timbres[:: len(timbres) // MOST_COMPARED + 1]
    own = some[int(np.maximum(0.0, some @ some.T).sum(axis=1).argmax())]
    for _ in range(5):
        cosines = timbres @ own
        own = timbres[cosines >= np.quantile(cosines, 1 - OWN_SHARE)].mean(axis=0)
        own = own / np.linalg.norm(own)
    return np.asarray(own, dtype=np.float32)


def _agreeing(timbres: Floats) -> list[int]:
    """The largest group of stretches that are near to one of them, and to their own middle."""
    if len(timbres) == 0:
        return []
    near = timbres @ timbres.T >= NEAR
    group = near[int(near.sum(axis=1).argmax())]
    middle = timbres[group].mean(axis=0)
    return [int(place) for place in np.flatnonzero(timbres @ middle / np.linalg.norm(middle) >= NEAR)]


def _cover(windows: Sequence[SpeechWindow]) -> float:
    """Seconds that windows, in order, cover together."""
    seconds, until = 0.0, 0.0
    for window in windows:
        seconds += window.end - max(window.begin, until)
        until = window.end
    return seconds
