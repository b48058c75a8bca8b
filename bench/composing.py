"""How long composing a session takes, in how much memory: both voices, the picture, and the interviewer drawn beside.

    make bench-composing                (minutes; ARGS="--minutes 2" is quicker)

core    seconds of one core, in the programs that compose
memory  the most that one of them held at once (resident)
off     how far the film's length is from the session's, in seconds

The limits for 45 minutes: 2 min and 300 MB for the sound, 10 min and 300 MB for the picture. Pictures are put to the
sound as they are; where the interviewer is drawn beside the candidate, each is taken apart and encoded anew.
"""

import argparse
import io
import json
import os
import re
import subprocess
import threading
import time
import wave
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np

from tests.recordings.filming import Picture, film
from vivavoce.interviews.templates import Interviewer
from vivavoce.recordings.asked import LEAN, TAKE_HEAD, BesideAsked, EncodeAsked, MixedLine, RemuxAsked
from vivavoce.recordings.compose import ENCODER
from vivavoce.recordings.picture import DRAWER, REMUXER
from vivavoce.web.face_pictures import draw_pictures

RATE_HZ = 16_000
LINE_SECONDS = 8.0
LINES_A_MINUTE = 1
TAKE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What one program took, and gave. core, wall, length: seconds; memory: bytes."""

    core: float
    wall: float
    memory: int
    content: bytes
    length: float


def compose_sound(minutes: float) -> Composed:
    """Noise as loud as speech, and a line of the interviewer's each minute."""
    seconds = 60 * minutes
    noise = np.random.default_rng(7).integers(-3_000, 3_000, round(RATE_HZ * seconds), dtype=np.int16)
    line = _wav(LINE_SECONDS)
    lines = [
        asdict(MixedLine(file="line", at=60.0 * number, begin=0.0, seconds=LINE_SECONDS))
        for number in range(round(minutes * LINES_A_MINUTE))
    ]
    asked: EncodeAsked = {
        "missing": [],
        "pcm_bytes": 2 * len(noise),
        "lines": lines,
        "made": [],
        "files": [("line", len(line))],
    }
    return _run(ENCODER, json.dumps(asked).encode() + b"\n" + line + noise.tobytes())


def compose_picture(minutes: float, sound: bytes, take: bytes) -> Composed:
    """A take a minute, to the sound."""
    asked: RemuxAsked = {"sound_bytes": len(sound), "takes": _places(minutes), "is_mp4": False}
    return _run(REMUXER, json.dumps(asked).encode() + b"\n" + sound + _repeat(take, minutes))


def compose_drawn(minutes: float, sound: bytes, take: bytes) -> Composed:
    """The same, with the interviewer beside it, who says a line a minute."""
    faces = draw_pictures(Interviewer())
    asked: BesideAsked = {
        "faces": [(mouth, len(png)) for mouth, png in faces.items()],
        "lines": [
            asdict(MixedLine(file="line", at=60.0 * number, begin=0.0, seconds=LINE_SECONDS))
            for number in range(round(minutes * LINES_A_MINUTE))
        ],
        "marks": {
            "line": [(at / 4, at / 4 + 0.25, "open" if at % 2 else "wide") for at in range(int(4 * LINE_SECONDS))]
        },
        "files": [],
        "sound_bytes": len(sound),
        "takes": _places(minutes),
        "is_mp4": False,
    }
    head = [json.dumps(asked).encode(), b"\n", *faces.values(), sound]
    return _run(DRAWER, b"".join(head) + _repeat(take, minutes))


def film_somebody() -> bytes:
    """A take as a camera makes it: 640 by 360, somebody who moves a little before a wall, and its noise."""
    rows, columns = np.mgrid[0:360, 0:640]
    wall = (120 + rows // 8 + columns // 16).astype(np.int16)
    random = np.random.default_rng(7)

    def picture_at(number: int) -> Picture:
        head = (rows - 170) ** 2 / 1.6 + (columns - 320 - 12 * np.sin(number / 9)) ** 2 < 80**2
        grey = np.where(head, 190 + 20 * np.sin(rows / 11 + number / 5), wall) + random.integers(-4, 5, (360, 640))
        return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)

    return film(TAKE_SECONDS, picture_at=picture_at)


def _places(minutes: float) -> list[float]:
    return [TAKE_SECONDS * number for number in range(max(1, round(60 * minutes / TAKE_SECONDS)))]


def _repeat(take: bytes, minutes: float) -> bytes:
    return (len(take).to_bytes(TAKE_HEAD, "big") + take) * len(_places(minutes))


def _run(program: tuple[str, ...], given: bytes) -> Composed:
    begun = time.perf_counter()
    running = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | LEAN)
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(given)
    running.stdin.close()
    peak = [0]
    watching = threading.Thread(target=_watch, args=(running.pid, peak))
    watching.start()
    content = running.stdout.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    watching.join()
    if running.returncode != 0 or not content:
        raise SystemExit(f"{program[-1]} ended with {running.returncode}")
    with av.open(io.BytesIO(content), "r") as container:
        length = (container.duration or 0) / 1_000_000
    return Composed(
        core=used.ru_utime + used.ru_stime,
        wall=time.perf_counter() - begun,
        memory=peak[0],
        content=content,
        length=length,
    )


def _watch(pid: int, peak: list[int]) -> None:
    """The most that the program held, as the system tells while it runs.

    What is told at its end (`ru_maxrss`) begins with what this bench held when it started the program.
    """
    while True:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:
            return
        held = re.search(r"VmHWM:\s+(\d+) kB", status)
        if held is None:
            return  # it has ended
        peak[0] = max(peak[0], int(held[1]) * 1024)
        time.sleep(0.02)


def _wav(seconds: float) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes((8_000 * np.sin(np.arange(round(24_000 * seconds)) / 9)).astype("<i2").tobytes())
    return held.getvalue()


def main() -> None:
    """Prints a line for each."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--minutes", type=float, default=45.0)
    minutes = asked.parse_args().minutes
    sound = compose_sound(minutes)
    take = film_somebody()
    print(f"{'':<9}{'core':>9}{'wall':>9}{'memory':>10}{'size':>10}{'off':>8}")
    steps: list[tuple[str, Callable[[], Composed]]] = [
        ("sound", lambda: sound),
        ("picture", lambda: compose_picture(minutes, sound.content, take)),
        ("drawn", lambda: compose_drawn(minutes, sound.content, take)),
    ]
    for name, compose in steps:
        composed = compose()
        off = abs(composed.length - 60 * minutes)
        print(
            f"{name:<9}{composed.core:>7.1f} s{composed.wall:>7.1f} s{composed.memory / 1e6:>7.0f} MB"
            f"{len(composed.content) / 1e6:>7.1f} MB{off:>6.2f} s"
        )


if __name__ == "__main__":
    main()
