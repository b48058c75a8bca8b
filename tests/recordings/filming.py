"""Takes of a camera, as a browser's recorder makes them: VP8 in WebM or H.264 in MP4, cut into parts anywhere."""

import io
from fractions import Fraction

import av
import numpy as np

RATE = 15


def film(seconds: float, *, grey: int = 128, is_mp4: bool = False, is_noisy: bool = False) -> bytes:
    """Pictures of one grey, or noise of half a megabit a second."""
    held = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov"} if is_mp4 else {"live": "1"}
    with av.open(held, "w", format="mp4" if is_mp4 else "webm", options=options) as container:
        stream = container.add_stream("libx264" if is_mp4 else "libvpx", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        stream.options = {"preset": "ultrafast", "tune": "zerolatency"} if is_mp4 else {"deadline": "realtime"}
        stream.bit_rate = 500_000
        random = np.random.default_rng(7)
        for number in range(round(seconds * RATE)):
            noise = random.integers(0, 255, (90, 160, 3), dtype=np.uint8)
            picture = noise if is_noisy else np.full((90, 160, 3), grey, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return held.getvalue()


def cut(content: bytes, parts: int = 3) -> list[bytes]:
    """In so many parts."""
    length = -(-len(content) // parts)
    return [content[start : start + length] for start in range(0, len(content), length)]


def seen(content: bytes) -> tuple[float, list[tuple[float, int]], str]:
    """How long the film is, its pictures with their moments and greys, and what it says of itself."""
    with av.open(io.BytesIO(content), "r") as container:
        told = {name.lower(): text for name, text in container.metadata.items()}
        pictures = [(frame.time, round(frame.to_ndarray(format="gray").mean())) for frame in container.decode(video=0)]
        assert container.duration is not None
        return container.duration / 1e6, pictures, told.get("comment", "")
