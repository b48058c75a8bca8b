"""How many connections are open, whose they are, and which one gives way when there are too many.

Whoever waits without asking for anything gives way to whoever comes: a flood of silent connections keeps nobody out.
Where all are at work, a new one gets a place of the reserve, in which it hears that there is no room; health checks are
answered there as everywhere.
"""

import logging
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from vivavoce.clients import Proxies, client_of
from vivavoce.settings import Settings

log = logging.getLogger(__name__)

RESERVE = 32  # descriptors for those who only hear that there is no room
# Our own: standard streams, the loop, the listening socket, the line on which changes are told, the worker's and the
# ears' pipes, files on their way out. A server that speaks and listens has 41 at rest.
OTHERS = 64
# A spoken conversation holds its sound, its turns and their lock open (sound/sound_file.py) besides its socket.
A_SOCKET, A_SPOKEN_SOCKET = 1, 4
FEWEST = 8  # connections, however few descriptors there are
TELL_SECONDS = 10  # between two lines in the log about it


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """How much of everything. descriptors: for connections and what hangs on them. per_client: connections."""

    connections: int
    per_client: int
    descriptors: int
    a_socket: int  # how many descriptors a WebSocket holds
    header_seconds: float
    body_seconds: float


def find_limits(settings: Settings) -> ConnectionLimits:
    """The limits that the settings ask for, within what this process may open; raises its soft limit where it may."""
    a_socket = A_SPOKEN_SOCKET if settings.voice else A_SOCKET
    own = settings.database_connections + OTHERS + RESERVE
    opened = _raise_descriptors(own + settings.max_connections * a_socket)
    descriptors = max(FEWEST, opened - own)
    if descriptors < settings.max_connections:
        log.warning(
            "this process may open %s files (ulimit -n), so that %s connections fit at once and not %s"
            " (VIVAVOCE_MAX_CONNECTIONS): raise the hard limit for more",
            opened,
            descriptors,
            settings.max_connections,
        )
    connections = min(settings.max_connections, descriptors)
    return ConnectionLimits(
        connections=connections,
        # Never all of them: others must be able to come while one client has as many as it may.
        per_client=min(settings.max_connections_per_client, max(1, connections * 3 // 4)),
        descriptors=descriptors,
        a_socket=a_socket,
        header_seconds=settings.header_seconds,
        body_seconds=settings.body_seconds,
    )


def _raise_descriptors(wanted: int) -> int:
    """How many files this process may open, as many as are wanted if the hard limit allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if target > soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        except (OSError, ValueError):  # macOS has a limit of its own, below the hard one
            return soft
    return max(soft, target)


class Visit:
    """One connection. is_reserved: it has a place of the reserve, and is only told so."""

    __slots__ = ("client", "close", "descriptors", "is_here", "is_reserved")

    def __init__(self, client: str | None, close: Callable[[], None]) -> None:
        self.client = client
        self.close = close
        self.descriptors = 1
        self.is_here = True
        self.is_reserved = False


class Connections:
    """All that are open. Each is waiting, for a request to come, or at work."""

    def __init__(self, limits: ConnectionLimits, *, proxies: Proxies) -> None:
        self.limits = limits
        self._proxies = proxies
        self._count = 0
        self._descriptors = 0
        self._of_client: Counter[str] = Counter()
        # In the order in which they began to wait.
        self._waiting: dict[Visit, None] = {}
        self._waiting_of: dict[str, dict[Visit, None]] = {}
        self._reserved: dict[Visit, None] = {}
        self._asking: set[Visit] = set()
        self._refused = 0
        self._told_at = float("-inf")

    def enter(self, host: str | None, close: Callable[[], None]) -> Visit:
        """A new connection, which waits for its first request. close: lets it give way.

        host: the address that it comes from; None, and our proxies': as many as there are in all.
        """
        visit = Visit(None if host is None or host in self._proxies else client_of(host), close)
        if self._make_room_for(visit):
            self._count += 1
            self._descriptors += 1
            if visit.client is not None:
                self._of_client[visit.client] += 1
            self.wait(visit)
        else:
            visit.is_reserved = True
            if len(self._reserved) >= RESERVE:
                self._dismiss(next(iter(self._reserved)))
            self._reserved[visit] = None
            self._tell()
        return visit

    def work(self, visit: Visit) -> None:
        """Its request is there: it gives way no more until it was answered; of the reserve, half may ask for that."""
        if visit.is_reserved and len(self._asking) < RESERVE // 2:
            self._reserved.pop(visit, None)
            self._asking.add(visit)
        self._waiting.pop(visit, None)
        if visit.client is not None and (waiting := self._waiting_of.get(visit.client)) is not None:
            waiting.pop(visit, None)
            if not waiting:
                del self._waiting_of[visit.client]

    def wait(self, visit: Visit) -> None:
        """It was answered, and may ask again."""
        if not visit.is_here or visit.is_reserved:
            return
        self._waiting[visit] = None
        if visit.client is not None:
            self._waiting_of.setdefault(visit.client, {})[visit] = None

    def become_socket(self, visit: Visit) -> bool:
        """It stays, as a WebSocket. False: there is no room for what hangs on one."""
        more = self.limits.a_socket - visit.descriptors
        if visit.is_reserved or not visit.is_here:
            return False
        self.work(visit)
        while self._descriptors + more > self.limits.descriptors:
            if not self._waiting:
                self._tell()
                return False
            self._dismiss(next(iter(self._waiting)))
        self._descriptors += more
        visit.descriptors += more
        return True

    def leave(self, visit: Visit) -> None:
        """It is gone; a second time changes nothing."""
        if not visit.is_here:
            return
        visit.is_here = False
        if visit.is_reserved:
            self._reserved.pop(visit, None)
            self._asking.discard(visit)
            return
        self.work(visit)
        self._count -= 1
        self._descriptors -= visit.descriptors
        if visit.client is not None:
            self._of_client[visit.client] -= 1
            if not self._of_client[visit.client]:
                del self._of_client[visit.client]

    def _make_room_for(self, visit: Visit) -> bool:
        if visit.client is not None and self._of_client[visit.client] >= self.limits.per_client:
            waiting = self._waiting_of.get(visit.client)
            if not waiting:
                return False
            self._dismiss(next(iter(waiting)))
        if self._count >= self.limits.connections or self._descriptors >= self.limits.descriptors:
            if not self._waiting:
                return False
            self._dismiss(next(iter(self._waiting)))
        return True

    def _dismiss(self, visit: Visit) -> None:
        self.leave(visit)
        visit.close()
        self._tell()

    def _tell(self) -> None:
        self._refused += 1
        now = time.monotonic()
        if now - self._told_at >= TELL_SECONDS:
            log.warning(
                "too many connections (%s are open, of %s clients with an address of their own): %s had to give way or"
                " were refused since this was last said",
                self._count,
                len(self._of_client),
                self._refused,
            )
            self._told_at, self._refused = now, 0
