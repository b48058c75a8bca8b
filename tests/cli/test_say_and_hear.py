"""`vivavoce say`, `hear` and `doctor`: a sentence goes out as sound and comes back as words."""

import json
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.folding import folded
from tests.model_server import ModelServer
from tests.providers.endpoint import KEY, SpeechServer
from tests.providers.speaking import fetch_whisper
from vivavoce.cli.doctor import doctor
from vivavoce.cli.hear import hear
from vivavoce.cli.say import say
from vivavoce.errors import VivavoceError
from vivavoce.providers.ears.compare import Errors, count_errors
from vivavoce.providers.ears.whisper_files import FOLDER
from vivavoce.providers.sound import Sound, write_wav

SENTENCE = "Tell me about a delivery."


def run(command: object, *arguments: str, **environment: str) -> Result:
    """The command with these settings; what it refuses is raised."""
    result = CliRunner().invoke(command, arguments, env={f"VIVAVOCE_{name}": v for name, v in environment.items()})  # type: ignore[arg-type]
    if isinstance(result.exception, VivavoceError):
        raise result.exception
    return result


def test_a_text_becomes_a_file(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    result = run(say, "--language", "en", "--out", str(out), SENTENCE)
    assert (result.exit_code, result.stdout) == (0, "")
    with wave.open(str(out)) as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, 24_000)
        assert 1 < opened.getnframes() / 24_000 < 4


def test_a_text_may_come_from_standard_input(tmp_path: Path) -> None:
    result = CliRunner().invoke(say, ["--language", "en", "--out", str(tmp_path / "a.wav"), "-"], input=SENTENCE)
    assert result.exit_code == 0
    assert (tmp_path / "a.wav").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--language", "xx", SENTENCE], "language 'xx'"),
        (["--language", "en", "…"], "nothing that can be said"),
        (["--language", "en", "--out", "/nowhere/a.wav", SENTENCE], "can't be written"),
    ],
)
def test_what_cannot_be_said_is_told_in_a_sentence(tmp_path: Path, arguments: list[str], says: str) -> None:
    with pytest.raises(VivavoceError, match=says):
        run(say, "--out", str(tmp_path / "a.wav"), *arguments)


@pytest.mark.slow
def test_what_was_said_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    run(say, "--language", "en", "--out", str(file), SENTENCE)
    result = run(hear, str(file), "--language", "en", WHISPER_FOLDER=str(fetch_whisper()))
    assert result.stdout == f"{SENTENCE}\n"


def test_each_word_can_be_told_with_its_times(tmp_path: Path) -> None:
    run(say, "--language", "en", "--out", str(tmp_path / "a.wav"), SENTENCE)
    with SpeechServer() as server:
        result = run(
            hear,
            str(tmp_path / "a.wav"),
            *("--language", "en", "--words"),
            EARS="openai",
            TRANSCRIPTION_URL=server.url,
            TRANSCRIPTION_KEY=KEY,
        )
    words = [json.loads(line) for line in result.stdout.splitlines()]
    assert [word["text"] for word in words] == [" Tell", " me", " about", " a", " delivery."]
    assert all(word["start"] < word["end"] and 0 < word["probability"] <= 1 for word in words)


def test_a_silent_file_has_no_words(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", Sound(pcm=bytes(88_200), rate_hz=44_100))
    with SpeechServer() as server:
        result = run(hear, str(tmp_path / "a.wav"), "--language", "en", EARS="openai", TRANSCRIPTION_URL=server.url)
        assert server.asked == []
    assert result.stdout == "\n"


def test_a_file_that_is_no_wave_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(VivavoceError, match="Save it as 16-bit PCM"):
        run(hear, str(tmp_path / "a.wav"), "--language", "en")


@pytest.mark.slow
def test_the_doctor_proves_that_it_can_speak_and_hear(data_dir: Path) -> None:
    result = run(doctor, "--data", str(data_dir), WHISPER_FOLDER=str(fetch_whisper()))
    lines = {line.split()[1 if line.startswith("well") else 2]: line for line in result.stdout.splitlines()}
    assert lines["voices"].startswith("well")
    assert lines["ears"].startswith("well")
    assert "whisper (34 of 34 languages)" in lines["ears"]
    assert "15 of 16 words" in lines["speech"] or "16 of 16 words" in lines["speech"]


@pytest.mark.slow
def test_the_doctor_says_what_to_do_where_nobody_can_hear(data_dir: Path, tmp_path: Path) -> None:
    with ModelServer() as server:
        settings = {"LANGUAGE_MODEL_URL": server.url, "LANGUAGE_MODEL": "a-model"}
        result = run(doctor, "--data", str(data_dir), WHISPER_FOLDER=str(tmp_path / FOLDER), **settings)
    (line,) = [line for line in result.stdout.splitlines() if "ears" in line]
    (model,) = [line for line in result.stdout.splitlines() if "a-model" in line]
    assert model.startswith("NOT WELL")
    assert "converse: The answer can't be used" in model
    assert len(server.asked) == 4, "one word, and three questions"
    assert result.exit_code == 1
    assert line.startswith("NOT WELL")
    assert "VIVAVOCE_WHISPER_FOLDER" in line


@folded(
    ("said", "heard", "language", "errors"),
    [
        ("One, two: three!", "one two three", "en", Errors(0, 3)),
        ("one two three", "one three", "en", Errors(1, 3)),
        ("one two three", "one two and three", "en", Errors(1, 3)),
        ("one two three", "one too three", "en", Errors(1, 3)),
        ("It's Müller’s café", "its MÜLLERS cafe\u0301", "en", Errors(0, 3)),
        ("one", "", "en", Errors(1, 1)),
        ("", "one", "en", Errors(1, 0)),
        ("", "", "en", Errors(0, 0)),
        ("他来了。", "他 走了", "zh", Errors(1, 3)),
        ("हिन्दी में", "हिन्दी में।", "hi", Errors(0, 2)),
        ("ภาษาไทย", "ภาษาไท", "th", Errors(1, 7)),
    ],
)
def test_errors_are_counted_by_the_word(said: str, heard: str, language: str, errors: Errors) -> None:
    assert count_errors(said, heard, language=language) == errors


def test_more_put_in_than_said_is_more_than_all_wrong() -> None:
    assert count_errors("one", "two three", language="en").rate == 2.0
    assert (Errors(1, 4) + Errors(1, 4)).rate == 0.25
