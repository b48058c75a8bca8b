"""Erasing what is kept of somebody: one attempt whose time is over, or all of one person, now.

In three steps, whatever is erased: the claim, from which on nothing is added and nobody goes on; the files; the rows,
with the event. Each can be done again, so whoever is stopped in between leaves it to the next one, and no row says that
it is erased while a file of it is there. docs/howto/erase-a-person.md tells what goes and what stays.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.merging import find_whole, let_go_of
from vivavoce.attempts.move import take_turn
from vivavoce.attempts.record import record_attempt, record_task
from vivavoce.attempts.tasks import TaskKind, TaskState
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import to_id
from vivavoce.errors import Conflict, NotFound
from vivavoce.events.record import Event, record
from vivavoce.jobs.leave import Note, leave

log = logging.getLogger(__name__)

# How much there is of what erasing an attempt removes, for the receipt.
# Counted first: what a select list holds is worked out from left to right.
ERASE = "select count_attempt($2) as counted, erase_attempt($1, $2, $3) as is_erased"

Let = Callable[[UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Who removes files; each blocks, and says whether they are gone.

    of_attempt: takes merchant and attempt. of_address: takes an e-mail address; mails to it that were kept as files.
    """

    of_attempt: Callable[[UUID, UUID], bool]
    of_address: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """How far it is. erased_at: None while a file can't be removed yet; workers go on with it.

    merged: others who were one person with this one, and are in it.
    """

    candidate_id: UUID
    attempts: int
    erased_at: datetime | None
    merged: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPerson:
    """Whom an erasure would be of."""

    candidate_id: UUID
    name: str
    email: str | None


class ContestOpen(Conflict):
    """This person has asked for another look at an attempt, and nobody has answered yet. Close that task first."""


class ElsewhereToo(Conflict):
    """This person is known in another environment too, and would be erased there as well: `vivavoce erase` does it."""


async def find_person(connection: Connection, who: str) -> ErasedPerson:
    """The person of this id, e-mail address or external id. Raises NotFound, and Conflict where it is several."""
    rows = await connection.fetch(
        "select id, name, email from candidates where id = $1 or email = lower(btrim($2)) or external_id = $2 limit 2",
        to_id(who),
        who,
    )
    if not rows:
        raise NotFound("Nobody is known by this here.")
    if len(rows) > 1:
        raise Conflict("Several people are known by this: name the one by their id.")
    return ErasedPerson(candidate_id=rows[0]["id"], name=rows[0]["name"], email=rows[0]["email"])


async def erase_person(
    database: Database,
    files: Files | None,
    *,
    merchant_id: UUID,
    candidate_id: UUID,
    environment: str | None,
    actor: str,
    now: datetime,
    let_go: Let | None = None,
) -> Erasure:
    """Erases all that this merchant has of the person, whoever was merged with them included (attempts/merging.py). Of
    somebody who is erased already, nothing changes.

    files: None where they lie elsewhere; a worker removes them then, and the rows. environment: which the caller may
    act in; None: any. let_go: makes this process let go of an attempt's sound.
    Raises NotFound, ContestOpen, and ElsewhereToo; nothing has changed then.
    """
    async with database.tenant(merchant_id) as connection:
        whole = await _hold_whole(connection, candidate_id, environment=environment)
        await _claim_person(connection, merchant_id, whole, environment=environment, actor=actor, now=now)
    parts = [
        await go_on(database, files, merchant_id=merchant_id, candidate_id=part, now=now, let_go=let_go)
        for part in whole
    ]
    moments = [part.erased_at for part in parts if part.erased_at is not None]
    return Erasure(
        candidate_id=candidate_id,
        attempts=sum(part.attempts for part in parts),
        erased_at=max(moments) if len(moments) == len(parts) else None,
        merged=tuple(part for part in whole if part != candidate_id),
    )


async def go_on(
    database: Database,
    files: Files | None,
    *,
    merchant_id: UUID,
    candidate_id: UUID,
    now: datetime,
    let_go: Let | None = None,
) -> Erasure:
    """Takes an erasure that was begun as far as it goes."""
    async with database.tenant(merchant_id) as connection:
        person = await connection.fetchrow("select * from candidates where id = $1", candidate_id)
        attempts = await connection.fetch(
            "select id, erased_at from attempts where candidate_id = $1 order by id", candidate_id
        )
    if person is None:
        raise NotFound
    erasure = Erasure(candidate_id=candidate_id, attempts=len(attempts), erased_at=person["erased_at"])
    if erasure.erased_at is not None or person["erasing_at"] is None or files is None:
        return erasure
    is_gone = True
    for row in attempts:
        if let_go is not None:
            await let_go(row["id"])
        if row["erased_at"] is None:
            is_gone &= await erase_claimed(
                database, files, merchant_id=merchant_id, attempt_id=row["id"], actor=person["erasing_by"], now=now
            )
    for address in {person["email"], person["contact_email"]} - {None}:
        is_gone &= await asyncio.to_thread(files.of_address, address)
    if not is_gone:
        log.warning("not all files of candidate %s can be removed now; it is tried again", candidate_id)
        return erasure
    return await _erase_rows_of_person(database, erasure, merchant_id=merchant_id, actor=person["erasing_by"], now=now)


async def claim_attempt(
    connection: Connection, *, merchant_id: UUID, attempt_id: UUID, seen_before: datetime | None, now: datetime
) -> bool:
    """From here on nobody goes on with it. False: it is erased, or its person was seen since.

    seen_before: None: whenever they were seen.
    """
    is_claimed: bool = await connection.fetchval(
        "select claim_attempt($1, $2, $3, $4)", merchant_id, attempt_id, seen_before, now
    )
    return is_claimed


async def erase_claimed(
    database: Database, files: Files, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime
) -> bool:
    """Removes the files and then the rows of an attempt that was claimed; whether it is erased now, by whomever."""
    if not await asyncio.to_thread(files.of_attempt, merchant_id, attempt_id):
        log.warning("the files of attempt %s can't be removed now; it is tried again", attempt_id)
        return False
    async with database.tenant(merchant_id) as connection:
        erased = await connection.fetchrow(ERASE, merchant_id, attempt_id, now)
        assert erased is not None
        if erased["is_erased"]:
            await record_attempt(
                connection,
                Event.ATTEMPT_ERASED,
                attempt_id=attempt_id,
                actor=actor,
                data=erased["counted"],
            )
    return True


async def _hold_whole(connection: Connection, candidate_id: UUID, *, environment: str | None) -> list[UUID]:
    """Everybody who is one person with this one, none of whom is merged or split any more until the commit.

    No stronger lock than beginnings have: whoever saves an answer holds the attempt, and may refer to the person.
    """
    held: list[UUID] = []
    waiting = [candidate_id]
    while waiting:
        for part in waiting:
            await take_turn(connection, part)
        held += waiting
        whole = await find_whole(connection, candidate_id, environment=environment)
        waiting = [part for part in whole if part not in held]
    return held


async def _claim_person(
    connection: Connection, merchant_id: UUID, whole: list[UUID], *, environment: str | None, actor: str, now: datetime
) -> None:
    people = await connection.fetch("select id, erased_at from candidates where id = any ($1)", whole)
    if len(people) < len(whole):
        raise NotFound
    waiting = [person["id"] for person in people if person["erased_at"] is None]
    if not waiting:
        return
    if environment is not None:
        await _require_here_alone(connection, waiting, environment)
    if await connection.fetchval(
        "select exists (select from tasks where candidate_id = any ($1) and kind = $2 and state = $3)",
        waiting,
        TaskKind.CONTESTED.value,
        TaskState.OPEN.value,
    ):
        raise ContestOpen
    await connection.execute(
        "update candidates set erasing_at = coalesce(erasing_at, $2), erasing_by = coalesce(erasing_by, $3)"
        " where id = any ($1)",
        waiting,
        now,
        actor,
    )
    for row in await connection.fetch(
        "select id from attempts where candidate_id = any ($1) and erased_at is null order by id", waiting
    ):
        await claim_attempt(connection, merchant_id=merchant_id, attempt_id=row["id"], seen_before=None, now=now)


async def _require_here_alone(connection: Connection, whole: list[UUID], environment: str) -> None:
    rows = await connection.fetch(
        "select environment from invitations where candidate_id = any ($1)"
        " union select environment from attempts where candidate_id = any ($1)",
        whole,
    )
    environments = {row["environment"] for row in rows}
    if environment not in environments:
        raise NotFound
    if environments != {environment}:
        raise ElsewhereToo


async def claim_forgotten(
    connection: Connection, *, candidate_id: UUID, seen_before: datetime, actor: str, now: datetime
) -> bool:
    """Claims somebody of whom nothing but their name is left, or who never began; False: they may still come.

    Locked against invitations too, which are looked at when nobody is adding one: there is no attempt to lock besides.
    """
    await connection.execute("select from candidates where id = $1 for update", candidate_id)
    claimed = await connection.fetchval(
        "update candidates set erasing_at = $3, erasing_by = $4 where id = $1 and erasing_at is null"
        " and not exists (select from attempts where candidate_id = $1 and erased_at is null)"
        " and not exists (select from invitations where candidate_id = $1 and expires_at > $3)"
        " and (exists (select from attempts where candidate_id = $1)"
        " or not exists (select from invitations where candidate_id = $1 and created_at >= $2)) returning id",
        candidate_id,
        seen_before,
        now,
        actor,
    )
    if claimed is not None:
        await let_go_of(connection, candidate_id, now=now)
    return claimed is not None


async def _erase_rows_of_person(
    database: Database, erasure: Erasure, *, merchant_id: UUID, actor: str, now: datetime
) -> Erasure:
    async with database.tenant(merchant_id) as connection:
        closed = await connection.fetchval("select erase_person($1, $2, $3)", merchant_id, erasure.candidate_id, now)
        if closed is None:  # another process was faster, or is at it
            erased_at = await connection.fetchval(
                "select erased_at from candidates where id = $1", erasure.candidate_id
            )
            return Erasure(candidate_id=erasure.candidate_id, attempts=erasure.attempts, erased_at=erased_at)
        for task_id in closed:
            await record_task(connection, Event.TASK_DONE, task_id=task_id, actor=actor)
        await record(
            connection,
            Event.CANDIDATE_ERASED,
            merchant_id=merchant_id,
            environment=None,  # a person is erased in all of them
            subject_id=erasure.candidate_id,
            actor=actor,
            data={"attempts": erasure.attempts},
        )
        await leave(connection, Note.WRITE_ERASURE_RECEIPT, merchant_id=merchant_id, subject_id=erasure.candidate_id)
    return Erasure(candidate_id=erasure.candidate_id, attempts=erasure.attempts, erased_at=now)
