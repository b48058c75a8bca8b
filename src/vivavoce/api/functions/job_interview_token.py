"""POST job-interview-token: a signed link for somebody who is known already, or a page at the merchant."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.body import read_body
from vivavoce.api.models.token import MakeLink, parse
from vivavoce.api.models.words import UNKNOWN_ATTEMPT, UNKNOWN_CANDIDATE, UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_open_portal
from vivavoce.attempts.read import find_attempt
from vivavoce.candidates.invite import has_candidate, invite_known
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import find_interview
from vivavoce.interviews.voice import want_voice
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.merchants.register import read_merchant
from vivavoce.merchants.tokens import Caller

# What the other types lead to: pages at the merchant, which whoever opens them signs in to.
AT_MERCHANT = {
    "results-for-profile": "/console/at/{slug}/candidates/{candidate}/",
    "interview-results-for-position": "/console/at/{slug}/results/?tab=all&interview={interview}",
    "interview-result-talent-seeker": "/console/at/{slug}/results/{attempt}/",
    "interview-result-candidate": "/interview/at/{slug}/mine/{attempt}/",
}


async def answer(parts: ApiParts, request: Request) -> Response:
    """The link as a JSON string. Making one invites the person to that interview."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    if sent.type != "interview-for-profile":
        return JSONResponse(await _find_page(parts, caller, merchant_id, sent))
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


async def _find_page(parts: ApiParts, caller: Caller, merchant_id: UUID, sent: MakeLink) -> str:
    """The address of the page; raises Invalid where what it is about is not there."""
    ids: dict[str, object] = {}
    async with parts.database.tenant(merchant_id) as connection:
        merchant = await read_merchant(connection, merchant_id)
        if sent.type == "results-for-profile":
            candidate_id = to_reference(sent.interview_profile_id or "")
            ids["candidate"] = candidate_id
            if not await has_candidate(connection, candidate_id, environment=caller.environment):
                raise Invalid(UNKNOWN_CANDIDATE, name="interview_profile_id")
        elif sent.type == "interview-results-for-position":
            interview_id = to_reference(sent.interview_id or "")
            ids["interview"] = interview_id
            if await find_interview(connection, interview_id, environment=caller.environment) is None:
                raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
        else:
            attempt_id = to_reference(sent.interview_result_id or "")
            attempt = await find_attempt(connection, attempt_id, environment=caller.environment)
            ids["attempt"] = attempt_id
            if attempt is None:
                raise Invalid(UNKNOWN_ATTEMPT, name="interview_result_id")
            ids["candidate"] = attempt.candidate_id
    return parts.public_url + AT_MERCHANT[sent.type].format(slug=merchant.slug, **ids)


def _link(parts: ApiParts, seat: Seat, token: str, sent: MakeLink) -> str:
    link = f"{parts.public_url}/interview/take/{seat.interview_id}/?interview_token={token}"
    return f"{link}&view_hm=true" if sent.hide_menu else link
