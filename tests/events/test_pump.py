"""Places in the pump: how many endpoints are under way. What it sends is tested in tests/api/test_webhooks.py."""

from vivavoce.db.ids import new_id
from vivavoce.events.pump import MOST_OF_A_MERCHANT, PumpPlaces


def test_a_merchant_has_its_part_and_whoever_waits_is_told_once_of_what_becomes_free() -> None:
    ours, theirs = new_id(), new_id()
    places = PumpPlaces(MOST_OF_A_MERCHANT + 10)
    assert places.take(ours, 500) == MOST_OF_A_MERCHANT
    assert places.take(theirs, 4) == 4
    assert places.take(theirs, 20) == 6
    assert places.held == {ours: MOST_OF_A_MERCHANT, theirs: 10}
    assert places.give_back(ours, 2)
    assert not places.give_back(ours, 1)
    assert places.take(ours, 1) == 1
    assert places.take(theirs, 5) == 2
    assert places.give_back(theirs, 12)
    assert theirs not in places.held
