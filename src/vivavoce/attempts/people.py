"""A merchant's people as its console shows them: a list, and one person with all that happened."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from uuid import UUID

from vivavoce.attempts.merging import find_whole
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tasks import TaskKind, TaskState
from vivavoce.db.database import Connection

LOOKED_AT = 10_000  # people for one page, so that nobody waits for a hundred thousand to be looked at
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """A page of the list. next_after: the place where the next one begins; None: nobody follows.

    count: of the first page, how many there are, MOST_COUNTED + 1 at most. is_cut: among the next LOOKED_AT people
    alone, and those behind them were not looked at.
    """

    rows: tuple[ListedPerson, ...]
    count: int
    is_cut: bool
    next_after: UUID | None


# Ids begin with the time, so the key's own index has people in their order. The merchant is named though row-level
# security holds it anyway: other policies let rows through by other conditions, and by either of two no index is found.
# Whether somebody belongs into the list is asked person by person (`select true … limit 1` is never made a join of): a
# join would read everybody's invitations for fifty rows.
_PEOPLE = """
    select id from candidates
    where merchant_id = current_setting('app.merchant_id')::uuid and erasing_at is null
        and id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') {text}
    order by id desc limit $5
"""
_TEXT = "and strpos(folded, lower($7::text)) > 0"
# Of one interview: its invitations are in the order of their people, too.
_AT_INTERVIEW = """
    select distinct candidate_id as id from invitations
    where merchant_id = current_setting('app.merchant_id')::uuid and interview_id = $2
        and candidate_id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by candidate_id desc limit $5
"""
_INVITED = """(
    select true from invitations where invitations.merchant_id = current_setting('app.merchant_id')::uuid
        and invitations.candidate_id = looked_at.id and environment = $1 and not is_test
        and ($2::uuid is null or interview_id = $2) limit 1
)"""
_HAS_ATTEMPT = """coalesce((
    select true from attempts where attempts.merchant_id = current_setting('app.merchant_id')::uuid
        and attempts.candidate_id = looked_at.id and attempts.environment = $1 and not is_test
        and ($2::uuid is null or interview_id = $2) {state} limit 1
), false)"""
_TABS = {
    PeopleTab.ALL: "",
    PeopleTab.WAITING: "and not " + _HAS_ATTEMPT.replace("{state}", ""),
    PeopleTab.UNDER_WAY: "and " + _HAS_ATTEMPT.replace("{state}", "and state in ('begun', 'finished')"),
    PeopleTab.SENT: "and " + _HAS_ATTEMPT.replace("{state}", "and state = 'submitted'"),
}
# Where people were merged at this merchant: who is part of another is not listed, and is looked for, found and counted
# as that one. The lists of ids are made once a statement.
_KEPT = """and id <> all (array(
    select merged_id from merges
    where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and undone_at is null
))"""
_TEXT_OF_WHOLE = """and (strpos(folded, lower($7::text)) > 0 or id = any (array(
    select kept_id from merges join candidates as part on part.merchant_id = merges.merchant_id and part.id = merged_id
    where merges.merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and undone_at is null
        and strpos(part.folded, lower($7::text)) > 0
)))"""
_KEPT_AT_INTERVIEW = """
    select distinct id from (
        ({invited_there}) union all
        select kept_id from merges
        where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and undone_at is null
            and kept_id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            and exists (select from invitations where invitations.merchant_id = merges.merchant_id
                and invitations.candidate_id = merged_id and interview_id = $2)
    ) as let_in where true {kept} order by id desc limit $5
"""
_WHOLE = """any (array(
    select {id} union all
    select merged_id from merges
    where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and undone_at is null
        and kept_id = {id}
))"""
LIST = """
with looked_at as materialized ({people}),
found as materialized (select id from looked_at where {invited} {tab} order by id desc limit $6),
page as (
    select candidates.id, name, email, external_id, created_at,
        (select count(distinct interview_id) from invitations
            where invitations.merchant_id = current_setting('app.merchant_id')::uuid
                and candidate_id = candidates.id and environment = $1 and not is_test) as interviews,
        latest.state, latest.updated_at as last_at
    from (select id from found order by id desc limit $4) as chosen
        join candidates on candidates.merchant_id = current_setting('app.merchant_id')::uuid
            and candidates.id = chosen.id and erasing_at is null
        left join lateral (
            select state, updated_at from attempts
            where attempts.merchant_id = current_setting('app.merchant_id')::uuid and candidate_id = candidates.id
                and environment = $1 and not is_test and ($2::uuid is null or interview_id = $2)
            order by attempts.created_at desc, attempts.id desc limit 1
        ) as latest on true
)
select page.*, counted.*
from (
    select (select count(*) from found) as count, (select count(*) from looked_at) as looked_at,
        (select id from looked_at order by id limit 1) as last_looked_at,
        (select id from (select id from found order by id desc limit $4) as shown order by id limit 1) as last_shown
) as counted left join page on true
order by page.id desc
"""


async def list_people(
    connection: Connection,
    *,
    environment: str,
    tab: PeopleTab,
    interview_id: UUID | None,
    person_part: str | None,
    after: UUID | None,
    limit: int,
) -> PeoplePage:
    """Whoever was let in to an interview, trials aside, the newest first. person_part: of the name or the e-mail.

    after: the place that the page before named. At most LOOKED_AT people are looked at; of those who are searched for
    by a name, so many that have it.
    """
    most_found = MOST_COUNTED + 1 if after is None else limit + 1
    has_merges = await connection.fetchval(
        "select exists (select from merges where undone_at is null and environment = $1)", environment
    )
    rows = await connection.fetch(
        list_statement(
            tab, by_interview=interview_id is not None, by_text=person_part is not None, by_whole=has_merges
        ),
        environment,
        interview_id,
        after,
        limit,
        LOOKED_AT,
        most_found,
        *(() if person_part is None else (person_part,)),
    )
    told = rows[0]
    is_cut = told["looked_at"] == LOOKED_AT and told["count"] < most_found
    return PeoplePage(
        count=told["count"],
        is_cut=is_cut,
        next_after=told["last_shown"] if told["count"] > limit else told["last_looked_at"] if is_cut else None,
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


def list_statement(tab: PeopleTab, *, by_interview: bool, by_text: bool, by_whole: bool = False) -> str:
    """LIST for what is asked for: of the people that are looked at, those of an interview where no name is sought.

    by_whole: some candidates are parts of others.
    """
    people = _AT_INTERVIEW if by_interview and not by_text else _PEOPLE.replace("{text}", _TEXT if by_text else "")
    if by_whole and by_interview and not by_text:
        people = _KEPT_AT_INTERVIEW.replace("{invited_there}", _AT_INTERVIEW).replace("{kept}", _KEPT)
    elif by_whole:
        people = _PEOPLE.replace("{text}", f"{_TEXT_OF_WHOLE if by_text else ''} {_KEPT}")
    statement = LIST.replace("{people}", people).replace("{invited}", _INVITED).replace("{tab}", _TABS[tab])
    if not by_whole:
        return statement
    for place in ("looked_at.id", "candidates.id"):
        statement = statement.replace(f"candidate_id = {place}", f"candidate_id = {_WHOLE.replace('{id}', place)}")
    return statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAttempt:
    """One attempt of a person. judged_at: None while it waits for a judgement."""

    id: UUID
    candidate_id: UUID  # the person, or who is part of them
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
    TIME_SET = "time_set"  # more time; minutes: how many, 0: no more
    MERGED = "merged"  # with a part of theirs; text: its name or address
    ASKED = "asked"  # text: what for
    ASKED_DONE = "asked_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line: what happened when, at which interview. task: what somebody asked for, and text: in their words."""

    at: datetime
    what: PersonEvent
    interview_id: UUID | None
    interview_name: str
    number: int | None = None
    task: TaskKind | None = None
    task_state: TaskState | None = None
    text: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPart:
    """A candidate who is part of a person."""

    id: UUID
    name: str
    email: str | None
    external_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person with all that happened, the newest first. parts: whoever was merged into them."""

    id: UUID
    name: str
    email: str | None
    contact_email: str | None
    phone: str | None
    external_id: str | None
    created_at: datetime
    attempts: tuple[PersonAttempt, ...]
    timeline: tuple[TimelineEntry, ...]
    parts: tuple[PersonPart, ...] = ()


# What is known of one person, by their id.
PERSON = """
select id, name, email, contact_email, phone, external_id, created_at from candidates
where merchant_id = current_setting('app.merchant_id')::uuid and id = $1 and erasing_at is null
    and exists (
        select from invitations where merchant_id = current_setting('app.merchant_id')::uuid and candidate_id = $1
            and environment = $2
    )
"""
INTERVIEWS_OF = """
select id, name from interviews
where merchant_id = current_setting('app.merchant_id')::uuid and environment = $2 and id in (
    select interview_id from invitations
    where merchant_id = current_setting('app.merchant_id')::uuid and candidate_id = $1
)
"""
ATTEMPTS_OF = """
select id, interview_id, number, state, begun_at, finished_at, submitted_at, judged_at from attempts
where merchant_id = current_setting('app.merchant_id')::uuid and candidate_id = $1 and environment = $2
order by begun_at desc, id desc
"""
INVITATIONS_OF = """
select interview_id, created_at, revoked_at from invitations
where merchant_id = current_setting('app.merchant_id')::uuid and candidate_id = $1 and environment = $2
"""


async def find_known_person(connection: Connection, candidate_id: UUID, *, environment: str) -> KnownPerson | None:
    """The person, whole: the kept one where this is part of another (attempts/merging.py).

    None where nobody of this id was let in in this environment, or they are erased.
    """
    kept_id, *part_ids = await find_whole(connection, candidate_id, environment=environment)
    kept = await _find_alone(connection, kept_id, environment=environment)
    known_parts = [await _find_alone(connection, part_id, environment=environment) for part_id in part_ids]
    parts = {part.id: part for part in known_parts if part is not None}
    if kept is None or not parts:
        return kept
    merged = [
        TimelineEntry(
            at=row["merged_at"],
            what=PersonEvent.MERGED,
            interview_id=None,
            interview_name="",
            text=parts[row["merged_id"]].name or parts[row["merged_id"]].email or "",
        )
        for row in await connection.fetch(
            "select merged_id, merged_at from merges where kept_id = $1 and undone_at is null and environment = $2",
            kept_id,
            environment,
        )
        if row["merged_id"] in parts
    ]
    whole = (kept, *parts.values())
    return replace(
        kept,
        attempts=tuple(sorted(chain(*(side.attempts for side in whole)), key=attrgetter("begun_at"), reverse=True)),
        timeline=tuple(sorted(chain(merged, *(side.timeline for side in whole)), key=attrgetter("at"), reverse=True)),
        parts=tuple(
            PersonPart(id=part.id, name=part.name, email=part.email, external_id=part.external_id)
            for part in parts.values()
        ),
    )


async def _find_alone(connection: Connection, candidate_id: UUID, *, environment: str) -> KnownPerson | None:
    person = await connection.fetchrow(
        PERSON,
        candidate_id,
        environment,
    )
    if person is None:
        return None
    names = {
        row["id"]: row["name"]
        for row in await connection.fetch(
            INTERVIEWS_OF,
            candidate_id,
            environment,
        )
    }
    attempts = await connection.fetch(
        ATTEMPTS_OF,
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
        INVITATIONS_OF,
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
        "select interview_id, minutes, set_at from extra_times where candidate_id = $1", candidate_id
    ):
        if row["interview_id"] in names:
            entries.append(
                TimelineEntry(
                    at=row["set_at"],
                    what=PersonEvent.TIME_SET,
                    interview_id=row["interview_id"],
                    interview_name=names[row["interview_id"]],
                    minutes=row["minutes"],
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
                candidate_id=candidate_id,
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
