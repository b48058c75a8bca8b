"""A film that introduces somebody: known by its bytes, kept with its attempt, given out for an hour."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.builders import KEYS, NOW, House, a_draft, a_seat, an_attempt, an_interview, store_in
from tests.folding import folded
from vivavoce.attempts.begin import find_standing
from vivavoce.attempts.film_file import FilmFile
from vivavoce.attempts.introduction import (
    Introduction,
    NoFilm,
    erase_introductions,
    find_format,
    find_introduction,
    read_address,
    save_introduction,
    sign_address,
    take_introduction,
)
from vivavoce.attempts.viewers import RecordingViewer
from vivavoce.candidates.links import NotInvited, Seat, read_link
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NotFound

WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(40)


def files_in(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def write_whole(film: FilmFile, content: bytes) -> Introduction:
    film.write(content)
    kept = film.complete(now=NOW)
    film.leave()
    return kept


def film(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(40)


@folded(
    ("head", "expected"),
    [
        (film(b"isom"), "mp4"),
        (film(b"iso5"), "mp4"),
        (film(b"mp42"), "mp4"),
        (film(b"M4V "), "mp4"),
        (film(b"qt  "), "mov"),
        (film(b"3gp5"), "3gp"),
        (WEBM, "webm"),
        (WEBM.replace(b"\x84webm", b"\x88matroska"), "mkv"),
    ],
)
def test_a_film_is_known_by_its_first_bytes(head: bytes, expected: str) -> None:
    assert find_format(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"\x7fELF" + bytes(60),
        b"MZ" + bytes(60),
        b"%PDF-1.7",
        b"PK\x03\x04" + bytes(60),
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        film(b"heic"),
        film(b"avif"),
        film(b"M4A "),
        b"RIFF\x00\x00\x00\x00WAVE",
        b"#!/bin/sh\nftyp",
        b"\x1a\x45\xdf\xa3" + bytes(60),
    ],
)
def test_what_is_no_film_is_not_kept(tmp_path: Path, head: bytes) -> None:
    film = FilmFile(store_in(tmp_path), bytes(32), merchant_id=new_id(), attempt_id=new_id())
    with pytest.raises(NoFilm):
        write_whole(film, head)
    film.leave()
    assert list(tmp_path.rglob("*")) == []


async def finished(database: Database, house: House, **settings: Any) -> tuple[Seat, UUID]:
    draft = a_draft(house, settings=settings)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    for number in (1, 2, 3):
        await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, text="So."), now=NOW)
    return seat, attempt_id


async def send(database: Database, folder: Path, seat: Seat, attempt_id: UUID) -> Introduction | None:
    """The film that it takes the place of."""
    kept = write_whole(FilmFile(store_in(folder), bytes(32), merchant_id=seat.merchant_id, attempt_id=attempt_id), WEBM)
    async with database.tenant(seat.merchant_id) as connection:
        return await save_introduction(connection, kept)


async def found(database: Database, seat: Seat, attempt_id: UUID) -> Introduction | None:
    async with database.tenant(seat.merchant_id) as connection:
        return await find_introduction(connection, attempt_id)


async def test_the_last_film_is_the_attempt_s(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await finished(database, house)
    assert await send(database, tmp_path, seat, attempt_id) is None
    first = await found(database, seat, attempt_id)
    assert first is not None
    file = store_in(tmp_path).open(first.place, bytes(32))
    assert file.read(0, file.size) == WEBM
    assert await send(database, tmp_path, seat, attempt_id) == first
    assert await found(database, seat, attempt_id) != first


async def test_a_film_is_erased_with_its_attempt(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await finished(database, house)
    await send(database, tmp_path, seat, attempt_id)
    whose = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    assert erase_introductions(store_in(tmp_path), **whose)
    assert files_in(tmp_path) == []
    assert erase_introductions(store_in(tmp_path), **whose), "gone is gone"


async def test_nothing_is_handed_in_without_a_film_that_is_required(
    database: Database, house: House, tmp_path: Path
) -> None:
    seat, attempt_id = await finished(database, house, intro_video="required")
    with pytest.raises(Conflict, match="send a film that introduces you"):
        await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    await send(database, tmp_path, seat, attempt_id)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    with pytest.raises(Conflict):
        await send(database, tmp_path, seat, attempt_id)


@pytest.mark.parametrize("wanted", ["optional", "hidden"])
async def test_any_other_film_can_be_left_out(database: Database, house: House, wanted: str) -> None:
    seat, attempt_id = await finished(database, house, intro_video=wanted)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    latest = (await find_standing(database, seat)).latest
    assert latest is not None
    assert latest.state == "submitted"


async def test_what_is_handed_in_at_once_waits_for_no_film(database: Database, house: House) -> None:
    seat, _ = await finished(database, house, intro_video="required", result_view="none")
    latest = (await find_standing(database, seat)).latest
    assert latest is not None
    assert latest.state == "submitted"


async def test_a_film_can_be_taken_back(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await finished(database, house)
    await send(database, tmp_path, seat, attempt_id)
    async with database.tenant(seat.merchant_id) as connection:
        assert await take_introduction(connection, attempt_id) is not None
        assert await find_introduction(connection, attempt_id) is None


def test_a_signed_address_opens_one_film_for_minutes_and_nothing_else() -> None:
    whose = {"merchant_id": new_id(), "attempt_id": new_id()}
    one = Introduction(id=new_id(), **whose, format="webm", size_bytes=1, kept_at=NOW, is_sealed=True)
    viewer = RecordingViewer(merchant_id=one.merchant_id, user_id="ann", token_id="t")
    token = sign_address(KEYS, one, viewer=viewer, now=now())
    opened = read_address(KEYS, token)
    assert (opened.merchant_id, opened.attempt_id, opened.introduction_id) == (one.merchant_id, one.attempt_id, one.id)
    assert opened.viewer == viewer
    with pytest.raises(NotInvited):
        read_link(KEYS, token)
    for bad in (sign_address(KEYS, one, viewer=viewer, now=now() - timedelta(minutes=6)), token[:-3], "", "x.y.z"):
        with pytest.raises(NotFound):
            read_address(KEYS, bad)
