"""The whole product as one application, put together from the settings, with all that it keeps open while it serves."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from vivavoce.app import make_app
from vivavoce.candidates.ask_limits import CodeLimits
from vivavoce.candidates.mail_limits import MailLimits
from vivavoce.cli.language_models import open_models
from vivavoce.cli.opening import OpenDatabase
from vivavoce.cli.recordings import open_recordings
from vivavoce.cli.voicing import LivingVoice
from vivavoce.clients import ClientRate
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database, open_database
from vivavoce.db.embedded import EmbeddedServer
from vivavoce.errors import VivavoceError
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.signers import Signers
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import TokenReader
from vivavoce.providers.mail import open_mailer
from vivavoce.providers.networks import read_networks
from vivavoce.providers.oidc import OidcProvider
from vivavoce.settings import Settings
from vivavoce.web.parts import CompanySignIn

log = logging.getLogger(__name__)

LOOK_SECONDS = 1  # between two looks at the embedded database


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The application, ready to be called, and the database that it works with."""

    app: ASGIApp
    database: Database


@asynccontextmanager
async def open_product(
    settings: Settings, house: OpenDatabase, *, local_url: str, mails: Path | None = None
) -> AsyncIterator[Product]:
    """The whole product while the block runs: database, standing and voice included.

    local_url: where we listen, for settings that name no public address. mails: of kept mails that a page shows to
    everybody: the demo's alone. Raises Unavailable when the database can't be reached.
    """
    # What is wrong with somebody's form is told to them; nobody is to fill our log with it.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    keys = load_keys(settings)
    standing = MerchantStanding()
    listener = standing.listener(house.address)
    async with open_database(house.address, connections=settings.database_connections) as database:
        await listener.open()  # before the first call: no revoked token may pass
        tokens = TokenReader(
            secret=keys.jwt,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            signers=_signers(settings),
            standing=standing,
        )
        models = open_models(settings, database, keys)
        thinking = Thinking(models, seconds=settings.language_model_seconds)
        living = LivingVoice(settings, database, thinking=thinking) if settings.voice else None
        app = make_app(
            database=database,
            keys=keys,
            tokens=tokens,
            standing=standing,
            public_url=settings.public_url or local_url,
            is_public_url_set=settings.public_url is not None,
            sends_mail=open_mailer(settings) is not None,
            mail_folder=mails,
            recordings=open_recordings(settings),
            keep_days=settings.keep_days,
            sign_in_limits=CodeLimits(
                by_client=settings.sign_ins_per_client,
                at_interview=settings.sign_ins_per_interview,
                at_merchant=settings.sign_ins_per_merchant,
            ),
            mail_limits=MailLimits(
                by_client=settings.invitations_per_account,
                at_interview=settings.invitations_per_interview,
                at_merchant=settings.invitations_per_merchant,
            ),
            oidc=open_company_sign_in(settings),
            calls=_rate(settings.calls_per_minute),
            requests=_rate(settings.requests_per_minute),
            voice=None if living is None else living.voice,
            thinking=thinking,
            models=models,
            networks=read_networks(settings.merchant_networks),
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                keepers: list[asyncio.Task[None]] = [tasks.create_task(listener.keep())]
                if house.server is not None:
                    keepers.append(tasks.create_task(_keep_database(house.server, database)))
                if living is not None:
                    keepers.append(tasks.create_task(living.prepare()))
                keepers.append(tasks.create_task(models.prepare()))
                yield Product(app=app, database=database)
                for keeper in keepers:
                    keeper.cancel()
        finally:
            if living is not None:
                await living.close()
            await thinking.close()
            listener.close()


def open_company_sign_in(settings: Settings) -> CompanySignIn | None:
    """The provider of the settings; None where they name none."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    provider = OidcProvider(
        issuer=settings.oidc_issuer, client_id=settings.oidc_client_id, secret=settings.oidc_client_secret
    )
    return CompanySignIn(
        provider=provider, name=settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or settings.oidc_issuer
    )


def _rate(per_minute: int) -> ClientRate | None:
    return ClientRate(per_minute) if per_minute else None


def _signers(settings: Settings) -> Signers | None:
    if settings.jwks_url is None:
        return None
    from vivavoce.providers.jwks import fetch_jwks  # an HTTP client: 4 MB that most servers have no use for

    return Signers(partial(fetch_jwks, settings.jwks_url))


async def _keep_database(server: EmbeddedServer, database: Database) -> None:
    """Starts the embedded database again when it has gone. Meanwhile calls are answered by 503."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if await database.answers():
            continue
        try:
            if await asyncio.to_thread(server.revive):
                log.warning("the database had gone; it runs again")
        except (VivavoceError, OSError) as error:
            log.error("the database has gone, and can't be started: %s", error)
