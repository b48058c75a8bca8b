"""Which windows of an answer are compared with a claim."""

from hypothesis import given
from hypothesis import strategies as st

from vivavoce.providers.raters.embedded import MOST_COMPARED, NEAREST, choose_windows


def test_the_nearest_come_first_and_much_the_same_is_left_out() -> None:
    nearness = {
        "I checked the list twice.": 0.9,
        "I checked the list twice today.": 0.8,
        "Then I rang the doctor.": 0.3,
        "Then I rang the doctor about it.": 0.2,
    }
    assert choose_windows(nearness) == ["I checked the list twice.", "Then I rang the doctor."]


def test_what_nobody_looked_at_is_looked_at() -> None:
    near = {f"The boiler was cold on day {word}": 0.8 for word in ("one", "two", "three", "four")}
    far = "Seven people under me worked nights in Leeds"
    chosen = choose_windows({**near, far: 0.01})
    assert far in chosen
    assert len(chosen) < 1 + len(near)


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose_windows({}) == []


words = st.lists(
    st.sampled_from(("rung", "bell", "ward", "night", "six", "people", "led", "doctor")), min_size=1, max_size=6
)


@given(st.dictionaries(words.map(" ".join), st.floats(-1, 1), max_size=12), st.integers())
def test_few_are_chosen_whatever_their_order(nearness: dict[str, float], chance: int) -> None:
    shuffled = dict(sorted(nearness.items(), key=lambda one: hash((one[0], chance))))
    chosen = choose_windows(nearness)
    assert chosen == choose_windows(shuffled)
    assert len(chosen) == len(set(chosen)) <= MOST_COMPARED
    assert set(chosen) <= set(nearness)
    nearest = sorted(nearness, key=lambda window: (-nearness[window], window))[:NEAREST]
    assert not nearest or chosen[0] == nearest[0]
