"""How long what candidates gave us stays: after so many days it is erased, by itself, at every merchant.

What is due is claimed first, by a compare-and-set: whoever has come back in the meantime keeps everything, and whoever
comes back afterwards is told that it is gone. Then files, then rows (attempts/erase.py). Whoever is stopped in between
leaves what was claimed to the next one.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.attempts.automatic_reports import report_folder
from vivavoce.attempts.erase import Files, claim_attempt, claim_forgotten, erase_claimed, go_on
from vivavoce.attempts.introduction import erase_introductions
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.attempts.takes import takes_folder
from vivavoce.attempts.tasks import has_open_contest
from vivavoce.db.database import Database
from vivavoce.errors import Unavailable
from vivavoce.providers.mail import mail_folder
from vivavoce.providers.mail.folder import erase_mails
from vivavoce.sound.sound_file import erase_sound

log = logging.getLogger(__name__)

AT_A_TIME = 100
ACTOR = "retention"

# What was claimed and not finished goes first. $1: null: nothing is due by its age, but where a merchant has a time of
# its own. $4: now.
DUE = """
select merchant_id, id, null::timestamptz as seen_before from attempts
where erased_at is null and erasing_at is not null and id <> all ($3)
union all
(
    select merchant_id, id, $1::timestamptz from attempts
    where erased_at is null and erasing_at is null and id <> all ($3)
        and greatest(begun_at, arrived_at, finished_at, submitted_at) < $1
        and not exists (select from merchants where id = merchant_id and keep_words_days is not null)
    order by greatest(begun_at, arrived_at, finished_at, submitted_at) limit $2
)
union all
(
    select merchant_id, attempts.id, $4::timestamptz - make_interval(days => keep_words_days)
    from merchants join attempts on merchant_id = merchants.id
    where keep_words_days is not null and erased_at is null and erasing_at is null and attempts.id <> all ($3)
        and greatest(begun_at, arrived_at, finished_at, submitted_at)
            < $4::timestamptz - make_interval(days => keep_words_days)
    order by greatest(begun_at, arrived_at, finished_at, submitted_at) limit $2
)
limit $2
"""
# People who are being erased; then those who were invited once, can't come any more, and of whom no attempt is left.
FORGOTTEN = """
select merchant_id, id, true as is_claimed, null::timestamptz as seen_before from candidates where id <> all ($4)
union all
(
    select distinct merchant_id, candidate_id, false, own.seen_before from invitations as old
        join lateral (
            select coalesce($3::timestamptz - make_interval(days => keep_words_days), $1::timestamptz) as seen_before
            from merchants where id = old.merchant_id
        ) as own on own.seen_before is not null
    where expires_at <= $3 and candidate_id <> all ($4)
        and not exists (
            select from invitations where merchant_id = old.merchant_id and candidate_id = old.candidate_id
                and expires_at > $3
        )
        and not exists (
            select from attempts where merchant_id = old.merchant_id and candidate_id = old.candidate_id
                and erased_at is null
        )
        and (
            exists (
                select from attempts where merchant_id = old.merchant_id and candidate_id = old.candidate_id
            )
            or not exists (
                select from invitations where merchant_id = old.merchant_id and candidate_id = old.candidate_id
                    and created_at >= own.seen_before
            )
        )
    limit $2
)
limit $2
"""

CLAIMED = """
select attempts.erasing_at is not null as is_claimed, erasing_by
from attempts join candidates on candidates.id = candidate_id where attempts.id = $1
"""


@dataclass(frozen=True, slots=True)
class Due:
    """An attempt whose time is over, or that is being erased already (seen_before: None)."""

    merchant_id: UUID
    attempt_id: UUID
    seen_before: datetime | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Somebody whose time is over, or who is being erased already. seen_before: which time that is; None: claimed."""

    merchant_id: UUID
    candidate_id: UUID
    is_claimed: bool
    seen_before: datetime | None


async def erase_due(database: Database, files: Files, *, keep_days: int, now: datetime) -> int:
    """Erases every attempt whose person was last seen at it more than keep_days ago; how many.

    Then the people of whom nothing is left but who they are, and those who never began and can't any more. 0 days:
    nothing by its age; what was claimed is finished all the same. Where a merchant has a time of its own, that counts.
    """
    before = now - timedelta(days=keep_days) if keep_days else None
    erased, passed = 0, set[UUID]()
    while due := await find_due(database, before, now=now, passed=passed):
        for attempt in due:
            erased += await _erase(database, files, attempt, now=now)
            passed.add(attempt.attempt_id)  # what could not be erased waits for the next time
        if len(due) < AT_A_TIME:
            break
    await _erase_forgotten(database, files, before=before, now=now)
    return erased


async def sweep_sign_ins(database: Database) -> int:
    """Removes sign-ins by e-mail that are older than a day, at every merchant; how many."""
    async with database.sweeping() as connection:  # which sees the old ones alone
        rows = await connection.fetch("select distinct merchant_id from sign_ins")
    removed = 0
    for row in rows:
        async with database.tenant(row["merchant_id"]) as connection:
            done = await connection.execute("delete from sign_ins where asked_at < now() - interval '1 day'")
        removed += int(done.rpartition(" ")[2])
    return removed


async def find_due(
    database: Database, before: datetime | None, *, now: datetime, passed: set[UUID] | None = None
) -> list[Due]:
    """Whose person was last seen before this moment, the oldest first; at any merchant, without those passed over.

    now: what the times of merchants that have one of their own are counted from.
    """
    async with database.sweeping() as connection:
        rows = await connection.fetch(DUE, before, AT_A_TIME, list(passed or ()), now)
    return [Due(merchant_id=row["merchant_id"], attempt_id=row["id"], seen_before=row["seen_before"]) for row in rows]


async def find_forgotten(
    database: Database, before: datetime | None, *, now: datetime, passed: set[UUID] | None = None
) -> list[Forgotten]:
    """Who is being erased, and who is to be: they can't come any more, and no attempt of theirs is left."""
    async with database.sweeping() as connection:
        rows = await connection.fetch(FORGOTTEN, before, AT_A_TIME, now, list(passed or ()))
    return [
        Forgotten(
            merchant_id=row["merchant_id"],
            candidate_id=row["id"],
            is_claimed=row["is_claimed"],
            seen_before=row["seen_before"],
        )
        for row in rows
    ]


def files_in(store: RecordingStore) -> Files:
    """Removes an attempt's sound, pictures, films and reports from this store, and mails kept in the data folder."""

    def of_attempt(merchant_id: UUID, attempt_id: UUID) -> bool:
        if not erase_sound(store.data_dir, merchant_id=merchant_id, attempt_id=attempt_id):
            return False  # whoever holds it may just be moving it to the store
        try:
            store.files.delete_all(recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id))
            store.files.delete_all(takes_folder(merchant_id=merchant_id, attempt_id=attempt_id))
            store.files.delete_all(report_folder(merchant_id=merchant_id, attempt_id=attempt_id))
        except Unavailable:
            return False
        return erase_introductions(store, merchant_id=merchant_id, attempt_id=attempt_id)

    def of_address(address: str) -> bool:
        return erase_mails(mail_folder(store.data_dir), to=address)

    return Files(of_attempt=of_attempt, of_address=of_address)


async def _erase(database: Database, files: Files, due: Due, *, now: datetime) -> bool:
    async with database.tenant(due.merchant_id) as connection:
        row = await connection.fetchrow(CLAIMED, due.attempt_id)
        is_claimed = row is not None and row["is_claimed"]
        if not is_claimed and await has_open_contest(connection, due.attempt_id):
            log.info("attempt %s is contested, and stays until that is answered", due.attempt_id)
            return False
        if not is_claimed and due.seen_before is not None:
            # It must still be due: find_due was a moment ago.
            is_claimed = await claim_attempt(
                connection, merchant_id=due.merchant_id, attempt_id=due.attempt_id, seen_before=due.seen_before, now=now
            )
    return is_claimed and await erase_claimed(
        database,
        files,
        merchant_id=due.merchant_id,
        attempt_id=due.attempt_id,
        actor=(row and row["erasing_by"]) or ACTOR,
        now=now,
    )


async def _erase_forgotten(database: Database, files: Files, *, before: datetime | None, now: datetime) -> None:
    passed = set[UUID]()
    while people := await find_forgotten(database, before, now=now, passed=passed):
        for person in people:
            passed.add(person.candidate_id)
            if person.is_claimed or await _claim(database, person, now=now):
                await go_on(database, files, merchant_id=person.merchant_id, candidate_id=person.candidate_id, now=now)
        if len(people) < AT_A_TIME:
            break


async def _claim(database: Database, person: Forgotten, *, now: datetime) -> bool:
    if person.seen_before is None:
        return False
    async with database.tenant(person.merchant_id) as connection:
        return await claim_forgotten(
            connection, candidate_id=person.candidate_id, seen_before=person.seen_before, actor=ACTOR, now=now
        )
