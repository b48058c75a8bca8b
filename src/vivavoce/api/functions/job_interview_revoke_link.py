"""POST job-interview-revoke-link, ours beyond the contract: a person's links and sessions open no more."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import Revoked
from vivavoce.api.body import read_body
from vivavoce.api.models.revoke_link import parse
from vivavoce.api.models.words import UNKNOWN_CANDIDATE, UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.invite import has_candidate
from vivavoce.candidates.revoke import Whom, revoke_links
from vivavoce.db.database import Connection
from vivavoce.errors import Invalid
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """At how many interviews there was something to revoke; 422 for a person or an interview that does not exist."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    candidate_id = to_reference(sent.profile_interview_id)
    async with parts.database.tenant(merchant_id) as connection:
        if not await has_candidate(connection, candidate_id, environment=caller.environment):
            raise Invalid(UNKNOWN_CANDIDATE, name="profile_interview_id")
        whom = Whom(
            merchant_id=merchant_id,
            environment=caller.environment,
            candidate_id=candidate_id,
            interview_id=await _find(connection, sent.interview_id, environment=caller.environment),
        )
        revoked = await revoke_links(connection, whom, actor=f"user {caller.user_id}")
    body: Revoked = {"success": True, "revoked": revoked}
    return JSONResponse(body)


async def _find(connection: Connection, interview_id: str | None, *, environment: str) -> UUID | None:
    if not interview_id:
        return None
    reference = to_reference(interview_id)
    if await find_interview(connection, reference, environment=environment) is None:
        raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
    return reference
