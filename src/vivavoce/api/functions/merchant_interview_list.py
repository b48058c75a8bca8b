"""merchant-interview-list: a merchant's interviews, changed last first."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.lists import Interviews, to_wire_interview, to_wire_pagination
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.lists import InterviewList, to_window
from vivavoce.api.models.words import KINDS, STATUSES
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.figures import Goes, count_goes
from vivavoce.db.pages import Page
from vivavoce.interviews.listing import ListedInterview, list_interviews
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those of the token's environment. Deleted ones are there for who asks for that status."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(InterviewList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = to_window(asked)
    page: Page[ListedInterview] = Page(rows=(), total=0)
    goes: dict[Any, Goes] = {}
    if asked.type in KINDS and asked.filter_emoji is None:
        async with parts.database.tenant(merchant_id) as connection:
            page = await list_interviews(
                connection,
                environment=caller.environment,
                kind=KINDS[asked.type],
                status=None if asked.status is None else STATUSES[asked.status],
                name_part=asked.filter_text,
                window=window,
            )
            goes = await count_goes(connection, [row.id for row in page.rows])
    body: Interviews = {
        "data": [to_wire_interview(row, goes.get(row.id)) for row in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)
