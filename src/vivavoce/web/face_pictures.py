"""The interviewer as pictures, one for each way that the mouth is: for the film of a session."""

import json
import logging
import subprocess
import sys
from base64 import b64decode
from functools import lru_cache

from vivavoce.errors import Unavailable
from vivavoce.interviews.templates import Background, Character, Interviewer
from vivavoce.web.instruction_film import draw_faces

log = logging.getLogger(__name__)

PROGRAM = (sys.executable, "-m", "vivavoce.web.face_program")
MOST_SECONDS = 60.0


class NoFaces(Unavailable):
    """The interviewer can't be drawn right now."""


def draw_pictures(interviewer: Interviewer) -> dict[str, bytes]:
    """As PNG, by the mouth. It blocks. Raises NoFaces."""
    return _draw(interviewer.character, interviewer.background)


@lru_cache(maxsize=4)
def _draw(character: Character, background: Background) -> dict[str, bytes]:
    try:
        program = subprocess.run(
            PROGRAM,
            input=json.dumps(draw_faces(character, background)).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoFaces from None
    if program.returncode != 0:
        log.error("an interviewer can't be drawn: the program ended with %s", program.returncode)
        raise NoFaces
    return {mouth: b64decode(png) for mouth, png in json.loads(program.stdout).items()}
