"""Whether candidates may choose "none of these" where a merchant's question is answered by choosing."""

from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event, record


async def offers_none(connection: Connection, merchant_id: UUID) -> bool:
    """Whether the merchant of the connection's tenant offers it."""
    offered: bool = await connection.fetchval("select offers_none from merchants where id = $1", merchant_id)
    return offered


async def offer_none(database: Database, *, is_offered: bool, merchant_id: UUID, actor: str) -> None:
    """Offers it, or no longer, from the next question on, in conversations under way too."""
    async with database.tenant(merchant_id) as connection:
        await connection.execute("update merchants set offers_none = $1 where id = $2", is_offered, merchant_id)
        await record(
            connection,
            Event.CHOICES_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"offers_none": is_offered},
        )
