"""What can be listened to is as long as what was said, and goes with its person."""

import array
import io
import math
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import pytest

from tests.attempts.test_introduction import files_in, finished
from tests.builders import NOW, House, store_in
from tests.recordings.probing import assert_sound
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.links import Seat
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.clock import now
from vivavoce.conversation.happenings import HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound
from vivavoce.merchants.keeping_times import KeepingTimes, set_keeping_times
from vivavoce.recordings import compose
from vivavoce.recordings.compose import NotComposed, open_recording
from vivavoce.recordings.recording_place import NotRested
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.retention import files_in as erasing_in
from vivavoce.sound.retention_by_kind import erase_kinds
from vivavoce.sound.sound_file import SoundFile, SoundStart, sound_folder

pytestmark = pytest.mark.slow

RATE_HZ = 16_000


def tone(hertz: float, seconds: float) -> bytes:
    samples = (round(8000 * math.sin(2 * math.pi * hertz * n / RATE_HZ)) for n in range(round(RATE_HZ * seconds)))
    return array.array("h", samples).tobytes()


# Two answers: three seconds of a low tone, and two of a high one.
PCM = tone(220, 3.0) + tone(880, 2.0)
FRAMES = [PCM[start : start + 640] for start in range(0, len(PCM), 640)]
ENTRIES = [{"turn": 1, "from": 0, "start": 0.0}, {"turn": 2, "from": 150, "start": 3.0}]


async def spoken(
    database: Database, house: House, folder: Path, *, rests: bool = True, **settings: Any
) -> tuple[Seat, UUID]:
    """An attempt that was handed in, with two answers said aloud."""
    seat, attempt_id = await finished(database, house, **settings)
    file = SoundFile(sound_folder(folder, merchant_id=seat.merchant_id, attempt_id=attempt_id))
    file.append(FRAMES, ENTRIES)
    file.close()
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    if rests:
        # In a shared folder, others' that are due move with it.
        assert attempt_id in [one.attempt_id async for one in rest_sound(database, store_in(folder))]
    return seat, attempt_id


async def listen(database: Database, folder: Path, seat: Seat, attempt_id: UUID, number: int | None) -> bytes:
    found = await open_recording(
        database, store_in(folder), merchant_id=seat.merchant_id, attempt_id=attempt_id, number=number
    )
    return found.read(0, found.size)


def heard(webm: bytes) -> tuple[float, float]:
    """The length that the file tells, and the tone that is in the middle of it, in Hz."""
    with av.open(io.BytesIO(webm), "r") as container:
        assert container.duration is not None
        seconds = container.duration / 1e6
        assert container.streams.audio[0].codec.name == "opus"
        samples = [sample for frame in container.decode(audio=0) for sample in frame.to_ndarray().reshape(-1).tolist()]
    assert abs(len(samples) / 48_000 - seconds) < 0.1
    middle = samples[len(samples) // 2 : len(samples) // 2 + 48_000 // 4]
    crossings = sum(one < 0 <= other for one, other in pairwise(middle))
    return seconds, crossings * 4.0


@pytest.mark.parametrize(("number", "seconds", "hertz"), [(1, 3.0, 220), (2, 2.0, 880), (None, 5.0, 220)])
async def test_each_answer_and_the_whole_are_as_they_were_said(
    database: Database, house: House, tmp_path: Path, number: int | None, seconds: float, hertz: float
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    webm = await listen(database, tmp_path, seat, attempt_id, number)
    assert_sound(webm, seconds=seconds, pictures=False)
    told, found = heard(webm)
    assert abs(told - seconds) <= 0.1
    assert abs(found - hertz) < 10
    assert await listen(database, tmp_path, seat, attempt_id, number) == webm, "it is composed once"
    assert len(files_in(tmp_path)) == 2
    assert all(is_sealed(file.read_bytes()) for file in files_in(tmp_path))


async def test_what_is_not_there_is_told(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    with pytest.raises(NotFound, match="Nothing was said aloud"):
        await listen(database, tmp_path, seat, attempt_id, 3)
    with pytest.raises(NotFound):
        await listen(database, tmp_path, seat, new_id(), None)
    with pytest.raises(NotRested, match="some ten minutes after"):
        await listen(database, tmp_path / "elsewhere", seat, attempt_id, None)


async def test_what_came_later_is_composed_in_and_what_is_missing_is_told(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    before = await listen(database, tmp_path, seat, attempt_id, None)
    folder = sound_folder(tmp_path, merchant_id=seat.merchant_id, attempt_id=attempt_id)
    late = SoundFile(folder, SoundStart(frame=300, frame_bytes=640))  # a second after what was there ends
    late.append(FRAMES[:50], [])
    late.close()
    assert [rested.attempt_id async for rested in rest_sound(database, store_in(tmp_path))] == [attempt_id]
    after = await listen(database, tmp_path, seat, attempt_id, None)
    assert abs(heard(after)[0] - heard(before)[0] - 2.0) < 0.1
    with av.open(io.BytesIO(after), "r") as container:
        told = {name.lower(): text for name, text in container.metadata.items()}
    assert told["comment"] == "Missing, in seconds: 5.00-6.00"
    assert len(list((tmp_path / "recordings").rglob("session-*.webm"))) == 1


async def test_what_was_not_sent_is_its_person_s_alone(database: Database, house: House, tmp_path: Path) -> None:
    """Its parts are in the store at the end of each turn."""
    seat, attempt_id = await finished(database, house)
    file = SoundFile(sound_folder(tmp_path, merchant_id=seat.merchant_id, attempt_id=attempt_id))
    file.append(FRAMES, ENTRIES)
    file.close()
    async for _ in rest_sound(database, store_in(tmp_path)):
        pass
    with pytest.raises(NotRested):
        await listen(database, tmp_path, seat, attempt_id, None)
    own = await open_recording(
        database,
        store_in(tmp_path),
        merchant_id=seat.merchant_id,
        attempt_id=attempt_id,
        number=None,
        is_for_themselves=True,
    )
    assert abs(heard(own.read(0, own.size))[0] - 5.0) <= 0.1


async def test_an_encoder_that_dies_is_told_and_leaves_nothing(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    with monkeypatch.context() as dying:
        dying.setattr(compose, "ENCODER", ("sh", "-c", "cat >/dev/null; echo half; kill -FPE $$"))
        with pytest.raises(NotComposed):
            await listen(database, tmp_path, seat, attempt_id, 1)
    assert len(files_in(tmp_path)) == 1
    assert heard(await listen(database, tmp_path, seat, attempt_id, 1))[1] > 200


async def test_erasing_the_person_takes_the_recordings_too(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    await listen(database, tmp_path, seat, attempt_id, None)
    await erase_person(
        database,
        erasing_in(store_in(tmp_path)),
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=now(),
    )
    assert files_in(tmp_path) == []
    with pytest.raises(NotFound):
        await listen(database, tmp_path, seat, attempt_id, None)


async def test_what_is_composed_while_its_person_is_erased_does_not_come_back(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    real = compose._encode

    async def erased_meanwhile(pcm: bytes, **told: Any) -> bytes:
        await erase_person(
            database,
            erasing_in(store_in(tmp_path)),
            merchant_id=seat.merchant_id,
            candidate_id=seat.candidate_id,
            environment=None,
            actor="test",
            now=now(),
        )
        return await real(pcm, **told)

    with monkeypatch.context() as racing:
        racing.setattr(compose, "_encode", erased_meanwhile)
        with pytest.raises(NotFound):
            await listen(database, tmp_path, seat, attempt_id, None)
    where = recordings_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    assert not (tmp_path / where).exists()


async def test_what_is_composed_while_its_time_is_over_does_not_come_back(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path)
    await set_keeping_times(database, KeepingTimes(sound=5), merchant_id=house.merchant.id, actor="test")
    real = compose._encode

    async def over_meanwhile(pcm: bytes, **told: Any) -> bytes:
        assert await erase_kinds(database, store_in(tmp_path), now=now() + timedelta(days=6)) >= 1
        return await real(pcm, **told)

    with monkeypatch.context() as racing:
        racing.setattr(compose, "_encode", over_meanwhile)
        with pytest.raises(NotFound):
            await listen(database, tmp_path, seat, attempt_id, None)
    assert files_in(tmp_path) == []
