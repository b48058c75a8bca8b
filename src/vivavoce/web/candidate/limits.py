"""How much one person's conversation may say: its sockets, its POSTs at once, its messages and frames a second.

    message ──► pace ──► on time: at once
                     ├─► too early: later, by the slow lane, and its socket is not read meanwhile; so are all that
                     │   follow, until the conversation was silent for a moment
                     └─► too early for half a minute: the line is closed; what has no receipt is sent again later

Numbers that no page of ours comes near: it tells a draft every 3 s, one message for each line that was played and for
each button, and after a drop the few that have no receipt. They hold for all of the person's windows together.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import UUID

from vivavoce.candidates.links import Seat
from vivavoce.db.sharing import FairShare
from vivavoce.errors import Refused
from vivavoce.web.candidate.wire import Wire

MOST_SOCKETS = 4  # a computer, a telephone, and two that a lost network has left half open
MOST_POSTS = 8  # at once; a page sends one after the other
LONGEST_WAIT = 4.0  # seconds; whoever would have to wait longer is refused
ON_TIME = 0.001  # seconds: less is not worth a wait
HELD_UP = 3.0  # seconds before a socket is refused: whoever connects again and again waits with it,
HELD_UP_LONG = 30.0  # and waits this long where as many windows as somebody may have are waiting already
PAUSE = 19  # times as long as a message took: all who shout have a twentieth of the loop together
CALM = 2.0  # seconds of silence after which a conversation leaves the slow lane; drafts come every three


class TooMuch(Refused):
    """Too many messages came, for too long. What was acknowledged is safe. Please wait a moment, then go on."""

    status = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRate:
    """So many a second, and so many at once after a pause."""

    a_second: float
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one conversation may send. most_slowed: seconds of coming too early without a break.

    Frames: of 20 ms there are 50 a second, and after a drop two minutes of them at once (`sound/frames.py`, BACKLOG).
    Checks: of the microphone before the first question, each of which takes an ear for a second.
    """

    messages: MessageRate = MessageRate(a_second=4, at_once=20)
    frames: MessageRate = MessageRate(a_second=100, at_once=8_000)
    checks: MessageRate = MessageRate(a_second=0.2, at_once=8)
    most_slowed: float = 30.0


class Throttle:
    """When the next one may come, by a rate."""

    def __init__(self, rate: MessageRate, *, most_slowed: float, clock: Callable[[], float]) -> None:
        self._each = 1 / rate.a_second
        self._ahead = rate.at_once / rate.a_second
        self._most_slowed = most_slowed
        self._clock = clock
        self._due = 0.0  # when all that came would have come at the rate
        self._slow_since: float | None = None

    def take(self) -> float:
        """Takes one; for how many seconds it must wait. Raises TooMuch."""
        now = self._clock()
        due = max(self._due, now) + self._each
        wait = due - now - self._ahead
        if wait < ON_TIME:
            self._slow_since = None
        else:
            self._slow_since = now if self._slow_since is None else self._slow_since
            if wait > LONGEST_WAIT or now - self._slow_since > self._most_slowed:
                raise TooMuch
        self._due = due
        return wait if wait >= ON_TIME else 0.0

    @property
    def rests_in(self) -> float:
        """Seconds until nothing of what came counts any more."""
        return max(0.0, self._due - self._clock())


class SlowLane:
    """What came too early, whoever sent it: one message at a time, fair among merchants, with a pause after each."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._share = FairShare(1)
        self._clock = clock

    @asynccontextmanager
    async def turn(self, merchant_id: UUID) -> AsyncIterator[None]:
        """Alone in the lane."""
        await self._share.enter(merchant_id)
        began = self._clock()
        try:
            yield
        finally:
            pause = PAUSE * (self._clock() - began)
            asyncio.get_running_loop().call_later(pause, self._share.leave, merchant_id)


class Talk:
    """One person's conversation at this server."""

    def __init__(self, merchant_id: UUID, rates: Rates, slow_lane: SlowLane, clock: Callable[[], float]) -> None:
        self._merchant_id = merchant_id
        self._slow_lane = slow_lane
        self._clock = clock
        self.messages = Throttle(rates.messages, most_slowed=rates.most_slowed, clock=clock)
        self.frames = Throttle(rates.frames, most_slowed=rates.most_slowed, clock=clock)
        self.checks = Throttle(rates.checks, most_slowed=rates.most_slowed, clock=clock)
        self._in_lane = 0
        self._calm_at = float("-inf")
        self.users = 0
        self.is_resting = False
        self._sockets: list[Wire] = []
        self._posts = 0
        self._held_up = 0

    @asynccontextmanager
    async def saying(self) -> AsyncIterator[None]:
        """While a message is taken; entered when it is its time. Raises TooMuch.

        While one waits in the slow lane, time goes by in which others would be on time again: a conversation that
        shouts without a pause stays in the lane, or those of a merchant would have their rate times their number.
        """
        wait = self.messages.take()
        if not wait and not self._is_slowed:
            yield
            return
        self._in_lane += 1
        try:
            await asyncio.sleep(wait)
            async with self._slow_lane.turn(self._merchant_id):
                yield
        finally:
            self._in_lane -= 1
            self._calm_at = self._clock() + CALM

    @property
    def _is_slowed(self) -> bool:
        return self._in_lane > 0 or self._clock() < self._calm_at

    async def sound(self) -> None:
        """Until it is time for a frame. Raises TooMuch."""
        wait = self.frames.take()
        if wait:
            await asyncio.sleep(wait)

    async def check(self) -> None:
        """Until it is time for a sound check. Raises TooMuch."""
        wait = self.checks.take()
        if wait:
            await asyncio.sleep(wait)

    def join(self, socket: Wire) -> Wire | None:
        """One more socket; the oldest one where it has to give way."""
        self._sockets.append(socket)
        return self._sockets.pop(0) if len(self._sockets) > MOST_SOCKETS else None

    def leave(self, socket: Wire) -> None:
        """The socket is gone; nothing where it gave way before."""
        if socket in self._sockets:
            self._sockets.remove(socket)

    @contextmanager
    def posting(self) -> Iterator[None]:
        """While a POST is under way. Raises TooMuch where too many are."""
        if self._posts >= MOST_POSTS:
            raise TooMuch
        self._posts += 1
        try:
            yield
        finally:
            self._posts -= 1

    @property
    def is_holding_up(self) -> bool:
        """Whether a socket waits to be refused."""
        return self._held_up > 0

    @contextmanager
    def holding_up(self) -> Iterator[float]:
        """While a socket waits to be refused; for how many seconds it is to wait."""
        seconds = HELD_UP if self._held_up < MOST_SOCKETS else HELD_UP_LONG
        self._held_up += 1
        try:
            yield seconds
        finally:
            self._held_up -= 1

    @property
    def rests_in(self) -> float:
        """Seconds until it can be forgotten."""
        calm = max(0.0, self._calm_at - self._clock())
        return max(calm, self.messages.rests_in, self.frames.rests_in, self.checks.rests_in)


class Talks:
    """Every conversation that is under way at this server, and for a moment those that were."""

    def __init__(self, rates: Rates | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates or Rates()
        self._clock = clock
        self._slow_lane = SlowLane(clock)
        self._talks: dict[tuple[UUID, UUID], Talk] = {}

    @property
    def known(self) -> int:
        """How many conversations are remembered."""
        return len(self._talks)

    @contextmanager
    def at(self, seat: Seat) -> Iterator[Talk]:
        """The conversation of this seat, so that nobody escapes a limit by another attempt, real or made up."""
        key = (seat.candidate_id, seat.interview_id)
        talk = self._talks.setdefault(key, Talk(seat.merchant_id, self._rates, self._slow_lane, self._clock))
        talk.users += 1
        try:
            yield talk
        finally:
            talk.users -= 1
            self._forget(key)

    def _forget(self, key: tuple[UUID, UUID]) -> None:
        """Once nobody is at it and nothing of it counts: until then a new line would begin with a clean slate."""
        talk = self._talks[key]
        if talk.users or talk.is_resting:
            return
        if talk.rests_in:
            talk.is_resting = True
            asyncio.get_running_loop().call_later(talk.rests_in, self._rested, key)
        else:
            del self._talks[key]

    def _rested(self, key: tuple[UUID, UUID]) -> None:
        self._talks[key].is_resting = False
        self._forget(key)
