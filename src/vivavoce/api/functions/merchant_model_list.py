"""GET merchant-model-list, ours beyond the contract: which language models are asked for a merchant; never a key."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.language_models import to_wire_models
from vivavoce.api.asked import asked_text, read_asked
from vivavoce.api.functions.merchant_model_set import KEEPERS
from vivavoce.api.parts import ApiParts
from vivavoce.merchants.access import acting_merchant, require_role
from vivavoce.merchants.models import find_choice


async def answer(parts: ApiParts, request: Request) -> Response:
    """The merchant's own choice, its parent's, or that the server's is asked."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    require_role(caller, KEEPERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    kept = await find_choice(parts.database, parts.keys.sealer, merchant_id)
    return JSONResponse(to_wire_models(kept, merchant_id))
