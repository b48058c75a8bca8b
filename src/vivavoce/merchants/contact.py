"""What a merchant wants to know of its candidates before they hand in, so that somebody can reach them."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event, record


class Detail(StrEnum):
    """What can be asked for."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"


class Need(StrEnum):
    """Whether it is asked for where it is missing."""

    OFF = "off"
    ASKED = "asked"  # the candidate may leave it empty
    REQUIRED = "required"  # nobody hands in without it


DEFAULTS = {Detail.NAME: Need.ASKED, Detail.EMAIL: Need.ASKED, Detail.PHONE: Need.OFF}


async def set_contact(database: Database, changes: Mapping[Detail, Need], *, merchant_id: UUID, actor: str) -> None:
    """Asks for these from now on; what is not named stays as it is."""
    needs = {detail.value: need.value for detail, need in changes.items()}
    async with database.tenant(merchant_id) as connection:
        await connection.execute("update merchants set contact = contact || $1 where id = $2", needs, merchant_id)
        await record(
            connection,
            Event.CONTACT_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data=needs,
        )


async def read_needs(connection: Connection, merchant_id: UUID) -> dict[Detail, Need]:
    """What the merchant of the connection's tenant asks for."""
    kept = await connection.fetchval("select contact from merchants where id = $1", merchant_id)
    return DEFAULTS | {Detail(name): Need(need) for name, need in (kept or {}).items()}
