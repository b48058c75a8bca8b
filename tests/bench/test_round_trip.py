"""The sentences of bench/round_trip.py, and the page that it writes."""

from bench.round_trip import MOST_WRONG, PAGE, UNSPOKEN, make_page, read_measured, read_sentences
from tests.folding import folded
from vivavoce.providers.ears.whisper import PROVEN
from vivavoce.text.languages import BY_CODE

SPOKEN = sorted(set(BY_CODE) - UNSPOKEN)


@folded("language", SPOKEN)
def test_every_language_that_is_spoken_has_its_sentences(language: str) -> None:
    sentences = read_sentences(language)
    assert len(sentences) == len(set(sentences)) == (50 if language == "en" else 6)
    # A recogniser writes some figures as digits.
    assert not any(sign.isdecimal() for sentence in sentences for sign in sentence)


def test_the_page_shows_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join(make_page(read_measured()))


def test_the_page_tells_of_every_language() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [code for code in BY_CODE if f"| `{code}` |" not in page] == []


def test_an_ear_counts_as_good_only_where_that_was_measured() -> None:
    measured = read_measured()
    good = {language for (language, _), errors in measured.items() if errors.rate <= MOST_WRONG}
    assert good == PROVEN
