"""Whom a call acts for. A foreign merchant is refused here, once."""

from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotAllowed
from vivavoce.merchants.tokens import Caller, Role

MAKERS = frozenset({Role.ADMIN, Role.OWNER, Role.RECRUITER})
OWNERS = frozenset({Role.ADMIN, Role.OWNER})
READERS = MAKERS | {Role.SELECTION}
OPERATORS = frozenset({Role.OWNER, Role.RECRUITER})


def require_role(caller: Caller, allowed: frozenset[Role]) -> None:
    """Raises NotAllowed unless the caller has one of the roles."""
    if caller.role not in allowed:
        raise NotAllowed(
            f"The role `{caller.role}` does not permit this; it takes one of: {', '.join(sorted(allowed))}."
        )


async def acting_merchant(database: Database, caller: Caller, *, wanted: str | None) -> UUID:
    """The merchant that the call acts for: the caller's own, or the one wanted where the caller may act for it.

    An admin may act for any merchant, the people of a merchant for its sub-merchants, nobody else for anybody else.
    Raises NotAllowed in the same words for a merchant that is foreign and for one that does not exist.
    """
    if caller.role is Role.SERVICE and wanted is None:
        raise Invalid("Field is required.", name="merchant_id")
    merchant_id = caller.merchant_id if wanted is None else to_id(wanted)
    if merchant_id == caller.merchant_id:
        return merchant_id
    if merchant_id is not None and await _may_act_for(database, caller, merchant_id):
        return merchant_id
    raise NotAllowed("This token does not permit acting for that merchant.", name="merchant_id")


async def _may_act_for(database: Database, caller: Caller, merchant_id: UUID) -> bool:
    if caller.role is Role.ADMIN:
        async with database.tenant(merchant_id) as connection:
            return await connection.fetchval("select exists (select from merchants where id = $1)", merchant_id) is True
    if caller.role not in OPERATORS | {Role.SERVICE}:
        return False
    async with database.tenant(caller.merchant_id) as connection:
        return (
            await connection.fetchval(
                "select exists (select from merchants where id = $1 and parent_id = $2)",
                merchant_id,
                caller.merchant_id,
            )
            is True
        )
