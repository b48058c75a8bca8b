"""Takes of a camera, as a browser's recorder makes them: VP8 in WebM or H.264 in MP4, cut into parts anywhere."""

import io
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt

RATE = 15
MP4: dict[str, object] = {"preset": "ultrafast", "tune": "zerolatency"}
WEBM: dict[str, object] = {"deadline": "realtime", "cpu-used": "8"}


Picture = npt.NDArray[np.uint8]  # rows, columns, red green and blue


def film(
    seconds: float,
    *,
    grey: int = 128,
    is_mp4: bool = False,
    is_noisy: bool = False,
    picture_at: Callable[[int], Picture] | None = None,
) -> bytes:
    """Pictures of one grey, or noise of half a megabit a second, or those that are given by their number."""
    first = np.zeros((90, 160, 3)) if picture_at is None else picture_at(0)
    held = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov"} if is_mp4 else {"live": "1"}
    with av.open(held, "w", format="mp4" if is_mp4 else "webm", options=options) as container:
        stream = container.add_stream("libx264" if is_mp4 else "libvpx", rate=RATE)
        stream.height, stream.width, stream.pix_fmt = first.shape[0], first.shape[1], "yuv420p"
        stream.time_base = Fraction(1, RATE)
        stream.options = MP4 if is_mp4 else WEBM
        stream.bit_rate = 500_000
        random = np.random.default_rng(7)
        for number in range(round(seconds * RATE)):
            noise = random.integers(0, 255, (90, 160, 3), dtype=np.uint8)
            picture = noise if is_noisy else np.full((90, 160, 3), grey, dtype=np.uint8)
            if picture_at is not None:
                picture = picture_at(number)
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
