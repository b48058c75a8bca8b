"""merchant-member-list, ours beyond the contract: who works at a merchant, in which role."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.desk import Members, to_wire_member
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.desk import MemberList
from vivavoce.api.parts import ApiParts
from vivavoce.merchants.access import OWNERS, acting_merchant, require_role
from vivavoce.merchants.people.members import list_members


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those who work there, and those who did."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(MemberList, await read_asked(request))
    require_role(caller, OWNERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        rows = await list_members(connection)
    body: Members = {"data": [to_wire_member(row) for row in rows]}
    return JSONResponse(body)
