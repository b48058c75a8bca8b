"""POST merchant-task-set-state, ours beyond the contract: a task is done, is refused, or waits again."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.task import parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.tasks import DoneByErasing, TaskState, move_task
from vivavoce.clock import now
from vivavoce.errors import Conflict, NotFound
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role

ERASE = (
    "This task is done by erasing the person, and by nothing else: call merchant-candidate-erase with its"
    " profile_interview_id. To refuse it, send the state `refused` with a `reason`, which the person reads."
)


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such task, 409 where erasing alone closes it; done twice is done once."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    try:
        async with parts.database.tenant(merchant_id) as connection:
            is_there = await move_task(
                connection,
                to_reference(sent.task_id),
                TaskState(sent.state),
                merchant_id=merchant_id,
                environment=caller.environment,
                actor=f"user {caller.user_id}",
                now=now(),
                reason=sent.reason or "",
                reply=sent.reply or "",
            )
    except DoneByErasing:
        raise Conflict(ERASE) from None
    if not is_there:
        raise NotFound(NOTHING)
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
