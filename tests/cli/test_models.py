"""`vivavoce merchant models`: a merchant's language models are chosen, told without their keys, and forgotten."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.running import Running

pytestmark = pytest.mark.slow


def test_models_are_chosen_told_and_forgotten(running: Running, tmp_path: Path) -> None:
    running.program("merchant", "add", "Harbour Models", "--slug", "harbour-models")
    file = tmp_path / "models.json"
    file.write_text(
        json.dumps([{"url": "https://93.184.216.34/v1", "model": "m", "key": "sk-secret", "for": ["read"]}])
    )
    chosen = running.program("merchant", "models", "harbour-models", "--file", str(file), "--cost-per-day", "0.5")
    assert chosen.splitlines() == ["1. m at 93.184.216.34, with a key: read", "At most 0.5 USD a day."]
    assert running.program("merchant", "models", "harbour-models") == chosen
    assert running.program("merchant", "models", "harbour-models", "--none").startswith("No language model is asked")
    assert running.program("merchant", "models", "harbour-models", "--server").splitlines() == [
        "The server's own choice.",
        "No language model is asked: the interviewer goes by rules.",
    ]


@pytest.fixture(scope="module")
def merchant(running: Running) -> str:
    running.program("merchant", "add", "Harbour Wrong", "--slug", "harbour-wrong")
    return "harbour-wrong"


@pytest.mark.parametrize(
    ("models", "options", "why"),
    [
        ([{"url": "http://127.0.0.1:9/v1", "model": "m"}], (), "private network"),
        ([{"url": "https://93.184.216.34/v1"}], (), "0.model"),
        ([], ("--cost-per-day", "much"), "Expected US dollars"),
        ([], ("--none",), "Give one of"),
    ],
)
def test_what_is_wrong_is_told(
    running: Running,
    merchant: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    models: list[object],
    options: tuple[str, ...],
    why: str,
) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps(models))
    with pytest.raises(subprocess.CalledProcessError):
        running.program("merchant", "models", merchant, "--file", str(file), *options)
    assert why in capfd.readouterr().err
