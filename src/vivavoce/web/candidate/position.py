"""The position's page: what it is, how it goes, what is agreed to; and the beginning, the first or another."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.assessing import is_any_assessed
from vivavoce.attempts.begin import Closed, InvitedInterview, begin_attempt, find_standing
from vivavoce.attempts.complete import find_needs, introduction_wanted
from vivavoce.attempts.consent import Consent, Purpose, required_of
from vivavoce.attempts.introduction import Wanted
from vivavoce.attempts.own import find_identity
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.contact import read_contact
from vivavoce.candidates.entrance import Entrance, seat_of_nobody
from vivavoce.candidates.links import Seat, sign_link
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Conflict, Invalid
from vivavoce.interviews.camera import Camera, camera_of
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.watching import is_watched
from vivavoce.merchants.contact import Need
from vivavoce.merchants.keeping_times import find_keep_days
from vivavoce.web.candidate.entry import Guest, admit
from vivavoce.web.candidate.poster import codes_of, find_cover, tell
from vivavoce.web.candidate.session import keep_identity, keep_seat, refuse_foreign_origin, seat_of
from vivavoce.web.candidate.sign_in import at_interview, draw_sign_in
from vivavoce.web.candidate.start import is_chosen
from vivavoce.web.drawing import FrameEvent, FrameNews
from vivavoce.web.forms import read_form
from vivavoce.web.frames import frame_of
from vivavoce.web.parts import WebParts
from vivavoce.web.policy import STRICT, Policy
from vivavoce.words.catalog import SOURCE, locales
from vivavoce.words.mark import mark

AGAIN_LIFE = timedelta(days=1)  # of the link that leads from a conversation back to its position


class Stage(StrEnum):
    """Where a person stands."""

    STRANGER = "stranger"  # nobody whom we know
    NEW = "new"  # before the first attempt
    BEGUN = "begun"  # questions are being asked
    FINISHED = "finished"  # to be looked through and handed in
    SUBMITTED = "submitted"
    RETURNED = "returned"  # asked to take it once more
    FAILED = "failed"  # it broke on our side
    LEFT = "left"  # it was given up


STAGES = {
    AttemptState.BEGUN: Stage.BEGUN,
    AttemptState.FINISHED: Stage.FINISHED,
    AttemptState.SUBMITTED: Stage.SUBMITTED,
    AttemptState.RETURNED: Stage.RETURNED,
    AttemptState.FAILED: Stage.FAILED,
    AttemptState.ABANDONED: Stage.LEFT,
}
# Where nothing is left to go on with or to look back at: there is a beginning, or no page.
TO_BEGIN = frozenset({Stage.NEW, Stage.RETURNED, Stage.FAILED, Stage.LEFT})
# What the page around a frame is told where this page says it.
NEWS = {Stage.SUBMITTED: FrameEvent.SUBMITTED, Stage.FAILED: FrameEvent.FAILED}
CLOSED = {
    Closed.DRAFT: "draft",
    Closed.NOT_YET: "not_open",
    Closed.TOO_LATE: "closed",
    Closed.ENDED: "archived",
    Closed.ELSEWHERE: "not_open",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a page says to this person besides the interview itself.

    greeted: their name; empty where we don't know it. contact: what they are asked for at the end, and whether it is
    required. keep_days: after how many days it is erased; 0: not by its age. is_assessed: a program assesses the
    answers.
    """

    film: Wanted
    is_assessed: bool
    contact: tuple[tuple[str, bool], ...] = ()
    greeted: str = ""
    keep_days: int = 0


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What somebody reads before agreeing. The words belong to consent.TEXT_VERSION, and to what the kind yields."""

    purpose: Purpose
    text: str
    hint: str


DECIDED = (
    ConsentText(
        Purpose.ANSWERS_KEPT,
        mark("What I write is kept and read by the people who decide."),
        mark("You can ask to have this deleted."),
    ),
    ConsentText(
        Purpose.JUDGED_BY_PROGRAM,
        mark("An AI program compares my answers with what the role needs."),
        mark("It assesses what you say, never who you are. A person decides."),
    ),
)
PRACTISED = (
    ConsentText(
        Purpose.ANSWERS_KEPT,
        mark("What I write is kept so that I can get feedback on it."),
        mark("You can ask to have this deleted."),
    ),
    ConsentText(
        Purpose.JUDGED_BY_PROGRAM,
        mark("An AI program compares my answers with what a good answer includes."),
        mark("It assesses what you say, never who you are. No one makes a decision based on it."),
    ),
)
FILMED = ConsentText(
    Purpose.FILM_KEPT,
    mark("My short video is kept and watched by the people who decide."),
    mark("I record it myself, at the end. No program assesses it."),
)


async def show(parts: WebParts, request: Request, interview_id: str) -> Response:
    """GET: opening a link uses nothing up, since mail scanners open links too."""
    came = await admit(parts, request, interview_id, token=request.query_params.get("interview_token"))
    if isinstance(came, Entrance):
        return await _draw_strangers(parts, came)
    standing = await find_standing(parts.database, came.seat, speaks=parts.voice is not None)
    return await _draw(parts, came, standing, is_another=request.query_params.get("another") == "yes")


async def begin(parts: WebParts, request: Request, interview_id: str) -> Response:
    """POST: begins, or joins the attempt that is under way, and goes to its start screen or to the conversation.

    again: `yes` where another attempt is to take the place of one that could be gone on with; attempt: of which.
    """
    refuse_foreign_origin(request)
    form = await read_form(request)
    guest = await admit(parts, request, interview_id, token=form.get("interview_token"))
    if isinstance(guest, Entrance):
        return RedirectResponse("./", status_code=303)  # nobody has signed in: the page says how
    standing = await find_standing(parts.database, guest.seat)
    film = _film_of(parts, standing)
    required = required_of(film, is_assessed=await _is_assessed(parts, standing))
    shown = required | ({Purpose.FILM_KEPT} if film is not Wanted.HIDDEN else set())
    if form.get(f"consent_{Purpose.JUDGED_BY_PROGRAM}") == "yes":
        shown |= {Purpose.JUDGED_BY_PROGRAM}  # it was shown, though no program would be asked by now
    read_in = form.get("language", "")  # what the page spoke when this was agreed to
    consents = [
        Consent(
            purpose=purpose,
            is_given=form.get(f"consent_{purpose}") == "yes",
            language=read_in if read_in in locales() else SOURCE,
        )
        for purpose in sorted(shown)
    ]
    try:
        attempt = await begin_attempt(
            parts.database,
            guest.seat,
            consents=consents,
            required=required,
            now=now(),
            again=form.get("again") == "yes",
            instead_of=to_id(form.get("attempt", "")),
            comes_uninvited=not guest.token,
        )
    except Conflict:
        return RedirectResponse(_address(guest), status_code=303)
    except Invalid:
        missing = sorted(
            consent.purpose.value for consent in consents if consent.purpose in required and not consent.is_given
        )
        given = sorted(consent.purpose.value for consent in consents if consent.is_given)
        return await _draw(parts, guest, standing, missing=missing, given=given)
    place = f"/interview/{attempt.id}/"
    is_to_choose = attempt.state is AttemptState.BEGUN and not await is_chosen(parts.database, guest.seat, attempt.id)
    response = RedirectResponse(f"{place}start" if is_to_choose else place, status_code=303)
    keep_seat(parts, response, guest.seat, attempt_id=attempt.id, came_by=request)
    if not guest.is_signed_in:
        identity = await find_identity(parts.database, guest.seat, sends_mail=parts.sends_mail)
        if identity is not None:
            keep_identity(parts, response, identity, came_by=request)
    return response


async def again(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """GET: from a conversation back to its position, where another attempt can be begun. Changes nothing.

    another: `yes` where that is what somebody came for, so that they need not ask for it again there.
    """
    seat = seat_of(parts, request)
    query = {"another": "yes"} if request.query_params.get("another") == "yes" else {}
    if frame_of(request) is None:  # a frame knows them
        query["interview_token"] = sign_link(parts.keys, seat, expires_at=now() + AGAIN_LIFE)
    asked = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(f"/interview/take/{seat.interview_id}/{asked}#begin", status_code=303)


def _address(guest: Guest) -> str:
    place = f"/interview/take/{guest.seat.interview_id}/"
    return f"{place}?interview_token={quote(guest.token)}" if guest.token else place


async def _draw_strangers(parts: WebParts, entrance: Entrance) -> Response:
    """For somebody whom we do not know: what there is, and how to sign in; by invitation, the latter alone."""
    standing = await find_standing(parts.database, seat_of_nobody(entrance), speaks=parts.voice is not None)
    closed = standing.why_not(now=now(), is_test=False)
    if closed is not None:
        return _draw_closed(parts, standing, CLOSED[closed])
    if entrance.is_by_invitation:
        return draw_sign_in(parts, await at_interview(parts, str(entrance.interview_id)))
    prospect = await _find_prospect(parts, standing, seat=None)
    return _draw_position(parts, standing, prospect, stage=Stage.STRANGER, is_signed_in=False)


def _film_of(parts: WebParts, standing: InvitedInterview) -> Wanted:
    """Whether a film is asked for: never where none can be kept."""
    return Wanted.HIDDEN if parts.recordings is None else introduction_wanted(standing.interview.draft.settings)


async def _is_assessed(parts: WebParts, standing: InvitedInterview) -> bool:
    """Whether a program assesses what is answered here; else a person reads it, and that is what the page says."""
    draft = standing.interview.draft
    return await is_any_assessed(parts.models, standing.merchant.id, draft, codes_of(draft))


async def _find_prospect(parts: WebParts, standing: InvitedInterview, *, seat: Seat | None) -> Prospect:
    """seat: of somebody whom we know; None: a stranger."""
    merchant_id = standing.merchant.id
    async with parts.database.tenant(merchant_id) as connection:
        needs = await find_needs(connection, standing.interview.draft, merchant_id=merchant_id)
        known = None if seat is None else await read_contact(connection, seat.candidate_id)
        keep_days = await find_keep_days(connection, merchant_id, server_days=parts.keep_days)
    return Prospect(
        film=_film_of(parts, standing),
        is_assessed=await _is_assessed(parts, standing),
        contact=tuple(
            (detail.value, need is Need.REQUIRED)
            for detail, need in needs.items()
            if need is not Need.OFF and not (known is not None and known.has(detail))
        ),
        greeted="" if known is None else known.name,
        keep_days=keep_days,
    )


async def _draw(parts: WebParts, guest: Guest, standing: InvitedInterview, **context: Any) -> Response:
    latest, allowance = standing.latest, standing.allowance
    stage = Stage.NEW if latest is None else STAGES[latest.state]
    closed = standing.why_not(now=now(), is_test=guest.seat.is_test)
    may_begin = closed is None and allowance.why_not is None
    if standing.is_shut:
        return _draw_closed(parts, standing, "archived", has_begun=latest is not None)
    if stage in TO_BEGIN and not may_begin:
        why = "used_up" if closed is None else CLOSED[closed]
        return _draw_closed(parts, standing, why, has_begun=latest is not None)
    return _draw_position(
        parts,
        standing,
        await _find_prospect(parts, standing, seat=guest.seat),
        stage=stage,
        is_signed_in=guest.is_signed_in,
        status=422 if context.get("missing") else 200,
        is_test=guest.seat.is_test,
        can_begin_again=may_begin and stage not in TO_BEGIN,
        token=guest.token,
        page_url=_address(guest),
        **context,
    )


def _draw_position(
    parts: WebParts,
    standing: InvitedInterview,
    prospect: Prospect,
    *,
    stage: Stage,
    is_signed_in: bool,
    status: int = 200,
    **context: Any,
) -> Response:
    draft, latest = standing.interview.draft, standing.latest
    is_practice = not YIELDS[draft.kind].has_recommendation
    cover = find_cover(draft.settings.cover_image_url, allows_plain=not parts.is_secure)
    place = f"/interview/take/{standing.interview.id}/"
    required = required_of(prospect.film, is_assessed=prospect.is_assessed)
    given: dict[str, Any] = {
        "can_begin_again": False,
        "is_another": False,
        "missing": [],
        "given": [],
        "token": "",
        "is_test": False,
        "can_speak": parts.voice is not None,
        "has_camera": _has_camera(parts, draft),
        "is_watched": is_watched(draft.settings),
        "is_practice": is_practice,
        "is_signed_in": is_signed_in,
        "is_free": standing.allowance.is_free,
        "attempt_id": None if latest is None else str(latest.id),
        "position": tell(draft, standing.allowance) | {"cover": None if cover is None else cover.url},
        "consents": [
            {
                "name": consent.purpose.value,
                "text": consent.text,
                "hint": consent.hint,
                "required": consent.purpose in required,
                "tells_until": consent.purpose is Purpose.ANSWERS_KEPT,
            }
            for consent in _to_agree(prospect, is_practice=is_practice)
        ],
        "is_assessed": prospect.is_assessed,
        "erased_on": now() + timedelta(days=prospect.keep_days) if prospect.keep_days else None,
        "place": place,
        "merchant": standing.merchant.shown_name,
        "registered_name": standing.merchant.name,
        "greeted": prospect.greeted,
        "film": prospect.film.value,
        "contact": [{"name": name, "is_required": is_required} for name, is_required in prospect.contact],
        "sends_mail": parts.sends_mail,
        "own_url": f"/interview/at/{standing.merchant.slug}/mine/",
    }
    return parts.pages.draw(
        "position.html",
        status=status,
        in_language=draft.language,
        policy=STRICT if cover is None else Policy(image_origins=(cover.origin,)),
        stage=stage.value,
        news=None if latest is None or stage not in NEWS else FrameNews(NEWS[stage], attempt_id=latest.id),
        **(given | context),
    )


def _to_agree(prospect: Prospect, *, is_practice: bool) -> list[ConsentText]:
    asked = [*(PRACTISED if is_practice else DECIDED), FILMED]
    left_out = {Purpose.FILM_KEPT} if prospect.film is Wanted.HIDDEN else set()
    if not prospect.is_assessed:
        left_out.add(Purpose.JUDGED_BY_PROGRAM)
    return [consent for consent in asked if consent.purpose not in left_out]


def _draw_closed(parts: WebParts, standing: InvitedInterview, why: str, *, has_begun: bool = True) -> Response:
    """A page that is closed. What somebody has answered is theirs all the same. has_begun: whether they may have."""
    leads_on = parts.sends_mail and has_begun
    doors: dict[str, Any] = {"own_url": f"/interview/at/{standing.merchant.slug}/mine/"} if leads_on else {}
    language = standing.interview.draft.language
    return parts.pages.draw("closed.html", status=409, in_language=language, why=why, **doors)


def _has_camera(parts: WebParts, draft: Draft) -> bool:
    """Whether the picture of somebody who agrees to it is recorded here."""
    return parts.voice is not None and parts.recordings is not None and camera_of(draft.settings) is not Camera.OFF
