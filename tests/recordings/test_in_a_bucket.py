"""With a bucket, nothing of a recording stays on this disk: films and sound go there sealed, are played, and erased."""

from pathlib import Path

import pytest

from tests.attempts.test_films import taking
from tests.attempts.test_introduction import WEBM, files_in
from tests.builders import KEYS, NOW, House
from tests.providers.test_files import Seaweed, seaweed
from tests.recordings.test_compose import heard, spoken
from vivavoce.attempts.films import keep_film, open_film, receiving_film
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.db.database import Database
from vivavoce.recordings.compose import open_recording
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.retention import files_in as erasing_in

__all__ = ["seaweed"]  # a fixture
pytestmark = pytest.mark.slow


@pytest.fixture
def store(seaweed: Seaweed, tmp_path: Path) -> RecordingStore:
    return RecordingStore(files=seaweed.open(), data_dir=tmp_path, wrapping=KEYS.wrapping)


async def test_a_film_goes_there_and_comes_back(
    database: Database, house: House, store: RecordingStore, tmp_path: Path
) -> None:
    seat, attempt_id = await taking(database, house)
    content = WEBM + bytes(range(256)) * 2000
    async with receiving_film(database, store, seat, attempt_id) as film:
        film.write(content)
        kept = await keep_film(database, store, seat, attempt_id, film, now=NOW)
    assert files_in(tmp_path) == []
    assert is_sealed(store.files.read(kept.place, 0, 8))
    found = await open_film(database, store, kept)
    assert b"".join(found.pieces(70_000, 200_000)) == content[70_000:200_000]
    assert erasing_in(store).of_attempt(seat.merchant_id, attempt_id)
    assert list(store.files.list("introductions")) == []


async def test_sound_goes_there_is_heard_and_erased(
    database: Database, house: House, store: RecordingStore, tmp_path: Path
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path, rests=False)
    assert [one.attempt_id async for one in rest_sound(database, store)] == [attempt_id]
    assert files_in(tmp_path) == []
    found = await open_recording(database, store, merchant_id=seat.merchant_id, attempt_id=attempt_id, number=2)
    assert abs(heard(found.read(0, found.size))[0] - 2.0) <= 0.1
    where = recordings_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    names = sorted(file.name.removeprefix(f"{where}/") for file in store.files.list(where))
    assert [name[: len("answer-2-")] for name in names] == ["answer-2-", "part-0000"]
    assert erasing_in(store).of_attempt(seat.merchant_id, attempt_id)
    assert list(store.files.list("recordings")) == []
