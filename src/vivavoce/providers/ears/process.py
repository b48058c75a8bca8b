"""Ears in a process of their own: it may take memory, compute, and die, and the server goes on.

    server                                    ear process
      │── {"language", "locale", "start", "bytes"} + PCM ──►│   one stretch at a time
      │◄── {"words": […]} or {"error", "retryable"} ────────│
      └── closes the pipe: the process ends, also when the server was killed

It says `{"ready": …, "weak": […]}` first, when its ears are loaded, which takes a second, or a minute where files are
fetched. weak: the languages that nobody hears well.
"""

import json
import os
import struct
import sys
import threading
from typing import IO, Any

from vivavoce.errors import VivavoceError
from vivavoce.providers.ears import open_ears
from vivavoce.providers.ears.port import RATE_HZ, SoundWindow
from vivavoce.providers.failover import Failure
from vivavoce.settings import read_settings

HEADER = struct.Struct("<I")  # length of the JSON that follows
NICE = 5  # where both want the processor, whoever speaks with candidates goes first
SILENCE = SoundWindow(pcm_16khz=bytes(RATE_HZ))  # half a second: an ear that hears it is loaded


def main() -> None:
    """Listens until the pipe closes."""
    words_out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between our words
    asked = _watched(sys.stdin.buffer)
    os.nice(NICE)
    try:
        ears = open_ears(read_settings(), tell=_tell)
        list(ears.hear([SILENCE], language="en"))
    except VivavoceError as error:
        _write(words_out, {"ready": False, "error": error.message})
        return
    _write(words_out, {"ready": True, "weak": sorted(ears.find_weak())})
    while (request := _read(asked)) is not None:
        window = SoundWindow(pcm_16khz=_read_exactly(asked, request["bytes"]), start=request["start"])
        try:
            words = list(ears.hear([window], language=request["language"], locale=request["locale"]))
        except VivavoceError as error:
            _write(words_out, {"error": error.message, "retryable": getattr(error, "retryable", False)})
        else:
            _write(words_out, {"words": [[word.text, word.start, word.end, word.probability] for word in words]})


def _tell(failure: Failure) -> None:
    sys.stderr.write(f"the ear {failure.provider} failed: {failure.error.message}\n")


def _watched(source: IO[bytes]) -> IO[bytes]:
    """The same bytes, read by a thread: when the server goes, the process ends in the middle of whatever it does."""
    inner_in, inner_out = os.pipe()

    def pass_on() -> None:
        while piece := os.read(source.fileno(), 65_536):
            os.write(inner_out, piece)
        os._exit(0)

    threading.Thread(target=pass_on, daemon=True).start()
    return os.fdopen(inner_in, "rb")


def _read(source: IO[bytes]) -> dict[str, Any] | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    message: dict[str, Any] = json.loads(_read_exactly(source, HEADER.unpack(header)[0]))
    return message


def _read_exactly(source: IO[bytes], count: int) -> bytes:
    content = source.read(count)
    if len(content) < count:
        raise EOFError
    return content


def _write(target: IO[bytes], message: dict[str, Any]) -> None:
    target.write(json.dumps(message).encode() + b"\n")
    target.flush()


if __name__ == "__main__":
    main()
