"""A merchant's own times: words, sound and films go when its days are over, and nobody else's."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.builders import House, a_house, store_in
from tests.sound.test_retention import KEPT_DAYS, THEN, Old, an_old_one, files_of
from vivavoce.attempts.requests import contest
from vivavoce.candidates.links import Identity
from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.merchants.keeping_times import KeepingTimes, find_keep_days, read_keeping_times, set_keeping_times
from vivavoce.recordings.compose import SoundGone, open_recording
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.retention_by_kind import erase_kinds

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("nothing_is_due")


async def keep(database: Database, house: House, **days: int) -> None:
    await set_keeping_times(database, KeepingTimes(**days), merchant_id=house.merchant.id, actor="test")


async def contested(old: Old, database: Database) -> UUID:
    identity = Identity(merchant_id=old.house.merchant.id, candidate_id=old.seat.candidate_id, environment="production")
    await contest(database, identity, attempt_id=old.attempt_id, text="Please look again.")
    async with database.tenant(old.house.merchant.id) as connection:
        task_id: UUID = await connection.fetchval("select id from tasks where kind = 'contested'")
    return task_id


async def close(old: Old, database: Database, task_id: UUID) -> None:
    async with database.tenant(old.house.merchant.id) as connection:
        await connection.execute(
            "update tasks set state = 'done', done_at = now(), done_by = 'test' where id = $1", task_id
        )


@pytest.mark.slow
@pytest.mark.parametrize(("words", "shorter"), [(10, True), (60, False)])
async def test_a_merchant_s_own_time_counts_in_place_of_the_server_s(
    database: Database, house: House, tmp_path: Path, words: int, shorter: bool
) -> None:
    own = await an_old_one(database, house, tmp_path / "own")
    other = await an_old_one(database, await a_house(database), tmp_path / "other")
    await keep(database, house, words=words)
    async with database.tenant(house.merchant.id) as connection:
        assert await find_keep_days(connection, house.merchant.id, server_days=KEPT_DAYS) == words
    earlier, later = sorted((words, KEPT_DAYS))
    assert await own.erase(now=THEN + earlier * DAY - DAY) == 0
    assert await own.erase(now=THEN + earlier * DAY + DAY) == 1
    first, second = (own, other) if shorter else (other, own)
    assert (await first.rows("answers"), bool(await second.rows("answers"))) == ([], True)
    assert (await first.person())["email"] is None
    assert await own.erase(now=THEN + later * DAY + DAY) == 1
    assert await second.rows("answers") == []


async def test_a_merchant_s_own_time_holds_where_the_server_keeps_everything(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    await keep(database, house, words=10)
    assert await old.erase(now=THEN + 11 * DAY, keep_days=0) == 1
    assert (await old.person())["email"] is None


async def test_sound_and_films_go_before_the_words(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    store = store_in(tmp_path)
    await keep(database, house, sound=5, films=8)
    assert await erase_kinds(database, store, now=THEN + 4 * DAY) == 0
    assert len(files_of(tmp_path)) == 2
    assert await erase_kinds(database, store, now=THEN + 6 * DAY) == 1
    assert [file.relative_to(tmp_path).parts[0] for file in files_of(tmp_path)] == ["introductions"]
    assert await old.rows("introductions")
    assert await erase_kinds(database, store, now=THEN + 9 * DAY) == 1
    assert files_of(tmp_path) == []
    assert await old.rows("introductions") == []
    assert await old.rows("answers"), "the words stay"
    assert await erase_kinds(database, store, now=THEN + 9 * DAY) == 0
    kinds = [row["kind"] for row in await old.rows("events")]
    assert (kinds.count("attempt.sound_erased"), kinds.count("attempt.film_erased")) == (1, 1)
    with pytest.raises(NotFound):  # nothing was ever sealed of this person, and so they have no key
        await open_recording(database, store, merchant_id=house.merchant.id, attempt_id=old.attempt_id, number=None)
    await old.erase()  # nothing of long ago is left for other tests


async def test_sound_that_another_machine_still_has_goes_too(database: Database, house: House, tmp_path: Path) -> None:
    """The worker that erased it was elsewhere; what lies here in clear is not stored anew."""
    old = await an_old_one(database, house, tmp_path / "here")
    await keep(database, house, sound=5)
    assert await erase_kinds(database, store_in(tmp_path / "there"), now=THEN + 6 * DAY) == 1
    assert old.sound.exists()
    assert [rested async for rested in rest_sound(database, store_in(tmp_path / "here"))] == []
    assert not old.sound.exists()
    with pytest.raises(SoundGone):
        await open_recording(
            database,
            store_in(tmp_path / "here"),
            merchant_id=house.merchant.id,
            attempt_id=old.attempt_id,
            number=None,
        )
    await old.erase()


async def test_whoever_comes_back_begins_the_time_anew(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    await keep(database, house, sound=5)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update attempts set arrived_at = $2 where id = $1", old.attempt_id, THEN + 4 * DAY)
    assert await erase_kinds(database, store_in(tmp_path), now=THEN + 6 * DAY) == 0
    assert old.sound.exists()
    assert await erase_kinds(database, store_in(tmp_path), now=THEN + 10 * DAY) == 1
    await old.erase(now=THEN + 100 * DAY)


async def test_an_open_contest_holds_everything_back(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    await keep(database, house, sound=5, words=10)
    task_id = await contested(old, database)
    late = THEN + 20 * DAY
    assert await erase_kinds(database, store_in(tmp_path), now=late) == 0
    assert await old.erase(now=late) == 0
    assert len(files_of(tmp_path)) == 2
    await close(old, database, task_id)
    assert await erase_kinds(database, store_in(tmp_path), now=late) == 1
    assert await old.erase(now=late) == 1
    assert files_of(tmp_path) == []


async def test_times_are_a_merchant_s_own_and_on_record(database: Database, house: House) -> None:
    other = await a_house(database)
    await keep(database, house, sound=30, films=20, words=90)
    async with database.tenant(house.merchant.id) as connection:
        assert await read_keeping_times(connection, house.merchant.id) == KeepingTimes(sound=30, films=20, words=90)
        (event,) = await connection.fetch("select * from events where kind = 'keeping.changed'")
    assert event["data"] == {"sound": 30, "pictures": None, "films": 20, "words": 90}
    async with database.tenant(other.merchant.id) as connection:
        assert await read_keeping_times(connection, other.merchant.id) == KeepingTimes()
