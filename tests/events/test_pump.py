"""Places in the pump: how many endpoints are under way. What it sends is tested in tests/api/test_webhooks.py."""

from vivavoce.db.ids import new_id
from vivavoce.events.pump import MOST_OF_A_MERCHANT, PumpPlaces, TakenPlaces


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


def test_those_that_take_long_make_room_as_far_as_there_are_places_for_them() -> None:
    ours, woken = new_id(), []
    places, slow = PumpPlaces(10), PumpPlaces(3)
    taken = TakenPlaces(ours, places.take(ours, 12), places=places, slow=slow, freed=lambda: woken.append(True))
    taken.give_back(4)
    assert (places.held[ours], woken) == (6, [True])
    taken.make_room()
    taken.make_room()
    assert (places.held[ours], slow.held[ours], taken.count) == (3, 3, 6)
    for _ in range(4):
        taken.give_back()
    assert (places.held[ours], slow.held[ours], taken.count) == (0, 2, 2)
    taken.give_back(taken.count)
    assert (places.take(ours, 40), slow.take(ours, 40)) == (10, 3)


def test_those_that_failed_before_make_no_room() -> None:
    ours = new_id()
    places = PumpPlaces(5)
    taken = TakenPlaces(ours, places.take(ours, 5), places=places, slow=None, freed=lambda: None)
    taken.make_room()
    taken.give_back(2)
    assert places.held[ours] == 3
