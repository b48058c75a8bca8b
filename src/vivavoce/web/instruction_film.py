"""The film of an interview's instruction: its interviewer, drawn, says it, with captions. Made once by a worker.

    DATA/voice/MERCHANT/ab/ab12….wav                    the instruction, spoken (sound/line_store.py)
                          /ab12….robin-room.webm        the film of it, by who says it and what is behind them

The program that draws it is web/film_program.py. Whoever hears the interviewer live has no need of it: it is for those
who read.
"""

import asyncio
import json
import logging
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.sound_names import line_path
from vivavoce.db.database import Database
from vivavoce.errors import VivavoceError
from vivavoce.interviews.templates import Background, Character, Interviewer, Modality
from vivavoce.private import create_file, make_folder
from vivavoce.reports.fonts import find_fonts, fonts_folder, wanted_families
from vivavoce.sound.line_store import SpokenLine
from vivavoce.sound.publish_lines import Speak, find_instruction
from vivavoce.text.languages import BY_CODE
from vivavoce.text.sentences import split_sentences
from vivavoce.web.drawing import make_environment
from vivavoce.web.film_asked import FilmAsked
from vivavoce.words.catalog import find_words
from vivavoce.words.drawn import in_words

log = logging.getLogger(__name__)

MakeFilm = Callable[[UUID, str, SpokenLine, Interviewer], bool]

PROGRAM = (sys.executable, "-m", "vivavoce.web.film_program")
MOST_SECONDS = 600.0
LONGEST_CAPTION = 120  # characters
MOUTHS = ("rest", "m", "a", "e", "o", "u", "f", "l")  # of the drawing
FILM_KIND = re.compile(r"(robin|kim)-(room|plain)\.webm")


def film_kind(interviewer: Interviewer) -> str:
    """How the name of the film's file ends."""
    return f"{interviewer.character.value}-{interviewer.background.value}.webm"


def make_film(data_dir: Path, merchant_id: UUID, key: str, line: SpokenLine, interviewer: Interviewer) -> bool:
    """Makes the film of a line that was spoken, where it isn't there yet; whether it is there. It blocks.

    Raises NoFonts where the machine has none.
    """
    place = line_path(data_dir, merchant_id, key, kind=film_kind(interviewer))
    sound = line_path(data_dir, merchant_id, key, kind="wav")
    if place.is_file() or not sound.is_file():
        return place.is_file()
    told = json.loads(line_path(data_dir, merchant_id, key, kind="json").read_bytes())
    asked: FilmAsked = {
        "faces": draw_faces(interviewer.character, interviewer.background),
        "captions": make_captions(line.text),
        "marks": told["marks"],
        "tag": BY_CODE[line.language].tag,
        "is_from_right": find_words(line.language).direction == "rtl",
    }
    with fonts_folder(find_fonts(wanted_families(line.text))) as fonts:
        program = subprocess.run(
            [*PROGRAM, str(fonts)],
            input=json.dumps(asked).encode() + b"\n" + sound.read_bytes(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
    if program.returncode != 0 or not program.stdout:
        log.error("the film of an instruction can't be made: its program ended with %s", program.returncode)
        return False
    _keep(place, program.stdout)
    return True


async def film_instruction(
    database: Database, speak: Speak, make: MakeFilm, *, merchant_id: UUID, interview_id: UUID
) -> None:
    """Makes the film of what the interview says before its first question, where it has one to be seen."""
    instruction = await find_instruction(database, merchant_id=merchant_id, interview_id=interview_id)
    if instruction is None or instruction[1].modality is Modality.VOICE:
        return
    line, interviewer = instruction
    try:
        key = await asyncio.to_thread(speak, merchant_id, line)  # it was spoken, or will be with the next note
        await asyncio.to_thread(make, merchant_id, key, line, interviewer)
    except VivavoceError as error:
        log.warning("an interview has no film of its instruction: %s", error.message)


def make_captions(text: str) -> list[tuple[str, float]]:
    """What is shown one after the other, each with the share of the whole that is said by its end."""
    pieces = [piece for sentence in split_sentences(text) for piece in _cut(sentence)]
    whole = sum(len(piece) for piece in pieces)
    said, captions = 0, []
    for piece in pieces:
        said += len(piece)
        captions.append((piece, said / whole))
    return captions


def _cut(sentence: str) -> Sequence[str]:
    """At blanks, where there are any; scripts without blanks are cut anywhere."""
    pieces: list[str] = []
    rest = sentence.strip()
    while len(rest) > LONGEST_CAPTION:
        at = rest.rfind(" ", 0, LONGEST_CAPTION)
        at = at if at > 0 else LONGEST_CAPTION
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [*pieces, rest] if rest else pieces


def draw_faces(character: Character, background: Background) -> dict[str, str]:
    """The interviewer as an SVG file, by how the mouth is."""
    template = make_environment().get_template("parts/interviewer.html")
    words = in_words(find_words("en"))
    drawn = template.render({"character": character.value, "background": background.value} | words)
    drawn = drawn[drawn.index("<svg") :].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    # What the page's style does: long hair covers the ears, and nothing stands behind who wants it plain.
    if character is Character.KIM:
        drawn = _set_opacity(drawn, "i-hair i-hair-long", 1)
        drawn = _set_opacity(drawn, "i-ears", 0)
    if background is Background.PLAIN:
        drawn = _set_opacity(drawn, "i-room", 0)
    drawn = _set_opacity(drawn, "i-mouth i-mouth-rest", 0)
    return {mouth: _set_opacity(drawn, f"i-mouth i-mouth-{mouth}", 1) for mouth in MOUTHS}


def _set_opacity(drawn: str, name: str, opacity: int) -> str:
    def change(tag: re.Match[str]) -> str:
        without = re.sub(r' opacity="[^"]*"', "", tag[0])
        return without.replace(f'class="{name}"', f'class="{name}" opacity="{opacity}"')

    return re.sub(rf'<\w+ class="{name}"[^>]*>', change, drawn)


def _keep(place: Path, content: bytes) -> None:
    """Whole or not at all."""
    make_folder(place.parent)
    made = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(create_file(made), "wb") as file:
            file.write(content)
        made.rename(place)
    finally:
        made.unlink(missing_ok=True)
