"""The pages' words: every one from a catalogue, in the language of whom they are for."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from babel.messages.extract import extract

from scripts.words import KEYWORDS, OPTIONS
from tests.builders import CONSENTS, KEYS, a_draft, a_house, a_seat, an_interview
from tests.folding import folded
from vivavoce.attempts.begin import begin_attempt
from vivavoce.candidates.links import LINK_LIFE, Seat, sign_link
from vivavoce.candidates.mails.word import word_sign_in
from vivavoce.db.database import Database
from vivavoce.web.drawing import make_environment
from vivavoce.words.catalog import find_words, locales
from vivavoce.words.choose import find_region
from vivavoce.words.drawn import in_words

ROOM = Path(__file__).parents[2] / "src" / "vivavoce"
# The developers' page stays English.
TEMPLATES = [
    file
    for file in sorted([*ROOM.glob("web/templates/**/*.html"), *ROOM.glob("candidates/mails/*.html")])
    if file.name not in ("docs.html", "verify.html")  # in English alone
]
SEEN = ("aria-label", "title", "alt", "placeholder", "data-name-[a-z]+", "data-words[a-z-]*", "aria-description")
# What stands between tags and is no word: attributes that a block makes, a unit, the name of a key or a format.
NO_WORDS = {'lang="" dir="auto"', 'aria-invalid="true" aria-describedby="-fault"', "UTC", "·", ",", "PDF", ", PDF"}


def drawn(text: str, code: str, **context: object) -> str:
    """The template's text, drawn in this language."""
    return make_environment().from_string(text).render(in_words(find_words(code)), **context)


def words_outside(html: str) -> list[str]:
    """What a template shows that comes from no catalogue: between tags, and in attributes that are read out."""
    html = re.sub(r"\{#.*?#\}|\{% trans.*?endtrans %\}|\{\{.*?\}\}|\{%.*?%\}", "", html, flags=re.DOTALL)
    html = re.sub(r"<!doctype html>|<style.*?</style>", "", html, flags=re.DOTALL)
    shown = re.findall(rf'\s(?:{"|".join(SEEN)})="([^"]*)"', html)
    shown += re.sub(r"<[^<>]*>", "\n", html).split("\n")
    shown = [re.sub(r"\{\w+\}", "", one).strip() for one in shown]
    return [one for one in shown if re.search(r"[^\W\d_]{2}", one) and one not in NO_WORDS]


@folded("file", TEMPLATES, ids=lambda file: file.name)
def test_no_word_stands_outside_the_catalogues(file: Path) -> None:
    assert words_outside(file.read_text(encoding="utf-8")) == []


def test_words_outside_are_found() -> None:
    page = '<p title="Here">{{ _("In") }}<b>Out</b>{% trans %}in{% endtrans %}</p><p aria-label="{{ _("x") }}">'
    assert words_outside(page) == ["Here", "Out"]


@folded("file", TEMPLATES, ids=lambda file: file.name)
def test_what_is_put_into_an_attribute_does_not_end_it(file: Path) -> None:
    with file.open("rb") as lines:
        found = list(extract("jinja2.ext:babel_extract", lines, KEYWORDS, options=OPTIONS))
    for _, message, _, _ in found:
        for one in (message,) if isinstance(message, str) else message:
            assert '"' not in re.sub(r"<[^<>]*>", "", one)


def test_a_sentence_is_filled_and_what_is_filled_in_is_escaped() -> None:
    said = drawn("{% trans name=name %}A page for <bdi>{{ name }}</bdi>{% endtrans %}", "en", name="<Sam>")
    assert said == "A page for <bdi>&lt;Sam&gt;</bdi>"


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    text = "{{ n|number }} {{ at|day }} {% trans count=n %}{{ count }} one{% pluralize %}{{ count }} more{% endtrans %}"
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert drawn(text, "en", n=1234, at=at) == "1,234 November 25, 2026 1,234 more"


@folded(
    ("accepted", "code", "written"),
    [
        ("en-GB,en;q=0.9", "en", "25 November 2026"),
        ("de-AT,en-IE;q=0.8,en-US;q=0.9", "en", "November 25, 2026"),
        ("de-AT", "en", "November 25, 2026"),
        ("en-XX", "en", "November 25, 2026"),
        ("en-\0", "en", "November 25, 2026"),
        ("", "en", "November 25, 2026"),
        ("en-GB", "de", "25. November 2026"),
        ("pt-PT", "br", "25 de novembro de 2026"),
        ("zh-TW", "zh", "2026年11月25日"),
    ],
)
def test_days_are_written_as_the_readers_region_does(accepted: str, code: str, written: str) -> None:
    words = find_words(code)
    assert replace(words, dates=find_region(accepted, words.locale)).day(datetime(2026, 11, 25, tzinfo=UTC)) == written


async def test_a_british_browser_reads_british_days(client: httpx.AsyncClient, database: Database) -> None:
    seat = await invited(database, "en", "en-US")
    pages = [await open_position(client, seat, accepted) for accepted in ("en-GB,en;q=0.9", "en-US")]
    days = [re.findall("your answers on (.*?), or sooner", page)[0] for page in pages]
    assert re.fullmatch(r"\d+ [A-Z][a-z]+ \d{4}", days[0])
    assert re.fullmatch(r"[A-Z][a-z]+ \d+, \d{4}", days[1])


def test_a_script_gets_every_plural_form() -> None:
    assert drawn('{{ forms("{count} minute left", "{count} minutes left") }}', "en") == (
        'data-words-one="{count} minute left" data-words-other="{count} minutes left"'
    )


# --- In which language ---------------------------------------------------------------------------------------------


async def invited(database: Database, language: str, speech_locale: str) -> Seat:
    """Somebody who is invited to an interview in this language."""
    house = await a_house(database)
    draft = a_draft(house, language=language, speech_locale=speech_locale)
    return await a_seat(database, house, await an_interview(database, house, draft))


def token_of(seat: Seat) -> str:
    return sign_link(KEYS, seat, expires_at=datetime.now(UTC) + LINK_LIFE)


async def open_position(client: httpx.AsyncClient, seat: Seat, accepted: str = "en") -> str:
    address = f"/interview/take/{seat.interview_id}/"
    answer = await client.get(
        address, params={"interview_token": token_of(seat)}, headers={"Accept-Language": accepted}
    )
    return answer.text


async def test_an_interviews_page_speaks_its_language(client: httpx.AsyncClient, database: Database) -> None:
    page = await open_position(client, await invited(database, "de", "de-DE"))
    assert '<html lang="de" dir="ltr"' in page
    assert "Interview beginnen" in page
    assert "Start the interview" not in page


async def test_somebodys_own_choice_goes_before_it_and_is_kept(client: httpx.AsyncClient, database: Database) -> None:
    seat = await invited(database, "de", "de-DE")
    client.cookies.clear()
    answer = await client.get(
        f"/interview/take/{seat.interview_id}/", params={"interview_token": token_of(seat), "lang": "fr"}
    )
    assert '<html lang="fr" dir="ltr"' in answer.text
    assert '<html lang="fr"' in await open_position(client, seat)
    client.cookies.clear()
    assert '<html lang="de"' in await open_position(client, seat)


@pytest.mark.parametrize("chosen", ["tlh", "", "../en", "de'"])
async def test_a_language_that_we_do_not_speak_is_not_kept(
    client: httpx.AsyncClient, database: Database, chosen: str
) -> None:
    house = await a_house(database)
    client.cookies.clear()
    answer = await client.get(f"/interview/at/{house.merchant.slug}/", params={"lang": chosen})
    assert '<html lang="en"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_page_about_no_interview_speaks_what_the_browser_likes(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    client.cookies.clear()
    answer = await client.get(f"/interview/at/{house.merchant.slug}/", headers={"Accept-Language": "es-MX,en;q=0.5"})
    assert '<html lang="es" dir="ltr"' in answer.text
    assert '?lang=de" lang="de"' in answer.text


async def test_a_closed_page_speaks_too(client: httpx.AsyncClient) -> None:
    client.cookies.clear()
    answer = await client.get("/interview/take/nothing/", headers={"Accept-Language": "nl"})
    assert "Op dit adres is geen gesprek" in answer.text


async def test_a_consent_is_logged_with_the_language_that_it_was_read_in(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await invited(database, "de", "de-DE")
    client.cookies.clear()
    page = await open_position(client, seat)
    assert '<input type="hidden" name="language" value="de">' in page
    form = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS}
    form |= {"interview_token": token_of(seat), "language": "de"}
    await client.post(f"/interview/take/{seat.interview_id}/begin", data=form)
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch("select distinct language from consents")
    assert [row["language"] for row in rows] == ["de"]


async def test_the_conversation_has_its_plural_forms_from_the_catalogue(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await invited(database, "pl", "pl-PL")
    client.cookies.clear()
    form = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS} | {"interview_token": token_of(seat)}
    await client.post(f"/interview/take/{seat.interview_id}/begin", data=form)
    attempt = await begin_attempt(database, seat, consents=CONSENTS, now=datetime.now(UTC))
    page = (await client.get(f"/interview/{attempt.id}/")).text
    assert 'data-words-one="została {count} minuta"' in page
    assert 'data-words-few="zostały {count} minuty"' in page
    assert 'data-words-many="zostało {count} minut"' in page
    assert "data-words-other" not in page


@folded("code", sorted(locales()))
def test_a_mail_is_written_in_every_language_and_brings_the_code(code: str) -> None:
    mail = word_sign_in(to="sam@example.com", merchant="Acme & Sons", code="123456", language=code)
    assert mail.language == find_words(code).tag
    assert "Acme & Sons" in mail.subject
    assert "123456" in mail.text
    assert "123456" in mail.html
    assert f'<html lang="{mail.language}"' in mail.html
    assert "Acme &amp; Sons" in mail.html
    assert "\n\n" in mail.text


def test_a_number_and_a_day_in_german() -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert drawn("{{ n|number }}, {{ at|day }}", "de", n=1234, at=at) == "1.234, 25. November 2026"
