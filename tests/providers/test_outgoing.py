"""An address that a tenant named leads out into the world, and nowhere into our own network."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import httpx2
import pytest

from tests.folding import folded
from tests.model_server import ModelServer
from tests.providers.language_models.asking import REQUEST, chosen_at
from tests.tls import TlsProxy
from tests.webhook_receiver import WebhookReceiver
from vivavoce.providers.language_models.openai import OpenAIModel
from vivavoce.providers.language_models.port import ModelFailed
from vivavoce.providers.networks import LOOKUPS, Network, NotReachable, find_reachable, is_reachable
from vivavoce.providers.outgoing import GuardedTransport, guarded_line


@folded(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # a cloud's metadata
        ("100.64.0.1", False),  # a carrier's own
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("239.1.1.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("2002:5db8:d822::", False),  # 6to4, to a public one even
        ("64:ff9b:1::5db8:d822", False),
        ("fec0::1", False),  # site-local
        ("::5db8:d822", False),  # IPv4-compatible
        ("2606:4700::5efe:7f00:1", False),  # ISATAP
        ("192.88.99.1", False),
        ("5f00::1", False),
        ("3fff::1", False),
    ],
)
def test_an_address_of_our_own_is_told_from_the_worlds(address: str, may: bool) -> None:
    assert is_reachable(ip_address(address)) is may


def test_a_network_that_the_operator_allows_may_be_reached() -> None:
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    assert is_reachable(ip_address("10.1.2.3"), allowed=allowed)
    assert is_reachable(ip_address("::ffff:10.1.2.3"), allowed=allowed)
    assert is_reachable(ip_address("fd00::1"), allowed=allowed)
    assert not is_reachable(ip_address("10.2.2.3"), allowed=allowed)
    translated = [ip_network("64:ff9b::/96")]
    assert is_reachable(ip_address("64:ff9b::5db8:d822"), allowed=translated)
    assert not is_reachable(ip_address("64:ff9b::7f00:1"), allowed=translated)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "::1"])
async def test_no_way_of_writing_it_gets_through(host: str) -> None:
    with pytest.raises(NotReachable):
        await find_reachable(host, 80)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "no-such-name.invalid", ""])
async def test_a_name_without_an_address_is_told(host: str) -> None:
    with pytest.raises(NotReachable):
        await find_reachable(host, 80)


async def test_of_several_addresses_none_may_be_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(NotReachable, match="private network"):
        await find_reachable("two-faced.example", 443)


async def test_a_host_whose_lookup_hangs_holds_up_no_other_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, is_over = [], threading.Event()

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        if host == "silent.example":
            assert is_over.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    waiting = [asyncio.create_task(find_reachable("silent.example", 443)) for _ in range(LOOKUPS + 1)]
    try:
        assert await find_reachable("living.example", 443) == "93.184.216.34"
        waiting.pop().cancel()  # who gives up takes nothing from the others
    finally:
        is_over.set()
    assert await asyncio.gather(*waiting) == ["93.184.216.34"] * LOOKUPS
    assert sorted(asked) == ["living.example", "silent.example"]
    await find_reachable("silent.example", 443)  # looked up anew each time
    assert len(asked) == 3


async def test_a_merchants_model_reaches_no_neighbour_of_ours() -> None:
    with ModelServer() as server:
        chosen = chosen_at(server)
        with pytest.raises(ModelFailed, match="VIVAVOCE_MERCHANT_NETWORKS") as failed:
            await OpenAIModel(chosen, guarded=[]).complete(REQUEST, seconds=5)
        assert server.asked == []
        assert not failed.value.retryable
        allowed = OpenAIModel(chosen, guarded=[ip_network("127.0.0.0/8")])
        await allowed.complete(REQUEST, seconds=5)
        await allowed.close()
    assert len(server.asked) == 1


async def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    """And the name stays where the server and its certificate are asked for it."""
    with ModelServer() as server:
        port = httpx2.URL(server.url).port
        url = f"http://localhost:{port}/v1/chat/completions"
        transport = GuardedTransport([ip_network("127.0.0.0/8"), ip_network("::1/128")])
        async with httpx2.AsyncClient(transport=transport) as client:
            body = {"messages": [{"content": ""}, {"content": ""}]}
            answer = await client.post(url, json=body)
        assert answer.status_code == 200
        assert server.asked[0].headers["host"] == f"localhost:{port}"


# --- A webhook, and whoever would like to have us ask our neighbours ------------------------------------------------

NEIGHBOURS = (
    "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255",
    "100.64.0.1", "100.127.255.254", "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254",
    "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::2", "::7f00:1", "::a00:1", "::ffff:7f00:1", "::ffff:a9fe:a9fe", "::ffff:10.0.0.1",
    "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:a9fe:a9fe::", "2002:808:808::1", "3fff::1", "5f00::1", "4000::1", "fc00::1", "fd00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%lo", "febf::1", "fec0::1", "feff::1", "ff01::1", "ff02::1", "ff0e::1",
    "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1",
)  # fmt: skip
SPELLINGS = (
    "localhost", "LOCALHOST", "localhost.", "127.1", "127.0.1", "0", "0x0", "2130706433", "017700000001", "0x7f000001",
    "0x7f.1", "0x7f.0.0.1", "0177.0.0.1", "0177.1", "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[fe80::1%25lo]",
    "\u24351.0.0.1", "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021",
    "user@127.0.0.1", "example.com@127.0.0.1", "example.com:80@127.0.0.1", "ip6-localhost", "2852039166", "0xa9fea9fe",
)  # fmt: skip
SCHEMES = ("ftp", "file", "gopher", "ws", "unix")
REBINDINGS = (
    ("93.184.216.34", "127.0.0.1"),  # public when it is looked at, ours when it is dialled
    ("2606:2800:220:1::1", "::1"),
    ("93.184.216.34", "169.254.169.254"),
    ("93.184.216.34", "::ffff:127.0.0.1"),
)
MIXED = (
    ("93.184.216.34", "127.0.0.1"),  # both at once
    ("127.0.0.1", "93.184.216.34"),
    ("93.184.216.34", "fec0::1"),
    ("2606:2800:220:1::1", "::1"),
)
REDIRECTS = (301, 302, 303, 307, 308)


def answer_lookups(monkeypatch: pytest.MonkeyPatch, answers: Sequence[Sequence[str]]) -> list[str]:
    """A name server that tells each lookup something else, the last to all that follow; the hosts that were asked."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        told = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in told]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


async def test_of_120_ways_to_have_us_ask_a_neighbour_none_gets_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A honeypot listens at this machine's own addresses; a name's answers change between two lookups."""
    tried = 0

    async def post(url: str, *, allowed: Sequence[Network] = (), seconds: float = 2) -> int | None:
        nonlocal tried
        tried += 1
        try:
            async with guarded_line(url, allowed=allowed) as line:
                return await line.post(headers={}, body=b"{}", seconds=seconds)
        except (NotReachable, TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, KeyError):
            return None

    with WebhookReceiver() as honeypot:
        port = honeypot.port
        for spelling in SPELLINGS:
            assert await post(f"http://{spelling}:{port}/") is None, spelling
        for scheme in SCHEMES:
            assert await post(f"{scheme}://127.0.0.1:{port}/") is None, scheme
        for status in REDIRECTS:
            with WebhookReceiver(statuses=(status,), location=honeypot.url) as receiver:
                here = [ip_network("127.0.0.0/8")]  # it is the operator's own; where it leads is followed by nobody
                assert await post(receiver.url, allowed=here) == status
        with monkeypatch.context() as patched:
            for neighbour in NEIGHBOURS:
                answer_lookups(patched, [[neighbour]])
                assert await post(f"http://neighbour.example:{port}/") is None, neighbour
            for addresses in MIXED:
                answer_lookups(patched, [addresses])
                assert await post(f"http://mixed.example:{port}/") is None, addresses
            for first, then in REBINDINGS:
                asked = answer_lookups(patched, [[first], [then]])
                await post(f"http://rebound.example:{port}/", seconds=0.2)
                assert asked == ["rebound.example"], "looked up once"
        assert honeypot.received == []
    assert tried >= 120


async def test_what_follows_takes_the_same_line_and_nothing_follows_an_answer_without_an_end() -> None:
    """Three posts over one line; a receiver that never comes to its answer's end has taken it all the same."""
    ports: list[int] = []
    with WebhookReceiver(statuses=(204, 200, 503), seen=ports) as receiver:
        async with guarded_line(receiver.url, allowed=[ip_network("127.0.0.0/8")]) as line:
            told = [await line.post(headers={}, body=b"{}", seconds=10) for _ in range(3)]
            assert told == [204, 200, 503]
            assert len(set(ports)) == 1
            receiver.pours = True
            assert await line.post(headers={}, body=b"{}", seconds=10) == 503
            receiver.pours = False
            assert await line.post(headers={}, body=b"{}", seconds=10) == 503
    assert len(set(ports)) == 2
    assert len(receiver.received) == 5


async def test_a_certificate_that_nobody_signed_is_refused_before_anything_is_sent() -> None:
    with WebhookReceiver() as receiver, TlsProxy() as proxy:
        proxy.lead_to(receiver.url)
        async with guarded_line(f"{proxy.url}/hooks", allowed=[ip_network("127.0.0.0/8")]) as line:
            with pytest.raises(ssl.SSLCertVerificationError):
                await line.post(headers={}, body=b"{}", seconds=10)
        assert receiver.received == []
