"""Which addresses a tenant may name: those out in the world, and none in the operator's own network.

Whoever may name an address can otherwise make this server ask what only it can reach: the cloud's metadata, a database,
a neighbour. `outgoing` asks them.
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from vivavoce.errors import ProviderError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
LookedUp = tuple[object, object, object, object, tuple[object, ...]]  # as socket.getaddrinfo gives it

# What is not the public internet. Python's own `is_global` differs from version to version, and takes site-local
# addresses and those with an IPv4 address inside for public.
# Source: IANA's special-purpose address registries; RFC 3068 (192.88.99.0/24), 3879 (fec0::/10), 6890.
NOT_PUBLIC_4 = tuple(
    IPv4Network(name)
    for name in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a carrier's customers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; a cloud's metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
PUBLIC_6 = IPv6Network("2000::/3")  # nothing else was ever given out
NOT_PUBLIC_6 = tuple(
    IPv6Network(name)
    for name in (
        "2001::/23",  # Teredo, ORCHID and others' protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
# They carry an IPv4 address in their last 32 bits, and lead to it where somebody translates.
# Source: RFC 6052 and 8215 (NAT64), 4291 (2.5.5.1).
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
OLD_EMBEDDED = IPv6Network("::/96")
ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: the third quarter of the address

LOOKUPS = 64
# A name whose servers are silent holds its thread for half a minute; the loop's own few threads have other work.
_LOOKING_UP = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")
_UNDER_WAY: "dict[tuple[asyncio.AbstractEventLoop, str, int], asyncio.Future[Sequence[LookedUp]]]" = {}
DEFAULT_PORTS = {"http": 80, "https": 443}


class NotReachable(ProviderError):
    """This address is not one that a merchant may name."""


def read_networks(text: str | None) -> tuple[Network, ...]:
    """The networks of a setting that was checked: parted by commas; None: none."""
    return () if text is None else tuple(ip_network(name) for name in text.split(","))


async def find_reachable(host: str, port: int, *, allowed: Sequence[Network] = ()) -> str:
    """The IP address to connect to. allowed: networks that may be reached though they are not public.

    Raises NotReachable where any address of the host is in a network of our own, and where it has none.
    """
    try:
        resolved = await _look_up_once(host, port)
    except (OSError, UnicodeError) as error:
        raise NotReachable(f"The host {host[:80]!r} has no address. Check its spelling.", retryable=True) from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in resolved]
    if not addresses or not all(is_reachable(address, allowed=allowed) for address in addresses):
        raise NotReachable(
            f"The host {host[:80]!r} is in a private network. Choose a public address, or ask whoever runs this server"
            " to allow that network by VIVAVOCE_MERCHANT_NETWORKS.",
            retryable=False,
        )
    return str(addresses[0])


async def check_named(url: str, *, allowed: Sequence[Network]) -> None:
    """Nothing, where a tenant may name this address; it is looked at again whenever it is asked.

    Raises NotReachable, also for an address that would send what is said over the net in the clear.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        raise NotReachable("The port must be a number from 1 to 65535.", retryable=False) from None
    if port is None:
        raise NotReachable("Expected an address that begins with https://.", retryable=False)
    address = ip_address(await find_reachable(host, port, allowed=allowed))
    if parts.scheme != "https" and is_reachable(address):
        raise NotReachable(
            "Expected https: what candidates say must not go over the net in the clear.", retryable=False
        )


def is_reachable(address: Address, *, allowed: Sequence[Network] = ()) -> bool:
    """Whether a tenant may have this address asked.

    One that leads on to an IPv4 address must be allowed itself, and what it leads to must be public or allowed too.
    """
    inner = _inner(address)
    if inner is None:
        return _is_public(address) or _is_in(address, allowed)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return is_reachable(inner, allowed=allowed)  # the very same address, written otherwise
    return _is_in(address, allowed) and is_reachable(inner, allowed=allowed)


async def _look_up_once(host: str, port: int) -> Sequence[LookedUp]:
    """Whoever asks while a host is being looked up waits for that: a silent one holds one thread, however many ask."""
    loop = asyncio.get_running_loop()
    under_way = _UNDER_WAY.get((loop, host, port))
    if under_way is None:

        def end(done: "asyncio.Future[Sequence[LookedUp]]") -> None:
            _UNDER_WAY.pop((loop, host, port), None)
            if not done.cancelled():
                done.exception()  # seen, also where everybody has stopped waiting

        under_way = _UNDER_WAY[loop, host, port] = loop.run_in_executor(_LOOKING_UP, _look_up, host, port)
        under_way.add_done_callback(end)
    return await asyncio.shield(under_way)


def _look_up(host: str, port: int) -> Sequence[LookedUp]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not _is_in(address, NOT_PUBLIC_4)
    return address in PUBLIC_6 and not _is_in(address, NOT_PUBLIC_6)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _inner(address: Address) -> IPv4Address | None:
    """The IPv4 address that is reached in the end, where one stands inside."""
    if not isinstance(address, IPv6Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    carries = _is_in(address, NAT64) or (address in OLD_EMBEDDED and int(address) > 1)
    if carries or (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
