"""merchant-analytics-credits-used: the ledger of what attempts have cost, newest first."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.credits import CreditsUsed, to_wire_entry
from vivavoce.api.answers.lists import to_wire_pagination
from vivavoce.api.asked import asked_interview, read_asked, understand
from vivavoce.api.models.lists import CreditList, to_window
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.ledger import candidates_of, list_entries
from vivavoce.candidates.contact import read_names
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those of the token's environment; trials and practice cost nothing and are not there."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(CreditList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = to_window(asked)
    async with parts.database.tenant(merchant_id) as connection:
        interview_id = await asked_interview(connection, asked.interview_id, environment=caller.environment)
        page = await list_entries(connection, environment=caller.environment, interview_id=interview_id, window=window)
        names = await read_names(connection, candidates_of(page.rows))
    body: CreditsUsed = {
        "data": [to_wire_entry(entry, name=names.get(entry.candidate_id)) for entry in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)
