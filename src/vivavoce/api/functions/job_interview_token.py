"""POST job-interview-token: a signed link for somebody who is known already."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.door import read_body
from vivavoce.api.models.token import MakeLink, parse
from vivavoce.api.models.words import UNKNOWN_CANDIDATE, UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_open_portal
from vivavoce.candidates.invite import has_candidate, invite_known
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import find_interview
from vivavoce.interviews.voice import want_voice
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role

NO_SUCH_PAGE = (
    "Only candidates have a page of results yet: read results by job-interview-details and merchant-result-list. Links"
    " are made for the type interview-for-profile."
)


async def answer(parts: ApiParts, request: Request) -> Response:
    """The link as a JSON string. Making one invites the person to that interview."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    if sent.type != "interview-for-profile":
        raise Invalid(NO_SUCH_PAGE, name="type")
    seat = Seat(
        merchant_id=merchant_id,
        interview_id=to_reference(sent.interview_id or ""),
        candidate_id=to_reference(sent.interview_profile_id or ""),
        is_test=False,
    )
    async with parts.database.tenant(merchant_id) as connection:
        if not await has_candidate(connection, seat.candidate_id, environment=caller.environment):
            raise Invalid(UNKNOWN_CANDIDATE, name="interview_profile_id")
        stored = await find_interview(connection, seat.interview_id, environment=caller.environment)
        if stored is None:
            raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
        if stored.draft.status is Status.DRAFT:
            raise Invalid("This interview is a draft: set it active first.", name="interview_id")
        await require_open_portal(connection, merchant_id, stored.draft.kind)
        token = await invite_known(
            connection, parts.keys, seat, environment=caller.environment, actor=f"user {caller.user_id}", now=now()
        )
        if parts.speaks:
            await want_voice(connection, stored)
    return JSONResponse(_link(parts, seat, token, sent))


def _link(parts: ApiParts, seat: Seat, token: str, sent: MakeLink) -> str:
    link = f"{parts.public_url}/interview/take/{seat.interview_id}/?interview_token={token}"
    return f"{link}&view_hm=true" if sent.hide_menu else link
