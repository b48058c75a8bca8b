"""Where the database is, and as whom we come: as the application, which owns nothing, or as its administrator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

APP_ROLE = "vivavoce_app"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """One database.

    app_url, admin_url: in libpq's form; asyncpg and psycopg both read it.
    takes_role: whether the application, once connected, changes into `vivavoce_app`; it need not where it comes as it.
    """

    app_url: str = field(repr=False)
    admin_url: str = field(repr=False)
    takes_role: bool

    @property
    def app_settings(self) -> Mapping[str, str]:
        """What the server is told at the start of each connection of the application."""
        settings = {"application_name": "vivavoce", "timezone": "UTC"}
        return settings | {"role": APP_ROLE} if self.takes_role else settings


def embedded_address(socket_dir: Path, database: str) -> DatabaseAddress:
    """The address of the embedded server: by its socket, where trust is enough, since only we can open the folder."""
    host = quote(str(socket_dir), safe="")
    return DatabaseAddress(
        app_url=f"postgresql://{APP_ROLE}@/{database}?host={host}&port=5432",
        admin_url=f"postgresql://postgres@/{database}?host={host}&port=5432",
        takes_role=False,
    )


def given_address(app_url: str, admin_url: str | None) -> DatabaseAddress:
    """The address of a server that the operator runs."""
    return DatabaseAddress(app_url=app_url, admin_url=admin_url or app_url, takes_role=True)
