"""The start screen, between consent and conversation: how somebody wants to answer, and a try of what that takes.

What is chosen is kept with the attempt; the conversation's help leads back here. Works without a script but for trying
the microphone and the sound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from vivavoce.attempts.adjust import (
    PACES,
    TIME_FACTORS,
    Adjustments,
    Shown,
    agree_to_sound,
    find_adjustments,
    find_latest_adjustments,
    has_agreed_to_sound,
    save_adjustments,
)
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.lines import Line, say
from vivavoce.conversation.loop import Scene, foresee
from vivavoce.db.database import Database
from vivavoce.db.ids import to_id
from vivavoce.errors import NotFound
from vivavoce.sound.line_store import to_line
from vivavoce.sound.turn_end import PATIENCE, Pace
from vivavoce.text.languages import BY_CODE
from vivavoce.web.candidate.poster import seconds_of, tag_of
from vivavoce.web.candidate.session import PERSON_PATH, refuse_foreign_origin, seat_of
from vivavoce.web.drawing import LARGE, NORMAL, TEXT_COOKIE, speaks
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts
from vivavoce.words.catalog import find_words

SPEAK, TYPE = "speak", "type"
TEXT_KEPT = 365 * 24 * 3600  # seconds: how long a device knows how large its text is to be


@dataclass(frozen=True, slots=True, kw_only=True)
class StartScreen:
    """At whose start screen we are.

    chosen: None before any choice; is_return: it was for this attempt; has_agreed: to be recorded.
    """

    seat: Seat
    attempt_id: UUID
    scene: Scene
    chosen: Adjustments | None
    is_return: bool
    has_agreed: bool

    @property
    def url(self) -> str:
        """Of the conversation."""
        return f"/interview/{self.attempt_id}/"


async def show(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """GET: what there is to choose, with what was chosen before."""
    place = await _find(parts, request, attempt_id)
    if place.scene.conversation.state is not AttemptState.BEGUN:
        return RedirectResponse(place.url, status_code=303)
    return _draw(parts, place, _tell_chosen(place))


async def save(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: keeps what was chosen, and goes to the conversation."""
    refuse_foreign_origin(request)
    place = await _find(parts, request, attempt_id)
    if place.scene.conversation.state is not AttemptState.BEGUN:
        return RedirectResponse(place.url, status_code=303)
    form = await read_form(request)
    way = form.get("way", "") if can_speak(parts) else TYPE
    has_agreed = place.has_agreed or form.get("consent_sound_kept") == "yes"
    missing = _find_missing(way, has_agreed=has_agreed)
    chosen = _read(form, place, is_spoken=way == SPEAK)
    if missing is not None:
        return _draw(parts, place, _tell(chosen) | {"way": way}, missing=missing)
    moment = now()
    async with parts.database.tenant(place.seat.merchant_id) as connection:
        whose: dict[str, Any] = {"merchant_id": place.seat.merchant_id, "attempt_id": place.attempt_id, "now": moment}
        await save_adjustments(connection, chosen, **whose)
        if chosen.speaks and not place.has_agreed:
            await agree_to_sound(connection, **whose, language=speaks(place.scene.definition.language))
    response = RedirectResponse(place.url, status_code=303)
    was_large = place.chosen is not None and place.chosen.has_large_text
    # Where nobody ever wanted large words there is nothing to keep on the device.
    if chosen.has_large_text or was_large or TEXT_COOKIE in request.cookies:
        _keep_text_size(parts, response, is_large=chosen.has_large_text)
    return response


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
        return StartScreen(
            seat=seat,
            attempt_id=attempt,
            scene=scene,
            chosen=chosen or await find_latest_adjustments(connection, seat),
            is_return=chosen is not None,
            has_agreed=await has_agreed_to_sound(connection, attempt),
        )


def _find_missing(way: str, *, has_agreed: bool) -> str | None:
    """What a form lacks: `way`, or `sound_kept`, the consent of who wants to speak."""
    if way not in (SPEAK, TYPE):
        return "way"
    return "sound_kept" if way == SPEAK and not has_agreed else None


# --- What was chosen ------------------------------------------------------------------------------------------------


def _read(form: Mapping[str, str], place: StartScreen, *, is_spoken: bool) -> Adjustments:
    """What a form says; what is no choice is none."""
    pace, factor = form.get("pace"), form.get("time", "")
    shown = form.get("interviewer", "")
    accents = {code: form.get(f"accent_{code}", "") for code in _languages(place.scene)}
    return Adjustments(
        speaks=is_spoken,
        pace=pace if pace in PACES else None,
        time_factor=next((one for one in TIME_FACTORS if str(one) == factor), TIME_FACTORS[0]),
        accents={
            code: locale
            for code, locale in accents.items()
            if locale in {accent.code for accent in BY_CODE[code].accents}
        },
        has_large_text=form.get("large_text") == "yes",
        interviewer=Shown(shown) if shown in set(Shown) else Shown.MOVING,
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


def _draw(parts: WebParts, place: StartScreen, chosen: dict[str, Any], *, missing: str | None = None) -> Response:
    scene, definition = place.scene, place.scene.definition
    languages = _languages(scene)
    is_heard = can_speak(parts)
    return parts.pages.draw(
        "start.html",
        status=422 if missing else 200,
        in_language=definition.language,
        listens=is_heard,
        has_large_text=chosen["has_large_text"],
        position={"name": definition.name, "language": tag_of(definition.language)},
        attempt_id=str(place.attempt_id),
        place=place.url,
        is_practice=not YIELDS[definition.kind].has_recommendation,
        is_return=place.is_return,
        voice="there" if is_heard else "off" if parts.voice is None else "away",
        languages=[_tell_language(code, chosen, place) for code in languages],
        weak=[_name(code) for code in languages if is_heard and code in _weak(parts)],
        length=_tell_length(scene),
        paces=[{"name": pace.value, "seconds": PATIENCE[pace]} for pace in (Pace.SLOWER, Pace.NORMAL, Pace.FASTER)],
        pace_of_interview=_pace_of(definition.settings.pace),
        sentence=_tell_sentence(parts, place) if is_heard else None,
        chosen=chosen,
        has_agreed=place.has_agreed,
        missing=missing or "",
    )


def _languages(scene: Scene) -> list[str]:
    """That are spoken in this attempt, the interview's own first."""
    of_steps = (step.question.language for step in scene.course.steps)
    return list(dict.fromkeys([scene.definition.language, *(code for code in of_steps if code is not None)]))


def _weak(parts: WebParts) -> frozenset[str]:
    return frozenset() if parts.voice is None else parts.voice.microphones.means.ears.weak


def _name(code: str) -> dict[str, str]:
    return {"tag": BY_CODE[code].tag, "name": BY_CODE[code].name_local}


def _tell_language(code: str, chosen: Mapping[str, Any], place: StartScreen) -> dict[str, Any]:
    """A language with its accents, by the names of their countries."""
    of_interview = place.scene.definition.speech_locale
    codes = [accent.code for accent in BY_CODE[code].accents]
    default = of_interview if of_interview in codes else codes[0]
    countries = find_words(speaks(place.scene.definition.language)).locale.territories
    return _name(code) | {
        "code": code,
        "accents": [{"code": one, "name": countries.get(one[-2:], one)} for one in codes],
        "accent": chosen["accents"].get(code, default),
    }


def _tell_length(scene: Scene) -> dict[str, Any]:
    """minutes: about how long it takes; most: after which nothing more is asked, by factor of time."""
    course = scene.course
    most = course.max_seconds / course.time_factor
    return {
        "questions": len(course.steps),
        "may_be_fewer": any(step.parent_id is not None for step in course.steps),
        "minutes": round(sum(seconds_of(step) for step in course.steps) / 60) or 1,
        "most": [{"factor": str(factor), "minutes": _minutes(most, factor)} for factor in TIME_FACTORS],
    }


def _minutes(seconds: float, factor: Decimal) -> int:
    return ceil(seconds * float(factor) / 60)


def _pace_of(named: str | None) -> str:
    found = (named or "").strip().lower()
    return found if found in PACES else Pace.NORMAL.value


def _tell_sentence(parts: WebParts, place: StartScreen) -> dict[str, Any]:
    """A sentence of the interviewer's, to try the sound with. audio: None: the browser's own voice says it."""
    said = say(Line.THINK, place.scene.course.manner)
    key = None
    if parts.voice is not None:
        line = to_line(said, locale=place.scene.voice_locale)
        key = parts.voice.speaker.offer(place.seat.merchant_id, line)
    audio = None if key is None else f"{place.url}voice/{key}.wav"
    return {"text": said.text, "language": tag_of(said.language), "audio": audio}
