"""Storing a new interview: its steps, its embed key and the event, in one statement, all or nothing."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.events.record import Event
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.packing import pack_settings, pack_step
from vivavoce.merchants.keys import Sealer

EMBED_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """What signs an embedded frame. The key is text: 64 hex digits (256 bits)."""

    id: UUID
    signing_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A stored interview."""

    interview_id: UUID
    embed: Embed | None


class Reference(StrEnum):
    """What a draft can name that must exist."""

    MERCHANT = "merchant"
    TEMPLATE = "template"
    STEP_STORE = "step_store"
    STORE = "store"


class UnknownReference(Invalid):
    """The draft names something that this merchant does not have. `index`: of the step, for a step's store."""

    def __init__(self, reference: Reference, *, index: int | None = None) -> None:
        super().__init__(f"There is no such {reference.value.replace('_', ' ')}.", name=reference.value)
        self.reference = reference
        self.index = index


# The tenant's setting and the insert share one statement: safe because each row's tenant comes from the first part, so
# it is set before any row is checked. Reads must never be added here (they may be planned before it).
CREATE = """
with tenant as materialized (
    select set_config('app.merchant_id', $1, true)::uuid as id
), interview as (
    insert into interviews (merchant_id, id, environment, name, location, description, kind, status, visibility,
                            language, speech_locale, template_id, store_id, code, settings, created_by, closes_at)
    select tenant.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $22 from tenant
), laid as (
    insert into steps (merchant_id, id, interview_id, place, text, answered_by, is_conditional, is_scored, is_expert,
                       parent_id, store_id, caller_id, also_known_as, detail)
    select tenant.id, step.id, $2, step.place, step.text, step.answered_by, step.is_conditional, step.is_scored,
           step.is_expert, step.parent_id, step.store_id, step.caller_id, step.also_known_as, step.detail
    from tenant, jsonb_to_recordset($17) as step (id uuid, place integer, text text, answered_by text,
        is_conditional boolean, is_scored boolean, is_expert boolean, parent_id uuid, store_id uuid, caller_id text,
        also_known_as text[], detail jsonb)
), embed as (
    insert into embed_keys (merchant_id, id, interview_id, sealed_key)
    select tenant.id, $18, $2, $19 from tenant where $18::uuid is not null
)
select tell_event(tenant.id, $3, $20, $21, $2, $16) from tenant
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInterview:
    """A draft and where it goes."""

    draft: Draft
    merchant_id: UUID
    environment: str
    actor: str


async def create_interview(database: Database, order: NewInterview, *, sealer: Sealer) -> Created:
    """Stores the draft, in one round trip.

    Raises UnknownReference, for the first one in the order of the wire's fields.
    """
    created = _name(order.draft)
    try:
        await database.run(CREATE, *_arguments(order, created, sealer), merchant_id=order.merchant_id)
    except asyncpg.ForeignKeyViolationError as error:
        raise await find_unknown(database, order) from error
    return created


async def create_interview_in(connection: Connection, order: NewInterview, *, sealer: Sealer) -> Created:
    """Stores the draft in the caller's transaction, which must be the merchant's.

    Raises asyncpg.ForeignKeyViolationError for an unknown reference: the transaction is over then, and `find_unknown`
    tells which it was.
    """
    created = _name(order.draft)
    await connection.execute(CREATE, *_arguments(order, created, sealer))
    return created


# Those that an interview of an environment may name.
OPEN_STORES = "select id from stores where removed_at is null and (environment is null or environment = $2)"


async def require_references(connection: Connection, order: NewInterview) -> None:
    """Raises UnknownReference for the first of what the draft names that this merchant does not have."""
    draft = order.draft
    if not await connection.fetchval("select exists (select from merchants where id = $1)", order.merchant_id):
        raise UnknownReference(Reference.MERCHANT)
    if not await connection.fetchval("select exists (select from templates where id = $1)", draft.template_id):
        raise UnknownReference(Reference.TEMPLATE)
    is_there = f"select $1::uuid is null or exists ({OPEN_STORES} and id = $1)"
    if not await connection.fetchval(is_there, draft.store_id, order.environment):
        raise UnknownReference(Reference.STORE)


async def find_unknown(database: Database, order: NewInterview) -> UnknownReference:
    """Which of the draft's references is unknown: asked only after the database has refused one."""
    draft = order.draft
    async with database.tenant(order.merchant_id) as connection:
        if not await connection.fetchval("select exists (select from merchants where id = $1)", order.merchant_id):
            return UnknownReference(Reference.MERCHANT)
        if not await connection.fetchval("select exists (select from templates where id = $1)", draft.template_id):
            return UnknownReference(Reference.TEMPLATE)
        stores = {row["id"] for row in await connection.fetch(OPEN_STORES.replace("$2", "$1"), order.environment)}
    for index, step in enumerate(draft.steps):
        if step.question.store_id is not None and step.question.store_id not in stores:
            return UnknownReference(Reference.STEP_STORE, index=index)
    return UnknownReference(Reference.STORE)


def _name(draft: Draft) -> Created:
    embed = Embed(id=new_id(), signing_key=secrets.token_hex(EMBED_KEY_BYTES)) if draft.is_embedded else None
    return Created(interview_id=new_id(), embed=embed)


def _arguments(order: NewInterview, created: Created, sealer: Sealer) -> tuple[Any, ...]:
    """The values of CREATE, in its order."""
    draft, embed = order.draft, created.embed
    return (
        str(order.merchant_id),
        created.interview_id,
        order.environment,
        draft.name,
        draft.location,
        draft.description,
        draft.kind.value,
        draft.status.value,
        draft.visibility.value,
        draft.language,
        draft.speech_locale,
        draft.template_id,
        draft.store_id,
        draft.code,
        pack_settings(draft.settings),
        order.actor,
        [pack_step(step, place) for place, step in enumerate(draft.steps)],
        None if embed is None else embed.id,
        None if embed is None else sealer.seal(embed.signing_key.encode(), place=f"embed {embed.id}"),
        new_id(),
        Event.INTERVIEW_CREATED.value,
        draft.settings.closes_at,
    )
