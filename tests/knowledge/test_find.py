"""Which text says most about a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.knowledge.find import find_texts, make_index

stems = st.lists(st.sampled_from("abcdefgh"), max_size=12)


def places(question: str, *texts: str) -> list[int]:
    return [found.place for found in find_texts(question.split(), make_index([text.split() for text in texts]))]


@folded(
    ("question", "texts", "order"),
    [
        ("bread", ("we bake bread", "we sell cars"), [0]),
        ("bread", ("cars", "bread bread", "bread and cars and trains and boats"), [1, 2]),
        ("bread oven", ("bread hall", "bread oven", "oven hall hall"), [1, 0, 2]),
        ("rare common", ("common", "common", "common rare", "common"), [2, 0, 1, 3]),
        ("same", ("same", "same"), [0, 1]),
        ("nothing", ("bread", ""), []),
        ("", ("bread",), []),
        ("bread", (), []),
        ("bread", ("", ""), []),
    ],
)
def test_the_text_that_says_most_comes_first(question: str, texts: tuple[str, ...], order: list[int]) -> None:
    assert places(question, *texts) == order


def test_the_share_is_the_part_of_the_question_that_a_text_holds() -> None:
    index = make_index([["a", "b"], ["a"], ["c"]])
    shares = {found.place: found.share for found in find_texts(["a", "b"], index)}
    assert shares[0] == 1
    # b, which one text has, weighs more than a, which two have: ln(1 + 2.5/1.5) to ln(1 + 1.5/2.5).
    assert shares[1] == pytest.approx(0.470 / (0.470 + 0.981), abs=0.001)


@given(question=stems, texts=st.lists(stems, max_size=6))
def test_what_is_found_shares_a_stem_and_is_in_order(question: list[str], texts: list[list[str]]) -> None:
    found = find_texts(question, make_index(texts))
    assert {one.place for one in found} == {at for at, text in enumerate(texts) if set(text) & set(question)}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.score > 0 and 0 < one.share <= 1 + 1e-9 for one in found)
    assert found == find_texts(question + question, make_index(texts))
