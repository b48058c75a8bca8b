"""merchant-result-list: who took which interview, and how the latest attempt stands."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.judgement_words import to_number
from vivavoce.api.models.lists import ResultList, to_window, to_wire_page
from vivavoce.api.models.result_words import WORDS, to_processing, to_tenths
from vivavoce.api.models.words import KINDS, UNKNOWN_CANDIDATE, UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.listing import ListedAttempt, SortOrder, list_results
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.invite import has_candidate
from vivavoce.db.database import Connection
from vivavoce.db.pages import Page
from vivavoce.errors import Invalid
from vivavoce.interviews.listing import has_interview
from vivavoce.merchants.access import READERS, acting_merchant, require_role

ORDERS = {
    "score": SortOrder.SCORE,
    "created_at_newest": SortOrder.NEWEST,
    "created_at_oldest": SortOrder.OLDEST,
    "updated_at_newest": SortOrder.CHANGED,
}
# The states of a tab's rows; the tabs that are not here are empty: nothing is decided or put away yet.
TABS = {
    None: frozenset(AttemptState),
    "completed": frozenset({AttemptState.FINISHED, AttemptState.SUBMITTED, AttemptState.RETURNED}),
    "incomplete": frozenset({AttemptState.BEGUN, AttemptState.ABANDONED, AttemptState.FAILED}),
    "undecided": frozenset({AttemptState.SUBMITTED}),
}
# Fields of the contract that stay null until there is something to say in them; sentiment, pace and pronunciation for
# good: they never touch a score.
NOTHING_YET: dict[str, Any] = dict.fromkeys(
    (
        "interview_result_pre_screening_id", "profile_id", "emoji", "decision_status", "recruiter_shortlist",
        "recruiter_risks", "score_simulation", "score_sentiment", "score_words_per_minute",
        "score_pronunciation", "processing_error", "kyc_processing_status",
        "position_result_step_id",
    )
)  # fmt: skip


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
                kind=KINDS[asked.type],
                states=TABS[asked.tab],
                interview_id=interview_id,
                candidate_id=candidate_id,
                person_part=asked.filter_text,
                order=ORDERS[asked.order_by],
                window=window,
            )
    return JSONResponse(to_wire_page([to_wire(row) for row in page.rows], page, window))


async def _find(connection: Connection, asked: ResultList, *, environment: str) -> tuple[UUID | None, UUID | None]:
    """The interview and the candidate that the rows are narrowed to. Raises Invalid for unknown ones."""
    interview_id = candidate_id = None
    if asked.interview_id is not None:
        interview_id = to_reference(asked.interview_id)
        if not await has_interview(connection, interview_id, environment=environment):
            raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
    if asked.profile_interview_id is not None:
        candidate_id = to_reference(asked.profile_interview_id)
        if not await has_candidate(connection, candidate_id, environment=environment):
            raise Invalid(UNKNOWN_CANDIDATE, name="profile_interview_id")
    return interview_id, candidate_id


def _can_be_found(asked: ResultList) -> bool:
    """Whether anything that is asked for exists in this version."""
    nothing_has_it = asked.filter_emoji or asked.risks or asked.step == "pre-screening"
    return asked.type in KINDS and asked.tab in TABS and not nothing_has_it


def to_wire(row: ListedAttempt) -> dict[str, Any]:
    """A row. Its id is of the person at the interview, whichever attempt is the latest."""
    return NOTHING_YET | {
        "id": str(uuid5(row.interview_id, str(row.candidate_id))),
        "interview_result_id": str(row.attempt_id),
        "merchant_id": str(row.merchant_id),
        "profile_interview_id": str(row.candidate_id),
        "definition_id": str(row.interview_id),
        "candidate_name": row.candidate_name or None,
        "candidate_email": row.candidate_email,
        "position_name": row.interview_name,
        "position_step": "interview",
        "type": row.kind.value,
        "external_id": row.external_id,
        "mojito_language_code": row.language,
        "status": WORDS[row.state].lifecycle,
        "coach_status": WORDS[row.state].session,
        "interview_started": True,
        "is_multi_stage": False,
        "is_test": row.is_test,
        "duration_ds": to_tenths(row.talk_seconds),
        "processing_status": to_processing(row.state, row.judged_at),
        "score": _number(row.score),
        "score_interview_ai": _number(row.session_score),
        "score_answer_ai": _number(row.answers_score),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def _number(score: Decimal | None) -> float | None:
    """A score from 0 to 10 as it is shown."""
    return None if score is None else to_number(Fraction(score))
