"""The 34 languages, as they are listed, spoken and written into pages."""

import pytest

from tests.folding import folded
from vivavoce.interviews.languages import ACCENT_NAMES, BY_CODE, LANGUAGES


def test_there_are_thirty_four_in_the_order_of_their_english_names() -> None:
    names = [language.name_english for language in LANGUAGES]
    assert len(BY_CODE) == len(LANGUAGES) == 34
    assert names == sorted(names)


@folded("language", LANGUAGES, ids=lambda language: language.code)
def test_every_accent_is_one_of_its_language(language: object) -> None:
    found = next(one for one in LANGUAGES if one is language)
    spoken = found.tag.split("-")[0]
    assert all(accent.code.split("-")[0] == spoken for accent in found.accents)
    assert len(set(found.accents)) == len(found.accents)


def test_no_accent_belongs_to_two_languages() -> None:
    assert len(ACCENT_NAMES) == sum(len(language.accents) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("code", "tag", "locale", "flag"),
    [
        ("en", "en", "en-US", "🇺🇸"),
        ("br", "pt-BR", "pt-BR", "🇧🇷"),
        ("pt", "pt", "pt-PT", "🇵🇹"),
        ("no", "nb", "nb-NO", "🇳🇴"),
        ("zh", "zh-Hans", "zh-CN", "🇨🇳"),
        ("fil", "fil", "fil-PH", "🇵🇭"),
    ],
)
def test_a_code_has_a_tag_for_pages_a_locale_for_speech_and_a_flag(code: str, tag: str, locale: str, flag: str) -> None:
    language = BY_CODE[code]
    assert (language.tag, language.locale, language.flag_emoji) == (tag, locale, flag)


def test_a_flag_is_told_by_its_code_points() -> None:
    assert BY_CODE["en"].flag_unicode == "U+1F1FA U+1F1F8"


def test_an_accent_says_where_it_is_spoken() -> None:
    assert ACCENT_NAMES["en-GB"] == "English (United Kingdom)"
    assert ACCENT_NAMES["pt-BR"] == "Portuguese (Brazil)"


def test_only_arabic_is_written_from_right_to_left() -> None:
    assert [language.code for language in LANGUAGES if language.is_right_to_left] == ["ar"]
