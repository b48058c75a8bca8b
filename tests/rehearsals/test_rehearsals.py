"""Whole conversations, one file a person: what was said, line by line, kept beside as a transcript to be read.

    REHEARSE=write python -m pytest tests/rehearsals      writes the transcripts anew: read them before you commit

A scenario names the interview and what the person says in turn: a text, or `(skip)`, `(choose 1)`, `(repeat)` and the
other wishes by button, `(70 seconds)` for time that goes by. Nothing but the conductor takes part.
"""

import os
import tomllib
from itertools import pairwise
from pathlib import Path

from tests.folding import folded
from tests.rehearsals.rehearsing import rehearse

HERE = Path(__file__).parent
SCENARIOS = sorted(HERE.glob("*.toml"))


@folded("file", SCENARIOS, ids=[file.stem for file in SCENARIOS])
def test_the_conversation_goes_as_it_was_read_and_approved(file: Path) -> None:
    scenario = tomllib.loads(file.read_text(encoding="utf-8"))
    transcript = "\n".join(rehearse(scenario)) + "\n"
    golden = HERE / "golden" / f"{file.stem}.txt"
    if os.environ.get("REHEARSE") == "write":
        golden.write_text(transcript, encoding="utf-8")
    assert transcript == golden.read_text(encoding="utf-8")


@folded("file", SCENARIOS, ids=[file.stem for file in SCENARIOS])
def test_nobody_is_asked_the_same_words_twice_in_a_row(file: Path) -> None:
    lines = (HERE / "golden" / f"{file.stem}.txt").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line.startswith("INTERVIEWER")]
    heard = [line for line in lines if line.startswith("  (")]
    repeats = [first for first, second in pairwise(said) if first == second]
    assert len(repeats) <= sum("(repeat)" in line or "(think)" in line for line in heard)


def test_every_kind_of_person_is_rehearsed() -> None:
    stems = {file.stem for file in SCENARIOS}
    assert stems >= {"strong", "rambling", "silent", "off_topic", "hostile", "second_language"}
