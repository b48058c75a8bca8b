"""`vivavoce mail`: a merchant's mails to candidates: in whose words they go, how they look, and which came back."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO

import click

from vivavoce.candidates.bounces import take_bounce
from vivavoce.candidates.letterhead import find_letterhead
from vivavoce.candidates.mail_preview import preview_mail
from vivavoce.candidates.mail_texts import find_text, list_texts, set_text
from vivavoce.candidates.mails.own_text import MailWording
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, settings_for
from vivavoce.clock import now
from vivavoce.db.database import Database, open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.register import Merchant, find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.mail.bounce import read_bounce

Act = Callable[[Database, Merchant], Awaitable[str]]
NO_BOUNCE = "Expected a delivery report that returns a mail of this merchant, whole, as it arrived."

kind_argument = click.argument("kind", type=click.Choice([kind.value for kind in MailWording]))
language_option = click.option("--language", default="en", show_default=True, help="Its language.")


@click.group()
def mail() -> None:
    """Mails to candidates: in whose words they go, and which came back."""


@mail.command("texts")
@merchant_option
@data_option
def mail_texts(merchant_name: str, data_dir: Path | None) -> None:
    """Print which mails go in the merchant's own words."""

    async def act(database: Database, merchant: Merchant) -> str:
        async with database.tenant(merchant.id) as connection:
            kept = await list_texts(connection)
        return "\n".join(f"{text.kind.value}\t{text.language}\t{text.own.subject}" for text in kept)

    _run(act, merchant_name, data_dir)


@mail.command("text")
@kind_argument
@merchant_option
@language_option
@click.option("--subject", required=True, help="The subject. Empty, with an empty file: ours again.")
@click.option("--file", "file", type=click.File(encoding="utf-8"), required=True, help="The text; `-`: standard input.")
@data_option
def mail_text(kind: str, merchant_name: str, language: str, subject: str, file: IO[str], data_dir: Path | None) -> None:
    """Have mails of this KIND go in the merchant's own words."""
    text = file.read()

    async def act(database: Database, merchant: Merchant) -> str:
        async with database.tenant(merchant.id) as connection:
            await set_text(
                connection,
                MailWording(kind),
                language,
                subject=subject,
                text=text,
                merchant_id=merchant.id,
                actor=COMMAND_LINE,
                now=now(),
            )
        return ""

    _run(act, merchant_name, data_dir)


@mail.command("preview")
@kind_argument
@merchant_option
@language_option
@click.option("--html", is_flag=True, help="As HTML.")
@data_option
def mail_preview(kind: str, merchant_name: str, language: str, html: bool, data_dir: Path | None) -> None:
    """Print a mail as it goes out now, with an example in every place."""

    async def act(database: Database, merchant: Merchant) -> str:
        letterhead = await find_letterhead(database, merchant.id)
        async with database.tenant(merchant.id) as connection:
            own = await find_text(connection, MailWording(kind), language)
        base = settings_for(data_dir).public_url or "https://interviews.example"
        shown = preview_mail(
            MailWording(kind), language, merchant=merchant.name, letterhead=letterhead, own=own, base=base, now=now()
        )
        return shown.html if html else f"{shown.subject}\n\n{shown.text}"

    _run(act, merchant_name, data_dir)


@mail.command("bounce")
@click.argument("file", type=click.File("rb"))
@merchant_option
@click.option("--environment", default=DEFAULT_ENVIRONMENT, show_default=True, help="Of which environment's mails.")
@data_option
def mail_bounce(file: IO[bytes], merchant_name: str, environment: str, data_dir: Path | None) -> None:
    """Take in the delivery report in FILE (`-`: standard input), as a mail server can pipe it here."""
    bounce = read_bounce(file.read())

    async def act(database: Database, merchant: Merchant) -> str:
        if bounce is None:
            raise Invalid(NO_BOUNCE)
        async with database.tenant(merchant.id) as connection:
            silenced = await take_bounce(
                connection, bounce, merchant_id=merchant.id, environment=environment, now=now()
            )
        if silenced is None:
            raise Invalid(NO_BOUNCE)
        return "the address gets no mail any more" if silenced else "noted; the address stays"

    _run(act, merchant_name, data_dir)


def _run(act: Act, merchant_name: str, data_dir: Path | None) -> None:
    async def main() -> str:
        async with open_database(house.address, connections=2) as database:
            return await act(database, await find_merchant(database, merchant_name))

    with open_house(settings_for(data_dir)) as house:
        said = asyncio.run(main())
    if said:
        click.echo(said)
