"""How long what candidates gave us stays: erased by itself, whole, at its own merchant alone, and once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.builders import KEYS, House, a_draft, a_house, a_seat, an_attempt, an_interview, store_in
from tests.holding import BESIDE, HOLDING
from vivavoce.attempts.erase import claim_forgotten
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.invite import invite_known
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, Arrived, HandedIn
from vivavoce.conversation.loop import happen, keep_typed
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import BeingErased, NotFound
from vivavoce.sound.retention import erase_due, files_in, find_due, find_forgotten, sweep_sign_ins
from vivavoce.sound.sound_file import SoundErased, SoundFile, sound_folder

# Long before every other test's attempts, so that these alone are due.
THEN = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)
KEPT_DAYS = 30
OVER = THEN + timedelta(days=KEPT_DAYS, seconds=1)
SECRET = "I once broke the harbour's crane."
pytestmark = pytest.mark.usefixtures("nothing_is_due")


class Old:
    """An attempt of long ago, with something in every place that an attempt writes to."""

    def __init__(self, database: Database, house: House, seat: Seat, attempt_id: UUID, folder: Path) -> None:
        self.database, self.house, self.seat, self.folder = database, house, seat, folder
        self.attempt_id = attempt_id

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

    async def erase(self, *, now: datetime = OVER, of_attempt: Any = None, keep_days: int = KEPT_DAYS) -> int:
        files = files_in(store_in(self.folder))
        files = files if of_attempt is None else replace(files, of_attempt=of_attempt)
        return await erase_due(self.database, files, keep_days=keep_days, now=now)

    @property
    def sound(self) -> Path:
        return sound_folder(self.folder, merchant_id=self.house.merchant.id, attempt_id=self.attempt_id)


def files_of(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def an_old_one(database: Database, house: House, folder: Path, *, is_handed_in: bool = True) -> Old:
    interview_id = await an_interview(database, house, a_draft(house))
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    old = Old(database, house, seat, attempt_id, folder)
    number = 1
    while (await old.rows("attempts", "state"))[0]["state"] == AttemptState.BEGUN.value:
        # The same words once more would be asked about.
        answered = Answered(key=new_id(), number=number, text=SECRET if number == 1 else f"Matter {number}.")
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
    await old.erase(now=OVER - timedelta(seconds=2))  # what other tests left may be due
    assert await old.rows("answers")
    assert await old.erase() == 1
    assert [table for table in HOLDING if await old.rows(table)] == []
    assert files_of(tmp_path) == []
    assert [row["text"] for row in await old.rows("tasks")] == [""]


async def test_no_table_of_an_attempt_is_forgotten(database: Database) -> None:
    """A new table that names an attempt is either erased, or stays for a reason that is told here."""
    # No word of the person; tasks lose theirs, and receipts their records. What it has cost can be charged afterwards.
    stays = {"attempts", "consents", "credit_entries", "faults", "grants", "judgement_receipts", "tasks"}
    async with database.sweeping() as connection:
        found = await connection.fetch(
            "select distinct conrelid::regclass::text as name from pg_constraint"
            " where contype = 'f' and confrelid = 'attempts'::regclass"
        )
        shut = await connection.fetch(
            "select tgrelid::regclass::text as name from pg_trigger where tgname = 'attempt_stays'"
        )
    assert {row["name"] for row in found} - stays == set(HOLDING)
    assert {row["name"] for row in shut} == {*HOLDING, "consents", "judgement_receipts", "tasks"}, (
        "nothing can be added meanwhile"
    )


async def test_no_table_of_a_person_is_forgotten(database: Database) -> None:
    """A new table that names a candidate shuts its door to somebody who is being erased."""
    async with database.sweeping() as connection:
        found = await connection.fetch(
            "select distinct conrelid::regclass::text as name from pg_constraint"
            " where contype = 'f' and confrelid = 'candidates'::regclass"
        )
        shut = await connection.fetch(
            "select tgrelid::regclass::text as name from pg_trigger where tgname = 'person_stays'"
        )
    ids_alone = {"credit_entries", "erasure_receipts"}
    assert {row["name"] for row in found} - ids_alone == {row["name"] for row in shut}


async def test_that_there_was_an_attempt_stays_with_its_event(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    before = [row["kind"] for row in await old.rows("events")]
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update attempts set score = 1, answers_score = 2, session_score = 3, preview_score = 4 where id = $1",
            old.attempt_id,
        )
    await old.erase()
    (attempt,) = await old.rows("attempts")
    assert (attempt["state"], attempt["erased_at"]) == ("submitted", OVER)
    assert [value for column, value in attempt.items() if column.endswith("score")] == [None] * 4
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
        files_in(store_in(tmp_path)).of_attempt(merchant_id, attempt_id)
        raise SystemExit

    with pytest.raises(SystemExit):
        await old.erase(of_attempt=die_after_the_files)
    assert not old.sound.exists()
    assert await old.rows("answers"), "nothing of the rows is gone"
    assert await old.erase() == 1
    assert not await old.rows("answers")


async def test_what_cannot_be_removed_from_the_disk_is_not_called_erased(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert await old.erase(of_attempt=lambda *_: False) == 0
    assert await old.rows("answers")
    assert "attempt.erased" not in [row["kind"] for row in await old.rows("events")]
    assert await old.erase() == 1


async def test_a_merchant_erases_nothing_of_anothers(database: Database, house: House, tmp_path: Path) -> None:
    old = await an_old_one(database, house, tmp_path)
    other = await a_house(database)
    person = (await old.person())["id"]
    for function, subject in (("erase_attempt", old.attempt_id), ("erase_person", person)):
        call = f"select {function}($1, $2, $3)"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.tenant(other.merchant.id) as connection:
                await connection.fetchval(call, house.merchant.id, subject, OVER)
        async with database.tenant(other.merchant.id) as connection:
            assert not await connection.fetchval(call, other.merchant.id, subject, OVER)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.sweeping() as connection:
                await connection.fetchval(call, house.merchant.id, subject, OVER)
    async with database.tenant(other.merchant.id) as connection:
        claim = "select claim_attempt($1, $2, null, $3)"
        assert not await connection.fetchval(claim, house.merchant.id, old.attempt_id, OVER)
    assert [row["erasing_at"] for row in await old.rows("attempts")] == [None]
    assert await old.rows("answers")
    await old.erase()


async def test_looking_for_what_is_due_shows_no_words_and_changes_nothing(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert old.attempt_id in [one.attempt_id for one in await find_due(database, OVER, now=OVER)]
    async with database.sweeping() as connection:
        assert await connection.fetchval("select count(*) from answers") == 0
        assert await connection.fetchval("select count(*) from candidates") == 0
        assert await connection.execute("update attempts set score = 1 where id = $1", old.attempt_id) == "UPDATE 0"
    await old.erase()


async def test_nothing_goes_before_it_was_claimed(database: Database, house: House, tmp_path: Path) -> None:
    """Unclaimed, the last step does nothing, whoever calls it."""
    old = await an_old_one(database, house, tmp_path)
    async with database.tenant(house.merchant.id) as connection:
        assert not await connection.fetchval(
            "select erase_attempt($1, $2, $3)", house.merchant.id, old.attempt_id, OVER
        )
    assert await old.rows("answers")
    await old.erase()


# --- Whoever comes back in the meantime ------------------------------------------------------------------------------


async def come_back(old: Old, *, now: datetime = OVER) -> None:
    await happen(old.database, old.seat, old.attempt_id, Arrived(), now=now)


async def test_whoever_comes_back_before_the_claim_keeps_everything(
    database: Database, house: House, tmp_path: Path
) -> None:
    """Listed as due, and opened again before its turn came: another attempt was erased first."""
    first, second = [await an_old_one(database, house, tmp_path, is_handed_in=False) for _ in range(2)]
    back: list[Old] = []

    def meanwhile(merchant_id: UUID, attempt_id: UUID) -> bool:
        (other,) = [one for one in (first, second) if one.attempt_id != attempt_id]
        if not back:
            back.append(other)
            asyncio.run_coroutine_threadsafe(come_back(other), loop).result(30)
        return files_in(store_in(tmp_path)).of_attempt(merchant_id, attempt_id)

    loop = asyncio.get_running_loop()
    assert await first.erase(of_attempt=meanwhile) == 1
    (kept,) = back
    assert await kept.rows("answers")
    assert (kept.sound / "held").is_file()
    assert (await kept.rows("attempts", "state"))[0]["state"] == "begun"
    await kept.erase(now=OVER + timedelta(days=2 * KEPT_DAYS))


async def test_whoever_comes_back_after_the_claim_is_told_and_gets_no_receipt_for_what_will_be_gone(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path, is_handed_in=False)
    refused: list[str] = []

    async def try_everything() -> None:
        answered = Answered(key=new_id(), number=2, text="I am back.")
        typed = TextDraft(number=2, text="I am b")
        for name, act in (
            ("arrive", lambda: come_back(old)),
            ("answer", lambda: happen(database, old.seat, old.attempt_id, answered, now=OVER)),
            ("type", lambda: keep_typed(database, old.seat, old.attempt_id, typed, now=OVER)),
        ):
            with pytest.raises(NotFound):
                await act()
            refused.append(name)

    def between(merchant_id: UUID, attempt_id: UUID) -> bool:
        asyncio.run_coroutine_threadsafe(try_everything(), loop).result(30)
        is_gone = files_in(store_in(tmp_path)).of_attempt(merchant_id, attempt_id)
        asyncio.run_coroutine_threadsafe(try_everything(), loop).result(30)
        return is_gone

    loop = asyncio.get_running_loop()
    assert await old.erase(of_attempt=between) == 1
    assert refused == ["arrive", "answer", "type"] * 2
    assert [table for table in HOLDING if await old.rows(table)] == []
    assert files_of(tmp_path) == []


async def test_a_page_that_has_the_sound_open_lets_go_of_it_and_then_it_is_erased(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path, is_handed_in=False)
    writer = SoundFile(old.sound)
    writer.append([bytes(640)], [])
    assert await old.erase() == 0
    assert await old.rows("answers"), "no row goes while a file is there"
    with pytest.raises(SoundErased):
        writer.append([bytes(640)], [])
    with pytest.raises(NotFound):
        await come_back(old)
    writer.close()
    with pytest.raises(SoundErased):
        SoundFile(old.sound)
    assert await old.erase() == 1
    assert files_of(tmp_path) == []


async def test_what_was_claimed_is_finished_even_where_nothing_is_erased_by_its_age(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert await old.erase(of_attempt=lambda *_: False) == 0
    assert await old.erase(keep_days=0) == 1
    assert files_of(tmp_path) == []


async def test_what_cannot_be_erased_holds_nothing_else_up(database: Database, house: House, tmp_path: Path) -> None:
    stuck, other = [await an_old_one(database, house, tmp_path) for _ in range(2)]

    def of_attempt(merchant_id: UUID, attempt_id: UUID) -> bool:
        return attempt_id != stuck.attempt_id and files_in(store_in(tmp_path)).of_attempt(merchant_id, attempt_id)

    assert await stuck.erase(of_attempt=of_attempt) == 1
    assert not await other.rows("answers")
    assert await stuck.erase() == 1


@pytest.mark.parametrize("table", HOLDING)
async def test_nothing_is_added_to_an_attempt_that_was_claimed_whoever_adds_it(
    database: Database, house: House, tmp_path: Path, table: str
) -> None:
    old = await an_old_one(database, house, tmp_path)
    async with database.tenant(house.merchant.id) as connection:
        await connection.fetchval("select claim_attempt($1, $2, null, $3)", house.merchant.id, old.attempt_id, OVER)
    with pytest.raises(BeingErased):
        async with database.tenant(house.merchant.id) as connection:
            await connection.execute(
                f"insert into {table} select * from {table} where attempt_id = $1 limit 1", old.attempt_id
            )
    await old.erase()


async def test_whoever_adds_something_while_it_is_claimed_is_waited_for(
    database: Database, house: House, tmp_path: Path
) -> None:
    """They looked before the claim and commit after it: the last step waits, and takes theirs too."""
    old = await an_old_one(database, house, tmp_path, is_handed_in=False)
    has_added, may_commit = asyncio.Event(), asyncio.Event()

    async def add_slowly() -> None:
        async with database.tenant(house.merchant.id) as connection:
            # A playout changes nothing on the attempt's own row, for which the claim would wait.
            await connection.execute(BESIDE[2], old.attempt_id, new_id(), SECRET)
            has_added.set()
            await may_commit.wait()

    adding = asyncio.create_task(add_slowly())
    await has_added.wait()
    erasing = asyncio.create_task(old.erase())
    is_waiting = False
    while not is_waiting and not erasing.done():
        async with database.sweeping() as connection:  # another one each time: a transaction sees these rows once
            is_waiting = await connection.fetchval(
                "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
                " and query like '%erase_attempt%' and pid <> pg_backend_pid())"
            )
    assert is_waiting
    may_commit.set()
    await adding
    assert await erasing == 1
    assert not await old.rows("playouts")


# --- People of whom nothing else is left -----------------------------------------------------------------------------


async def an_invited(database: Database, house: House, *, created_at: datetime, expires_at: datetime) -> Seat:
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house)))
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update invitations set created_at = $2, expires_at = $3 where candidate_id = $1",
            seat.candidate_id,
            created_at,
            expires_at,
        )
    return seat


async def email_of(database: Database, seat: Seat) -> str | None:
    async with database.tenant(seat.merchant_id) as connection:
        found: str | None = await connection.fetchval("select email from candidates where id = $1", seat.candidate_id)
    return found


LONG_AGO, LATELY = THEN - timedelta(days=9), OVER - timedelta(days=KEPT_DAYS - 1)


@pytest.mark.parametrize(
    ("created_at", "expires_at", "is_kept"),
    [
        (LONG_AGO, THEN, False),
        (LONG_AGO, OVER + timedelta(days=1), True),  # can still come
        (LATELY, LATELY, True),  # their days are not over
    ],
)
async def test_whoever_never_began_is_erased_when_their_days_are_over(
    database: Database, house: House, tmp_path: Path, created_at: datetime, expires_at: datetime, is_kept: bool
) -> None:
    seat = await an_invited(database, house, created_at=created_at, expires_at=expires_at)
    for _ in range(2):
        await erase_due(database, files_in(store_in(tmp_path)), keep_days=KEPT_DAYS, now=OVER)
    assert (await email_of(database, seat) is not None) is is_kept
    async with database.tenant(house.merchant.id) as connection:
        invited = await connection.fetchval(
            "select count(*) from invitations where candidate_id = $1", seat.candidate_id
        )
        events = await connection.fetchval(
            "select count(*) from events where subject_id = $1 and kind = 'candidate.erased' and actor = 'retention'",
            seat.candidate_id,
        )
    assert (invited, events) == ((1, 0) if is_kept else (0, 1))


async def test_whoever_could_still_come_in_loses_their_name_later(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update invitations set expires_at = $1", OVER + timedelta(days=1))
    await old.erase()
    assert (await old.person())["email"]
    await old.erase(now=OVER + timedelta(days=2))
    assert (await old.person())["email"] is None


async def test_whoever_is_invited_again_in_the_meantime_stays(database: Database, house: House) -> None:
    """Found as forgotten, and invited before their turn came."""
    seat = await an_invited(database, house, created_at=LONG_AGO, expires_at=THEN)
    before = OVER - timedelta(days=KEPT_DAYS)
    assert seat.candidate_id in [one.candidate_id for one in await find_forgotten(database, before, now=OVER)]
    async with database.tenant(house.merchant.id) as connection:
        await invite_known(connection, KEYS, seat, environment="production", actor="test", now=OVER)
        assert not await claim_forgotten(
            connection, candidate_id=seat.candidate_id, seen_before=before, actor="retention", now=OVER
        )
    assert await email_of(database, seat)


async def test_sign_ins_are_gone_after_a_day_whoever_asks_or_not(database: Database, house: House) -> None:
    async with database.tenant(house.merchant.id) as connection:
        for hours in (1, 23, 25, 900):
            await connection.execute(
                "insert into sign_ins (merchant_id, id, environment, email, mailbox, client, name, asked_at)"
                " values ($1, $2, 'production', 'sam@example.com', 'sam@example.com', '', 'Sam',"
                " now() - make_interval(hours => $3))",
                house.merchant.id,
                new_id(),
                hours,
            )
    assert await sweep_sign_ins(database) >= 2
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from sign_ins") == 2
    async with database.sweeping() as connection:
        left = await connection.fetchval("select count(*) from sign_ins where merchant_id = $1", house.merchant.id)
    assert left == 0, "whoever sweeps sees none that may still be used"


async def test_nothing_is_erased_by_itself_where_the_operator_wants_it_so(
    database: Database, house: House, tmp_path: Path
) -> None:
    old = await an_old_one(database, house, tmp_path)
    assert await erase_due(database, files_in(store_in(tmp_path)), keep_days=0, now=OVER + timedelta(days=9999)) == 0
    assert await old.rows("answers")
    await old.erase()
