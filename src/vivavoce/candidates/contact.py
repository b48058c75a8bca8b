"""How somebody can be reached: what is known, and what they add before they hand in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import Invalid
from vivavoce.merchants.contact import Detail
from vivavoce.merchants.mailed_codes import checked_email

LONGEST_NAME, LONGEST_PHONE = 200, 40
FEWEST_DIGITS, MOST_DIGITS = 5, 20
_PHONE = re.compile(r"\+?[\d\s().\-/]+((ext\.?|x)\s*\d+)?", re.IGNORECASE)

# An address that somebody types here is proven by nothing, and may be another person's. So nobody signs in by it: it
# stands beside `email`, for the merchant to write to.
NAMES = "select id, name from candidates where id = any ($1) and name <> ''"
READ = (
    "select name, coalesce(email, contact_email) as email, phone, external_id from candidates"
    " where merchant_id = current_setting('app.merchant_id')::uuid and id = $1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known; empty where it is not. external_id: the merchant's own; None: it gave none."""

    name: str
    email: str
    phone: str
    external_id: str | None = None

    def has(self, detail: Detail) -> bool:
        """Whether this is known."""
        return bool({Detail.NAME: self.name, Detail.EMAIL: self.email, Detail.PHONE: self.phone}[detail])


async def read_names(connection: Connection, candidate_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those who have one, by their ids."""
    return {row["id"]: row["name"] for row in await connection.fetch(NAMES, candidate_ids)}


async def read_contact(connection: Connection, candidate_id: UUID) -> Contact:
    """What is known of the candidate, who must be there."""
    row = await connection.fetchrow(READ, candidate_id)
    assert row is not None
    return Contact(name=row["name"], email=row["email"] or "", phone=row["phone"] or "", external_id=row["external_id"])


async def add_contact(connection: Connection, given: Mapping[Detail, str], *, candidate_id: UUID) -> None:
    """Keeps what was not known yet; what is known stays. Raises Invalid, with the detail's name."""
    told = {detail: _checked(detail, text) for detail, text in given.items()}
    await connection.execute(
        "update candidates set name = case when name = '' then $2 else name end,"
        " contact_email = case when email is null then coalesce($3, contact_email) end,"
        " phone = coalesce($4, phone) where id = $1",
        candidate_id,
        told.get(Detail.NAME) or "",
        told.get(Detail.EMAIL),
        told.get(Detail.PHONE),
    )


def _checked(detail: Detail, text: str) -> str | None:
    said = " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())
    if not said:
        return None
    match detail:
        case Detail.EMAIL:
            return checked_email(said)
        case Detail.PHONE:
            digits = sum(sign.isdigit() for sign in said)
            if len(said) > LONGEST_PHONE or not _PHONE.fullmatch(said) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
                raise Invalid("Expected a phone number, as +44 20 7946 0018.", name="phone")
            return said
        case Detail.NAME:
            if len(said) > LONGEST_NAME:
                raise Invalid(f"Expected at most {LONGEST_NAME} characters.", name="name")
            return said
