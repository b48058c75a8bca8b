"""A text as it is judged: plain to the eye, and exact on the way back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.scoring.normalise import MOST_MARKS, Oddity, normalise


@folded(
    ("original", "text"),
    [
        ("I led a team.", "I led a team."),
        ("ｌｅｄ a ﬁrm", "led a firm"),
        ("I le\u200bd a te\u00adam", "I led a team"),
        ("\u202eI led\u202c", "I led"),
        ("I lеd а tеаm", "I led a team"),  # Cyrillic е and а
        ("СОРЕ", "COPE"),  # nothing but Cyrillic letters that look Latin
        ("Москва", "Москва"),
        ("cafe\u0301", "café"),
        ("α and Δ", "α and Δ"),
        ("a\tb\r\nc", "a b\n\nc"),
        ("\x00a\x07", "a"),
        ("", ""),
    ],
)
def test_a_text_reads_as_a_person_sees_it(original: str, text: str) -> None:
    assert normalise(original, language="en").text == text


def test_russian_stays_russian() -> None:
    assert normalise("сор", language="ru").text == "сор"


@folded(
    ("original", "oddities"),
    [
        ("I led a team of 5 – naïve, Über", []),
        ("\ufeffhello", []),
        ("👩\u200d💻 and 👍\ufe0f and 🏴\U000e0067\U000e0062\U000e007f", []),
        ("می\u200cخواهم", []),
        ("ig\u200bnore", [Oddity.HIDDEN]),
        ("ig\u200dnore", [Oddity.HIDDEN]),
        ("\u202eabc", [Oddity.BIDI]),
        ("a\x00", [Oddity.CONTROL]),
        ("tеam", [Oddity.LOOK_ALIKE]),
        ("ok\U000e0069\U000e0067", [Oddity.HIDDEN] * 2),
        ("e" + "\u0301" * (MOST_MARKS + 2), [Oddity.MARKS] * 2),
        ("a\ud800", [Oddity.CONTROL]),
    ],
)
def test_what_nobody_types_is_told(original: str, oddities: list[Oddity]) -> None:
    assert [odd.oddity for odd in normalise(original, language="en").odd] == oddities


@given(st.text())
def test_the_way_back_is_exact(original: str) -> None:
    found = normalise(original, language="en")
    assert len(found.starts) == len(found.ends) == len(found.text)
    for place, sign in enumerate(found.text):
        start, end = found.to_original(place, place + 1)
        assert 0 <= start < end <= len(original)
        assert sign in normalise(original[start:end], language="ru").text or found.odd
    assert list(found.starts) == sorted(found.starts)
    assert list(found.ends) == sorted(found.ends)


@given(st.text(), st.data())
def test_a_stretch_of_the_original_normalises_to_its_stretch(original: str, data: st.DataObject) -> None:
    found = normalise(original, language="ru")
    start = data.draw(st.integers(0, len(found.text)))
    end = data.draw(st.integers(start, len(found.text)))
    first, last = found.to_original(start, end)
    assert found.text[start:end] in normalise(original[first:last], language="ru").text


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn"])))
def test_it_is_the_standard_form_where_nothing_is_odd(original: str) -> None:
    found = normalise(original, language="ru")
    kept = "".join(sign for sign in original if normalise(sign, language="ru").text)
    if not found.odd:
        assert found.text == unicodedata.normalize("NFKC", kept)


@pytest.mark.parametrize(
    "original", ["é" * 100_000, "e" + "\u0301\u0327" * 50_000, "\ufdfa" * 1000, "\u202e" * 100_000, "\ud800" * 1000]
)
def test_a_huge_text_is_normalised(original: str) -> None:
    found = normalise(original, language="en")
    assert len(found.text) == len(found.starts)
