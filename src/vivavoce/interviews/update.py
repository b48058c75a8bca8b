"""Changing a stored interview: its row, its steps and the event, in one transaction.

Attempts under way are held by their version and notice nothing.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.interviews.create import Reference, UnknownReference
from vivavoce.interviews.diff import Plan
from vivavoce.interviews.draft import Draft, Status
from vivavoce.interviews.move import move_interview, require_move
from vivavoce.interviews.packing import pack_settings, pack_step
from vivavoce.interviews.read import Stored
from vivavoce.interviews.templates import Modality
from vivavoce.interviews.voice import want_voice_again


class NeedsDraft(Invalid):
    """The questions of an active interview can't be changed while its template is recorded: set it to draft first."""


async def update_interview(
    connection: Connection, stored: Stored, after: Draft, *, plan: Plan | None, actor: str
) -> None:
    """Makes the interview what `after` says; where nothing of it differs, nothing is written.

    stored: must have been read for a change in this transaction. plan: what becomes of its steps, None where they stay;
    `after` has the plan's steps then. Whatever an attempt would notice counts the revision up.
    Raises UnknownReference for the first that is new and unknown, in the order of the wire's fields; NeedsDraft; and
    Invalid where the status can't be reached from the stored one.
    """
    before = stored.draft
    modality = await _check_references(connection, stored, after)
    require_move(before.status, after.status)
    is_live = before.status is Status.ACTIVE and after.status is Status.ACTIVE
    if plan is not None and plan.is_change and is_live and modality is Modality.RECORDED:
        raise NeedsDraft
    if replace(after, status=before.status) != before:
        await _write(connection, stored, after)
        if plan is not None and plan.is_change:
            await _write_steps(connection, stored, plan)
        await record(
            connection,
            Event.INTERVIEW_UPDATED,
            merchant_id=stored.merchant_id,
            environment=stored.environment,
            subject_id=stored.id,
            actor=actor,
            data={"revision": stored.revision + 1} | ({} if plan is None else _tell(plan)),
        )
        if is_live:
            await want_voice_again(connection, stored)
    await move_interview(connection, stored, after.status, actor=actor)


async def _check_references(connection: Connection, stored: Stored, after: Draft) -> Modality:
    """The modality of the template that holds afterwards."""
    known = {step.question.store_id for step in stored.draft.steps} | {stored.draft.store_id, None}
    wanted = {step.question.store_id for step in after.steps} | {after.store_id}
    if wanted - known:
        rows = await connection.fetch(
            "select id from stores where id = any ($1) and removed_at is null"
            " and (environment is null or environment = $2)",
            list(wanted - {None}),
            stored.environment,
        )
        known |= {row["id"] for row in rows}
    for index, step in enumerate(after.steps):
        if step.question.store_id not in known:
            raise UnknownReference(Reference.STEP_STORE, index=index)
    modality = stored.modality
    if after.template_id != stored.draft.template_id:
        chosen = await connection.fetchval("select modality from templates where id = $1", after.template_id)
        if chosen is None:
            raise UnknownReference(Reference.TEMPLATE)
        modality = Modality(chosen)
    if after.store_id not in known:
        raise UnknownReference(Reference.STORE)
    return modality


async def _write(connection: Connection, stored: Stored, after: Draft) -> None:
    await connection.execute(
        "update interviews set revision = revision + 1, updated_at = now(), name = $2, location = $3,"
        " description = $4, kind = $5, visibility = $6, template_id = $7, store_id = $8, code = $9, settings = $10,"
        " closes_at = $11"
        " where id = $1",
        stored.id,
        after.name,
        after.location,
        after.description,
        after.kind.value,
        after.visibility.value,
        after.template_id,
        after.store_id,
        after.code,
        pack_settings(after.settings),
        after.settings.closes_at,
    )


async def _write_steps(connection: Connection, stored: Stored, plan: Plan) -> None:
    """Removed steps are unlinked, the answers that they got keep them; kept ones keep their row."""
    kept = set(plan.kept)
    rows = [(pack_step(step, place), step.id in kept) for place, step in enumerate(plan.steps)]
    gone = [*plan.removed, *(pair.before for pair in plan.replaced)]
    await connection.execute(
        "update steps set removed_at = now() where interview_id = $1 and id = any ($2)", stored.id, gone
    )
    await connection.execute(ADD_STEPS, stored.merchant_id, stored.id, [row for row, is_kept in rows if not is_kept])
    await connection.execute(MOVE_STEPS, stored.id, [row for row, is_kept in rows if is_kept])


ADD_STEPS = """
insert into steps (merchant_id, id, interview_id, place, text, answered_by, is_conditional, is_scored, is_expert,
                   parent_id, store_id, caller_id, also_known_as, detail)
select $1, step.id, $2, step.place, step.text, step.answered_by, step.is_conditional, step.is_scored, step.is_expert,
       step.parent_id, step.store_id, step.caller_id, step.also_known_as, step.detail
from jsonb_to_recordset($3) as step (id uuid, place integer, text text, answered_by text, is_conditional boolean,
    is_scored boolean, is_expert boolean, parent_id uuid, store_id uuid, caller_id text, also_known_as text[],
    detail jsonb)
"""
MOVE_STEPS = """
update steps set place = moved.place, parent_id = moved.parent_id, also_known_as = moved.also_known_as,
                 detail = moved.detail -- drafts of other wordings come and go
from jsonb_to_recordset($2) as moved (id uuid, place integer, parent_id uuid, also_known_as text[], detail jsonb)
where steps.id = moved.id and steps.interview_id = $1
"""


def _tell(plan: Plan) -> dict[str, Any]:
    """The plan as the event holds it: ids alone."""
    return {
        "added": _texts(plan.added),
        "removed": _texts(plan.removed),
        "replaced": [{"before": str(pair.before), "after": str(pair.after)} for pair in plan.replaced],
    }


def _texts(ids: tuple[UUID, ...]) -> list[str]:
    return [str(step_id) for step_id in ids]
