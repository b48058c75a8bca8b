"""`vivavoce link revoke`: a person's links and sessions open no more."""

import asyncio
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import click

from vivavoce.candidates.invite import find_candidate, has_candidate
from vivavoce.candidates.links import read_link
from vivavoce.candidates.revoke import Whom, revoke_links
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.db.database import Connection, open_database
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.keys import Keys, load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT


@click.group()
def link() -> None:
    """Candidates' personal links."""


@link.command()
@click.argument("who")
@click.option("--interview", metavar="ID", help="The interview alone; else all of them, or the link's own.")
@click.option("--environment", metavar="E", default=DEFAULT_ENVIRONMENT, show_default=True, help="Where they belong.")
@merchant_option
@data_option
def revoke(who: str, interview: str | None, environment: str, merchant_name: str, data_dir: Path | None) -> None:
    """Revoke the links of WHO, and every session that came of them, on every server at once.

    WHO: the link itself, a candidate's id, or an e-mail address; - reads it from standard input, where no other program
    sees it.
    """
    settings = settings_for(data_dir)
    named = (sys.stdin.readline() if who == "-" else who).strip()

    async def main() -> int:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                keys = load_keys(settings)
                whom = await _find(connection, keys, named, interview, merchant_id=merchant.id, environment=environment)
                return await revoke_links(connection, whom, actor=COMMAND_LINE)

    with open_house(settings) as house:
        revoked = asyncio.run(main())
    say(f"Revoked at {revoked} interview{'' if revoked == 1 else 's'}." if revoked else "There was nothing to revoke.")


async def _find(
    connection: Connection, keys: Keys, named: str, interview: str | None, *, merchant_id: UUID, environment: str
) -> Whom:
    """Raises Invalid for a person or an interview that is not there."""
    candidate_id, interview_id = await _find_person(connection, keys, named, merchant_id=merchant_id)
    if candidate_id is None or not await has_candidate(connection, candidate_id, environment=environment):
        raise Invalid("There is no such candidate at this merchant, in this environment.", name="who")
    if interview is not None:
        interview_id = to_id(interview)
        if interview_id is None or await find_interview(connection, interview_id, environment=environment) is None:
            raise Invalid("There is no interview with this id.", name="interview")
    return Whom(merchant_id=merchant_id, environment=environment, candidate_id=candidate_id, interview_id=interview_id)


async def _find_person(
    connection: Connection, keys: Keys, named: str, *, merchant_id: UUID
) -> tuple[UUID | None, UUID | None]:
    """The candidate, and the interview that a link is for. Raises NotInvited for a link that is not ours."""
    if "@" in named:
        return await find_candidate(connection, email=named), None
    if (candidate_id := to_id(named)) is not None:
        return candidate_id, None
    token = parse_qs(urlsplit(named).query).get("interview_token", [named])[0]
    seat = read_link(keys, token)
    return (seat.candidate_id if seat.merchant_id == merchant_id else None), seat.interview_id
