"""`vivavoce audit-folder`: what an auditor asks for of an interview, as files."""

import asyncio
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.opening import data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.errors import Conflict
from vivavoce.merchants.keeping_times import find_keep_days
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.reports.audit_folder import AuditSettings, gather_folder


@click.command("audit-folder")
@click.argument("interview_id", metavar="INTERVIEW", type=click.UUID)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--environment", default=DEFAULT_ENVIRONMENT, show_default=True, help="Whose attempts are counted.")
@merchant_option
@data_option
def audit_folder(interview_id: UUID, folder: Path, environment: str, merchant_name: str, data_dir: Path | None) -> None:
    """Write what there is on record of INTERVIEW (an interview_def_set_id) into FOLDER, which must be empty or new.

    Rubrics, texts, what judged and what was measured of it, figures, receipts; and what only you can add. It holds no
    word of a candidate.
    """
    settings = settings_for(data_dir)
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty: name another folder.")

    async def main() -> dict[str, str]:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                keep_days = await find_keep_days(connection, merchant.id, server_days=settings.keep_days)
                keeping = AuditSettings(keep_days=keep_days, public_key=load_keys(settings).signer.public_key)
                return await gather_folder(
                    connection, interview_id, environment=environment, keeping=keeping, now=now()
                )

    with open_house(settings) as house:
        files = asyncio.run(main())
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    say(f"{len(files)} files in {folder}. Its README says what only you can add.")
