"""Where a request may go whose address a tenant named: out into the world, and nowhere into the operator's own network.

Whoever may name an address can otherwise make this server ask what only it can reach: the cloud's metadata, a database,
a neighbour. A name is looked up here, once, and the connection goes to what was found: a second lookup could be told
something else. No redirect is followed, no proxy of the operator's is asked, and nothing is read without an end.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

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
# Of an answer that nobody reads, so that its line can be used again.
MOST_DRAINED_BYTES = 65_536
DRAIN_SECONDS = 1.0
MOST_LINES_KEPT = 20  # to one receiver


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


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Looks an address up, and connects to what was found: a second lookup might be told something else.

    keeps_lines: for one host alone. Lines are kept by their IP address, which two names can share, and only the first
    name's certificate was looked at.
    """

    def __init__(self, allowed: Sequence[Network], *, keeps_lines: bool = False) -> None:
        self._allowed = allowed
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=20 if keeps_lines else 0)
        self._inner = httpx2.AsyncHTTPTransport(verify=_trusted(), limits=limits, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer. Raises NotReachable, and httpx2.HTTPError where the line fails."""
        host, port = request.url.host, request.url.port or DEFAULT_PORTS[request.url.scheme]
        address = await find_reachable(host, port, allowed=self._allowed)
        # The certificate is still that of the name, and so is the Host header.
        request.extensions["sni_hostname"] = host
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Closes its lines."""
        await self._inner.aclose()


class LineFailed(OSError):
    """The other side does not keep to HTTP, or hung up in the middle of it."""


class GuardedLine:
    """To one receiver, or a few side by side: what follows goes the way of what came before, while that is open."""

    def __init__(self, url: str, *, allowed: Sequence[Network]) -> None:
        self._url = url
        self._lines = httpcore2.AsyncConnectionPool(
            ssl_context=_trusted(), max_keepalive_connections=MOST_LINES_KEPT, network_backend=_Dialling(allowed)
        )

    async def post(self, *, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
        """The status that the receiver answered; the rest of its answer is thrown away, a long one with its line.

        seconds: for all of it, looking the name up included. No redirect is followed.
        Raises NotReachable, TimeoutError, httpx2.InvalidURL, and OSError where the line fails.
        """
        asked = httpx2.Request("POST", self._url, headers=dict(headers))
        url = asked.url
        if url.scheme not in DEFAULT_PORTS:
            raise NotReachable("Expected an address that begins with https://.", retryable=False)
        # Below the client and its transport: they take twice as long, and do here what nobody wants.
        request = httpcore2.Request(
            b"POST",
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[*(pair for pair in asked.headers.raw if pair[0].lower() != b"content-length"), _length(body)],
            content=body,
        )
        try:
            async with asyncio.timeout(seconds):
                answer = await self._lines.handle_async_request(request)
            await _drain(answer)
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise LineFailed(str(error)) from error
        return answer.status

    async def aclose(self) -> None:
        """Closes it."""
        await self._lines.aclose()


@asynccontextmanager
async def guarded_line(url: str, *, allowed: Sequence[Network]) -> AsyncIterator[GuardedLine]:
    """A line to this receiver, while the block runs."""
    line = GuardedLine(url, allowed=allowed)
    try:
        yield line
    finally:
        await line.aclose()


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust, read once: it takes as long as twenty requests."""
    return httpx2.create_ssl_context(trust_env=False)


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"Content-Length", str(len(body)).encode()


async def _drain(answer: httpcore2.Response) -> None:
    """Reads the rest, so that the line can be used again; where that is long, or slow, the line is closed."""
    size_bytes = 0
    try:
        with suppress(TimeoutError, httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
            async with asyncio.timeout(DRAIN_SECONDS):
                async for piece in answer.aiter_stream():
                    size_bytes += len(piece)
                    if size_bytes > MOST_DRAINED_BYTES:
                        return
    finally:
        await answer.aclose()


class _Dialling(httpcore2.AsyncNetworkBackend):
    """Looks a name up, and connects to what was found; the name stays that of the certificate."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed

    async def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> "_Stream":
        """Raises NotReachable, and OSError. What is to be waited for longest, the caller says."""
        address = await find_reachable(host, port, allowed=self._allowed)
        return _Stream(*await asyncio.open_connection(address, port))


class _Stream(httpcore2.AsyncNetworkStream):
    """What is sent and comes; its timeouts are its caller's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._writer.write(buffer)
        await self._writer.drain()

    async def aclose(self) -> None:
        self._writer.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> "_Stream":
        await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # asked of a line that rests: then the other side has hung up
            return self._reader.at_eof()
        return self._writer.get_extra_info(info)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered. content: b'' where it is too large, or the status is not 200."""

    status: int
    media_type: str
    content: bytes
    is_too_large: bool = False


async def get_guarded(url: str, *, allowed: Sequence[Network], seconds: float, most_bytes: int) -> Fetched:
    """What an address answers, as it comes over the line: nothing is asked for packed, and nothing is unpacked.

    seconds: for all of it, looking the name up included.
    Raises NotReachable, TimeoutError, and httpx2.HTTPError where the line fails.
    """
    headers = {"Accept-Encoding": "identity", "User-Agent": "Vivavoce"}
    async with asyncio.timeout(seconds):
        async with (
            httpx2.AsyncClient(
                transport=GuardedTransport(allowed), timeout=seconds, trust_env=False, headers=headers
            ) as client,
            client.stream("GET", url, follow_redirects=False) as answer,
        ):
            media_type = answer.headers.get("content-type", "")
            content = bytearray()
            if answer.status_code == 200:
                async for piece in answer.aiter_raw():
                    content += piece
                    if len(content) > most_bytes:
                        return Fetched(status=200, media_type=media_type, content=b"", is_too_large=True)
            return Fetched(status=answer.status_code, media_type=media_type, content=bytes(content))


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
