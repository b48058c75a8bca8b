"""The results page, between the last question and the handing in: to look it through, put it right, and send it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message, Receive

from vivavoce.attempts.complete import Incomplete, is_previewed
from vivavoce.attempts.contact import add_contact
from vivavoce.attempts.corrections import LONGEST_CORRECTION, Place, correct
from vivavoce.attempts.introduction import (
    MEDIA_TYPES,
    MOST_BYTES,
    Introduction,
    NoFilm,
    Wanted,
    erase_file,
    find_introduction,
    keep_file,
    read_address,
    save_introduction,
    take_introduction,
)
from vivavoce.attempts.links import Seat
from vivavoce.attempts.remarks import RATINGS, Remark, save_remark
from vivavoce.attempts.results import Results, lock_own, read_results
from vivavoce.attempts.states import State
from vivavoce.attempts.yields import YIELDS
from vivavoce.clock import now
from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from vivavoce.events.record import Event, record
from vivavoce.interviews.views import view_of
from vivavoce.jobs.leave import Note, leave
from vivavoce.live.happenings import LONGEST_REMARK, Arrived, Asked, HandedIn
from vivavoce.live.heard import Wish
from vivavoce.live.loop import foresee, happen
from vivavoce.live.speech import say_now, say_thanks
from vivavoce.merchants.contact import Detail, Need
from vivavoce.scoring.previews import Preview, find_preview
from vivavoce.web.forms import BYTES_OF_CHARACTER, read_form
from vivavoce.web.outcome import tell_advice, tell_answers, tell_number, tell_practice, tell_standing_out
from vivavoce.web.parts import Parts
from vivavoce.web.poster import tag_of
from vivavoce.web.session import identity_of, refuse_foreign_origin, seat_of

PATIENCE = timedelta(minutes=3)  # a preview takes seconds; from then on the page no longer asks for it by itself
# Of the longest answer that can be put right, whatever language it is in, with what stands around it.
CORRECTION_BYTES = LONGEST_CORRECTION * BYTES_OF_CHARACTER + 4096
FRAME_BYTES = 64 * 1024  # of a form around a film
# Where a film is looked at: nothing in it runs, whatever it is.
FILM_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was sent and not taken. faults: why, by what it stands at; typed: what it was."""

    faults: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    status: int = 200


NOTHING_TRIED = Tried()


async def show(parts: Parts, request: Request, attempt_id: str) -> Response:
    """GET: the page; before the last question the conversation, after the handing in the thanks."""
    seat, attempt = _place(parts, request, attempt_id)
    return await _draw(parts, request, seat, attempt, NOTHING_TRIED)


async def send_correction(parts: Parts, request: Request, attempt_id: str) -> Response:
    """POST: the words of one answer as they were meant; or, with `back`, as they were first."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    form = await read_form(request, most_bytes=CORRECTION_BYTES)
    number, text = _to_number(form.get("number")), form.get("text", "")
    try:
        await _correct(parts, seat, attempt, number, None if form.get("back") else text)
    except Invalid as error:
        tried = Tried(faults={f"answer-{number}": error.message}, typed={f"answer-{number}": text}, status=422)
        return await _draw(parts, request, seat, attempt, tried)
    except Conflict:
        pass  # handed in meanwhile, in another window: the page says so
    return _to_page(attempt, f"#answer-{number}")


async def send_film(parts: Parts, request: Request, attempt_id: str) -> Response:
    """POST: a film that introduces somebody; or, with `remove`, no longer."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    try:
        async with _to_form(request) as form:
            film = form.get("film")
            if form.get("remove"):
                await _remove_film(parts, seat, attempt)
            elif isinstance(film, UploadFile) and film.filename:
                await _keep_film(parts, seat, attempt, film)
            else:
                return await _draw(parts, request, seat, attempt, Tried(faults={"film": "none"}, status=422))
    except NoFilm:
        return await _draw(parts, request, seat, attempt, Tried(faults={"film": "kind"}, status=422))
    except (TooLarge, Invalid):
        return await _draw(parts, request, seat, attempt, Tried(faults={"film": "large"}, status=413))
    except Conflict:
        pass
    return _to_page(attempt, "#film")


async def show_film(parts: Parts, request: Request, attempt_id: str) -> Response:
    """GET: the film that the candidate has sent, for themselves."""
    seat, attempt = _place(parts, request, attempt_id)
    async with parts.database.tenant(seat.merchant_id) as connection:
        await read_results(connection, seat, attempt)
        film = await find_introduction(connection, attempt)
    return _give_film(parts, film)


async def show_signed_film(parts: Parts, request: Request, token: str) -> Response:
    """GET: the film that a signed address opens, for whoever the merchant gave it to."""
    opened = read_address(parts.keys, token)
    async with parts.database.tenant(opened.merchant_id) as connection:
        film = await find_introduction(connection, opened.attempt_id)
    return _give_film(parts, film if film is not None and film.id == opened.introduction_id else None)


async def hand_in(parts: Parts, request: Request, attempt_id: str) -> Response:
    """POST: what was missing is kept, what was thought of the interview too, and the attempt is handed in."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    form = await read_form(request)
    typed = {name: form.get(name, "") for name in (*Detail, "rating", "words")}
    try:
        async with parts.database.tenant(seat.merchant_id) as connection:
            await lock_own(connection, seat, attempt)
            results = await read_results(connection, seat, attempt)
            if results.record.state is State.FINISHED:
                remark = Remark(rating=_to_number(typed["rating"]), text=typed["words"])
                whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt}
                await save_remark(connection, remark, **whose, now=now())
                asked = {one: typed[one] for one, need in results.needs.items() if need is not Need.OFF}
                await add_contact(connection, asked, candidate_id=seat.candidate_id)
        await happen(parts.database, seat, attempt, HandedIn(key=new_id()), now=now())
    except Incomplete as error:
        return await _draw(
            parts, request, seat, attempt, Tried(faults=dict.fromkeys(error.lacks, "missing"), typed=typed, status=422)
        )
    except Invalid as error:
        tried = Tried(faults={error.name or "name": "wrong"}, typed=typed, status=422)
        return await _draw(parts, request, seat, attempt, tried)
    return _to_page(attempt, "")


async def call_person(parts: Parts, request: Request, attempt_id: str) -> Response:
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


async def _draw(parts: Parts, request: Request, seat: Seat, attempt_id: UUID, tried: Tried) -> Response:
    async with parts.database.tenant(seat.merchant_id) as connection:
        results = await read_results(connection, seat, attempt_id)
        definition = results.record.definition
        is_waited_for = results.record.state is State.FINISHED and is_previewed(definition)
        preview = await find_preview(connection, attempt_id) if is_waited_for else None
    if results.record.state not in (State.FINISHED, State.SUBMITTED, State.RETURNED):
        return RedirectResponse(f"/interview/{attempt_id}/", status_code=303)
    own_url = None
    if identity_of(parts, request, seat.merchant_id) is not None:
        own_url = f"/interview/at/{results.merchant.slug}/mine/"
    return parts.pages.draw(
        "results.html",
        status=tried.status,
        in_language=definition.language,
        place=f"/interview/{attempt_id}/",
        own_url=own_url,
        position={"name": definition.name, "language": tag_of(definition.language)},
        merchant=results.merchant.name,
        attempt={
            "state": "finished" if results.record.state is State.FINISHED else "submitted",
            "number": results.record.number,
            "ending": results.record.ending.value if results.record.ending else "all_asked",
            "left": results.left,
        },
        is_practice=not YIELDS[definition.kind].has_recruiter_view,
        has_questions=any(one.answer.text for one in results.record.answers),
        last_words=await _find_last_words(parts, seat, attempt_id),
        is_told=request.query_params.get("told") == "yes",
        faults=tried.faults,
        typed=tried.typed,
        **_tell(results, preview),
        **_tell_asked(results),
    )


def _tell(results: Results, found: Preview | None) -> dict[str, Any]:
    """What was said, and what was made of it: by the view alone."""
    record, definition = results.record, results.record.definition
    view = view_of(definition.settings)
    is_open = record.state is State.FINISHED
    preview = found if found is not None and found.is_current and is_open else None
    can_correct = is_open and definition.settings.allows_transcript_edit is not False
    is_shown = is_open and view.has_score
    return {
        "can_correct": can_correct,
        "answers": tell_answers(record, view, preview, can_correct=can_correct, words=results.words),
        "standing_out": tell_standing_out(preview, view, definition),
        "advice": tell_advice(record, preview, view) if YIELDS[definition.kind].has_recruiter_view else [],
        "practice": tell_practice(preview, view),
        "number": tell_number(preview, view),
        "shows": {"number": is_shown, "answers": is_shown and view.has_answers, "all": is_shown and view.has_advice},
        "is_opened": view.is_open,
        "waiting": _find_waiting(record.finished_at, preview) if is_shown else None,
    }


def _find_waiting(finished_at: datetime | None, preview: Preview | None) -> str | None:
    if preview is not None:
        return None
    return "late" if finished_at is None or now() - finished_at > PATIENCE else "soon"


def _tell_asked(results: Results) -> dict[str, Any]:
    """What is asked for before the handing in."""
    film = results.introduction
    return {
        "contact": [
            {"name": one.value, "is_required": need is Need.REQUIRED}
            for one, need in results.needs.items()
            if need is not Need.OFF and not results.contact.has(one)
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


async def _find_last_words(parts: Parts, seat: Seat, attempt_id: UUID) -> list[dict[str, str]]:
    """What the interviewer says at the end of the questions, and after the handing in."""
    scene = await foresee(parts.database, seat, attempt_id, Arrived(), now=now())
    thanks = say_thanks(scene.course, scene.conversation)
    said = [thanks] if thanks is not None else say_now(scene.course, scene.conversation, None)
    return [{"text": one.text, "language": tag_of(one.language)} for one in said]


async def _correct(parts: Parts, seat: Seat, attempt_id: UUID, number: int | None, text: str | None) -> None:
    """text: None: as it was first."""
    async with parts.database.tenant(seat.merchant_id) as connection:
        await lock_own(connection, seat, attempt_id)
        found = (await read_results(connection, seat, attempt_id)).record
        kept = next((one for one in found.answers if one.answer.number == number), None)
        if kept is None or found.definition.settings.allows_transcript_edit is False:
            raise NotFound
        if found.state is not State.FINISHED:
            raise Conflict
        is_other = await correct(
            connection,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            number=kept.answer.number,
            text=kept.answer.text if text is None else text,
            made_in=Place.RESULTS,
            now=now(),
        )
        if is_other and is_previewed(found.definition):
            await leave(connection, Note.PREVIEW_ATTEMPT, merchant_id=seat.merchant_id, subject_id=attempt_id)


def _to_form(request: Request) -> AbstractAsyncContextManager[FormData]:
    """The form, of which no more is taken in than a film may be large. Raises TooLarge."""
    most, taken = MOST_BYTES + FRAME_BYTES, 0
    if int(request.headers.get("content-length") or 0) > most:
        raise TooLarge
    receive: Receive = request.receive

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge
        return message

    return Request(request.scope, receive_some).form(max_files=1, max_fields=2)


async def _keep_film(parts: Parts, seat: Seat, attempt_id: UUID, sent: UploadFile) -> None:
    data_dir = _data_dir(parts)
    whose: dict[str, UUID] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    film = await asyncio.to_thread(keep_file, data_dir, sent.file, **whose, now=now())
    try:
        async with parts.database.tenant(seat.merchant_id) as connection:
            await lock_own(connection, seat, attempt_id)
            before = await save_introduction(connection, film)
            await record(
                connection,
                Event.INTRODUCTION_KEPT,
                merchant_id=seat.merchant_id,
                subject_id=attempt_id,
                actor=f"candidate {seat.candidate_id}",
                data={"format": film.format, "size_bytes": film.size_bytes},
            )
    except BaseException:
        await asyncio.to_thread(erase_file, data_dir, film)
        raise
    if before is not None:
        await asyncio.to_thread(erase_file, data_dir, before)


async def _remove_film(parts: Parts, seat: Seat, attempt_id: UUID) -> None:
    async with parts.database.tenant(seat.merchant_id) as connection:
        await lock_own(connection, seat, attempt_id)
        film = await take_introduction(connection, attempt_id)
        if film is None:
            return
        await record(
            connection,
            Event.INTRODUCTION_REMOVED,
            merchant_id=seat.merchant_id,
            subject_id=attempt_id,
            actor=f"candidate {seat.candidate_id}",
        )
    await asyncio.to_thread(erase_file, _data_dir(parts), film)


def _give_film(parts: Parts, film: Introduction | None) -> Response:
    path = None if film is None else _data_dir(parts) / film.place
    if film is None or path is None or not path.is_file():
        raise NotFound
    return FileResponse(path, media_type=film.media_type, headers=FILM_HEADERS, content_disposition_type="inline")


def _data_dir(parts: Parts) -> Path:
    if parts.data_dir is None:
        raise Unavailable("Files can’t be kept here at the moment.")
    return parts.data_dir


def _to_page(attempt_id: UUID, anchor: str) -> Response:
    return RedirectResponse(f"/interview/{attempt_id}/results{anchor}", status_code=303)


def _to_number(sent: str | None) -> int | None:
    return int(sent) if sent is not None and sent.isdecimal() and len(sent) < 5 else None


def _place(parts: Parts, request: Request, attempt_id: str) -> tuple[Seat, UUID]:
    attempt = to_id(attempt_id)
    if attempt is None:
        raise NotFound
    return seat_of(parts, request), attempt
