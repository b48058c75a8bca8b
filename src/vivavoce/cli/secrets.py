"""`vivavoce token`, `vivavoce service-key`: each prints the secret alone on standard output."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from vivavoce.cli.opening import data_option, merchant_option, open_house, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import Merchant, find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role, issue_token

SERVICE_KEY_DAYS = 3650
PEOPLE = [role.value for role in Role if role is not Role.SERVICE]

environment_option = click.option(
    "--environment",
    metavar="E",
    default=DEFAULT_ENVIRONMENT,
    show_default=True,
    help="Which interviews and results it sees and makes.",
)


@click.command()
@merchant_option
@click.option("--role", type=click.Choice(PEOPLE), required=True, help="What its bearer is at the merchant.")
@environment_option
@click.option(
    "--minutes", type=click.IntRange(1, 60 * 24 * 366), default=60, show_default=True, help="How long it is good for."
)
@data_option
def token(merchant_name: str, role: str, environment: str, minutes: int, data_dir: Path | None) -> None:
    """Print a token for calls as somebody of a merchant."""
    _print_token(data_dir, merchant_name, Role(role), environment, timedelta(minutes=minutes))


@click.command("service-key")
@merchant_option
@environment_option
@data_option
def service_key(merchant_name: str, environment: str, data_dir: Path | None) -> None:
    """Print a key for a machine of a merchant: it registers people, and names the merchant in each call."""
    _print_token(data_dir, merchant_name, Role.SERVICE, environment, timedelta(days=SERVICE_KEY_DAYS))


def _print_token(data_dir: Path | None, merchant_name: str, role: Role, environment: str, life: timedelta) -> None:
    settings = settings_for(data_dir)

    async def find() -> Merchant:
        async with open_database(house.address, connections=2) as database:
            return await find_merchant(database, merchant_name)

    with open_house(settings) as house:
        found = asyncio.run(find())
    secret = load_keys(settings).jwt
    click.echo(
        issue_token(
            secret=secret,
            merchant_id=found.id,
            role=role,
            environment=environment,
            now=now(),
            life=life,
            issuer=settings.jwt_issuer,
        )
    )
