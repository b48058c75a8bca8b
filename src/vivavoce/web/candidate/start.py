"""The start, between consent and conversation: how somebody wants to answer, and a sound check for whoever speaks.

    way ──► typing ──► the first question
     └────► speaking ──► sound ──► the first question          later, from the conversation's help: settings

What is chosen is kept with the attempt at each step. Works without a script but for the sound check itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from vivavoce.attempts.adjust import (
    PACES,
    TIME_FACTORS,
    Adjustments,
    Shown,
    find_adjustments,
    find_latest_adjustments,
    save_adjustments,
)
from vivavoce.attempts.complete import find_needs, introduction_wanted
from vivavoce.attempts.consent import Consent, Purpose
from vivavoce.attempts.consent_log import has_agreed, log_consents
from vivavoce.attempts.introduction import Wanted
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.contact import read_contact
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.lines import Line, say
from vivavoce.conversation.loop import Scene, foresee
from vivavoce.db.database import Database
from vivavoce.db.ids import to_id
from vivavoce.errors import Conflict, NotFound, ProviderError, TooLarge, Unavailable, VivavoceError
from vivavoce.interviews.camera import Camera, camera_of
from vivavoce.interviews.watching import is_watched
from vivavoce.merchants.contact import Need
from vivavoce.sound.adjusted import find_locale
from vivavoce.sound.line_store import to_line
from vivavoce.sound.sound_check import MOST_BYTES, hear_check
from vivavoce.sound.turn_end import PATIENCE, Pace
from vivavoce.text.languages import BY_CODE
from vivavoce.web.candidate.conversation import RETRY_AFTER
from vivavoce.web.candidate.limits import TooMuch
from vivavoce.web.candidate.poster import tag_of, tell_count
from vivavoce.web.candidate.session import PERSON_PATH, refuse_foreign_origin, seat_of
from vivavoce.web.drawing import LARGE, NORMAL, TEXT_COOKIE, FrameEvent, FrameNews, speaks
from vivavoce.web.forms import read_form, take_in
from vivavoce.web.parts import WebParts
from vivavoce.words.catalog import find_words
from vivavoce.words.mark import mark

SPEAK, TYPE = "speak", "type"
LARGE_TEXT = "yes"
CHECK_WORDS = "yes"
# Said aloud in the sound check, in the interview's own language.
SAY_THIS = mark("I’d like to talk about my work.")
TEXT_KEPT = 365 * 24 * 3600  # seconds: how long a device knows how large its text is to be


class StartStep(StrEnum):
    """Which part of the start is shown."""

    WAY = "way"  # speak or type
    SOUND = "sound"  # the sound check of whoever speaks
    SETTINGS = "settings"  # all of it, to change it later


@dataclass(frozen=True, slots=True, kw_only=True)
class StartScreen:
    """At whose start screen we are.

    chosen: None before any choice; is_return: it was for this attempt; has_agreed: to be recorded; shows_face: to a
    picture besides. wants_picture: whether the interview asks for one.
    """

    seat: Seat
    attempt_id: UUID
    scene: Scene
    chosen: Adjustments | None
    is_return: bool
    has_agreed: bool
    wants_picture: bool = False
    shows_face: bool = False
    contact: tuple[tuple[str, bool], ...] = ()  # what is asked for at the end, and whether it is required

    @property
    def is_watched(self) -> bool:
        """Whether it is noted what the page notices."""
        return is_watched(self.scene.definition.settings)

    @property
    def url(self) -> str:
        """Of the conversation."""
        return f"/interview/{self.attempt_id}/"


async def show(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """GET: what there is to choose, with what was chosen before. step: which part of it."""
    place = await _find(parts, request, attempt_id)
    if place.scene.conversation.state is not AttemptState.BEGUN:
        return RedirectResponse(place.url, status_code=303)
    step = _step_of(parts, place, request.query_params.get("step"))
    return await _draw(parts, place, _tell_chosen(place), step=step, liked=request.headers.get("accept-language", ""))


async def save(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: keeps what was chosen, and goes to the next step or to the conversation."""
    refuse_foreign_origin(request)
    place = await _find(parts, request, attempt_id)
    if place.scene.conversation.state is not AttemptState.BEGUN:
        return RedirectResponse(place.url, status_code=303)
    form = await read_form(request)
    step = StartStep(form["step"]) if form.get("step") in set(StartStep) else StartStep.SETTINGS
    way = form.get("way", "") if can_speak(parts) else TYPE
    has_agreed = place.has_agreed or form.get("consent_sound_kept") == "yes"
    missing = _find_missing(way, has_agreed=has_agreed)
    chosen = _read(form, place, is_spoken=way == SPEAK)
    if missing is not None:
        liked = request.headers.get("accept-language", "")
        return await _draw(parts, place, _tell(chosen) | {"way": way}, step=step, liked=liked, missing=missing)
    moment = now()
    async with parts.database.tenant(place.seat.merchant_id) as connection:
        whose: dict[str, Any] = {"merchant_id": place.seat.merchant_id, "attempt_id": place.attempt_id, "now": moment}
        await save_adjustments(connection, chosen, **whose)
        await log_consents(connection, _read_consents(form, place, chosen, step), **whose)
    is_next = step is StartStep.WAY and chosen.speaks
    response = RedirectResponse(f"{place.url}start?step=sound" if is_next else place.url, status_code=303)
    was_large = place.chosen is not None and place.chosen.has_large_text
    # Where nobody ever wanted large words there is nothing to keep on the device.
    if chosen.has_large_text or was_large or TEXT_COOKIE in request.cookies:
        _keep_text_size(parts, response, is_large=chosen.has_large_text)
    return response


async def hear(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: a few seconds of sound as they come from the microphone, answered by the words heard: `{"text": "…"}`.

    The text is empty where nobody spoke. Nothing of it is kept. What fails is told as `{"error": …}`.
    """
    try:
        return JSONResponse({"text": await _hear(parts, request, attempt_id)}, headers={"Cache-Control": "no-store"})
    except TooMuch as error:
        return JSONResponse(error.to_envelope(), status_code=error.status, headers={"Retry-After": RETRY_AFTER})
    except VivavoceError as error:
        return JSONResponse(error.to_envelope(), status_code=error.status)


async def _hear(parts: WebParts, request: Request, attempt_id: str) -> str:
    refuse_foreign_origin(request)
    place = await _find(parts, request, attempt_id)
    if parts.voice is None or not can_speak(parts):
        raise Unavailable("Nobody can be heard here right now. Type instead, or try again later.")
    if not place.has_agreed:
        raise Conflict("Agree to be recorded first.", name="sound_kept")
    with parts.talks.at(place.seat) as talk, talk.posting():
        await talk.check()
        sound = bytearray()
        try:
            async for piece in take_in(request, most_bytes=MOST_BYTES):
                sound += piece
        except TooLarge:
            raise TooLarge("This is too much sound for a check. Send a few seconds.", name="sound") from None
        language = place.scene.definition.language
        try:
            return await hear_check(
                parts.voice.microphones.means,
                bytes(sound),
                attempt_id=place.attempt_id,
                language=language,
                locale=find_locale(place.scene, language=language, of_page=None),
            )
        except ProviderError as error:
            raise Unavailable("Nobody can be heard here right now. Type instead, or try again later.") from error


def can_speak(parts: WebParts) -> bool:
    """Whether anybody can be heard here now."""
    return parts.voice is not None and parts.voice.microphones.means.ears.may_hear()


async def is_chosen(database: Database, seat: Seat, attempt_id: UUID) -> bool:
    """Whether the start screen has been passed."""
    async with database.tenant(seat.merchant_id) as connection:
        return await find_adjustments(connection, attempt_id) is not None


async def _find(parts: WebParts, request: Request, attempt_id: str) -> StartScreen:
    seat, attempt = seat_of(parts, request), to_id(attempt_id)
    if attempt is None:
        raise NotFound
    scene = await foresee(parts.database, seat, attempt, Arrived(), now=now())
    async with parts.database.tenant(seat.merchant_id) as connection:
        chosen = await find_adjustments(connection, attempt)
        known = await read_contact(connection, seat.candidate_id)
        needs = await find_needs(connection, scene.definition, merchant_id=seat.merchant_id)
        return StartScreen(
            seat=seat,
            attempt_id=attempt,
            scene=scene,
            chosen=chosen or await find_latest_adjustments(connection, seat),
            is_return=chosen is not None,
            has_agreed=await has_agreed(connection, Purpose.SOUND_KEPT, attempt),
            wants_picture=parts.recordings is not None and camera_of(scene.definition.settings) is not Camera.OFF,
            shows_face=await has_agreed(connection, Purpose.PICTURE_KEPT, attempt),
            contact=tuple(
                (detail.value, need is Need.REQUIRED)
                for detail, need in needs.items()
                if need is not Need.OFF and not known.has(detail)
            ),
        )


def _step_of(parts: WebParts, place: StartScreen, asked: str | None) -> StartStep:
    """What is shown: as it was asked for, where that makes sense."""
    is_heard = place.is_return and place.chosen is not None and place.chosen.speaks and can_speak(parts)
    if asked == StartStep.SOUND and is_heard and place.has_agreed:
        return StartStep.SOUND
    if asked == StartStep.WAY or not place.is_return:
        return StartStep.WAY
    return StartStep.SETTINGS


def _read_consents(form: dict[str, str], place: StartScreen, chosen: Adjustments, step: StartStep) -> list[Consent]:
    """What this step asked or said, and was not known yet."""
    said: dict[Purpose, bool] = {}
    if chosen.speaks and not place.has_agreed:
        said[Purpose.SOUND_KEPT] = True
    if place.is_watched and step is StartStep.WAY:  # which says what is noted
        said[Purpose.NOTING_TOLD] = True
    shows_face = bool(chosen.speaks) and form.get("consent_picture_kept") == "yes"
    if place.wants_picture and step is not StartStep.SOUND and shows_face is not place.shows_face:  # which does not ask
        said[Purpose.PICTURE_KEPT] = shows_face
    language = speaks(place.scene.definition.language)
    return [Consent(purpose=purpose, is_given=is_given, language=language) for purpose, is_given in said.items()]


def _find_missing(way: str, *, has_agreed: bool) -> str | None:
    """What a form lacks: `way`, or `sound_kept`, the consent of who wants to speak."""
    if way not in (SPEAK, TYPE):
        return "way"
    return "sound_kept" if way == SPEAK and not has_agreed else None


# --- What was chosen ------------------------------------------------------------------------------------------------


def _read(form: Mapping[str, str], place: StartScreen, *, is_spoken: bool) -> Adjustments:
    """What a form says; a part that it lacks, or that is no choice, stays as it was."""
    was = place.chosen or Adjustments()
    pace, factor, shown = form.get("pace"), form.get("time", ""), form.get("interviewer", "")
    accents = {code: form.get(f"accent_{code}", was.accents.get(code, "")) for code in _languages(place.scene)}
    return Adjustments(
        speaks=is_spoken,
        pace=pace if pace in PACES else was.pace,
        time_factor=next((known for known in TIME_FACTORS if str(known) == factor), was.time_factor),
        accents={
            code: locale
            for code, locale in accents.items()
            if locale in {accent.code for accent in BY_CODE[code].accents}
        },
        has_large_text=form["large_text"] == LARGE_TEXT if "large_text" in form else was.has_large_text,
        interviewer=Shown(shown) if shown in set(Shown) else was.interviewer,
        checks_words=form["check"] == CHECK_WORDS if "check" in form else was.checks_words,
    )


def _tell_chosen(place: StartScreen) -> dict[str, Any]:
    if place.chosen is None:
        return _tell(Adjustments()) | {"way": ""}
    return _tell(place.chosen)


def _tell(chosen: Adjustments) -> dict[str, Any]:
    return {
        "way": SPEAK if chosen.speaks else TYPE,
        "pace": chosen.pace,
        "time": str(chosen.time_factor),
        "accents": chosen.accents,
        "has_large_text": chosen.has_large_text,
        "interviewer": chosen.interviewer.value,
        "checks_words": chosen.checks_words,
    }


def _keep_text_size(parts: WebParts, response: Response, *, is_large: bool) -> None:
    response.set_cookie(
        TEXT_COOKIE,
        LARGE if is_large else NORMAL,
        max_age=TEXT_KEPT,
        path=PERSON_PATH,
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


# --- What there is to choose ----------------------------------------------------------------------------------------


async def _draw(
    parts: WebParts,
    place: StartScreen,
    chosen: dict[str, Any],
    *,
    step: StartStep,
    liked: str,
    missing: str | None = None,
) -> Response:
    """liked: the languages that the browser prefers, as it sends them: an accent is guessed from it."""
    scene, definition = place.scene, place.scene.definition
    languages = _languages(scene)
    is_heard = can_speak(parts)
    is_read = is_heard and not await asyncio.to_thread(_is_spoken, parts, languages)
    if is_read and not chosen["way"]:
        chosen = chosen | {"way": TYPE}
    return parts.pages.draw(
        "start.html",
        status=422 if missing else 200,
        in_language=definition.language,
        listens=is_heard,
        news=FrameNews(FrameEvent.STARTED, attempt_id=place.attempt_id),
        has_large_text=chosen["has_large_text"],
        position={"name": definition.name, "language": tag_of(definition.language)},
        attempt_id=str(place.attempt_id),
        place=place.url,
        page_url=f"{place.url}start?step={step.value}",
        is_practice=not YIELDS[definition.kind].has_recommendation,
        step=step.value,
        voice="there" if is_heard else "off" if parts.voice is None else "away",
        languages=[_tell_language(code, chosen, place, liked) for code in languages],
        weak=[
            _name_here(code, place.scene.definition.language) for code in languages if is_heard and code in _weak(parts)
        ],
        length=_tell_length(scene),
        film=introduction_wanted(definition.settings).value if parts.recordings is not None else Wanted.HIDDEN.value,
        contact=[{"name": name, "is_required": is_required} for name, is_required in place.contact],
        instruction=scene.course.instruction,
        can_check=is_heard and scene.course.opens_again,
        paces=[{"name": pace.value, "seconds": _told(pace)} for pace in (Pace.SLOWER, Pace.NORMAL, Pace.FASTER)],
        pace_of_interview=_pace_of(definition.settings.pace),
        say_this={
            "text": find_words(definition.language).say(SAY_THIS),
            "language": find_words(definition.language).tag,
        },
        sentence=_tell_sentence(parts, place) if is_heard else None,
        chosen=chosen,
        is_read=is_read,
        has_agreed=place.has_agreed,
        wants_picture=place.wants_picture,
        is_watched=place.is_watched,
        shows_face=place.shows_face,
        missing=missing or "",
    )


def _languages(scene: Scene) -> list[str]:
    """That are spoken in this attempt, the interview's own first."""
    of_steps = (step.question.language for step in scene.course.steps)
    return list(dict.fromkeys([scene.definition.language, *(code for code in of_steps if code is not None)]))


def _is_spoken(parts: WebParts, languages: Sequence[str]) -> bool:
    """Whether a voice here speaks all of these. It may block."""
    return parts.voice is not None and all(parts.voice.knows(code) for code in languages)


def _weak(parts: WebParts) -> frozenset[str]:
    return frozenset() if parts.voice is None else parts.voice.microphones.means.ears.weak


def _name(code: str) -> dict[str, str]:
    return {"tag": BY_CODE[code].tag, "name": BY_CODE[code].name_local}


def _name_here(code: str, language: str) -> dict[str, str]:
    """A language as the page calls it, within a sentence: `français` on a French one. language: the interview's."""
    here, named = find_words(speaks(language)), BY_CODE[code]
    names = here.locale.languages
    name = names.get(named.tag.replace("-", "_")) or names.get(named.iso) or named.name_local
    return {"tag": here.tag, "name": name}


def _tell_language(code: str, chosen: Mapping[str, Any], place: StartScreen, liked: str) -> dict[str, Any]:
    """A language with its accents, by the names of their countries: the browser's region is taken for the accent."""
    of_interview = place.scene.definition.speech_locale
    codes = [accent.code for accent in BY_CODE[code].accents]
    of_browser = (tag.partition(";")[0].strip() for tag in liked.split(","))
    guessed = next((tag for tag in of_browser if tag in codes), None)
    default = guessed or (of_interview if of_interview in codes else codes[0])
    countries = find_words(speaks(place.scene.definition.language)).locale.territories
    return _name(code) | {
        "code": code,
        "accents": [{"code": accent, "name": countries.get(accent[-2:], accent)} for accent in codes],
        "accent": chosen["accents"].get(code, default),
    }


def _tell_length(scene: Scene) -> dict[str, Any]:
    """About how long it takes; most: after which nothing more is asked, by factor of time."""
    course = scene.course
    length = course.length
    most = course.max_seconds / course.time_factor
    return {
        "count": tell_count(
            len(course.steps), sum(step.parent_id is not None for step in course.steps), length.follow_ups
        ),
        "least": length.least_minutes,
        "longest": length.most_minutes,
        "most": [{"factor": str(factor), "minutes": _minutes(most, factor)} for factor in TIME_FACTORS],
    }


def _minutes(seconds: float, factor: Decimal) -> int:
    return ceil(seconds * float(factor) / 60)


def _told(pace: Pace) -> int:
    """Whole seconds: nobody wants to know that it is 2.65."""
    return round(PATIENCE[pace])


def _pace_of(named: str | None) -> str:
    pace = (named or "").strip().lower()
    return pace if pace in PACES else Pace.NORMAL.value


def _tell_sentence(parts: WebParts, place: StartScreen) -> dict[str, Any]:
    """A sentence of the interviewer's, to try the sound with. audio: None: the browser's own voice says it."""
    said = say(Line.THINK, place.scene.course.manner)
    key = None
    if parts.voice is not None:
        line = to_line(said, locale=place.scene.voice_locale)
        key = parts.voice.speaker.offer(place.seat.merchant_id, line)
    audio = None if key is None else f"{place.url}voice/{key}.wav"
    return {"text": said.text, "language": tag_of(said.language), "audio": audio}
