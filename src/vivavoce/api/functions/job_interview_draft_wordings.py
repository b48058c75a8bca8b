"""POST job-interview-draft-wordings, ours beyond the contract: other wordings of questions, as drafts to review."""

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import to_wire_drafted
from vivavoce.api.body import read_body, to_name
from vivavoce.api.models.draft_wordings import DraftWordings, parse
from vivavoce.api.models.words import UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.errors import Invalid, ProviderError, Unavailable
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.read import Stored, find_interview
from vivavoce.interviews.steps import Step
from vivavoce.interviews.update import NeedsDraft
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.providers.language_models.port import BudgetSpent, ModelPurpose
from vivavoce.writing.wordings import NO_WORDINGS, draft_wordings, find_wanted, may_be_reworded

NO_MODEL = (
    "There is no language model here that words questions. Send other wordings in question_alternatives by"
    " job-interview-update, or let whoever runs this server set a model (for `write`)."
)
NOT_DRAFTED = "No language model gave wordings that can be used. Please try again, or write them yourself."
UNKNOWN_QUESTION = "Expected the id of a question of this interview, as job-interview-get tells it."


async def answer(parts: ApiParts, request: Request) -> Response:
    """Order of checks: token, size, JSON, shape, permission, look-ups, a model. Who wants nothing asks none."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, to_reference(sent.interview_id), environment=caller.environment)
    if stored is None:
        raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
    wanted = find_wanted(stored.draft, _read_named(sent, stored.draft))
    after = await _draft(parts, stored, wanted, actor=f"user {caller.user_id}")
    return JSONResponse(to_wire_drafted(stored.id, after, [step.id for step in wanted]))


def _read_named(sent: DraftWordings, draft: Draft) -> list[UUID] | None:
    if sent.question_ids is None:
        return None
    steps = {step.id: step for step in draft.steps}
    named = [to_reference(text) for text in sent.question_ids]
    for index, step_id in enumerate(named):
        if step_id not in steps:
            raise Invalid(UNKNOWN_QUESTION, name=to_name(("question_ids", index)))
        if not may_be_reworded(steps[step_id].question):
            raise Invalid(NO_WORDINGS, name=to_name(("question_ids", index)))
    return named


async def _draft(parts: ApiParts, stored: Stored, wanted: Sequence[Step], *, actor: str) -> Draft:
    models: LanguageModels | None = parts.models
    asked = None if models is None else await models.of(stored.merchant_id)
    if asked is None or not asked.is_fit(ModelPurpose.WRITE):
        raise Invalid(NO_MODEL)
    if not wanted:
        return stored.draft
    try:
        return await draft_wordings(parts.database, asked, stored, wanted, actor=actor)
    except NeedsDraft as error:
        raise Invalid(error.message, name="interview_id") from None
    except BudgetSpent as error:
        raise Unavailable(error.message) from None
    except (ProviderError, TimeoutError):
        # What failed is in the log, and on record; the caller can do nothing about it.
        raise Unavailable(NOT_DRAFTED) from None
