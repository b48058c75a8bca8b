"""Another arrangement: whoever does not want to be interviewed by a program asks for a person."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.assessing import is_any_assessed
from vivavoce.attempts.begin import find_standing
from vivavoce.attempts.consent import required_of
from vivavoce.attempts.introduction import Wanted
from vivavoce.attempts.requests import LONGEST_REQUEST, ask_for_person
from vivavoce.candidates.entrance import Entrance
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Draft
from vivavoce.web.candidate.entry import Guest, admit
from vivavoce.web.candidate.poster import codes_of, tag_of
from vivavoce.web.candidate.session import refuse_foreign_origin
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts


async def show(parts: WebParts, request: Request, interview_id: str) -> Response:
    """GET: what comes of it, and a place to say more. Asks for nothing yet."""
    came = await admit(parts, request, interview_id, token=request.query_params.get("interview_token"))
    if isinstance(came, Entrance):
        return RedirectResponse("./", status_code=303)
    return await _draw(parts, came)


async def ask(parts: WebParts, request: Request, interview_id: str) -> Response:
    """POST: opens the task, and logs what was not agreed to."""
    refuse_foreign_origin(request)
    form = await read_form(request)
    came = await admit(parts, request, interview_id, token=form.get("interview_token"))
    if isinstance(came, Entrance):
        return RedirectResponse("./", status_code=303)
    text = form.get("text", "")
    draft: Draft = (await find_standing(parts.database, came.seat)).interview.draft
    is_assessed = await is_any_assessed(parts.models, came.seat.merchant_id, draft, codes_of(draft))
    declined = sorted(required_of(Wanted.HIDDEN, is_assessed=is_assessed))
    try:
        await ask_for_person(parts.database, came.seat, declined=declined, text=text, now=now())
    except Invalid as error:
        return await _draw(parts, came, status=422, fault=error.message, typed=text[:LONGEST_REQUEST])
    return await _draw(parts, came, is_asked=True)


async def _draw(
    parts: WebParts,
    guest: Guest,
    *,
    status: int = 200,
    is_asked: bool = False,
    fault: str | None = None,
    typed: str = "",
) -> Response:
    standing = await find_standing(parts.database, guest.seat)
    draft: Draft = standing.interview.draft
    place = f"/interview/take/{guest.seat.interview_id}/"
    return parts.pages.draw(
        "person.html",
        status=status,
        in_language=draft.language,
        name=draft.name,
        language=tag_of(draft.language),
        merchant=standing.merchant.shown_name,
        place=place,
        page_url=f"{place}person?interview_token={guest.token}" if guest.token else f"{place}person",
        back_url=f"{place}?interview_token={guest.token}" if guest.token else place,
        token=guest.token,
        is_asked=is_asked,
        fault=fault,
        typed=typed,
    )
