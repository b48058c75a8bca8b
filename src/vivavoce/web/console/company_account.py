"""Signing in to the console with an account of one's company's: to its provider, back, and out of it."""

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.clock import now
from vivavoce.errors import NotFound, ProviderError
from vivavoce.merchants.people.oidc import (
    JOURNEY_LIFE,
    AccountRefusal,
    prove_account,
    read_journey,
    set_out,
    sign_in_by_account,
    sign_journey,
)
from vivavoce.providers.oidc import OidcProvider
from vivavoce.web.candidate.session import OF_THIS_HOST
from vivavoce.web.console import account
from vivavoce.web.console.desk import PATH
from vivavoce.web.parts import WebParts

log = logging.getLogger(__name__)

COOKIE = "vivavoce_console_oidc"
BACK = f"{PATH}/oidc/back"
LONGEST_CODE = 4_000  # of what an address may carry; some providers' codes are tokens themselves
STATUS = {AccountRefusal.UNANSWERED: 503, AccountRefusal.UNKNOWN: 403, AccountRefusal.TAKEN: 403}  # any other: 400


async def begin(parts: WebParts, request: Request) -> Response:
    """GET: to the provider. to: where they want to go afterwards."""
    provider = _provider(parts)
    journey = set_out(account.where_to(request.query_params.get("to", "")))
    try:
        url = await provider.sign_in_url(
            back=parts.public_url + BACK, state=journey.state, nonce=journey.nonce, verifier=journey.verifier
        )
    except ProviderError as error:
        log.warning("nobody can sign in at VIVAVOCE_OIDC_ISSUER: it %s", error.message)
        return _refuse(parts, AccountRefusal.UNANSWERED, to=journey.to)
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        _cookie_name(parts),
        sign_journey(parts.keys, journey, now=now()),
        max_age=int(JOURNEY_LIFE.total_seconds()),
        path=_cookie_path(parts),
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def come_back(parts: WebParts, request: Request) -> Response:
    """GET: from the provider. Whoever it vouches for is signed in, in place of whoever was before."""
    provider, asked = _provider(parts), request.query_params
    journey = read_journey(
        parts.keys, request.cookies.get(_cookie_name(parts), ""), state=asked.get("state", "")[:LONGEST_CODE]
    )
    if journey is None:
        return _refuse(parts, AccountRefusal.STALE)
    refusal = _refused_there(provider, request)
    if refusal is None:
        proven = await prove_account(
            provider, journey, code=asked.get("code", "")[:LONGEST_CODE], back=parts.public_url + BACK
        )
        if isinstance(proven, AccountRefusal):
            refusal = proven
        else:
            browser = request.headers.get("user-agent", "")
            came = await sign_in_by_account(parts.database, proven, browser=browser, now=now())
            if not isinstance(came, AccountRefusal):
                response = await account.let_in(parts, request, came, to=journey.to)
                _forget(parts, response)
                return response
            refusal = came
    log.info("an account of VIVAVOCE_OIDC_ISSUER was not let in: %s", refusal.value)
    return _refuse(parts, refusal, to=journey.to)


async def leave(parts: WebParts, request: Request) -> Response:
    """GET: out of the session at the provider."""
    try:
        url = await _provider(parts).sign_out_url(back=f"{parts.public_url}{PATH}/")
    except ProviderError:
        url = None
    return RedirectResponse(url or f"{PATH}/", status_code=303)


def _refused_there(provider: OidcProvider, request: Request) -> AccountRefusal | None:
    """What the address that they come back with says, before anything is asked."""
    asked = request.query_params
    if asked.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: another provider's answer
        return AccountRefusal.UNTRUSTED
    if "error" in asked:
        is_busy = asked["error"] in ("server_error", "temporarily_unavailable")
        return AccountRefusal.UNANSWERED if is_busy else AccountRefusal.DECLINED
    return None if asked.get("code") else AccountRefusal.UNTRUSTED


def _provider(parts: WebParts) -> OidcProvider:
    if parts.oidc is None:
        raise NotFound
    return parts.oidc.provider


def _refuse(parts: WebParts, refusal: AccountRefusal, *, to: str = "") -> Response:
    response = account.draw_sign_in(parts, status=STATUS.get(refusal, 400), refusal=refusal.value, to=to)
    _forget(parts, response)
    return response


def _forget(parts: WebParts, response: Response) -> None:
    response.delete_cookie(
        _cookie_name(parts), path=_cookie_path(parts), secure=parts.is_secure, httponly=True, samesite="lax"
    )


def _cookie_name(parts: WebParts) -> str:
    return f"{OF_THIS_HOST}{COOKIE}" if parts.is_secure else COOKIE


def _cookie_path(parts: WebParts) -> str:
    return "/" if parts.is_secure else PATH  # `__Host-` is for the whole site or not at all
