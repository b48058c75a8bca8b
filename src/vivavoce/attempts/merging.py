"""That two candidates are one person: somebody came in by two addresses, or was registered twice.

Nothing moves. One is kept, the other becomes part of it: the console shows both as one, and whoever is erased or taken
out by the merchant is so whole. Links, recordings with their keys, mails and attempts stay where they are, so it can be
undone, and nobody who was taken for somebody else by mistake ever reads their answers. It counts in one environment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.move import take_turn
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event, record


class SamePerson(Invalid):
    """This is the same person. Choose someone else."""


class PartAlready(Conflict):
    """One of these two is already merged into someone else. Choose that person instead."""


class HasParts(Conflict):
    """Others are already merged into this person. Keep this one, and merge the other into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSide:
    """One of two who may be one person."""

    id: UUID
    name: str
    email: str | None
    external_id: str | None
    created_at: datetime
    invited_to: tuple[str, ...]  # names of interviews
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What a merge would come to. at_both: names of interviews that both were let in to; each keeps its own attempts.

    is_merged: whether they are one already.
    """

    kept: MergeSide
    merged: MergeSide
    at_both: tuple[str, ...]
    is_merged: bool


# By both columns, each by its index. In all environments several may be kept.
WHOLE = """
with recursive whole as (
    select $1::uuid as id
    union
    select other.id from whole cross join lateral (
        select merged_id as id from merges
        where kept_id = whole.id and undone_at is null and ($2::text is null or environment = $2)
        union all
        select kept_id from merges
        where merged_id = whole.id and undone_at is null and ($2::text is null or environment = $2)
    ) as other
)
select id from whole order by exists (
    select from merges where merged_id = whole.id and undone_at is null and ($2::text is null or environment = $2)
), id
"""


async def find_whole(connection: Connection, candidate_id: UUID, *, environment: str | None) -> tuple[UUID, ...]:
    """All candidates who are one person with this one, the kept one first. environment: None: in any."""
    return tuple(row["id"] for row in await connection.fetch(WHOLE, candidate_id, environment))


async def preview_merge(connection: Connection, *, kept_id: UUID, merged_id: UUID, environment: str) -> MergePreview:
    """What merging would come to. Raises NotFound, SamePerson, PartAlready and HasParts, as merging does."""
    is_merged = await _require_mergeable(connection, kept_id, merged_id, environment=environment)
    kept, merged = [await _read_side(connection, side, environment) for side in (kept_id, merged_id)]
    at_both = await connection.fetch(
        "select name from interviews where id in (select interview_id from invitations where candidate_id = $1"
        " and environment = $3) and id in (select interview_id from invitations where candidate_id = $2) order by name",
        kept_id,
        merged_id,
        environment,
    )
    return MergePreview(
        kept=kept,
        merged=merged,
        at_both=tuple(interview["name"] for interview in at_both),
        is_merged=is_merged,
    )


async def merge_people(
    connection: Connection,
    *,
    merchant_id: UUID,
    kept_id: UUID,
    merged_id: UUID,
    environment: str,
    actor: str,
    now: datetime,
) -> None:
    """The second is part of the first from now on. Repeating it changes nothing.

    Raises NotFound when somebody is not there or is being erased, SamePerson, PartAlready and HasParts.
    """
    for candidate_id in sorted((kept_id, merged_id)):  # one order for all, so that no two wait for each other
        await take_turn(connection, candidate_id)
    if await _require_mergeable(connection, kept_id, merged_id, environment=environment):
        return
    await connection.execute(
        "insert into merges (merchant_id, id, environment, kept_id, merged_id, actor, merged_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        merchant_id,
        new_id(),
        environment,
        kept_id,
        merged_id,
        actor,
        now,
    )
    await _tell(connection, Event.CANDIDATE_MERGED, merchant_id, kept_id, merged_id, environment, actor)


async def split_person(
    connection: Connection,
    *,
    merchant_id: UUID,
    kept_id: UUID,
    merged_id: UUID,
    environment: str,
    actor: str,
    now: datetime,
) -> None:
    """They are two again. Repeating it changes nothing. Raises NotFound when somebody is not there."""
    for candidate_id in sorted((kept_id, merged_id)):
        await take_turn(connection, candidate_id)
        await _require_here(connection, candidate_id, environment)
    undone = await connection.fetchval(
        "update merges set undone_at = $3 where kept_id = $1 and merged_id = $2 and undone_at is null"
        " and environment = $4 returning id",
        kept_id,
        merged_id,
        now,
        environment,
    )
    if undone is not None:
        await _tell(connection, Event.CANDIDATE_SPLIT, merchant_id, kept_id, merged_id, environment, actor)


async def choose_invited(
    connection: Connection, whole: Sequence[UUID], interview_id: UUID, *, environment: str
) -> UUID:
    """Which candidate of one person a new link to the interview is for: whoever was let in to it, else the first."""
    rows = await connection.fetch(
        "select distinct candidate_id from invitations where candidate_id = any ($1) and interview_id = $2"
        " and environment = $3",
        whole,
        interview_id,
        environment,
    )
    let_in = {row["candidate_id"] for row in rows}
    return next((candidate_id for candidate_id in whole if candidate_id in let_in), whole[0])


async def let_go_of(connection: Connection, candidate_id: UUID, *, now: datetime) -> None:
    """Whoever is one person with this one is so no longer: this one is forgotten, and the others may stay."""
    await connection.execute(
        "update merges set undone_at = $2 where $1 in (kept_id, merged_id) and undone_at is null", candidate_id, now
    )


async def _require_mergeable(connection: Connection, kept_id: UUID, merged_id: UUID, *, environment: str) -> bool:
    """Whether they are merged so already."""
    if kept_id == merged_id:
        raise SamePerson
    for candidate_id in (kept_id, merged_id):
        await _require_here(connection, candidate_id, environment)
    rows = await connection.fetch(
        "select kept_id, merged_id from merges where undone_at is null and environment = $3"
        " and (merged_id = any ($1) or kept_id = $2)",
        [kept_id, merged_id],
        merged_id,
        environment,
    )
    standing = {(row["kept_id"], row["merged_id"]) for row in rows}
    if (kept_id, merged_id) in standing:
        return True
    if any(part in (kept_id, merged_id) for _, part in standing):
        raise PartAlready
    if standing:
        raise HasParts
    return False


async def _require_here(connection: Connection, candidate_id: UUID, environment: str) -> None:
    is_here = await connection.fetchval(
        "select exists (select from candidates join invitations on candidate_id = candidates.id"
        " where candidates.id = $1 and erasing_at is null and environment = $2)",
        candidate_id,
        environment,
    )
    if not is_here:
        raise NotFound(name=str(candidate_id))


async def _read_side(connection: Connection, candidate_id: UUID, environment: str) -> MergeSide:
    row = await connection.fetchrow(
        "select id, name, email, external_id, created_at, ("
        " select count(*) from attempts where candidate_id = $1 and environment = $2) as attempts"
        " from candidates where id = $1",
        candidate_id,
        environment,
    )
    assert row is not None
    invited = await connection.fetch(
        "select name from interviews where id in ("
        " select interview_id from invitations where candidate_id = $1 and environment = $2) order by name, id",
        candidate_id,
        environment,
    )
    return MergeSide(**dict(row), invited_to=tuple(interview["name"] for interview in invited))


async def _tell(
    connection: Connection,
    event: Event,
    merchant_id: UUID,
    kept_id: UUID,
    merged_id: UUID,
    environment: str,
    actor: str,
) -> None:
    await record(
        connection,
        event,
        merchant_id=merchant_id,
        environment=environment,
        subject_id=kept_id,
        actor=actor,
        data={"merged_id": str(merged_id)},
    )
