"""What tests of a spoken conversation can ask for."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.laid import laid_folder
from tests.providers.speaking import fetch_whisper
from tests.running import Furnished, Running, run_server
from tests.sound.own_microphone import EnergyDetector, ListeningEar
from tests.talking import begin_interview, create_interview
from vivavoce.attempts.erase import Files
from vivavoce.client.candidate import OpenedInterview
from vivavoce.db.database import Database
from vivavoce.sound.line_store import LineStore
from vivavoce.sound.lines_on_demand import Speaker
from vivavoce.sound.means import Means
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.retention import erase_due

# After every "now" that a test of long ago has, and long before any other test's attempts.
LONG_AGO = datetime(2002, 1, 1, tzinfo=UTC)


@dataclass
class Talking(Running):
    """A server that listens and speaks, with two merchants."""

    @cached_property
    def furnished(self) -> Furnished:
        """A merchant."""
        return self.furnish("talking")

    @cached_property
    def other(self) -> Furnished:
        """Another one."""
        return self.furnish("other")

    def begin(self, *, of: Furnished | None = None, **changes: Any) -> OpenedInterview:
        """A conversation that has begun."""
        return begin_interview(self, of or self.furnished, **changes)

    def create(self, furnished: Furnished) -> str:
        """An active interview."""
        return create_interview(self, furnished)


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """A folder with the released files of Whisper base; skips where they can't be had."""
    return fetch_whisper()


@pytest.fixture(scope="module")
def talking(whisper_folder: Path) -> Iterator[Talking]:
    """A real server with a voice and an ear, on a data folder of its own."""
    environment = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(whisper_folder)}
    with laid_folder() as folder, run_server(folder, environment=environment) as running:
        yield Talking(url=running.url, folder=running.folder, process=running.process)


@pytest.fixture
async def microphones(database: Database, tmp_path: Path) -> AsyncIterator[Microphones]:
    """Microphones of this process; nobody asks them for a voice."""
    opened = Microphones(own_means(database, tmp_path))
    yield opened
    await opened.close()


@pytest.fixture
async def nothing_is_due(database: Database) -> None:
    """A sweep sees the whole database: what other files left half erased, or from long ago, goes first."""
    gone = Files(of_attempt=lambda *_: True, of_address=lambda *_: True)
    await erase_due(database, gone, keep_days=1, now=LONG_AGO)
    async with database.sweeping() as connection:  # which sees of candidates those alone
        assert await connection.fetch("select * from candidates") == [], "a test left somebody who can't be erased"


def own_means(database: Database, data_dir: Path, **changes: Any) -> Means:
    """What microphones of this process work with."""

    def speak(*_: Any) -> str:
        raise AssertionError("nobody asks for a voice here")

    means = Means(
        database=database,
        data_dir=data_dir,
        ears=ListeningEar(),
        speaker=Speaker(LineStore(data_dir, voices="none"), speak, clock=time.monotonic),
        new_detector=EnergyDetector,
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
    )
    return replace(means, **changes)
