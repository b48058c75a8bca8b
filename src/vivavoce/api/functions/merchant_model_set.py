"""POST merchant-model-set, ours beyond the contract: which language models are asked for a merchant."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.language_models import to_wire_models
from vivavoce.api.body import read_body
from vivavoce.api.models.language_models import parse, to_choice
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.merchants.access import acting_merchant, require_role
from vivavoce.merchants.models import find_choice, set_choice
from vivavoce.merchants.tokens import Role

KEEPERS = frozenset({Role.ADMIN, Role.OWNER})  # it is about keys, and money


async def answer(parts: ApiParts, request: Request) -> Response:
    """What is asked from now on: within five seconds on every server."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, KEEPERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    sealer = parts.keys.sealer
    kept = await find_choice(parts.database, sealer, merchant_id)
    # A parent's keys are not the merchant's to keep.
    stored = () if kept is None or kept.merchant_id != merchant_id else kept.choice.models
    await set_choice(
        parts.database,
        sealer,
        to_choice(sent, stored),
        merchant_id=merchant_id,
        networks=() if parts.models is None else parts.models.networks,
        actor=f"user {caller.user_id}",
        now=now(),
    )
    return JSONResponse(to_wire_models(await find_choice(parts.database, sealer, merchant_id), merchant_id))
