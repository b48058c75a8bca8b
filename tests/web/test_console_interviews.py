"""Interviews in the console: made and edited with the wire's own errors, moved, copied, tried, taken from JSON."""

import html
import json
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import House, a_body, a_draft, a_house, an_interview
from tests.console import Seated, sit
from vivavoce.api.functions import job_interview_create_from_array
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import Stored, find_interview
from vivavoce.merchants.origins import add_origin
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role


def a_form(house: House, **changes: str) -> dict[str, str]:
    """The form of an interview with two questions, as a browser sends it."""
    return {
        "name": "Shift lead, night",
        "location": "Harbour Road",
        "template": str(house.template_id),
        "language": "en",
        "description": "",
        "status": "draft",
        "kind": "interview",
        "visibility": "invited",
        "max_attempts": "2",
        "max_follow_ups": "0",
        "question-0-text": "Tell me about your last team.",
        "question-0-answered_by": "open",
        "question-0-weak": "Has led people\nHas planned a shift",
        "question-1-text": "Which shift suits you?",
        "question-1-answered_by": "choice",
        "question-1-choices": "Early\nLate",
        "question-1-is_unscored": "yes",
        **changes,
    }


async def stored(database: Database, house: House, interview_id: str) -> Stored:
    async with database.tenant(house.merchant.id) as connection:
        found = await find_interview(connection, UUID(interview_id), environment=DEFAULT_ENVIRONMENT)
    assert found is not None
    return found


def id_in(answer: httpx.Response) -> str:
    found = re.search(r"interviews/([0-9a-f-]{36})/", answer.headers["location"])
    assert found is not None
    return found[1]


async def make(client: httpx.AsyncClient, seated: Seated, house: House, **changes: str) -> str:
    answer = await seated.post(client, "interviews/new", **a_form(house, **changes))
    assert answer.status_code == 303, re.findall(r'class="error"[^\n]*', answer.text)
    return id_in(answer)


async def test_what_the_form_says_is_what_is_made(client: httpx.AsyncClient, database: Database, house: House) -> None:
    seated = await sit(database, house)
    interview_id = await make(client, seated, house)
    assert "Harbour Road" in (await seated.get(client, f"interviews/{interview_id}/")).text
    draft = (await stored(database, house, interview_id)).draft
    assert (draft.name, draft.status, draft.settings.max_attempts) == ("Shift lead, night", Status.DRAFT, 2)
    first, second = (step.question for step in draft.steps)
    assert first.claims.weak == ("Has led people", "Has planned a shift")
    assert (second.alternatives, second.is_scored) == (("Early", "Late"), False)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": " "}, "name", "Field is required."),
        ({"max_attempts": "many"}, "max_attempts", "Expected a whole number from 1 to 20, got text."),
        ({"closes_at": "soon"}, "closes_at", "Expected"),
        ({"template": "01a22551-62f8-7b09-9c87-91117902d3c7"}, "template", "there is none with this id"),
        ({"question-1-choices": "Early"}, "question-1", "at least two different alternatives"),
        ({"question-0-text": "", "question-1-text": ""}, "questions", "Expected at least 1 in the list."),
    ],
    ids=["name", "number", "day", "template", "choices", "questions"],
)
async def test_the_wires_own_error_stands_beside_its_field(
    client: httpx.AsyncClient, database: Database, house: House, changes: dict[str, str], field: str, sentence: str
) -> None:
    seated = await sit(database, house)
    answer = await seated.post(client, "interviews/new", **a_form(house, **changes))
    assert answer.status_code == 422
    fault = re.search(rf'id="{field}-fault"[^>]*><span>([^<]*)</span>', answer.text)
    assert fault is not None, answer.text[:3000]
    assert sentence in fault[1]
    assert "Has planned a shift" in answer.text, "nothing that was typed is lost"


async def test_editing_keeps_what_was_not_touched(client: httpx.AsyncClient, database: Database, house: House) -> None:
    seated = await sit(database, house)
    interview_id = await make(client, seated, house, status="active")
    before = await stored(database, house, interview_id)
    ids = [str(step.id) for step in before.draft.steps]
    page = await seated.get(client, f"interviews/{interview_id}/edit")
    assert all(one in page.text for one in ids)
    same = a_form(house, status="active") | {f"question-{place}-id": one for place, one in enumerate(ids)}
    assert (await seated.post(client, f"interviews/{interview_id}/edit", **same)).status_code == 303
    assert (await stored(database, house, interview_id)).revision == before.revision, "nothing was changed"
    other = same | {"question-0-place": "1", "question-1-place": "0", "name": "Shift lead, day", "location": ""}
    await seated.post(client, f"interviews/{interview_id}/edit", **other)
    after = await stored(database, house, interview_id)
    assert [str(step.id) for step in after.draft.steps] == ids[::-1]
    assert (after.draft.name, after.draft.location) == ("Shift lead, day", None)
    assert after.draft.steps[1].question.claims == before.draft.steps[0].question.claims
    removed = other | {"question-1-removed": "yes"}
    await seated.post(client, f"interviews/{interview_id}/edit", **removed)
    assert [str(step.id) for step in (await stored(database, house, interview_id)).draft.steps] == ids[:1]


async def test_it_is_published_copied_put_away_and_deleted(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    interview_id = await make(client, seated, house)
    await seated.post(client, f"interviews/{interview_id}/move", status="active")
    assert (await stored(database, house, interview_id)).draft.status is Status.ACTIVE
    copy = id_in(await seated.post(client, f"interviews/{interview_id}/duplicate"))
    twin, original = await stored(database, house, copy), await stored(database, house, interview_id)
    assert twin.draft.status is Status.DRAFT
    assert [step.question for step in twin.draft.steps] == [step.question for step in original.draft.steps]
    assert {step.id for step in twin.draft.steps}.isdisjoint(step.id for step in original.draft.steps)
    assert (await seated.post(client, f"interviews/{interview_id}/move", status="preparing")).status_code == 422
    await seated.post(client, f"interviews/{interview_id}/move", status="deleted")
    assert (await seated.get(client, f"interviews/{interview_id}/")).status_code == 404


async def test_a_trial_of_a_draft_is_one_click_away(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    interview_id = await make(client, seated, house)
    for _ in range(2):
        answer = await seated.post(client, f"interviews/{interview_id}/try")
        page = await client.get(answer.headers["location"])
        assert page.status_code == 200
        assert "Shift lead, night" in page.text
    async with database.tenant(house.merchant.id) as connection:
        people = await connection.fetch("select is_test from invitations")
        assert await connection.fetchval("select count(*) from candidates") == 1, "one person, however often"
    assert {row["is_test"] for row in people} == {True}
    assert "Maya Adler" not in (await seated.get(client, "candidates/")).text.partition("<main")[2]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, ""),
        ({"questions": []}, "<code>questions</code>: Expected at least 1 in the list."),
        ({"questions": [{"question": "A"}, {"question": 2}]}, "<code>questions[1].question</code>: Expected text"),
    ],
    ids=["good", "none", "wrong"],
)
async def test_the_wires_json_is_taken_and_its_errors_are_the_wires(
    client: httpx.AsyncClient, database: Database, house: House, changed: dict[str, Any], fault: str
) -> None:
    seated = await sit(database, house)
    answer = await seated.post(client, "interviews/import", json=json.dumps(a_body(house, **changed)))
    assert (answer.status_code == 303) is (not fault)
    assert fault in answer.text
    assert job_interview_create_from_array.ROUTE not in answer.text
    if fault:
        broken = await seated.post(client, "interviews/import", json="{")
        assert "The body is not JSON" in broken.text


async def test_the_list_finds_by_name_and_status_and_keeps_it_in_the_address(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    for name, status in (("Night", Status.ACTIVE), ("Day", Status.DRAFT), ("<b>Night</b> two", Status.ACTIVE)):
        await an_interview(database, house, a_draft(house, name=name, status=status))
    names = re.compile(r'<th role="rowheader" scope="row"><a href="[^"]+"><bdi>([^/]*)</bdi>')

    async def listed(query: str) -> list[str]:
        return names.findall((await seated.get(client, f"interviews/?{query}")).text)

    assert {"Day", "Night"} < set(await listed("")) | {"&lt;b&gt;Night&lt;"}
    assert await listed("tab=draft") == ["Day"]
    assert await listed("text=DAY") == ["Day"]
    assert await listed("text=nothing") == []
    page = (await seated.get(client, "interviews/?tab=active&text=night&page=banana")).text
    assert "?tab=draft&amp;kind=interview&amp;text=night" in page
    assert "<b>Night" not in page


async def test_another_merchants_interview_is_not_there(client: httpx.AsyncClient, database: Database) -> None:
    ours, theirs = await a_house(database), await a_house(database)
    seated = await sit(database, ours)
    interview_id = await an_interview(database, theirs)
    for method, path in (
        ("get", ""),
        ("get", "edit"),
        ("post", "move"),
        ("post", "blind"),
        ("post", "duplicate"),
        ("post", "try"),
    ):
        answer = await getattr(seated, method)(client, f"interviews/{interview_id}/{path}")
        assert answer.status_code == 404, path


async def test_the_code_to_embed_it_is_there_to_be_copied(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    plain = await an_interview(database, house)
    assert "embed.js" not in (await seated.get(client, f"interviews/{plain}/")).text
    embedded = await an_interview(database, house, a_draft(house, is_embedded=True))
    page = (await seated.get(client, f"interviews/{embedded}/")).text
    assert "No site may show it yet" in page
    (code,) = re.findall(r'id="embed-code" value="([^"]*)"', page)
    async with database.tenant(house.merchant.id) as connection:
        embed_id = await connection.fetchval("select id from embed_keys where interview_id = $1", embedded)
    assert html.unescape(code) == (
        f'<div data-interview="http://interviews.example/embed?embed_id={embed_id}" title="Interview"></div>'
        '<script src="http://interviews.example/embed.js" async></script>'
    )
    await add_origin(database, "https://careers.example", merchant_id=house.merchant.id, actor="test")
    assert "https://careers.example" in (await seated.get(client, f"interviews/{embedded}/")).text
    script = await client.get("/embed.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert (script.headers["cross-origin-resource-policy"], "data-interview" in script.text) == ("cross-origin", True)


async def test_an_interviews_page_says_whether_results_are_rated_blind(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, interview_id = await sit(database, house), await an_interview(database, house)
    at = f"interviews/{interview_id}/"
    assert (await seated.post(client, f"{at}blind", setting="required")).status_code == 303
    assert '<option value="required" selected>' in (await seated.get(client, at)).text
    for setting in ("", "sometimes"):
        assert (await seated.post(client, f"{at}blind", setting=setting)).status_code == 422
    reviewer = await sit(database, house, Role.SELECTION)
    assert (await reviewer.post(client, f"{at}blind", setting="off")).status_code == 403
    assert "no one sees a mark or decides before they’ve rated" in (await reviewer.get(client, at)).text
