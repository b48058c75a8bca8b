"""POST merchant-webhook-test, ours beyond the contract: an endpoint is tried out with something that happened."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.webhook import EVENT_WORDS
from vivavoce.api.answers.webhooks import WebhookTested
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.webhook import TryWebhook, parse_webhook
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.webhooks import ReportSigner, make_test
from vivavoce.clock import now
from vivavoce.errors import Conflict, NotFound
from vivavoce.events.deliveries import add_test
from vivavoce.events.endpoints import EndpointOff, find_endpoint
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role


class NothingHappened(Conflict):
    """Nothing of this kind has happened in this environment yet. Take a trial interview first, then try again."""


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such endpoint; 409 while it is off, and where nothing has happened yet."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_webhook(TryWebhook, await read_body(request))
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
        signer = ReportSigner(keys=parts.keys, public_url=parts.public_url)
        message = await make_test(connection, signer, environment=caller.environment, event=sent.event)
        if message is None:
            raise NothingHappened
        delivery_id = await add_test(connection, message, endpoint_id=endpoint.id, now=now())
    body: WebhookTested = {"success": True, "delivery_id": str(delivery_id), "event": EVENT_WORDS[message.kind]}
    return JSONResponse(body)
