"""job-interview-result-history, ours beyond the contract: all that happened to a result."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import ResultHistory, to_wire_history
from vivavoce.api.asked import asked_id, asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.decisions import require_here
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.history import read_history


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    attempt_id = asked_id(asked, "interview_result_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
        body: ResultHistory = to_wire_history(await read_history(connection, attempt_id))
    return JSONResponse(body)
