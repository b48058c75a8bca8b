"""The addresses of the pages. What goes wrong is shown as a page that says what to do."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from vivavoce.candidates.embed_links import NotVouched
from vivavoce.candidates.links import LinkClosed, LinkExpired, LinkRevoked, LinkShut, NotInvited, PersonErased
from vivavoce.db.ids import to_id
from vivavoce.errors import (
    NoSpace,
    NotAllowed,
    NotFound,
    NotUnderstood,
    TooLarge,
    VivavoceError,
    is_disk_full,
)
from vivavoce.web import archives, dress, mails, recordings, reports
from vivavoce.web.adding import Endpoint, add_page
from vivavoce.web.candidate import (
    camera,
    conversation,
    embed,
    mails_off,
    notice,
    own,
    own_report,
    person,
    position,
    positions,
    results,
    sign_in,
    start,
)
from vivavoce.web.candidate import line_sound as voice
from vivavoce.web.candidate.entry import WrongPerson
from vivavoce.web.candidate.sign_in import Way
from vivavoce.web.console.routes import add_console
from vivavoce.web.drawing import LANGUAGE_COOKIE, Framing, dressed, framed, spoken_to
from vivavoce.web.forms import MOST_BYTES, read_form
from vivavoce.web.frames import frame_of
from vivavoce.web.parts import WebParts
from vivavoce.web.statics import KeptFiles, own_statics

log = logging.getLogger(__name__)

LANGUAGE_KEPT = 365 * 24 * 3600  # seconds: how long a browser knows in which language we are to speak

Page = Callable[[WebParts, Request, str], Awaitable[Response]]

# Forms that may be longer than most, in bytes, and those that are not read whole.
LARGE_FORMS: dict[Page, int] = {results.send_correction: results.CORRECTION_BYTES}
READ_AS_THEY_COME: frozenset[Page] = frozenset({results.send_film})


def add_pages(app: Starlette, parts: WebParts) -> None:
    """Puts the pages, the line and the static files into the app."""
    for method, path, page in (
        ("GET", "/interview/at/{place}/", positions.show),
        ("GET", "/interview/at/{place}/privacy", notice.show_privacy),
        ("GET", "/interview/at/{place}/terms", notice.show_terms),
        ("POST", "/interview/at/{place}/sign-in", _at(sign_in.at_merchant, sign_in.ask)),
        ("GET", "/interview/at/{place}/code", _at(sign_in.at_merchant, sign_in.show_code)),
        ("POST", "/interview/at/{place}/code", _at(sign_in.at_merchant, sign_in.check_code)),
        ("POST", "/interview/at/{place}/sign-out", sign_in.sign_out),
        ("GET", "/interview/at/{place}/mine/", own.show),
        ("GET", "/interview/at/{place}/mine/{attempt}/", own.show_attempt),
        ("GET", "/interview/at/{place}/mine/{attempt}/report", own_report.show),
        ("POST", "/interview/at/{place}/mine/{attempt}/contest", own.send_contest),
        ("GET", "/interview/at/{place}/mine.zip", archives.take_own),
        ("POST", "/interview/at/{place}/erase", own.send_erasure),
        ("GET", "/interview/at/{place}/erased/{person}", own.show_receipt),
        ("GET", "/interview/take/{place}/", position.show),
        ("POST", "/interview/take/{place}/begin", position.begin),
        ("POST", "/interview/take/{place}/enter", sign_in.enter),
        ("GET", "/interview/take/{place}/person", person.show),
        ("POST", "/interview/take/{place}/person", person.ask),
        ("POST", "/interview/take/{place}/sign-in", _at(sign_in.at_interview, sign_in.ask)),
        ("GET", "/interview/take/{place}/code", _at(sign_in.at_interview, sign_in.show_code)),
        ("POST", "/interview/take/{place}/code", _at(sign_in.at_interview, sign_in.check_code)),
        ("GET", "/interview/{place}/", conversation.show),
        ("GET", "/interview/{place}/again", position.again),
        ("GET", "/interview/{place}/results", results.show),
        ("POST", "/interview/{place}/results/correct", results.send_correction),
        ("POST", "/interview/{place}/results/film", results.send_film),
        ("GET", "/interview/{place}/results/film", results.show_film),
        ("POST", "/interview/{place}/results/hand-in", results.hand_in),
        ("POST", "/interview/{place}/results/help", results.call_person),
        ("GET", "/interview/mails/{place}", mails_off.show),
        ("POST", "/interview/mails/{place}", mails_off.turn),
        ("GET", "/interview/films/{place}/", results.show_signed_film),
        ("GET", "/interview/recordings/{place}/", recordings.play),
        ("GET", "/interview/reports/{place}/", reports.show),
        ("GET", "/interview/archives/{place}/", archives.show),
        ("GET", "/interview/{place}/start", start.show),
        ("POST", "/interview/{place}/start", start.save),
    ):
        add_page(app, path, _placed(_drawn(page, parts)), method=method)
    for method, path, bare_page in (
        ("GET", "/embed", embed.open_frame),
        ("POST", "/embed/window", embed.open_window),
    ):
        add_page(app, path, _bare(_drawn(bare_page, parts)), method=method)
    add_page(app, "/embed.js", embed.give_script)
    add_page(app, "/interview/{place}/say", _plain(conversation.say, parts), method="POST")
    add_page(app, "/interview/{place}/camera", _plain(camera.turn_off, parts), method="POST")
    add_page(app, "/interview/{place}/camera/{name}", _named(camera.take_part, parts), method="PUT")
    add_page(app, "/interview/{place}/start/heard", _plain(start.hear, parts), method="POST")
    add_page(app, "/interview/{place}/voice/{name}", _named(voice.show, parts))
    add_page(app, "/interview/accents/{place}", _plain(dress.show_accent, parts))
    add_page(app, "/interview/logos/{place}/{name}", _named(dress.show_logo, parts))
    add_page(app, "/", _welcome(parts))
    add_console(app, parts)
    if parts.mail_folder is not None:
        _add_mails(app, parts, parts.mail_folder)
    app.router.routes.append(WebSocketRoute("/interview/{place}/socket", _socket(parts)))
    app.mount("/static/{version}", KeptFiles(own_statics()))


def _welcome(parts: WebParts) -> Endpoint:
    """The bare address: a page for somebody who came without a link, and for a program what it was told before."""

    async def endpoint(request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            raise NotFound("There is nothing at this address.")
        with spoken_to(request):
            return parts.pages.draw("welcome.html")

    return endpoint


def _add_mails(app: Starlette, parts: WebParts, folder: Path) -> None:
    async def endpoint(request: Request) -> Response:
        return mails.show(parts, folder)

    add_page(app, mails.ADDRESS, endpoint)


def _at(
    find: Callable[[WebParts, str], Awaitable[Way]], page: Callable[[WebParts, Request, Way], Awaitable[Response]]
) -> Page:
    """The page of signing in, at the place that the address names."""

    async def at(parts: WebParts, request: Request, place: str) -> Response:
        return await page(parts, request, await find(parts, place))

    return at


def _plain(page: Page, parts: WebParts) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await page(parts, request, request.path_params["place"])

    return endpoint


def _placed(endpoint: Callable[[Request, str], Awaitable[Response]]) -> Endpoint:
    async def placed(request: Request) -> Response:
        return await endpoint(request, request.path_params["place"])

    return placed


def _bare(endpoint: Callable[[Request, str], Awaitable[Response]]) -> Endpoint:
    """The page of an address that names nothing."""

    async def bare(request: Request) -> Response:
        return await endpoint(request, "")

    return bare


def _named(page: Callable[[WebParts, Request, str, str], Awaitable[Response]], parts: WebParts) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await page(parts, request, request.path_params["place"], request.path_params["name"])

    return endpoint


def _drawn(page: Page, parts: WebParts) -> Callable[[Request, str], Awaitable[Response]]:
    async def endpoint(request: Request, place: str) -> Response:
        with spoken_to(request) as chosen, framed(await embed.find_framing(parts, request, language=chosen)):
            response = await refuse(request, place)
            if response is None:
                with dressed(await dress.find_dress(parts, request, place)):
                    response = await draw(request, place)
        if chosen is not None and frame_of(request) is None:
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                max_age=LANGUAGE_KEPT,
                path="/interview",
                secure=parts.is_secure,
                httponly=True,
                samesite="lax",
            )
        return response

    async def refuse(request: Request, place: str) -> Response | None:
        """The answer to a form that is not taken, whoever sends it: before anything is looked up for it."""
        if request.method != "POST" or page in READ_AS_THEY_COME:
            return None
        try:
            await read_form(request, most_bytes=LARGE_FORMS.get(page, MOST_BYTES))
        except VivavoceError as error:
            return close(request, place, error)
        return None

    def close(request: Request, place: str, error: VivavoceError) -> Response:
        if request.url.path in embed.DOORS:
            with framed(Framing()):
                return say_when(parts.pages.draw("closed.html", status=error.status, why=_why(error, request)), error)
        context = _other_way(parts, place) if _has_other_way(error, request) else {}
        why = _why(error, request)
        # Whose interview it is would tell that it is there.
        with dressed(None) if why in ("not_found", "not_vouched") else nullcontext():
            response = parts.pages.draw("closed.html", status=error.status, why=why, **context)
        return say_when(response, error)

    async def draw(request: Request, place: str) -> Response:
        frame = frame_of(request)
        try:
            if frame is not None and frame.visit is None:
                raise NotVouched
            return await page(parts, request, place)
        except WrongPerson as error:
            return await sign_in.draw_wrong_person(parts, request, error)
        except VivavoceError as error:
            return close(request, place, error)
        except ClientDisconnect:
            raise  # nobody is there to be told anything
        except Exception as error:  # a person looks at this: the last chance to say that their answers are safe
            if is_disk_full(error):
                log.error("the disk is full, at %s %s: %s", request.method, request.url.path, error)
                return say_when(parts.pages.draw("closed.html", status=NoSpace.status, why="failed"), NoSpace())
            log.error("unforeseen at %s %s", request.method, request.url.path, exc_info=error)
            return parts.pages.draw("closed.html", status=500, why="failed")

    return endpoint


def say_when(response: Response, error: VivavoceError) -> Response:
    """Tells on the answer when it is worth while to ask again, where that is known."""
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _why(error: VivavoceError, request: Request) -> str:
    match error:
        case NotVouched():
            return "not_vouched"
        case LinkRevoked():
            return "revoked"
        case LinkClosed():
            return "archived"
        case PersonErased():
            return "erased"
        case LinkExpired():
            return "expired" if _is_at_link(request) else "signed_out"
        case NotInvited():
            return "damaged" if _is_at_link(request) else "signed_out"
        case NotFound():
            return "not_found" if _is_at_link(request) else "forbidden"
        case NotAllowed():
            return "foreign"
        case TooLarge() | NotUnderstood():
            return "not_taken"
        case _:
            return "failed"


def _has_other_way(error: VivavoceError, request: Request) -> bool:
    return isinstance(error, NotInvited) and not isinstance(error, LinkShut) and _is_at_link(request)


def _is_at_link(request: Request) -> bool:
    return request.url.path.startswith(("/interview/take/", "/interview/at/", "/interview/mails/"))


def _other_way(parts: WebParts, interview_id: str) -> dict[str, Any]:
    """In for whoever's link does not open: by e-mail, where codes can be mailed."""
    if not parts.sends_mail or to_id(interview_id) is None:
        return {}
    return {"sign_in_url": f"/interview/take/{interview_id}/"}


def _socket(parts: WebParts) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(socket: WebSocket) -> None:
        await conversation.talk(parts, socket, socket.path_params["place"])

    return endpoint
