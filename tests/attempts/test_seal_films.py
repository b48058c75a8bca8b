"""Films that lie in clear are sealed, by whoever goes on where somebody was stopped."""

from pathlib import Path
from uuid import UUID

import pytest

from tests.attempts.test_films import opened, send, taking
from tests.attempts.test_introduction import WEBM, files_in
from tests.builders import House, store_in
from vivavoce.attempts import seal_films as module
from vivavoce.attempts.introduction import Introduction, find_introduction
from vivavoce.attempts.seal_films import count_in_clear, seal_films
from vivavoce.candidates.links import Seat
from vivavoce.candidates.own_key import own_key
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.db.database import Database

LONG = WEBM * 5000


async def lay_in_clear(database: Database, house: House, folder: Path) -> tuple[Seat, UUID]:
    """A film as an earlier version kept it."""
    seat, attempt_id = await taking(database, house)
    film = await send(database, folder, seat, attempt_id)
    (folder / film.place).write_bytes(LONG)
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute(
            "update introductions set is_sealed = false, size_bytes = $2 where id = $1", film.id, len(LONG)
        )
    return seat, attempt_id


async def film_of(database: Database, seat: Seat, attempt_id: UUID) -> Introduction:
    async with database.tenant(seat.merchant_id) as connection:
        found = await find_introduction(connection, attempt_id)
    assert found is not None
    return found


async def seal_all(database: Database, folder: Path) -> list[int]:
    return [done.size_bytes async for done in seal_films(database, store_in(folder))]


async def test_what_lay_in_clear_is_sealed_and_still_shown(
    database: Database, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seal_all(database, tmp_path)  # of other tests
    monkeypatch.setattr(module, "AT_A_TIME", 2)
    laid = [await lay_in_clear(database, house, tmp_path) for _ in range(3)]
    others = await count_in_clear(database) - 3
    assert sum(size == len(LONG) for size in await seal_all(database, tmp_path)) == 3
    assert await count_in_clear(database) == others
    for seat, attempt_id in laid:
        film = await film_of(database, seat, attempt_id)
        assert film.is_sealed
        assert await opened(database, tmp_path, film) == LONG
    assert all(is_sealed(file.read_bytes()) for file in files_in(tmp_path))
    assert len(files_in(tmp_path)) == 3


async def test_whoever_was_stopped_before_saying_so_goes_on(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await lay_in_clear(database, house, tmp_path)
    store = store_in(tmp_path)
    async with database.tenant(seat.merchant_id) as connection:
        key = await own_key(connection, store.wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id)
    assert module._seal_file(store, await film_of(database, seat, attempt_id), key)
    assert all(is_sealed(file.read_bytes()) for file in files_in(tmp_path))
    assert not (await film_of(database, seat, attempt_id)).is_sealed
    await seal_all(database, tmp_path)
    film = await film_of(database, seat, attempt_id)
    assert film.is_sealed
    assert await opened(database, tmp_path, film) == LONG


async def test_a_film_that_lies_elsewhere_is_left_as_it_is(database: Database, house: House, tmp_path: Path) -> None:
    seat, attempt_id = await lay_in_clear(database, house, tmp_path / "there")
    await seal_all(database, tmp_path / "here")
    assert not (await film_of(database, seat, attempt_id)).is_sealed
    await seal_all(database, tmp_path / "there")
    assert (await film_of(database, seat, attempt_id)).is_sealed
