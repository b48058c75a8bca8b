"""merchant-webhook-delivery-list, ours beyond the contract: an endpoint's log."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.lists import to_wire_pagination
from vivavoce.api.answers.webhooks import WebhookDeliveries, to_wire_delivery
from vivavoce.api.asked import NOTHING, read_asked, understand
from vivavoce.api.models.webhook import WebhookDeliveryList
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.db.pages import RowRange
from vivavoce.errors import NotFound
from vivavoce.events.deliveries import DeliveryState, list_deliveries
from vivavoce.events.endpoints import find_endpoint
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """The newest first; 404 where there is no such endpoint."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(WebhookDeliveryList, await read_asked(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = RowRange(limit=asked.limit, offset=asked.offset)
    async with parts.database.tenant(merchant_id) as connection:
        endpoint = await find_endpoint(
            connection, to_reference(asked.webhook_id), environment=caller.environment, sealer=parts.keys.sealer
        )
        if endpoint is None:
            raise NotFound(NOTHING)
        state = None if asked.state is None else DeliveryState(asked.state)
        page = await list_deliveries(connection, endpoint.id, state=state, window=window)
    body: WebhookDeliveries = {
        "data": [to_wire_delivery(row) for row in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)
