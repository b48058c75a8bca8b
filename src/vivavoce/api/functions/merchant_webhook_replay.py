"""POST merchant-webhook-replay, ours beyond the contract: what an endpoint missed is sent again."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.webhooks import Replayed
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.webhook import ReplayWebhook, parse_webhook
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.events.deliveries import DeliveryState, replay
from vivavoce.events.endpoints import EndpointOff, find_endpoint
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such endpoint, or no such delivery; 409 while the endpoint is off."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_webhook(ReplayWebhook, await read_body(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        endpoint = await find_endpoint(
            connection, to_reference(sent.webhook_id), environment=caller.environment, sealer=parts.keys.sealer
        )
        if endpoint is None:
            raise NotFound(NOTHING)
        if endpoint.off_reason is not None:
            raise EndpointOff
        count = await replay(
            connection,
            merchant_id=merchant_id,
            endpoint_id=endpoint.id,
            delivery_id=None if sent.delivery_id is None else to_reference(sent.delivery_id),
            state=None if sent.state is None else DeliveryState(sent.state),
            since=_to_moment(sent.since),
            until=_to_moment(sent.until),
            now=now(),
        )
        if sent.delivery_id is not None and not count:
            raise NotFound(NOTHING)
    body: Replayed = {"success": True, "count": count}
    return JSONResponse(body)


def _to_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
