"""`vivavoce judge-again`: attempts that are to be judged anew, by the rater and the rules of this version."""

import asyncio
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.merchants.register import find_merchant
from vivavoce.scoring.judge_again import judge_again as leave_to_judge


@click.command("judge-again")
@click.argument("attempt_ids", metavar="ATTEMPT…", nargs=-1, required=True, type=click.UUID)
@merchant_option
@data_option
def judge_again(attempt_ids: tuple[UUID, ...], merchant_name: str, data_dir: Path | None) -> None:
    """Have each ATTEMPT (an interview_result_id) judged anew; its earlier judgements are kept."""
    settings = settings_for(data_dir)

    async def main() -> None:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            for attempt_id in attempt_ids:
                await leave_to_judge(
                    database, merchant_id=merchant.id, attempt_id=attempt_id, actor=COMMAND_LINE, now=now()
                )
                say(f"{attempt_id} will be judged anew by the next free worker.")

    with open_house(settings) as house:
        asyncio.run(main())
