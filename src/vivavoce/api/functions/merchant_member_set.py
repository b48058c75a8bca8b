"""POST merchant-member-set, ours beyond the contract: somebody on the team has another role, or works there no more."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.desk import parse_member
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role
from vivavoce.merchants.people.members import change_role, end_member
from vivavoce.merchants.tokens import Role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where nobody of this id works there, 409 for the only owner."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_member(await read_body(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    member_id, actor = to_reference(sent.member_id), f"user {caller.user_id}"
    try:
        async with parts.database.tenant(merchant_id) as connection:
            if sent.is_removed or sent.type is None:
                await end_member(connection, merchant_id, member_id, actor=actor, now=now())
            else:
                await change_role(connection, merchant_id, member_id, Role(sent.type), actor=actor)
    except NotFound:
        raise NotFound(NOTHING) from None
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
