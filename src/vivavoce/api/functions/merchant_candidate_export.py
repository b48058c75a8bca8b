"""POST merchant-candidate-export, ours beyond the contract: an address of all that is kept of one person."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import to_wire_export
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.candidate_erase import parse_export
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.reports.archive_links import ADDRESS_LIFE, ArchiveAddress, sign_archive

KNOWN = """
select exists (
    select from candidates where id = $1 and erasing_at is null and (
        exists (select from invitations where candidate_id = $1 and environment = $2)
        or exists (select from attempts where candidate_id = $1 and environment = $2)
    )
)
"""


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such person, or no longer. Nothing is made before the address is opened."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_export(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    candidate_id = to_reference(sent.profile_interview_id)
    async with parts.database.tenant(merchant_id) as connection:
        if not await connection.fetchval(KNOWN, candidate_id, caller.environment):
            raise NotFound(NOTHING)
    moment = now()
    address = ArchiveAddress(
        merchant_id=merchant_id,
        candidate_id=candidate_id,
        environment=caller.environment,
        viewer_merchant_id=caller.merchant_id,
        user_id=caller.user_id,
        token_id=caller.token_id,
    )
    url = f"{parts.public_url}/interview/archives/{sign_archive(parts.keys, address, now=moment)}/"
    return JSONResponse(to_wire_export(candidate_id, url=url, until=moment + ADDRESS_LIFE))
