"""The results page, between the last question and the handing in: to look it through, put it right, and send it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from time import monotonic
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.complete import Incomplete, is_previewed
from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.attempts.corrections import LONGEST_CORRECTION, find_last_correction
from vivavoce.attempts.films import keep_film, open_film, receiving_film, remove_film
from vivavoce.attempts.introduction import (
    MEDIA_TYPES,
    MOST_BYTES,
    Introduction,
    NoFilm,
    Wanted,
    find_introduction,
    read_address,
)
from vivavoce.attempts.receipts import find_receipt
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.remarks import RATINGS, Remark
from vivavoce.attempts.results import Results, read_results
from vivavoce.attempts.review import add_details
from vivavoce.attempts.scores import find_score_before
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tasks import find_replies
from vivavoce.attempts.viewers import refuse_revoked
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.links import Seat, sign_link
from vivavoce.clock import now
from vivavoce.conversation.course import Conversation
from vivavoce.conversation.happenings import LONGEST_REMARK, Arrived, Asked, Corrected, HandedIn, NotTaken, Refuse
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.loop import foresee, happen
from vivavoce.conversation.plan import to_course
from vivavoce.conversation.wording import say_now, say_thanks
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from vivavoce.events.record import Event
from vivavoce.interviews.camera import Camera, camera_of
from vivavoce.interviews.views import view_of
from vivavoce.interviews.what_follows import tell_next_steps
from vivavoce.merchants.contact import Detail, Need
from vivavoce.merchants.keeping_times import find_keep_days
from vivavoce.merchants.next_steps import read_next_steps
from vivavoce.scoring.previews import Preview, find_preview, find_shown
from vivavoce.web.candidate.film_form import read_film_form
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
from vivavoce.web.candidate.session import identity_of, refuse_foreign_origin, seat_of
from vivavoce.web.drawing import FrameEvent, FrameNews
from vivavoce.web.forms import BYTES_OF_CHARACTER, read_form
from vivavoce.web.frames import frame_of
from vivavoce.web.parts import WebParts
from vivavoce.web.policy import STRICT, Policy
from vivavoce.web.ranges import give_stretch

LINK_LIFE = timedelta(days=1)  # of the link that leads on to the own page
PATIENCE = timedelta(minutes=3)  # a preview takes seconds; from then on the page no longer asks for it by itself
# Of the longest answer that can be put right, whatever language it is in, with what stands around it.
CORRECTION_BYTES = LONGEST_CORRECTION * BYTES_OF_CHARACTER + 4096
# Where a film is looked at: nothing in it runs, whatever it is.
FILM_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


SENT = (AttemptState.SUBMITTED, AttemptState.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was sent and not taken. faults: why, by what it stands at; typed: what it was."""

    faults: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    status: int = 200


NOTHING_TRIED = Tried()


async def show(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """GET: the page; before the last question the conversation, after the handing in the thanks."""
    seat, attempt = _place(parts, request, attempt_id)
    return await _draw(parts, request, seat, attempt, NOTHING_TRIED)


async def send_correction(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: the words or the choice of one answer as they were meant; or, with `back`, as they were first."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    form = await read_form(request, most_bytes=CORRECTION_BYTES)
    number, text = _to_number(form.get("number")), form.get("text", "")
    choice = _to_number(form.get("choice"))
    told: dict[str, Any] = {"choice": choice} if choice is not None else {"text": text.replace("\0", "")}
    is_question = choice is None and form.get("as_question") is not None
    corrected = Corrected(
        key=new_id(), number=number or 0, is_question=is_question, **({} if form.get("back") else told)
    )
    news = await happen(parts.database, seat, attempt, corrected, now=now())
    match news.told:
        case (Refuse(reason=NotTaken.NOT_ASKED | NotTaken.NOT_A_CHOICE | NotTaken.FIXED),):
            raise NotFound
        case (Refuse(reason=NotTaken.EMPTY | NotTaken.TOO_LONG | NotTaken.NO_SUCH_CHOICE as reason),):
            tried = Tried(faults={f"answer-{number}": reason.value}, typed={f"answer-{number}": text}, status=422)
            return await _draw(parts, request, seat, attempt, tried)
    # Handed in meanwhile, in another window: the page says so.
    return _to_page(attempt, f"#answer-{number}")


async def send_film(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: a film that introduces somebody; or, with `remove`, no longer."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    store = _store(parts)
    try:
        async with receiving_film(parts.database, store, seat, attempt) as film:
            if await read_film_form(request, film):
                await remove_film(parts.database, store, seat, attempt)
            elif film.has_begun:
                await keep_film(parts.database, store, seat, attempt, film, now=now())
            else:
                return await _draw(parts, request, seat, attempt, Tried(faults={"film": "none"}, status=422))
    except NoFilm:
        return await _draw(parts, request, seat, attempt, Tried(faults={"film": "kind"}, status=422))
    except TooLarge:
        return await _draw(parts, request, seat, attempt, Tried(faults={"film": "large"}, status=413))
    except Conflict:
        pass
    return _to_page(attempt, "#film")


async def show_film(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """GET: the film that the candidate has sent, for themselves."""
    seat, attempt = _place(parts, request, attempt_id)
    async with parts.database.tenant(seat.merchant_id) as connection:
        await read_results(connection, seat, attempt)
        film = await find_introduction(connection, attempt)
    return await _give_film(parts, request, film)


async def show_signed_film(parts: WebParts, request: Request, token: str) -> Response:
    """GET: the film that a signed address opens; whoever opens one is in the audit log before a byte goes out."""
    address = read_address(parts.keys, token)
    await refuse_revoked(parts.database, address.viewer)
    async with parts.database.tenant(address.merchant_id) as connection:
        film = await find_introduction(connection, address.attempt_id)
        if film is None or film.id != address.introduction_id:
            film = None
        elif parts.opened_addresses.is_first(token, now=monotonic()):
            await record_attempt(
                connection,
                Event.INTRODUCTION_OPENED,
                attempt_id=address.attempt_id,
                actor=f"user {address.viewer.user_id}",
            )
    return await _give_film(parts, request, film)


async def hand_in(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: what was missing is kept, what was thought of the interview too, and the attempt is handed in."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    form = await read_form(request)
    typed = {name: form.get(name, "") for name in (*Detail, "rating", "words")}
    remark = Remark(rating=_to_number(typed["rating"]), text=typed["words"])
    contact = {detail: typed[detail] for detail in Detail}
    try:
        await add_details(parts.database, seat, attempt, remark=remark, contact=contact, now=now())
        await happen(parts.database, seat, attempt, HandedIn(key=new_id()), now=now())
    except Incomplete as error:
        return await _draw(
            parts, request, seat, attempt, Tried(faults=dict.fromkeys(error.lacks, "missing"), typed=typed, status=422)
        )
    except Invalid as error:
        tried = Tried(faults={error.name or "name": "wrong"}, typed=typed, status=422)
        return await _draw(parts, request, seat, attempt, tried)
    return _to_page(attempt, "")


async def call_person(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: somebody at the merchant is to look at it: something is wrong, or a person is wanted."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    form = await read_form(request)
    wish = Wish.PERSON if form.get("wish") == Wish.PERSON else Wish.TROUBLE
    remark = form.get("note", "").strip()[:LONGEST_REMARK]
    scene = await foresee(parts.database, seat, attempt, Arrived(), now=now())
    number = max(1, len(scene.conversation.answers))
    await happen(parts.database, seat, attempt, Asked(key=new_id(), number=number, wish=wish, remark=remark), now=now())
    return RedirectResponse(f"/interview/{attempt}/results?told=yes#help", status_code=303)


async def _draw(parts: WebParts, request: Request, seat: Seat, attempt_id: UUID, tried: Tried) -> Response:
    async with parts.database.tenant(seat.merchant_id) as connection:
        results = await read_results(connection, seat, attempt_id)
        definition = results.record.definition
        is_waited_for = results.record.state is AttemptState.FINISHED and is_previewed(definition)
        preview = await find_preview(connection, attempt_id) if is_waited_for else None
        corrected_at = await find_last_correction(connection, attempt_id) if is_waited_for else None
        if results.record.state in SENT:
            preview = await find_shown(connection, attempt_id)
        before = await find_score_before(connection, attempt_id)
        is_assessed = await has_agreed(connection, Purpose.JUDGED_BY_PROGRAM, attempt_id)
        aftermath = await _tell_aftermath(parts, connection, results) if results.record.state in SENT else {}
        replies = await find_replies(connection, attempt_id)
    if results.record.state is not AttemptState.FINISHED and results.record.state not in SENT:
        return RedirectResponse(f"/interview/{attempt_id}/", status_code=303)
    own_url = None
    if identity_of(parts, request, seat.merchant_id) is not None:
        own_url = f"/interview/at/{results.merchant.slug}/mine/"
    is_practice = not YIELDS[definition.kind].has_recruiter_view
    told = _tell(results, preview, before, corrected_at=corrected_at, is_assessed=is_assessed)
    has_more = YIELDS[definition.kind].has_candidate_feedback and is_assessed and not told["shows"]["all"]
    return parts.pages.draw(
        "sent.html" if results.record.state in SENT and not is_practice else "results.html",
        status=tried.status,
        in_language=definition.language,
        policy=STRICT if results.wanted is Wanted.HIDDEN else Policy(plays_recordings=True),
        films=results.wanted is not Wanted.HIDDEN,
        news=FrameNews(
            FrameEvent.SUBMITTED if results.record.state in SENT else FrameEvent.COMPLETED, attempt_id=attempt_id
        ),
        place=f"/interview/{attempt_id}/",
        attempt_id=str(attempt_id),
        camera_url=f"/interview/{attempt_id}/camera" if camera_of(definition.settings) is not Camera.OFF else "",
        own_url=own_url,
        enter=_tell_way_in(parts, request, seat, results) if is_practice and own_url is None else None,
        feedback_url=f"{own_url}{attempt_id}/" if own_url is not None and has_more else None,
        position={"name": definition.name, "language": tag_of(definition.language)},
        merchant=results.merchant.shown_name,
        attempt={
            "state": "finished" if results.record.state is AttemptState.FINISHED else "submitted",
            "number": results.record.number,
            "ending": results.record.ending.value if results.record.ending else "all_asked",
            "left": results.left,
        },
        is_practice=is_practice,
        has_questions=any(turn.answer.text for turn in results.record.answers),
        last_words=_find_last_words(results),
        asked=tell_questions(results.record, replies),
        is_told=request.query_params.get("told") == "yes",
        faults=tried.faults,
        typed=tried.typed,
        **told,
        **_tell_asked(results, tried),
        **aftermath,
    )


def _tell(
    results: Results,
    kept: Preview | None,
    before: tuple[int, Decimal] | None,
    *,
    corrected_at: datetime | None = None,
    is_assessed: bool,
) -> dict[str, Any]:
    """What was said, and what was made of it: by the view alone, before the sending and after it.

    is_assessed: whether a program was agreed to; it is asked for wherever one knows the language.
    """
    record, definition = results.record, results.record.definition
    view = view_of(definition.settings)
    is_open = record.state is AttemptState.FINISHED
    preview = kept if kept is not None and kept.is_current else None
    can_correct = is_open and definition.settings.allows_transcript_edit is not False
    answers = tell_answers(
        record, view, preview, can_correct=can_correct, words=results.words, offers_none=results.offers_none
    )
    is_shown = view.has_score and (is_open or preview is not None)
    is_practice = not YIELDS[definition.kind].has_recruiter_view
    number = tell_number(preview, view) if is_assessed else {"score": None, "amount": None, "why": "language"}
    return {
        "can_correct": can_correct,
        "skipped": _find_skipped(answers) if can_correct else [],
        "answers": answers,
        "standing_out": tell_standing_out(record, preview, view),
        "main": tell_main(record, preview, view) if is_practice else None,
        "number": number,
        "progress": tell_progress(number, before) if is_practice else None,
        "shows": {"number": is_shown, "answers": is_shown and view.has_answers, "all": is_shown and view.has_advice},
        "is_opened": view.is_open,
        "waiting": _find_waiting(preview, record.finished_at, corrected_at)
        if is_shown and is_open and is_assessed
        else None,
    }


async def _tell_aftermath(parts: WebParts, connection: Connection, results: Results) -> dict[str, Any]:
    """What follows now that it is sent: when, by whom, and whom to ask."""
    record = results.record
    steps = await read_next_steps(connection, results.merchant.id)
    receipt = await find_receipt(connection, record.id) if parts.sends_mail else None
    keep_days = await find_keep_days(connection, results.merchant.id, server_days=parts.keep_days)
    sent_at = record.submitted_at
    assert sent_at is not None
    return {
        "sent": tell_moment(sent_at),
        "next_steps": tell_next_steps(record.definition, own=steps.text),
        "is_by_merchant": bool(steps.text),
        "by": None if steps.days is None else tell_moment(sent_at + timedelta(days=steps.days)),
        "receipt_to": None if receipt is None else receipt.to,
        "deleted_on": sent_at + timedelta(days=keep_days) if keep_days else None,
    }


def _tell_way_in(parts: WebParts, request: Request, seat: Seat, results: Results) -> dict[str, str]:
    """How somebody who has not signed in on this browser comes to their own page: by their link, or by signing in."""
    is_framed = frame_of(request) is not None
    return {
        "url": f"/interview/take/{seat.interview_id}/enter",
        "token": "" if is_framed else sign_link(parts.keys, seat, expires_at=now() + LINK_LIFE),
        "own_url": f"/interview/at/{results.merchant.slug}/mine/",
    }


def _find_skipped(answers: Sequence[Mapping[str, Any]]) -> list[int]:
    """The questions that were skipped and can still be answered."""
    return [
        question["number"]
        for question in answers
        if question["turns"][0]["is_skipped"] and question["turns"][0]["can_correct"] and not question["is_new"]
    ]


def _find_waiting(preview: Preview | None, *changed: datetime | None) -> str | None:
    """changed: when the words came to be as they are; each correction has them judged once more."""
    if preview is not None:
        return None
    last = max((moment for moment in changed if moment is not None), default=None)
    return "late" if last is None or now() - last > PATIENCE else "soon"


def _tell_asked(results: Results, tried: Tried) -> dict[str, Any]:
    """What is asked for before the handing in; what was kept of a refused sending too, so that it can be put right."""
    film = results.introduction
    return {
        "contact": [
            {
                "name": detail.value,
                "is_required": need is Need.REQUIRED,
                "is_fixed": detail is Detail.NAME and results.contact.has(detail),  # a name is given once
            }
            for detail, need in results.needs.items()
            if need is not Need.OFF and (not results.contact.has(detail) or tried.typed.get(detail, "").strip())
        ],
        "film": None
        if results.wanted is Wanted.HIDDEN
        else {
            "is_required": results.wanted is Wanted.REQUIRED,
            "most_mb": MOST_BYTES // 1024**2,
            "most_bytes": MOST_BYTES,
            "accepts": ",".join(("video/*", *MEDIA_TYPES.values())),
            "mb": None if film is None else max(0.1, round(film.size_bytes / 1024**2, 1)),
        },
        "remark": {"rating": results.remark.rating, "text": results.remark.text},
        "ratings": list(RATINGS),
    }


def _find_last_words(results: Results) -> list[dict[str, str]]:
    """What the interviewer says at the end of the questions, and after the sending: by what was read already."""
    record = results.record
    course = to_course(record.definition, seed=0, merchant_name=results.merchant.shown_name, merchant_about="")
    answers = tuple(kept.answer for kept in record.answers)
    conversation = Conversation(state=record.state, answers=answers, ending=record.ending)
    thanks = say_thanks(course, conversation)
    said = [thanks] if thanks is not None else say_now(course, conversation, None)
    return [{"text": line.text, "language": tag_of(line.language)} for line in said]


async def _give_film(parts: WebParts, request: Request, film: Introduction | None) -> Response:
    if film is None:
        raise NotFound
    opened = await open_film(parts.database, _store(parts), film)
    return await give_stretch(
        request, size=opened.size, pieces=opened.pieces, media_type=film.media_type, headers=FILM_HEADERS
    )


def _store(parts: WebParts) -> RecordingStore:
    if parts.recordings is None:
        raise Unavailable("We can’t save files right now.")
    return parts.recordings


def _to_page(attempt_id: UUID, anchor: str) -> Response:
    return RedirectResponse(f"/interview/{attempt_id}/results{anchor}", status_code=303)


def _to_number(sent: str | None) -> int | None:
    return int(sent) if sent is not None and sent.isdecimal() and len(sent) < 5 else None


def _place(parts: WebParts, request: Request, attempt_id: str) -> tuple[Seat, UUID]:
    attempt = to_id(attempt_id)
    if attempt is None:
        raise NotFound
    return seat_of(parts, request), attempt
