"""Ten conversations with a language model, in five languages, by recorded completions: read and approved as a whole.

    REHEARSE=write python -m pytest tests/rehearsals      writes the transcripts anew: read them before you commit

`make bench-recorded` tells how completions are recorded. Whoever changes a prompt has them written anew.
"""

import os
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from bench.recorded import REHEARSED, TALKS, Replay, read_recordings
from tests.folding import folded
from tests.rehearsals.rehearsing import rehearse

SCENARIOS = sorted(REHEARSED.glob("*.toml"))
GOLDEN = Path(__file__).parent / "golden" / "with_model"


@pytest.fixture(scope="module")
def recordings() -> dict[str, str]:
    """What a large model answered."""
    return read_recordings(TALKS)


@folded("file", SCENARIOS, ids=[file.stem for file in SCENARIOS])
def test_the_conversation_goes_as_it_was_read_and_approved(file: Path, recordings: dict[str, str]) -> None:
    scenario, replay = tomllib.loads(file.read_text(encoding="utf-8")), Replay(recordings)
    transcript = "\n".join(rehearse(scenario, ask=replay)) + "\n"
    golden = GOLDEN / f"{file.stem}.txt"
    if os.environ.get("REHEARSE") == "write":
        golden.write_text(transcript, encoding="utf-8")
    assert transcript == golden.read_text(encoding="utf-8")
    assert [order.given for order in replay.unrecorded] == [], "requests that nobody has answered"


@folded("file", SCENARIOS, ids=[file.stem for file in SCENARIOS])
def test_nothing_of_a_rubric_is_said_and_nothing_twice(file: Path) -> None:
    scenario = tomllib.loads(file.read_text(encoding="utf-8"))
    lines = (GOLDEN / f"{file.stem}.txt").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line.startswith("INTERVIEWER")]
    claims = [
        claim
        for question in scenario["questions"]
        for claims in question.get("expectations", {}).values()
        for claim in claims
    ]
    assert [line for line in said for claim in claims if claim.casefold() in line.casefold()] == []
    assert [first for first, second in pairwise(said) if first == second] == []


def test_every_kind_of_person_is_rehearsed_in_five_languages() -> None:
    stems = [file.stem for file in SCENARIOS]
    assert len(stems) == 10
    assert {stem.split("_")[0] for stem in stems} == {"english", "german", "spanish", "french", "arabic"}
    kinds = {re.sub(r"^[a-z]+_", "", stem) for stem in stems}
    assert kinds == {"nervous", "rambling", "hostile", "asking_back", "silent"}
