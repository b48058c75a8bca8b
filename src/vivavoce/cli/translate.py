"""`vivavoce translate`: an interview in another language, by a language model, as a draft of its own."""

import asyncio
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.language_models import open_models
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound, Unavailable
from vivavoce.interviews.create import NewInterview, create_interview
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.settings import Settings
from vivavoce.text.languages import CODES
from vivavoce.writing.translation import translate_interview

NO_MODEL = "No language model is set that may write. See `vivavoce merchant models` and VIVAVOCE_LANGUAGE_MODEL_URL."


@click.command()
@click.argument("interview_id", metavar="INTERVIEW", type=click.UUID)
@click.argument("language", metavar="LANGUAGE", type=click.Choice(sorted(CODES)))
@merchant_option
@data_option
def translate(interview_id: UUID, language: str, merchant_name: str, data_dir: Path | None) -> None:
    """Translate INTERVIEW (its interview_def_set_id) into LANGUAGE (a code, such as de), by a language model.

    The translation is a draft of its own, whose id is printed; nobody has reviewed it yet.
    """
    settings = settings_for(data_dir)

    async def main() -> None:
        async with open_database(house.address, connections=4) as database:
            merchant = await find_merchant(database, merchant_name)
            made = await _translate(settings, database, interview_id, language, merchant_id=merchant.id)
            click.echo(made)
            say("It is a draft. Read it, mend it by job-interview-update or in the console, and publish it.")

    with open_house(settings) as house:
        asyncio.run(main())


async def _translate(
    settings: Settings, database: Database, interview_id: UUID, language: str, *, merchant_id: UUID
) -> UUID:
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
        draft = await translate_interview(asked, stored.draft, language, new_id=new_id)
    except TimeoutError:
        raise Unavailable("The language models took too long. Try again.") from None
    finally:
        await models.close()
    order = NewInterview(draft=draft, merchant_id=merchant_id, environment=stored.environment, actor=COMMAND_LINE)
    return (await create_interview(database, order, sealer=keys.sealer)).interview_id
