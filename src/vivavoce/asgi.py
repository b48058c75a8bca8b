"""The whole product, voice included, for an ASGI server of your own: `uvicorn --factory vivavoce.asgi:make`.

The settings come from the environment. The server must run the lifespan: it opens the database and the voice, and
closes them at the end (docs/howto/run-under-another-server.md).
"""

import asyncio
import json
import logging
from contextlib import AsyncExitStack

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vivavoce.cli.assembly import open_product
from vivavoce.cli.opening import hold_house, settings_for
from vivavoce.errors import BadSetting, Unavailable, VivavoceError
from vivavoce.settings import Settings

log = logging.getLogger(__name__)


def make() -> ASGIApp:
    """The application. Raises BadSetting where a setting is missing or wrong.

    It does not listen by itself, so VIVAVOCE_PUBLIC_URL has to say where people reach it.
    """
    settings = settings_for(None)
    if settings.public_url is None:
        raise BadSetting(
            "VIVAVOCE_PUBLIC_URL is missing: set it to the address at which people reach this server, as "
            "https://interviews.example.",
            name="public_url",
        )
    logging.getLogger("vivavoce").setLevel(settings.log_level.upper())
    return Served(settings)


class Served:
    """The product, from the beginning to the end of its lifespan; outside it every call is answered by 503."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()  # that we may start
        async with AsyncExitStack() as stack:
            try:
                await self._open(stack)
            except (VivavoceError, OSError) as error:
                await send({"type": "lifespan.startup.failed", "message": f"vivavoce: {error}"})
                return
            try:
                await send({"type": "lifespan.startup.complete"})
                await receive()  # that we are to stop
            finally:
                self._app = None
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, stack: AsyncExitStack) -> None:
        house = hold_house(self._settings)
        # In a thread: it waits for the database's server, and may bring its tables to this version.
        opened = await asyncio.to_thread(house.__enter__)
        stack.push_async_callback(asyncio.to_thread, house.__exit__, None, None, None)
        assert self._settings.public_url is not None
        product = await stack.enter_async_context(
            open_product(self._settings, opened, local_url=self._settings.public_url)
        )
        self._app = product.app


async def _refuse(scope: Scope, send: Send) -> None:
    """Says that nothing is open: the server runs no lifespan, or it is over."""
    log.error("called outside its lifespan: start the server with it on")
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1012})
        return
    body = json.dumps(Unavailable().to_envelope()).encode()
    headers: list[tuple[bytes, bytes]] = [(b"content-type", b"application/json"), (b"retry-after", b"1")]
    start: Message = {"type": "http.response.start", "status": Unavailable.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
