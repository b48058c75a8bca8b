"""`vivavoce webhook`: where a merchant hears of results, and how that went."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click

from vivavoce.api.answers.webhook import EVENT_WORDS, KINDS_OF_WORDS
from vivavoce.api.answers.webhooks import to_wire_delivery, to_wire_webhook
from vivavoce.api.webhooks import HEARS, ReportSigner, make_test
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import Connection, Database, open_database
from vivavoce.db.ids import to_id
from vivavoce.db.pages import RowRange
from vivavoce.errors import Invalid, NotFound
from vivavoce.events.deliveries import DeliveryState, add_test, list_deliveries, replay
from vivavoce.events.endpoints import (
    EndpointChange,
    EndpointOff,
    WebhookEndpoint,
    add_endpoint,
    change_endpoint,
    check_url,
    find_endpoint,
    list_endpoints,
    remove_endpoint,
)
from vivavoce.merchants.keys import Sealer, load_keys
from vivavoce.merchants.register import Merchant, find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.networks import NotReachable, check_named, read_networks

Act = Callable[[Database, Merchant, Sealer], Awaitable[None]]

environment_option = click.option(
    "--environment", default=DEFAULT_ENVIRONMENT, show_default=True, help="Of which environment's results."
)
events_option = click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(sorted(KINDS_OF_WORDS)),
    help="What goes there; can be given several times.",
)
headers_option = click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME:VALUE",
    help="Sent along with every delivery; can be given several times.",
)
email_option = click.option("--notice-email", help="Who is mailed when it is switched off by us.")


@click.group()
def webhook() -> None:
    """Webhooks: where a merchant hears of results, and how that went."""


@webhook.command("add")
@click.argument("url")
@merchant_option
@environment_option
@events_option
@headers_option
@email_option
@data_option
def webhook_add(
    url: str,
    merchant_name: str,
    environment: str,
    events: tuple[str, ...],
    headers: tuple[str, ...],
    notice_email: str | None,
    data_dir: Path | None,
) -> None:
    """Tell URL of results, and print the endpoint's id and the secret that signs: it is told this once."""
    settings = settings_for(data_dir)

    async def add(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        try:
            await check_named(check_url(url), allowed=read_networks(settings.merchant_networks))
        except NotReachable as error:
            raise Invalid(error.message, name="url") from None
        change = EndpointChange(
            url=url,
            kinds=sorted({KINDS_OF_WORDS[word] for word in events}) or None,
            headers=_read_headers(headers),
            notice_email=notice_email,
        )
        async with database.tenant(merchant.id) as connection:
            endpoint_id, secret = await add_endpoint(
                connection,
                change,
                merchant_id=merchant.id,
                environment=environment,
                sealer=sealer,
                hears=HEARS,
                actor=COMMAND_LINE,
                now=now(),
            )
        say(f"Results of {merchant.name} go to {url}. This is the endpoint, and its secret:")
        click.echo(f"{endpoint_id} {secret}")

    _with_merchant(data_dir, merchant_name, add)


@webhook.command("list")
@merchant_option
@environment_option
@data_option
def webhook_list(merchant_name: str, environment: str, data_dir: Path | None) -> None:
    """Print the merchant's endpoints, one a line, as JSON."""

    async def show(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        async with database.tenant(merchant.id) as connection:
            for endpoint in await list_endpoints(connection, environment=environment, sealer=sealer):
                click.echo(json.dumps(to_wire_webhook(endpoint)))

    _with_merchant(data_dir, merchant_name, show)


@webhook.command("on")
@click.argument("webhook_id")
@merchant_option
@environment_option
@data_option
def webhook_on(webhook_id: str, merchant_name: str, environment: str, data_dir: Path | None) -> None:
    """Switch the endpoint on again."""
    _change(data_dir, merchant_name, environment, webhook_id, EndpointChange(is_on=True))


@webhook.command("off")
@click.argument("webhook_id")
@merchant_option
@environment_option
@data_option
def webhook_off(webhook_id: str, merchant_name: str, environment: str, data_dir: Path | None) -> None:
    """Switch the endpoint off: what happens meanwhile does not go there."""
    _change(data_dir, merchant_name, environment, webhook_id, EndpointChange(is_on=False))


@webhook.command("new-secret")
@click.argument("webhook_id")
@click.option(
    "--keep-old",
    type=click.IntRange(0, 720),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="How long the old secret signs too.",
)
@merchant_option
@environment_option
@data_option
def webhook_new_secret(
    webhook_id: str, keep_old: int, merchant_name: str, environment: str, data_dir: Path | None
) -> None:
    """Print another secret, which signs from now on; the one before it signs too for a while."""
    change = EndpointChange(has_new_secret=True, old_secret_for=timedelta(hours=keep_old))
    _change(data_dir, merchant_name, environment, webhook_id, change)


@webhook.command("remove")
@click.argument("webhook_id")
@merchant_option
@environment_option
@data_option
def webhook_remove(webhook_id: str, merchant_name: str, environment: str, data_dir: Path | None) -> None:
    """Remove the endpoint, with its log."""

    async def remove(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        async with database.tenant(merchant.id) as connection:
            endpoint = await _find(connection, webhook_id, environment, sealer, locked=True)
            await remove_endpoint(connection, endpoint, actor=COMMAND_LINE)

    _with_merchant(data_dir, merchant_name, remove)


@webhook.command("test")
@click.argument("webhook_id")
@click.option("--event", type=click.Choice(sorted(KINDS_OF_WORDS)), help="By the last event of this name.")
@merchant_option
@environment_option
@data_option
def webhook_test(
    webhook_id: str, event: str | None, merchant_name: str, environment: str, data_dir: Path | None
) -> None:
    """Send the last thing that really happened, and print the delivery's id; a worker has to run."""

    settings = settings_for(data_dir)
    signer = ReportSigner(keys=load_keys(settings), public_url=settings.public_url)

    async def test(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        async with database.tenant(merchant.id) as connection:
            endpoint = await _find(connection, webhook_id, environment, sealer)
            if endpoint.off_reason is not None:
                raise EndpointOff
            message = await make_test(connection, signer, environment=environment, event=event)
            if message is None:
                raise NotFound("Nothing of this kind has happened yet. Take a trial interview first, then try again.")
            delivery_id = await add_test(connection, message, endpoint_id=endpoint.id, now=now())
        say(f"{EVENT_WORDS[message.kind]} is on its way; `vivavoce webhook log` tells how it went.")
        click.echo(delivery_id)

    _with_merchant(data_dir, merchant_name, test)


@webhook.command("log")
@click.argument("webhook_id")
@click.option("--state", type=click.Choice(sorted(DeliveryState)), help="Those that stand there alone.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most how many.")
@merchant_option
@environment_option
@data_option
def webhook_log(
    webhook_id: str, state: str | None, limit: int, merchant_name: str, environment: str, data_dir: Path | None
) -> None:
    """Print the endpoint's deliveries with their tries, the newest first, one a line, as JSON."""

    async def show(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        async with database.tenant(merchant.id) as connection:
            endpoint = await _find(connection, webhook_id, environment, sealer)
            wanted = None if state is None else DeliveryState(state)
            page = await list_deliveries(connection, endpoint.id, state=wanted, window=RowRange(limit=limit))
        for row in page.rows:
            click.echo(json.dumps(to_wire_delivery(row)))

    _with_merchant(data_dir, merchant_name, show)


@webhook.command("replay")
@click.argument("webhook_id")
@click.option("--delivery", help="This delivery alone.")
@click.option("--state", type=click.Choice(["failed", "delivered"]), help="Those that came to this end.")
@click.option("--since", type=click.DateTime(), metavar="MOMENT", help="Of events from this moment on (UTC).")
@click.option("--until", type=click.DateTime(), metavar="MOMENT", help="Of events before this moment (UTC).")
@merchant_option
@environment_option
@data_option
def webhook_replay(
    webhook_id: str,
    delivery: str | None,
    state: str | None,
    since: datetime | None,
    until: datetime | None,
    merchant_name: str,
    environment: str,
    data_dir: Path | None,
) -> None:
    """Send again what the endpoint missed, and print how many deliveries that are; a worker has to run."""

    async def send_again(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        async with database.tenant(merchant.id) as connection:
            endpoint = await _find(connection, webhook_id, environment, sealer)
            if endpoint.off_reason is not None:
                raise EndpointOff
            count = await replay(
                connection,
                merchant_id=merchant.id,
                endpoint_id=endpoint.id,
                delivery_id=None if delivery is None else _to_id(delivery),
                state=None if state is None else DeliveryState(state),
                since=_in_utc(since),
                until=_in_utc(until),
                now=now(),
            )
        click.echo(count)

    _with_merchant(data_dir, merchant_name, send_again)


def _change(
    data_dir: Path | None, merchant_name: str, environment: str, webhook_id: str, change: EndpointChange
) -> None:
    async def act(database: Database, merchant: Merchant, sealer: Sealer) -> None:
        async with database.tenant(merchant.id) as connection:
            endpoint = await _find(connection, webhook_id, environment, sealer, locked=True)
            secret = await change_endpoint(connection, endpoint, change, sealer=sealer, actor=COMMAND_LINE, now=now())
        if secret is not None:
            click.echo(secret)

    _with_merchant(data_dir, merchant_name, act)


async def _find(
    connection: Connection, webhook_id: str, environment: str, sealer: Sealer, *, locked: bool = False
) -> WebhookEndpoint:
    endpoint = await find_endpoint(
        connection, _to_id(webhook_id), environment=environment, sealer=sealer, locked=locked
    )
    if endpoint is None:
        raise NotFound(
            "The merchant has no endpoint of this id in this environment. `vivavoce webhook list` names them."
        )
    return endpoint


def _with_merchant(data_dir: Path | None, merchant_name: str, act: Act) -> None:
    settings = settings_for(data_dir)
    sealer = load_keys(settings).sealer

    async def main() -> None:
        async with open_database(house.address, connections=2) as database:
            await act(database, await find_merchant(database, merchant_name), sealer)

    with open_house(settings) as house:
        asyncio.run(main())


def _read_headers(lines: tuple[str, ...]) -> dict[str, str] | None:
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise Invalid("Expected a header as NAME:VALUE.", name="header")
        headers[name.strip()] = value.strip()
    return headers or None


def _to_id(text: str) -> UUID:
    parsed = to_id(text)
    if parsed is None:
        raise Invalid(f"{text[:80]!r} is not an id.")
    return parsed


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
