"""A sound and takes of a camera in one file. A program of its own, since what reads films may die of what it is given.

python -m vivavoce.recordings.remux < asked > film

asked    one line of JSON (`asked.RemuxAsked`); the sound as Opus in WebM; then each take, its length first

Nothing is encoded anew but the sound of an MP4: each take is a file of its own, and its pictures go to their places in
time as they are. Takes are never glued. What can't be read, or is recorded otherwise than the first take, is left out;
the file says in its comment what has no picture.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av

from vivavoce.recordings.asked import TAKE_HEAD, RemuxAsked

MOST_SECONDS = 600  # of the processor
MOST_MEMORY = 3 * 1024**3  # of addresses
PIECE_BYTES = 1024 * 1024
MILLISECOND = Fraction(1, 1000)
LEAST_GAP = 1.0  # seconds without a picture that are told
FRAME = 1 / 15  # seconds that the last picture of a take is seen, at least


@dataclass(slots=True)
class ReadTake:
    """A take that can be read. content: all of it, gone once it was taken over. begin, end: seconds of the film."""

    content: bytes
    at: float
    codec: str
    begin: float
    end: float


def remux(source: BinaryIO) -> bytes | memoryview:
    """What is asked for. Empty: none of the takes can be read."""
    asked: RemuxAsked = json.loads(source.readline())
    sound = source.read(asked["sound_bytes"])
    seconds, said = read_about(sound)
    takes: list[ReadTake] = []
    for at in asked["takes"]:
        size = int.from_bytes(source.read(TAKE_HEAD), "big")
        take = read_take(source.read(size), at=at, seconds=seconds)
        if take is not None and (not takes or take.codec == takes[0].codec):
            takes.append(take)
    if not takes:
        return b""
    comment = tell_missing(takes, said, seconds=seconds)
    return _write(sound, takes, seconds=seconds, comment=comment, is_mp4=asked["is_mp4"])


def tell_missing(takes: list[ReadTake], said: list[str], *, seconds: float) -> str:
    """What the film says of itself. said: what its sound says."""
    missing = find_missing([(take.begin, take.end) for take in takes], seconds)
    return ". ".join([*said, *([f"No picture, in seconds: {', '.join(missing)}"] if missing else [])])


def find_missing(covered: list[tuple[float, float]], seconds: float) -> list[str]:
    """Stretches without a picture, as 12.00-15.20, in seconds."""
    missing, position = [], 0.0
    for begin, end in [*sorted(covered), (seconds, seconds)]:
        if begin - position > LEAST_GAP:
            missing.append(f"{position:.2f}-{begin:.2f}")
        position = max(position, end)
    return missing


def read_about(sound: bytes) -> tuple[float, list[str]]:
    """How long the sound is, in seconds, and what its file says of itself."""
    with av.open(io.BytesIO(sound), "r") as heard:
        said = [text for name, text in heard.metadata.items() if name.lower() == "comment"]
        return (heard.duration or 0) / 1_000_000, said


def read_take(content: bytes, *, at: float, seconds: float) -> ReadTake | None:
    """Looks through a take; None where nothing of it can be seen in the film."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            moments = [moment for moment, _ in _pictures(container, at=at, seconds=seconds)]
            codec = container.streams.video[0].codec_context.name if moments else ""
    except av.FFmpegError:
        return None
    if not moments:
        return None
    return ReadTake(content=content, at=at, codec=codec, begin=moments[0], end=moments[-1] + FRAME)


def _pictures(container: Any, *, at: float, seconds: float) -> Iterator[tuple[float, Any]]:
    """The pictures from the first whole one on, up to the film's end, with their moments; up to where it is torn."""
    if not container.streams.video:
        return
    has_begun = False
    packets = container.demux(container.streams.video[0])
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        has_begun = has_begun or packet.is_keyframe
        if packet.pts is None or not has_begun:
            continue
        moment = at + float(packet.pts * packet.time_base)
        if moment >= seconds:
            return
        yield moment, packet


def _write(sound: bytes, takes: list[ReadTake], *, seconds: float, comment: str, is_mp4: bool) -> memoryview:
    held = io.BytesIO()
    with (
        av.open(io.BytesIO(takes[0].content), "r") as template,
        av.open(io.BytesIO(sound), "r") as heard,
        av.open(held, "w", format="mp4" if is_mp4 else "webm") as film,
    ):
        if comment:
            film.metadata["comment"] = comment
        # Both before anything is muxed: adding one later ends the process.
        picture = film.add_stream_from_template(template.streams.video[0])
        picture.time_base = MILLISECOND
        if is_mp4:
            voice = film.add_stream("aac", rate=48_000, layout="mono")
            spoken = encode_sound(heard, voice)
        else:
            voice = film.add_stream_from_template(heard.streams.audio[0])
            spoken = copy_sound(heard, voice)
        following = next(spoken, None)
        for moment_ms, packet in _take_over(takes, seconds=seconds):
            while following is not None and following[0] * 1000 <= moment_ms:
                film.mux(following[1])
                following = next(spoken, None)
            packet.time_base = MILLISECOND
            packet.pts = packet.dts = moment_ms
            packet.stream = picture
            film.mux(packet)
        while following is not None:
            film.mux(following[1])
            following = next(spoken, None)
    return held.getbuffer()


def _take_over(takes: list[ReadTake], *, seconds: float) -> Iterator[tuple[int, Any]]:
    """The pictures of all takes in their order, each at a millisecond of its own. What was taken over is let go."""
    last_ms = -1
    for take in takes:
        with av.open(io.BytesIO(take.content), "r") as container:
            take.content = b""
            for moment, packet in _pictures(container, at=take.at, seconds=seconds):
                last_ms = max(last_ms + 1, round(moment * 1000))
                yield last_ms, packet


def copy_sound(heard: Any, voice: Any) -> Iterator[tuple[float, Any]]:
    """The packets of a sound as they are, each with its moment. voice: the stream that they go to."""
    for packet in heard.demux(heard.streams.audio[0]):
        if packet.pts is not None:
            moment = float(packet.pts * packet.time_base)
            packet.stream = voice
            yield moment, packet


def encode_sound(heard: Any, voice: Any) -> Iterator[tuple[float, Any]]:
    """The same, encoded anew."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
    for frame in heard.decode(audio=0):
        for piece in resampler.resample(frame):
            for packet in voice.encode(piece):
                yield float(packet.pts * packet.time_base), packet
    for packet in voice.encode(None):
        yield float(packet.pts * packet.time_base), packet


def main() -> None:
    """Standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    film = remux(sys.stdin.buffer)
    for start in range(0, len(film), PIECE_BYTES):
        sys.stdout.buffer.write(film[start : start + PIECE_BYTES])


if __name__ == "__main__":
    main()
