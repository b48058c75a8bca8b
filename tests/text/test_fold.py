"""Texts without the differences that make none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.text.fold import fold, without_accents


@folded(
    ("one", "other"),
    [
        ("CANTEEN", "canteen"),
        ("ｒｅｍｏｔｅ", "remote"),
        ("ﬁnance", "finance"),
        ("cafe\u0301", "café"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("l’équipe", "L'ÉQUIPE"),
        ("l´équipe", "l`équipe"),
        ("п’ять", "пʼять"),
        ("m²", "m2"),
    ],
)
def test_width_case_and_the_kind_of_apostrophe_make_no_difference(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("café", "cafe"), ("a b", "a  b"), ("a\nb", "a b"), ("a", "b")])
def test_what_is_another_word_or_another_line_stays_so(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Why   US?\n", "why us?", True),
        ("cafe\u0301", "CAFÉ", True),
        ("5 m²", "5 m2", False),
        ("l’équipe", "l'équipe", False),
        ("ﬁrst ①", "ﬁrst 1", False),
    ],
)
def test_a_caller_s_wordings_are_one_after_case_and_white_space_alone(one: str, other: str, is_same: bool) -> None:
    folded = [fold(text, keeps_forms=True, joins_spaces=True) for text in (one, other)]
    assert (folded[0] == folded[1]) is is_same


@given(text=st.text(max_size=80))
def test_what_was_folded_is_folded(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text, joins_spaces=True) == " ".join(fold(text).split())


@pytest.mark.parametrize("text", ["हिन्दी नहीं", "தமிழ் இல்லை", "ไม่รู้", "データが", "한국어"])
def test_marks_that_are_part_of_a_word_are_no_accents(text: str) -> None:
    assert without_accents(text) == text


@pytest.mark.parametrize(
    ("text", "bare"), [("مُحَمَّد", "محمد"), ("đúng", "dung"), ("không", "khong"), ("İş", "Is"), ("cœur", "coeur")]
)
def test_accents_and_vowel_signs_are_left_out(text: str, bare: str) -> None:
    assert without_accents(text) == bare
