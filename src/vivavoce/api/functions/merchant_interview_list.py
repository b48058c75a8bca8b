"""merchant-interview-list: a merchant's interviews, changed last first."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.lists import InterviewList, to_window, to_wire_page
from vivavoce.api.models.words import KINDS, STATUSES, TEMPLATE_TYPES, VISIBILITY_WORDS
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
    return JSONResponse(to_wire_page([to_wire(row, goes.get(row.id)) for row in page.rows], page, window))


def to_wire(row: ListedInterview, goes: Goes | None) -> dict[str, Any]:
    """An interview in the list."""
    return {
        "id": str(row.id),
        "merchant_id": str(row.merchant_id),
        "name": row.name,
        "emoji": None,
        "type": row.kind.value,
        "type_avatar": TEMPLATE_TYPES[row.modality],
        "status": row.status.value,
        "visibility": VISIBILITY_WORDS[row.visibility],
        "mojito_language_code": row.language,
        "speech_language_code": row.speech_locale,
        "environment": row.environment,
        "is_ats": False,
        "is_multi_stage": False,
        "recording": row.settings.answer_recording,
        "recording_full_session": row.settings.session_recording,
        "billing_single_position": None,
        "billing_single_position_end_at": None,
        "cover_image_url": row.settings.cover_image_url,
        "interview_count": 0 if goes is None else goes.count,
        "interview_last": None if goes is None else goes.last.isoformat(),
        "calc_duration": None,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
