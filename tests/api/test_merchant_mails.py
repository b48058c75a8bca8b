"""merchant-mail-…: how it stands with mails, what came back, and a merchant's own words."""

from typing import Any

import httpx
import pytest

from tests.bouncing import a_sent_mail, returned
from tests.builders import House, a_seat, an_interview
from vivavoce.candidates.links import Seat
from vivavoce.candidates.post import Silence, read_silences
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.providers.mail.bounce import read_bounce

FUNCTIONS = "/functions/v1"


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def told(client: httpx.AsyncClient, house: House, name: str, body: dict[str, Any], *, status: int = 200) -> Any:
    answer = await client.post(f"{FUNCTIONS}/merchant-mail-{name}", json=body, headers=house.authorization())
    assert answer.status_code == status, answer.text
    return answer.json()


# --- What came back ------------------------------------------------------------------------------------------------


def test_a_report_says_which_mail_came_back_and_whether_the_address_is_dead() -> None:
    key = str(new_id())
    cases = [
        (returned(key), "5.1.1", True),
        (returned(key, whole=True), "5.1.1", True),
        (returned(key, status="5.2.2"), "5.2.2", False),  # a full box
        (returned(key, status="5.7.1"), "5.7.1", False),  # they don't like us
        (returned(key).replace("\n", "\r\n"), "5.1.1", True),
    ]
    misses = []
    for report, status, is_dead in cases:
        bounce = read_bounce(report.encode())
        if bounce is None or (bounce.key, bounce.status, bounce.is_for_good) != (key, status, is_dead):
            misses.append((report, bounce))
    none = [
        b"",
        b"\xff\x00",
        b"Subject: Hello\n\nHello",
        returned(key, action="delayed", status="4.4.7").encode(),
        returned(key).replace("Message-ID", "X-Other").encode(),
        returned(key).replace("delivery-status\n\nReporting", "plain\n\nReporting").encode(),
        returned(key).encode()[:400],
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n\nx\n" * 5_000,
    ]
    assert misses == []
    assert [report for report in none if read_bounce(report) is not None] == []


async def test_a_dead_address_is_left_alone_until_somebody_says_that_it_works(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    mail_id = await a_sent_mail(database, seat)
    person = {"profile_interview_id": str(seat.candidate_id)}
    (row,) = (await told(client, house, "list", person))["data"]
    assert (row["mail_id"], row["kind"], row["state"], row["why"]) == (str(mail_id), "invitation", "sent", "")
    full = {"report": returned(str(mail_id), status="5.2.2")}
    assert await told(client, house, "bounce", full) == {"success": True, "is_silenced": False}
    for _ in range(2):
        gone = {"report": returned(str(mail_id))}
        assert await told(client, house, "bounce", gone) == {"success": True, "is_silenced": True}
    (row,) = (await told(client, house, "list", person))["data"]
    assert (row["state"], row["why"]) == ("bounced", "5.1.1")
    async with database.tenant(house.merchant.id) as connection:
        email = await connection.fetchval("select email from candidates where id = $1", seat.candidate_id)
        assert await read_silences(connection, email) == {Silence.BOUNCED}
        kinds = await connection.fetch(
            "select kind from events where subject_id = $1 order by number", seat.candidate_id
        )
    assert [row["kind"] for row in kinds] == ["mail.bounced", "address.silenced"]
    await told(client, house, "resume", person)
    async with database.tenant(house.merchant.id) as connection:
        assert await read_silences(connection, email) == frozenset()


async def test_a_report_of_no_mail_of_ours_changes_nothing(client: httpx.AsyncClient, house: House, seat: Seat) -> None:
    for report in (returned(str(new_id())), returned("somebody-elses"), "Hello"):
        refused = await told(client, house, "bounce", {"report": report}, status=422)
        assert refused["name"] == "report"
    sizes = {
        "": "Expected text of at least one character.",
        "x" * 200_001: "Expected text of at most 200,000 characters.",
    }
    for report, error in sizes.items():
        assert await told(client, house, "bounce", {"report": report}, status=422) == {"error": error, "name": "report"}


async def test_mails_are_listed_page_by_page_newest_first(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    ids = [str(await a_sent_mail(database, seat))]
    for _ in range(4):
        other = await a_seat(database, house, seat.interview_id)
        ids.append(str(await a_sent_mail(database, other)))
    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in range(4):
        page = await told(client, house, "list", {"limit": 2, **after})
        seen += [row["mail_id"] for row in page["data"]]
        if page["next_after"] is None:
            break
        after = {"after": page["next_after"]}
    assert seen == ids[::-1]


# --- Own words -----------------------------------------------------------------------------------------------------

TEXT = "Hello {name},\n\n{merchant} would like to hear from you.\n\n{link}\n\nUntil {day}. {message}"


async def test_a_merchants_own_words_go_out_in_place_of_ours_and_the_rest_stays(
    client: httpx.AsyncClient, house: House
) -> None:
    text = {"kind": "invitation", "mojito_language_code": "en", "subject": "{position}?", "text": TEXT}
    tried = await told(client, house, "text-preview", text)
    assert tried["subject"] == "Project manager?"
    assert tried["text"].startswith(
        "Hello Sam Rivers,\n\nAcme would like to hear from you.\n\nOpen the interview\nhttp"
    )
    assert "We liked how you told of the move." in tried["text"]
    assert "Stop invitations and reminders from Acme" in tried["text"]
    assert "The interviewer is an AI program" not in tried["text"]
    assert (await told(client, house, "text-list", {}))["data"] == []
    await told(client, house, "text-set", text)
    (kept,) = (await told(client, house, "text-list", {}))["data"]
    assert (kept["kind"], kept["subject"], kept["text"]) == ("invitation", "{position}?", TEXT)
    now = await told(client, house, "text-preview", {"kind": "invitation", "mojito_language_code": "en"})
    assert now == tried
    german = await told(client, house, "text-preview", {"kind": "invitation", "mojito_language_code": "de"})
    assert "Guten Tag Sam Rivers," in german["text"]
    await told(client, house, "text-set", text | {"subject": "", "text": ""})
    ours = await told(client, house, "text-preview", {"kind": "invitation", "mojito_language_code": "en"})
    assert "The interviewer is an AI program" in ours["text"]


async def test_who_decided_is_said_whatever_the_merchant_writes(client: httpx.AsyncClient, house: House) -> None:
    text = {"kind": "not_selected", "mojito_language_code": "en", "subject": "Thank you", "text": "Not this time."}
    mail = await told(client, house, "text-preview", text)
    assert "Noor Haddad decided this, not a program." in mail["text"]
    assert "<script>" not in (await told(client, house, "text-preview", text | {"text": "<script>x"}))["html"]


async def test_a_text_that_would_not_work_is_refused_by_name(client: httpx.AsyncClient, house: House) -> None:
    good = {"kind": "reminder", "mojito_language_code": "en", "subject": "Still?", "text": "{link}"}
    cases = [
        ({"text": "Hello {nickname}\n\n{link}"}, "text", "There is no place {nickname}."),
        ({"text": "Hello"}, "text", "Expected {link} once"),
        ({"text": "Open {link} now"}, "text", "Expected {link} once"),
        ({"text": "{link}\n\n{link}"}, "text", "Expected {link} once"),
        ({"subject": "{link}"}, "subject", "The link belongs in the text"),
        ({"subject": " "}, "subject", "Expected some words."),
        ({"subject": "x" * 151}, "subject", "Expected at most 150 characters."),
        ({"text": "x" * 5_001}, "text", "Expected at most 5,000 characters."),
        ({"kind": "receipt"}, "text", "Expected {link} once in an invitation"),
        ({"mojito_language_code": "xx"}, "mojito_language_code", "Expected"),
        ({"kind": "code"}, "kind", "Expected one of these"),
    ]
    misses = []
    for changes, name, said in cases:
        refused = await told(client, house, "text-set", good | changes, status=422)
        if refused["name"] != name or not refused["error"].startswith(said):
            misses.append((changes, refused))
    assert misses == []


async def test_every_mail_can_be_seen_in_every_language(client: httpx.AsyncClient, house: House) -> None:
    kinds = ("invitation", "reminder", "another_attempt", "receipt", "selected", "not_selected", "reply")
    misses = []
    for code in ("en", "de", "ar", "ja", "th", "ru"):
        for kind in kinds:
            mail = await told(client, house, "text-preview", {"kind": kind, "mojito_language_code": code})
            if "%(" in mail["text"] or "bdi" in mail["html"] or "\n\n\n" in mail["text"] or not mail["subject"]:
                misses.append((code, kind, mail["text"]))
    assert misses == []
