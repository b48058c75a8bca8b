"""The server is killed at random moments under a running load. Nothing that a client was told is lost or half there.

The rounds are drawn from a seed, which is printed; VIVAVOCE_CRASH_SEED=… draws the same ones again. (What is under way
at a moment still differs from run to run.)
"""

import asyncio
import os
import random
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.audit import await_tallies, find_faults
from tests.crash.load import Load
from tests.crash.program import Program, await_nothing, kill_database, processes_of, wait_for
from tests.running import Furnished
from vivavoce.merchants.keys import load_keys
from vivavoce.settings import read_settings

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc")

LONGEST_WAIT = 2.0  # seconds from the first new receipts to the kill
WORKER_SECONDS = 60


@pytest.mark.parametrize(
    "rounds", [pytest.param(2, marks=pytest.mark.slow), pytest.param(30, marks=pytest.mark.nightly)]
)
async def test_what_was_acknowledged_outlives_a_killed_server(
    program: Program, furnished: Furnished, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of the times the database is killed with it."""
    seed = int(os.environ.get("VIVAVOCE_CRASH_SEED") or secrets.randbits(32))
    chance = random.Random(seed)
    kills_database_first_time = chance.random() < 0.5
    await asyncio.to_thread(program.start)
    async with Load(program.url, furnished, seed=chance.getrandbits(32)) as load:
        for number in range(rounds):
            await load.goes_on(taken=0)
            moment = chance.uniform(0, LONGEST_WAIT)
            await asyncio.sleep(moment)
            kills_database = (number % 2 == 0) == kills_database_first_time
            worker = program.worker()
            await _kill(program, chance, kills_database=kills_database)
            await asyncio.to_thread(program.start)
            await load.goes_on()
            faults = await asyncio.to_thread(_audit, program, furnished, load)
            victims = "server and database" if kills_database else "server"
            story = f"seed {seed}, round {number + 1}, {victims} killed after {moment:.2f} s: "
            with capsys.disabled():
                sys.stdout.write(f"\n{story}{load.ledger}")
            assert not faults, story + "\n".join(faults[:20])
            await asyncio.to_thread(_await_end, program.folder, worker)
    await asyncio.to_thread(await_tallies, program.folder, merchant_id=furnished.merchant_id)
    faults = await asyncio.to_thread(_audit, program, furnished, load)
    assert not faults, f"seed {seed}, at the end: " + "\n".join(faults[:20])
    assert load.ledger.losses, "no client noticed anything: was the server killed at all?"
    assert program.stop() == 0
    await_nothing(program.folder)
    assert "unforeseen" not in program.read_log()


async def _kill(program: Program, chance: random.Random, *, kills_database: bool) -> None:
    """Both in either order, and so near to each other that none has time to notice."""
    victims: list[Callable[[], object]] = [program.kill]
    if kills_database:
        victims.append(lambda: kill_database(program.folder))
        chance.shuffle(victims)
    for victim in victims:
        await asyncio.to_thread(victim)
        await asyncio.sleep(chance.uniform(0, 0.05))


def _await_end(folder: Path, worker: int | None) -> None:
    """Returns when the worker of a killed server has ended."""
    wait_for(lambda: worker not in processes_of(folder), seconds=WORKER_SECONDS, what="the worker ends")


def _audit(program: Program, furnished: Furnished, load: Load) -> list[str]:
    keys = load_keys(read_settings({}, given={"data_dir": program.folder}))
    return find_faults(program.folder, load.ledger, merchant_id=furnished.merchant_id, sealer=keys.sealer)
