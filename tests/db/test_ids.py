"""Ids: version 7, each its own, in the order of their making."""

import time
from uuid import RFC_4122, UUID

from tests.folding import folded
from vivavoce.db.ids import new_id, to_id


def test_an_id_is_a_uuid_of_version_7_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    plain = UUID(str(made))
    assert (plain.version, plain.variant) == (7, RFC_4122)
    assert before <= plain.int >> 80 <= after
    assert made == plain
    assert hash(made) == hash(plain)


def test_ids_differ_however_fast_they_are_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert len(set(made)) == len(made)


def test_ids_made_apart_order_themselves() -> None:
    made = []
    for _ in range(300):
        made.append(new_id())
        until = time.perf_counter_ns() + 2_000
        while time.perf_counter_ns() < until:
            pass
    assert made == sorted(made)


@folded(
    ("text", "is_one"),
    [
        ("01a2106e-90fd-7bc5-8d5c-dad7985e8ad0", True),
        ("01A2106E-90FD-7BC5-8D5C-DAD7985E8AD0", True),
        ("{01a2106e-90fd-7bc5-8d5c-dad7985e8ad0}", False),
        ("urn:uuid:01a2106e-90fd-7bc5-8d5c-dad7985e8ad0", False),
        ("01a2106e90fd7bc58d5cdad7985e8ad0", False),
        ("01a2106e-90fd-7bc5-8d5c-dad7985e8ad", False),
        ("01a2106e-90fd-7bc5-8d5c-dad7985e8adg", False),
        ("01a2106e-90fd-7bc5-8d5c-dad7985e8a 0", False),
        ("", False),
    ],
)
def test_one_plain_form_names_an_id(text: str, is_one: bool) -> None:
    assert (to_id(text) is not None) is is_one
