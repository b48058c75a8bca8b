"""POST job-interview-result-comment, ours beyond the contract: what people write to each other about a result."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import CommentMade
from vivavoce.api.body import read_body
from vivavoce.api.models.deciding import WriteComment, parse
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.comments import add_comment
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import require_here
from vivavoce.clock import now
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such result."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(WriteComment, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    decider = name_decider(caller.user_id, sent.person)
    attempt_id = to_reference(sent.interview_result_id)
    async with parts.database.tenant(merchant_id) as connection:
        await require_here(connection, attempt_id, environment=caller.environment)
        comment_id = await add_comment(
            connection,
            attempt_id,
            sent.text,
            decider,
            merchant_id=merchant_id,
            mentions=sent.mentions,
            now=now(),
        )
    body: CommentMade = {"comment_id": str(comment_id)}
    return JSONResponse(body)
