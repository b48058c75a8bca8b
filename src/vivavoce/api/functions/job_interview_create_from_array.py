"""POST job-interview-create-from-array: the caller's questions become an interview."""

import asyncpg
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from vivavoce.api.answers.changes import to_wire_created
from vivavoce.api.body import read_body
from vivavoce.api.models.create_from_array import CreateFromArray, find_sent_place, parse, to_draft
from vivavoce.api.models.words import UNKNOWN_STORE, UNKNOWN_TEMPLATE, find_language_warnings, find_warnings
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_portal
from vivavoce.api.replay import HEADER, Replay, digest, find_reply, keep_reply, read_key
from vivavoce.api.writing import writes_for
from vivavoce.attempts.assessing import is_read_for
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotAuthenticated, Refused
from vivavoce.interviews.create import (
    Created,
    NewInterview,
    Reference,
    UnknownReference,
    create_interview,
    create_interview_in,
    find_unknown,
)
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.merchants.tokens import Caller
from vivavoce.writing.expectations import wants_expectations

ROUTE = "job-interview-create-from-array"
WARNING = "X-Vivavoce-Warning"


async def answer(parts: ApiParts, request: Request) -> Response:
    """Order of checks: token, size, JSON, shape, permission, look-ups."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    return await create(parts, caller, await read_body(request), key=request.headers.get(HEADER))


async def create(parts: ApiParts, caller: Caller, body: bytes, *, key: str | None = None) -> Response:
    """The same for a caller who is known already. key: as the header tells it."""
    sent = parse(body)
    draft = to_draft(sent, new_id=new_id)
    key = read_key(key)
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    await require_portal(parts.database, merchant_id, draft.kind)
    order = NewInterview(
        draft=draft,
        merchant_id=merchant_id,
        environment=caller.environment,
        actor=f"user {caller.user_id}",
    )
    languages = (draft.language, *(step.question.language or draft.language for step in draft.steps))
    is_read = await is_read_for(parts.models, merchant_id, languages)
    try:
        writes = wants_expectations(draft) and await writes_for(parts.models, merchant_id)
        if key is None and not writes:
            content = _to_wire(await create_interview(parts.database, order, sealer=parts.keys.sealer))
        else:
            replay = None
            if key is not None:
                body_digest = digest(body, environment=caller.environment)
                replay = Replay(merchant_id=merchant_id, route=ROUTE, key=key, body_digest=body_digest)
            content = await _once(parts, order, replay, writes=writes)
    except UnknownReference as error:
        raise _in_their_words(error, sent, order) from None
    response = Response(content, media_type="application/json")
    for warning in (*find_warnings(draft.settings), *find_language_warnings(languages, is_read=is_read)):
        response.headers.append(WARNING, warning)
    return response


async def _once(parts: ApiParts, order: NewInterview, replay: Replay | None, *, writes: bool) -> bytes:
    """What the key was answered before; else the interview is made, and the answer kept with it.

    writes: whether a language model is to write the expectations that it came without: a worker's work.
    """
    try:
        async with parts.database.tenant(order.merchant_id) as connection:
            known = None if replay is None else await find_reply(connection, replay, sealer=parts.keys.sealer)
            if known is not None:
                return known
            created = await create_interview_in(connection, order, sealer=parts.keys.sealer)
            if writes:
                await leave(
                    connection,
                    Note.WRITE_EXPECTATIONS,
                    merchant_id=order.merchant_id,
                    subject_id=created.interview_id,
                )
            content = _to_wire(created)
            if replay is not None:
                await keep_reply(connection, replay, content, sealer=parts.keys.sealer)
            return content
    except asyncpg.ForeignKeyViolationError as error:
        raise await find_unknown(parts.database, order) from error


def _to_wire(created: Created) -> bytes:
    return to_json(to_wire_created(created))


def _in_their_words(error: UnknownReference, sent: CreateFromArray, order: NewInterview) -> Refused:
    match error.reference:
        case Reference.MERCHANT:
            return NotAuthenticated("The token's merchant does not exist here.")
        case Reference.TEMPLATE:
            return Invalid(UNKNOWN_TEMPLATE, name="interview_template_id")
        case Reference.STEP_STORE:
            place = find_sent_place(sent, order.draft, step=error.index or 0)
            return Invalid(UNKNOWN_STORE, name=f"questions[{place}].knowledge_base_id")
        case Reference.STORE:
            return Invalid(UNKNOWN_STORE, name="knowledge_base_store_id")
