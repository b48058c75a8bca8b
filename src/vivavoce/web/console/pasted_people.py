"""People as they are pasted: lines, a list of addresses, or CSV out of a spreadsheet. Pure."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr

MOST_PEOPLE = 1_000
LONGEST_CELL = 320
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
HEADINGS = {
    "email": {"email", "e-mail", "mail", "address", "emailaddress", "e-mail-adresse", "email-adresse", "adresse"},
    "name": {"name", "candidate", "fullname", "vollständigername"},
    "first": {"firstname", "givenname", "vorname"},
    "last": {"lastname", "surname", "familyname", "nachname"},
    "external_id": {"externalid", "id", "reference", "kennzeichen", "referenz"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedPerson:
    """One row. line: where it stood, from 1. fault: `no_address`, `bad_address`, `twice`, `too_long`, or ''."""

    line: int
    name: str
    email: str
    external_id: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedPeople:
    """All rows. is_cut: whether there were more than MOST_PEOPLE, which are left out."""

    rows: tuple[PastedPerson, ...]
    is_cut: bool = False

    @property
    def good(self) -> tuple[PastedPerson, ...]:
        """Those without a fault."""
        return tuple(row for row in self.rows if not row.fault)


def read_pasted(text: str) -> PastedPeople:
    """The people of a text, in its order; blank lines don't count.

    A line is an address, `Rosa Klein <rosa@example.com>`, or cells between commas, semicolons or tabs, with or without
    a first line of headings.
    """
    rows = [
        (number, cells)
        for number, cells in enumerate(_cells(text.replace("\0", "").lstrip("\ufeff")), 1)
        if any(cell.strip() for cell in cells)
    ]
    columns = _columns(rows[0][1]) if rows else {}
    if columns:
        rows = rows[1:]
    seen: set[str] = set()
    people = []
    for number, cells in rows[:MOST_PEOPLE]:
        name, email, external_id = _by_heading(cells, columns) if columns else _by_look(cells)
        people.append(
            PastedPerson(
                line=number,
                name=name[:LONGEST_CELL],
                email=email[:LONGEST_CELL],
                external_id=external_id[:LONGEST_CELL],
                fault=_fault(name, email, external_id, seen),
            )
        )
        seen.add(email.lower())
    return PastedPeople(rows=tuple(people), is_cut=len(rows) > MOST_PEOPLE)


def _cells(text: str) -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max("\t;,", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False))
    except csv.Error:  # a cell of more than 128 KiB, or a line end alone
        return [line.split(mark) for line in text.splitlines()]


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Where each heading stands; nothing where the first line is a person already."""
    plain = [re.sub(r"[\s_]", "", cell).strip().lower() for cell in cells]
    columns = {
        heading: place for heading, names in HEADINGS.items() for place, cell in enumerate(plain) if cell in names
    }
    return columns if "email" in columns else {}


def _by_heading(cells: Sequence[str], columns: dict[str, int]) -> tuple[str, str, str]:
    def cell(heading: str) -> str:
        place = columns.get(heading, len(cells))
        return " ".join(cells[place].split()) if place < len(cells) else ""

    name = cell("name") or " ".join(part for part in (cell("first"), cell("last")) if part)
    return name, cell("email"), cell("external_id")


def _by_look(cells: Sequence[str]) -> tuple[str, str, str]:
    plain = [" ".join(cell.split()) for cell in cells]
    if len([cell for cell in plain if cell]) == 1:
        alone = next(cell for cell in plain if cell)
        name, email = parseaddr(alone)
        if "@" in alone:
            return (name, email, "") if "@" in email else ("", alone, "")
        return (alone, "", "")
    place = next((number for number, cell in enumerate(plain) if "@" in cell), None)
    if place is None:
        return (plain[0], "", "")
    others = [cell for number, cell in enumerate(plain) if number != place and cell]
    return (others[0] if others else ""), plain[place], (others[1] if len(others) > 1 else "")


def _fault(name: str, email: str, external_id: str, seen: set[str]) -> str:
    if not email:
        return "no_address"
    if max(len(name), len(email), len(external_id)) > LONGEST_CELL:
        return "too_long"
    if not ADDRESS.fullmatch(email):
        return "bad_address"
    return "twice" if email.lower() in seen else ""
