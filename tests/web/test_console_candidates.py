"""Candidates in the console: invited, listed, given back, exported, erased; what needs somebody; who is live."""

import json
import re
import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import House, a_house, a_seat, an_attempt, an_interview
from tests.console import Seated, sit
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.candidates.links import Seat
from vivavoce.candidates.post import Silence, silence
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role
from vivavoce.web.console.pasted_people import MOST_PEOPLE, read_pasted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("rosa@example.com", [("", "rosa@example.com", "", "")]),
        ("Rosa Klein <rosa@example.com>", [("Rosa Klein", "rosa@example.com", "", "")]),
        ("Rosa Klein, rosa@example.com, A-7\n\n", [("Rosa Klein", "rosa@example.com", "A-7", "")]),
        ("rosa@example.com\tRosa", [("Rosa", "rosa@example.com", "", "")]),
        ("Vorname;Nachname;E-Mail\nRosa;Klein;rosa@example.com", [("Rosa Klein", "rosa@example.com", "", "")]),
        ('name,email\n"Klein, Rosa",rosa@example.com', [("Klein, Rosa", "rosa@example.com", "", "")]),
        ("\ufeffemail,name\n,Rosa", [("Rosa", "", "", "no_address")]),
        ("Rosa", [("Rosa", "", "", "no_address")]),
        ("rosa@", [("", "rosa@", "", "bad_address")]),
        ("a@b.example\nA@B.example", [("", "a@b.example", "", ""), ("", "A@B.example", "", "twice")]),
    ],
)
def test_people_are_read_as_they_are_pasted(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert [(row.name, row.email, row.external_id, row.fault) for row in read_pasted(text).rows] == expected


def test_a_very_long_paste_is_cut_and_says_so() -> None:
    pasted = read_pasted("\n".join(f"{number}@example.com" for number in range(MOST_PEOPLE + 5)))
    assert (len(pasted.rows), pasted.is_cut) == (MOST_PEOPLE, True)
    assert read_pasted("x" * 300_000).rows[0].fault == "no_address"


async def test_each_row_is_shown_before_anybody_is_invited(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    interview_id = await an_interview(database, house)
    fields = {"interview": str(interview_id), "people": "Rosa Klein, rosa@example.com\nnobody\nrosa@example.com"}
    preview = await seated.post(client, "candidates/invite", **fields)
    assert "One person can be invited" in preview.text
    assert "2 rows have a fault" in preview.text
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from candidates") == 0
    done = await seated.post(client, "candidates/invite", confirmed="yes", **fields)
    [link] = re.findall(r'href="http://interviews.example(/interview/take/[^"]+)"', done.text)
    assert (await client.get(link.replace("&amp;", "&"))).status_code == 200
    listed = (await seated.get(client, "candidates/?tab=waiting&text=ROSA")).text
    assert "Rosa Klein" in listed
    assert "Rosa Klein" not in (await seated.get(client, "candidates/?tab=sent")).text
    for bad in ({"interview": str(uuid4())}, {"people": " "}):
        assert (await seated.post(client, "candidates/invite", **fields | bad)).status_code == 422


async def test_who_is_invited_is_mailed_and_their_page_says_how_it_went(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    fields = {"interview": str(await an_interview(database, house)), "people": "rosa@example.com\nkim@example.com"}
    assert "Email each person" in (await seated.post(client, "candidates/invite", **fields)).text
    async with database.tenant(house.merchant.id) as connection:
        kim = "kim@example.com"
        await silence(connection, kim, Silence.BOUNCED, merchant_id=house.merchant.id, now=now())
    said = {"confirmed": "yes", "mailed": "yes", "message": "See you <soon>"}
    done = (await seated.post(client, "candidates/invite", **fields, **said)).text
    assert (done.count("Emailed"), done.count("Not emailed: emails to this address bounce")) == (1, 1)
    async with database.tenant(house.merchant.id) as connection:
        people = {row["email"]: row["id"] for row in await connection.fetch("select id, email from candidates")}
        assert await connection.fetchval("select message from mails where kind = 'invitation'") == "See you <soon>"
    assert "Invitation" in (await seated.get(client, f"candidates/{people['rosa@example.com']}/")).text
    kim = f"candidates/{people[kim]}/"
    assert "Emails to this address bounce" in (await seated.get(client, kim)).text
    assert (await seated.post(client, f"{kim}resume")).status_code == 303
    assert "Emails to this address bounce" not in (await seated.get(client, kim)).text


async def sent(database: Database, house: House) -> tuple[Seat, UUID]:
    """An attempt that was sent."""
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    for number in (1, 2, 3):
        answer = Answered(key=new_id(), number=number, text="Nine people in a laundry.")
        await happen(database, seat, attempt_id, answer, now=now())
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=now())
    return seat, attempt_id


async def state_of(database: Database, house: House, attempt_id: UUID) -> str:
    async with database.tenant(house.merchant.id) as connection:
        found: str = await connection.fetchval("select state from attempts where id = $1", attempt_id)
    return found


async def test_a_person_is_given_more_time(client: httpx.AsyncClient, database: Database, house: House) -> None:
    seated = await sit(database, house)
    seat = await a_seat(database, house, await an_interview(database, house))
    at, fields = f"candidates/{seat.candidate_id}/", {"interview": str(seat.interview_id)}
    assert (await seated.post(client, f"{at}time", minutes="25", **fields)).status_code == 303
    page = (await seated.get(client, at)).text
    assert "Given 25 minutes more" in page
    assert 'value="25"' in page
    await an_attempt(database, seat)
    less = await seated.post(client, f"{at}time", minutes="5", **fields)
    assert less.status_code == 409
    assert "would lose time" in less.text
    wrong = []
    for minutes in ("", "-1", "1.5", "481", "٣", "9" * 6, "x"):
        answer = await seated.post(client, f"{at}time", minutes=minutes, **fields)
        if answer.status_code != 422 or "whole minutes, from 0 to 480" not in answer.text:
            wrong.append((minutes, answer.status_code))
    assert wrong == []
    elsewhere = await an_interview(database, await a_house(database))
    assert (await seated.post(client, f"{at}time", minutes="5", interview=str(elsewhere))).status_code == 404
    reviewer = await sit(database, house, Role.SELECTION)
    assert (await reviewer.post(client, f"{at}time", minutes="5", **fields)).status_code == 403
    assert "Set minutes" not in (await reviewer.get(client, at)).text


async def test_two_people_become_one_after_a_look_and_two_again(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    kept, attempt_id = await sent(database, house)
    part, _ = await sent(database, house)
    at, other = f"candidates/{kept.candidate_id}/", f"candidates/{part.candidate_id}/"
    found = (await seated.get(client, f"{at}merge?text=sam+rivers")).text
    assert f"{seated.url(at)}merge?with={part.candidate_id}" in found
    assert f"with={kept.candidate_id}" not in found
    assert "No one else" in (await seated.get(client, f"{at}merge?text=nobody+like+that")).text
    look = (await seated.get(client, f"{at}merge?with={part.candidate_id}")).text
    assert "Merged into it" in look
    assert "Their results stay separate" not in look
    same = await seated.get(client, f"{at}merge?with={kept.candidate_id}")
    assert same.status_code == 409
    assert (await seated.get(client, f"{at}merge?with={uuid4()}")).status_code == 404
    done = await seated.post(client, f"{at}merge", **{"with": str(part.candidate_id)})
    assert (done.status_code, done.headers["location"]) == (303, f"{seated.url(at)}?said=merged")
    page = (await seated.get(client, at)).text
    assert "Separate them again" in page
    assert page.count("Attempt 1 sent") == 2
    assert (await seated.get(client, other)).headers["location"] == seated.url(at)
    (part_too,) = (await archive_of(client, seated, other))["merged"]
    assert part_too["person"]["id"] == str(part.candidate_id)
    assert (await seated.post(client, f"{at}grant", attempt=str(attempt_id))).status_code == 303
    third, _ = await sent(database, house)
    taken = await seated.get(client, f"candidates/{third.candidate_id}/merge?with={part.candidate_id}")
    assert taken.status_code == 409
    assert "already merged into someone else" in taken.text
    german = await seated.get(client, f"candidates/{third.candidate_id}/merge?with={part.candidate_id}&lang=de")
    assert "schon mit jemand anderem zusammengeführt" in german.text
    await seated.post(client, f"{at}split", **{"with": str(part.candidate_id)})
    assert (await seated.get(client, other)).status_code == 200
    reviewer = await sit(database, house, Role.SELECTION)
    assert (await reviewer.post(client, f"{at}merge", **{"with": str(part.candidate_id)})).status_code == 403


async def test_a_person_is_given_back_exported_and_erased(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    seat, attempt_id = await sent(database, house)
    at = f"candidates/{seat.candidate_id}/"
    page = (await seated.get(client, at)).text
    assert "Sam Rivers" in page
    assert "Attempt 1 sent" in page
    assert "Nine people in a laundry." in json.dumps(await archive_of(client, seated, at))
    async with database.tenant(house.merchant.id) as connection:
        exporter = await connection.fetchval(
            "select actor from events where kind = 'candidate.exported' and subject_id = $1", seat.candidate_id
        )
    assert exporter == f"user {seated.member.id}", "who asked for it is on record"
    said = {"message": "Once more, please.", "reason": "Line broke."}
    assert (await seated.post(client, f"{at}grant", attempt=str(attempt_id), **said)).status_code == 303
    async with database.tenant(house.merchant.id) as connection:
        decision = await connection.fetchrow("select * from decisions where attempt_id = $1", attempt_id)
    assert decision is not None
    assert (decision["feedback"], decision["reason"]) == ("Once more, please.", "Line broke.")
    assert await state_of(database, house, attempt_id) == "returned"
    assert "Given another attempt" in (await seated.get(client, at)).text
    again = await seated.post(client, f"{at}grant", attempt=str(attempt_id))
    assert again.status_code == 422
    link = await seated.post(client, f"{at}link", interview=str(seat.interview_id))
    [address] = re.findall(r'value="http://interviews.example(/interview/take/[^"]+)"', link.text)
    assert (await client.get(address.replace("&amp;", "&"))).status_code == 200
    await seated.post(client, f"{at}revoke")
    assert (await client.get(address.replace("&amp;", "&"))).status_code == 410
    receipt = await seated.post(client, f"{at}erase")
    assert str(seat.candidate_id) in receipt.text
    assert "Sam Rivers" not in receipt.text
    assert (await seated.get(client, at)).status_code == 404
    assert "Sam Rivers" not in (await seated.get(client, "candidates/")).text


async def archive_of(client: httpx.AsyncClient, seated: Seated, at: str) -> dict[str, Any]:
    """What the page's own download says of the person: all that `merchant-candidate-export` gives."""
    led = await seated.get(client, f"{at}export")
    assert led.status_code == 303
    given = await client.get(led.headers["location"])
    assert "attachment" in given.headers["content-disposition"]
    with zipfile.ZipFile(BytesIO(given.content)) as archive:
        told: dict[str, Any] = json.loads(archive.read("person.json"))
    return told


async def ask(database: Database, house: House, seat: Seat, attempt_id: UUID, kind: TaskKind, text: str) -> UUID:
    async with database.tenant(house.merchant.id) as connection:
        return await add_task(
            connection,
            kind,
            merchant_id=house.merchant.id,
            environment=DEFAULT_ENVIRONMENT,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            attempt_id=attempt_id,
            text=text,
            actor="test",
        )


async def test_what_needs_somebody_stands_on_the_first_page_and_is_done_there(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, reads = await sit(database, house), await sit(database, house, Role.SELECTION)
    assert "Nothing needs you right now." in (await seated.get(client)).text
    seat, attempt_id = await sent(database, house)
    question = await ask(database, house, seat, attempt_id, TaskKind.ANSWER_CANDIDATE, "Is there <b>parking</b>?")
    contest = await ask(database, house, seat, attempt_id, TaskKind.CONTESTED, "Please look again.")
    erasure = await ask(database, house, seat, attempt_id, TaskKind.ERASURE_WANTED, "")
    page = (await seated.get(client)).text
    assert "4 things need you." in page
    assert "Is there &lt;b&gt;parking&lt;/b&gt;?" in page
    assert f"tasks/{question}/done" not in (await reads.get(client)).text, "who may not act has no button"
    assert f"tasks/{contest}/done" not in page, "another look is answered where it is taken"
    for leads_to in (f"candidates/{seat.candidate_id}/", f"results/{attempt_id}/"):
        assert f'href="{seated.url(leads_to)}"' in page
    await seated.post(client, f"tasks/{question}/done", reply="Yes, behind the house.")
    await seated.post(client, f"tasks/{contest}/done")
    silent = await seated.post(client, f"tasks/{erasure}/refuse", reason=" ")
    assert silent.status_code == 422
    assert "Say why" in silent.text
    assert (await seated.post(client, f"tasks/{erasure}/done")).status_code == 409
    await seated.post(client, f"tasks/{erasure}/refuse", reason="The law wants it kept until May.")
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select kind, state, reply, done_by from tasks order by kind")
    assert [(row["kind"], row["state"], row["reply"]) for row in rows] == [
        ("answer_candidate", "done", "Yes, behind the house."),
        ("contested", "done", None),
        ("erasure_wanted", "refused", None),
    ]
    assert {row["done_by"] for row in rows} == {f"user {seated.member.id}"}, "it says who"


async def test_a_failed_note_is_shown_to_its_merchant_and_left_again(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, other = await sit(database, house), await sit(database, await a_house(database))
    async with database.tenant(house.merchant.id) as connection:
        failed = await connection.fetchval(
            "insert into procrastinate_jobs (queue_name, task_name, status, args) values ('mail', 'mail_receipt',"
            " 'failed', jsonb_build_object('merchant_id', $1::text, 'subject_id', $2::text)) returning id",
            str(house.merchant.id),
            str(uuid4()),
        )
    assert "An email couldn’t be sent." in (await seated.get(client)).text
    assert "An email couldn’t be sent." not in (await other.get(client)).text
    assert (await other.post(client, f"failed/{failed}/again")).status_code == 404
    assert (await seated.post(client, f"failed/{failed}/again")).status_code == 303
    assert (await seated.post(client, f"failed/{failed}/again")).status_code == 404
    async with database.tenant(house.merchant.id) as connection:
        assert (
            await connection.fetchval(
                "delete from procrastinate_jobs where args->>'merchant_id' = $1 returning status::text",
                str(house.merchant.id),
            )
            == "todo"
        )


async def test_who_is_in_an_interview_is_shown_and_nothing_of_what_they_say(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated: Seated = await sit(database, house)
    assert "Nobody right now." in (await seated.get(client, "live/")).text
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update attempts set arrived_at = now(), created_at = now() where id = $1", attempt_id)
    await happen(database, seat, attempt_id, Answered(key=new_id(), number=1, text="Nine people."), now=now())
    rows = (await seated.get(client, "live/rows", **{"HX-Request": "true"})).text
    assert "Sam Rivers" in rows
    assert "1 of 3 answered" in rows
    assert "Nine people" not in rows
    assert "<html" not in rows


async def test_a_mail_is_looked_at_said_in_own_words_and_taken_back(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, mails = await sit(database, house), "candidates/mails/"
    which = {"kind": "invitation", "language": "de"}
    assert mails in (await seated.get(client, "candidates/")).text
    shown = (await seated.get(client, f"{mails}?kind=invitation&language=de")).text
    assert "lädt Sie zu einem Interview ein" in shown
    assert 'lang="de"' in shown
    own = {"subject": "{merchant} schreibt Ihnen", "text": "Guten Tag {name},\r\n\r\n{link}\r\n\r\nBis <b>bald</b>"}
    tried = (await seated.post(client, f"{mails}try", **which, **own)).text
    assert "Guten Tag Sam Rivers," in tried
    assert "Not saved yet" in tried
    assert "Bis &lt;b&gt;bald&lt;/b&gt;" in tried
    as_mail = await seated.post(client, f"{mails}try", **which, **own, as_mail="1")
    assert "sandbox" in as_mail.headers["content-security-policy"]
    assert "Guten Tag Sam Rivers," in as_mail.text
    assert "<b>bald" not in as_mail.text
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from mail_texts") == 0
    for text, place, said in (
        ("{link}\n\n{salary}", "text", "There is no place {salary}."),
        ("Ohne Knopf", "text", "Expected {link} once"),
        ("", "text", "Expected some words."),
    ):
        refused = await seated.post(client, f"{mails}save", **which, **(own | {"text": text}))
        assert refused.status_code == 422
        assert f'id="{place}-fault"' in refused.text
        assert said in refused.text
        assert own["subject"] in refused.text  # what was typed is still there
    saved = await seated.post(client, f"{mails}save", **which, **own)
    assert saved.status_code == 303
    after = (await seated.get(client, saved.headers["location"])).text
    assert "goes out in your words" in after
    assert "Not saved yet" not in after
    assert "Guten Tag Sam Rivers," in after
    german = (await seated.get(client, f"{mails}?kind=invitation&language=de", **{"Accept-Language": "de"})).text
    assert "Mit Ihren Worten" in german
    back = await seated.post(client, f"{mails}save", **which, **own, ours="1")
    assert "standard words again" in (await seated.get(client, back.headers["location"])).text
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from mail_texts") == 0
    assert (await seated.get(client, f"{mails}?kind=nothing&language=xx")).status_code == 200
    reader = await sit(database, house, Role.SELECTION)
    assert (await reader.get(client, mails)).status_code == 403
