"""A table becomes sentences, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.replies.tables import tables_to_sentences

SHIFTS = """Our shifts:

| Shift | From | To |
|-------|:----:|---:|
| Early | 6    | 14 |
| Late  | 14   | 22 |

Nobody works at night."""


def test_each_row_is_read_alone() -> None:
    assert tables_to_sentences(SHIFTS).split("\n") == [
        "Our shifts:", "", "", "- Early: From 6, To 14.", "- Late: From 14, To 22.", "", "", "Nobody works at night.",
    ]  # fmt: skip


@folded("text", ["", "a | b", "a | b\nc | d", "| a |\n|---|\n| b |", "---|---", "no table\n---\nat all"])
def test_what_is_no_table_stays(text: str) -> None:
    assert tables_to_sentences(text) == text


TAGGED = (
    "<table><thead><tr><th>Day</th><th>From</th></tr></thead><tr><td>Monday</td><td><b>8</b>:00</td></tr></table>"
    "<p>Or:</p><TABLE class=x><caption>Pay</caption><tr><th>Days</th><td>£12<br>an hour</td></tr></TABLE>"
)


def test_a_table_of_html_is_read_row_by_row() -> None:
    assert tables_to_sentences(TAGGED).split("\n") == [
        "", "", "", "", "- Monday: From 8:00.", "", "<p>Or:</p>", "", "Pay", "", "- Days: £12 an hour.", "", "",
    ]  # fmt: skip


@folded("text", ["<table>", "<table><tr><td>a", "<table></table>", "a < table > b", "<tableau>a</tableau></table>"])
def test_what_is_no_whole_table_stays(text: str) -> None:
    assert tables_to_sentences(text) == text


@pytest.mark.parametrize("piece", ["<table", "<table>", "<table><tr>", "<tr", "<td"])
def test_tables_without_an_end_are_read_in_time(piece: str) -> None:
    assert tables_to_sentences(piece * 50_000 + "</table>").count("<") > 0


@given(st.text(alphabet="ab|-: \n", max_size=200))
def test_no_text_is_too_strange_and_no_word_is_lost(text: str) -> None:
    told = tables_to_sentences(text)
    assert set(told) <= set(text) | set("-:,. \n")


@pytest.mark.parametrize("size", [200_000])
def test_a_huge_row_is_read_in_time(size: int) -> None:
    assert tables_to_sentences("|" * size + "\n" + "|-" * size).count("|") > 0
