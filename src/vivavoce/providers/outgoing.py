"""Where a request may go whose address a tenant named: out into the world, and nowhere into the operator's own network.

Whoever may name an address can otherwise make this server ask what only it can reach: the cloud's metadata, a database,
a neighbour. A name is looked up here, once, and the connection goes to what was found: a second lookup could be told
something else.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from vivavoce.errors import ProviderError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# They carry an IPv4 address inside: NAT64 (RFC 6052). 6to4 and Teredo are not public by themselves.
NAT64 = IPv6Network("64:ff9b::/96")


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
        resolved = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
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


def is_reachable(address: Address, *, allowed: Sequence[Network] = ()) -> bool:
    """Whether a tenant may have this address asked."""
    inner = _inner(address)
    if any(inner in network for network in allowed):
        return True
    return inner.is_global and not inner.is_multicast


def _inner(address: Address) -> Address:
    """The address that is reached in the end."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        if address.sixtofour is not None:
            return address.sixtofour
    return address
