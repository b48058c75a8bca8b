"""The company that an interview hires for, where it is another than the merchant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vivavoce.text.fold import fold

_UNDISCLOSED = "undisclosed"  # what a caller names a company that nobody may be told the name of


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What was said of it, without white space around it; each is '' where nothing was.

    place: where it is. size: in the caller's own words.
    """

    name: str = ""
    description: str = ""
    place: str = ""
    sector: str = ""
    size: str = ""

    @property
    def is_undisclosed(self) -> bool:
        """Whether its name is kept from candidates."""
        return fold(self.name) == _UNDISCLOSED

    @property
    def is_named(self) -> bool:
        """Whether it has a name that may be told."""
        return bool(self.name) and not self.is_undisclosed


def read_company(sent: Mapping[str, Any] | None) -> Company:
    """The company as it was sent, now or by any version before: what is not text counts as not said."""
    said = {key: value.strip() for key, value in (sent or {}).items() if isinstance(value, str)}
    return Company(
        name=said.get("name", ""),
        description=said.get("description", ""),
        place=said.get("location", ""),
        sector=said.get("sector", ""),
        size=said.get("company_size", ""),
    )
