"""The position's page through the whole app: where a person stands, and what can be done from there."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from babel.dates import format_date

from tests.builders import CONSENTS, KEYS, House, a_draft, a_house, a_seat, an_interview
from tests.whole import an_app, calls_to
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.faults import FaultKind, add_fault
from vivavoce.attempts.move import abandon, finish, give_back, set_aside, submit
from vivavoce.candidates.links import LINK_LIFE, Seat, sign_link
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Kind, Status
from vivavoce.merchants.standing import MerchantStanding

AGREED = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS}


def token_of(seat: Seat) -> str:
    return sign_link(KEYS, seat, expires_at=datetime.now(UTC) + LINK_LIFE)


async def open_page(client: httpx.AsyncClient, seat: Seat, **asked: str) -> httpx.Response:
    client.cookies.clear()  # each time another browser
    proof = {"interview_token": token_of(seat)}
    return await client.get(f"/interview/take/{seat.interview_id}/", params=proof | asked)


async def press(client: httpx.AsyncClient, seat: Seat, **sent: str) -> httpx.Response:
    client.cookies.clear()
    form = {"interview_token": token_of(seat), **sent}
    return await client.post(f"/interview/take/{seat.interview_id}/begin", data=form, follow_redirects=False)


async def move(database: Database, seat: Seat, attempt_id: UUID, *moves: Any) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        for one in moves:
            await one(
                connection,
                merchant_id=seat.merchant_id,
                attempt_id=attempt_id,
                actor="test",
                now=datetime.now(UTC),
            )


async def break_down(database: Database, seat: Seat, attempt_id: UUID) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await add_fault(
            connection,
            FaultKind.SERVER,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            told_by="server",
            began_at=datetime.now(UTC),
            ended_at=None,
        )


async def begun(database: Database, seat: Seat, *moves: Any) -> UUID:
    """An attempt that was moved so far."""
    attempt = await begin_attempt(database, seat, consents=CONSENTS, now=datetime.now(UTC), again=True)
    await move(database, seat, attempt.id, *moves)
    return attempt.id


async def states(database: Database, seat: Seat) -> list[str]:
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch("select state from attempts order by number")
    return [row["state"] for row in rows]


async def a_place(database: Database, *, kind: Kind = Kind.INTERVIEW, attempts: int = 2) -> Seat:
    house = await a_house(database, portals=("coaching", "interview"))
    draft = a_draft(house, kind=kind, settings={"max_attempts": attempts, "expectations": {"strong": ["Is calm"]}})
    return await a_seat(database, house, await an_interview(database, house, draft))


INTERVIEW, PRACTICE = Kind.INTERVIEW, Kind.COACHING


@pytest.mark.parametrize(
    ("kind", "moves", "heading", "buttons"),
    [
        (INTERVIEW, None, "Before you start", ["Start the interview"]),
        (INTERVIEW, (), "You’ve already started", ["Continue the interview"]),
        (
            INTERVIEW,
            (finish,),
            "You’ve reached the end",
            ["Check and send", "Set it aside and start again"],
        ),
        (INTERVIEW, (finish, submit), "You’ve sent this interview", ["Go to your page"]),
        (INTERVIEW, (finish, submit, give_back), "You’ve been invited to take it again", ["Start the interview"]),
        (INTERVIEW, (abandon,), "Start another attempt", ["Start the interview"]),
        (PRACTICE, None, "Before you start", ["Start the practice"]),
        (PRACTICE, (finish,), "You’ve reached the end", ["Continue the practice", "Set it aside and start again"]),
        (PRACTICE, (finish, submit), "You’ve finished this practice", ["Go to your page", "Start the practice"]),
    ],
)
async def test_the_page_says_where_somebody_stands_and_what_can_be_done(
    client: httpx.AsyncClient,
    database: Database,
    kind: Kind,
    moves: Sequence[Any] | None,
    heading: str,
    buttons: list[str],
) -> None:
    seat = await a_place(database, kind=kind)
    if moves is not None:
        await begun(database, seat, *moves)
    answer = await open_page(client, seat)
    assert answer.status_code == 200
    assert re.search(rf"<h2[^>]*>{heading}</h2>", answer.text)
    assert re.findall(r"<button[^>]*>([^<]*)</button>", answer.text) == buttons
    assert ("invites you" in answer.text) is (submit not in (moves or ()) or give_back in (moves or ()))


async def test_the_last_day_is_the_one_that_was_named(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database)
    draft = a_draft(house, settings={"available_till": "2099-12-18"})
    page = await open_page(client, await a_seat(database, house, await an_interview(database, house, draft)))
    assert "<dt>Take it by</dt><dd>December 18, 2099</dd>" in page.text


async def test_with_the_last_attempt_there_is_no_beginning_again(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database, attempts=1)
    await begun(database, seat, finish)
    assert "Start again" not in (await open_page(client, seat)).text


async def test_who_has_used_every_attempt_is_told_whom_to_ask(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database, attempts=1)
    await begun(database, seat, abandon)
    answer = await open_page(client, seat)
    assert answer.status_code == 409
    assert "You’ve used all your attempts" in answer.text


async def test_what_broke_on_our_side_is_said_to_and_does_not_count(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await a_place(database, attempts=1)
    first = await begun(database, seat)
    assert "Start again" not in (await open_page(client, seat)).text
    await break_down(database, seat, first)
    assert "is set aside and doesn’t count" in (await open_page(client, seat)).text
    answer = await press(client, seat, again="yes", attempt=str(first), **AGREED)
    assert answer.status_code == 303
    assert await states(database, seat) == ["failed", "begun"]


async def test_after_one_that_failed_the_page_says_so(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database)
    first = await begun(database, seat)
    await break_down(database, seat, first)
    await move(database, seat, first, set_aside)
    assert re.search(r"<h2[^>]*>Something went wrong on our side</h2>", (await open_page(client, seat)).text)


async def test_beginning_again_sets_the_finished_one_aside(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database)
    first = await begun(database, seat, finish)
    answer = await press(client, seat, again="yes", attempt=str(first), **AGREED)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/start")
    assert answer.headers["location"] != f"/interview/{first}/start"
    assert await states(database, seat) == ["abandoned", "begun"]
    seat_cookie, person_cookie = answer.headers.get_list("set-cookie")
    assert f"Path={answer.headers['location'].removesuffix('/start')}" in seat_cookie
    assert "Path=/interview;" in person_cookie


async def test_without_consent_nothing_is_set_aside_and_the_page_shows_what_is_missing(
    client: httpx.AsyncClient, database: Database
) -> None:
    seat = await a_place(database)
    first = await begun(database, seat, finish)
    answer = await press(client, seat, again="yes", attempt=str(first))
    assert answer.status_code == 422
    assert re.search("<details[^>]* open>", answer.text)
    assert answer.text.count('aria-invalid="true"') == len(CONSENTS)
    assert await states(database, seat) == ["finished"]


async def test_going_on_never_begins_again(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database)
    first = await begun(database, seat, finish)
    answer = await press(client, seat)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/interview/{first}/")


@pytest.mark.parametrize("attempt", ["", "nothing", "00000000-0000-0000-0000-000000000000"])
async def test_an_attempt_that_is_not_the_latest_is_not_set_aside(
    client: httpx.AsyncClient, database: Database, attempt: str
) -> None:
    seat = await a_place(database)
    await begun(database, seat, finish)
    await press(client, seat, again="yes", attempt=attempt, **AGREED)
    is_named = attempt.startswith("0000")
    assert await states(database, seat) == (["finished"] if is_named else ["abandoned", "begun"])


async def test_from_the_conversation_back_to_the_position(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database)
    first = await begun(database, seat, finish)
    cookie = (await press(client, seat)).headers["set-cookie"].partition(";")[0]
    answer = await client.get(f"/interview/{first}/again", headers={"Cookie": cookie}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Set it aside and start again" in answer.text
    assert '<details class="past">' in answer.text
    place = f"/interview/{first}/again?another=yes"
    answer = await client.get(place, headers={"Cookie": cookie}, follow_redirects=True)
    assert '<details class="past" open>' in answer.text  # one press, not two
    assert await states(database, seat) == ["finished"]


async def test_without_its_cookie_the_conversation_leads_nowhere(client: httpx.AsyncClient, database: Database) -> None:
    seat = await a_place(database)
    first = await begun(database, seat, finish)
    client.cookies.clear()
    assert (await client.get(f"/interview/{first}/again")).status_code == 403


# --- While the interview is put away -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.ARCHIVED, Status.COMPLETED, Status.DRAFT])
async def test_who_has_begun_goes_on_to_the_end_after_it_was_closed_and_nobody_else_begins(
    client: httpx.AsyncClient, database: Database, house: House, status: Status
) -> None:
    interview_id = await an_interview(database, house)
    seat, other = [await a_seat(database, house, interview_id) for _ in range(2)]
    location = (await press(client, seat, **AGREED)).headers["location"]
    closed = await client.post(
        "/functions/v1/job-interview-set-state",
        json={"position_id": str(interview_id), "status": status.value},
        headers=house.authorization(),
    )
    assert closed.status_code == 200
    assert (await open_page(client, other)).status_code == 409
    assert (await press(client, other, **AGREED)).status_code == 303
    assert await states(database, seat) == ["begun"]
    assert "Continue the interview" in (await open_page(client, seat)).text
    going_on = await press(client, seat)
    assert going_on.headers["location"] == location
    place = location.removesuffix("start")
    headers = {"Cookie": going_on.headers["set-cookie"].partition(";")[0]}
    for number in range(1, 7):  # three questions, each skipped, asked again, and skipped again
        message = {"kind": "answer", "number": number, "key": str(UUID(int=number)), "skip": True}
        told = await client.post(f"{place}say", json=message, headers=headers)
        assert told.json()["messages"][0]["kind"] == "receipt", told.text
    finished = await open_page(client, seat)
    assert "You’ve reached the end" in finished.text
    assert "Start again" not in finished.text
    await client.post(f"{place}say", json={"kind": "submit", "key": str(UUID(int=9))}, headers=headers)
    assert await states(database, seat) == ["submitted"]
    assert "You’ve sent this interview" in (await open_page(client, seat)).text


async def test_who_comes_too_late_is_led_to_answers_only_where_they_gave_some(
    database: Database, house: House, standing: MerchantStanding
) -> None:
    interview_id = await an_interview(database, house)
    nothing_given, given = [await a_seat(database, house, interview_id) for _ in range(2)]
    await begun(database, given, abandon)
    async with calls_to(an_app(database, standing, sends_mail=True)) as client:
        closed = await client.post(
            "/functions/v1/job-interview-update",
            json={"position_id": str(interview_id), "interview_available_till": "2020-01-01"},
            headers=house.authorization(),
        )
        assert closed.status_code == 200, closed.text
        for seat, is_led in ((nothing_given, False), (given, True)):
            page = (await open_page(client, seat)).text
            assert "This interview has closed" in page
            assert ("See your answers" in page) == is_led


async def test_what_was_sent_back_waits_until_the_interview_is_open_again(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    interview_id = await an_interview(database, house)
    seat = await a_seat(database, house, interview_id)
    await begun(database, seat, finish, submit, give_back)
    for status, expected in ((Status.ARCHIVED, 409), (Status.ACTIVE, 200)):
        await client.post(
            "/functions/v1/job-interview-set-state",
            json={"position_id": str(interview_id), "status": status.value},
            headers=house.authorization(),
        )
        assert (await open_page(client, seat)).status_code == expected


async def test_a_person_reads_until_when_their_answers_stay(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    """In what becomes of the answers, and again where it is agreed to; the client's server keeps them for 180 days."""
    seat = await a_seat(database, house, await an_interview(database, house))
    page = await open_page(client, seat)
    day = format_date(datetime.now(UTC) + timedelta(days=180), format="long", locale="en")
    assert page.text.count(f"We delete your answers on {day}, or sooner if you ask.") == 2
