"""How often codes may be asked for, and that nobody is locked out by what somebody else asks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.builders import KEYS, House, a_house
from tests.candidates.test_sign_in import a_door, own_door
from tests.folding import folded
from vivavoce.candidates.ask_limits import LIMITS, CodeLimits
from vivavoce.candidates.sign_in import SignInTarget, ask_code
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.mailed_codes import (
    MOST_BY_ONE_CLIENT,
    MOST_FOR_ONE_MAILBOX,
    TooManyCodeRequests,
    TooManyCodes,
    may_be_proxy,
    to_client,
    to_mailbox,
)

NOW = datetime.now(UTC)
TIGHT = CodeLimits(by_client=6, at_interview=8, at_merchant=10)


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A client with an address of its own: nobody else in the tests shares either."""

    database: Database
    client: bytes = field(default_factory=lambda: new_id().bytes)
    address: str = field(default_factory=lambda: f"{new_id()}@example.com")

    async def ask(
        self, door: SignInTarget, address: str | None = None, *, limits: CodeLimits = LIMITS, now: datetime = NOW
    ) -> UUID:
        email = address or self.address
        return await ask_code(self.database, door, email=email, client=self.client, limits=limits, now=now)

    async def ask_until_refused(
        self, door: SignInTarget, address: str | None = None, *, limits: CodeLimits = LIMITS
    ) -> int:
        """How many were taken."""
        for taken in range(100):
            try:
                await self.ask(door, address, limits=limits)
            except TooManyCodeRequests:
                return taken
        raise AssertionError("never refused")


async def doors(database: Database, number: int, *, house: House | None = None) -> Sequence[SignInTarget]:
    return [(await a_door(database, house=house)).door for _ in range(number)]


async def test_one_client_gets_five_codes_for_one_mailbox_in_an_hour(database: Database) -> None:
    (door,), sam = await doors(database, 1), Somebody(database=database)
    for _ in range(MOST_BY_ONE_CLIENT):
        await sam.ask(door)
    for later in (timedelta(0), timedelta(minutes=59)):
        with pytest.raises(TooManyCodes):
            await sam.ask(door, now=NOW + later)
    await sam.ask(door, now=NOW + timedelta(minutes=61))


async def test_who_asks_for_somebody_locks_them_out_of_nothing(database: Database) -> None:
    """Neither at another merchant nor, from another client, at the same one."""
    here, there = await doors(database, 2)
    sam, attacker = Somebody(database=database), Somebody(database=database)
    assert await attacker.ask_until_refused(here, sam.address) == MOST_BY_ONE_CLIENT
    assert await sam.ask_until_refused(here) == MOST_BY_ONE_CLIENT
    assert await sam.ask_until_refused(there) == MOST_BY_ONE_CLIENT


async def test_who_is_locked_out_is_so_alone(database: Database) -> None:
    (door,), sam, kim = await doors(database, 1), Somebody(database=database), Somebody(database=database)
    await sam.ask_until_refused(door)
    await kim.ask(door)
    await sam.ask(door, kim.address)


async def test_a_mailbox_gets_fifteen_codes_from_one_merchant_whoever_asks(database: Database) -> None:
    house = await a_house(database)
    one, other = await doors(database, 2, house=house)
    (elsewhere,) = await doors(database, 1)
    sam = Somebody(database=database)
    askers = [Somebody(database=database, address=sam.address) for _ in range(4)]
    taken = [await asker.ask_until_refused(door) for asker, door in zip(askers, (one, other, one, other), strict=True)]
    assert taken == [MOST_BY_ONE_CLIENT] * 3 + [0]
    assert sum(taken) == MOST_FOR_ONE_MAILBOX
    with pytest.raises(TooManyCodeRequests):
        await sam.ask(one)
    await sam.ask(elsewhere)


async def test_tags_and_dots_are_the_same_mailbox(database: Database) -> None:
    (door,), sam = await doors(database, 1), Somebody(database=database)
    name = new_id().hex
    for address in (f"{name}@gmail.com", f"{name}+1@gmail.com", f"{name[:5]}.{name[5:]}@googlemail.com"):
        await sam.ask(door, address)
    assert await sam.ask_until_refused(door, f"{name}+x@gmail.com") == MOST_BY_ONE_CLIENT - 3


async def test_the_mail_goes_to_the_address_as_it_was_typed(database: Database) -> None:
    place = await a_door(database)
    address = f"s.am+jobs-{new_id()}@gmail.com"
    await place.send(await place.ask(address))
    assert [mail.to for mail in place.postbox.mails] == [address]


@folded(
    ("address", "mailbox"),
    [
        ("sam@example.com", "sam@example.com"),
        ("sam+a+b@example.com", "sam@example.com"),
        ("s.am@example.com", "s.am@example.com"),
        ("s.a.m+x@gmail.com", "sam@gmail.com"),
        ("sam@googlemail.com", "sam@gmail.com"),
        ("+x@example.com", "+x@example.com"),
        ("..@gmail.com", "..@gmail.com"),
    ],
)
def test_a_mailbox_is_the_address_without_what_providers_leave_out(address: str, mailbox: str) -> None:
    assert to_mailbox(address) == mailbox


async def test_a_client_gets_so_many_codes_at_all_merchants_together(database: Database) -> None:
    house, sam = await a_house(database), Somebody(database=database)
    here, there = (await doors(database, 1, house=house))[0], (await doors(database, 1))[0]
    for number in range(TIGHT.by_client):
        await sam.ask((here, there)[number % 2], f"{new_id()}@example.com", limits=TIGHT)
    for door in (here, there):
        with pytest.raises(TooManyCodeRequests):
            await sam.ask(door, f"{new_id()}@example.com", limits=TIGHT)
    await Somebody(database=database).ask(here, limits=TIGHT)


async def test_an_interview_and_a_merchant_have_limits_of_their_own(database: Database) -> None:
    house = await a_house(database)
    one, other = await doors(database, 2, house=house)
    (elsewhere,) = await doors(database, 1)
    for _ in range(TIGHT.at_interview):
        await Somebody(database=database).ask(one, limits=TIGHT)
    with pytest.raises(TooManyCodeRequests):
        await Somebody(database=database).ask(one, limits=TIGHT)
    for _ in range(TIGHT.at_merchant - TIGHT.at_interview):
        await Somebody(database=database).ask(other, limits=TIGHT)
    with pytest.raises(TooManyCodeRequests):
        await Somebody(database=database).ask(other, limits=TIGHT)
    await Somebody(database=database).ask(elsewhere, limits=TIGHT)


async def test_asked_for_at_the_same_time_there_are_no_more(database: Database) -> None:
    house = await a_house(database)
    both, sam = await doors(database, 2, house=house), Somebody(database=database)
    asked = [sam.ask(both[n % 2], f"{n % 3}-{sam.address}", limits=TIGHT) for n in range(24)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, UUID) for one in found) == TIGHT.by_client
    assert all(isinstance(one, UUID | TooManyCodeRequests) for one in found)


async def test_what_is_known_and_what_is_not_come_to_the_same_end(database: Database) -> None:
    place = own_door(await a_door(database))
    known = Somebody(database=database)
    unknown = replace(known, client=new_id().bytes, address=f"{new_id()}@example.com")
    first = await ask_code(database, place.door, email=known.address, client=known.client, now=NOW)
    await place.send(first)
    assert await known.ask_until_refused(place.door) + 1 == await unknown.ask_until_refused(place.door)


@folded(
    ("one", "other", "are_one"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::1", True),
        (None, "", True),
    ],
)
def test_a_client_is_an_address_or_the_network_of_one(one: str | None, other: str | None, are_one: bool) -> None:
    assert (to_client(KEYS, one) == to_client(KEYS, other)) == are_one


def test_nobody_reads_an_address_out_of_a_client() -> None:
    assert len(to_client(KEYS, "203.0.113.7")) == 32
    assert to_client(KEYS, "203.0.113.7") != to_client(replace(KEYS, cookie=b"x" * 32), "203.0.113.7")


@pytest.mark.parametrize(("host", "may"), [("127.0.0.1", True), ("10.1.2.3", True), ("8.8.8.8", False), (None, False)])
def test_what_stands_in_our_own_network_may_be_a_proxy(host: str | None, may: bool) -> None:
    assert may_be_proxy(host) == may
