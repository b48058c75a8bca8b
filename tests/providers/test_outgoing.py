"""An address that a tenant named leads out into the world, and nowhere into our own network."""

import socket
from ipaddress import ip_address, ip_network

import httpx2
import pytest

from tests.folding import folded
from tests.model_server import ModelServer
from tests.providers.language_models.asking import REQUEST, chosen_at
from vivavoce.providers.language_models.openai import OpenAIModel, _Guarded
from vivavoce.providers.language_models.port import ModelFailed
from vivavoce.providers.outgoing import NotReachable, find_reachable, is_reachable


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
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
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
        transport = _Guarded([ip_network("127.0.0.0/8"), ip_network("::1/128")])
        async with httpx2.AsyncClient(transport=transport) as client:
            body = {"messages": [{"content": ""}, {"content": ""}]}
            answer = await client.post(url, json=body)
        assert answer.status_code == 200
        assert server.asked[0].headers["host"] == f"localhost:{port}"
