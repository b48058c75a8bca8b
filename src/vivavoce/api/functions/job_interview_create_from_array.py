"""POST job-interview-create-from-array: the caller's questions become an interview."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.door import read_body
from vivavoce.api.models.create_from_array import CreateFromArray, find_sent_place, parse, to_draft
from vivavoce.api.models.words import UNKNOWN_STORE, UNKNOWN_TEMPLATE
from vivavoce.api.parts import Parts
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotAuthenticated, Refused
from vivavoce.interviews.create import Created, Reference, UnknownReference, create_interview
from vivavoce.interviews.draft import Draft
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: Parts, request: Request) -> Response:
    """Order of checks: token, size, JSON, shape, permission, look-ups."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    draft = to_draft(sent, new_id=new_id)
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    try:
        created = await create_interview(
            parts.database,
            draft,
            merchant_id=merchant_id,
            environment=caller.environment,
            actor=f"user {caller.user_id}",
            sealer=parts.keys.sealer,
        )
    except UnknownReference as error:
        raise _in_their_words(error, sent, draft) from None
    return JSONResponse(_to_wire(created))


def _to_wire(created: Created) -> dict[str, str]:
    body = {"interview_def_set_id": str(created.interview_id)}
    if created.embed is not None:
        body |= {"embed_id": str(created.embed.id), "embed_signing_key": created.embed.signing_key}
    return body


def _in_their_words(error: UnknownReference, sent: CreateFromArray, draft: Draft) -> Refused:
    match error.reference:
        case Reference.MERCHANT:
            return NotAuthenticated("The token's merchant does not exist here.")
        case Reference.TEMPLATE:
            return Invalid(UNKNOWN_TEMPLATE, name="interview_template_id")
        case Reference.STEP_STORE:
            place = find_sent_place(sent, draft, step=error.index or 0)
            return Invalid(UNKNOWN_STORE, name=f"questions[{place}].knowledge_base_id")
        case Reference.STORE:
            return Invalid(UNKNOWN_STORE, name="knowledge_base_store_id")
