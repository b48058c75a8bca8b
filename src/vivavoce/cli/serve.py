"""`vivavoce serve`."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import cast

import click
import uvicorn
import uvloop

from vivavoce.cli.assembly import open_product
from vivavoce.cli.connections import Connections, find_limits
from vivavoce.cli.guarded import GuardedProtocol
from vivavoce.cli.opening import OpenDatabase, data_option, environment_for, open_house, say, settings_for
from vivavoce.cli.socket_protocol import SocketProtocol
from vivavoce.clients import Proxies
from vivavoce.errors import BadSetting
from vivavoce.providers.mail import mail_folder
from vivavoce.settings import Settings
from vivavoce.web.candidate.messages import LONGEST_MESSAGE

log = logging.getLogger(__name__)

GRACE_SECONDS = 5  # for calls that are under way when we are told to stop
WORKER_SECONDS = 25  # for the note that a worker has in hand


@click.command()
@click.option("--host", help="The address to listen at (default 127.0.0.1); 0.0.0.0 for every one.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (default 8000); 0 takes a free one.")
@click.option(
    "--worker/--no-worker", "has_worker", default=True, show_default=True, help="Run a worker beside the server."
)
@click.option("--show-mails", is_flag=True, hidden=True, help="Show mails that were kept to everybody: for the demo.")
@data_option
def serve(host: str | None, port: int | None, has_worker: bool, show_mails: bool, data_dir: Path | None) -> None:
    """Serve calls and candidates. Prints `ready http://…` when it can take calls."""
    settings = settings_for(data_dir, host=host, port=port)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    listening = _listen(settings.host, settings.port)
    with open_house(settings) as house, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, house, listening, has_worker=has_worker, show_mails=show_mails))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # at once: until then another program may still take the port
    except OSError as error:
        raise BadSetting(
            f"Can't listen at {host} port {port}: {error.strerror or error}. Choose another by --port.", name="port"
        ) from None
    return listening


async def _serve(
    settings: Settings, house: OpenDatabase, listening: socket.socket, *, has_worker: bool, show_mails: bool
) -> None:
    local_url = _url_of(listening)
    connections = Connections(find_limits(settings), proxies=Proxies(settings.trusted_proxies or ""))
    mails = mail_folder(settings.data_dir) if show_mails else None
    async with open_product(settings, house, local_url=local_url, mails=mails) as product:
        server = _QuietServer(
            uvicorn.Config(
                product.app,
                lifespan="off",
                http=cast(type[GuardedProtocol], partial(GuardedProtocol, connections=connections)),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=settings.trusted_proxies is not None,
                forwarded_allow_ips=settings.trusted_proxies,
                ws=SocketProtocol,
                ws_max_size=LONGEST_MESSAGE,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        _stop_on_signals(server)
        calm_collector()
        async with asyncio.TaskGroup() as tasks:
            worker = tasks.create_task(_keep_worker(settings, local_url)) if has_worker else None
            tasks.create_task(_tell_ready(server, local_url))
            await server.serve(sockets=[listening])
            if worker is not None:
                worker.cancel()


class _QuietServer(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises them again at its end, and we have a database to leave."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def calm_collector() -> None:
    """What is loaded stays loaded: the collector need not walk it, and calls make few cycles for it to find.

    Measured by `make bench-create`; the numbers are docs/explanation/speed.md's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _stop_on_signals(server: uvicorn.Server) -> None:
    """A second signal changes nothing. Not by the loop, which would give the signals up before we have left."""

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


async def _tell_ready(server: uvicorn.Server, url: str) -> None:
    while not server.started:
        if server.should_exit:
            return
        await asyncio.sleep(0.01)
    click.echo(f"ready {url}")


async def _keep_worker(settings: Settings, local_url: str) -> None:
    """A worker beside us, started again whenever it ends: it ends when the database restarts."""
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vivavoce.cli",
            "worker",
            "--with-parent",
            "--local-url",
            local_url,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            env=environment_for(settings),
            start_new_session=True,  # Ctrl-C is for us; the worker is stopped when the last call was answered
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
