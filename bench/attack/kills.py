"""Kills under load: the server, and every second time its database with it, ended without a last word while callers
create and candidates answer. What was acknowledged must be there, once and whole: tests/crash holds the book.
"""

import asyncio
import random
import shutil

from bench.attack.ground import a_folder, shorten
from bench.attack.seen import Seen
from tests.crash.audit import await_tallies, find_faults
from tests.crash.load import Load
from tests.crash.program import Program, await_nothing, end_all, kill_database
from tests.running import Furnished, run_program
from vivavoce.merchants.keys import load_keys
from vivavoce.settings import read_settings

KILLS = 4
SEED = 20_261_128  # the moments are drawn from it; what is under way at each differs from run to run
LONGEST_WAIT = 1.5  # seconds of load before a kill


def attack() -> list[Seen]:
    """On a folder of its own."""
    folder = a_folder()
    try:
        run_program(folder, "db", "upgrade")
        program = Program(folder)
        try:
            load, faults = asyncio.run(_kill_again_and_again(program))
        finally:
            program.sweep()
            end_all(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ledger = load.ledger
    return [
        Seen(
            attack="kills under load",
            tried=f"{KILLS} kills, {KILLS // 2} with the database",
            limit="0 lost, doubled or half there",
            seen=f"{len(faults)} faults in {len(ledger.created)} acknowledged creates and {len(ledger.receipts)}"
            f" receipts" + (f": {shorten(faults)}" if faults else ""),
            is_held=not faults and bool(ledger.losses),
        )
    ]


async def _kill_again_and_again(program: Program) -> tuple[Load, list[str]]:
    chance = random.Random(SEED)
    furnished = await asyncio.to_thread(_furnish, program)
    await asyncio.to_thread(program.start)
    async with Load(program.url, furnished, seed=chance.getrandbits(32)) as load:
        for number in range(KILLS):
            await load.goes_on(taken=0)
            await asyncio.sleep(chance.uniform(0, LONGEST_WAIT))
            await asyncio.to_thread(program.kill)
            if number % 2:
                await asyncio.to_thread(kill_database, program.folder)
            await asyncio.to_thread(program.start)
        await load.goes_on()
    await asyncio.to_thread(await_tallies, program.folder, merchant_id=furnished.merchant_id)
    keys = load_keys(read_settings({}, given={"data_dir": program.folder}))
    faults = await asyncio.to_thread(
        find_faults, program.folder, load.ledger, merchant_id=furnished.merchant_id, sealer=keys.sealer
    )
    await asyncio.to_thread(program.stop)
    await asyncio.to_thread(await_nothing, program.folder)
    return load, faults


def _furnish(program: Program) -> Furnished:
    return Furnished(
        merchant_id=program.run("merchant", "add", "Acme", "--slug", "acme"),
        template_id=program.run("template", "add", "Robin", "--merchant", "acme"),
        token=program.run("token", "--merchant", "acme", "--role", "merchant_owner", "--minutes", "600"),
    )
