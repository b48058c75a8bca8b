"""Whether a database is at this version: asked without loading what upgrades it."""

import asyncpg

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import explaining
from vivavoce.errors import Unavailable

# The newest migration in migrations/versions; a test compares.
HEAD = "0058"


async def needs_upgrade(address: DatabaseAddress) -> bool:
    """Whether migrations are missing.

    Raises Unavailable when the server can't be reached, or the database was made by a newer version of this program.
    """
    with explaining():
        connection = await asyncpg.connect(address.admin_url)
    try:
        if await connection.fetchval("select to_regclass('alembic_version')") is None:
            return True
        version = await connection.fetchval("select version_num from alembic_version")
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unavailable(
            f"The database role may not read which version the database is at: {error}. Let "
            "VIVAVOCE_DATABASE_ADMIN_URL name a role that owns the database, and run `vivavoce db upgrade` once."
        ) from error
    finally:
        await connection.close()
    if version is not None and version > HEAD:
        raise Unavailable(f"The database is at version {version}, this program knows {HEAD}: use the newer program.")
    return bool(version != HEAD)
