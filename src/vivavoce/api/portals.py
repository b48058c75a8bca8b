"""Which types of interview need a portal of the merchant's."""

from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Kind
from vivavoce.merchants.portals import Portal, has_portal

NEEDED = {Kind.COACHING: Portal.COACHING}


async def require_portal(database: Database, merchant_id: UUID, kind: Kind) -> None:
    """Raises Invalid where the merchant lacks the portal that this kind needs; a kind that needs none asks nothing."""
    portal = NEEDED.get(kind)
    if portal is not None and not await has_portal(database, merchant_id, portal):
        raise Invalid(
            f"Expected another type: `{kind}` needs the {portal} portal, which this merchant does not have.",
            name="type",
        )
