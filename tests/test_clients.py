"""Who a client is, whose word on it counts, and how often one may ask."""

import pytest

from tests.folding import folded
from vivavoce.clients import ClientRate, Proxies, client_of


@folded(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("2001:db8:1:3::9", "2001:db8:1:3::"),
        ("unknown", "other"),
        ("", "other"),
        ("9" * 100_000, "other"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_them(host: str, client: str) -> None:
    assert client_of(host) == client


def test_proxies_are_named_by_address_or_network() -> None:
    proxies = Proxies("127.0.0.1, 10.0.0.0/8,2001:db8::/32")
    assert all(host in proxies for host in ("127.0.0.1", "10.9.8.7", "2001:db8::1"))
    assert all(host not in proxies for host in ("127.0.0.2", "11.0.0.1", "::1", "localhost", ""))
    assert "127.0.0.1" not in Proxies("")


class Clock:
    """A time that only we move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(rate: ClientRate, client: str, count: int) -> int:
    """How many of so many were let through."""
    return sum(not rate.take(client).is_over for _ in range(count))


@pytest.mark.parametrize("limit", [1, 7, 60, 6000, 12_000])
def test_a_minutes_worth_may_come_at_once_and_then_at_its_pace(limit: int) -> None:
    clock = Clock()
    rate = ClientRate(limit, clock=clock)
    assert taken(rate, "a", limit * 2) == limit
    assert taken(rate, "b", limit) == limit  # nobody else pays for it
    clock.now += 30
    assert taken(rate, "a", limit) == limit // 2
    clock.now += 3600
    assert taken(rate, "a", limit * 2) == limit  # and no more than that, however long one was away


def test_what_is_told_is_so() -> None:
    clock = Clock()
    rate = ClientRate(60, clock=clock)
    first = rate.take("a")
    assert (first.limit, first.remaining, first.reset, first.wait, first.is_over) == (60, 59, 1, 0, False)
    taken(rate, "a", 58)
    last = rate.take("a")
    assert (last.remaining, last.reset, last.is_over) == (0, 60, False)
    refused = rate.take("a")
    assert (refused.remaining, refused.is_over) == (0, True)
    clock.now += refused.wait
    assert not rate.take("a").is_over
    assert rate.take("a").is_over


def test_whoever_goes_on_asking_is_let_in_all_the_same() -> None:
    clock = Clock()
    rate = ClientRate(60, clock=clock)
    taken(rate, "a", 60)
    let_in = 0
    for _ in range(600):  # ten times a second, for a minute
        clock.now += 0.1
        let_in += not rate.take("a").is_over
    assert let_in in (59, 60, 61)


def test_many_clients_are_remembered_in_bounded_room() -> None:
    clock = Clock()
    rate = ClientRate(2, clock=clock, most_remembered=100)
    for number in range(10_000):
        rate.take(number)
        assert len(rate._used_up_at) <= 100
    # Those who came last are remembered.
    assert not rate.take(9_999).is_over
    assert rate.take(9_999).is_over


def test_whoever_has_all_of_its_rate_again_is_forgotten_first() -> None:
    clock = Clock()
    rate = ClientRate(2, clock=clock, most_remembered=100)
    for number in range(99):
        rate.take(number)
    clock.now += 31
    taken(rate, "busy", 2)
    rate.take("one more")
    assert rate.take("busy").is_over
    assert len(rate._used_up_at) == 2
