"""`vivavoce token`, `vivavoce service-key`: each prints the secret alone on standard output. `vivavoce revoke`."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.db.ids import new_id
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import Merchant, find_merchant
from vivavoce.merchants.revoke import revoke_token
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


@click.command()
@click.argument("token")
@merchant_option
@data_option
def revoke(token: str, merchant_name: str, data_dir: Path | None) -> None:
    """Revoke a token or a service key of a merchant, on every server and within a second.

    TOKEN: the token itself or its id (`jti`); - reads it from standard input, where no other program sees it.
    """
    settings = settings_for(data_dir)
    named = sys.stdin.readline() if token == "-" else token

    async def find_and_revoke() -> str:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            return await revoke_token(
                database, named, merchant_id=merchant.id, secret=load_keys(settings).jwt, actor=COMMAND_LINE, now=now()
            )

    with open_house(settings) as house:
        say(f"Revoked: {asyncio.run(find_and_revoke())}")


def _print_token(data_dir: Path | None, merchant_name: str, role: Role, environment: str, life: timedelta) -> None:
    settings = settings_for(data_dir)

    async def find() -> Merchant:
        async with open_database(house.address, connections=2) as database:
            return await find_merchant(database, merchant_name)

    with open_house(settings) as house:
        merchant = asyncio.run(find())
    secret = load_keys(settings).jwt
    token_id = new_id()
    say(f"Its id is {token_id}: `vivavoce revoke {token_id} --merchant {merchant.slug}` revokes it.")
    click.echo(
        issue_token(
            secret=secret,
            merchant_id=merchant.id,
            role=role,
            environment=environment,
            now=now(),
            life=life,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            token_id=token_id,
        )
    )
