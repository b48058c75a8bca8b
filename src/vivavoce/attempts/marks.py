"""Marks by which people find a result again: the shortlist, the archive, an emoji. None of them decides anything."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.decider import Decider
from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event

LONGEST_EMOJI = 16  # code points: a family of four with skin tones has eleven


class NotArchivable(Conflict):
    """This interview is still under way. Archive it once it is sent, left or failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChanges:
    """What to change; None leaves a mark as it is. emoji: '' takes it away."""

    is_shortlisted: bool | None = None
    is_archived: bool | None = None
    emoji: str | None = None


async def set_marks(
    connection: Connection, attempt_id: UUID, changes: MarkChanges, decider: Decider, *, now: datetime
) -> None:
    """Sets them; done again, it has no further effect. Raises NotFound, Invalid for an emoji that is a text,
    NotArchivable.
    """
    emoji = None if changes.emoji is None else _check_emoji(changes.emoji)
    row = await connection.fetchrow(
        "select is_shortlisted, archived_at, emoji, state from attempts where id = $1 for no key update", attempt_id
    )
    if row is None:
        raise NotFound
    if changes.is_archived and row["state"] in ("begun", "finished"):
        raise NotArchivable
    changed: list[str] = []
    if changes.is_shortlisted is not None and changes.is_shortlisted != row["is_shortlisted"]:
        changed.append("shortlist" if changes.is_shortlisted else "no_shortlist")
    if changes.is_archived is not None and changes.is_archived != (row["archived_at"] is not None):
        changed.append("archive" if changes.is_archived else "no_archive")
    if emoji is not None and emoji != (row["emoji"] or ""):
        changed.append("emoji")
    if not changed:
        return
    await connection.execute(
        "update attempts set is_shortlisted = coalesce($2, is_shortlisted),"
        " archived_at = case when $3::boolean is null then archived_at when not $3 then null"
        " else coalesce(archived_at, $5) end,"
        " emoji = case when $4::text is null then emoji else nullif($4, '') end, updated_at = $5 where id = $1",
        attempt_id,
        changes.is_shortlisted,
        changes.is_archived,
        emoji,
        now,
    )
    await record_attempt(
        connection,
        Event.RESULT_MARKED,
        attempt_id=attempt_id,
        actor=decider.actor,
        data={"changed": changed, "person": decider.name},
    )


def _check_emoji(emoji: str) -> str:
    plain = emoji.strip()
    if len(plain) > LONGEST_EMOJI or any(sign.isalnum() and not sign.isdigit() for sign in plain) or " " in plain:
        raise Invalid("Expected one emoji, or nothing to take it away.", name="emoji")
    return plain
