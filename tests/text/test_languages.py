"""The 34 languages, as they are listed, spoken and written into pages."""

from pathlib import Path

from tests.folding import folded
from vivavoce.conversation import phrase_patterns
from vivavoce.replies import topics
from vivavoce.scoring import vocabulary
from vivavoce.text.languages import ACCENT_NAMES, BY_CODE, CODES, LANGUAGES, UNSPACED
from vivavoce.words.catalog import locales


def test_there_are_thirty_four_in_the_order_of_their_english_names() -> None:
    names = [language.name_english for language in LANGUAGES]
    assert len(BY_CODE) == len(LANGUAGES) == len(CODES) == 34
    assert UNSPACED < CODES
    assert names == sorted(names)


@folded("language", LANGUAGES, ids=lambda language: language.code)
def test_every_accent_is_one_of_its_language(language: object) -> None:
    found = next(one for one in LANGUAGES if one is language)
    spoken = found.tag.split("-")[0]
    assert all(accent.code.split("-")[0] == spoken for accent in found.accents)
    assert len(set(found.accents)) == len(found.accents)


def test_no_accent_belongs_to_two_languages() -> None:
    assert len(ACCENT_NAMES) == sum(len(language.accents) for language in LANGUAGES)


@folded(
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


def test_machines_are_told_the_code_that_they_know() -> None:
    assert {language.code: language.iso for language in LANGUAGES if language.iso != language.code} == {
        "br": "pt",
        "fil": "tl",
    }


def test_every_room_that_knows_some_languages_knows_them_by_these_codes() -> None:
    phrases = {file.stem for file in Path(phrase_patterns.__file__).with_name("phrases").glob("*.toml")}
    catalogues = set(locales())
    judged = {file.stem for file in Path(vocabulary.__file__).with_suffix("").glob("*.toml")} & CODES
    assert phrases == catalogues == CODES
    assert judged == vocabulary.LANGUAGES
    assert topics.LANGUAGES <= CODES
