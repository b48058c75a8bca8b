"""A merchant on a real server, for the clients that integrations use."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.chromium import open_chromium
from tests.running import Furnished, Running

Body = Callable[..., dict[str, object]]


@pytest.fixture
def furnished(running: Running) -> Furnished:
    """A merchant of this test's own."""
    return running.furnish(f"m-{uuid4().hex[:12]}")


@pytest.fixture
def a_body(furnished: Furnished) -> Body:
    """What the create call takes."""

    def make(**changes: object) -> dict[str, object]:
        return {
            "name": "Project manager",
            "location": "remote",
            "interview_template_id": furnished.template_id,
            "mojito_language_code": "en",
            "description": "You keep three small projects on their way.",
            "status": "active",
            "type": "interview",
            "visibility": "merchant_unlisted",
            "questions": [{"question": "Tell us about a project that you are proud of.", "external_id": "q-1"}],
            **changes,
        }

    return make


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A Chromium of this test's own."""
    with sync_playwright() as playwright, open_chromium(playwright) as opened:
        yield opened
