"""The catalogues: whole, true to their places and tags, and in the forms that each language needs."""

import re
from datetime import UTC, datetime
from functools import cache
from gettext import c2py
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message

from scripts.words import STAFF, fault_in, faults_in, gather, messages, plural_forms, read, strings_of
from tests.folding import folded
from vivavoce.reports.words import find_report_words
from vivavoce.text.languages import BY_CODE, LANGUAGES
from vivavoce.words.catalog import COUNTED, SOURCE, catalog_of, categories_of, find_words, locales
from vivavoce.words.quotes import find_quotes

TRANSLATED = sorted(set(locales()) - {SOURCE})
# What happens to be the same word as in English.
SAME: dict[str, set[str]] = {
    "da": {"Interviewer", "Pause", "Send"},
    "de": {"Code"},
    "fr": {"Code", "Pause", "Pauses", "Question %(number)s", "Questions"},
    "no": {"Send"},
    "nl": {"Camera", "Code"},
}


def ids_of(catalog: Catalog) -> set[Any]:
    return {(one.id, one.context) for one in messages(catalog)}


def said_in(message: Message) -> list[str]:
    """What it says; in English, where it isn't translated."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    return [string for string in strings_of(message) if string] or ids


@cache
def said_on_pages() -> set[Any]:
    return ids_of(gather())


def test_french_counts_the_first_of_a_month() -> None:
    words = find_words("fr")
    days = [words.day(datetime(2026, 12, day, tzinfo=UTC)) for day in (1, 2, 11)]
    assert days == ["1er décembre 2026", "2 décembre 2026", "11 décembre 2026"]
    assert find_words("es").day(datetime(2026, 12, 1, tzinfo=UTC)) == "1 de diciembre de 2026"


def test_every_language_has_a_catalogue() -> None:
    assert set(locales()) == set(BY_CODE)


def test_a_catalogue_is_of_the_language_that_its_name_says() -> None:
    assert {code: find_words(code).tag for code in locales()} == {code: BY_CODE[code].tag for code in locales()}
    assert {code for code in locales() if find_words(code).direction == "rtl"} == {"ar"}


@folded("code", TRANSLATED)
def test_a_catalogue_holds_what_the_pages_say_and_nothing_else(code: str) -> None:
    assert ids_of(read(code)) == said_on_pages(), "Run: make words"


@folded("code", TRANSLATED)
def test_every_sentence_is_said_with_its_places_and_tags(code: str) -> None:
    assert list(faults_in(code, may_be_empty=False)) == []


def test_the_console_says_everything_in_german_too() -> None:
    assert STAFF.codes == ["de"]
    assert ids_of(read("de", STAFF)) == ids_of(gather(STAFF)), "Run: make words"
    assert list(faults_in("de", may_be_empty=False, domain=STAFF)) == []


@folded("code", TRANSLATED)
def test_nothing_is_left_in_english(code: str) -> None:
    same = {
        string
        for one in messages(read(code))
        for string in strings_of(one)
        if string in ((one.id,) if isinstance(one.id, str) else one.id)
    }
    words = {one for one in same if re.search(r"[^\W\d_]{2}", re.sub(r"<[^<>]*>|%\(\w+\)s|\{\w+\}", "", one))}
    assert words <= SAME.get(code, set())


@folded("code", sorted(locales()))
def test_whatever_is_quoted_stands_between_the_languages_own_marks(code: str) -> None:
    before, after = map(re.escape, find_quotes(code))
    strings = [
        string for message in messages(gather() if code == SOURCE else read(code)) for string in said_in(message)
    ]
    strings += find_report_words(code).texts.values()
    wrong = [
        string for string in strings if re.search("[“”„‚‘«»‹›「」『』]", re.sub(f"{before}.*?{after}", "", string))
    ]
    assert wrong == []


@folded("code", TRANSLATED)
def test_a_catalogue_says_who_has_looked_at_it(code: str) -> None:
    head = catalog_of(code).read_text(encoding="utf-8").partition("msgid")[0]
    assert re.search("Not yet reviewed by a native speaker|Reviewed by", head)


@folded("code", TRANSLATED)
def test_a_catalogue_names_its_plural_forms(code: str) -> None:
    assert f'"Plural-Forms: {plural_forms(locales()[code])}\\n"' in catalog_of(code).read_text(encoding="utf-8")


@folded("code", TRANSLATED)
def test_there_is_a_form_for_every_number(code: str) -> None:
    words = find_words(code)
    for forms in words.plurals.values():
        assert {words.locale.plural_form(number) for number in range(COUNTED)} == set(forms)


@folded("language", LANGUAGES, ids=lambda language: language.code)
def test_the_forms_of_a_catalogue_are_those_of_cldr_in_its_order(language: object) -> None:
    locale = Locale.parse(language.tag, sep="-")  # type: ignore[attr-defined]
    categories = categories_of(locale)
    found = re.fullmatch(r"nplurals=(\d+); plural=(.*);", plural_forms(locale))
    assert found is not None
    form = c2py(found[2])
    assert int(found[1]) == len(categories)
    assert [categories[form(n)] for n in range(COUNTED)] == [locale.plural_form(n) for n in range(COUNTED)]


COUNTS = ("You have one left.", "You have %(count)s left.")


@folded(
    ("string", "message", "fault"),
    [
        ("Eine Seite für <bdi>%(name)s</bdi>", "A page for <bdi>%(name)s</bdi>", None),
        ("", "Your page", "nothing"),
        (" Ihre Seite", "Your page", "spaces"),
        ("Eine Seite für <bdi>%(who)s</bdi>", "A page for <bdi>%(name)s</bdi>", "places"),
        ("Frage {number}", "Question {number} of {of}", "places"),
        ("Eine Seite für %(name)s", "A page for <bdi>%(name)s</bdi>", "tags"),
        ('Bei "Nötig"', "Where it says “Required”", "straight"),
        ("Fragen & Antworten", "Questions and answers", "bare"),
        ("Zu 50 %", "Half", "%%"),
        ("Noch %(count)s", COUNTS, None),
        ("Noch einer", COUNTS, "places"),
    ],
)
def test_what_would_break_a_page_is_found(string: str, message: str | tuple[str, str], fault: str | None) -> None:
    found = fault_in(string, message)
    assert (found is None) if fault is None else (found is not None and fault in found)


def test_a_form_for_one_number_alone_may_say_it_in_a_word() -> None:
    assert fault_in("Noch einer", COUNTS, may_leave_count_out=True) is None


@folded("code", TRANSLATED)
def test_a_catalogue_is_read_as_others_read_it(code: str) -> None:
    words = find_words(code)
    singular = {(one.id, one.context): one.string for one in messages(read(code)) if isinstance(one.id, str)}
    plural = {(one.id[0], one.context): strings_of(one) for one in messages(read(code)) if not isinstance(one.id, str)}
    assert words.messages == singular
    assert {key: list(forms.values()) for key, forms in words.plurals.items()} == plural
