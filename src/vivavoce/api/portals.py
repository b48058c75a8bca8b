"""Which types of interview need a portal that not every merchant has."""

from uuid import UUID

from vivavoce.attempts.yields import YIELDS
from vivavoce.db.database import Connection, Database
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Kind
from vivavoce.merchants.portals import Portal
from vivavoce.merchants.register import read_portals

# What a create call does not ask for, because nearly every merchant has it and each question is a round trip. Where a
# link is made it is asked for like the others.
NOT_ASKED = Portal.INTERVIEW


async def require_portal(database: Database, merchant_id: UUID, kind: Kind) -> None:
    """Raises Invalid where the merchant lacks the portal that this kind is made for."""
    portal = YIELDS[kind].portal
    if portal is NOT_ASKED:
        return
    async with database.tenant(merchant_id) as connection:
        if portal not in await read_portals(connection, merchant_id):
            raise Invalid(
                f"Expected another type: `{kind}` needs the {portal} portal, which this merchant does not have.",
                name="type",
            )


async def require_open_portal(connection: Connection, merchant_id: UUID, kind: Kind) -> None:
    """Raises Invalid where an interview of this kind can't be taken at the merchant: nobody gets a link to it."""
    portal = YIELDS[kind].portal
    if portal not in await read_portals(connection, merchant_id):
        raise Invalid(
            f"Expected an interview that can be taken: `{kind}` needs the {portal} portal, which this merchant does not"
            " have.",
            name="interview_id",
        )
