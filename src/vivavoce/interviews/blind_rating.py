"""Whether results of an interview are rated blind: before whoever reads them sees what a program found."""

from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import NotFound
from vivavoce.events.record import Event, record


class BlindRating(StrEnum):
    """Whether people rate before they see."""

    OFF = "off"  # the marks are shown at once
    OFFERED = "offered"  # whoever wants to can rate first
    REQUIRED = "required"  # nobody sees the marks, or decides, before they have rated


async def set_blind_rating(
    connection: Connection,
    interview_id: UUID,
    setting: BlindRating,
    *,
    merchant_id: UUID,
    environment: str,
    actor: str,
) -> None:
    """Changes the setting, for attempts that were sent already too. Raises NotFound."""
    before = await connection.fetchval(
        "select blind_rating from interviews where id = $1 and environment = $2 and status <> 'deleted' for update",
        interview_id,
        environment,
    )
    if before is None:
        raise NotFound("There is nothing with this id.")
    if before == setting.value:
        return
    await connection.execute("update interviews set blind_rating = $2 where id = $1", interview_id, setting.value)
    await record(
        connection,
        Event.BLIND_RATING_SET,
        merchant_id=merchant_id,
        environment=environment,
        subject_id=interview_id,
        actor=actor,
        data={"blind_rating": setting.value},
    )


async def read_blind_rating(connection: Connection, interview_id: UUID) -> BlindRating:
    """The setting of an interview that is there."""
    return BlindRating(await connection.fetchval("select blind_rating from interviews where id = $1", interview_id))
