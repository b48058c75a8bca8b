"""Members: who works at a merchant, in which role. Somebody may be a member of several merchants, by one address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event, record
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.access import OPERATORS
from vivavoce.merchants.mailed_codes import checked_email
from vivavoce.merchants.tokens import Role

LONGEST_NAME, LONGEST_MESSAGE = 200, 2_000
# Who can be a member. An admin is one of the platform: made by the command line alone.
STAFF = frozenset({Role.OWNER, Role.RECRUITER, Role.SELECTION, Role.MENTOR, Role.USER})
DESK_ROLES = frozenset({Role.ADMIN, Role.OWNER, Role.RECRUITER, Role.SELECTION})  # who has a place in the console


class MemberStatus(StrEnum):
    """Whether somebody belongs to the merchant's people."""

    INVITED = "invited"  # has not signed in yet; may
    ACTIVE = "active"
    ENDED = "ended"  # signs in no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who works at a merchant. language: of their mails."""

    merchant_id: UUID
    id: UUID
    email: str
    name: str
    role: Role
    status: MemberStatus
    language: str
    invited_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None

    @property
    def shown_name(self) -> str:
        """The name, or the address of somebody who has none."""
        return self.name or self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Somebody to invite. console_url: where they sign in, for the mail; '': no mail goes out."""

    email: str
    name: str
    role: Role
    language: str = "en"
    message: str = ""
    console_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One merchant that somebody works at, with their role there."""

    member_id: UUID
    merchant_id: UUID
    slug: str
    name: str
    role: Role
    status: MemberStatus
    since: datetime  # their invitation
    parent_id: UUID | None = None  # of a merchant that they reach by a membership above it


class Invitation(StrEnum):
    """What came of inviting somebody."""

    INVITED = "Invited"
    ACTIVATED = "Activated"  # had left, and is back
    SKIPPED = "Skipped"  # is a member already, or waits for an earlier mail


async def add_member(
    connection: Connection, person: NewMember, *, merchant_id: UUID, again: bool = False, actor: str, now: datetime
) -> tuple[Member, Invitation]:
    """The member of this address, new or back, in this role; an active one stays as they are.

    again: whoever has not signed in yet is mailed once more. Raises Invalid, naming the field.
    """
    email = checked_email(person.email)
    if email is None:
        raise Invalid("Field is required.", name="email")
    name = " ".join(person.name.split())
    for field, text, most in (("name", name, LONGEST_NAME), ("message", person.message, LONGEST_MESSAGE)):
        if len(text) > most or "\0" in text:
            raise Invalid(f"Expected at most {most} characters.", name=field)
    known = await connection.fetchrow("select * from members where email = $1 for update", email)
    if known is not None and known["status"] != MemberStatus.ENDED:
        is_waiting = known["status"] == MemberStatus.INVITED
        if is_waiting and again and person.console_url:
            await connection.execute(
                "update members set mailed_at = null, message = $2, console_url = $3, language = $4 where id = $1",
                known["id"],
                person.message,
                person.console_url,
                person.language,
            )
            await leave(connection, Note.MAIL_MEMBER, merchant_id=merchant_id, subject_id=known["id"])
            return to_member(known), Invitation.INVITED
        return to_member(known), Invitation.SKIPPED
    row = await connection.fetchrow(
        "insert into members (merchant_id, id, email, name, role, status, language, message, console_url, invited_at)"
        " values ($1, $2, $3, $4, $5, 'invited', $6, $7, $8, $9)"
        " on conflict (merchant_id, email) do update set"
        " name = case when excluded.name = '' then members.name else excluded.name end,"
        " role = excluded.role, status = 'invited', language = excluded.language, message = excluded.message,"
        " console_url = excluded.console_url, invited_at = excluded.invited_at, mailed_at = null, ended_at = null"
        " returning *",
        merchant_id,
        new_id(),
        email,
        name,
        person.role.value,
        person.language,
        person.message,
        person.console_url,
        now,
    )
    assert row is not None
    await record(
        connection,
        Event.MEMBER_INVITED,
        merchant_id=merchant_id,
        environment=None,
        subject_id=row["id"],
        actor=actor,
        data={"role": person.role.value},
    )
    if person.console_url:
        await leave(connection, Note.MAIL_MEMBER, merchant_id=merchant_id, subject_id=row["id"])
    return to_member(row), Invitation.INVITED if known is None else Invitation.ACTIVATED


async def list_members(connection: Connection) -> list[Member]:
    """All who work there or did, those who do first, by name."""
    rows = await connection.fetch(
        "select * from members order by (status = 'ended'), lower(coalesce(nullif(name, ''), email)), id"
    )
    return [to_member(row) for row in rows]


async def find_member(connection: Connection, *, email: str) -> Member | None:
    """The member of this address, in whatever status."""
    row = await connection.fetchrow("select * from members where email = $1", email)
    return None if row is None else to_member(row)


async def join_member(connection: Connection, merchant_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Somebody who was invited has shown that the address is theirs. Said again, it changes nothing."""
    joined = await connection.fetchval(
        "update members set status = 'active', joined_at = coalesce(joined_at, $2)"
        " where id = $1 and status = 'invited' returning id",
        member_id,
        now,
    )
    if joined is not None:
        await record(
            connection,
            Event.MEMBER_JOINED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=member_id,
            actor=f"user {member_id}",
        )


async def change_role(connection: Connection, merchant_id: UUID, member_id: UUID, role: Role, *, actor: str) -> None:
    """Gives somebody another role from now on. Raises NotFound, Invalid, and Conflict for the last owner."""
    if role not in STAFF:
        raise Invalid(f"Expected one of these: {', '.join(sorted(STAFF))}.", name="role")
    await _keep_an_owner(connection, member_id, unless=role is Role.OWNER)
    changed = await connection.fetchval(
        "update members set role = $2 where id = $1 and status <> 'ended' and role <> 'admin' returning id",
        member_id,
        role.value,
    )
    if changed is None:
        raise NotFound
    await record(
        connection,
        Event.MEMBER_CHANGED,
        merchant_id=merchant_id,
        environment=None,
        subject_id=member_id,
        actor=actor,
        data={"role": role.value},
    )


async def end_member(connection: Connection, merchant_id: UUID, member_id: UUID, *, actor: str, now: datetime) -> None:
    """Somebody works there no more: they are signed out at once. Raises NotFound, and Conflict for the last owner."""
    await _keep_an_owner(connection, member_id)
    ended = await connection.fetchval(
        "update members set status = 'ended', ended_at = $2 where id = $1 and status <> 'ended' returning id",
        member_id,
        now,
    )
    if ended is None:
        raise NotFound
    await connection.execute(
        "update member_sessions set ended_at = $2 where member_id = $1 and ended_at is null", member_id, now
    )
    await record(
        connection,
        Event.MEMBER_ENDED,
        merchant_id=merchant_id,
        environment=None,
        subject_id=member_id,
        actor=actor,
    )


async def find_memberships(database: Database, email: str) -> list[Membership]:
    """Where the person of this address works, or is invited to: the one of longest standing first."""
    async with database.by_email(email) as connection:
        rows = await connection.fetch(
            "select members.id, members.merchant_id, slug, merchants.name, role, members.status, invited_at"
            " from members join merchants on merchants.id = members.merchant_id"
            " where email = $1 and members.status <> 'ended' order by invited_at, members.id",
            email,
        )
    return [
        Membership(
            member_id=row["id"],
            merchant_id=row["merchant_id"],
            slug=row["slug"],
            name=row["name"],
            role=Role(row["role"]),
            status=MemberStatus(row["status"]),
            since=row["invited_at"],
        )
        for row in rows
    ]


def is_of_this_time(made_at: datetime, memberships: Sequence[Membership]) -> bool:
    """Whether what somebody made for their sign-in still counts: they have worked somewhere since before it was made.

    An address may be given to somebody else once its person has left; what its last owner made lets nobody in then.
    """
    return any(membership.since <= made_at for membership in memberships)


async def list_reached(database: Database, email: str) -> list[Membership]:
    """Every merchant that the person may act for: their own, and the sub-merchants of those by name."""
    reached: dict[UUID, Membership] = {}
    own = await find_memberships(database, email)
    for membership in own:
        reached.setdefault(membership.merchant_id, membership)
        if membership.role not in OPERATORS | {Role.ADMIN}:
            continue
        async with database.tenant(membership.merchant_id) as connection:
            rows = await connection.fetch(
                "select id, slug, name from merchants where parent_id = $1 order by lower(name), id",
                membership.merchant_id,
            )
        for row in rows:
            below = Membership(
                member_id=membership.member_id,
                merchant_id=row["id"],
                slug=row["slug"],
                name=row["name"],
                role=membership.role,
                status=membership.status,
                since=membership.since,
                parent_id=membership.merchant_id,
            )
            reached.setdefault(row["id"], below)
    return [
        *(reached[membership.merchant_id] for membership in own),
        *(below for below in reached.values() if below.parent_id),
    ]


async def _keep_an_owner(connection: Connection, member_id: UUID, *, unless: bool = False) -> None:
    """Raises Conflict where this is the only owner: nobody could let anybody in any more."""
    owners = await connection.fetch(
        "select id from members where role = 'merchant_owner' and status <> 'ended' order by id for update"
    )
    if not unless and [row["id"] for row in owners] == [member_id]:
        raise Conflict("This is the merchant’s only owner. Make somebody else an owner first.")


def to_member(row: asyncpg.Record) -> Member:
    """A row of the table."""
    return Member(
        merchant_id=row["merchant_id"],
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        status=MemberStatus(row["status"]),
        language=row["language"],
        invited_at=row["invited_at"],
        joined_at=row["joined_at"],
        ended_at=row["ended_at"],
    )
