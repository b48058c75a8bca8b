"""The policy that pages carry: the same bytes on every page, and what a page adds at its place alone."""

import re
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.builders import CONSENTS, KEYS, House, a_draft, a_seat, an_interview
from tests.folding import folded
from vivavoce.candidates.links import LINK_LIFE, sign_link
from vivavoce.db.database import Database
from vivavoce.web.policy import STRICT, Policy

EVERY_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
PICTURES = "https://images.example:8443"


def test_a_page_that_adds_nothing_has_the_policy_of_every_page() -> None:
    assert str(STRICT) == str(Policy()) == EVERY_PAGE


def test_what_a_page_adds_stands_in_its_own_directive_alone() -> None:
    assert str(Policy(image_origins=(PICTURES,))) == EVERY_PAGE.replace(
        "img-src 'self' data:", f"img-src 'self' {PICTURES} data:"
    )
    assert str(Policy(style_digest="sha256-aGVsbG8=")) == EVERY_PAGE.replace(
        "style-src 'self'", "style-src 'self' 'sha256-aGVsbG8='"
    )
    framed = Policy(frame_ancestors=("https://careers.example", "http://127.0.0.1:8000"))
    assert str(framed) == EVERY_PAGE.replace(
        "frame-ancestors 'none'", "frame-ancestors https://careers.example http://127.0.0.1:8000"
    )


@folded(
    "origin",
    [
        "",
        "*",
        "https:",
        "https://",
        "https://a.example; script-src *",
        "https://a.example 'unsafe-inline'",
        "https://a.example\r\nset-cookie: a=b",
        "https://a.example/path",
        "https://a.example,https://b.example",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("directive", ["image_origins", "frame_ancestors"])
def test_nothing_but_an_origin_gets_into_it(directive: str, origin: str) -> None:
    added: dict[str, Any] = {directive: ("https://good.example", origin)}
    with pytest.raises(ValueError, match="is not an origin"):
        Policy(**added)


def test_it_is_a_value() -> None:
    assert Policy(image_origins=(PICTURES,)) == Policy(image_origins=(PICTURES,))
    with pytest.raises(FrozenInstanceError):
        STRICT.image_origins = ("https://a.example",)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("page", "policy", "permissions"),
    [
        ("position", EVERY_PAGE, "camera=(), microphone=(), geolocation=()"),
        ("position with a picture", str(Policy(image_origins=(PICTURES,))), "camera=(), microphone=(), geolocation=()"),
        ("conversation", EVERY_PAGE, "camera=(), microphone=(), geolocation=()"),
        ("closed", EVERY_PAGE, "camera=(), microphone=(), geolocation=()"),
        ("docs", EVERY_PAGE, "camera=(), microphone=(), geolocation=()"),
    ],
)
async def test_every_page_carries_the_headers_of_all(
    client: httpx.AsyncClient, database: Database, house: House, page: str, policy: str, permissions: str
) -> None:
    draft = a_draft(house, settings={"cover_image_url": f"{PICTURES}/depot.jpeg" if "picture" in page else None})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    token = sign_link(KEYS, seat, expires_at=datetime.now(UTC) + LINK_LIFE)
    position = f"/interview/take/{seat.interview_id}/?interview_token={token}"
    place = {"closed": "/interview/take/nowhere/", "docs": "/docs"}.get(page, position)
    opened = await client.get(place)
    if page == "conversation":
        agreed = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS}
        begun = await client.post(
            f"/interview/take/{seat.interview_id}/begin", data={"interview_token": token, **agreed}
        )
        (attempt_id,) = re.findall("/interview/([^/]+)/", begun.headers["location"])
        opened = await client.get(f"/interview/{attempt_id}/")
        assert f"/interview/{attempt_id}/say" in opened.text
    assert {
        name: opened.headers.get(name)
        for name in (
            "content-security-policy",
            "referrer-policy",
            "x-content-type-options",
            "cache-control",
            "permissions-policy",
        )
    } == {
        "content-security-policy": policy,
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "permissions-policy": permissions,
    }
