"""`vivavoce merchant models`: which language models are asked for a merchant, and what they may cost."""

import asyncio
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.models import KeptChoice, ModelChoice, find_choice, set_choice
from vivavoce.merchants.register import find_merchant
from vivavoce.providers.language_models.chosen import ChosenModel, parse_models, settings_models
from vivavoce.providers.networks import read_networks

MOST_FILE_BYTES = 100_000


@click.command()
@click.argument("merchant_name", metavar="MERCHANT")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="A JSON list of models in their order, as VIVAVOCE_LANGUAGE_MODELS has it; - reads it from standard input.",
)
@click.option("--none", "asks_none", is_flag=True, help="Ask no model: the interviewer goes by rules.")
@click.option(
    "--server", "asks_servers", is_flag=True, help="Ask its parent's, or the server's: its own are forgotten."
)
@click.option("--cost-per-attempt", metavar="USD", help="What they may cost for one attempt; the server's when absent.")
@click.option("--cost-per-day", metavar="USD", help="What they may cost in a day (UTC); the server's when absent.")
@click.option("--keep-texts", "keeps_texts", is_flag=True, help="Keep what is asked and answered with each attempt.")
@data_option
def models(
    merchant_name: str,
    file: Path | None,
    asks_none: bool,
    asks_servers: bool,
    cost_per_attempt: str | None,
    cost_per_day: str | None,
    keeps_texts: bool,
    data_dir: Path | None,
) -> None:
    """Print which language models are asked for MERCHANT, or choose them. Keys are sealed, and never printed.

    A choice replaces the one before it, caps and all. Sub-merchants without a choice of their own have it too.
    """
    if [file is not None, asks_none, asks_servers].count(True) > 1:
        raise Invalid("Give one of --file, --none and --server.", name="file")
    changes = file is not None or asks_none or asks_servers
    if not changes and (cost_per_attempt or cost_per_day or keeps_texts):
        raise Invalid("Caps and --keep-texts go with the models: give --file too.", name="file")
    choice = ModelChoice(
        models=() if file is None else parse_models(_read(file)),
        cost_per_attempt=_to_cost(cost_per_attempt, "cost-per-attempt"),
        cost_per_day=_to_cost(cost_per_day, "cost-per-day"),
        keeps_texts=keeps_texts,
    )
    settings = settings_for(data_dir)
    sealer = load_keys(settings).sealer

    async def main() -> KeptChoice | None:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if changes:
                await set_choice(
                    database,
                    sealer,
                    None if asks_servers else choice,
                    merchant_id=merchant.id,
                    networks=read_networks(settings.merchant_networks),
                    actor=COMMAND_LINE,
                    now=now(),
                )
                say(f"Changed the language models of {merchant.name}.")
            return await find_choice(database, sealer, merchant.id)

    with open_house(settings) as house:
        _tell(asyncio.run(main()), settings_models(settings))


def _tell(kept: KeptChoice | None, own: tuple[ChosenModel, ...]) -> None:
    chosen = own if kept is None else kept.choice.models
    if kept is None:
        click.echo("The server's own choice.")
    for number, model in enumerate(chosen, 1):
        purposes = ", ".join(model.purposes)
        key = "a key" if model.key is not None else "no key"
        click.echo(f"{number}. {model.model} at {urlsplit(model.url).netloc}, with {key}: {purposes}")
    if not chosen:
        click.echo("No language model is asked: the interviewer goes by rules.")
    if kept is not None:
        for name, cost in (("an attempt", kept.choice.cost_per_attempt), ("a day", kept.choice.cost_per_day)):
            if cost is not None:
                click.echo(f"At most {cost} USD {name}.")
        if kept.choice.keeps_texts:
            click.echo("What is asked and answered is kept with each attempt.")


def _read(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read(MOST_FILE_BYTES)
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(MOST_FILE_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"`{file}` can't be read as text in UTF-8: {type(error).__name__}.", name="file") from error


def _to_cost(text: str | None, name: str) -> Decimal | None:
    if text is None:
        return None
    try:
        cost = Decimal(text)
    except InvalidOperation:
        cost = Decimal("NaN")
    if not cost.is_finite() or not 0 <= cost <= 1_000_000:
        raise Invalid("Expected US dollars from 0 to 1000000, as `0.25`.", name=name)
    return cost
