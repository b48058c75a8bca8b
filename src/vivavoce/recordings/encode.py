"""Sound as browsers play it: Opus in WebM. A program of its own, since what encodes may die of what it is given.

python -m vivavoce.recordings.encode [MISSING …] < 16-bit mono PCM at 16 kHz > WebM

MISSING: a stretch that is silence because nobody has it, as 12.00-15.20, in seconds; the file says so as its comment.
"""

import io
import resource
import sys
from collections.abc import Sequence

import av
import numpy as np

RATE_HZ = 16_000
FRAME_MS = 60
FRAME = RATE_HZ * FRAME_MS // 1000  # samples
BIT_RATE = 24_000  # of Opus, for speech
MOST_SECONDS = 600  # of the processor: four hours of sound take a tenth of it


def encode(pcm: bytes, *, missing: Sequence[str] = ()) -> bytes:
    """The sound as a WebM file that tells its length, and where to find each moment. pcm: 16-bit mono at 16 kHz."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2")
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


def main() -> None:
    """Encodes standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(encode(sys.stdin.buffer.read(), missing=sys.argv[1:]))


if __name__ == "__main__":
    main()
