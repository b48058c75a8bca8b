"""Who asked for the address of a recording: it opens for minutes, and no longer than the token that they came with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import NotFound

ADDRESS_LIFE = timedelta(minutes=5)
CLAIMS = ("vmid", "vid")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingViewer:
    """Who asked for an address. token_id: of the token they came with; None of one without an id, never revoked."""

    merchant_id: UUID
    user_id: str
    token_id: str | None

    def to_claims(self) -> dict[str, str | None]:
        """As it stands in an address."""
        return {"vmid": str(self.merchant_id), "vid": self.user_id, "tid": self.token_id}


def read_viewer(claims: Mapping[str, Any]) -> RecordingViewer:
    """Who stands in an address. Raises ValueError, TypeError and AttributeError for anything else."""
    return RecordingViewer(merchant_id=UUID(claims["vmid"]), user_id=claims["vid"], token_id=claims.get("tid"))


async def refuse_revoked(database: Database, viewer: RecordingViewer) -> None:
    """Raises NotFound when the token that they came with was revoked."""
    async with database.tenant(viewer.merchant_id) as connection:
        if await connection.fetchval("select exists (select from revoked_tokens where token_id = $1)", viewer.token_id):
            raise NotFound("This address is no longer good: the token that asked for it was revoked.")
