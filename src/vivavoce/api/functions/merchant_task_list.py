"""merchant-task-list, ours beyond the contract: what waits for a person, because a candidate asked for it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.lists import Tasks, to_wire_pagination, to_wire_task
from vivavoce.api.asked import asked_interview, read_asked, understand
from vivavoce.api.models.lists import TaskList, to_window
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.tasks import TaskState, list_tasks
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Those of the token's environment, newest first."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(TaskList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = to_window(asked)
    async with parts.database.tenant(merchant_id) as connection:
        interview_id = await asked_interview(connection, asked.interview_id, environment=caller.environment)
        page = await list_tasks(
            connection,
            environment=caller.environment,
            state=None if asked.state == "all" else TaskState(asked.state),
            interview_id=interview_id,
            window=window,
        )
    body: Tasks = {
        "data": [to_wire_task(row) for row in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)
