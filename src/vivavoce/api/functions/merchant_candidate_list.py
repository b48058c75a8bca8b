"""merchant-candidate-list: a merchant's candidates."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.candidates import Candidates, to_wire_candidate
from vivavoce.api.answers.lists import to_wire_pagination
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.candidates import CandidateList
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.candidate_list import (
    CandidateFilter,
    CandidateOrder,
    CandidateSource,
    CandidateTab,
    ListedCandidate,
    list_candidates,
)
from vivavoce.db.pages import Page, RowRange
from vivavoce.errors import Invalid
from vivavoce.merchants.access import READERS, acting_merchant, require_role

ORDERS = {
    "name_accending": CandidateOrder.NAME,
    "name_decending": CandidateOrder.NAME_BACKWARDS,
    "created_at_newest": CandidateOrder.NEWEST,
    "created_at_oldest": CandidateOrder.OLDEST,
}
# The tabs that are not here are empty: there is no pre-screening, and nobody is a candidate before they come in.
TABS = {None: None, "interview": CandidateTab.INTERVIEWED, "no-action": CandidateTab.NO_ACTION}
BY_NAME = (CandidateOrder.NAME, CandidateOrder.NAME_BACKWARDS)


async def answer(parts: ApiParts, request: Request) -> Response:
    """One row a person, of the token's environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(CandidateList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    window, order = RowRange(limit=asked.limit, offset=asked.offset), ORDERS[asked.order_by]
    after = None if asked.after is None else to_reference(asked.after)
    if after is not None and order in BY_NAME:
        raise Invalid("Pages by key go by age: leave out `after`, or order by created_at.", name="after")
    page: Page[ListedCandidate] = Page(rows=(), total=0)
    if asked.tab in TABS and asked.filter_emoji is None:
        async with parts.database.tenant(merchant_id) as connection:
            page = await list_candidates(
                connection,
                environment=caller.environment,
                wanted=CandidateFilter(
                    tab=TABS[asked.tab],
                    source=None if asked.source is None else CandidateSource(asked.source),
                    person_part=asked.filter_text,
                    after=after,
                ),
                order=order,
                window=window,
            )
    body: Candidates = {
        "data": [to_wire_candidate(row) for row in page.rows],
        "pagination": to_wire_pagination(page, window),
    }
    return JSONResponse(body)
