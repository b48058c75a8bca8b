"""merchant-status: a merchant's figures."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.platform import to_wire_status
from vivavoce.api.asked import asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.figures import count_figures
from vivavoce.attempts.ledger import count_owing
from vivavoce.clock import now
from vivavoce.interviews.listing import count_live
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.merchants.credits import read_account


async def answer(parts: ApiParts, request: Request) -> Response:
    """The figures of the token's environment, trials aside."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    wanted = asked_text(asked, "merchant_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=wanted)
    async with parts.database.tenant(merchant_id) as connection:
        live = await count_live(connection, environment=caller.environment)
        figures = await count_figures(connection, environment=caller.environment, now=now())
        account = await read_account(connection, merchant_id, now=now())
        owing = await count_owing(connection, environment=caller.environment)
    status = to_wire_status(caller, merchant_id, live=live, figures=figures, account=account, owing=owing)
    return JSONResponse(status)
