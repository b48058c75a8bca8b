"""Whether somebody else speaks in the answers of an attempt. A program of its own: it takes a core for minutes.

python -m vivavoce.recordings.hear_apart < asked > found

asked    one line of JSON (`asked.HearApartAsked`); the answers' sound, one after the other: 16-bit mono PCM at 16 kHz
found    the answers in which somebody else is heard (`second_voice.OtherVoice`), as JSON

How anybody sounds is forgotten at its end: only seconds leave it.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from io import BufferedReader

import numpy as np

from vivavoce.providers.ears.activity import Activity
from vivavoce.providers.timbre.features import RATE_HZ, WINDOW, Floats
from vivavoce.providers.timbre.network import TimbreNetwork
from vivavoce.recordings.asked import HearApartAsked
from vivavoce.recordings.second_voice import OtherVoice, SpeechWindow, find_other_voices, pick_windows

MOST_SECONDS = 900  # of the processor: an hour of speech takes two minutes
PATIENCE = 10  # of `nice`: nobody waits for this
LOUDEST = 32_768


def hear_apart(source: BufferedReader) -> tuple[OtherVoice, ...]:
    """The answers in which somebody else speaks."""
    asked: HearApartAsked = json.loads(source.readline())
    network = TimbreNetwork()
    windows: list[SpeechWindow] = []
    timbres: list[Floats] = []
    for answer in asked["answers"]:
        pcm = source.read(answer["pcm_bytes"])
        silent = [(begin, end) for begin, end in answer["silent"]]
        picked = find_windows(pcm, number=answer["number"], silent=silent)
        if picked:
            windows += picked
            timbres.append(hear_windows(network, pcm, picked))
    return find_other_voices(windows, np.concatenate(timbres)) if timbres else ()


def find_windows(pcm: bytes, *, number: int, silent: list[tuple[float, float]] | None = None) -> list[SpeechWindow]:
    """The stretches of an answer that have speech in them, silent ones left out."""
    probabilities = [moment.probability for moment in Activity().feed(pcm)]
    return list(pick_windows(probabilities, number=number, silent=silent or ()))


def hear_windows(network: TimbreNetwork, pcm: bytes, windows: list[SpeechWindow]) -> Floats:
    """How each stretch of an answer sounds."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2")
    begins = [round(window.begin * RATE_HZ) for window in windows]
    heard = np.stack([samples[begin : begin + WINDOW] for begin in begins])
    return network.hear(np.asarray(heard / LOUDEST, dtype=np.float32))


def main() -> None:
    """Standard input to standard output."""
    os.nice(PATIENCE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    assert isinstance(sys.stdin.buffer, BufferedReader)
    sys.stdout.write(json.dumps([asdict(voice) for voice in hear_apart(sys.stdin.buffer)]))


if __name__ == "__main__":
    main()
