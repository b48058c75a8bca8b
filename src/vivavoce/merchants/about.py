"""What a merchant says of itself, in Markdown or plain text: what candidates may be answered from."""

import re
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
LONGEST_ABOUT = 100_000  # characters: some forty pages


async def set_about(database: Database, text: str, *, merchant_id: UUID, actor: str) -> None:
    """Says it from now on, in conversations that go on too; an empty text says nothing. Raises Invalid."""
    about = to_about(text)
    async with database.tenant(merchant_id) as connection:
        await connection.execute("update merchants set about = $1 where id = $2", about, merchant_id)
        await record(
            connection,
            Event.MERCHANT_DESCRIBED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"characters": len(about)},
        )


async def read_about(connection: Connection, merchant_id: UUID) -> str:
    """What the merchant says of itself; empty where it says nothing. connection: of its tenant."""
    about: str = await connection.fetchval("select about from merchants where id = $1", merchant_id)
    return about


def to_about(text: str) -> str:
    """The text as it is kept: its characters, no white space around them. Raises Invalid for one that can't be kept."""
    about = text.strip()
    if _NO_TEXT.search(about):
        raise Invalid(
            "Expected text, in Markdown or plain: this holds a NUL or half a character, as binary files do.",
            name="about",
        )
    if len(about) > LONGEST_ABOUT:
        raise Invalid(
            f"Expected at most {LONGEST_ABOUT:,} characters: this has {len(about):,}. Shorten it.",
            name="about",
        )
    return about
