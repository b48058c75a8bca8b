"""merchant-mail-list, ours beyond the contract: how it stands with mails to candidates."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.mails import Mails, to_wire_mail
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.mails import MailList
from vivavoce.api.models.words import UNKNOWN_CANDIDATE, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.invite import has_candidate
from vivavoce.candidates.post import list_mails
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """A page by key, the newest first."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(MailList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    candidate_id = None if asked.profile_interview_id is None else to_reference(asked.profile_interview_id)
    async with parts.database.tenant(merchant_id) as connection:
        if candidate_id is not None and not await has_candidate(
            connection, candidate_id, environment=caller.environment
        ):
            raise Invalid(UNKNOWN_CANDIDATE, name="profile_interview_id")
        mails = await list_mails(
            connection,
            environment=caller.environment,
            candidate_id=candidate_id,
            after=None if asked.after is None else to_reference(asked.after),
            limit=asked.limit,
            now=now(),
        )
    body: Mails = {
        "data": [to_wire_mail(mail) for mail in mails],
        "next_after": str(mails[-1].id) if len(mails) == asked.limit else None,
    }
    return JSONResponse(body)
