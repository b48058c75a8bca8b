"""What the pages work with."""

from dataclasses import dataclass

from vivavoce.db.database import Database
from vivavoce.merchants.keys import Keys
from vivavoce.web.drawing import Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Handed to every route. public_url: where candidates reach us, without a slash at its end."""

    database: Database
    keys: Keys
    pages: Pages
    public_url: str

    @property
    def is_secure(self) -> bool:
        """Whether candidates come by https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")
