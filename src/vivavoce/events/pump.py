"""The pump: webhooks of all merchants are sent as soon as they are due, and one that hangs holds up no other.

It hears of what was left by a notification, looks once a second besides, and holds as many endpoints as it has places.
Those that did not take the last that they were sent have places of their own, and so have those that take long.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn
from uuid import UUID

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.db.listen import Listener
from vivavoce.events.deliveries import CHANNEL
from vivavoce.events.send import WebhookSender, hold_due, send_held

if TYPE_CHECKING:
    from vivavoce.db.listen import Line

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
GATHER_SECONDS = 0.03  # between two looks: what becomes due, and free, meanwhile is seen to by the next one together
PLACES = 200  # endpoints at once; a place is a line, or three where much goes well
PLACES_OF_THE_FAILING = 60
PLACES_OF_THE_SLOW = 200  # who takes long moves here, while there is room: hundreds may hang at the same moment
MOST_OF_A_MERCHANT = 40  # in each of them
FIND_DUE_MERCHANTS = """
select merchant_id, failing_since is not null as is_failing, count(*) as count from webhook_endpoints
where due_at <= $1 and (held_until is null or held_until <= $1)
group by merchant_id, is_failing order by min(due_at)
"""


class WebhookPump:
    """Sends until it is cancelled; several may, beside each other."""

    def __init__(self, address: DatabaseAddress, database: Database, sender: WebhookSender) -> None:
        self._address = address
        self._database = database
        self._sender = sender
        self._woken = asyncio.Event()
        self._places = {False: PumpPlaces(PLACES), True: PumpPlaces(PLACES_OF_THE_FAILING)}
        self._slow = PumpPlaces(PLACES_OF_THE_SLOW)
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self) -> NoReturn:
        """Raises Unavailable when the database goes away."""
        listener = Listener(self._address, CHANNEL, self._wake)
        await listener.open()
        keeping = asyncio.create_task(listener.keep())
        try:
            while True:
                self._woken.clear()
                await self._start_due()
                await asyncio.sleep(GATHER_SECONDS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._woken.wait()
        finally:
            for task in (keeping, *self._sending):
                task.cancel()
            await asyncio.gather(keeping, *self._sending, return_exceptions=True)
            listener.close()

    async def _wake(self, line: "Line") -> None:
        self._woken.set()

    async def _start_due(self) -> None:
        """Who has the fewest endpoints under way comes first, and then who has waited the longest."""
        async with self._database.sweeping() as connection:
            rows = await connection.fetch(FIND_DUE_MERCHANTS, self._sender.clock())
        for row in sorted(rows, key=lambda row: self._places[row["is_failing"]].held[row["merchant_id"]]):
            merchant_id, is_failing = row["merchant_id"], row["is_failing"]
            most = self._places[is_failing].take(merchant_id, row["count"])
            if most:
                task = asyncio.create_task(self._see_to(merchant_id, is_failing=is_failing, most=most))
                self._sending.add(task)
                task.add_done_callback(self._end)

    async def _see_to(self, merchant_id: UUID, *, is_failing: bool, most: int) -> None:
        """most: how many places were taken for it, all of which are given back."""
        taken = TakenPlaces(
            merchant_id,
            most,
            places=self._places[is_failing],
            slow=None if is_failing else self._slow,
            freed=self._woken.set,
        )
        try:
            held = await hold_due(
                self._database, self._sender, merchant_id=merchant_id, is_failing=is_failing, most=most
            )
            taken.give_back(most - len(held.rounds))
            # A place is given back with its line: what came of it is written later, with the rest of its merchant's.
            await send_held(
                self._database,
                self._sender,
                held,
                ended=taken.give_back,
                lingers=taken.make_room,
                more=self._woken.set,
            )
        finally:
            taken.give_back(taken.count)

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # What it held is taken up again; where the database is away, the next look says so.
            log.warning("webhooks could not be seen to: %s", error, exc_info=error)


class PumpPlaces:
    """How many endpoints are under way, in all and by merchant."""

    def __init__(self, most: int) -> None:
        self.held: Counter[UUID] = Counter()
        self._free = most
        self._is_short = False  # somebody wanted more than there was

    def take(self, merchant_id: UUID, wanted: int) -> int:
        """How many of the places that are wanted there are."""
        count = min(wanted, self._free, MOST_OF_A_MERCHANT - self.held[merchant_id])
        self._is_short = self._is_short or count < wanted
        if count:
            self._free -= count
            self.held[merchant_id] += count
        return count

    def give_back(self, merchant_id: UUID, count: int) -> bool:
        """Whether somebody waits for them."""
        self._free += count
        self.held[merchant_id] -= count
        if not self.held[merchant_id]:
            del self.held[merchant_id]
        if not self._is_short or not count:
            return False
        self._is_short = False
        return True


class TakenPlaces:
    """What one merchant has taken of them in one go.

    slow: where endpoints go that take long; None: nowhere. freed: called where somebody waits for what became free.
    """

    def __init__(
        self,
        merchant_id: UUID,
        count: int,
        *,
        places: PumpPlaces,
        slow: PumpPlaces | None,
        freed: Callable[[], None],
    ) -> None:
        self.count = count
        self._merchant_id = merchant_id
        self._places = places
        self._slow = slow
        self._freed = freed
        self._moved = 0

    def make_room(self) -> None:
        """All that is still taken takes long: as many as there are places for stand among the slow from now on."""
        if self._slow is not None:
            moving = self._slow.take(self._merchant_id, self.count - self._moved)
            self._moved += moving
            self._give_back(moving)

    def give_back(self, count: int = 1) -> None:
        """The slow ones' places last."""
        of_slow = max(0, count - (self.count - self._moved))
        self.count -= count
        self._moved -= of_slow
        if self._slow is not None:
            self._slow.give_back(self._merchant_id, of_slow)
        self._give_back(count - of_slow)

    def _give_back(self, count: int) -> None:
        if self._places.give_back(self._merchant_id, count):
            self._freed()
