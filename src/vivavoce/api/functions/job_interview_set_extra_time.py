"""POST job-interview-set-extra-time, ours beyond the contract: one person has more time at one interview."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import ExtraTime
from vivavoce.api.body import read_body
from vivavoce.api.models.extra_time import parse
from vivavoce.api.models.words import UNKNOWN_CANDIDATE, UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.extra_time import set_extra_time
from vivavoce.candidates.invite import has_candidate
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for a person or an interview that does not exist; 409 where an attempt under way would lose time."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    candidate_id, interview_id = to_reference(sent.profile_interview_id), to_reference(sent.interview_id)
    async with parts.database.tenant(merchant_id) as connection:
        if not await has_candidate(connection, candidate_id, environment=caller.environment):
            raise Invalid(UNKNOWN_CANDIDATE, name="profile_interview_id")
        if await find_interview(connection, interview_id, environment=caller.environment) is None:
            raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
        await set_extra_time(
            connection,
            merchant_id=merchant_id,
            environment=caller.environment,
            interview_id=interview_id,
            candidate_id=candidate_id,
            minutes=sent.minutes,
            actor=f"user {caller.user_id}",
            now=now(),
        )
    body: ExtraTime = {"success": True, "minutes": sent.minutes}
    return JSONResponse(body)
