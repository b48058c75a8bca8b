"""POST job-interview-translate, ours beyond the contract: an interview in another language, as a draft of its own."""

from uuid import UUID

import asyncpg
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from vivavoce.api.answers.changes import to_wire_translated
from vivavoce.api.body import read_body
from vivavoce.api.functions.job_interview_create_from_array import WARNING
from vivavoce.api.models.translate import parse
from vivavoce.api.models.words import UNKNOWN_INTERVIEW, find_language_warnings, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.replay import HEADER, Replay, digest, find_reply, keep_reply, read_key
from vivavoce.attempts.assessing import is_read_for
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, ProviderError, Unavailable
from vivavoce.interviews.create import NewInterview, create_interview_in
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.providers.language_models.port import BudgetSpent, ModelPurpose
from vivavoce.writing.translation import SAME, translate_interview

ROUTE = "job-interview-translate"
NO_MODEL = (
    "There is no language model here that translates interviews. Send the questions in the other language by"
    " job-interview-create-from-array, or let whoever runs this server set a model (for `write`)."
)
NOT_TRANSLATED = "It could not be translated: no language model gave a translation that can be used. Please try again."
GONE = "What the interview names was removed while it was translated. Please try again."


async def answer(parts: ApiParts, request: Request) -> Response:
    """Order of checks: token, size, JSON, shape, permission, look-up, a model. It is stored whole or not at all."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    body = await read_body(request)
    sent = parse(body)
    key = read_key(request.headers.get(HEADER))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    replay = None
    if key is not None:
        replay = Replay(
            merchant_id=merchant_id, route=ROUTE, key=key, body_digest=digest(body, environment=caller.environment)
        )
    async with parts.database.tenant(merchant_id) as connection:
        content = None if replay is None else await find_reply(connection, replay, sealer=parts.keys.sealer)
        stored = await find_interview(connection, to_reference(sent.interview_id), environment=caller.environment)
    if stored is None:
        raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
    if stored.draft.language == sent.mojito_language_code:
        raise Invalid(SAME, name="mojito_language_code")
    if content is None:
        order = NewInterview(
            draft=await _translate(parts, stored.draft, sent.mojito_language_code, merchant_id=merchant_id),
            merchant_id=merchant_id,
            environment=caller.environment,
            actor=f"user {caller.user_id}",
        )
        content = await _keep(parts, order, replay)
    response = Response(content, media_type="application/json")
    language = sent.mojito_language_code
    is_read = await is_read_for(parts.models, merchant_id, [language])
    for warning in find_language_warnings([language], is_read=is_read):
        response.headers.append(WARNING, warning)
    return response


async def _translate(parts: ApiParts, draft: Draft, language: str, *, merchant_id: UUID) -> Draft:
    models: LanguageModels | None = parts.models
    asked = None if models is None else await models.of(merchant_id)
    if asked is None or not asked.is_fit(ModelPurpose.WRITE):
        raise Invalid(NO_MODEL)
    try:
        return await translate_interview(asked, draft, language, new_id=new_id)
    except BudgetSpent as error:
        raise Unavailable(error.message) from None
    except (ProviderError, TimeoutError):
        # What failed is in the log, and on record; the caller can do nothing about it.
        raise Unavailable(NOT_TRANSLATED) from None


async def _keep(parts: ApiParts, order: NewInterview, replay: Replay | None) -> bytes:
    try:
        async with parts.database.tenant(order.merchant_id) as connection:
            # The same key may have been answered while a model wrote.
            known = None if replay is None else await find_reply(connection, replay, sealer=parts.keys.sealer)
            if known is not None:
                return known
            created = await create_interview_in(connection, order, sealer=parts.keys.sealer)
            content: bytes = to_json(to_wire_translated(created, order.draft))
            if replay is not None:
                await keep_reply(connection, replay, content, sealer=parts.keys.sealer)
            return content
    except asyncpg.ForeignKeyViolationError as error:
        raise Conflict(GONE, name="interview_id") from error
