"""What every test can ask for: a real database, the app on it, and a real server."""

import gc
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import hypothesis
import psycopg
import pytest

from tests.builders import House, a_house, a_standing, store_in
from tests.laid import a_folder, laid_folder, place_for_the_pattern
from tests.ordering import place_of
from tests.running import Running, run_server
from tests.whole import an_app, calls_to
from vivavoce.db.address import DatabaseAddress, embedded_address, given_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade
from vivavoce.merchants.standing import MerchantStanding

# A first run reads all of Unicode, and the machine may be busy: that is no fault of what is tested.
# The same values in each run; `VIVAVOCE_SEARCH=1` draws others, to look for what these have not found.
hypothesis.settings.register_profile(
    "vivavoce",
    deadline=None,
    derandomize=not os.environ.get("VIVAVOCE_SEARCH"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("vivavoce")
# As a server has it: at Python's own threshold, a seventh of what the tests take of a processor is looking for garbage.
gc.set_threshold(20_000, 20, 50)


NIGHTLY_SECONDS = 3600
GIVEN = "VIVAVOCE_TEST_DATABASE_URL"  # a PostgreSQL of somebody's own to run the tests on
_at_the_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """In the process that shares the tests out, which outlives the others."""
    if not hasattr(config, "workerinput"):
        _at_the_end.enter_context(place_for_the_pattern())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Once all have ended."""
    _at_the_end.close()


def pytest_collection_finish() -> None:
    """What was loaded and collected stays, half a gigabyte: the collector need not walk it beside the tests."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    """No test may lean on what another file left; a run of all of them in another order shows it."""
    parser.addoption("--file-order", metavar="SEED", help="shuffle the order of the files with tests by this seed")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """The seed, so that a run which failed can be made again."""
    seed = config.getoption("--file-order")
    return [] if seed is None else [f"files in the order of --file-order {seed}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The files in their order, and what takes minutes may take an hour on a busy machine."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    seed = config.getoption("--file-order")
    places = {path: place_of(path, slow=slow[path], seed=seed) for path in {item.path for item in items}}
    items.sort(key=lambda item: places[item.path])  # stable: within a file, and among others, the order stays
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.timeout(NIGHTLY_SECONDS))


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """A folder that the database's own user can reach, unlike pytest's."""
    with a_folder() if GIVEN in os.environ else laid_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def address(data_dir: Path) -> Iterator[DatabaseAddress]:
    """A database at this version: the embedded server's, or the one that GIVEN names."""
    url = os.environ.get(GIVEN)
    if url is not None:
        given = given_address(url, None)
        upgrade(given)
        yield given
        return
    with hold(data_dir, say=lambda _: None) as server:
        found = embedded_address(server.socket_dir, server.database)
        with psycopg.connect(found.admin_url, autocommit=True) as admin:
            # Nobody kills this one (tests/crash has its own), so nobody waits for its disk: milliseconds each commit.
            admin.execute(f"alter database {server.database} set synchronous_commit = off")
        yield found


@pytest.fixture(scope="session")
async def database(address: DatabaseAddress) -> AsyncIterator[Database]:
    """The application's own pool. Tests share it; each makes a merchant of its own."""
    async with open_database(address, connections=8) as opened:
        yield opened


@pytest.fixture
async def house(database: Database) -> House:
    """A merchant of this test's own."""
    return await a_house(database)


@pytest.fixture(scope="session")
async def standing(address: DatabaseAddress) -> AsyncIterator[MerchantStanding]:
    """What a server knows of all merchants, kept as a server keeps it."""
    async with a_standing(address) as kept:
        yield kept


@pytest.fixture
async def client(database: Database, standing: MerchantStanding, data_dir: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to the whole app, without a socket in between."""
    app = an_app(database, standing, recordings=store_in(data_dir), keep_days=180, sends_mail=True)
    async with calls_to(app) as opened:
        yield opened


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """A real server in a process of its own. Tests share it; each makes a merchant of its own, and none stops it."""
    with laid_folder() as folder, run_server(folder) as server:
        yield server
