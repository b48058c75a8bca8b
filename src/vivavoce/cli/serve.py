"""`vivavoce serve`."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import uvicorn

from vivavoce.app import make_app
from vivavoce.cli.opening import data_option, environment_for, open_house, say, settings_for
from vivavoce.db.address import Address
from vivavoce.db.database import open_database
from vivavoce.errors import BadSetting
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.tokens import TokenReader
from vivavoce.settings import Settings
from vivavoce.web.messages import LONGEST_MESSAGE

log = logging.getLogger(__name__)

GRACE_SECONDS = 5  # for calls that are under way when we are told to stop
WORKER_SECONDS = 25  # for the note that a worker has in hand


@click.command()
@click.option("--host", help="The address to listen at (default 127.0.0.1); 0.0.0.0 for every one.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (default 8000); 0 takes a free one.")
@click.option(
    "--worker/--no-worker", "has_worker", default=True, show_default=True, help="Run a worker beside the server."
)
@data_option
def serve(host: str | None, port: int | None, has_worker: bool, data_dir: Path | None) -> None:
    """Serve calls and candidates. Prints `ready http://…` when it can take calls."""
    settings = settings_for(data_dir, host=host, port=port)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    listening = _listen(settings.host, settings.port)
    with open_house(settings) as address:
        asyncio.run(_serve(settings, address, listening, has_worker=has_worker))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise BadSetting(
            f"Can't listen at {host} port {port}: {error.strerror or error}. Choose another by --port.", name="port"
        ) from None
    return listening


async def _serve(settings: Settings, address: Address, listening: socket.socket, *, has_worker: bool) -> None:
    local_url = _url_of(listening)
    keys = load_keys(settings)
    tokens = TokenReader(secret=keys.jwt, issuer=settings.jwt_issuer)
    async with open_database(address, connections=settings.database_connections) as database:
        app = make_app(database=database, keys=keys, tokens=tokens, public_url=settings.public_url or local_url)
        server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                ws="websockets-sansio",
                ws_max_size=LONGEST_MESSAGE,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        _stop_on_signals(server)
        async with asyncio.TaskGroup() as tasks:
            helper = tasks.create_task(_keep_worker(settings)) if has_worker else None
            tasks.create_task(_tell_ready(server, local_url))
            await server.serve(sockets=[listening])
            if helper is not None:
                helper.cancel()


class _Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises them again at its end, and we have a database to leave."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop_on_signals(server: uvicorn.Server) -> None:
    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def _tell_ready(server: uvicorn.Server, url: str) -> None:
    while not server.started:
        if server.should_exit:
            return
        await asyncio.sleep(0.01)
    click.echo(f"ready {url}")


async def _keep_worker(settings: Settings) -> None:
    """A worker beside us, started again whenever it ends: it ends when the database restarts."""
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vivavoce.cli",
            "worker",
            "--with-parent",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            env=environment_for(settings),
        )
        try:
            await process.wait()
        except asyncio.CancelledError:
            await _stop_worker(process)
            raise
        log.warning("the worker ended with code %s; starting it again", process.returncode)
        await asyncio.sleep(1)


async def _stop_worker(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), WORKER_SECONDS)
    except TimeoutError:
        say("The worker did not stop in time; its note goes back to the queue.")
        process.kill()
        await process.wait()


def _url_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
