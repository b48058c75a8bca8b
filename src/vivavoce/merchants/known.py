"""Which merchants exist: a token may name one that doesn't, since whoever holds the secret can sign anything."""

from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import NotAuthenticated

MOST_REMEMBERED = 100_000  # merchants, at about 100 bytes each


class KnownMerchants:
    """Remembers those that were found. A merchant is never deleted, so what was found stays true."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: set[UUID] = set()

    async def require(self, merchant_id: UUID) -> None:
        """Raises NotAuthenticated where there is no such merchant. Asks the database once for each that exists."""
        if merchant_id in self._found:
            return
        async with self._database.tenant(merchant_id) as connection:
            exists = await connection.fetchval("select exists (select from merchants where id = $1)", merchant_id)
        if not exists:
            raise NotAuthenticated("The token's merchant does not exist here.")
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        self._found.add(merchant_id)
