"""Passkeys at the console's door, and on one's own page. The script console/passkeys.js asks the browser for them."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import NotFound
from vivavoce.merchants.people.passkeys import (
    CHALLENGE_LIFE,
    PasskeyAsked,
    add_passkey,
    ask_to_make,
    ask_to_show,
    remove_passkey,
    sign_in_by_passkey,
)
from vivavoce.merchants.people.sessions import form_key
from vivavoce.providers.passkeys import BadPasskey, PasskeySite, find_site
from vivavoce.web.candidate.session import OF_THIS_HOST, refuse_foreign_origin
from vivavoce.web.console import account
from vivavoce.web.console.desk import PATH, require_own_form
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

COOKIE = "vivavoce_console_passkey"


async def begin(parts: WebParts, request: Request) -> Response:
    """POST, by the script: what the browser is asked for, so that somebody signs in."""
    refuse_foreign_origin(request)
    return _asked(parts, ask_to_show(parts.keys, _site(parts), now=now()))


async def come(parts: WebParts, request: Request) -> Response:
    """POST: a passkey is shown. Whose it is is signed in, in place of whoever was before. credential, to."""
    refuse_foreign_origin(request)
    form = await read_form(request)
    to = account.where_to(form.get("to", ""))
    try:
        came = await sign_in_by_passkey(
            parts.database,
            parts.keys,
            _site(parts),
            kept=request.cookies.get(_cookie_name(parts), ""),
            credential=form.get("credential", ""),
            browser=request.headers.get("user-agent", ""),
            now=now(),
        )
    except BadPasskey as error:
        return account.draw_sign_in(parts, status=error.status, refusal="passkey", to=to)
    response = await account.let_in(parts, request, came, to=to)
    _forget(parts, response)
    return response


async def begin_new(parts: WebParts, request: Request) -> Response:
    """POST, by the script: what the browser is asked for, so that a new one is made."""
    member, came = await account.require_member(parts, request)
    await require_own_form(request, form_key(parts.keys, came.session_id))
    return _asked(parts, await ask_to_make(parts.database, parts.keys, _site(parts), member, now=now()))


async def add(parts: WebParts, request: Request) -> Response:
    """POST: a new one was made. credential, name."""
    member, came = await account.require_member(parts, request)
    form = await require_own_form(request, form_key(parts.keys, came.session_id))
    browser = account.name_browser(request.headers.get("user-agent", ""))
    await add_passkey(
        parts.database,
        parts.keys,
        _site(parts),
        member,
        kept=request.cookies.get(_cookie_name(parts), ""),
        credential=form.get("credential", ""),
        name=form.get("name", "").strip() or browser,
        now=now(),
    )
    response = RedirectResponse(f"{PATH}/account?said=passkey_added", status_code=303)
    _forget(parts, response)
    return response


async def remove(parts: WebParts, request: Request) -> Response:
    """POST: one lets nobody in any more. passkey: which."""
    member, came = await account.require_member(parts, request)
    form = await require_own_form(request, form_key(parts.keys, came.session_id))
    passkey_id = to_id(form.get("passkey", ""))
    if passkey_id is not None:
        await remove_passkey(parts.database, member, passkey_id)
    return RedirectResponse(f"{PATH}/account?said=passkey_removed", status_code=303)


def _asked(parts: WebParts, asked: PasskeyAsked) -> Response:
    response = Response(asked.options, media_type="application/json")
    response.set_cookie(
        _cookie_name(parts),
        asked.kept,
        max_age=int(CHALLENGE_LIFE.total_seconds()),
        path=_cookie_path(parts),
        secure=parts.is_secure,
        httponly=True,
        samesite="strict",
    )
    return response


def _site(parts: WebParts) -> PasskeySite:
    site = find_site(parts.public_url)
    if site is None:
        raise NotFound
    return site


def _forget(parts: WebParts, response: Response) -> None:
    response.delete_cookie(
        _cookie_name(parts), path=_cookie_path(parts), secure=parts.is_secure, httponly=True, samesite="strict"
    )


def _cookie_name(parts: WebParts) -> str:
    return f"{OF_THIS_HOST}{COOKIE}" if parts.is_secure else COOKIE


def _cookie_path(parts: WebParts) -> str:
    return "/" if parts.is_secure else PATH  # `__Host-` is for the whole site or not at all
