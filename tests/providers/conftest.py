"""What tests of voices and ears can ask for: speech made here, Whisper's files, and a small server that we talk to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.endpoint import SpeechServer
from tests.providers.speaking import fetch_whisper
from vivavoce.providers.ears.whisper_files import WhisperFiles


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    """An OpenAI-compatible server on a port of this machine."""
    with SpeechServer() as running:
        yield running


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """A folder with the released files of Whisper base; skips where they can't be had."""
    return fetch_whisper()


@pytest.fixture(scope="session")
def whisper_files(whisper_folder: Path) -> WhisperFiles:
    """Those files, read."""
    from vivavoce.providers.ears.whisper_files import read_files

    return read_files(whisper_folder)
