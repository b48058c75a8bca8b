"""What a camera recorded, put to the sound: one film, stored sealed beside the takes that it is made of.

STORE/takes/MERCHANT/ATTEMPT/TAKE-00000.part, …        sealed, as they came (attempts/takes.py)
                            /session-DIGEST.webm        composed when it is first asked for; answer-3-…, or .mp4
                            /drawn/session-DIGEST.webm  with the interviewer beside it: composed by a worker

Every method blocks.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from json import dumps
from typing import IO
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.takes import Take, part_name, takes_folder
from vivavoce.errors import Unavailable, VivavoceError
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.asked import LEAN, TAKE_HEAD, BesideAsked, MixedLine, RemuxAsked
from vivavoce.recordings.mouth import Marks

log = logging.getLogger(__name__)

REMUXER = (sys.executable, "-m", "vivavoce.recordings.remux")
DRAWER = (sys.executable, "-m", "vivavoce.recordings.beside")
MOST_SECONDS = 900.0
MOST_DRAWN_SECONDS = 7_200.0  # beside everything else
PIECE_BYTES = 1024 * 1024


class NoPicture(Unavailable):
    """Nothing that this camera recorded can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedTake:
    """A take in a film. at: seconds of the film."""

    take: Take
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBeside:
    """Who is drawn beside the candidate. faces: as PNG, by mouth. lines: what they say, in the film's time.

    marks: of their mouth, by the line's file; sounds: as WAV, of lines without marks.
    """

    faces: Mapping[str, bytes]
    lines: Sequence[MixedLine]
    marks: Mapping[str, Marks]
    sounds: Mapping[str, bytes]


def is_mp4(takes: Sequence[PlacedTake]) -> bool:
    """Whether the film has to be an MP4: what the first take is goes in no WebM."""
    return bool(takes) and takes[0].take.format == "mp4"


def compose_picture(
    store: RecordingStore,
    name: str,
    key: bytes,
    takes: Sequence[PlacedTake],
    sound: bytes,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    beside: DrawnBeside | None = None,
) -> None:
    """Makes the film, and stores it sealed under this name. sound: as it is stored without a picture.

    beside: who is drawn in it; None: nobody, and no picture is encoded anew.
    Raises NoPicture where the program died or none of the takes can be read, FilesAway, NoSpace, and SealBroken.
    """
    folder = takes_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    head = _word(takes, sound) if beside is None else _word_beside(takes, sound, beside)
    program = subprocess.Popen(
        REMUXER if beside is None else DRAWER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | LEAN,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    failed: list[Exception] = []
    feeding = threading.Thread(target=_feed, args=(program.stdin, head, store, folder, key, takes, failed))
    late = threading.Timer(MOST_SECONDS if beside is None else MOST_DRAWN_SECONDS, program.kill)
    feeding.start()
    late.start()
    try:
        incoming = store.incoming(merchant_id=merchant_id, attempt_id=attempt_id)
        store.seal_pieces(_read(program, feeding, failed), name, key, incoming=incoming)
    finally:
        late.cancel()
        program.kill()
        program.stdout.close()
        feeding.join()
        program.wait()


def _word(takes: Sequence[PlacedTake], sound: bytes) -> bytes:
    """What the program is asked for, before the takes."""
    asked: RemuxAsked = {
        "sound_bytes": len(sound),
        "takes": [placed.at for placed in takes],
        "is_mp4": is_mp4(takes),
    }
    return dumps(asked).encode() + b"\n" + sound


def _word_beside(takes: Sequence[PlacedTake], sound: bytes, beside: DrawnBeside) -> bytes:
    asked: BesideAsked = {
        "faces": [(mouth, len(png)) for mouth, png in beside.faces.items()],
        "lines": [asdict(line) for line in beside.lines],
        "marks": {file: list(marks) for file, marks in beside.marks.items()},
        "files": [(file, len(wav)) for file, wav in beside.sounds.items()],
        "sound_bytes": len(sound),
        "takes": [placed.at for placed in takes],
        "is_mp4": is_mp4(takes),
    }
    return b"".join([dumps(asked).encode(), b"\n", *beside.faces.values(), *beside.sounds.values(), sound])


def _read(
    program: "subprocess.Popen[bytes]", feeding: threading.Thread, failed: Sequence[Exception]
) -> Iterator[bytes]:
    """What the program gives. Raises where it gives nothing, or dies, so that nothing is stored of it."""
    assert program.stdout is not None
    size = 0
    while piece := program.stdout.read(PIECE_BYTES):
        size += len(piece)
        yield piece
    feeding.join()
    if failed:
        raise failed[0]
    if program.wait() != 0 or not size:
        log.error("a film can't be made of what a camera recorded: the program ended with %s", program.returncode)
        raise NoPicture


def _feed(
    into: IO[bytes],
    head: bytes,
    store: RecordingStore,
    folder: str,
    key: bytes,
    takes: Sequence[PlacedTake],
    failed: list[Exception],
) -> None:
    """Take after take, so that no more than one is held."""
    try:
        with suppress(BrokenPipeError):  # its end tells why
            into.write(head)
            for placed in takes:
                content = _read_take(store, folder, key, placed.take)
                into.write(len(content).to_bytes(TAKE_HEAD, "big") + content)
    except (VivavoceError, OSError) as error:  # handed to whoever waits, in another thread
        failed.append(error)
    with suppress(BrokenPipeError):
        into.close()


def _read_take(store: RecordingStore, folder: str, key: bytes, take: Take) -> bytes:
    """What is there of it without a hole."""
    content = bytearray()
    for index in range(take.parts):
        try:
            part = store.open(part_name(folder, take.id, index), key)
        except NoFile:
            break  # what follows a part that is gone can't be read
        content += part.read(0, part.size)
    return bytes(content)
