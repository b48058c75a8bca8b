"""Parts of a camera's picture come in order, once, from whom they should, and become one film with the sound."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.attempts.test_introduction import files_in as files_under
from tests.builders import NOW, House, a_seat, store_in
from tests.recordings.filming import RATE, cut, film, seen
from tests.recordings.probing import assert_sound, probe
from tests.recordings.test_compose import spoken
from vivavoce.attempts.consent import Consent, Purpose
from vivavoce.attempts.consent_log import log_consents
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.introduction import NoFilm
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.takes import (
    MOST_BYTES,
    MOST_TAKES,
    NoPictureWanted,
    NotThePart,
    OtherPart,
    OutOfOrder,
    TakePart,
    keep_part,
    part_name,
    takes_folder,
)
from vivavoce.candidates.links import Seat
from vivavoce.candidates.own_key import find_own_key
from vivavoce.candidates.sealed_file import SealBroken, is_sealed
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import BeingErased, NotFound, TooLarge
from vivavoce.merchants.keeping_times import KeepingTimes, set_keeping_times
from vivavoce.providers.files.port import FilesAway
from vivavoce.recordings import picture
from vivavoce.recordings.compose import open_recording
from vivavoce.recordings.recording_place import OpenRecording
from vivavoce.sound.retention import files_in
from vivavoce.sound.retention_by_kind import erase_kinds

VIDEO: dict[str, Any] = {"answer_recording": "video_first_5_answers", "session_recording": "video_all"}


def part_of(content: bytes, *, index: int = 0, take_id: UUID, number: int = 1, begins_at: float = 0.0) -> TakePart:
    digest = sha256(content).digest()
    return TakePart(take_id=take_id, number=number, begins_at=begins_at, index=index, content=content, digest=digest)


async def agree(database: Database, seat: Seat, attempt_id: UUID, *, is_given: bool = True, at: int = 0) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        consent = Consent(purpose=Purpose.PICTURE_KEPT, is_given=is_given, language="en")
        await log_consents(
            connection,
            [consent],
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            now=NOW + timedelta(seconds=at),
        )


async def send(
    database: Database, store: RecordingStore, seat: Seat, attempt_id: UUID, content: bytes, **whose: Any
) -> None:
    """A whole take, in three parts."""
    take_id = new_id()
    for index, piece in enumerate(cut(content)):
        part = part_of(piece, index=index, take_id=take_id, **whose)
        assert await keep_part(database, store, seat, attempt_id, part, now=NOW) == index + 1


async def filmed(database: Database, house: House, folder: Path, **settings: Any) -> tuple[Seat, UUID]:
    """Two answers of three and two seconds: of each there is a picture, of the second one not from its beginning."""
    seat, attempt_id = await spoken(database, house, folder, **(settings or VIDEO))
    await agree(database, seat, attempt_id)
    store = store_in(folder)
    await send(database, store, seat, attempt_id, film(2.9, grey=60), number=1, begins_at=0.05)
    await send(database, store, seat, attempt_id, film(0.7, grey=200), number=2, begins_at=4.3)
    return seat, attempt_id


async def watch(database: Database, folder: Path, seat: Seat, attempt_id: UUID, number: int | None) -> OpenRecording:
    return await open_recording(
        database, store_in(folder), merchant_id=seat.merchant_id, attempt_id=attempt_id, number=number
    )


@pytest.mark.slow
async def test_answers_and_session_have_the_picture_where_it_was_recorded(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await filmed(database, house, tmp_path)
    folder = tmp_path / takes_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    assert all(is_sealed(file.read_bytes()) for file in folder.iterdir())
    for number, length, begins, grey in ((1, 3.0, 0.05, 60), (2, 2.0, 1.3, 200), (None, 5.0, 0.05, 60)):
        recording = await watch(database, tmp_path, seat, attempt_id, number)
        assert (recording.media_type, recording.has_picture) == ("video/webm", True)
        assert_sound(recording.read(0, recording.size), seconds=length, pictures=True)
        seconds, pictures, told = seen(recording.read(0, recording.size))
        assert abs(seconds - length) <= 0.1
        assert abs(pictures[0][0] - begins) <= 0.08
        assert abs(pictures[0][1] - grey) < 12
        assert told.startswith("No picture, in seconds: ") is (number != 1), told
    assert len(list(folder.glob("*.webm"))) == 3
    assert all(is_sealed(file.read_bytes()) for file in folder.glob("*.webm"))


@pytest.mark.slow
async def test_each_setting_is_for_itself(database: Database, house: House, tmp_path: Path) -> None:
    for settings, shown in (({"session_recording": "video_all"}, [False, True]), (VIDEO, [True, True])):
        seat, attempt_id = await filmed(database, house, tmp_path, **settings)
        recordings = [await watch(database, tmp_path, seat, attempt_id, number) for number in (1, None)]
        assert [recording.has_picture for recording in recordings] == shown


async def test_what_is_not_to_be_taken_is_refused_and_changes_nothing(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path, answer_recording="video_first_5_answers")
    store, take_id = store_in(tmp_path), new_id()
    pieces = cut(film(1.0))
    first = part_of(pieces[0], take_id=take_id)

    async def refused(part: TakePart, *, of: Seat = seat) -> type[Exception] | int:
        try:
            return await keep_part(database, store, of, attempt_id, part, now=NOW)
        except (NotFound, NoPictureWanted, NotThePart, OtherPart, OutOfOrder, NoFilm, TooLarge, FilesAway) as error:
            return type(error)

    assert await refused(first) is NoPictureWanted, "nobody has agreed"
    await agree(database, seat, attempt_id)
    stranger = await a_seat(database, house, seat.interview_id)
    second = part_of(pieces[1], index=1, take_id=take_id)
    tried = [
        (first, NotFound, {"of": stranger}),
        (replace(first, number=6), NoPictureWanted, {}),
        (replace(first, digest=bytes(32)), NotThePart, {}),
        (part_of(b"RIFF" * 50, take_id=take_id), NoFilm, {}),
        (second, OutOfOrder, {}),
        (first, 1, {}),
        (first, 1, {}),  # again
        (part_of(pieces[0] + b"!", take_id=take_id), OtherPart, {}),
        (part_of(pieces[2], index=2, take_id=take_id), OutOfOrder, {}),
        (second, 2, {}),
    ]
    assert [await refused(part, **how) for part, _, how in tried] == [expected for _, expected, _ in tried]
    with monkeypatch.context() as full:
        full.setattr("vivavoce.attempts.takes.MOST_BYTES", len(pieces[0]) + len(pieces[1]))
        assert await refused(part_of(pieces[2], index=2, take_id=take_id)) is TooLarge
        full.setattr("vivavoce.attempts.takes.MOST_BYTES", MOST_BYTES)
        full.setattr("vivavoce.attempts.takes.MOST_TAKES", 1)
        assert await refused(part_of(pieces[0], take_id=new_id())) is TooLarge
        full.setattr("vivavoce.attempts.takes.MOST_TAKES", MOST_TAKES)

        def away(name: str, content: bytes) -> None:
            raise FilesAway

        full.setattr(store.files, "put", away)
        assert await refused(part_of(pieces[2], index=2, take_id=take_id)) is FilesAway
    assert await refused(part_of(pieces[2], index=2, take_id=take_id)) == 3, "it is sent again"
    await agree(database, seat, attempt_id, is_given=False, at=1)
    assert await refused(part_of(pieces[0], take_id=new_id())) is NoPictureWanted
    assert await refused(part_of(pieces[2], index=2, take_id=take_id)) == 3, "what was recorded before still comes"


async def erase(database: Database, folder: Path, seat: Seat) -> None:
    await erase_person(
        database,
        files_in(store_in(folder)),
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=now(),
    )


async def erase_by_time(database: Database, folder: Path, seat: Seat) -> None:
    times = KeepingTimes(pictures=5)
    await set_keeping_times(database, times, merchant_id=seat.merchant_id, actor="test")
    assert await erase_kinds(database, store_in(folder), now=now() + timedelta(days=6)) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("ends", [erase, erase_by_time])
async def test_pictures_go_with_their_person_and_when_their_time_is_over(
    database: Database, house: House, tmp_path: Path, ends: Callable[[Database, Path, Seat], Awaitable[None]]
) -> None:
    seat, attempt_id = await filmed(database, house, tmp_path)
    await watch(database, tmp_path, seat, attempt_id, None)
    store = store_in(tmp_path)
    late, take_id = cut(film(1.0)), new_id()
    await keep_part(database, store, seat, attempt_id, part_of(late[0], take_id=take_id), now=NOW)
    await ends(database, tmp_path, seat)
    folder = tmp_path / takes_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    assert not list(folder.glob("*"))
    with pytest.raises((NotFound, BeingErased, OutOfOrder)):
        await keep_part(database, store, seat, attempt_id, part_of(late[1], index=1, take_id=take_id), now=NOW)
    assert not list(folder.glob("*")), "nothing comes back"
    if ends is erase_by_time:
        assert not (await watch(database, tmp_path, seat, attempt_id, None)).has_picture, "the sound is still there"


async def test_a_part_that_comes_while_its_person_is_erased_does_not_stay(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path, **VIDEO)
    await agree(database, seat, attempt_id)
    store = store_in(tmp_path)

    async def erased_first(*_: Any, **__: Any) -> int:
        await erase(database, tmp_path, seat)
        raise BeingErased

    monkeypatch.setattr("vivavoce.attempts.takes._count", erased_first)
    with pytest.raises(BeingErased):
        await keep_part(database, store, seat, attempt_id, part_of(cut(film(1.0))[0], take_id=new_id()), now=NOW)
    assert not [file for file in files_under(tmp_path) if file.suffix == ".part"]


@pytest.mark.slow
async def test_a_film_that_can_t_be_made_leaves_the_sound(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, attempt_id = await filmed(database, house, tmp_path)
    with monkeypatch.context() as dying:
        dying.setattr(picture, "REMUXER", ("sh", "-c", "head -c 100 >/dev/null; echo half; kill -FPE $$"))
        assert not (await watch(database, tmp_path, seat, attempt_id, None)).has_picture
    assert len([file for file in files_under(tmp_path) if file.suffix == ".webm"]) == 1, "the sound"
    assert (await watch(database, tmp_path, seat, attempt_id, None)).has_picture


def stored(store: RecordingStore, seat: Seat, attempt_id: UUID, take_id: UUID, key: bytes) -> bytes:
    """A take as it lies in the store, put together."""
    folder = takes_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    parts = [store.open(part_name(folder, take_id, index), key) for index in range(6)]
    return b"".join(part.read(0, part.size) for part in parts)


async def key_of(database: Database, store: RecordingStore, seat: Seat) -> bytes:
    async with database.tenant(seat.merchant_id) as connection:
        return await find_own_key(
            connection, store.wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id
        )


@pytest.mark.slow
@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (2, 0, 1, 5, 3, 4), (0, 0, 1, 1, 0, 2, 5, 3, 3, 4, 5)])
async def test_parts_in_whatever_order_and_twice_become_the_very_film(
    database: Database, house: House, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Whoever is told that others come first sends those, and then this one again."""
    seat, attempt_id = await spoken(database, house, tmp_path, **VIDEO)
    await agree(database, seat, attempt_id)
    store, take_id, whole = store_in(tmp_path), new_id(), film(2.9, grey=60)
    pieces = cut(whole, parts=6)
    waiting = list(order)
    for _ in range(len(order) * len(pieces)):
        if not waiting:
            break
        index = waiting.pop(0)
        part = part_of(pieces[index], index=index, take_id=take_id)
        # Twice at the same moment, as by two lines of which one was slow.
        came = await asyncio.gather(
            *(keep_part(database, store, seat, attempt_id, part, now=NOW) for _ in range(2)), return_exceptions=True
        )
        if any(isinstance(one, OutOfOrder) for one in came):
            waiting.append(index)
        else:
            assert all(one in range(index + 1, len(pieces) + 1) for one in came), came
    assert waiting == []
    assert stored(store, seat, attempt_id, take_id, await key_of(database, store, seat)) == whole
    recording = await watch(database, tmp_path, seat, attempt_id, 1)
    assert_sound(recording.read(0, recording.size), seconds=3.0, pictures=True)
    _, pictures, _ = seen(recording.read(0, recording.size))
    assert len(pictures) == round(2.9 * RATE)


@pytest.mark.slow
async def test_parts_with_swapped_numbers_are_refused_once_the_true_ones_come_and_spoil_no_sound(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await spoken(database, house, tmp_path, **VIDEO)
    await agree(database, seat, attempt_id)
    store, take_id = store_in(tmp_path), new_id()
    pieces = cut(film(2.9, grey=60), parts=6)

    async def keep(piece: int, *, index: int) -> int:
        part = part_of(pieces[piece], index=index, take_id=take_id)
        return await keep_part(database, store, seat, attempt_id, part, now=NOW)

    assert [await keep(piece, index=index) for index, piece in enumerate((0, 1, 3, 2))] == [1, 2, 3, 4]
    for true in (2, 3):
        with pytest.raises(OtherPart):
            await keep(true, index=true)
    assert [await keep(piece, index=piece) for piece in (4, 5)] == [5, 6]
    recording = await watch(database, tmp_path, seat, attempt_id, 1)
    probed = probe(recording.read(0, recording.size))
    if probed is not None:  # what can be read of the picture is shown, and all that was said is heard
        assert abs(probed.seconds - 3.0) <= 0.1
        assert probed.frames["audio"] >= 3.0 / 0.06 - 1


@pytest.mark.slow
async def test_parts_that_change_places_in_the_store_are_found_and_said(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await filmed(database, house, tmp_path)
    folder = tmp_path / takes_folder(merchant_id=seat.merchant_id, attempt_id=attempt_id)
    for take in {file.name[:36] for file in folder.glob("*.part")}:
        one, other = folder / f"{take}-00001.part", folder / f"{take}-00002.part"
        swapped = one.read_bytes(), other.read_bytes()
        other.write_bytes(swapped[0])
        one.write_bytes(swapped[1])
    with pytest.raises(SealBroken, match="not in its place"):
        await watch(database, tmp_path, seat, attempt_id, 1)
