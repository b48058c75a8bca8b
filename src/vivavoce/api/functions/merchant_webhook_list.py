"""merchant-webhook-list, ours beyond the contract: where a merchant hears of results."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.webhooks import Webhooks, to_wire_webhook
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.webhook import WebhookList
from vivavoce.api.parts import ApiParts
from vivavoce.events.endpoints import list_endpoints
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those of the token's environment, the oldest first."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(WebhookList, await read_asked(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        endpoints = await list_endpoints(connection, environment=caller.environment, sealer=parts.keys.sealer)
    body: Webhooks = {"data": [to_wire_webhook(endpoint) for endpoint in endpoints]}
    return JSONResponse(body)
