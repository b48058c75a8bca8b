"""merchant-result-list: who took which interview, and how the latest attempt stands."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.lists import ResultsAnswer, to_wire_pagination, to_wire_result
from vivavoce.api.answers.risks import RISK_KINDS
from vivavoce.api.asked import asked_interview, read_asked, understand
from vivavoce.api.models.lists import ResultList, to_window
from vivavoce.api.models.words import KINDS, UNKNOWN_CANDIDATE, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.integrity import FactKind
from vivavoce.attempts.listing import ListedAttempt, ResultFilter, ResultTab, SortOrder, list_results
from vivavoce.candidates.invite import has_candidate
from vivavoce.db.database import Connection
from vivavoce.db.pages import Page
from vivavoce.errors import Invalid
from vivavoce.merchants.access import READERS, acting_merchant, require_role

ORDERS = {
    "score": SortOrder.SCORE,
    "created_at_newest": SortOrder.NEWEST,
    "created_at_oldest": SortOrder.OLDEST,
    "updated_at_newest": SortOrder.CHANGED,
}
# The tabs that are not here are empty: there are no public interviewers yet.
TABS = {
    None: None,
    "completed": ResultTab.COMPLETED,
    "incomplete": ResultTab.INCOMPLETE,
    "undecided": ResultTab.UNDECIDED,
    "shortlist": ResultTab.SHORTLIST,
    "decided-selected": ResultTab.SELECTED,
    "decided-rejected": ResultTab.REJECTED,
    "archived-interview": ResultTab.ARCHIVED,
}


async def answer(parts: ApiParts, request: Request) -> Response:
    """One row a person and interview, of the token's environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(ResultList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window = to_window(asked)
    page: Page[ListedAttempt] = Page(rows=(), total=0)
    async with parts.database.tenant(merchant_id) as connection:
        interview_id, candidate_id = await _find(connection, asked, environment=caller.environment)
        if _can_be_found(asked):
            page = await list_results(
                connection,
                environment=caller.environment,
                wanted=ResultFilter(
                    kind=KINDS[asked.type],
                    tab=TABS[asked.tab],
                    interview_id=interview_id,
                    candidate_id=candidate_id,
                    person_part=asked.filter_text,
                    emoji=asked.filter_emoji,
                    facts=_asked_facts(asked),
                ),
                order=ORDERS[asked.order_by],
                window=window,
            )
    body: ResultsAnswer = {
        "data": [to_wire_result(row) for row in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)


async def _find(connection: Connection, asked: ResultList, *, environment: str) -> tuple[UUID | None, UUID | None]:
    """The interview and the candidate that the rows are narrowed to. Raises Invalid for unknown ones."""
    interview_id = await asked_interview(connection, asked.interview_id, environment=environment)
    candidate_id = None
    if asked.profile_interview_id is not None:
        candidate_id = to_reference(asked.profile_interview_id)
        if not await has_candidate(connection, candidate_id, environment=environment):
            raise Invalid(UNKNOWN_CANDIDATE, name="profile_interview_id")
    return interview_id, candidate_id


def _can_be_found(asked: ResultList) -> bool:
    """Whether anything that is asked for exists in this version."""
    nothing_has_it = asked.step == "pre-screening" or (asked.risks and not _asked_facts(asked))
    return asked.type in KINDS and asked.tab in TABS and not nothing_has_it


def _asked_facts(asked: ResultList) -> tuple[FactKind, ...]:
    """Those of the asked risks that we know."""
    keys = [key.strip() for key in (asked.risks or "").split(",")]
    return tuple(kind for key, kind in RISK_KINDS.items() if key in keys)
