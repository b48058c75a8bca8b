"""The addresses of the console: its pages, each with who may see it. web/console/shell.py says how a page joins."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vivavoce.errors import NoSpace, NotFound, VivavoceError, is_disk_full
from vivavoce.web.adding import add_page
from vivavoce.web.console import (
    account,
    candidates,
    company_account,
    compare,
    home,
    interview_form,
    interviews,
    live,
    mail_texts,
    merging,
    passkeys,
    result,
    result_list,
    team,
)
from vivavoce.web.console.desk import PATH, Desk, SignedOut, desk_of, require_own_form
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.shell import ConsolePage, is_by_htmx
from vivavoce.web.drawing import LANGUAGE_COOKIE, spoken_to
from vivavoce.web.parts import WebParts

log = logging.getLogger(__name__)

LANGUAGE_KEPT = 365 * 24 * 3600  # seconds

# Every page at a merchant. Those without one (signing in, the account) are everybody's own, and stand below.
PAGES: tuple[ConsolePage, ...] = (
    *home.PAGES,
    *interviews.PAGES,
    *interview_form.PAGES,
    *mail_texts.PAGES,  # before a person's page, whose address would be theirs
    *candidates.PAGES,
    *merging.PAGES,
    *live.PAGES,
    *team.PAGES,
    *result_list.PAGES,
    *compare.PAGES,
    *result.PAGES,
)

Draw = Callable[[Request], Awaitable[Response]]


def add_console(app: Starlette, parts: WebParts) -> None:
    """Puts the console's pages into the app."""
    for method, path, page in (
        ("GET", "/", account.enter),
        ("POST", "/sign-in", account.ask),
        ("GET", "/code", account.show_code),
        ("POST", "/code", account.check_code),
        ("POST", "/sign-out", account.sign_out),
        ("GET", "/account", account.show),
        ("POST", "/account/end", account.end),
        ("POST", "/account/unlink", account.unlink),
        ("POST", "/account/passkeys/begin", passkeys.begin_new),
        ("POST", "/account/passkeys", passkeys.add),
        ("POST", "/account/passkeys/remove", passkeys.remove),
        ("POST", "/passkey/begin", passkeys.begin),
        ("POST", "/passkey", passkeys.come),
        ("GET", "/oidc", company_account.begin),
        ("GET", "/oidc/back", company_account.come_back),
        ("GET", "/oidc/out", company_account.leave),
    ):
        _add(app, parts, method, f"{PATH}{path}", _bound(page, parts))
    for desk_page in PAGES:
        if desk_page.method == "GET":
            parts.console_places[desk_page.path] = desk_page.allowed
        _add(app, parts, desk_page.method, f"{PATH}/at/{{slug}}/{desk_page.path}", _at_desk(desk_page, parts))


def draw_nothing(parts: WebParts, request: Request) -> Response:
    """The page for an address of the console that there is not."""
    with spoken_to(request):
        return _refuse(parts, request, NotFound())


def _bound(page: Callable[[WebParts, Request], Awaitable[Response]], parts: WebParts) -> Draw:
    async def draw(request: Request) -> Response:
        return await page(parts, request)

    return draw


def _at_desk(page: ConsolePage, parts: WebParts) -> Draw:
    """The page for whoever sits at a desk of that merchant, and may; what is sent is read before it is done."""

    async def draw(request: Request) -> Response:
        desk: Desk = await desk_of(parts, request, request.path_params["slug"], allowed=page.allowed)
        if page.method == "POST":
            await require_own_form(request, desk.key, most_bytes=page.most_bytes, most_fields=page.most_fields)
        return await page.draw(parts, request, desk)

    return draw


def _add(app: Starlette, parts: WebParts, method: str, path: str, draw: Draw) -> None:
    async def endpoint(request: Request) -> Response:
        with spoken_to(request) as chosen:
            response = await _draw_or_refuse(parts, request, draw)
        if chosen is not None:
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                max_age=LANGUAGE_KEPT,
                path=PATH,
                secure=parts.is_secure,
                httponly=True,
                samesite="lax",
            )
        return response

    add_page(app, path, endpoint, method=method)


async def _draw_or_refuse(parts: WebParts, request: Request, draw: Draw) -> Response:
    try:
        return await draw(request)
    except SignedOut as error:
        return _ask_to_sign_in(parts, request, error)
    except VivavoceError as error:
        return _refuse(parts, request, error)
    except ClientDisconnect:
        raise  # nobody is there to be told anything
    except Exception as error:
        if is_disk_full(error):
            log.error("the disk is full, at %s %s: %s", request.method, request.url.path, error)
            return _refuse(parts, request, NoSpace())
        log.error("unforeseen at %s %s", request.method, request.url.path, exc_info=error)
        return _refuse(parts, request, VivavoceError())


def _ask_to_sign_in(parts: WebParts, request: Request, error: SignedOut) -> Response:
    """The page that asks for an address, and leads back to where they were. htmx is sent there."""
    query = f"?{request.url.query}" if request.url.query else ""
    to = f"{request.url.path}{query}" if request.method == "GET" and not is_by_htmx(request) else ""
    response = account.draw_sign_in(parts, status=error.status, is_over=request.method != "GET", to=to)
    if is_by_htmx(request):
        response.headers["HX-Redirect"] = f"{PATH}/" + (f"?{urlencode({'to': to})}" if to else "")
    return response


def _refuse(parts: WebParts, request: Request, error: VivavoceError) -> Response:
    why = type(error).__name__ if type(error).__name__ in KNOWN else "Other"
    template = "console/refused_part.html" if is_by_htmx(request) else "console/refused.html"
    response = parts.pages.draw_console(template, status=error.status, why=why, message=say_fault(error.message))
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


# What refused.html says in the reader's own language; of anything else, it shows the verb's own sentence.
KNOWN = frozenset({"NotFound", "RoleRefused", "StaleForm", "Unavailable", "NoSpace", "VivavoceError"})
