"""Reading an interview back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from vivavoce.db.database import Connection
from vivavoce.interviews.draft import Draft, Kind, Status, Visibility
from vivavoce.interviews.packing import unpack_question, unpack_settings
from vivavoce.interviews.steps import Step
from vivavoce.interviews.templates import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An interview as it is kept now. Attempts that have begun are held by their own version."""

    id: UUID
    merchant_id: UUID
    environment: str
    revision: int
    draft: Draft
    modality: Modality
    created_at: datetime
    updated_at: datetime
    voice_wanted_revision: int | None = None  # which revision's lines are to be spoken, or were; None: none yet


async def find_interview(
    connection: Connection, interview_id: UUID, *, environment: str | None, locks: bool = False
) -> Stored | None:
    """The interview, within the connection's tenant, or None.

    environment: where it must belong to; None where the interview was named by something that we signed ourselves.
    locks: whether it must stay as it is until the transaction ends.
    """
    if locks:
        await connection.execute("select from interviews where id = $1 for share", interview_id)
    row = await connection.fetchrow(
        "select interviews.*, templates.modality,"
        " exists (select from embed_keys where embed_keys.interview_id = interviews.id) as is_embedded"
        " from interviews"
        " join templates on (templates.merchant_id, templates.id) = (interviews.merchant_id, interviews.template_id)"
        " where interviews.id = $1 and ($2::text is null or environment = $2) and interviews.status <> 'deleted'",
        interview_id,
        environment,
    )
    if row is None:
        return None
    steps = await connection.fetch(
        "select * from steps where interview_id = $1 and removed_at is null order by place", interview_id
    )
    return Stored(
        id=row["id"],
        merchant_id=row["merchant_id"],
        environment=row["environment"],
        revision=row["revision"],
        draft=_to_draft(row, tuple(_to_step(step) for step in steps)),
        modality=Modality(row["modality"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        voice_wanted_revision=row["voice_wanted_revision"],
    )


async def find_to_change(connection: Connection, interview_id: UUID, *, environment: str) -> Stored | None:
    """The interview, and nobody else changes it or begins an attempt at it until the transaction ends; or None."""
    await connection.execute("select from interviews where id = $1 for update", interview_id)
    return await find_interview(connection, interview_id, environment=environment)


def _to_draft(row: asyncpg.Record, steps: tuple[Step, ...]) -> Draft:
    return Draft(
        name=row["name"],
        location=row["location"],
        description=row["description"],
        kind=Kind(row["kind"]),
        status=Status(row["status"]),
        visibility=Visibility(row["visibility"]),
        language=row["language"],
        speech_locale=row["speech_locale"],
        template_id=row["template_id"],
        store_id=row["store_id"],
        code=row["code"],
        is_embedded=row["is_embedded"],
        settings=unpack_settings(row["settings"]),
        steps=steps,
    )


def _to_step(row: asyncpg.Record) -> Step:
    fields: dict[str, Any] = row["detail"] | {
        "text": row["text"],
        "answered_by": row["answered_by"],
        "is_conditional": row["is_conditional"],
        "is_scored": row["is_scored"],
        "is_expert": row["is_expert"],
        "store_id": row["store_id"],
        "caller_id": row["caller_id"],
    }
    return Step(
        id=row["id"],
        question=unpack_question(fields),
        parent_id=row["parent_id"],
        also_known_as=tuple(row["also_known_as"]),
    )
