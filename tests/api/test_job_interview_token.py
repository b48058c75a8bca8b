"""job-interview-token through the whole app: a link for somebody who is known already."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from tests.builders import KEYS, House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.console import sit
from vivavoce.candidates.links import read_link
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Status
from vivavoce.merchants.tokens import Role

TOKEN = "/functions/v1/job-interview-token"


async def ask(client: httpx.AsyncClient, house: House, **body: Any) -> httpx.Response:
    return await client.post(TOKEN, json=body, headers=house.authorization())


async def a_request(database: Database, house: House, **changes: Any) -> dict[str, Any]:
    """A person who is known, and another interview than the one by which they are."""
    known = await a_seat(database, house, await an_interview(database, house))
    interview_id = await an_interview(database, house, a_draft(house, **changes))
    return {
        "type": "interview-for-profile",
        "interview_profile_id": str(known.candidate_id),
        "interview_id": str(interview_id),
    }


async def test_the_link_opens_the_interview_for_that_person(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    body = await a_request(database, house)
    answer = await ask(client, house, **body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    link = answer.json()
    assert isinstance(link, str)
    assert link.startswith(f"http://interviews.example/interview/take/{body['interview_id']}/?interview_token=")
    query = parse_qs(urlsplit(link).query)
    seat = read_link(KEYS, query["interview_token"][0])
    assert (str(seat.candidate_id), str(seat.interview_id)) == (body["interview_profile_id"], body["interview_id"])
    assert (seat.merchant_id, seat.is_test) == (house.merchant.id, False)
    assert query["view_hm"] == ["true"]
    assert (await client.get(link)).status_code == 200
    async with database.tenant(house.merchant.id) as connection:
        invited = await connection.fetchval(
            "select candidate_id from invitations where interview_id = $1", UUID(body["interview_id"])
        )
        events = await connection.fetchval("select count(*) from events where kind = 'candidate.invited'")
    assert (str(invited), events) == (body["interview_profile_id"], 2)


@pytest.mark.parametrize(
    ("hide_menu", "is_hidden"),
    [("false", False), (False, False), ("true", True), (True, True), ("no", True), ("", True), (None, True)],
)
async def test_only_false_shows_the_menu(
    client: httpx.AsyncClient, house: House, database: Database, hide_menu: object, is_hidden: bool
) -> None:
    link = (await ask(client, house, **await a_request(database, house), hide_menu=hide_menu)).json()
    assert ("view_hm=true" in link) == is_hidden


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "type"),
        ({"type": "interview"}, "type"),
        ({"type": None}, "type"),
        ({"type": "interview-for-profile", "interview_id": "i"}, "interview_profile_id"),
        ({"type": "interview-for-profile", "interview_profile_id": "p"}, "interview_id"),
        ({"type": "interview-for-profile", "interview_profile_id": 7}, "interview_profile_id"),
        ({"type": "interview-for-profile", "interview_profile_id": ""}, "interview_profile_id"),
        ({"type": "results-for-profile"}, "interview_profile_id"),
        ({"type": "interview-result-candidate"}, "interview_result_id"),
        ({"type": "interview-result-talent-seeker"}, "interview_result_id"),
        ({"type": "interview-results-for-position"}, "interview_id"),
        ({"type": "interview-for-profile", "hide_menu": 1}, "hide_menu"),
        ({"type": "results-for-profile", "interview_profile_id": "p"}, "interview_profile_id"),
        ({"type": "interview-result-candidate", "interview_result_id": "r"}, "interview_result_id"),
        ({"type": "interview-result-talent-seeker", "interview_result_id": "r"}, "interview_result_id"),
        ({"type": "interview-results-for-position", "interview_id": "i"}, "interview_id"),
    ],
)
async def test_what_makes_no_link_is_refused(
    client: httpx.AsyncClient, house: House, body: dict[str, Any], name: str
) -> None:
    answer = await ask(client, house, **body)
    assert (answer.status_code, answer.json()["name"]) == (422, name)


@pytest.mark.parametrize("name", ["interview_profile_id", "interview_id"])
async def test_anothers_ids_are_answered_like_ids_of_nothing(
    client: httpx.AsyncClient, house: House, database: Database, name: str
) -> None:
    own = await a_request(database, house)
    theirs = await a_request(database, await a_house(database))
    answers = {
        ((answer := await ask(client, house, **own | {name: named})).status_code, answer.content)
        for named in (theirs[name], str(new_id()), "nothing")
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 422


async def test_a_person_of_another_environment_is_not_there(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    body = await a_request(database, house)
    headers = house.authorization(environment="staging")
    answer = await client.post(TOKEN, json=body, headers=headers)
    assert (answer.status_code, answer.json()["name"]) == (422, "interview_profile_id")


async def test_a_draft_has_no_link(client: httpx.AsyncClient, house: House, database: Database) -> None:
    answer = await ask(client, house, **await a_request(database, house, status=Status.DRAFT))
    assert (answer.status_code, answer.json()["name"]) == (422, "interview_id")


@pytest.mark.parametrize("role", [Role.SELECTION, Role.MENTOR, Role.USER, Role.CANDIDATE])
async def test_who_makes_no_interviews_makes_no_links(
    client: httpx.AsyncClient, house: House, database: Database, role: Role
) -> None:
    answer = await client.post(TOKEN, json=await a_request(database, house), headers=house.authorization(role))
    assert answer.status_code == 403


async def test_the_other_types_lead_to_pages_that_ask_to_sign_in(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    interview_id = await an_interview(database, house)
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    seated, theirs = await sit(database, house), await a_house(database)
    for kind, ids, is_ours in (
        ("results-for-profile", {"interview_profile_id": str(seat.candidate_id)}, True),
        ("interview-results-for-position", {"interview_id": str(interview_id)}, True),
        ("interview-result-talent-seeker", {"interview_result_id": str(attempt_id)}, True),
        ("interview-result-candidate", {"interview_result_id": str(attempt_id)}, False),
    ):
        link = (await ask(client, house, type=kind, **ids)).json()
        assert link.startswith(f"http://interviews.example/{'console' if is_ours else 'interview'}/at/{seated.slug}/")
        assert "Sam Rivers" not in (await client.get(link)).text, "nobody is told anything without signing in"
        if is_ours:
            page = await client.get(link, headers=seated.headers)
            assert page.status_code == 200
            assert "Sam Rivers" in page.text
        assert (await ask(client, theirs, type=kind, **ids)).status_code == 422
