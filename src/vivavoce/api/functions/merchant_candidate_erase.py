"""POST merchant-candidate-erase, ours beyond the contract: all that is kept of one person is erased, now."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import to_wire_erased
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.candidate_erase import parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.erase import ContestOpen, ElsewhereToo, erase_person
from vivavoce.clock import now
from vivavoce.errors import Conflict, NotFound
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.reports.erasure_receipts import find_erasure_receipt, write_erasure_receipt

CONTESTED = (
    "This person has asked for another look at an attempt, and nobody has answered yet. Look at it, close that task by"
    " merchant-task-set-state (its kind is `contested`), and send this again."
)
ELSEWHERE = (
    "This person is known in another environment of yours too, and would be erased there as well. Run `vivavoce erase`"
    " on the server, which erases them in all of them."
)


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such person, 409 where something holds it back. Sent again, it says how far it is."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    try:
        done = await erase_person(
            parts.database,
            parts.files,
            merchant_id=merchant_id,
            candidate_id=to_reference(sent.profile_interview_id),
            environment=caller.environment,
            actor=f"user {caller.user_id}",
            now=now(),
            let_go=parts.let_go,
        )
    except ContestOpen:
        raise Conflict(CONTESTED) from None
    except ElsewhereToo:
        raise Conflict(ELSEWHERE) from None
    except NotFound:
        raise NotFound(NOTHING) from None
    receipts = {}
    if done.erased_at is not None:
        for candidate_id in (done.candidate_id, *done.merged):
            # A worker writes it too: whoever is stopped here still gets one.
            await write_erasure_receipt(
                parts.database, parts.keys.signer, merchant_id=merchant_id, candidate_id=candidate_id, now=now()
            )
            async with parts.database.tenant(merchant_id) as connection:
                receipts[candidate_id] = await find_erasure_receipt(connection, candidate_id)
    return JSONResponse(to_wire_erased(done, receipts))
