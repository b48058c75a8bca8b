"""The whole house as one ASGI application, its parts handed in."""

import json
import logging
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vivavoce.api.interview_forms import InterviewForms
from vivavoce.api.parts import ApiParts
from vivavoce.api.routes import DOCUMENT, PREFIX, QUOTA, Door, to_response
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.candidates.ask_limits import LIMITS, CodeLimits
from vivavoce.candidates.mail_limits import MAIL_LIMITS, MailLimits
from vivavoce.clients import ClientRate, Quota, client_of
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database
from vivavoce.errors import NoSpace, TooManyRequests, VivavoceError, is_disk_full
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.known import KnownMerchants
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import TokenReader
from vivavoce.providers.networks import Network
from vivavoce.sound.living_voice import VoiceParts
from vivavoce.sound.retention import files_in
from vivavoce.web.adding import add_page
from vivavoce.web.address import IN_SCOPE, OwnAddress
from vivavoce.web.console.desk import PATH as CONSOLE
from vivavoce.web.console.routes import draw_nothing
from vivavoce.web.docs import add_docs
from vivavoce.web.drawing import Pages, spoken_to
from vivavoce.web.frames import Frames
from vivavoce.web.parts import CompanySignIn, WebParts
from vivavoce.web.routes import add_pages, say_when
from vivavoce.web.verify import add_verifier

log = logging.getLogger(__name__)

SMALLEST_COMPRESSED = 600  # bytes: less fits into one packet anyway

UNCOUNTED = ("/healthz", "/static/")  # what asks them asks often, and they cost next to nothing
TELL_SECONDS = 10  # between two lines in the log about clients that ask too often

Header = tuple[bytes, bytes]
NOSNIFF: Header = (b"x-content-type-options", b"nosniff")
NOT_KEPT: Header = (b"cache-control", b"no-store")
# A year, as browsers' own lists ask for. Of this host alone: what runs beside it under the domain is not ours to judge.
STRICTLY_HTTPS: Header = (b"strict-transport-security", b"max-age=31536000")


def make_app(
    *,
    database: Database,
    keys: Keys,
    tokens: TokenReader,
    standing: MerchantStanding,
    public_url: str,
    is_public_url_set: bool = True,
    sends_mail: bool = False,
    mail_folder: Path | None = None,
    recordings: RecordingStore | None = None,
    keep_days: int = 0,
    sign_in_limits: CodeLimits = LIMITS,
    mail_limits: MailLimits = MAIL_LIMITS,
    oidc: CompanySignIn | None = None,
    calls: ClientRate | None = None,
    requests: ClientRate | None = None,
    voice: VoiceParts | None = None,
    thinking: Thinking | None = None,
    models: LanguageModels | None = None,
    networks: Sequence[Network] = (),
) -> ASGIApp:
    """The application. It opens nothing and closes nothing.

    is_public_url_set: False where public_url is merely where we listen. sends_mail: whether a worker can mail codes;
    sign_in_limits: how many may be asked for; mail_limits: how many invitations are mailed. oidc: where members sign in
    besides. mail_folder: whose mails a page shows to everybody; the demo's alone.
    recordings: where candidates' films are kept; None: none are taken. keep_days: after how many days attempts are
    erased, as the pages tell; 0: never by themselves. calls, requests: how many
    each caller and each client address may send; None: as many as they like. voice: None: candidates type.
    thinking: asks language models; None: the interviewer goes by rules. models: that write interviews and expectations.
    networks: of ours that an address named by a merchant may lie in.
    """
    api = ApiParts(
        database=database,
        keys=keys,
        tokens=tokens,
        standing=standing,
        merchants=KnownMerchants(database),
        public_url=public_url,
        calls=calls,
        speaks=voice is not None,
        files=None if recordings is None else files_in(recordings),
        let_go=None if voice is None else voice.microphones.let_go,
        models=models,
        report_files=None if recordings is None else recordings.files,
        keep_days=keep_days,
        networks=networks,
        sends_mail=sends_mail,
        mail_limits=mail_limits,
    )
    door = Door(api)
    drawing = Pages()
    pages = _make_pages(
        database,
        WebParts(
            database=database,
            keys=keys,
            pages=drawing,
            public_url=public_url,
            sends_mail=sends_mail,
            mail_folder=mail_folder,
            recordings=recordings,
            keep_days=keep_days,
            sign_in_limits=sign_in_limits,
            mail_limits=mail_limits,
            oidc=oidc,
            voice=voice,
            thinking=thinking,
            models=models,
            making=InterviewForms(api),
            files=api.files,
            let_go=api.let_go,
        ),
    )
    add_verifier(pages)
    add_docs(pages, pages=drawing, read=door.document.read, address=DOCUMENT)
    return _Application(
        door=door,
        pages=Frames(pages, keys),
        address=OwnAddress.of(public_url, is_set=is_public_url_set),
        requests=requests,
        drawing=drawing,
    )


class _Application:
    """Sends each call to its door, and each answer out with the headers that all of them carry."""

    def __init__(
        self, *, door: Door, pages: ASGIApp, address: OwnAddress, requests: ClientRate | None, drawing: Pages
    ) -> None:
        self._door = door
        self._pages = pages
        self._address = address
        self._headers = (NOSNIFF, STRICTLY_HTTPS, NOT_KEPT) if address.is_secure else (NOSNIFF, NOT_KEPT)
        self._requests = requests
        self._drawing = drawing
        self._told_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        covered = _Covered(send, self._headers)
        scope[IN_SCOPE] = self._address
        quota = self._count(scope)
        if quota is not None and quota.is_over:
            await self._refuse(quota, scope, receive, covered)
        elif scope["type"] == "http" and scope["path"].startswith(PREFIX + "/"):
            await self._call(scope, receive, covered)
        else:
            await self._pages(scope, receive, covered)

    def _count(self, scope: Scope) -> Quota | None:
        """Counts a request as its client's; None: it is not counted."""
        client = scope.get("client")
        if self._requests is None or client is None or scope["path"].startswith(UNCOUNTED):
            return None
        return self._requests.take(client_of(client[0]))

    async def _refuse(self, quota: Quota, scope: Scope, receive: Receive, send: Send) -> None:
        """Says when the client may come again: to a program in the envelope, to a person by a page."""
        if time.monotonic() - self._told_at >= TELL_SECONDS:
            self._told_at = time.monotonic()
            log.warning(
                "a client asks more often than VIVAVOCE_REQUESTS_PER_MINUTE allows, and is answered by 429; if it is"
                " a proxy, set VIVAVOCE_TRUSTED_PROXIES"
            )
        error = TooManyRequests(wait=quota.wait)
        if scope["type"] == "websocket":
            await _deny(error, send)
        elif scope["path"].startswith(PREFIX + "/"):
            await self._door.tell(error, {**scope, QUOTA: quota}, receive, send)
        elif _wants_page(request := Request(scope)):
            with spoken_to(request):
                page = self._drawing.draw("closed.html", status=error.status, why="failed")
            await say_when(page, error)(scope, receive, send)
        else:
            await to_response(error)(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: "_Covered") -> None:
        try:
            await self._door(scope, receive, send)
        except ClientDisconnect:
            _note_cut(scope)
        except Exception as error:  # the last one who can tell the caller anything
            if is_disk_full(error):
                log.error("the disk is full, at %s %s: %s", scope["method"], scope["path"], error)
            else:
                log.error("unforeseen at %s %s", scope["method"], scope["path"], exc_info=error)
            if not send.has_begun:
                await self._door.tell(NoSpace() if is_disk_full(error) else VivavoceError(), scope, receive, send)


class _Covered:
    """Sends one answer, with our headers where the answer has none of that name, and knows whether it has begun.

    What doesn't say for how long it may be kept is not kept: most of it is somebody's.
    """

    __slots__ = ("_headers", "_send", "has_begun")

    def __init__(self, send: Send, headers: tuple[Header, ...]) -> None:
        self._send = send
        self._headers = headers
        self.has_begun = False

    def __call__(self, message: Message) -> Awaitable[None]:
        """Sends a part of it; no coroutine of its own, since every answer goes through here."""
        self.has_begun = True
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            names = {name for name, _ in headers}
            headers += [header for header in self._headers if header[0] not in names]
            message["headers"] = headers
        return self._send(message)


def _make_pages(database: Database, parts: WebParts) -> Starlette:
    app = Starlette()
    # Its own redirects repeat the `Host` that the request names, which anybody can choose.
    app.router.redirect_slashes = False
    app.add_exception_handler(VivavoceError, _on_ours)

    async def on_http(request: Request, error: Exception) -> Response:
        """A person who looks for a page that is not there gets a page, the console's or ours; a program, a sentence."""
        answer = await _on_http(request, error)
        if answer.status_code not in (404, 405) or not _wants_page(request):
            return answer
        if request.url.path.startswith(CONSOLE):
            return draw_nothing(parts, request)
        with spoken_to(request):
            return parts.pages.draw("closed.html", status=answer.status_code, why="not_found")

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(ClientDisconnect, _on_cut)
    app.add_exception_handler(OSError, _on_no_file)
    app.add_exception_handler(Exception, _on_unforeseen)
    add_pages(app, parts)
    # Pages, styles and scripts come to a quarter of their size; pictures, sound and films pass as they are.
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_COMPRESSED, compresslevel=6)

    async def health(request: Request) -> JSONResponse:
        """Whether calls can be taken: 200, or 503 while the database does not answer."""
        is_well = await database.answers()
        status = "ok" if is_well else "database does not answer"
        return JSONResponse({"status": status}, status_code=200 if is_well else 503)

    add_page(app, "/healthz", health)
    return app


def _wants_page(request: Request) -> bool:
    """Whether a person's browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, VivavoceError)
    return to_response(error)


async def _on_cut(request: Request, error: Exception) -> Response:
    _note_cut(request.scope)
    return Response(status_code=400)  # which nobody reads


async def _on_no_file(request: Request, error: Exception) -> Response:
    if not is_disk_full(error) or request.scope["type"] != "http":
        raise error
    log.error("the disk is full, at %s %s: %s", request.method, request.scope["path"], error)
    return to_response(NoSpace())


def _note_cut(scope: Scope) -> None:
    """The client's own doing, or its network's: no fault of ours, and no trace of our code."""
    log.info("the client went away before all of its %s %s had come", scope["method"], scope["path"])


async def _deny(error: VivavoceError, send: Send) -> None:
    """Answers a WebSocket that is not opened."""
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"%d" % (error.retry_after or 1))]
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": json.dumps(error.to_envelope()).encode()})


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and (other := _find_with_other_slash(request)) is not None:
        return RedirectResponse(other, status_code=307)
    text = "There is nothing at this address." if error.status_code == 404 else f"{error.detail}."
    return JSONResponse({"error": text}, status_code=error.status_code, headers=error.headers)


def _find_with_other_slash(request: Request) -> str | None:
    """The address with a slash more or less at its end, where that one exists: without a host, so it is our own."""
    path = request.scope["path"]
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    scope = {**request.scope, "path": other}
    if other in ("", "/") or all(route.matches(scope)[0] is Match.NONE for route in request.app.router.routes):
        return None
    query = request.scope["query_string"].decode("latin-1")
    return "/" + quote(other).lstrip("/") + (f"?{query}" if query else "")


async def _on_unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.error("unforeseen at %s %s", request.method, request.url.path, exc_info=error)
    return JSONResponse(VivavoceError().to_envelope(), status_code=500)
