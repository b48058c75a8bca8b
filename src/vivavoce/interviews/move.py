"""Moving an interview from state to state, with the event in the same transaction."""

from vivavoce.db.database import Connection
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import Stored
from vivavoce.interviews.states import MOVES, may_move
from vivavoce.interviews.voice import want_voice_again


def require_move(before: Status, after: Status) -> None:
    """Raises Invalid for a move that is not in the table."""
    if not may_move(before, after):
        allowed = ", ".join(status.value for status in Status if status in MOVES[before])
        raise Invalid(f"Expected one of these, because the interview is {before.value}: {allowed}.", name="status")


async def move_interview(connection: Connection, stored: Stored, status: Status, *, actor: str) -> None:
    """Sets the status. `stored` must have been read for a change in this transaction; staying changes nothing.

    The revision stays: it counts what is asked, and attempts are held by that alone.
    """
    before = stored.draft.status
    require_move(before, status)
    if before is status:
        return
    await connection.execute(
        "update interviews set status = $2, updated_at = now(),"
        " links_closed_at = case when $2 in ('archived', 'deleted') then links_closed_at end where id = $1",
        stored.id,
        status.value,
    )
    await record(
        connection,
        Event.INTERVIEW_MOVED,
        merchant_id=stored.merchant_id,
        environment=stored.environment,
        subject_id=stored.id,
        actor=actor,
        data={"before": before.value, "after": status.value},
    )
    if status is Status.ACTIVE:
        await want_voice_again(connection, stored)


async def close_links(connection: Connection, stored: Stored, *, closes: bool, actor: str) -> None:
    """Closes every link to an archived interview, for whoever has begun too; or lets those finish again.

    `stored` must have been read for a change in this transaction. The links open again when the interview is moved on.
    """
    changed = await connection.fetchval(
        "update interviews set links_closed_at = case when $2 then clock_timestamp() end, updated_at = now()"
        " where id = $1 and (links_closed_at is not null) <> $2 returning true",
        stored.id,
        closes,
    )
    if changed:
        await record(
            connection,
            Event.LINKS_CLOSED if closes else Event.LINKS_OPENED,
            merchant_id=stored.merchant_id,
            environment=stored.environment,
            subject_id=stored.id,
            actor=actor,
        )
