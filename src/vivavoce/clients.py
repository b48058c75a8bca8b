"""Who a client is, as far as limits go: its address, what a proxy of ours says of it, and how often it may ask."""

import ipaddress
import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

SECONDS = 60.0  # what rates are said of, and how much of a rate may come at once
MOST_REMEMBERED = 20_000  # clients of one rate, at about 200 bytes each
IPV6_BITS = 64  # of an address name one client: who has one address has all of these


@lru_cache(maxsize=4096)
def client_of(host: str) -> str:
    """The client behind an address: for IPv6 its network of 64 bits. All that have none are one client, `other`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "other"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), IPV6_BITS), strict=False).network_address)
    return str(address)


class Proxies:
    """The proxies whose word on a client's address counts. named: addresses and networks, parted by commas."""

    def __init__(self, named: str) -> None:
        self._networks = [ipaddress.ip_network(network.strip()) for network in named.split(",") if network.strip()]
        self._hold = lru_cache(maxsize=4096)(self._look_up)

    def __contains__(self, host: str) -> bool:
        return self._hold(host)

    def _look_up(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


@dataclass(slots=True)  # not frozen: each call makes two
class Quota:
    """Where a client stands after it asked. is_over: this one is too many.

    remaining: how many more may come at once. reset: seconds until all of `limit` may. wait: seconds until one may.
    """

    limit: int
    remaining: int
    reset: int
    wait: int
    is_over: bool


class ClientRate:
    """So many a minute for each client, and a whole minute's worth at once.

    For each it keeps one number, the time at which all that was asked for would be used up at the allowed pace (the
    generic cell rate algorithm). What is refused does not count.
    """

    def __init__(
        self, per_minute: int, *, clock: Callable[[], float] = time.monotonic, most_remembered: int = MOST_REMEMBERED
    ) -> None:
        self._limit = per_minute
        self._pace = SECONDS / per_minute
        self._clock = clock
        self._most = most_remembered
        self._used_up_at: dict[Hashable, float] = {}

    def take(self, client: Hashable) -> Quota:
        """Counts one more of this client, where it is not too many."""
        now = self._clock()
        before = self._used_up_at.get(client)
        used_up_at = (now if before is None or before < now else before) + self._pace
        over = used_up_at - now - SECONDS
        is_over = over > self._pace / 100  # sums of fractions are never exact
        if is_over:
            used_up_at -= self._pace
        else:
            if before is None and len(self._used_up_at) >= self._most:
                self._make_room(now)
            self._used_up_at[client] = used_up_at
        return Quota(
            limit=self._limit,
            remaining=max(0, round((SECONDS - (used_up_at - now)) / self._pace)),
            reset=math.ceil(used_up_at - now),
            wait=max(1, math.ceil(over)) if is_over else 0,
            is_over=is_over,
        )

    def _make_room(self, now: float) -> None:
        """Forgets whoever has all of its rate again; where these are few, those who came first as well."""
        kept = {client: at for client, at in self._used_up_at.items() if at > now}
        for client in list(kept)[: max(0, len(kept) - self._most * 3 // 4)]:
            del kept[client]
        self._used_up_at = kept
