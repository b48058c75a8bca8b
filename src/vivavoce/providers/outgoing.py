"""Requests to an address that a tenant named: out into the world, and nowhere into the operator's own network.

A name is looked up here, once, and the connection goes to what was found: a second lookup could be told something else.
No redirect is followed, no proxy of the operator's is asked, and nothing is read without an end.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore2
import httpx2

from vivavoce.providers.networks import DEFAULT_PORTS, Network, NotReachable, find_reachable

# Of an answer that nobody reads, so that its line can be used again.
MOST_DRAINED_BYTES = 65_536
DRAIN_SECONDS = 1.0
MOST_LINES_KEPT = 20  # to one receiver


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
