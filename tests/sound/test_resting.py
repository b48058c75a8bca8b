"""Sound that rests lies sealed and whole in the store; what may still grow, or is held, stays where it is."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from tests.attempts.test_introduction import files_in, finished
from tests.builders import KEYS, NOW, House, store_in
from vivavoce.attempts import recording_store
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.links import Seat
from vivavoce.candidates.own_key import find_own_key, own_key
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.cli.worker import Errands, make_tidy
from vivavoce.conversation.happenings import HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.keys import WrappingKeys
from vivavoce.providers.files.folder import FolderFiles
from vivavoce.providers.files.port import FilesAway
from vivavoce.providers.raters import embedded_rater
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.retention import files_in as erasing_in
from vivavoce.sound.sound_file import SoundFile, sound_folder

FRAMES = [bytes([number % 251]) * 640 for number in range(5000)]


@dataclass(frozen=True)
class Spoken:
    """An attempt with sound on the disk."""

    seat: Seat
    attempt_id: UUID
    database: Database
    folder: Path

    @property
    def place(self) -> Path:
        return sound_folder(self.folder, merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)

    def speak(self) -> SoundFile:
        file = SoundFile(self.place)
        file.append(FRAMES, [{"turn": 1}, {"heard": "so"}])
        return file

    async def hand_in(self) -> None:
        await happen(self.database, self.seat, self.attempt_id, HandedIn(key=new_id()), now=NOW)

    async def rest(self) -> list[int]:
        return [
            one.size_bytes
            async for one in rest_sound(self.database, store_in(self.folder))
            if one.attempt_id == self.attempt_id
        ]

    async def read(self, name: str) -> bytes:
        async with self.database.tenant(self.seat.merchant_id) as connection:
            key = await find_own_key(
                connection, KEYS.wrapping, merchant_id=self.seat.merchant_id, candidate_id=self.seat.candidate_id
            )
        where = recordings_folder(merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)
        file = store_in(self.folder).open(f"{where}/{name}", key)
        return file.read(0, file.size)


@pytest.fixture
async def spoken(database: Database, house: House, tmp_path: Path) -> Spoken:
    seat, attempt_id = await finished(database, house)
    return Spoken(seat, attempt_id, database, tmp_path)


async def test_sound_of_what_was_handed_in_is_sealed_whole(spoken: Spoken) -> None:
    spoken.speak().close()
    assert await spoken.rest() == [], "it may still grow"
    assert await spoken.rest() == []
    assert len(files_in(spoken.place)) == 3
    await spoken.hand_in()
    assert await spoken.rest() == [640 * 5000 + len(b'{"turn":1}\n{"heard":"so"}\n')]
    assert not (spoken.folder / "sound" / str(spoken.seat.merchant_id)).exists()
    assert await spoken.read("microphone-640.pcm") == b"".join(FRAMES)
    assert await spoken.read("turns.jsonl") == b'{"turn":1}\n{"heard":"so"}\n'
    assert len(files_in(spoken.folder)) == 2
    assert all(is_sealed(file.read_bytes()) for file in files_in(spoken.folder))
    assert await spoken.rest() == []


async def test_sound_that_somebody_holds_stays(spoken: Spoken) -> None:
    file = spoken.speak()
    await spoken.hand_in()
    assert await spoken.rest() == []
    file.close()
    assert len(await spoken.rest()) == 1


async def test_whoever_was_stopped_goes_on_and_nothing_is_lost(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store fails at the second file, after the first one has left the disk."""
    spoken.speak().close()
    await spoken.hand_in()
    real, taken = FolderFiles.take, list[str]()

    def take(self: FolderFiles, path: Path, name: str) -> None:
        if taken:
            raise FilesAway
        taken.append(name)
        real(self, path, name)

    with monkeypatch.context() as away:
        away.setattr(FolderFiles, "take", take)
        with pytest.raises(FilesAway):
            await spoken.rest()
    assert (spoken.place / "microphone-640.pcm").read_bytes() == b"".join(FRAMES)
    assert not (spoken.folder / recording_store.INCOMING).exists() or files_in(spoken.folder / "incoming") == []
    assert len(await spoken.rest()) == 1
    assert await spoken.read("microphone-640.pcm") == b"".join(FRAMES)
    assert await spoken.read("turns.jsonl") == b'{"turn":1}\n{"heard":"so"}\n'


async def test_sound_whose_key_is_not_here_stays_and_holds_nothing_else_up(
    spoken: Spoken, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with spoken.database.tenant(spoken.seat.merchant_id) as connection:
        await own_key(
            connection,
            WrappingKeys([b"x" * 32]),
            merchant_id=spoken.seat.merchant_id,
            candidate_id=spoken.seat.candidate_id,
        )
    following = Spoken(*await finished(spoken.database, house), spoken.database, spoken.folder)
    for attempt in (spoken, following):
        attempt.speak().close()
        await attempt.hand_in()
    assert spoken.attempt_id < following.attempt_id, "the one that fails comes first"
    assert len(await following.rest()) == 1
    assert await spoken.rest() == []
    assert (spoken.place / "microphone-640.pcm").read_bytes() == b"".join(FRAMES)
    assert str(spoken.attempt_id) in caplog.text
    assert "VIVAVOCE_WRAPPING_KEY" in caplog.text


async def test_sound_of_another_database_stays(database: Database, house: House, tmp_path: Path) -> None:
    place = sound_folder(tmp_path, merchant_id=house.merchant.id, attempt_id=new_id())
    SoundFile(place).close()
    (tmp_path / "sound" / "notes").mkdir()
    assert [one async for one in rest_sound(database, store_in(tmp_path))] == []
    assert place.exists()


async def test_sound_that_rests_goes_with_its_attempt(spoken: Spoken) -> None:
    spoken.speak().close()
    await spoken.hand_in()
    await spoken.rest()
    assert erasing_in(store_in(spoken.folder)).of_attempt(spoken.seat.merchant_id, spoken.attempt_id)
    assert files_in(spoken.folder) == []


async def test_a_worker_lets_sound_rest_every_ten_minutes(spoken: Spoken) -> None:
    spoken.speak().close()
    await spoken.hand_in()
    errands = Errands(keys=KEYS, mailer=None, find_rater=embedded_rater, recordings=store_in(spoken.folder))
    await make_tidy(spoken.database, errands)()
    assert await spoken.read("microphone-640.pcm") == b"".join(FRAMES)
