"""What stands before an interview: who invites, whom to ask, an honest plan, a consent for all that is asked for."""

import re
from typing import Any

import httpx
import pytest

from tests.builders import CONSENTS, House, a_draft, a_house, a_seat, an_interview
from tests.web.test_position import open_page, press
from vivavoce.attempts.begin import begin_attempt
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.plan import to_course
from vivavoce.db.database import Database
from vivavoce.interviews.draft import DEFAULT_MAX_SECONDS, Kind, Visibility
from vivavoce.interviews.length import InterviewLength
from vivavoce.interviews.steps import SentQuestion
from vivavoce.merchants.contact import Detail, Need, set_contact
from vivavoce.merchants.reach import set_reach

AGREED = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS}
HTML = {"accept": "text/html,*/*"}


EXPECTED = {"strong": ["They name the reason."]}


async def invited(database: Database, house: House, **changes: Any) -> Seat:
    return await a_seat(database, house, await an_interview(database, house, a_draft(house, **changes)))


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", page).split())


# --- Who invites, and whom to ask -----------------------------------------------------------------------------------


async def test_the_employer_comes_first_and_greets_whoever_was_invited_by_name(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    seat = await invited(
        database, house, code="HR-17", settings={"department": "Night operations", "salary": "3,150 a month"}
    )
    page = (await open_page(client, seat)).text
    header = page.partition("</header>")[0].partition("<header")[2]
    assert f"<bdi>{house.merchant.name}</bdi>" in header
    assert "Vivavoce" not in header
    said = words_of(page)
    assert f"Hello Sam Rivers . {house.merchant.name} invites you to an interview." in said
    for label, value in (("Department", "Night operations"), ("Pay", "3,150 a month"), ("Reference", "HR-17")):
        assert f"{label} {value}" in said
    assert "Interview software: Vivavoce" in said


async def test_a_stranger_is_greeted_without_a_name(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    seat = await invited(database, house, visibility=Visibility.LISTED)
    client.cookies.clear()
    said = words_of((await client.get(f"/interview/take/{seat.interview_id}/")).text)
    assert f"{house.merchant.name} invites you to an interview." in said
    assert "Hello" not in said


async def test_a_person_to_write_to_and_the_merchants_own_notice_stand_on_the_page(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    seat = await invited(database, house)
    at = f"/interview/at/{house.merchant.slug}"
    page = (await open_page(client, seat)).text
    assert "Reply to your invitation" in page
    assert f'href="{at}/privacy"' in page
    assert f'href="{at}/terms"' in page
    told = {
        "person": "Tom <Adeyemi>",
        "email": "tom@harbour.example",
        "privacy_url": "https://harbour.example/privacy?a=1&b=2",
    }
    await set_reach(database, told, merchant_id=house.merchant.id, actor="test")
    page = (await open_page(client, seat)).text
    assert "<bdi>Tom &lt;Adeyemi&gt;</bdi>" in page
    assert 'href="mailto:tom@harbour.example"' in page
    assert 'href="https://harbour.example/privacy?a=1&amp;b=2"' in page
    assert f'href="{at}/terms"' in page


@pytest.mark.parametrize("about", ["privacy", "terms"])
async def test_our_own_notice_names_who_is_responsible_and_speaks_any_language(
    client: httpx.AsyncClient, database: Database, about: str
) -> None:
    house = await a_house(database)
    client.cookies.clear()
    url = f"/interview/at/{house.merchant.slug}/{about}"
    english = await client.get(url)
    assert english.status_code == 200
    assert house.merchant.name in words_of(english.text.partition("<main")[2])
    client.cookies.clear()
    german = (await client.get(url, params={"lang": "de"})).text
    assert '<html lang="de"' in german
    assert f'href="{url}?lang=en"' in german


@pytest.mark.parametrize(
    ("lang", "only_where", "nobody"),
    [
        ("en", "only in interviews that ask for your consent", "no automatic scoring in the others"),
        ("de", "nur in Interviews, in denen wir Sie um Ihre Zustimmung dazu bitten", "keine automatische Bewertung"),
    ],
)
async def test_the_notice_of_all_interviews_promises_no_assessment_that_one_of_them_has_not(
    client: httpx.AsyncClient, database: Database, lang: str, only_where: str, nobody: str
) -> None:
    house = await a_house(database)
    said = words_of((await client.get(f"/interview/at/{house.merchant.slug}/privacy", params={"lang": lang})).text)
    assert only_where in said
    assert nobody in said
    seat = await invited(database, house)
    assert only_where not in words_of((await open_page(client, seat, lang=lang)).text), "it says what holds for itself"


@pytest.mark.parametrize("place", ["/terms", "/privacy"])
async def test_nothing_is_promised_of_what_others_think_of_an_early_end(
    client: httpx.AsyncClient, database: Database, place: str
) -> None:
    house = await a_house(database)
    said = words_of((await client.get(f"/interview/at/{house.merchant.slug}{place}")).text)
    assert "against you" not in said


# --- The plan -------------------------------------------------------------------------------------------------------


def length(house: House, *seconds: int | None, **settings: Any) -> InterviewLength:
    questions = [SentQuestion(text="Why?", seconds=one) for one in seconds]
    draft = a_draft(house, questions=questions, settings={"max_follow_ups": 2} | settings)
    return to_course(draft, seed=1, merchant_name="Acme", merchant_about="").length


async def test_a_length_is_a_range_with_follow_ups_and_never_beyond_the_limit(database: Database) -> None:
    house = await a_house(database)
    # Two minutes each where nobody said, and a minute for each of two follow-ups.
    assert length(house, None, None) == InterviewLength(least_minutes=4, most_minutes=8, follow_ups=4)
    assert length(house, 60, max_follow_ups=0) == InterviewLength(least_minutes=1, most_minutes=1, follow_ups=0)
    # 8 + 16 = 24, told in steps of five; the limit of 20 comes first.
    assert length(house, *[60] * 8) == InterviewLength(
        least_minutes=8, most_minutes=DEFAULT_MAX_SECONDS // 60, follow_ups=16
    )
    assert length(house, *[60] * 8, max_seconds=3600).most_minutes == 25
    assert length(house, 600, max_seconds=120) == InterviewLength(least_minutes=2, most_minutes=2, follow_ups=2)


async def test_what_is_asked_for_besides_is_announced_and_what_is_known_is_not_asked_for(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database)
    await set_contact(database, {Detail.PHONE: Need.REQUIRED}, merchant_id=house.merchant.id, actor="test")
    seat = await invited(database, house, settings={"intro_video": "optional"})
    said = words_of((await open_page(client, seat)).text)
    assert "And then Phone number (required) · Short video (optional)" in said
    assert "Email address (" not in said  # the invitation told it


# --- A video has a consent of its own -------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [None, "hidden", "optional", "required"])
async def test_no_camera_is_promised_only_where_none_is_used(
    client: httpx.AsyncClient, database: Database, wanted: str | None
) -> None:
    seat = await invited(database, await a_house(database), settings={"intro_video": wanted})
    page = (await open_page(client, seat)).text
    is_filmed = wanted in ("optional", "required")
    assert ("camera aren’t used" in page) is not is_filmed
    assert ("consent_film_kept" in page) is is_filmed
    assert ("only for a video you record yourself" in page) is is_filmed
    film = re.search(r'name="consent_film_kept" value="yes"( required)?', page)
    assert (film is not None and film[1] is not None) is (wanted == "required")


async def test_a_required_video_is_agreed_to_before_anything_begins(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await invited(database, await a_house(database), settings={"intro_video": "required"})
    refused = await press(client, seat, **AGREED)
    assert refused.status_code == 422
    assert re.search(r'name="consent_film_kept" value="yes" required aria-invalid="true"', refused.text)
    begun = await press(client, seat, **AGREED, consent_film_kept="yes")
    assert begun.status_code == 303
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch("select purpose, is_given from consents order by purpose")
    assert [(row["purpose"], row["is_given"]) for row in rows] == [
        ("answers_kept", True),
        ("film_kept", True),
        ("judged_by_program", True),
    ]


async def test_an_optional_video_may_be_declined_and_that_is_logged(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await invited(database, await a_house(database), settings={"intro_video": "optional"})
    assert (await press(client, seat, **AGREED)).status_code == 303
    async with database.tenant(seat.merchant_id) as connection:
        given = await connection.fetchval("select is_given from consents where purpose = 'film_kept'")
    assert given is False


async def test_an_attempt_that_goes_on_is_not_asked_again(client: httpx.AsyncClient, database: Database) -> None:
    seat = await invited(database, await a_house(database), settings={"intro_video": "required"})
    await begin_attempt(database, seat, consents=CONSENTS, now=now())
    assert (await press(client, seat)).status_code == 303


async def test_the_count_is_a_range_with_follow_ups(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    for count, follow_ups, said in (
        (1, 1, "1 to 2, follow-ups included"),
        (3, 2, "3 to 10, follow-ups included"),
        (2, 0, "2"),
    ):
        expert = SentQuestion(text="Why, exactly?", is_expert=True)  # one follow-up more
        questions = (
            *(SentQuestion(text=f"Why {place}?") for place in range(count - (count > 2))),
            *([expert] if count > 2 else []),
        )
        seat = await invited(database, house, questions=questions, settings={"max_follow_ups": follow_ups})
        page = (await open_page(client, seat)).text
        begun = await press(client, seat, **AGREED)
        headers = {"Cookie": begun.headers["set-cookie"].partition(";")[0]}
        start = (await client.get(begun.headers["location"], headers=headers)).text
        for shown in (page, start):
            assert re.findall(r"<dt>Questions</dt><dd>\s*([^<]*?)\s*<", shown) == [said]
        assert ("You can skip it." in start) is (count == 1)


async def test_what_was_agreed_to_stays_so_where_something_is_missing(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await invited(database, await a_house(database), settings={"expectations": EXPECTED})
    refused = await press(client, seat, consent_answers_kept="yes")
    boxes = re.findall(r'<input type="checkbox" name="consent_(\w+)"([^>]*)>', refused.text)
    assert [(name, " checked" in rest, "aria-invalid" in rest) for name, rest in boxes] == [
        ("answers_kept", True, False),
        ("judged_by_program", False, True),
    ]


async def test_nobody_agrees_to_an_assessment_that_no_program_makes(
    client: httpx.AsyncClient, database: Database
) -> None:
    """(the interview's language, that of a question, what is expected, what is agreed to); no language model is set."""
    house, kept = await a_house(database), {"consent_answers_kept": "yes"}
    cases = [
        ("de", None, EXPECTED, ["answers_kept"]),
        ("de", "en", EXPECTED, ["answers_kept", "judged_by_program"]),
        ("en", "ja", EXPECTED, ["answers_kept", "judged_by_program"]),
        ("en", None, None, ["answers_kept"]),
        ("en", None, {"strong": [" "]}, ["answers_kept"]),
    ]
    for language, of_question, expected, agreed in cases:
        asked = (
            SentQuestion(text="Why?", expectations=expected),
            SentQuestion(text="How?", language=of_question),
            SentQuestion(text="Which nights?", is_scored=False, expectations=EXPECTED),
        )
        locale = {"de": "de-DE", "en": "en-US"}[language]
        seat = await invited(database, house, language=language, speech_locale=locale, questions=asked)
        is_assessed, page = len(agreed) == 2, (await open_page(client, seat, lang="en")).text
        said = words_of(page)
        assert re.findall(r'name="consent_(\w+)"', page) == agreed
        assert ("A program compares what you say" in said) is is_assessed
        nobody = "There’s no automatic scoring here. A person reads your answers before anything is decided."
        assert (nobody in said) is not is_assessed
        assert (await press(client, seat, **kept)).status_code == (422 if is_assessed else 303)
        if not is_assessed:
            async with database.tenant(seat.merchant_id) as connection:
                rows = await connection.fetch(
                    "select purpose, is_given from consents join attempts on attempts.id = attempt_id"
                    " where interview_id = $1",
                    seat.interview_id,
                )
            assert [(row["purpose"], row["is_given"]) for row in rows] == [("answers_kept", True)]


# --- Other pages ----------------------------------------------------------------------------------------------------


async def test_an_address_without_a_page_shows_a_person_one_and_a_program_what_is_wrong(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/", headers=HTML)
    assert page.status_code == 200
    assert "If you were invited, open the link from your invitation." in page.text
    # Nothing; what only takes a form; what another release had.
    for address, status in (("/foo/bar", 404), ("/interview/take/x/begin", 405), ("/static/x/nothing.css", 404)):
        page = await client.get(address, headers=HTML | {"accept-language": "de"})
        assert (page.status_code, "gibt es kein Interview" in page.text) == (status, True), address
    for address in ("/", "/foo/bar"):
        program = await client.get(address)
        assert (program.status_code, program.json()) == (404, {"error": "There is nothing at this address."})


async def test_a_link_keeps_its_token_when_the_language_is_changed(
    client: httpx.AsyncClient, database: Database
) -> None:
    page = (await open_page(client, await invited(database, await a_house(database)))).text
    (german,) = re.findall(r'href="([^"]*lang=de)"', page)
    assert '<html lang="de"' in (again := (await client.get(german.replace("&amp;", "&"))).text)
    assert "Sam Rivers" in again


async def test_after_a_missing_consent_another_language_leads_back_to_the_page(
    client: httpx.AsyncClient, database: Database
) -> None:
    refused = await press(client, await invited(database, await a_house(database)))
    (german,) = re.findall(r'href="([^"]*lang=de)"', refused.text)
    assert (await client.get(german.replace("&amp;", "&"))).status_code == 200


async def test_a_list_tells_interviews_of_the_same_name_apart(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    for name, language, locale in (
        ("Shift lead", "en", "en-GB"),
        ("shift lead", "de", "de-DE"),
        ("Cook", "fr", "fr-FR"),
    ):
        draft = a_draft(
            house, name=name, language=language, speech_locale=locale, visibility=Visibility.LISTED, kind=Kind.INTERVIEW
        )
        await an_interview(database, house, draft)
    client.cookies.clear()
    page = (await client.get(f"/interview/at/{house.merchant.slug}/")).text.partition("<main")[2]
    listed = {
        words_of(name): words_of(facts)
        for name, facts in re.findall(
            r'<li class="opening">(.*?</h2>)(.*?)</li>\s*(?=<li class="opening"|</ul>)', page, re.S
        )
    }
    assert "English" in listed["Shift lead"]
    assert "Deutsch" in listed["shift lead"]
    assert "Français" not in listed["Cook"]


async def test_what_a_list_shows_alike_is_told_by_length_kind_and_reference(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database, portals=("interview", "coaching"))
    for count, kind, code in ((1, Kind.INTERVIEW, "N-7"), (4, Kind.INTERVIEW, None), (1, Kind.COACHING, None)):
        questions = tuple(SentQuestion(text=f"Why {place}?") for place in range(count))
        draft = a_draft(house, name="Porter", questions=questions, visibility=Visibility.LISTED, kind=kind, code=code)
        await an_interview(database, house, draft)
    client.cookies.clear()
    page = (await client.get(f"/interview/at/{house.merchant.slug}/")).text.partition("<main")[2]
    practice, long, short = re.findall(r'<li class="opening">(.*?)</ul>', page, re.S)
    assert ("Practice" in practice, "Practice" in short) == (True, False)
    assert ("About 8 minutes" in long, "About 2 minutes" in short) == (True, True)
    assert ("Reference: <bdi>N-7</bdi>" in short, "Reference" in long) == (True, False)
