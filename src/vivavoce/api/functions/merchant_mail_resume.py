"""POST merchant-mail-resume, ours beyond the contract: an address from which mails came back is written to again."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.mails import ResumeMails, parse_mail
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.invite import has_candidate
from vivavoce.candidates.post import Silence, lift_silence
from vivavoce.errors import NotFound
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such person. Whoever turned mails off does not get them by this: that is theirs to say."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_mail(ResumeMails, await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    candidate_id = to_reference(sent.profile_interview_id)
    async with parts.database.tenant(merchant_id) as connection:
        if not await has_candidate(connection, candidate_id, environment=caller.environment):
            raise NotFound(NOTHING)
        email = await connection.fetchval("select email from candidates where id = $1", candidate_id)
        if email is not None:
            await lift_silence(connection, email, Silence.BOUNCED, merchant_id=merchant_id)
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
