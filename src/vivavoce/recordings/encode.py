"""Sound as browsers play it: Opus in WebM. A program of its own, since what encodes may die of what it is given.

python -m vivavoce.recordings.encode < asked > WebM

asked    one line of JSON (`asked.EncodeAsked`); the lines' sounds as WAV, one after the other; and 16-bit mono PCM at
         16 kHz
"""

import io
import json
import resource
import sys
from collections.abc import Sequence
from io import BufferedReader

import av
import numpy as np

from vivavoce.recordings.asked import EncodeAsked, MadeTime, MixedLine
from vivavoce.recordings.mixing import Samples, mix

RATE_HZ = 16_000
FRAME_MS = 60
FRAME = RATE_HZ * FRAME_MS // 1000  # samples
BIT_RATE = 24_000  # of Opus, for speech
MOST_SECONDS = 600  # of the processor: four hours of sound take a tenth of it


def encode(samples: Samples, *, missing: Sequence[str] = ()) -> bytes:
    """The sound as a WebM file that tells its length, and where to find each moment. samples: at 16 kHz."""
    held = io.BytesIO()  # the length is written into the beginning once it is known
    with av.open(held, "w", format="webm") as container:
        if missing:
            container.metadata["comment"] = f"Missing, in seconds: {', '.join(missing)}"
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        stream.options = {"application": "voip", "frame_duration": str(FRAME_MS)}
        for start in range(0, len(samples), FRAME):
            piece = samples[start : start + FRAME]
            if len(piece) < FRAME:
                piece = np.pad(piece, (0, FRAME - len(piece)))
            frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return held.getvalue()


def compose(source: BufferedReader) -> bytes:
    """What is asked for, as a WebM file."""
    asked: EncodeAsked = json.loads(source.readline())
    files = {key: source.read(size) for key, size in asked["files"]}
    samples = np.zeros(asked["pcm_bytes"] // 2, dtype="<i2")
    source.readinto(samples.data.cast("B"))  # in its place at once: an hour of it is held a single time
    lines = [MixedLine(**line) for line in asked["lines"]]
    mixed = mix(samples, [MadeTime(**time) for time in asked["made"]], lines, files)
    return encode(mixed, missing=asked["missing"])


def main() -> None:
    """Encodes standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    assert isinstance(sys.stdin.buffer, BufferedReader)
    sys.stdout.buffer.write(compose(sys.stdin.buffer))


if __name__ == "__main__":
    main()
