"""POST job-interview-result-request-another-attempt: a submitted attempt is sent back, so that it can be made anew."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import SentBack
from vivavoce.api.body import read_body
from vivavoce.api.models.another_attempt import parse
from vivavoce.api.models.words import UNKNOWN_ATTEMPT, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.another import AnotherTry, ask_again
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import NotDecidable
from vivavoce.attempts.move import NotHandedIn
from vivavoce.attempts.read import has_attempt
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role

WRONG_STATE = "Expected an attempt that is submitted, and the latest of its person: this one is not, or not any more."


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for an attempt that does not exist, and for one in any other state."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    attempt_id = to_reference(sent.interview_result_id)
    if bool(sent.person) != bool(sent.reason):
        missing = "reason" if sent.person else "person"
        raise Invalid("Expected `person` and `reason` together: who asks for it, and why.", name=missing)
    wish = AnotherTry(
        message=sent.message or "",
        is_mailed=sent.send_email,
        decider=name_decider(caller.user_id, sent.person) if sent.person else None,
        reason=sent.reason or "",
    )
    async with parts.database.tenant(merchant_id) as connection:
        if not await has_attempt(connection, attempt_id, environment=caller.environment):
            raise Invalid(UNKNOWN_ATTEMPT, name="interview_result_id")
        try:
            await ask_again(
                connection,
                attempt_id,
                wish,
                merchant_id=merchant_id,
                actor=f"user {caller.user_id}",
                link_base=parts.public_url,
                now=now(),
            )
        except (NotHandedIn, NotDecidable):
            raise Invalid(WRONG_STATE, name="interview_result_id") from None
    body: SentBack = {}
    return JSONResponse(body)
