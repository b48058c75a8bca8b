"""Sound that rests lies sealed and whole in the store; what may still grow, or is held, stays where it is."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest

from tests.attempts.test_introduction import files_in, finished
from tests.builders import KEYS, NOW, House, store_in
from vivavoce.attempts import recording_store
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.recording_store import RecordingStore
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
from vivavoce.recordings.stored_sound import Gap, StoredSound, list_parts
from vivavoce.sound import storing
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.retention import files_in as erasing_in
from vivavoce.sound.sound_file import SoundFile, SoundStart, sound_folder
from vivavoce.sound.storing import open_key

FRAMES = [bytes([number % 251]) * 640 for number in range(5000)]
ENTRIES: list[dict[str, Any]] = [{"turn": 1}, {"heard": "so"}]


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
        file.append(FRAMES, ENTRIES)
        return file

    async def hand_in(self) -> None:
        await happen(self.database, self.seat, self.attempt_id, HandedIn(key=new_id()), now=NOW)

    async def rest(self) -> list[int]:
        return [
            one.size_bytes
            async for one in rest_sound(self.database, store_in(self.folder))
            if one.attempt_id == self.attempt_id
        ]

    async def read(self) -> StoredSound:
        async with self.database.tenant(self.seat.merchant_id) as connection:
            key = await find_own_key(
                connection, KEYS.wrapping, merchant_id=self.seat.merchant_id, candidate_id=self.seat.candidate_id
            )
        place = recordings_folder(merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)
        store = store_in(self.folder)
        return StoredSound(store, place, list_parts(store, place), key)

    async def assert_whole(self) -> None:
        sound = await self.read()
        assert sound.read(0, sound.size) == b"".join(FRAMES)
        assert sound.entries == ENTRIES
        assert sound.gaps == []

    @property
    def parts(self) -> list[str]:
        place = recordings_folder(merchant_id=self.seat.merchant_id, attempt_id=self.attempt_id)
        return sorted(file.name for file in files_in(self.folder / place))


@pytest.fixture
async def spoken(database: Database, house: House, tmp_path: Path) -> Spoken:
    seat, attempt_id = await finished(database, house)
    return Spoken(seat, attempt_id, database, tmp_path)


async def test_sound_of_what_was_handed_in_is_sealed_whole(spoken: Spoken) -> None:
    spoken.speak().close()
    assert await spoken.rest() == [], "it may still grow"
    assert spoken.parts == ["part-0000000000-640.sound"], "what nobody holds is in the store all the same"
    assert await spoken.rest() == []
    assert len(files_in(spoken.place)) == 4
    await spoken.hand_in()
    assert await spoken.rest() == [640 * 5000 + len(b'{"turn":1}\n{"heard":"so"}\n')]
    assert not (spoken.folder / "sound" / str(spoken.seat.merchant_id)).exists()
    await spoken.assert_whole()
    assert len(files_in(spoken.folder)) == 1
    assert all(is_sealed(file.read_bytes()) for file in files_in(spoken.folder))
    assert await spoken.rest() == []


async def test_sound_that_somebody_holds_stays(spoken: Spoken) -> None:
    file = spoken.speak()
    await spoken.hand_in()
    assert await spoken.rest() == []
    file.close()
    assert len(await spoken.rest()) == 1


@pytest.mark.parametrize("at", ["before the part is there", "before it is noted"])
async def test_whoever_was_stopped_goes_on_and_nothing_is_lost(
    spoken: Spoken, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    file = spoken.speak()
    file.close()
    await spoken.hand_in()

    def stop(*_: object, **__: object) -> None:
        raise FilesAway

    places: dict[str, tuple[object, str]] = {
        "before the part is there": (FolderFiles, "take"),
        "before it is noted": (storing, "_write_mark"),
    }
    with monkeypatch.context() as stopped:
        stopped.setattr(*places[at], stop)
        with pytest.raises(FilesAway):
            await spoken.rest()
    assert (spoken.place / "microphone-640.pcm").read_bytes() == b"".join(FRAMES)
    assert len(await spoken.rest()) == 1
    assert spoken.parts == ["part-0000000000-640.sound"]
    await spoken.assert_whole()
    assert files_in(spoken.folder / recording_store.INCOMING) == []


async def test_a_part_that_was_sent_and_not_noted_is_sent_again_longer(
    spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server died in between, and the candidate went on: the same moment is not heard twice."""
    file = SoundFile(spoken.place)
    file.append(FRAMES[:2000], ENTRIES[:1])
    file.close()
    with monkeypatch.context() as stopped:
        stopped.setattr(storing, "_write_mark", lambda *_: None)
        assert await spoken.rest() == []
    file = SoundFile(spoken.place)
    file.append(FRAMES[2000:], ENTRIES[1:])
    file.close()
    await spoken.hand_in()
    assert len(await spoken.rest()) == 1
    await spoken.assert_whole()


async def test_sound_from_before_parts_is_read_as_it_lies(spoken: Spoken) -> None:
    """As an earlier version stored it: the whole of it in one file, and the entries in another."""
    spoken.speak().close()
    store = store_in(spoken.folder)
    key = await open_key(spoken.database, store, merchant_id=spoken.seat.merchant_id, attempt_id=spoken.attempt_id)
    place = recordings_folder(merchant_id=spoken.seat.merchant_id, attempt_id=spoken.attempt_id)
    for name in ("turns.jsonl", "microphone-640.pcm"):
        store.seal(spoken.place / name, f"{place}/{name}", key, incoming=spoken.folder / "incoming")
    await spoken.assert_whole()


async def test_what_nobody_has_is_silence_and_told(spoken: Spoken) -> None:
    """One server died with frames 1,000 to 1,999, which it had acknowledged; another went on from 2,000."""
    first = SoundFile(spoken.place)
    first.append(FRAMES[:1000], ENTRIES[:1])
    first.close()
    second = SoundFile(spoken.place, SoundStart(frame=2000, frame_bytes=640))
    assert second.ledger.next == 2000
    second.append(FRAMES[2000:], ENTRIES[1:])
    assert second.read(2000 * 640, second.length) == b"".join(FRAMES[2000:])
    second.close()
    await spoken.hand_in()
    await spoken.rest()
    sound = await spoken.read()
    assert sound.gaps == [Gap(begin=20.0, end=40.0)]
    assert sound.read(0, sound.size) == b"".join(FRAMES[:1000]) + bytes(1000 * 640) + b"".join(FRAMES[2000:])
    assert sound.entries == ENTRIES


async def test_what_comes_after_its_person_was_erased_does_not_stay(spoken: Spoken) -> None:
    """Erased on another machine: what lies here in clear goes, and what was on its way from here."""
    spoken.speak().close()
    await spoken.hand_in()
    with TemporaryDirectory() as elsewhere:
        erasing = erasing_in(
            RecordingStore(files=FolderFiles(spoken.folder), data_dir=Path(elsewhere), wrapping=KEYS.wrapping)
        )
        await erase_person(
            spoken.database,
            erasing,
            merchant_id=spoken.seat.merchant_id,
            candidate_id=spoken.seat.candidate_id,
            environment=None,
            actor="test",
            now=NOW,
        )
    assert spoken.place.exists()
    late = spoken.folder / recordings_folder(merchant_id=spoken.seat.merchant_id, attempt_id=spoken.attempt_id)
    late.mkdir(parents=True)
    (late / "part-0000000000-640.sound").write_bytes(b"late")
    assert await spoken.rest() == []
    assert files_in(spoken.folder) == []


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
    # Whoever wraps all keys anew must be able to open each that is left.
    await erase_person(
        spoken.database,
        erasing_in(store_in(spoken.folder)),
        merchant_id=spoken.seat.merchant_id,
        candidate_id=spoken.seat.candidate_id,
        environment=None,
        actor="test",
        now=NOW,
    )


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
    await spoken.assert_whole()
