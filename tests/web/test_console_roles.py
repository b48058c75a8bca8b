"""Who may what: every page of the console and every call, walked in every role."""

import re
from uuid import uuid4

import httpx
import pytest

from scripts.make_reference import call_roles
from tests.builders import House
from tests.console import sit
from vivavoce.db.database import Database
from vivavoce.merchants.access import MAKERS, READERS
from vivavoce.merchants.people.members import DESK_ROLES
from vivavoce.merchants.tokens import Role
from vivavoce.web.console.routes import PAGES
from vivavoce.web.console.shell import NAVIGATION, OWNERS

# By hand, so that nobody lets more people in than was meant: whom a page is for. What is not here is for all of a desk.
MEANT = {
    "interviews/new": MAKERS,
    "interviews/import": MAKERS,
    "interviews/{interview}/move": MAKERS,
    "interviews/{interview}/edit": MAKERS,
    "interviews/{interview}/blind": MAKERS,
    "tasks/": MAKERS,
    "failed/": MAKERS,
    "candidates/invite": MAKERS,
    "candidates/mails/": MAKERS,
    "candidates/{candidate}/erase": MAKERS,
    "candidates/{candidate}/merge": MAKERS,
    "candidates/{candidate}/split": MAKERS,
    "candidates/{candidate}/time": MAKERS,
    "candidates/{candidate}/export": MAKERS,
    "team/": OWNERS,
}


@pytest.mark.parametrize("role", sorted(DESK_ROLES))
async def test_each_page_is_seen_or_refused_and_what_is_refused_is_hidden(
    client: httpx.AsyncClient, database: Database, house: House, role: Role
) -> None:
    seated = await sit(database, house, role)
    refused: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for page in PAGES:
        if page.path == "live/stream":  # goes on for minutes: tests/web/test_console_candidates.py reads it
            continue
        path = re.sub(r"\{\w+\}", lambda _: str(uuid4()), page.path)
        answer = await (seated.get(client, path) if page.method == "GET" else seated.post(client, path))
        assert answer.status_code in (200, 303, 400, 403, 404, 409, 422), (
            f"{page.method} {page.path}: {answer.status_code}"
        )
        (refused if answer.status_code == 403 else seen).add((page.method, page.path))
    assert refused == {(page.method, page.path) for page in PAGES if role not in page.allowed}
    shown = set(re.findall(r'<a href="([^"]+)"', (await seated.get(client)).text.partition("</nav>")[0]))
    here = {path for path, _ in NAVIGATION if ("GET", path) in seen}
    assert {seated.url(path) for path in here} <= shown
    assert not {seated.url(path) for method, path in refused if method == "GET"} & shown


def test_nobody_was_let_in_by_mistake() -> None:
    for page in PAGES:
        place = next((one for one in MEANT if page.path.startswith(one)), None)
        if place is not None:
            assert page.allowed <= MEANT[place], page.path
        assert page.allowed <= DESK_ROLES, page.path


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CANDIDATE])
async def test_each_call_is_refused_to_who_may_not_make_it(client: httpx.AsyncClient, house: House, role: Role) -> None:
    for name, allowed in call_roles():
        answer = await client.post(
            f"/functions/v1/{name}", json=BODIES.get(name, {}), headers=house.authorization(role)
        )
        is_refused = answer.status_code == 403 and "does not permit this" in answer.text
        if name in BODIES or answer.status_code != 422:
            assert is_refused is (role not in allowed), f"{name} as {role}: {answer.status_code} {answer.text[:200]}"


# Whole enough to come to the question of the role.
BODIES = {
    "invite-users": {"users": [{}]},
    "job-interview-register-users": {"interview_id": str(uuid4()), "users": [{}]},
    "job-interview-set-state": {"position_id": str(uuid4()), "status": "active"},
    "job-interview-update": {"position_id": str(uuid4())},
    "job-interview-token": {
        "type": "interview-for-profile",
        "interview_id": str(uuid4()),
        "interview_profile_id": str(uuid4()),
    },
    "job-interview-result-request-another-attempt": {"interview_result_id": str(uuid4())},
    "job-interview-translate": {"interview_id": str(uuid4()), "mojito_language_code": "de"},
    "job-interview-draft-wordings": {"interview_id": str(uuid4())},
    "job-interview-revoke-link": {"profile_interview_id": str(uuid4())},
    "job-interview-set-extra-time": {
        "profile_interview_id": str(uuid4()),
        "interview_id": str(uuid4()),
        "minutes": 20,
    },
    "merchant-failure-try-again": {"number": 1},
    "merchant-member-set": {"member_id": str(uuid4()), "type": "merchant"},
    "merchant-task-set-state": {"task_id": str(uuid4()), "state": "done"},
    "merchant-candidate-merge": {
        "profile_interview_id": str(uuid4()),
        "merged_profile_interview_id": str(uuid4()),
    },
    "merchant-candidate-erase": {"profile_interview_id": str(uuid4())},
    "merchant-candidate-export": {"profile_interview_id": str(uuid4())},
}


def test_reading_is_for_more_people_than_making() -> None:
    calls = dict(call_roles())
    assert MAKERS < READERS
    assert calls["merchant-result-list"] == READERS
    assert calls["job-interview-update"] == MAKERS
