"""Two servers on one address, with disks of their own: one database, one place for recordings, and a door to either."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bad_line import BadLine, run_bad_line
from tests.laid import a_folder, laid_folder
from tests.running import Running, run_server
from vivavoce.db.address import embedded_address
from vivavoce.db.embedded import hold

NEVER = 1e-6  # stalls a minute


@dataclass(frozen=True, slots=True)
class TwoServers:
    """first, second: each answers at its own url too. door: where people come in; new connections go to its target."""

    first: Running
    second: Running
    door: BadLine


@contextmanager
def two_servers(environment: Mapping[str, str]) -> Iterator[TwoServers]:
    """The door leads to the first one. The second one has no worker."""
    with ExitStack() as stack:
        first = stack.enter_context(laid_folder())
        second = stack.enter_context(a_folder())
        server = stack.enter_context(hold(first, say=lambda _: None))  # the database outlives whoever is killed
        door = stack.enter_context(run_bad_line(BadLine("", stalls_a_minute=NEVER, cut_seconds=None)))
        told = {**environment, "VIVAVOCE_PUBLIC_URL": door.url}
        running = stack.enter_context(run_server(first, environment=told))
        shutil.copytree(first / "secrets", second / "secrets")
        _share(first, second)
        address = embedded_address(server.socket_dir, server.database)
        database = {"VIVAVOCE_DATABASE_URL": address.app_url, "VIVAVOCE_DATABASE_ADMIN_URL": address.admin_url}
        other = stack.enter_context(run_server(second, "--no-worker", environment=told | database))
        door.target = running.url
        yield TwoServers(running, other, door)


def _share(first: Path, second: Path) -> None:
    """Recordings lie in one place, as on a disk that both have."""
    (first / "recordings").mkdir(mode=0o700, exist_ok=True)
    (second / "recordings").symlink_to(first / "recordings")
