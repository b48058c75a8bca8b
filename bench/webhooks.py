"""How soon receivers of webhooks hear, where many listen and some of them are dead.

    make bench-webhooks      (about a minute; ARGS="--receivers 40 --dead 4" for a look)

    first tries   500 endpoints at 25 merchants, 50 of which take a connection and never answer. At each merchant an
                  interview is finished at the same moment; from that commit to the first request at each endpoint, by a
                  worker in this process that has sent twenty before, on an embedded PostgreSQL of its own. The
                  receivers share a process beside it

The floor: 1 s at the 95th percentile.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

import uvloop

from tests.builders import KEYS, a_house, a_seat, an_attempt, an_interview
from tests.laid import a_folder
from vivavoce.api.webhooks import HEARS
from vivavoce.attempts.move import finish
from vivavoce.candidates.links import Seat
from vivavoce.cli.worker import Errands, make_handlers, make_pumps
from vivavoce.clock import now
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade
from vivavoce.events.endpoints import EndpointChange, add_endpoint
from vivavoce.jobs.worker import run_worker
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.networks import read_networks
from vivavoce.providers.raters import embedded_rater

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FLOOR_SECONDS = 1.0
AT_ONE_MERCHANT = 20  # endpoints
SETTLING_SECONDS = 3  # until the worker hears of notes, and has done the first ones
FIRST_ONES = 20  # at merchants of their own, so that the worker's connections have seen each statement
GIVE_UP_SECONDS = 60
TAKEN = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Receivers:
    """Who listens: each at a path of its own, `/0`, `/1` …; some are dead. Times are of the machine's one clock."""

    def __init__(self, *, count: int, dead: set[int]) -> None:
        self._count = count
        self._dead = dead
        self._heard_at: dict[int, float] = {}
        self._all_heard = asyncio.Event()

    async def run(self, pipe: "Connection") -> None:
        """Tells the port, is told when it begins, and tells then when each heard first; until it is ended."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(pipe.recv)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_heard.wait(), GIVE_UP_SECONDS)
        pipe.send(self._heard_at)
        await server.serve_forever()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request: its path says who is meant."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            number = int(head.split(b" ", 2)[1].strip(b"/"))
            if number < self._count:
                self._heard_at.setdefault(number, time.monotonic())
            if len(self._heard_at) == self._count:
                self._all_heard.set()
            if number in self._dead:
                await reader.read()  # until the other side gives up
            else:
                writer.write(TAKEN)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def listen(pipe: "Connection", count: int, dead: set[int]) -> None:
    """The receivers' process."""
    asyncio.run(Receivers(count=count, dead=dead).run(pipe))


def main() -> None:
    """Prints the figures; exit code 1 when the floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--receivers", type=int, default=500)
    parser.add_argument("--dead", type=int, default=50)
    asked = parser.parse_args()
    with a_folder() as folder, hold(folder, say=lambda _: None) as server:
        address = embedded_address(server.socket_dir, server.database)
        upgrade(address)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as a worker runs
            late = runner.run(_time(address, receivers=asked.receivers, dead=asked.dead))
    holds = late <= FLOOR_SECONDS
    print(f"the floor of {FLOOR_SECONDS:.0f} s at the 95th percentile {'holds' if holds else 'does not hold'}")
    sys.exit(0 if holds else 1)


async def _time(address: DatabaseAddress, *, receivers: int, dead: int) -> float:
    """The 95th percentile in seconds."""
    spread = max(1, receivers // dead) if dead else receivers + 1
    deads = {number for number in range(receivers) if dead and number % spread == 0}
    with _listening(receivers, deads) as pipe:
        port = pipe.recv()
        async with open_database(address, connections=8) as database:
            seats = [
                await _furnish(database, port, numbers)
                for start in range(0, receivers, AT_ONE_MERCHANT)
                if (numbers := range(start, min(receivers, start + AT_ONE_MERCHANT)))
            ]
            errands = Errands(keys=KEYS, mailer=None, find_rater=embedded_rater, networks=read_networks("127.0.0.0/8"))
            handlers, pumps = make_handlers(database, errands), make_pumps(address, database, errands)
            working = asyncio.create_task(run_worker(address, handlers, beside=pumps))
            firsts = [await _furnish(database, port, [receivers]) for _ in range(FIRST_ONES)]
            await asyncio.gather(*(_finish(database, seat, attempt_id) for seat, attempt_id in firsts))
            await asyncio.sleep(SETTLING_SECONDS)
            pipe.send("begin")
            happened = await asyncio.gather(*(_finish(database, seat, attempt_id) for seat, attempt_id in seats))
            heard_at: dict[int, float] = await asyncio.to_thread(pipe.recv)
            until = time.monotonic()
            working.cancel()
            await asyncio.wait([working])
    waits = sorted(heard_at.get(number, until) - happened[number // AT_ONE_MERCHANT] for number in range(receivers))
    late = waits[min(len(waits) - 1, round(len(waits) * 0.95))]
    print(
        f"first tries   {len(heard_at)} of {receivers} receivers, {len(deads)} of them dead:"
        f" median {statistics.median(waits):.2f} s, 95th {late:.2f} s, last {waits[-1]:.2f} s"
    )
    return late


@contextmanager
def _listening(count: int, dead: set[int]) -> Iterator["Connection"]:
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=listen, args=(theirs, count, dead), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        process.terminate()
        process.join()


async def _furnish(database: Database, port: int, numbers: Sequence[int]) -> tuple[Seat, UUID]:
    """A merchant with these endpoints, and an attempt that can be finished."""
    house = await a_house(database)
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    async with database.tenant(house.merchant.id) as connection:
        for number in numbers:
            await add_endpoint(
                connection,
                EndpointChange(url=f"http://127.0.0.1:{port}/{number}"),
                merchant_id=house.merchant.id,
                environment=DEFAULT_ENVIRONMENT,
                sealer=KEYS.sealer,
                hears=HEARS,
                actor="bench",
                now=now(),
            )
    return seat, attempt_id


async def _finish(database: Database, seat: Seat, attempt_id: UUID) -> float:
    """When it had committed."""
    async with database.tenant(seat.merchant_id) as connection:
        await finish(connection, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor="bench", now=now())
    return time.monotonic()


if __name__ == "__main__":
    main()
