"""A person has one key, whoever asks first; it is wrapped anew without being changed, and is gone with them."""

import asyncio

import pytest

from tests.builders import KEYS, House, a_seat, an_interview
from vivavoce.attempts.erase import Files, erase_person
from vivavoce.candidates import own_key as module
from vivavoce.candidates.links import Seat
from vivavoce.candidates.own_key import find_own_key, own_key, rewrap_keys
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.errors import BeingErased, NotFound, VivavoceError
from vivavoce.merchants.keys import UnknownWrappingKey, WrappedKey, WrappingKeys

OLD, NEW = WrappingKeys([b"o" * 32]), WrappingKeys([b"n" * 32])
BOTH = WrappingKeys([b"n" * 32, b"o" * 32])
SHARED = b"w" * 32  # what the other tests' keys are wrapped by: all of them live in this database
NO_FILES = Files(of_attempt=lambda merchant_id, attempt_id: True, of_address=lambda address: True)


async def key_of(database: Database, seat: Seat, wrapping: WrappingKeys) -> bytes:
    async with database.tenant(seat.merchant_id) as connection:
        return await own_key(connection, wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id)


async def found_key(database: Database, seat: Seat, wrapping: WrappingKeys) -> bytes:
    async with database.tenant(seat.merchant_id) as connection:
        return await find_own_key(connection, wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id)


async def somebody(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def test_a_person_has_one_key_and_nobody_else_has_it(database: Database, house: House) -> None:
    one, other = await somebody(database, house), await somebody(database, house)
    keys = await asyncio.gather(*(key_of(database, one, OLD) for _ in range(8)))
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert await found_key(database, one, OLD) == keys[0]
    assert await key_of(database, other, OLD) != keys[0]


async def test_who_was_never_recorded_has_none(database: Database, house: House) -> None:
    with pytest.raises(NotFound):
        await found_key(database, await somebody(database, house), OLD)


async def test_wrapping_anew_changes_no_key_and_needs_the_old_one_no_more(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_A_TIME", 2)
    seats = [await somebody(database, house) for _ in range(5)]
    before = [await key_of(database, seat, OLD) for seat in seats]
    assert [await found_key(database, seat, BOTH) for seat in seats] == before
    with pytest.raises(UnknownWrappingKey, match="VIVAVOCE_WRAPPING_KEY"):
        await found_key(database, seats[0], NEW)
    others = await wrapped_by_others(database, house, NEW)
    try:
        assert await rewrap_keys(database, WrappingKeys([b"n" * 32, b"o" * 32, SHARED])) >= others
        assert await wrapped_by_others(database, house, NEW) == 0
        assert [await found_key(database, seat, NEW) for seat in seats] == before
        assert await rewrap_keys(database, BOTH) == 0
        with pytest.raises(UnknownWrappingKey):
            await found_key(database, seats[0], OLD)
    finally:
        await rewrap_keys(database, WrappingKeys([SHARED, b"n" * 32, b"o" * 32]))
    assert [await found_key(database, seat, KEYS.wrapping) for seat in seats] == before


async def wrapped_by_others(database: Database, house: House, wrapping: WrappingKeys) -> int:
    async with database.tenant(house.merchant.id) as connection:
        found: int = await connection.fetchval("select count(*) from own_keys where wrapped_by <> $1", wrapping.current)
    return found


async def test_a_wrapped_key_opens_for_its_person_alone(database: Database, house: House) -> None:
    one, other = await somebody(database, house), await somebody(database, house)
    await key_of(database, one, OLD)
    async with database.tenant(one.merchant_id) as connection:
        await connection.execute(
            "insert into own_keys (merchant_id, candidate_id, sealed, wrapped_by)"
            " select merchant_id, $2, sealed, wrapped_by from own_keys where candidate_id = $1",
            one.candidate_id,
            other.candidate_id,
        )
    with pytest.raises(VivavoceError, match="does not open"):
        await found_key(database, other, OLD)


async def test_erasing_the_person_destroys_the_key_and_none_is_made_again(database: Database, house: House) -> None:
    seat = await somebody(database, house)
    await key_of(database, seat, OLD)
    await erase_person(
        database,
        NO_FILES,
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=now(),
    )
    with pytest.raises(NotFound):
        await found_key(database, seat, OLD)
    with pytest.raises(BeingErased):
        await key_of(database, seat, OLD)


def test_the_name_of_a_wrapping_key_tells_nothing_of_it() -> None:
    key = bytes(range(32))
    assert key[:8].hex() not in WrappingKeys([key]).wrap(b"x" * 32, place="here").by
    assert WrappingKeys([key]).current == WrappingKeys([key, bytes(32)]).current != WrappingKeys([bytes(32)]).current


def test_what_was_altered_does_not_open() -> None:
    wrapped = OLD.wrap(b"x" * 32, place="here")
    for broken in (WrappedKey(sealed=wrapped.sealed[:-1] + b"?", by=wrapped.by), WrappedKey(sealed=b"", by=wrapped.by)):
        with pytest.raises(VivavoceError):
            OLD.unwrap(broken, place="here")
    with pytest.raises(VivavoceError):
        OLD.unwrap(wrapped, place="there")
