"""Signing in to the console and out of it, one's own sessions, and which merchant to look at."""

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid
from vivavoce.merchants.mailed_codes import TooManyCodeRequests, TooManyCodes, WrongCode, may_be_proxy, to_client
from vivavoce.merchants.people.members import DESK_ROLES, Member, list_reached
from vivavoce.merchants.people.oidc import list_accounts, unlink_account
from vivavoce.merchants.people.passkeys import list_passkeys
from vivavoce.merchants.people.sessions import end_session, end_sessions, form_key, list_sessions
from vivavoce.merchants.people.sign_in import SignedInMember, SignInWay, ask_member_code, give_member_code
from vivavoce.providers.passkeys import find_site
from vivavoce.web.candidate.session import refuse_foreign_origin
from vivavoce.web.console.desk import (
    PATH,
    SignedOut,
    find_signed_in_member,
    forget_session,
    keep_session,
    require_own_form,
)
from vivavoce.web.console.shell import SAID, form_field
from vivavoce.web.drawing import console_language
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

log = logging.getLogger(__name__)

LONGEST_SHOWN = 320  # of what somebody typed, shown again
# By what a browser says of itself, the more particular first: most say that they are several.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
WHERE_TO = f"{PATH}/at/"  # what comes after signing in stands below it, so nobody is led to another site


async def enter(parts: WebParts, request: Request) -> Response:
    """GET: to the first page of the merchant that they work at; to a choice where there are several."""
    signed_in = await find_signed_in_member(parts, request)
    if signed_in is None:
        is_out = request.query_params.get("out") == "account"
        return draw_sign_in(parts, to=where_to(request.query_params.get("to", "")), is_out=is_out)
    member, came = signed_in
    reached = [
        membership for membership in await list_reached(parts.database, member.email) if membership.role in DESK_ROLES
    ]
    if len(reached) == 1:
        return RedirectResponse(f"{WHERE_TO}{reached[0].slug}/", status_code=303)
    return parts.pages.draw_console(
        "console/merchants.html",
        member=member,
        merchants=[
            {
                "name": membership.name,
                "url": f"{WHERE_TO}{membership.slug}/",
                "role": membership.role.value,
                "is_below": bool(membership.parent_id),
            }
            for membership in reached
        ],
        form_key=form_field(form_key(parts.keys, came.session_id)),
    )


async def ask(parts: WebParts, request: Request) -> Response:
    """POST: a code is mailed to the address, where it is a member's."""
    refuse_foreign_origin(request)
    form = await read_form(request)
    host = request.client.host if request.client else None
    typed = {"email": form.get("email", "")[:LONGEST_SHOWN], "to": where_to(form.get("to", ""))}
    if not parts.sends_mail:
        return draw_sign_in(parts, status=503, **typed)
    try:
        sign_in_id = await ask_member_code(
            parts.database,
            email=form.get("email", ""),
            client=to_client(parts.keys, host),
            language=console_language(),
            most_by_client=parts.sign_in_limits.by_client,
            now=now(),
        )
    except Invalid:
        return draw_sign_in(parts, status=422, fault="address", **typed)
    except TooManyCodeRequests as error:
        fault = "too_many" if isinstance(error, TooManyCodes) else "too_many_here"
        if fault == "too_many_here" and may_be_proxy(host):
            log.warning("too many codes were asked for by %s: if it is a proxy, set VIVAVOCE_TRUSTED_PROXIES", host)
        response = draw_sign_in(parts, status=error.status, fault=fault, **typed)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    asked = {"sign_in": str(sign_in_id)} | ({"to": typed["to"]} if typed["to"] else {})
    return RedirectResponse(f"{PATH}/code?{urlencode(asked)}", status_code=303)


async def show_code(parts: WebParts, request: Request) -> Response:
    """GET: where the code is typed."""
    sign_in_id = to_id(request.query_params.get("sign_in", ""))
    if sign_in_id is None:
        return RedirectResponse(f"{PATH}/", status_code=303)
    return _draw_code(parts, sign_in_id, to=where_to(request.query_params.get("to", "")))


async def check_code(parts: WebParts, request: Request) -> Response:
    """POST: the code comes back. Who is right is signed in, in place of whoever was before."""
    refuse_foreign_origin(request)
    form = await read_form(request)
    sign_in_id = to_id(form.get("sign_in", ""))
    to = where_to(form.get("to", ""))
    if sign_in_id is None:
        return RedirectResponse(f"{PATH}/", status_code=303)
    browser = request.headers.get("user-agent", "")
    session = await give_member_code(
        parts.database, parts.keys, sign_in_id=sign_in_id, code=form.get("code", ""), browser=browser, now=now()
    )
    if isinstance(session, WrongCode):
        return _draw_code(parts, sign_in_id, to=to, status=422, left=session.left)
    return await let_in(parts, request, session, to=to)


async def let_in(parts: WebParts, request: Request, session: SignedInMember, *, to: str) -> Response:
    """Leads whoever has just signed in to where they wanted to go, in place of whoever was signed in before."""
    before = await find_signed_in_member(parts, request)
    if before is not None:
        await _end(parts, before[1])
    response = RedirectResponse(to or f"{PATH}/", status_code=303)
    keep_session(parts, response, session)
    return response


async def sign_out(parts: WebParts, request: Request) -> Response:
    """POST: ends this session. Where it began at the company's provider, the next page leads out of there, too."""
    signed_in = await find_signed_in_member(parts, request)
    way = None
    if signed_in is not None:
        await require_own_form(request, form_key(parts.keys, signed_in[1].session_id))
        way = await _end(parts, signed_in[1])
    is_still_there = way is SignInWay.ACCOUNT and parts.oidc is not None
    response = RedirectResponse(f"{PATH}/{'?out=account' if is_still_there else ''}", status_code=303)
    forget_session(parts, response)
    return response


async def show(parts: WebParts, request: Request) -> Response:
    """GET: one's own account: where one is signed in, and where one works."""
    member, came = await require_member(parts, request)
    async with parts.database.tenant(member.merchant_id) as connection:
        sessions = await list_sessions(connection, member, now=now())
    reached = await list_reached(parts.database, member.email)
    linked = await list_accounts(parts.database, member.email)
    passkeys = await list_passkeys(parts.database, member.email)
    return parts.pages.draw_console(
        "console/account.html",
        member=member,
        home_url=f"{PATH}/",
        sessions=[
            {
                "id": str(session.id),
                "browser": name_browser(session.browser),
                "began": session.began_at,
                "seen": session.seen_at,
                "way": session.way.value,
                "is_this": session.id == came.session_id,
            }
            for session in sessions
        ],
        accounts=[
            {"id": str(known.id), "name": name_issuer(parts, known.issuer), "linked": known.linked_at}
            for known in linked
        ],
        passkeys=passkeys,
        passkey_origin=_passkey_origin(parts),
        this_browser=name_browser(request.headers.get("user-agent", "")),
        merchants=[
            {"name": membership.name, "url": f"{WHERE_TO}{membership.slug}/", "role": membership.role.value}
            for membership in reached
        ],
        form_key=form_field(form_key(parts.keys, came.session_id)),
        said=SAID.get(request.query_params.get("said", "")),
    )


async def end(parts: WebParts, request: Request) -> Response:
    """POST: ends one of one's sessions, or all but this one. session: which; none: all others."""
    member, came = await require_member(parts, request)
    form = await require_own_form(request, form_key(parts.keys, came.session_id))
    only = to_id(form["session"]) if form.get("session") else None
    async with parts.database.tenant(member.merchant_id) as connection:
        if only is not None:
            await end_sessions(connection, member.id, only=only, now=now())
        elif not form.get("session"):
            await end_sessions(connection, member.id, but=came.session_id, now=now())
    return RedirectResponse(f"{PATH}/account?said=signed_out_there", status_code=303)


async def unlink(parts: WebParts, request: Request) -> Response:
    """POST: an account of the company's lets nobody in any more. account: which."""
    member, came = await require_member(parts, request)
    form = await require_own_form(request, form_key(parts.keys, came.session_id))
    account_id = to_id(form.get("account", ""))
    if account_id is not None:
        await unlink_account(parts.database, member.email, account_id)
    return RedirectResponse(f"{PATH}/account?said=unlinked", status_code=303)


def draw_sign_in(parts: WebParts, *, status: int = 200, **context: Any) -> Response:
    """The page that asks for an address. to: what comes after; fault: `address`, `too_many` or `too_many_here`.

    refusal: an AccountRefusal, or `passkey`. is_out: they have just signed out here, and may still be signed in at the
    provider.
    """
    return parts.pages.draw_console(
        "console/sign_in.html",
        status=status,
        sends_mail=parts.sends_mail,
        company=None if parts.oidc is None else parts.oidc.name,
        passkey_origin=_passkey_origin(parts),
        **context,
    )


def name_browser(agent: str) -> str:
    """Which browser on which system, as people say it; '' where neither is known."""
    names = (next((name for sign, name in known if sign in agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in names if name)


def name_issuer(parts: WebParts, issuer: str) -> str:
    """What people call the provider; the host of one that the settings name no more."""
    if parts.oidc is not None and parts.oidc.provider.issuer == issuer:
        return parts.oidc.name
    return urlsplit(issuer).hostname or issuer


def _passkey_origin(parts: WebParts) -> str | None:
    """Of the pages that may use passkeys; None: there are none at this address."""
    site = find_site(parts.public_url)
    return None if site is None else site.origin


async def require_member(parts: WebParts, request: Request) -> tuple[Member, SignedInMember]:
    """Who is signed in on this browser. Raises SignedOut."""
    signed_in = await find_signed_in_member(parts, request)
    if signed_in is None:
        raise SignedOut
    return signed_in


async def _end(parts: WebParts, came: SignedInMember) -> SignInWay | None:
    async with parts.database.tenant(came.merchant_id) as connection:
        return await end_session(connection, came, now=now())


def _draw_code(parts: WebParts, sign_in_id: UUID, *, to: str, status: int = 200, left: int | None = None) -> Response:
    """left: how many tries there are after a wrong one; None: nothing was tried."""
    return parts.pages.draw_console("console/code.html", status=status, sign_in=str(sign_in_id), left=left, to=to)


def where_to(address: str) -> str:
    """The address, where it is one of the console's own pages; else ''."""
    return address if address.startswith(WHERE_TO) and address.isprintable() and "\\" not in address else ""
