"""A merchant's people as its console shows them: a list, and one person with all that happened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tasks import TaskKind, TaskState
from vivavoce.db.database import Connection
from vivavoce.db.pages import Page, RowRange

MOST_COUNTED = 1_000


class PeopleTab(StrEnum):
    """Which people are listed."""

    ALL = "all"
    WAITING = "waiting"  # invited, and has not begun
    UNDER_WAY = "under_way"  # has begun, and not sent it
    SENT = "sent"  # has sent at least one


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A person in the list. state: of the latest attempt; None: nothing was begun."""

    id: UUID
    name: str
    email: str | None
    external_id: str | None
    created_at: datetime
    interviews: int
    state: AttemptState | None
    last_at: datetime | None


# The merchant is named though row-level security holds it anyway: other policies let rows through by other conditions,
# and by either of two no index is found.
_FOUND = """
from candidates
where candidates.merchant_id = current_setting('app.merchant_id')::uuid and erasing_at is null
    and exists (
        select from invitations where invitations.merchant_id = candidates.merchant_id
            and invitations.candidate_id = candidates.id and environment = $1 and not is_test
            and ($2::uuid is null or interview_id = $2)
    )
    and ($3::text is null or strpos(lower(name), lower($3)) > 0 or strpos(email, lower($3)) > 0)
    and case $4
        when 'waiting' then not exists ({attempts})
        when 'under_way' then exists ({attempts} and state in ('begun', 'finished'))
        when 'sent' then exists ({attempts} and state = 'submitted')
        else true end
""".replace(
    "{attempts}",
    "select from attempts where attempts.merchant_id = candidates.merchant_id"
    " and attempts.candidate_id = candidates.id and attempts.environment = $1 and not is_test"
    " and ($2::uuid is null or interview_id = $2)",
)
LIST = """
with page as (
    select candidates.id, name, email, external_id, created_at,
        (select count(distinct interview_id) from invitations where invitations.merchant_id = candidates.merchant_id
            and candidate_id = candidates.id and environment = $1 and not is_test) as interviews,
        latest.state, latest.updated_at as last_at
    from (select id {found} order by id desc limit $5 offset $6) as chosen
        join candidates on candidates.merchant_id = current_setting('app.merchant_id')::uuid
            and candidates.id = chosen.id
        left join lateral (
            select state, updated_at from attempts where attempts.merchant_id = candidates.merchant_id
                and candidate_id = candidates.id and environment = $1 and not is_test
                and ($2::uuid is null or interview_id = $2)
            order by attempts.created_at desc, attempts.id desc limit 1
        ) as latest on true
)
select counted.total, page.*
from (select count(*) as total from (select {found} limit $6::bigint + $7::bigint) as seen) as counted
left join page on true
order by page.id desc
""".replace("{found}", _FOUND)


async def list_people(
    connection: Connection,
    *,
    environment: str,
    tab: PeopleTab,
    interview_id: UUID | None,
    person_part: str | None,
    window: RowRange,
) -> Page[ListedPerson]:
    """Whoever was let in to an interview, trials aside, the newest first. person_part: of the name or the e-mail.

    Ids begin with the time, so the key's own index has them in their order. total: no further than MOST_COUNTED past
    the window's beginning, so that nobody waits for a hundred thousand to be looked at.
    """
    rows = await connection.fetch(
        LIST, environment, interview_id, person_part, tab.value, window.limit, window.offset, MOST_COUNTED + 1
    )
    return Page(
        total=rows[0]["total"],
        rows=tuple(
            ListedPerson(
                id=row["id"],
                name=row["name"],
                email=row["email"],
                external_id=row["external_id"],
                created_at=row["created_at"],
                interviews=row["interviews"],
                state=None if row["state"] is None else AttemptState(row["state"]),
                last_at=row["last_at"],
            )
            for row in rows
            if row["id"] is not None
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAttempt:
    """One attempt of a person. judged_at: None while it waits for a judgement."""

    id: UUID
    interview_id: UUID
    interview_name: str
    number: int
    state: AttemptState
    begun_at: datetime
    submitted_at: datetime | None
    judged_at: datetime | None


class PersonEvent(StrEnum):
    """What a line of somebody's timeline tells."""

    INVITED = "invited"
    REVOKED = "revoked"  # their links
    BEGUN = "begun"
    FINISHED = "finished"
    SENT = "sent"
    JUDGED = "judged"
    GRANTED = "granted"  # one more attempt
    ASKED = "asked"  # text: what for
    ASKED_DONE = "asked_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line: what happened when, at which interview. task: what somebody asked for, and text: in their words."""

    at: datetime
    what: PersonEvent
    interview_id: UUID
    interview_name: str
    number: int | None = None
    task: TaskKind | None = None
    task_state: TaskState | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person with all that happened, the newest first."""

    id: UUID
    name: str
    email: str | None
    contact_email: str | None
    phone: str | None
    external_id: str | None
    created_at: datetime
    attempts: tuple[PersonAttempt, ...]
    timeline: tuple[TimelineEntry, ...]


async def find_known_person(connection: Connection, candidate_id: UUID, *, environment: str) -> KnownPerson | None:
    """The person; None where nobody of this id was let in in this environment, or they are erased."""
    person = await connection.fetchrow(
        "select id, name, email, contact_email, phone, external_id, created_at from candidates"
        " where id = $1 and erasing_at is null and exists (select from invitations where candidate_id = $1"
        " and environment = $2)",
        candidate_id,
        environment,
    )
    if person is None:
        return None
    names = {
        row["id"]: row["name"]
        for row in await connection.fetch(
            "select id, name from interviews where id in (select interview_id from invitations where candidate_id = $1)"
            " and environment = $2",
            candidate_id,
            environment,
        )
    }
    attempts = await connection.fetch(
        "select id, interview_id, number, state, begun_at, finished_at, submitted_at, judged_at from attempts"
        " where candidate_id = $1 and environment = $2 order by begun_at desc, id desc",
        candidate_id,
        environment,
    )
    entries: list[TimelineEntry] = []
    for row in attempts:
        for what, at in (
            (PersonEvent.BEGUN, row["begun_at"]),
            (PersonEvent.FINISHED, row["finished_at"]),
            (PersonEvent.SENT, row["submitted_at"]),
            (PersonEvent.JUDGED, row["judged_at"]),
        ):
            if at is not None:
                entries.append(
                    TimelineEntry(
                        at=at,
                        what=what,
                        interview_id=row["interview_id"],
                        interview_name=names.get(row["interview_id"], ""),
                        number=row["number"],
                    )
                )
    for row in await connection.fetch(
        "select interview_id, created_at, revoked_at from invitations where candidate_id = $1 and environment = $2",
        candidate_id,
        environment,
    ):
        for what, at in ((PersonEvent.INVITED, row["created_at"]), (PersonEvent.REVOKED, row["revoked_at"])):
            if at is not None:
                name = names.get(row["interview_id"], "")
                entries.append(TimelineEntry(at=at, what=what, interview_id=row["interview_id"], interview_name=name))
    for row in await connection.fetch(
        "select interview_id, created_at from grants where candidate_id = $1", candidate_id
    ):
        if row["interview_id"] in names:
            entries.append(
                TimelineEntry(
                    at=row["created_at"],
                    what=PersonEvent.GRANTED,
                    interview_id=row["interview_id"],
                    interview_name=names[row["interview_id"]],
                )
            )
    for row in await connection.fetch(
        "select interview_id, kind, state, text, created_at, done_at from tasks"
        " where candidate_id = $1 and environment = $2",
        candidate_id,
        environment,
    ):
        for what, at in ((PersonEvent.ASKED, row["created_at"]), (PersonEvent.ASKED_DONE, row["done_at"])):
            if at is not None:
                entries.append(
                    TimelineEntry(
                        at=at,
                        what=what,
                        interview_id=row["interview_id"],
                        interview_name=names.get(row["interview_id"], ""),
                        task=TaskKind(row["kind"]),
                        task_state=TaskState(row["state"]),
                        text=row["text"] if what is PersonEvent.ASKED else "",
                    )
                )
    order = list(PersonEvent)
    return KnownPerson(
        **dict(person),
        attempts=tuple(
            PersonAttempt(
                id=row["id"],
                interview_id=row["interview_id"],
                interview_name=names.get(row["interview_id"], ""),
                number=row["number"],
                state=AttemptState(row["state"]),
                begun_at=row["begun_at"],
                submitted_at=row["submitted_at"],
                judged_at=row["judged_at"],
            )
            for row in attempts
        ),
        timeline=tuple(sorted(entries, key=lambda entry: (entry.at, order.index(entry.what)), reverse=True)),
    )
