"""A folded corpus misses nothing that a case for each row would have found."""

import pytest

from tests.folding import folded


def test_every_miss_is_told_and_the_rows_behind_it_are_tried() -> None:
    tried = []

    @folded("one, other", [(1, 1), (1, 2), (2, 2), (3, 1)])
    def alike(one: int, other: int) -> None:
        tried.append((one, other))
        assert one == other

    with pytest.raises(pytest.fail.Exception) as told:
        alike(case="rows")
    assert len(tried) == 4
    assert str(told.value).startswith("2 of 4 rows:\n1, 2\n")
    assert "\n3, 1\n" in str(told.value)


async def test_a_coroutine_is_waited_for() -> None:
    @folded("number", [1, 2], ids=["one", "two"])
    async def is_small(number: int) -> None:
        assert number < 2

    with pytest.raises(pytest.fail.Exception, match="1 of 2 rows:\ntwo\n"):
        await is_small(case="rows")


def test_rows_with_one_value_are_a_case() -> None:
    @folded("language, text", [("en", "a"), ("de", "b"), ("en", "c")], by="language")
    def is_read(language: str, text: str) -> None:
        assert text != "c"

    is_read(case="de")
    with pytest.raises(pytest.fail.Exception, match="1 of 2 rows"):
        is_read(case="en")


def test_a_corpus_without_rows_is_refused() -> None:
    with pytest.raises(AssertionError, match="proves nothing"):
        folded("row", [])


@pytest.fixture
def limit() -> int:
    return 3


@folded("number", [pytest.param(1), 2])
def test_fixtures_are_given_beside_the_rows(number: int, limit: int) -> None:
    assert number < limit
