"""The position's page: what it is, how it goes, what is agreed to; and the beginning, the first or another."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from vivavoce.attempts.begin import Closed, Standing, begin_attempt, find_standing
from vivavoce.attempts.consent import REQUIRED, Consent, Purpose
from vivavoce.attempts.links import NotInvited, Seat, read_link, sign_link
from vivavoce.attempts.states import State
from vivavoce.attempts.yields import YIELDS
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Conflict, Invalid
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.draw import count_drawn
from vivavoce.interviews.steps import Step
from vivavoce.web.parts import Parts
from vivavoce.web.session import keep_seat, refuse_foreign_origin, seat_of

LANGUAGE = "en"
SECONDS_A_QUESTION = 120  # how long a question takes, where nobody said: for "about 20 minutes"
AGAIN_LIFE = timedelta(days=1)  # of the link that leads from a conversation back to its position


class Stage(StrEnum):
    """Where a person stands."""

    NEW = "new"  # before the first attempt
    BEGUN = "begun"  # questions are being asked
    FINISHED = "finished"  # to be looked through and handed in
    SUBMITTED = "submitted"
    RETURNED = "returned"  # asked to take it once more
    FAILED = "failed"  # it broke on our side
    LEFT = "left"  # it was given up


STAGES = {
    State.BEGUN: Stage.BEGUN,
    State.FINISHED: Stage.FINISHED,
    State.SUBMITTED: Stage.SUBMITTED,
    State.RETURNED: Stage.RETURNED,
    State.FAILED: Stage.FAILED,
    State.ABANDONED: Stage.LEFT,
}
# Where nothing is left to go on with or to look back at: there is a beginning, or no page.
TO_BEGIN = frozenset({Stage.NEW, Stage.RETURNED, Stage.FAILED, Stage.LEFT})
CLOSED = {Closed.NOT_YET: "not_open", Closed.TOO_LATE: "closed", Closed.ENDED: "archived", Closed.ELSEWHERE: "not_open"}


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What somebody reads before agreeing. The words belong to consent.TEXT_VERSION, and to what the kind yields."""

    purpose: Purpose
    text: str
    hint: str


DECIDED = (
    ConsentText(
        Purpose.ANSWERS_KEPT,
        "What I write is kept and read by the people who decide.",
        "You can ask for it to be erased later.",
    ),
    ConsentText(
        Purpose.JUDGED_BY_PROGRAM,
        "An AI program compares my answers with what the role needs.",
        "It judges what you say, never who you are. A person decides.",
    ),
)
PRACTISED = (
    ConsentText(
        Purpose.ANSWERS_KEPT,
        "What I write is kept, so that I can get feedback on it.",
        "You can ask for it to be erased later.",
    ),
    ConsentText(
        Purpose.JUDGED_BY_PROGRAM,
        "An AI program compares my answers with what a good answer holds.",
        "It judges what you say, never who you are. Nobody decides anything by it.",
    ),
)


async def show(parts: Parts, request: Request, interview_id: str) -> Response:
    """GET: opening a link uses nothing up, since mail scanners open links too."""
    token = request.query_params.get("interview_token", "")
    seat = _seat_at(parts, token, interview_id)
    return _draw(parts, seat, await find_standing(parts.database, seat), token)


async def begin(parts: Parts, request: Request, interview_id: str) -> Response:
    """POST: begins, or joins the attempt that is under way, and goes to the conversation.

    again: `yes` where another attempt is to take the place of one that could be gone on with; attempt: of which.
    """
    refuse_foreign_origin(request)
    form = await request.form()
    token = str(form.get("interview_token", ""))
    seat = _seat_at(parts, token, interview_id)
    consents = [
        Consent(purpose=purpose, is_given=form.get(f"consent_{purpose}") == "yes", language=LANGUAGE)
        for purpose in Purpose
    ]
    try:
        attempt = await begin_attempt(
            parts.database,
            seat,
            consents=consents,
            now=now(),
            again=form.get("again") == "yes",
            instead_of=to_id(str(form.get("attempt", ""))),
        )
    except Conflict:
        return RedirectResponse(f"./?interview_token={quote(token)}", status_code=303)
    except Invalid:
        missing = sorted(one.purpose.value for one in consents if one.purpose in REQUIRED and not one.is_given)
        return _draw(parts, seat, await find_standing(parts.database, seat), token, missing=missing)
    response = RedirectResponse(f"/interview/{attempt.id}/", status_code=303)
    keep_seat(parts, response, seat, attempt_id=attempt.id)
    return response


async def again(parts: Parts, request: Request, attempt_id: str) -> Response:
    """GET: from a conversation back to its position, where another attempt can be begun. Changes nothing."""
    seat = seat_of(parts, request)
    token = sign_link(parts.keys, seat, expires_at=now() + AGAIN_LIFE)
    return RedirectResponse(
        f"/interview/take/{seat.interview_id}/?interview_token={quote(token)}#begin", status_code=303
    )


def _seat_at(parts: Parts, token: str, interview_id: str) -> Seat:
    seat = read_link(parts.keys, token)
    if to_id(interview_id) != seat.interview_id:
        raise NotInvited
    return seat


def _draw(parts: Parts, seat: Seat, standing: Standing, token: str, *, missing: list[str] | None = None) -> Response:
    latest, allowance = standing.latest, standing.allowance
    stage = Stage.NEW if latest is None else STAGES[latest.state]
    closed = standing.why_not(now=now(), is_test=seat.is_test)
    may_begin = closed is None and allowance.why_not is None
    if stage in TO_BEGIN and not may_begin:
        why = "used_up" if closed is None else CLOSED[closed]
        return parts.pages.draw("closed.html", status=409, why=why)
    is_practice = not YIELDS[standing.interview.draft.kind].has_recommendation
    return parts.pages.draw(
        "position.html",
        status=422 if missing else 200,
        stage=stage.value,
        is_practice=is_practice,
        can_begin_again=may_begin and stage not in TO_BEGIN,
        is_free=allowance.is_free,
        attempt_id=None if latest is None else str(latest.id),
        position=_tell(standing.interview.draft) | {"attempts": allowance.allowed, "attempts_left": allowance.left},
        consents=[
            {"name": one.purpose.value, "text": one.text, "hint": one.hint, "required": one.purpose in REQUIRED}
            for one in (PRACTISED if is_practice else DECIDED)
        ],
        missing=missing or [],
        begin_url=f"/interview/take/{standing.interview.id}/begin",
        token=token,
    )


def _tell(draft: Draft) -> dict[str, Any]:
    """What the page says of the interview."""
    children = sum(1 for step in draft.steps if step.parent_id is not None)
    count = count_drawn(draft.steps, share=draft.settings.share_asked) + children
    return {
        "name": draft.name,
        "location": draft.location,
        "department": draft.settings.department,
        "salary": draft.settings.salary,
        "description": draft.description or None,
        "language": draft.language,
        "question_count": count,
        "may_be_fewer": children > 0,
        "minutes": round(sum(_seconds(step) for step in draft.steps) * count / len(draft.steps) / 60) or 1,
    }


def _seconds(step: Step) -> float:
    """How long a step takes; zero or less says nothing."""
    said = step.question.seconds
    return said if said is not None and said > 0 else SECONDS_A_QUESTION
