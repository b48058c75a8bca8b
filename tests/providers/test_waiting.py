"""Who is heard next, where more wait than there are ears."""

from collections.abc import Hashable

from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.providers.ears.waiting import OVERDUE, Urgency, Waiting, choose

OVER, SILENT, SPEAKING = Urgency


def wait(conversation: str, urgency: Urgency, since: float) -> Waiting:
    return Waiting(conversation=conversation, urgency=urgency, since=since)


@folded(
    ("waiting", "heard_at", "first"),
    [
        ([wait("a", SPEAKING, 1), wait("b", OVER, 2)], {}, "b"),
        ([wait("a", SPEAKING, 1), wait("b", SILENT, 2)], {}, "b"),
        ([wait("a", SILENT, 1), wait("b", OVER, 2)], {}, "b"),
        ([wait("a", OVER, 2), wait("b", OVER, 1)], {}, "b"),  # who asked first
        ([wait("a", OVER, 1), wait("b", OVER, 2)], {"a": 3.0}, "b"),  # "a" has just had an ear
        ([wait("a", OVER, 1), wait("b", OVER, 2)], {"a": 0.5, "b": 1.5}, "a"),
        ([wait("a", OVER, 2), wait("b", OVER, 2)], {"b": 1.0}, "b"),  # a new one does not go first
        ([wait("a", SPEAKING, 4 - OVERDUE), wait("b", OVER, 1)], {}, "a"),  # it has waited for long
    ],
)
def test_who_is_heard_next(waiting: list[Waiting], heard_at: dict[Hashable, float], first: str) -> None:
    assert waiting[choose(waiting, heard_at=heard_at, now=4.0)].conversation == first


@given(
    st.lists(st.tuples(st.sampled_from(Urgency), st.integers(1, 5)), min_size=1, max_size=8),
    st.floats(0.1, 3.0),
)
def test_no_conversation_starves_another(asked: list[tuple[Urgency, int]], takes: float) -> None:
    """One ear, and conversations that never stop asking: overdue, each other one goes first once."""
    waiting = [wait(str(at), urgency, 0.0) for at, (urgency, count) in enumerate(asked) for _ in range(count)]
    heard_at: dict[Hashable, float] = {}
    longest = OVERDUE + (len(asked) + 1) * takes
    last = {str(at): 0.0 for at in range(len(asked))}
    now = 0.0
    for _ in range(200):
        one = waiting.pop(choose(waiting, heard_at=heard_at, now=now))
        name = str(one.conversation)
        assert now - last[name] <= longest + takes
        last[name] = heard_at[name] = now
        now += takes
        waiting.append(wait(name, one.urgency, now))
