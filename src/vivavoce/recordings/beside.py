"""A session as a film: the candidate's picture, and beside it whoever talked with them, drawn. A program of its own.

python -m vivavoce.recordings.beside < asked > film

    ┌──────────────────────┬───────┐   640 by 360 of the camera, and 208 beside it
    │      candidate       │ drawn │   a picture is drawn when the camera has a new one, when the mouth changes, and
    └──────────────────────┴───────┘   once a second where nothing does

asked    one line of JSON (`asked.BesideAsked`); the drawings; the sounds of lines; the sound as Opus in WebM; then each
         take, its length first

Where the camera was off, its place is empty, and the file says in its comment where that is.
"""

import heapq
import io
import json
import os
import resource
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange

from vivavoce.recordings.asked import TAKE_HEAD, BesideAsked, MixedLine
from vivavoce.recordings.mouth import RATE, REST, Marks, mouth_by_loudness, mouth_by_marks
from vivavoce.recordings.remux import (
    MILLISECOND,
    PIECE_BYTES,
    ReadTake,
    copy_sound,
    encode_sound,
    read_about,
    read_take,
    tell_missing,
)

MOST_SECONDS = 3_600  # of the processor: four hours of film take half of it
MOST_MEMORY = 3 * 1024**3  # of addresses
NICE = 10  # whoever is talked with goes first
WIDTH, HEIGHT, FACE_WIDTH = 640, 360, 208
BIT_RATE = 400_000
LEAST_BETWEEN = 1 / 24  # seconds between two pictures, though a camera may have more
STILL = 1.0  # seconds that one picture is seen at most
EMPTY = (223, 126, 128)  # of the page's own ground, in Y, U and V
WEBM = {"deadline": "realtime", "cpu-used": "8", "g": "150"}
MP4 = {"preset": "superfast", "tune": "zerolatency", "g": "150"}


def compose(source: BinaryIO) -> bytes | memoryview:
    """What is asked for. Empty: none of the takes can be read."""
    asked: BesideAsked = json.loads(source.readline())
    faces = {mouth: _to_planes(_decode(source.read(size)), FACE_WIDTH, HEIGHT) for mouth, size in asked["faces"]}
    sounds = {key: source.read(size) for key, size in asked["files"]}
    sound = source.read(asked["sound_bytes"])
    seconds, said = read_about(sound)
    read = []
    for at in asked["takes"]:
        size = int.from_bytes(source.read(TAKE_HEAD), "big")
        read.append(read_take(source.read(size), at=at, seconds=seconds))
    takes = sorted((take for take in read if take is not None), key=lambda take: take.begin)
    if not takes:
        return b""
    mouths = find_mouths([MixedLine(**line) for line in asked["lines"]], asked["marks"], sounds)
    comment = tell_missing(takes, said, seconds=seconds)
    pictures = due_pictures(_see(takes, seconds=seconds), mouths, seconds=seconds)
    return _write(sound, pictures, _Canvas(faces), comment=comment, is_mp4=asked["is_mp4"])


def find_mouths(lines: list[MixedLine], marks: dict[str, Any], sounds: dict[str, bytes]) -> list[tuple[float, str]]:
    """When the mouth changes, and into what. What is known of no line's sound moves nothing."""
    changes: list[tuple[float, str]] = []
    for line in sorted(lines, key=lambda line: line.at):
        moves = _Moves(marks.get(line.file) or (), sounds.get(line.file))
        before = REST
        for number in range(round(line.seconds * RATE)):
            mouth = moves.at(line.begin + number / RATE)
            if mouth != before:
                changes.append((line.at + number / RATE, mouth))
                before = mouth
        if before != REST:
            changes.append((line.at + line.seconds, REST))
    return changes


class _Moves:
    """How the mouth moves in one line."""

    def __init__(self, marks: Marks, wav: bytes | None) -> None:
        self._marks = marks
        self._samples: Any = np.zeros(0)
        self._rate_hz = 1
        if wav is not None:
            with wave.open(io.BytesIO(wav)) as file:
                self._rate_hz = file.getframerate()
                self._samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_768

    def at(self, moment: float) -> str:
        if self._marks:
            return mouth_by_marks(self._marks, moment)
        begin = round(moment * self._rate_hz)
        piece = self._samples[begin : begin + max(1, self._rate_hz // RATE)]
        return mouth_by_loudness(float(np.sqrt((piece**2).mean())) if len(piece) else 0.0)


@dataclass(frozen=True, slots=True)
class DuePicture:
    """A picture of the film. seen: of the camera; None: it is off."""

    moment: float
    seen: Any
    mouth: str


def due_pictures(
    seen: Iterator[tuple[float, Any]], mouths: list[tuple[float, str]], *, seconds: float
) -> Iterator[DuePicture]:
    """The film's pictures in order, from its beginning to its end."""
    cameras = ((moment, 0, picture) for moment, picture in seen)
    changes = ((moment, 1, mouth) for moment, mouth in mouths if moment < seconds)
    now = DuePicture(0.0, None, REST)
    yield now
    drawn_at = 0.0
    for moment, kind, what in heapq.merge(cameras, changes, key=lambda event: event[:2]):
        while moment - drawn_at > STILL:
            drawn_at += STILL
            yield DuePicture(drawn_at, now.seen, now.mouth)
        now = DuePicture(moment, now.seen, what) if kind else DuePicture(moment, what, now.mouth)
        if moment - drawn_at >= LEAST_BETWEEN or (what is None and moment > drawn_at):
            drawn_at = moment
            yield now
    while seconds - drawn_at > STILL:
        drawn_at += STILL
        yield DuePicture(drawn_at, now.seen, now.mouth)


def _see(takes: list[ReadTake], *, seconds: float) -> Iterator[tuple[float, Any]]:
    """The camera's pictures with their moments, each later than the one before; None where a take ends."""
    last = 0.0
    for take, following in zip(takes, [*takes[1:], None], strict=True):
        with av.open(io.BytesIO(take.content), "r") as container:
            take.content = b""
            for moment, picture in _decode_all(container, at=take.at):
                if last <= moment < seconds:
                    last = moment
                    yield moment, picture
        ends = take.end if following is None else min(take.end, following.begin)
        if last < ends < seconds:
            last = ends
            yield ends, None


def _decode_all(container: Any, *, at: float) -> Iterator[tuple[float, Any]]:
    """Up to where it is torn."""
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    frames = container.decode(stream)
    while True:
        try:
            frame = next(frames, None)
        except av.FFmpegError:
            return
        if frame is None:
            return
        if frame.time is not None:
            yield at + frame.time, frame


class _Canvas:
    """The film's picture, of which no more is drawn anew than has changed."""

    def __init__(self, faces: dict[str, Any]) -> None:
        self._faces = faces
        self._planes = np.empty((HEIGHT * 3 // 2, WIDTH + FACE_WIDTH), dtype=np.uint8)
        self._parts = _split(self._planes)
        self._seen: Any = self  # nothing yet
        self._mouth = ""

    def draw(self, due: DuePicture) -> Any:
        """The picture, to be encoded."""
        if due.mouth != self._mouth:
            self._mouth = due.mouth
            face = self._faces.get(due.mouth, self._faces[REST])
            for part, drawn in zip(self._parts, _split(face), strict=True):
                part[:, part.shape[1] - drawn.shape[1] :] = drawn
        if due.seen is not self._seen:
            self._seen = due.seen
            self._show(due.seen)
        return av.VideoFrame.from_ndarray(self._planes, format="yuv420p")

    def _show(self, seen: Any) -> None:
        scale = 0.0 if seen is None else min(WIDTH / seen.width, HEIGHT / seen.height)
        width, height = (0, 0) if seen is None else (_even(seen.width * scale), _even(seen.height * scale))
        if (width, height) != (WIDTH, HEIGHT):
            for part, level, size in zip(self._parts, EMPTY, (WIDTH, WIDTH // 2, WIDTH // 2), strict=True):
                part[:, :size] = level
        if seen is None:
            return
        left, top = (WIDTH - width) // 4 * 2, (HEIGHT - height) // 4 * 2
        for part, shown, share in zip(self._parts, _split(_to_planes(seen, width, height)), (1, 2, 2), strict=True):
            rows, columns = shown.shape
            part[top // share : top // share + rows, left // share : left // share + columns] = shown


def _even(length: float) -> int:
    return max(2, int(length) // 2 * 2)


def _to_planes(picture: Any, width: int, height: int) -> Any:
    """As the canvas has it. Films are of the narrower range; without a word each side takes its own for granted."""
    shown = picture.reformat(width=width, height=height, format="yuv420p", dst_color_range=ColorRange.MPEG)
    return np.ascontiguousarray(shown.to_ndarray())


def _split(planes: Any) -> tuple[Any, Any, Any]:
    """Y, U and V of a picture whose planes lie one after the other."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    colours = planes[height:].reshape(2, height // 2, width // 2)
    return planes[:height], colours[0], colours[1]


def _decode(png: bytes) -> Any:
    with av.open(io.BytesIO(png), "r") as container:
        return next(container.decode(video=0))


def _write(sound: bytes, pictures: Iterator[DuePicture], canvas: _Canvas, *, comment: str, is_mp4: bool) -> memoryview:
    held = io.BytesIO()
    with av.open(io.BytesIO(sound), "r") as heard, av.open(held, "w", format="mp4" if is_mp4 else "webm") as film:
        if comment:
            film.metadata["comment"] = comment
        # Both before anything is muxed: adding one later ends the process.
        picture: Any = film.add_stream("libx264" if is_mp4 else "libvpx", rate=Fraction(15))
        picture.width, picture.height, picture.pix_fmt = WIDTH + FACE_WIDTH, HEIGHT, "yuv420p"
        picture.time_base, picture.bit_rate = MILLISECOND, BIT_RATE
        picture.codec_context.time_base, picture.codec_context.thread_count = MILLISECOND, 1
        picture.options = MP4 if is_mp4 else WEBM
        if is_mp4:
            voice = film.add_stream("aac", rate=48_000, layout="mono")
            spoken = encode_sound(heard, voice)
        else:
            voice = film.add_stream_from_template(heard.streams.audio[0])
            spoken = copy_sound(heard, voice)
        following, last_ms = next(spoken, None), -1
        for due in pictures:
            while following is not None and following[0] <= due.moment:
                film.mux(following[1])
                following = next(spoken, None)
            frame = canvas.draw(due)
            last_ms = max(last_ms + 1, round(due.moment * 1000))
            frame.pts, frame.time_base = last_ms, MILLISECOND
            film.mux(picture.encode(frame))
        film.mux(picture.encode(None))
        while following is not None:
            film.mux(following[1])
            following = next(spoken, None)
    return held.getbuffer()


def main() -> None:
    """Standard input to standard output."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    film = compose(sys.stdin.buffer)
    for start in range(0, len(film), PIECE_BYTES):
        sys.stdout.buffer.write(film[start : start + PIECE_BYTES])


if __name__ == "__main__":
    main()
