"""Words as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.text.languages import CODES, LANGUAGES
from vivavoce.text.stems import STEMMERS, content_stems, split_words, stop_words_of


@folded(
    ("language", "one", "other"),
    [
        ("en", "the holiday", "Holidays!"),
        ("en", "We don't manage shifts", "a managed shift"),
        ("en", "what's the company’s CANTEEN", "canteens of companies"),
        ("de", "die Gehälter", "das Gehalt"),
        ("de", "Straßen", "STRASSE"),
        ("fr", "l’équipe de l'école", "équipes écoles"),
        ("fr", "TELETRAVAIL", "le télétravail"),
        ("es", "los horarios", "un horario"),
        ("it", "dell'orario", "gli orari"),
        ("it", "quant'è lo stipendio?", "STIPENDIO"),
        ("nl", "werkt", "werken"),
        ("ru", "смены", "смена"),
        ("vi", "lương", "LƯƠNG"),
        ("zh", "工资是多少？", "工资是多少"),
        ("en", "ｒｅｍｏｔｅ", "remote"),
        ("en", "cafe\u0301", "café"),
    ],
)
def test_forms_of_one_word_are_one_stem(language: str, one: str, other: str) -> None:
    assert content_stems(one, language=language)
    assert sorted(content_stems(one, language=language)) == sorted(content_stems(other, language=language))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("vi", "ma", "mà"), ("en", "works", "worms"), ("hi", "कल", "काल"), ("ta", "படம்", "பாடம்")],
)
def test_words_of_other_meaning_stay_apart(language: str, one: str, other: str) -> None:
    assert content_stems(one, language=language) != content_stems(other, language=language)


@folded(
    ("text", "stems"),
    [
        ("60,000 EUR", ("60000", "eur")),
        ("60.000 / 60'000 / 60000", ("60000", "60000", "60000")),
        ("2.5 or 2,5", ("2.5", "2.5")),
        ("24h, 24/7", ("24", "24", "7")),
        ("Who are you? And what is it?", ()),
        ("", ()),
        ("\0 \n ?!… 🙂", ()),
        ("snake_case-word", ("snake", "case", "word")),
        ("東京都", ("東京", "京都")),
        ("IT部門", ("it", "部門")),
        ("駅", ("駅",)),
    ],
)
def test_a_text_gives_these_stems(text: str, stems: tuple[str, ...]) -> None:
    language = "ja" if any(sign > "\u3000" for sign in text) else "en"
    assert content_stems(text, language=language) == stems


@pytest.mark.parametrize(
    ("language", "text", "left_out", "stems"),
    [
        # Small words end no pair, and no pair holds a part of one.
        ("zh", "我的工资和假期", {"我", "的", "和"}, ("工资", "假期")),
        ("ja", "給料の話をする", {"の", "を", "す", "る"}, ("給料", "話")),
        # Thai: not before a mark that belongs to the letter.
        ("th", "ที่ทีม", {"ที"}, ("ที", "ี่", "ม")),
        # Korean parts words by spaces: there a small word is a whole one.
        ("ko", "저는 이름 이", {"저는", "이"}, ("이름",)),
    ],
)
def test_words_that_carry_nothing_are_cut_out_where_no_space_parts_them(
    language: str, text: str, left_out: set[str], stems: tuple[str, ...]
) -> None:
    assert content_stems(text, language=language, left_out=frozenset(left_out)) == stems


def test_a_word_of_hindi_is_one_word() -> None:
    assert list(split_words("नौकरी की जगह।")) == ["नौकरी", "की", "जगह"]


def test_every_stemmer_is_of_a_language_that_interviews_are_held_in() -> None:
    assert set(STEMMERS) <= CODES


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it"])
def test_a_stop_word_is_written_as_it_is_met(language: str) -> None:
    stop_words = stop_words_of(language)
    assert len(stop_words) > 100
    assert [word for word in sorted(stop_words) if list(split_words(word)) != [word]] == []


def test_a_language_without_a_list_has_no_stop_words() -> None:
    assert stop_words_of("pl") == frozenset()


@given(text=st.text(max_size=200), language=st.sampled_from([language.code for language in LANGUAGES]))
def test_any_text_in_any_language_gives_stems_that_case_does_not_change(text: str, language: str) -> None:
    stems = content_stems(text, language=language)
    assert all(stems)
    assert stems == content_stems(text + " ", language=language)


def test_a_word_without_end_takes_no_time() -> None:
    assert content_stems("a" * 1_000_000, language="hu") == ("a" * 1_000_000,)
