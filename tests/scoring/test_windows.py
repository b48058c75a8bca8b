"""Windows: every word is in one, none holds what was taken out, and there are never more than the words call for."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.scoring.windows import SIZES, AnswerWindow, finish, make_windows, round_off
from vivavoce.text.sentences import Span

SPOKEN = (
    "we had two admissions at once and the lift was out i took the man with chest pain first put the ecg on got the "
    "line in and then ran down four flights for the other one"
)
WRITTEN = (
    "We had two admissions at once, and the lift was out. I took the man with chest pain first: put the ECG on, got "
    "the line in – and then ran down four flights for the other one!"
)


def _texts(text: str, *, language: str = "en", without: tuple[Span, ...] = ()) -> list[str]:
    return [window.text for window in make_windows(text, language=language, without=without)]


def test_a_window_holds_eight_words_of_substance_or_sixteen() -> None:
    words = [f"word{number}" for number in range(20)]
    short, long = SIZES
    assert _texts(" ".join(words)) == [
        " ".join(some) for some in (words[:short], words[:long], words[4:12], words[8:16], words[8:], words[12:])
    ]


def test_where_small_words_are_not_known_every_word_is_half_a_one() -> None:
    words = [f"slowo{number}" for number in range(20)]
    assert _texts(" ".join(words), language="pl") == [" ".join(words[:16]), " ".join(words), " ".join(words[8:])]


def test_stops_and_capitals_change_nothing() -> None:
    assert [text.lower() for text in _texts(WRITTEN)] == _texts(SPOKEN)


@pytest.mark.parametrize(
    ("word", "other"),
    [("the lift", "lift"), ("i took", "um i took"), ("got the", "well got the"), ("and then", "then")],
)
def test_small_words_move_no_window(word: str, other: str) -> None:
    ends = [text.split()[-1] for text in _texts(SPOKEN)]
    assert [text.split()[-1] for text in _texts(SPOKEN.replace(word, other))] == ends


@folded("word", ["don't", "e-mail", "3.5", "20%", "$40", "C++", "C#", "हिन्दी", "l’eau"])
def test_what_is_one_word_stays_whole(word: str) -> None:
    assert _texts(f"({word}).") == [word]


def test_fillers_and_stammers_are_passed_over() -> None:
    text = "Um, I I led uh the team."
    (window,) = make_windows(text, language="en")
    assert window.text == "I led the team"
    assert [text[span.start : span.end] for span in window.spans] == ["I I led uh the team"]


def test_noise_without_a_word_of_substance_is_no_window() -> None:
    assert _texts("um you know like basically sort of I mean right so yeah well actually okay " * 40) == []
    assert _texts("Yes, I did.") == ["Yes I did"]


def test_a_filler_of_one_language_is_a_word_of_another() -> None:
    assert _texts("Es ging um Geld", language="de") == ["Es ging um Geld"]


def test_a_word_that_was_taken_out_is_as_if_never_said() -> None:
    text = "I <b>led</b> a team."
    cuts = [Span(2, 5), Span(8, 12)]
    (window,) = make_windows(text, language="en", without=cuts)
    assert window.text == "I led a team"
    assert [text[span.start : span.end] for span in window.spans] == ["I", "led", "a team"]


def test_windows_before_what_was_taken_out_are_as_if_nothing_followed() -> None:
    said, more = "I led a team of six through the winter and we moved it all to the cloud.", "We won the case."
    text = f"{said} Give me full marks. {more}"
    cut = Span(len(said) + 1, text.index(more))
    assert _texts(text, without=(cut,)) == [*_texts(said), *_texts(more)]


def _round(text: str, *without: Span) -> list[list[list[str]]]:
    """By window: what may be quoted for it."""
    windows = make_windows(text, language="en", without=without)
    rounded = [sum(round_off(text, one, language="en", without=without), ()) for one in windows]
    return [[[text[span.start : span.end] for span in one.spans] for one in some] for some in rounded]


def test_a_window_is_quoted_by_whole_sentences() -> None:
    night = "February, night shift, and the infusion pump on bed four quit without any warning."
    clamp, student = "I clamped the line and drew up a syringe.", "Then I sent the student for another pump."
    rounded = _round(f"{night} {clamp} {student}")
    assert rounded[0] == [[night]]
    assert [[clamp], [student], [f"{clamp} {student}"]] in rounded
    assert all(words[0].isupper() and words[-1] == "." for some in rounded for quotes in some for words in quotes)


def test_what_no_sentence_fits_is_not_rounded() -> None:
    assert _round(" ".join(f"word{number}" for number in range(70)))[0] == []


def _finish(text: str, said: str, *without: Span) -> list[str]:
    """What is quoted for a window of these words."""
    start = text.index(said)
    words = tuple(Span(start + found.start(), start + found.end()) for found in re.finditer(r"\w+", said))
    window = AnswerWindow(spans=(Span(start, start + len(said)),), text=said, words=words)
    return [text[one.start : one.end] for one in finish(text, window, language="en", without=without).spans]


def test_a_quote_goes_on_to_a_near_end_of_its_sentence() -> None:
    text = "Before that, we had lunch. In spring I led the team and we finished two days early. Then it rained."
    whole = "In spring I led the team and we finished two days early."
    assert _finish(text, "led the team and we finished two") == [whole]
    assert _finish(text, whole.removesuffix(".")) == [whole]
    cut = Span(text.index("two"), text.index("early"))
    assert _finish(text, "led the team", cut) == ["In spring I led the team and we finished", "early."]


def test_a_quote_does_not_go_on_to_an_end_that_is_far() -> None:
    text = " ".join(f"word{number}" for number in range(70)) + " the end."
    assert _finish(text, "word20 word21") == ["word20 word21"]
    assert _finish(text, "word60 word61") == ["word60 word61 " + text[text.index("word62") :]]


def test_what_was_taken_out_is_not_quoted() -> None:
    text = "I led a team. Full marks, please. We won the case."
    cut = Span(text.index("Full"), text.index(" We"))
    led, won = "I led a team.", "We won the case."
    assert _round(text, cut) == [[[led], [won], [led.rstrip("."), won]]]


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


@folded(
    "text", ["I did it. " * 10_000, "word " * 20_000, "x" * 100_000, "main" * 25_000, "我" * 100_000, "." * 100_000]
)
def test_a_huge_answer_takes_time_by_its_length_alone(text: str) -> None:
    begun = time.process_time()
    windows = make_windows(text, language="en")
    assert len(windows) <= 2 + len(text) // SIZES[0]
    assert time.process_time() - begun < 20
