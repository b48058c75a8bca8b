"""Tasks: what a person at the merchant is to do, because a candidate asked for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.record import record_task
from vivavoce.candidates.post import Letter, MailKind, post
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.db.pages import Page, RowRange
from vivavoce.errors import Conflict, Invalid
from vivavoce.events.record import Event, record


class TaskKind(StrEnum):
    """What is to be done."""

    ANSWER_CANDIDATE = "answer_candidate"  # text: a candidate's question that nothing written answers
    PERSON_WANTED = "person_wanted"  # somebody would rather talk with a person
    TROUBLE = "trouble"  # text: what the candidate says is wrong
    CONTESTED = "contested"  # text: why a person should look at the attempt anew
    ERASURE_WANTED = "erasure_wanted"  # all that is kept of somebody is to be erased, by due_at; erasing alone does it


class TaskState(StrEnum):
    """Whether it waits."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"  # the merchant does not do it, and has told the person why


MOVES = {
    TaskState.OPEN: Event.TASK_OPENED,
    TaskState.DONE: Event.TASK_DONE,
    TaskState.REFUSED: Event.TASK_REFUSED,
}
LONGEST_REASON = 2_000  # characters
# What a candidate reads an answer to, once it is done.
REPLIED = frozenset({TaskKind.ANSWER_CANDIDATE.value, TaskKind.CONTESTED.value})


async def has_open_contest(connection: Connection, attempt_id: UUID) -> bool:
    """Whether its person asked to have it looked at again, and waits: nothing of it is to go by itself meanwhile."""
    is_open: bool = await connection.fetchval(
        "select exists (select from tasks where attempt_id = $1 and kind = $2 and state = $3)",
        attempt_id,
        TaskKind.CONTESTED.value,
        TaskState.OPEN.value,
    )
    return is_open


class DoneByErasing(Conflict):
    """This task is done by erasing the person, and by nothing else."""


class NotRefusable(Conflict):
    """Only somebody's wish to have everything erased can be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as it is listed: what, whose, at which interview. attempt_id: None where it came without an attempt."""

    id: UUID
    kind: TaskKind
    state: TaskState
    interview_id: UUID
    interview_name: str
    candidate_id: UUID
    candidate_name: str
    candidate_email: str | None
    attempt_id: UUID | None
    text: str
    created_at: datetime
    done_at: datetime | None
    due_at: datetime | None = None  # by when it was promised; None: no promise was made
    reason: str | None = None  # why it was refused, in the words that the person reads
    reply: str | None = None  # what a question was answered, in the words that the person reads


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTask:
    """A task, as it stands beside its attempt."""

    id: UUID
    kind: TaskKind
    state: TaskState
    text: str
    reply: str | None
    created_at: datetime
    done_at: datetime | None


async def add_task(
    connection: Connection,
    kind: TaskKind,
    *,
    merchant_id: UUID,
    environment: str,
    interview_id: UUID,
    candidate_id: UUID,
    attempt_id: UUID | None,
    text: str,
    actor: str,
    due_at: datetime | None = None,
) -> UUID:
    """The id of the task: a new one, or the open one that says the same of the same attempt.

    The attempt, or the person where there is none, must be locked: whoever holds the lock knows that nobody else adds
    the same.
    """
    there: UUID | None = await connection.fetchval(
        "select id from tasks where kind = $1 and attempt_id is not distinct from $2 and candidate_id = $3"
        " and text = $4 and state = 'open' limit 1",
        kind.value,
        attempt_id,
        candidate_id,
        text,
    )
    if there is not None:
        return there
    task_id = new_id()
    await connection.execute(
        "insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text, due_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        merchant_id,
        task_id,
        environment,
        kind.value,
        interview_id,
        candidate_id,
        attempt_id,
        text,
        due_at,
    )
    await record(
        connection,
        Event.TASK_ADDED,
        merchant_id=merchant_id,
        environment=environment,
        subject_id=task_id,
        actor=actor,
        data={"kind": kind.value, "attempt_id": None if attempt_id is None else str(attempt_id)},
    )
    return task_id


async def move_task(
    connection: Connection,
    task_id: UUID,
    state: TaskState,
    *,
    merchant_id: UUID,
    environment: str,
    actor: str,
    now: datetime,
    reason: str = "",
    reply: str = "",
) -> bool:
    """Puts the task into this state; where it stands there already, nothing changes. False: there is no such task.

    reason: why it is refused; reply: what a candidate's question is answered; the person reads either,
    and is mailed the first reply to a question. Raises Invalid
    where a reason is missing, one of them is too long, or a reply is given to anything else; DoneByErasing, and
    NotRefusable.
    """
    said = _checked(reply, name="reply") if reply.strip() else None
    why = _checked(reason) if state is TaskState.REFUSED else None
    task = await connection.fetchrow(
        "select kind, state, candidate_id, interview_id from tasks where id = $1 and environment = $2"
        " for no key update",
        task_id,
        environment,
    )
    if task is None:
        return False
    if said is not None and (task["kind"] not in REPLIED or state is not TaskState.DONE):
        raise Invalid("Only a candidate's question or another look that is done has a reply.", name="reply")
    if said is not None:
        await connection.execute("update tasks set reply = $2 where id = $1", task_id, said)
        if task["kind"] == TaskKind.ANSWER_CANDIDATE.value:
            letter = Letter(
                kind=MailKind.REPLY,
                environment=environment,
                candidate_id=task["candidate_id"],
                interview_id=task["interview_id"],
                subject_id=task_id,
                message=said,
            )
            await post(connection, letter, merchant_id=merchant_id, now=now)
    if task["state"] == state.value:
        return True
    if task["kind"] == TaskKind.ERASURE_WANTED.value:
        if TaskState.DONE.value in (state.value, task["state"]):
            raise DoneByErasing
    elif state is TaskState.REFUSED:
        raise NotRefusable
    await connection.execute(
        "update tasks set state = $2::text, done_at = case $2 when 'open' then null else $3::timestamptz end,"
        " done_by = case $2 when 'open' then null else $4 end, reason = $5 where id = $1",
        task_id,
        state.value,
        now,
        actor,
        why,
    )
    await record_task(connection, MOVES[state], task_id=task_id, actor=actor)
    return True


async def reword_task(connection: Connection, kind: TaskKind, *, attempt_id: UUID, before: str, text: str) -> bool:
    """Lets the open task that says the one say the other; False: none waits. The attempt must be locked."""
    reworded = await connection.fetchval(
        "update tasks set text = $4 where attempt_id = $1 and kind = $2 and text = $3 and state = 'open' returning id",
        attempt_id,
        kind.value,
        before,
        text,
    )
    return reworded is not None


async def withdraw_task(
    connection: Connection, kind: TaskKind, *, attempt_id: UUID, text: str, actor: str, now: datetime
) -> None:
    """Puts the open task that says this out of the way: who left it asks no longer. The attempt must be locked."""
    task_id = await connection.fetchval(
        "update tasks set state = 'done', done_at = $4, done_by = $5"
        " where attempt_id = $1 and kind = $2 and text = $3 and state = 'open' returning id",
        attempt_id,
        kind.value,
        text,
        now,
        actor,
    )
    if task_id is not None:
        await record_task(connection, Event.TASK_DONE, task_id=task_id, actor=actor)


async def find_replies(connection: Connection, attempt_id: UUID) -> dict[str, str]:
    """What the questions of this attempt that were passed on were answered, by the question's text."""
    rows = await connection.fetch(
        "select text, reply from tasks where attempt_id = $1 and kind = $2 and reply is not null order by created_at",
        attempt_id,
        TaskKind.ANSWER_CANDIDATE.value,
    )
    return {row["text"]: row["reply"] for row in rows}


async def list_tasks_of(connection: Connection, attempt_id: UUID) -> tuple[AttemptTask, ...]:
    """The tasks of this attempt, the first one first."""
    rows = await connection.fetch("select * from tasks where attempt_id = $1 order by created_at, id", attempt_id)
    return tuple(
        AttemptTask(
            id=row["id"],
            kind=TaskKind(row["kind"]),
            state=TaskState(row["state"]),
            text=row["text"],
            reply=row["reply"],
            created_at=row["created_at"],
            done_at=row["done_at"],
        )
        for row in rows
    )


def _checked(reason: str, *, name: str = "reason") -> str:
    why = reason.replace("\0", "").replace("\r\n", "\n").strip()
    if not why:
        raise Invalid("Say why: the person reads it on their own page.", name="reason")
    if len(why) > LONGEST_REASON:
        raise Invalid(f"Expected at most {LONGEST_REASON:,} characters.", name=name)
    return why


# The total stands in each row; where the window holds nothing, in one row alone that is no task. Rows that are counted
# or passed over are looked at in the index alone.
_FOUND = """
from tasks
where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and ($2::text is null or state = $2)
    and ($3::uuid is null or interview_id = $3)
"""
LIST = """
with page as (
    select tasks.*, interviews.name as interview_name, candidates.name as candidate_name, candidates.email
    from (select id {found} order by created_at desc, id desc limit $4 offset $5) as chosen
        join tasks on tasks.merchant_id = current_setting('app.merchant_id')::uuid and tasks.id = chosen.id
        join interviews on (interviews.merchant_id, interviews.id) = (tasks.merchant_id, tasks.interview_id)
        join candidates on (candidates.merchant_id, candidates.id) = (tasks.merchant_id, tasks.candidate_id)
)
select counted.total, page.*
from (select count(*) as total {found}) as counted left join page on true
order by page.created_at desc, page.id desc
""".replace("{found}", _FOUND)


async def list_tasks(
    connection: Connection, *, environment: str, state: TaskState | None, interview_id: UUID | None, window: RowRange
) -> Page[Task]:
    """The tasks, newest first. state: None for all."""
    rows = await connection.fetch(
        LIST, environment, None if state is None else state.value, interview_id, window.limit, window.offset
    )
    return Page(
        total=rows[0]["total"],
        rows=tuple(
            Task(
                id=row["id"],
                kind=TaskKind(row["kind"]),
                state=TaskState(row["state"]),
                interview_id=row["interview_id"],
                interview_name=row["interview_name"],
                candidate_id=row["candidate_id"],
                candidate_name=row["candidate_name"],
                candidate_email=row["email"],
                attempt_id=row["attempt_id"],
                text=row["text"],
                created_at=row["created_at"],
                done_at=row["done_at"],
                due_at=row["due_at"],
                reason=row["reason"],
                reply=row["reply"],
            )
            for row in rows
            if row["id"] is not None
        ),
    )
