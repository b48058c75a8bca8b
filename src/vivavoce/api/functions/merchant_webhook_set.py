"""POST merchant-webhook-set, ours beyond the contract: where a merchant hears of results, made or changed."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.webhook import KINDS_OF_WORDS
from vivavoce.api.answers.webhooks import WebhookSet
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.webhook import SetWebhook, parse_webhook
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.webhooks import HEARS
from vivavoce.clock import now
from vivavoce.errors import Invalid, NotFound
from vivavoce.events.endpoints import (
    OLD_SECRET,
    EndpointChange,
    add_endpoint,
    change_endpoint,
    check_url,
    find_endpoint,
)
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role
from vivavoce.providers.networks import NotReachable, check_named


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such endpoint; 422 for an address that may not be named; 409 where there are too many."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_webhook(SetWebhook, await read_body(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    change = _to_change(sent)
    if change.url is not None:
        await _require_reachable(parts, check_url(change.url))  # before the transaction: it asks the network
    actor = f"user {caller.user_id}"
    async with parts.database.tenant(merchant_id) as connection:
        if sent.webhook_id is None:
            endpoint_id, secret = await add_endpoint(
                connection,
                change,
                merchant_id=merchant_id,
                environment=caller.environment,
                sealer=parts.keys.sealer,
                hears=HEARS,
                actor=actor,
                now=now(),
            )
            return JSONResponse(_word(str(endpoint_id), secret))
        endpoint = await find_endpoint(
            connection,
            to_reference(sent.webhook_id),
            environment=caller.environment,
            sealer=parts.keys.sealer,
            locked=True,
        )
        if endpoint is None:
            raise NotFound(NOTHING)
        new_secret = await change_endpoint(
            connection, endpoint, change, sealer=parts.keys.sealer, actor=actor, now=now()
        )
    return JSONResponse(_word(str(endpoint.id), new_secret))


def _to_change(sent: SetWebhook) -> EndpointChange:
    return EndpointChange(
        url=sent.url,
        kinds=None if sent.events is None else sorted({KINDS_OF_WORDS[word] for word in sent.events}),
        headers=sent.headers,
        notice_email=sent.notice_email,
        is_on=sent.is_on,
        has_new_secret=sent.new_secret is True,
        old_secret_for=OLD_SECRET if sent.old_secret_hours is None else timedelta(hours=sent.old_secret_hours),
    )


async def _require_reachable(parts: ApiParts, url: str) -> None:
    try:
        await check_named(url, allowed=parts.networks)
    except NotReachable as error:
        raise Invalid(error.message, name="url") from None


def _word(webhook_id: str, secret: str | None) -> WebhookSet:
    body: WebhookSet = {"success": True, "webhook_id": webhook_id}
    if secret is not None:
        body["secret"] = secret
    return body
