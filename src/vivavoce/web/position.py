"""The position's page: what it is, how it goes, what is agreed to; and the beginning."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from vivavoce.attempts.begin import Closed, Standing, begin_attempt, find_standing
from vivavoce.attempts.consent import REQUIRED, Consent, Purpose
from vivavoce.attempts.links import NotInvited, Seat, read_link
from vivavoce.attempts.states import State
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Conflict, Invalid
from vivavoce.interviews.draw import count_drawn
from vivavoce.interviews.steps import Step
from vivavoce.web.parts import Parts
from vivavoce.web.session import keep_seat, refuse_foreign_origin

LANGUAGE = "en"
SECONDS_A_QUESTION = 120  # how long a question takes, where nobody said: for "about 20 minutes"
STAGES = {State.BEGUN: "begun", State.FINISHED: "begun"}
CLOSED = {Closed.NOT_YET: "not_open", Closed.TOO_LATE: "closed", Closed.ENDED: "archived", Closed.ELSEWHERE: "not_open"}


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What somebody reads before agreeing. The words belong to consent.TEXT_VERSION."""

    purpose: Purpose
    text: str
    hint: str


CONSENTS = (
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


async def show(parts: Parts, request: Request, interview_id: str) -> Response:
    """GET: opening a link uses nothing up, since mail scanners open links too."""
    token = request.query_params.get("interview_token", "")
    seat = _seat_at(parts, token, interview_id)
    return _draw(parts, seat, await find_standing(parts.database, seat), token)


async def begin(parts: Parts, request: Request, interview_id: str) -> Response:
    """POST: begins, or joins the attempt that is under way, and goes to the conversation."""
    refuse_foreign_origin(request)
    form = await request.form()
    token = str(form.get("interview_token", ""))
    seat = _seat_at(parts, token, interview_id)
    consents = [
        Consent(purpose=one.purpose, is_given=form.get(f"consent_{one.purpose}") == "yes", language=LANGUAGE)
        for one in CONSENTS
    ]
    try:
        attempt = await begin_attempt(parts.database, seat, consents=consents, now=now())
    except Conflict:
        return RedirectResponse(f"./?interview_token={quote(token)}", status_code=303)
    except Invalid:
        missing = sorted(one.purpose.value for one in consents if one.purpose in REQUIRED and not one.is_given)
        return _draw(parts, seat, await find_standing(parts.database, seat), token, missing=missing)
    response = RedirectResponse(f"/interview/{attempt.id}/", status_code=303)
    keep_seat(parts, response, seat, attempt_id=attempt.id)
    return response


def _seat_at(parts: Parts, token: str, interview_id: str) -> Seat:
    seat = read_link(parts.keys, token)
    if to_id(interview_id) != seat.interview_id:
        raise NotInvited
    return seat


def _draw(parts: Parts, seat: Seat, standing: Standing, token: str, *, missing: list[str] | None = None) -> Response:
    draft, latest = standing.interview.draft, standing.latest
    stage = "new" if latest is None else STAGES.get(latest.state, "submitted")
    closed = standing.why_not(now=now(), is_test=seat.is_test)
    if stage == "new" and closed is not None:
        return parts.pages.draw("closed.html", status=409, why=CLOSED[closed])
    children = sum(1 for step in draft.steps if step.parent_id is not None)
    count = count_drawn(draft.steps, share=draft.settings.share_asked) + children
    return parts.pages.draw(
        "position.html",
        status=422 if missing else 200,
        stage=stage,
        position={
            "name": draft.name,
            "location": draft.location,
            "department": draft.settings.department,
            "salary": draft.settings.salary,
            "description": draft.description or None,
            "language": draft.language,
            "question_count": count,
            "may_be_fewer": children > 0,
            "minutes": round(sum(_seconds(step) for step in draft.steps) * count / len(draft.steps) / 60) or 1,
            "attempts": None,
        },
        consents=[
            {"name": one.purpose.value, "text": one.text, "hint": one.hint, "required": one.purpose in REQUIRED}
            for one in CONSENTS
        ],
        missing=missing or [],
        begin_url=f"/interview/take/{standing.interview.id}/begin",
        token=token,
    )


def _seconds(step: Step) -> float:
    """How long a step takes; zero or less says nothing."""
    said = step.question.seconds
    return said if said is not None and said > 0 else SECONDS_A_QUESTION
