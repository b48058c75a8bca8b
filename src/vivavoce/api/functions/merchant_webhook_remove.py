"""POST merchant-webhook-remove, ours beyond the contract: nothing goes to an endpoint any more."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.webhook import RemoveWebhook, parse_webhook
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.errors import NotFound
from vivavoce.events.endpoints import find_endpoint, remove_endpoint
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such endpoint."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_webhook(RemoveWebhook, await read_body(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        endpoint = await find_endpoint(
            connection,
            to_reference(sent.webhook_id),
            environment=caller.environment,
            sealer=parts.keys.sealer,
            locked=True,
        )
        if endpoint is None:
            raise NotFound(NOTHING)
        await remove_endpoint(connection, endpoint, actor=f"user {caller.user_id}")
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
