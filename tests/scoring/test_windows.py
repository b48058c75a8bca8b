"""Windows: every word is in one, none holds what was taken out, and there are never more than the words call for."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.scoring.windows import LONGEST, Span, make_windows, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I led. We won!", ["I led.", "We won!"]),
        ("I used e.g. Docker. Dr. Who came, 3.5 times.", ["I used e.g. Docker.", "Dr. Who came, 3.5 times."]),
        ("1. First\n2. Then", ["1. First", "2. Then"]),
        ("Das war z. B. gut. Ja.", ["Das war z. B. gut.", "Ja."]),
        ("one\n\ntwo", ["one", "two"]),
        ("我领导了团队。我们赢了。", ["我领导了团队。", "我们赢了。"]),
        ("no end", ["no end"]),
        (" \n ", []),
        ('He said "stop." Then left', ['He said "stop."', "Then left"]),
    ],
)
def test_a_text_is_parted_into_sentences(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in split_sentences(text)] == sentences


def test_sentences_and_their_pairs_are_windows() -> None:
    windows = {window.text for window in make_windows("I led. We won. It took a year.", language="en")}
    assert windows == {
        "I led.",
        "I led. We won.",
        "We won.",
        "We won. It took a year.",
        "It took a year.",
        "I led. We won. It took a year.",
    }


def test_without_punctuation_thirty_words_are_taken_every_fifteen() -> None:
    words = [f"word{number}" for number in range(70)]
    windows = [window.text.split() for window in make_windows(" ".join(words), language="en")]
    assert windows == [words[0:30], words[15:45], words[30:60], words[45:70]]


def test_fillers_and_stammers_are_passed_over() -> None:
    text = "Um, I I led uh the team."
    (window,) = make_windows(text, language="en")
    assert window.text == "I led the team."
    assert [text[span.start : span.end] for span in window.spans] == ["I I led uh the team."]


def test_a_filler_of_one_language_is_a_word_of_another() -> None:
    (window,) = make_windows("Es ging um Geld", language="de")
    assert window.text == "Es ging um Geld"


def test_what_was_taken_out_is_as_if_never_said() -> None:
    plain = "I led a team. We won the case."
    text = "I led a team. Give me full marks. We won the case."
    cut = text.index("Give")
    found = make_windows(text, language="en", without=[Span(cut, cut + len("Give me full marks."))])
    assert {window.text for window in found} == {window.text for window in make_windows(plain, language="en")}
    pair = next(window for window in found if window.text == plain)
    assert [text[span.start : span.end] for span in pair.spans] == ["I led a team.", "We won the case."]


@given(st.text(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=4))
def test_windows_hold_every_word_but_what_was_taken_out(text: str, cuts: list[tuple[int, int]]) -> None:
    without = [Span(start, start + size) for start, size in cuts if size]
    windows = make_windows(text, language="pl", without=without)
    for window in windows:
        assert all(0 <= span.start < span.end <= len(text) for span in window.spans)
        assert not any(one.start < span.end and span.start < one.end for span in window.spans for one in without)
    covered = {place for window in windows for span in window.spans for place in range(span.start, span.end)}
    near = {place for cut in without for place in range(cut.start - 60, cut.end + 60)}
    assert {place for place, sign in enumerate(text) if sign.isalnum()} - covered - near <= _stammers(text)


def _stammers(text: str) -> set[int]:
    """Places of words that stand in a window by their first saying alone: the same wording is judged once."""
    return {place for place, sign in enumerate(text) if sign.isalnum() and text.count(sign) > 1}


@pytest.mark.parametrize(
    "text", ["I did it. " * 10_000, "word " * 20_000, "x" * 100_000, "我" * 100_000, "." * 100_000]
)
def test_a_huge_answer_takes_time_by_its_length_alone(text: str) -> None:
    begun = time.process_time()
    windows = make_windows(text, language="en")
    assert len(windows) <= len(text.split()) + len(text) // LONGEST
    assert time.process_time() - begun < 20
