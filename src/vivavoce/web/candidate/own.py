"""A person's own page: their interviews and attempts, their words, what they get back, and what they can ask for."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.attempts.own import (
    OwnInterview,
    OwnRequest,
    find_own_name,
    has_own_recordings,
    list_own,
    list_own_requests,
)
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.requests import ask_for_erasure, contest
from vivavoce.attempts.scores import find_score_before
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tasks import TaskKind, find_replies
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.links import Identity
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.views import VIEWS, view_of
from vivavoce.merchants.register import Merchant
from vivavoce.reports.erasure_receipts import find_erasure_receipt, to_receipt_file
from vivavoce.scoring.previews import find_shown
from vivavoce.web.candidate.outcome import (
    tell_answers,
    tell_main,
    tell_moment,
    tell_number,
    tell_progress,
    tell_questions,
    tell_standing_out,
)
from vivavoce.web.candidate.poster import tag_of
from vivavoce.web.candidate.session import find_signed_in, refuse_foreign_origin
from vivavoce.web.candidate.sign_in import at_merchant, draw_sign_in, merchant_at
from vivavoce.web.drawing import HEADERS
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts


async def show(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: all of it, at this merchant. Who has not signed in is asked to."""
    merchant = await merchant_at(parts, slug)
    identity = await find_signed_in(parts, request, merchant.id)
    if identity is None:
        return draw_sign_in(parts, await at_merchant(parts, slug))
    async with parts.database.tenant(merchant.id) as connection:
        person = await find_own_name(connection, identity.candidate_id)
        interviews = await list_own(connection, identity)
        requests = await list_own_requests(connection, identity)
        is_recorded = parts.recordings is not None and await has_own_recordings(connection, identity)
    if person is None:
        return draw_sign_in(parts, await at_merchant(parts, slug))
    return parts.pages.draw(
        "own.html",
        merchant=merchant.shown_name,
        place=_place(merchant),
        person={"name": person.name, "email": person.email},
        has_recordings=is_recorded,
        receipt=f"{parts.public_url}{_place(merchant)}erased/{identity.candidate_id}",
        interviews=[_tell_interview(merchant, interview) for interview in interviews],
        erasure=next(
            (_tell_request(own_request) for own_request in requests if own_request.kind is TaskKind.ERASURE_WANTED),
            None,
        ),
    )


async def show_receipt(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: the receipt of erasure, for whoever has its address: no word of the person is in it."""
    merchant = await merchant_at(parts, slug)
    person_id = to_id(request.path_params["person"])
    if person_id is None:
        raise NotFound
    async with parts.database.tenant(merchant.id) as connection:
        receipt = await find_erasure_receipt(connection, person_id)
    if receipt is None:
        raise NotFound
    return Response(
        to_receipt_file(receipt),
        media_type="application/json",
        headers=HEADERS | {"Content-Disposition": 'attachment; filename="erasure-receipt.json"'},
    )


async def show_attempt(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: one attempt in the person's own words."""
    return await _draw_attempt(parts, request, await merchant_at(parts, slug))


async def send_contest(parts: WebParts, request: Request, slug: str) -> Response:
    """POST: a person is to look at the attempt anew."""
    refuse_foreign_origin(request)
    merchant = await merchant_at(parts, slug)
    identity = await find_signed_in(parts, request, merchant.id)
    attempt_id = to_id(request.path_params["attempt"])
    if identity is None or attempt_id is None:
        return RedirectResponse(f"{_place(merchant)}mine/", status_code=303)
    text = (await read_form(request)).get("text", "")
    try:
        await contest(parts.database, identity, attempt_id=attempt_id, text=text)
    except Invalid as error:
        return await _draw_attempt(parts, request, merchant, fault=error.message, typed=text)
    return RedirectResponse(f"{_place(merchant)}mine/{attempt_id}/#asked", status_code=303)


async def send_erasure(parts: WebParts, request: Request, slug: str) -> Response:
    """POST: all that the merchant keeps of the person is to be erased."""
    refuse_foreign_origin(request)
    merchant = await merchant_at(parts, slug)
    identity = await find_signed_in(parts, request, merchant.id)
    if identity is not None:
        await ask_for_erasure(parts.database, identity, now=now())
    return RedirectResponse(f"{_place(merchant)}mine/#erase", status_code=303)


async def _draw_attempt(
    parts: WebParts, request: Request, merchant: Merchant, *, fault: str | None = None, typed: str = ""
) -> Response:
    """fault: why what was asked for was not; typed: what it was."""
    identity = await find_signed_in(parts, request, merchant.id)
    view = None if identity is None else await read_own(parts, request, merchant, identity)
    if view is None:
        return draw_sign_in(parts, await at_merchant(parts, merchant.slug))
    return parts.pages.draw("own_attempt.html", status=422 if fault else 200, fault=fault, typed=typed, **view.context)


@dataclass(frozen=True, slots=True)
class OwnView:
    """What a person sees of one of their attempts: the page's context, without what they typed just now."""

    context: dict[str, Any]


async def read_own(parts: WebParts, request: Request, merchant: Merchant, identity: Identity) -> OwnView | None:
    """The attempt that the address names; None where the merchant no longer knows the person. Raises NotFound."""
    attempt_id = to_id(request.path_params["attempt"])
    if attempt_id is None:
        raise NotFound
    async with parts.database.tenant(merchant.id) as connection:
        attempt = await find_attempt(connection, attempt_id, environment=identity.environment)
        if attempt is None or attempt.candidate_id != identity.candidate_id:
            raise NotFound
        if await find_own_name(connection, identity.candidate_id) is None:
            return None
        preview = await find_shown(connection, attempt_id) if attempt.submitted_at is not None else None
        before = await find_score_before(connection, attempt_id)
        is_assessed = await has_agreed(connection, Purpose.JUDGED_BY_PROGRAM, attempt_id)
        replies = await find_replies(connection, attempt_id)
        requests = await list_own_requests(connection, identity)
    yields = YIELDS[attempt.definition.kind]
    # Practice is for its person: they read all that was found, whatever was shown at its end.
    view = VIEWS["full"] if yields.has_candidate_feedback else view_of(attempt.definition.settings)
    number = tell_number(preview, view)
    return OwnView(
        {
            "in_language": attempt.definition.language,
            "merchant": merchant.shown_name,
            "place": _place(merchant),
            "is_practice": yields.has_candidate_feedback,
            "is_assessed": is_assessed,
            "attempt": _tell_attempt(attempt),
            "answers": tell_answers(attempt, view, preview, can_correct=False, words={}),
            "standing_out": tell_standing_out(attempt, preview, view),
            "main": tell_main(attempt, preview, view) if yields.has_candidate_feedback else None,
            "number": number,
            "progress": tell_progress(number, before) if yields.has_candidate_feedback else None,
            "shows": {"number": number is not None, "answers": view.has_answers, "all": view.has_advice},
            "waiting": None,
            "is_opened": view.is_open,
            "asked": tell_questions(attempt, replies),
            "can_correct": False,
            "contests": [
                _tell_request(own_request)
                for own_request in requests
                if own_request.kind is TaskKind.CONTESTED and own_request.attempt_id == attempt_id
            ],
        }
    )


def _place(merchant: Merchant) -> str:
    return f"/interview/at/{merchant.slug}/"


def _tell_interview(merchant: Merchant, interview: OwnInterview) -> dict[str, Any]:
    return {
        "name": interview.name,
        "language": tag_of(interview.language),
        "url": f"/interview/take/{interview.interview_id}/",
        "is_practice": YIELDS[interview.kind].has_candidate_feedback,
        "state": interview.attempts[0].state.value if interview.attempts else "none",
        "attempts": [
            {
                "url": f"{_place(merchant)}mine/{attempt.id}/",
                "number": attempt.number,
                "state": attempt.state.value,
                "at": tell_moment(attempt.submitted_at or attempt.begun_at),
                "has_feedback": YIELDS[interview.kind].has_candidate_feedback and attempt.judged_at is not None,
            }
            for attempt in interview.attempts
        ],
    }


def _tell_attempt(attempt: Record) -> dict[str, Any]:
    return {
        "id": str(attempt.id),
        "name": attempt.definition.name,
        "language": tag_of(attempt.definition.language),
        "number": attempt.number,
        "state": attempt.state.value,
        "begun": tell_moment(attempt.begun_at),
        "handed_in": None if attempt.submitted_at is None else tell_moment(attempt.submitted_at),
        "is_waiting": attempt.submitted_at is not None and attempt.judged_at is None,
        "is_under_way": attempt.state in (AttemptState.BEGUN, AttemptState.FINISHED),
        "url": f"/interview/take/{attempt.interview_id}/",
    }


def _tell_request(own_request: OwnRequest) -> dict[str, Any]:
    return {
        "text": own_request.text,
        "at": tell_moment(own_request.created_at),
        "due": None if own_request.due_at is None else tell_moment(own_request.due_at),
        "is_done": own_request.done_at is not None,
        "reason": own_request.reason,
        "reply": own_request.reply,
    }
