"""What a server knows of all merchants without asking: which tokens were revoked, whose pages may call."""

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.listen import Listener

if TYPE_CHECKING:
    from vivavoce.db.listen import Line

# The triggers of the two tables notify on it.
CHANNEL = "vivavoce_standing"


class MerchantStanding:
    """Held in memory, and whole once its listener is open.

    A change reaches every server within a second. Without a line to the database a server goes on with what it knew,
    and reads all of it anew when the line is back.
    """

    def __init__(self) -> None:
        self._revoked: frozenset[tuple[UUID, str]] = frozenset()
        self._origins: dict[str, frozenset[UUID]] = {}

    def is_revoked(self, merchant_id: UUID, token_id: str) -> bool:
        """Whether the merchant took this token back."""
        return (merchant_id, token_id) in self._revoked

    def may_read(self, origin: str, merchant_id: UUID | None) -> bool:
        """Whether a page of this origin may read what this merchant is answered; None: what any merchant is."""
        readers = self._origins.get(origin, frozenset())
        return bool(readers) if merchant_id is None else merchant_id in readers

    def listener(self, address: DatabaseAddress) -> Listener:
        """What keeps it as the database has it."""
        return Listener(address, CHANNEL, self._read)

    async def _read(self, line: "Line") -> None:
        """Takes over what the database holds. Tokens that have expired are refused for that, and not held."""
        async with line.transaction(readonly=True):
            await line.execute("select set_config('app.follows', 'all', true)")
            revoked = await line.fetch("select merchant_id, token_id from revoked_tokens where expires_at > now()")
            origins = await line.fetch("select merchant_id, origin from origins")
        readers: defaultdict[str, set[UUID]] = defaultdict(set)
        for row in origins:
            readers[row["origin"]].add(row["merchant_id"])
        self._revoked = frozenset((row["merchant_id"], row["token_id"]) for row in revoked)
        self._origins = {origin: frozenset(merchants) for origin, merchants in readers.items()}
