"""Whom a merchant's candidates write to, and where its own privacy notice and terms stand.

A sub-merchant without any of these has its parent's.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record

MOST_GENERATIONS = 5  # of parents that are asked
LONGEST_PERSON, LONGEST_EMAIL, LONGEST_URL = 120, 254, 1000
_EMAIL = re.compile(r"[^\s@<>\"',;:?&%]+@[^\s@<>\"',;:?&%/]+\.[^\s@<>\"',;:?&%/.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom to ask. An empty text: there is none; our own notice and terms stand in for the merchant's."""

    person: str = ""
    email: str = ""
    privacy_url: str = ""
    terms_url: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the merchant has said nothing of it."""
        return not any(asdict(self).values())


async def find_reach(database: Database, merchant_id: UUID) -> Reach:
    """Whom to ask at this merchant, or at its parent."""
    asked: UUID | None = merchant_id
    for _ in range(MOST_GENERATIONS):
        if asked is None:
            break
        async with database.tenant(asked) as connection:
            row = await connection.fetchrow("select parent_id, reach from merchants where id = $1", asked)
        if row is None:
            break
        if row["reach"]:
            return Reach(**row["reach"])
        asked = row["parent_id"]
    return Reach()


async def set_reach(database: Database, changes: Mapping[str, str], *, merchant_id: UUID, actor: str) -> None:
    """Says so from now on; what is not named stays, an empty text takes it away. Raises Invalid, naming the field."""
    checked = {name: _checked(name, text) for name, text in changes.items()}
    async with database.tenant(merchant_id) as connection:
        await connection.execute(
            "update merchants set reach = (select coalesce(jsonb_object_agg(key, value), '{}')"
            " from jsonb_each(reach || $1) where value <> '\"\"') where id = $2",
            checked,
            merchant_id,
        )
        await record(
            connection,
            Event.REACH_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"changed": sorted(checked)},
        )


def _checked(name: str, text: str) -> str:
    """The text as it is kept. Raises Invalid."""
    given = " ".join(text.split()) if name == "person" else text.strip()
    if not given:
        return ""
    if not given.isprintable():
        raise Invalid("Expected text that can be printed.", name=name)
    match name:
        case "person":
            if len(given) > LONGEST_PERSON:
                raise Invalid(f"Expected at most {LONGEST_PERSON} characters.", name=name)
        case "email":
            if len(given) > LONGEST_EMAIL or not _EMAIL.fullmatch(given):
                raise Invalid("Expected an email address, like jobs@example.com.", name=name)
        case "privacy_url" | "terms_url":
            if len(given) > LONGEST_URL or not _is_address(given):
                raise Invalid("Expected an address that begins with https://, at most 1,000 characters.", name=name)
        case _:
            raise Invalid("Expected person, email, privacy_url or terms_url.", name=name)
    return given


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and " " not in text
