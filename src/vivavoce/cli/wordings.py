"""`vivavoce wordings`: other wordings of an interview's questions, by a language model, as drafts to review."""

import asyncio
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.language_models import open_models
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.db.database import Database, open_database
from vivavoce.errors import Invalid, NotFound, Unavailable
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.settings import Settings
from vivavoce.writing.wordings import draft_wordings, find_wanted

NO_MODEL = "No language model is set that may write. See `vivavoce merchant models` and VIVAVOCE_LANGUAGE_MODEL_URL."


@click.command()
@click.argument("interview_id", metavar="INTERVIEW", type=click.UUID)
@merchant_option
@data_option
def wordings(interview_id: UUID, merchant_name: str, data_dir: Path | None) -> None:
    """Draft other wordings of the questions of INTERVIEW (its interview_def_set_id), by a language model.

    Only for questions that have none yet. A candidate who asks for other words hears the drafts; nobody is asked in
    them first.
    """
    settings = settings_for(data_dir)

    async def main() -> None:
        async with open_database(house.address, connections=4) as database:
            merchant = await find_merchant(database, merchant_name)
            draft = await _draft(settings, database, interview_id, merchant_id=merchant.id)
        for step in draft.steps:
            if step.question.drafted_wordings:
                click.echo("\n    ".join((step.question.text, *step.question.drafted_wordings)))
        say("Drafted by a language model, not reviewed. Take, mend or drop them in the console or by the API.")

    with open_house(settings) as house:
        asyncio.run(main())


async def _draft(settings: Settings, database: Database, interview_id: UUID, *, merchant_id: UUID) -> Draft:
    """Raises NotFound, Invalid, Unavailable and ProviderError."""
    keys = load_keys(settings)
    async with database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, interview_id, environment=None)
    if stored is None:
        raise NotFound("This merchant has no interview with this id.")
    models = open_models(settings, database, keys)
    try:
        asked = await models.of(merchant_id)
        if not asked.is_fit(ModelPurpose.WRITE):
            raise Invalid(NO_MODEL)
        wanted = find_wanted(stored.draft, None)
        return await draft_wordings(database, asked, stored, wanted, actor=COMMAND_LINE) if wanted else stored.draft
    except TimeoutError:
        raise Unavailable("The language models took too long. Try again.") from None
    finally:
        await models.close()
