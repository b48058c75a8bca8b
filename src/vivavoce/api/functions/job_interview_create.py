"""POST job-interview-create: a position becomes an interview, whose questions a language model writes."""

import asyncpg
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from vivavoce.api.answers.changes import to_wire_written
from vivavoce.api.body import read_body
from vivavoce.api.functions.job_interview_create_from_array import WARNING
from vivavoce.api.models.create import CreateInterview, parse, to_bare_draft, to_wanted, to_written_draft
from vivavoce.api.models.words import UNKNOWN_STORE, UNKNOWN_TEMPLATE, find_language_warnings, find_warnings
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_portal
from vivavoce.api.replay import HEADER, Replay, digest, find_reply, keep_reply, read_key
from vivavoce.attempts.assessing import is_read_for
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.errors import Invalid, NotAuthenticated, ProviderError, Refused, Unavailable
from vivavoce.interviews.create import (
    NewInterview,
    Reference,
    UnknownReference,
    create_interview_in,
    find_unknown,
    require_references,
)
from vivavoce.knowledge.search import FoundPassage, search
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.providers.language_models.port import BudgetSpent, ModelPurpose
from vivavoce.writing.interview import WrittenInterview, write_interview

ROUTE = "job-interview-create"
FROM_DOCUMENTS = "process-verification-from-knowledge-base"
MOST_PASSAGES = 40
NO_MODEL = (
    "There is no language model here that writes interviews. Send your own questions by"
    " job-interview-create-from-array, or let whoever runs this server set a model (for `write`)."
)
NO_DOCUMENTS = (
    "This kind of interview is written from documents: name a store in which at least one is ready, as"
    " knowledge-base-document-list tells."
)
NOT_WRITTEN = "The interview could not be written: no language model gave one that can be used. Please try again."


async def answer(parts: ApiParts, request: Request) -> Response:
    """Order of checks: token, size, JSON, shape, permission, look-ups, a model. It is stored whole or not at all."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    body = await read_body(request)
    sent = parse(body)
    bare = to_bare_draft(sent)
    key = read_key(request.headers.get(HEADER))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    await require_portal(parts.database, merchant_id, bare.kind)
    order = NewInterview(
        draft=bare, merchant_id=merchant_id, environment=caller.environment, actor=f"user {caller.user_id}"
    )
    replay = None
    if key is not None:
        replay = Replay(
            merchant_id=merchant_id, route=ROUTE, key=key, body_digest=digest(body, environment=caller.environment)
        )
    content = await _find_known(parts, order, replay)
    if content is None:
        written = await _write(parts, order, sent)
        content = await _keep(parts, order, sent, written, replay)
    is_read = await is_read_for(parts.models, merchant_id, [bare.language])
    response = Response(content, media_type="application/json")
    for warning in (*find_warnings(bare.settings), *find_language_warnings([bare.language], is_read=is_read)):
        response.headers.append(WARNING, warning)
    return response


async def _find_known(parts: ApiParts, order: NewInterview, replay: Replay | None) -> bytes | None:
    """What the key was answered before. What the interview names is looked up first of all: a model costs money."""
    async with parts.database.tenant(order.merchant_id) as connection:
        known = None if replay is None else await find_reply(connection, replay, sealer=parts.keys.sealer)
        if known is None:
            try:
                await require_references(connection, order)
            except UnknownReference as error:
                raise _in_their_words(error) from None
    return known


async def _write(parts: ApiParts, order: NewInterview, sent: CreateInterview) -> WrittenInterview:
    models: LanguageModels | None = parts.models
    asked = None if models is None else await models.of(order.merchant_id)
    if asked is None or not asked.is_fit(ModelPurpose.WRITE):
        raise Invalid(NO_MODEL)
    documents = await _read_documents(parts, order) if order.draft.settings.style == FROM_DOCUMENTS else ""
    try:
        return await write_interview(asked, to_wanted(sent, documents=documents))
    except BudgetSpent as error:
        raise Unavailable(error.message) from None
    except ProviderError:
        # What failed is in the log, and on record; the caller can do nothing about it.
        raise Unavailable(NOT_WRITTEN) from None


async def _read_documents(parts: ApiParts, order: NewInterview) -> str:
    """The passages of the named store that say most about the position, in the order of their documents.

    Raises Invalid where no store is named, or nothing in it was read.
    """
    draft = order.draft
    passages: list[FoundPassage] = []
    if draft.store_id is not None:
        asked = f"{draft.name}. {draft.description or ''}"
        passages = await search(
            parts.database,
            asked,
            draft.language,
            merchant_id=order.merchant_id,
            environment=order.environment,
            store_ids=[draft.store_id],
            limit=MOST_PASSAGES,
        )
    if not passages:
        raise Invalid(NO_DOCUMENTS, name="knowledge_base_store_id")
    in_order = sorted(passages, key=lambda passage: (passage.document_id, passage.place))
    return "\n\n".join(": ".join((*passage.headings[-2:], passage.text)) for passage in in_order)


async def _keep(
    parts: ApiParts, order: NewInterview, sent: CreateInterview, written: WrittenInterview, replay: Replay | None
) -> bytes:
    order = NewInterview(
        draft=to_written_draft(sent, written),
        merchant_id=order.merchant_id,
        environment=order.environment,
        actor=order.actor,
    )
    try:
        async with parts.database.tenant(order.merchant_id) as connection:
            # The same key may have been answered while a model wrote.
            known = None if replay is None else await find_reply(connection, replay, sealer=parts.keys.sealer)
            if known is not None:
                return known
            created = await create_interview_in(connection, order, sealer=parts.keys.sealer)
            content: bytes = to_json(to_wire_written(created, order.draft))
            if replay is not None:
                await keep_reply(connection, replay, content, sealer=parts.keys.sealer)
            return content
    except asyncpg.ForeignKeyViolationError as error:
        raise _in_their_words(await find_unknown(parts.database, order)) from error


def _in_their_words(error: UnknownReference) -> Refused:
    match error.reference:
        case Reference.MERCHANT:
            return NotAuthenticated("The token's merchant does not exist here.")
        case Reference.TEMPLATE:
            return Invalid(UNKNOWN_TEMPLATE, name="interview_template_id")
        case _:
            return Invalid(UNKNOWN_STORE, name="knowledge_base_store_id")
