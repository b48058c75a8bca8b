"""How long what candidates gave us stays: erased by itself, whole, at its own merchant alone, and once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.builders import House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.states import State
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.live.happenings import Answered, HandedIn
from vivavoce.live.loop import happen
from vivavoce.live.retention import erase_due, files_in, find_due
from vivavoce.live.sound_file import sound_folder

# Long before every other test's attempts, so that these alone are due.
THEN = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)
KEPT_DAYS = 30
OVER = THEN + timedelta(days=KEPT_DAYS, seconds=1)
SECRET = "I once broke the harbour's crane."
HOLDING = [
    "answers",
    "drafts",
    "hearings",
    "playouts",
    "corrections",
    "previews",
    "judgements",
    "introductions",
    "remarks",
    "adjustments",
    "branches",
    "wishes",
]
BESIDE = (
    "insert into drafts (merchant_id, attempt_id, number, text, written_at)"
    " select merchant_id, id, 1, $3, now() from attempts where id = $1 and $2::uuid is not null on conflict do nothing",
    "insert into hearings (merchant_id, attempt_id, number, key, words, heard_at)"
    " select merchant_id, id, 1, $2, jsonb_build_array($3::text), now() from attempts where id = $1",
    "insert into playouts (merchant_id, id, attempt_id, number, key, seconds, of_seconds, is_interrupted, how, at)"
    " select merchant_id, $2, id, 1, $2, 1, 2, true, 'sound', now() from attempts where id = $1 and $3 <> ''",
    "insert into corrections (merchant_id, id, attempt_id, number, text, made_in, made_at)"
    " select merchant_id, $2, id, 1, $3, 'results', now() from attempts where id = $1",
    "insert into previews (merchant_id, attempt_id, corrections, result, judged_at)"
    " select merchant_id, id, 0, jsonb_build_object($2::uuid, $3::text), now() from attempts where id = $1",
    "insert into judgements (merchant_id, id, attempt_id, version, rater, rubric_digest, result, judged_at)"
    " select merchant_id, $2, id, 1, '', '', jsonb_build_object('quote', $3::text), now() from attempts where id = $1",
    "insert into introductions (merchant_id, id, attempt_id, format, size_bytes, kept_at)"
    " select merchant_id, $2, id, 'mp4', 1, now() from attempts where id = $1 and $3 <> ''",
    "insert into remarks (merchant_id, attempt_id, rating, text, made_at)"
    " select merchant_id, id, 5, $3, now() from attempts where id = $1 and $2::uuid is not null",
    "insert into adjustments (merchant_id, attempt_id, speaks, time_factor, accents, has_large_text, interviewer,"
    " changed_at) select merchant_id, id, true, 1.5, jsonb_build_object($2::uuid, $3::text), false, 'still', now()"
    " from attempts where id = $1",
    "insert into branches (merchant_id, attempt_id, interview_id, step_id, is_asked, reason, decided_at)"
    " select merchant_id, attempt_id, interview_id, step_id, true, $3, answered_at from answers"
    " where attempt_id = $1 and $2::uuid is not null order by number limit 1",
    "insert into wishes (merchant_id, id, attempt_id, number, kind, by, key, at)"
    " select merchant_id, $2, id, 1, 'repeat', 'button', $2, now() from attempts where id = $1 and $3 <> ''",
    "insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text)"
    " select merchant_id, $2, environment, 'trouble', interview_id, candidate_id, id, $3 from attempts where id = $1",
)


class Old:
    """An attempt of long ago, with something in every place that an attempt writes to."""

    def __init__(self, database: Database, house: House, attempt_id: UUID, folder: Path) -> None:
        self.database, self.house, self.attempt_id, self.folder = database, house, attempt_id, folder

    async def rows(self, table: str, columns: str = "*") -> "list[asyncpg.Record]":
        column = {"attempts": "id", "events": "subject_id"}.get(table, "attempt_id")
        async with self.database.tenant(self.house.merchant.id) as connection:
            found = await connection.fetch(f"select {columns} from {table} where {column} = $1", self.attempt_id)
        return list(found)

    async def person(self) -> "asyncpg.Record":
        async with self.database.tenant(self.house.merchant.id) as connection:
            row = await connection.fetchrow(
                "select c.* from candidates c join attempts a on a.candidate_id = c.id where a.id = $1", self.attempt_id
            )
        assert row is not None
        return row

    async def erase(self, *, now: datetime = OVER, erase_files: Any = None) -> int:
        return await erase_due(self.database, erase_files or files_in(self.folder), keep_days=KEPT_DAYS, now=now)

    @property
    def sound(self) -> Path:
        return sound_folder(self.folder, merchant_id=self.house.merchant.id, attempt_id=self.attempt_id)


def files_of(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def an_old_one(database: Database, house: House, folder: Path, *, is_handed_in: bool = True) -> Old:
    interview_id = await an_interview(database, house, a_draft(house))
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    old = Old(database, house, attempt_id, folder)
    number = 1
    while (await old.rows("attempts", "state"))[0]["state"] == State.BEGUN.value:
        answered = Answered(key=new_id(), number=number, text=SECRET)
        await happen(database, seat, attempt_id, answered, now=THEN)
        number += 1
        if not is_handed_in:
            break
    if is_handed_in:
        await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=THEN)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update attempts set begun_at = $2::timestamptz, arrived_at = $2::timestamptz,"
            " finished_at = case when finished_at is null then null else $2::timestamptz end,"
            " submitted_at = case when submitted_at is null then null else $2::timestamptz end where id = $1",
            attempt_id,
            THEN,
        )
        await connection.execute(
            "update invitations set expires_at = $2 where candidate_id = $1", seat.candidate_id, THEN
        )
        for statement in BESIDE:
            await connection.execute(statement, attempt_id, new_id(), SECRET)
    for place in (old.sound, folder / "introductions" / str(house.merchant.id) / str(attempt_id)):
        place.mkdir(parents=True)
        (place / "held").write_bytes(b"sound")
    return old


async def test_what_an_attempt_held_is_erased_when_its_days_are_over(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert [table for table in HOLDING if not await old.rows(table)] == [], "else this shows nothing"
    assert await old.erase(now=OVER - timedelta(seconds=2)) == 0
    assert await old.rows("answers")
    assert await old.erase() == 1
    assert [table for table in HOLDING if await old.rows(table)] == []
    assert files_of(tmp_path) == []
    assert [row["text"] for row in await old.rows("tasks")] == [""]


async def test_no_table_of_an_attempt_is_forgotten(database: Database) -> None:
    """A new table that names an attempt is either erased, or stays for a reason that is told here."""
    stays = {"attempts", "consents", "faults", "grants", "tasks"}  # no word of the person; tasks lose theirs
    async with database.sweeping() as connection:
        found = await connection.fetch(
            "select distinct conrelid::regclass::text as name from pg_constraint"
            " where contype = 'f' and confrelid = 'attempts'::regclass"
        )
    assert {row["name"] for row in found} - stays == set(HOLDING)


async def test_that_there_was_an_attempt_stays_with_its_event(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    before = [row["kind"] for row in await old.rows("events")]
    await old.erase()
    (attempt,) = await old.rows("attempts")
    assert (attempt["state"], attempt["score"], attempt["erased_at"]) == ("submitted", None, OVER)
    assert attempt["submitted_at"] == THEN
    assert await old.rows("consents")
    events = await old.rows("events")
    assert sorted(row["kind"] for row in events) == sorted([*before, "attempt.erased"])
    assert SECRET not in str([dict(row) for row in events])


async def test_a_persons_name_goes_with_their_last_attempt(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert (await old.person())["email"]
    await old.erase()
    person = await old.person()
    told = ("name", "email", "external_id", "phone", "contact_email")
    assert [person[column] for column in told] == ["", None, None, None, None]


async def test_whoever_can_still_come_in_keeps_their_name(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update invitations set expires_at = $1", OVER + timedelta(days=1))
    await old.erase()
    assert (await old.person())["email"]


async def test_an_attempt_that_was_left_is_over_when_it_is_erased(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path, is_handed_in=False)
    await old.erase()
    assert [row["state"] for row in await old.rows("attempts")] == ["abandoned"]


async def test_erasing_twice_changes_nothing(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert (await old.erase(), await old.erase(now=OVER + timedelta(days=1))) == (1, 0)
    assert [row["kind"] for row in await old.rows("events")].count("attempt.erased") == 1


async def test_whoever_is_stopped_in_between_leaves_it_to_the_next(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)

    def die_after_the_files(merchant_id: UUID, attempt_id: UUID) -> bool:
        files_in(tmp_path)(merchant_id, attempt_id)
        raise SystemExit

    with pytest.raises(SystemExit):
        await old.erase(erase_files=die_after_the_files)
    assert not old.sound.exists()
    assert await old.rows("answers"), "nothing of the rows is gone"
    assert await old.erase() == 1
    assert not await old.rows("answers")


async def test_what_cannot_be_removed_from_the_disk_is_not_called_erased(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert await old.erase(erase_files=lambda *_: False) == 0
    assert await old.rows("answers")
    assert "attempt.erased" not in [row["kind"] for row in await old.rows("events")]
    assert await old.erase() == 1


async def test_a_merchant_erases_nothing_of_anothers(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    other = await a_house(database)
    call = "select erase_attempt($1, $2, $3, $3)"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.tenant(other.merchant.id) as connection:
            await connection.fetchval(call, house.merchant.id, old.attempt_id, OVER)
    async with database.tenant(other.merchant.id) as connection:
        assert not await connection.fetchval(call, other.merchant.id, old.attempt_id, OVER)
    async with database.sweeping() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval(call, house.merchant.id, old.attempt_id, OVER)
    assert await old.rows("answers")
    await old.erase()


async def test_looking_for_what_is_due_shows_no_words_and_changes_nothing(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert old.attempt_id in [one.attempt_id for one in await find_due(database, OVER)]
    async with database.sweeping() as connection:
        assert await connection.fetchval("select count(*) from answers") == 0
        assert await connection.fetchval("select count(*) from candidates") == 0
        assert await connection.execute("update attempts set score = 1 where id = $1", old.attempt_id) == "UPDATE 0"
    await old.erase()


async def test_nothing_is_erased_by_itself_where_the_operator_wants_it_so(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert await erase_due(database, files_in(tmp_path), keep_days=0, now=OVER + timedelta(days=9999)) == 0
    assert await old.rows("answers")
    await old.erase()
