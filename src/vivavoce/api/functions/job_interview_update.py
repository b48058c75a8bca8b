"""POST job-interview-update: what is sent of an interview is written, the rest stays."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import Updated, to_wire_diff
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body, to_name
from vivavoce.api.functions.job_interview_create_from_array import WARNING
from vivavoce.api.models.create_from_array import FAULTY_FIELDS
from vivavoce.api.models.update import UpdateInterview, parse, to_changed, to_sent
from vivavoce.api.models.words import KINDS, UNKNOWN_STORE, UNKNOWN_TEMPLATE, find_warnings, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_portal
from vivavoce.api.writing import writes_for
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.create import Reference, UnknownReference
from vivavoce.interviews.diff import Plan, TooFewAlternatives, plan_update
from vivavoce.interviews.draft import Draft, Status
from vivavoce.interviews.read import Stored, find_to_change
from vivavoce.interviews.steps import CannotLay
from vivavoce.interviews.update import NeedsDraft, update_interview
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.merchants.tokens import Caller
from vivavoce.writing.expectations import wants_expectations

NOT_WRITTEN_FOR_YOU = (
    "regenerate_candidate_expectations has no effect here: it writes expectations for an interview whose questions are"
    " sent without any, where a language model is set."
)


async def answer(parts: ApiParts, request: Request) -> Response:
    """Order of checks: token, size, JSON, shape, permission, look-ups. 404 where there is no such interview."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    return await update(parts, caller, await read_body(request))


async def update(parts: ApiParts, caller: Caller, body: bytes) -> Response:
    """The same for a caller who is known already."""
    sent = parse(body)
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    if "type" in sent.written:
        await require_portal(parts.database, merchant_id, KINDS[sent.type])
    writes = sent.regenerate_candidate_expectations is True and await writes_for(parts.models, merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        stored = await find_to_change(connection, to_reference(sent.position_id), environment=caller.environment)
        if stored is None:
            raise NotFound(NOTHING)
        plan = _plan(sent, stored)
        after = to_changed(sent, stored.draft)
        if plan is not None and plan.is_change:
            after = replace(after, steps=plan.steps)
        try:
            await update_interview(connection, stored, after, plan=plan, actor=f"user {caller.user_id}")
        except NeedsDraft as error:
            raise Invalid(error.message, name="questions") from None
        except UnknownReference as error:
            raise _in_their_words(error, sent, after) from None
        is_written = writes and _wants_anew(sent, after)
        if is_written:
            await leave(connection, Note.REWRITE_EXPECTATIONS, merchant_id=merchant_id, subject_id=stored.id)
    response = JSONResponse(_to_wire(sent, stored, after, plan))
    for warning in _warn(sent, after, is_written=is_written):
        response.headers.append(WARNING, warning)
    return response


def _plan(sent: UpdateInterview, stored: Stored) -> Plan | None:
    if "questions" not in sent.written:
        return None
    keeps_duplicates = stored.draft.settings.keeps_duplicates is True
    try:
        return plan_update(
            stored.draft.steps, to_sent(sent.questions), keeps_duplicates=keeps_duplicates, new_id=new_id
        )
    except CannotLay as error:
        raise Invalid(error.message, name=to_name(("questions", error.index, FAULTY_FIELDS[error.fault]))) from None
    except TooFewAlternatives as error:
        raise Invalid(error.message, name=to_name(("questions", error.index, "question_alternatives"))) from None


def _in_their_words(error: UnknownReference, sent: UpdateInterview, after: Draft) -> Invalid:
    match error.reference:
        case Reference.TEMPLATE:
            return Invalid(UNKNOWN_TEMPLATE, name="interview_template_id")
        case Reference.STEP_STORE:
            store_id = after.steps[error.index or 0].question.store_id
            place = next(
                place
                for place, question in enumerate(sent.questions)
                if question.knowledge_base_id is not None and to_reference(question.knowledge_base_id) == store_id
            )
            return Invalid(UNKNOWN_STORE, name=f"questions[{place}].knowledge_base_id")
        case _:
            return Invalid(UNKNOWN_STORE, name="knowledge_base_store_id")


def _to_wire(sent: UpdateInterview, stored: Stored, after: Draft, plan: Plan | None) -> Updated:
    body: Updated = {"position_id": str(stored.id), "is_multistage": False, "updated_fields": sent.written}
    if plan is not None:
        stays_live = stored.draft.status is Status.ACTIVE and after.status is Status.ACTIVE
        body["questions_diff"] = to_wire_diff(plan, stays_live=stays_live)
    return body


def _wants_anew(sent: UpdateInterview, after: Draft) -> bool:
    """As the contract has it: questions were sent and no expectations with them, and it is an interview."""
    is_sent = "questions" in sent.written and not sent.candidate_expectations_json
    return is_sent and wants_expectations(after, replaces=True)


def _warn(sent: UpdateInterview, after: Draft, *, is_written: bool) -> list[str]:
    """What the caller should learn of fields that have no effect."""
    warnings = list(find_warnings(after.settings)) if sent.custom_scoring is not None else []
    is_asked = sent.regenerate_candidate_expectations is True and not is_written
    return [*warnings, NOT_WRITTEN_FOR_YOU] if is_asked else warnings
