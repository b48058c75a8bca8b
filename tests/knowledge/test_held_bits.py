"""Bits that are held between searches: only what was asked for lately, and never more than there is room for."""

from vivavoce.db.ids import new_id
from vivavoce.knowledge.held_bits import BitsKey, HeldBits, WholeBits

BITS = WholeBits(passages=9, meanings=bytes(9 * 48), words=bytes(range(256)) * 4)


def a_key() -> BitsKey:
    return BitsKey(document_id=new_id(), version="7")


def test_rows_of_words_are_cut_out_in_the_order_in_which_they_are_asked_for() -> None:
    assert BITS.cut_words([3, 0]) == bytes([6, 7, 0, 1])
    assert BITS.cut_words([]) == b""


def test_what_was_asked_for_last_is_held_and_the_rest_goes() -> None:
    first, second, third = a_key(), a_key(), a_key()
    held = HeldBits(most_bytes=2 * len(BITS))
    held.hold({first: BITS, second: BITS})
    held.hold({first: BITS})  # two searches at once have fetched it
    assert held.find([first]) == {first: BITS}
    held.hold({third: BITS})
    assert held.find([second, third, first]) == {third: BITS, first: BITS}
    assert held.find([BitsKey(document_id=first.document_id, version="8")]) == {}


def test_what_has_no_room_or_was_not_asked_for_in_time_is_not_held() -> None:
    key = a_key()
    small, short = HeldBits(most_bytes=len(BITS) - 1), HeldBits(longest_seconds=-1.0)
    for held in (small, short):
        held.hold({key: BITS})
        assert held.find([key]) == {}
