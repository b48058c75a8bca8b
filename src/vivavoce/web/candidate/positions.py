"""The merchant's public list: what anybody may take now."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.attempts.yields import YIELDS
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.db.ids import to_id
from vivavoce.interviews.listing import Open, list_open
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.text.languages import BY_CODE
from vivavoce.web.candidate.poster import find_length, tag_of
from vivavoce.web.candidate.session import identity_of
from vivavoce.web.candidate.sign_in import merchant_at
from vivavoce.web.parts import WebParts

ON_A_PAGE = 50


async def show(parts: WebParts, request: Request, slug: str) -> Response:
    """GET. before: the id of the last one on the page before."""
    merchant = await merchant_at(parts, slug)
    kinds = [kind for kind, yields in YIELDS.items() if yields.portal in merchant.portals]
    async with parts.database.tenant(merchant.id) as connection:
        page = await list_open(
            connection,
            environment=DEFAULT_ENVIRONMENT,
            kinds=kinds,
            now=now(),
            before=to_id(request.query_params.get("before", "")),
            limit=ON_A_PAGE,
        )
        seen = Counter(_tell_sight(interview) for interview in page.rows)
        details = {
            interview.id: await _tell_details(connection, interview)
            for interview in page.rows
            if seen[_tell_sight(interview)] > 1
        }
    named = Counter(interview.name.casefold() for interview in page.rows)
    return parts.pages.draw(
        "positions.html",
        merchant=merchant.shown_name,
        positions=[
            {
                "url": f"/interview/take/{interview.id}/",
                "name": interview.name,
                "language": tag_of(interview.language),
                "facts": _tell_facts(interview),
                "apart": _tell_apart(interview) if named[interview.name.casefold()] > 1 else None,
                "details": details.get(interview.id),
            }
            for interview in page.rows
        ],
        count=page.total,
        more_url=f"?before={page.rows[-1].id}" if page.has_more else None,
        is_first="before" not in request.query_params,
        is_signed_in=identity_of(parts, request, merchant.id) is not None,
        can_sign_in=parts.sends_mail,
        own_url=f"/interview/at/{merchant.slug}/mine/",
    )


def _tell_facts(interview: Open) -> list[str]:
    told = (interview.location, interview.settings.department, interview.settings.salary)
    return [fact for fact in told if fact]


def _tell_sight(interview: Open) -> tuple[str, ...]:
    """All that the list says of an interview, where another one has its name."""
    apart = _tell_apart(interview)
    return (interview.name.casefold(), *_tell_facts(interview), apart["language"], f"{apart['made_at']:%x}")


async def _tell_details(connection: Connection, interview: Open) -> dict[str, Any] | None:
    """What else may tell it from another of the same name, place, language and day."""
    stored = await find_interview(connection, interview.id, environment=DEFAULT_ENVIRONMENT)
    if stored is None:
        return None
    draft = stored.draft
    return {
        "length": find_length(draft),
        "is_practice": not YIELDS[draft.kind].has_recommendation,
        "code": draft.code,
    }


def _tell_apart(interview: Open) -> dict[str, Any]:
    """What tells an interview from another of the same name: its language, and the day it was made."""
    made_at = datetime.fromtimestamp((interview.id.int >> 80) / 1000, UTC)  # the first 48 bits of a UUIDv7 are its time
    return {"language": BY_CODE[interview.language].name_local, "made_at": made_at}
