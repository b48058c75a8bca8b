"""Signing in and out: by a mailed code, at an interview or at the merchant's door, and by a personal link."""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.own import find_identity, list_own_attempts
from vivavoce.candidates.entrance import find_entrance
from vivavoce.candidates.links import read_link
from vivavoce.candidates.sign_in import SignInTarget, ask_code, find_asked, give_code
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.merchants.mailed_codes import (
    TooManyCodeRequests,
    TooManyCodes,
    WrongCode,
    may_be_proxy,
    to_client,
)
from vivavoce.merchants.register import SLUG, Merchant, find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.web.candidate.entry import WrongPerson, admit
from vivavoce.web.candidate.session import forget, identity_of, keep_identity, refuse_foreign_origin
from vivavoce.web.drawing import speaks
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

log = logging.getLogger(__name__)

LONGEST_SHOWN = 320  # of what somebody typed, shown again


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where somebody signs in. place: the address of its pages, with a slash at its end; leads_to: what comes then."""

    door: SignInTarget
    merchant: Merchant
    place: str
    leads_to: str
    asks_name: bool
    language: str | None = None  # of the interview


async def at_interview(parts: WebParts, interview_id: str) -> Way:
    """To take an interview. Raises NotFound."""
    place = to_id(interview_id)
    entrance = None if place is None else await find_entrance(parts.database, place)
    if entrance is None:
        raise NotFound
    address = f"/interview/take/{entrance.interview_id}/"
    return Way(
        door=SignInTarget(
            merchant_id=entrance.merchant_id, environment=entrance.environment, interview_id=entrance.interview_id
        ),
        merchant=await find_merchant(parts.database, str(entrance.merchant_id)),
        place=address,
        leads_to=address,
        asks_name=not entrance.is_by_invitation,
        language=entrance.language,
    )


async def at_merchant(parts: WebParts, slug: str) -> Way:
    """To one's own page. Raises NotFound."""
    merchant = await merchant_at(parts, slug)
    return Way(
        door=SignInTarget(merchant_id=merchant.id, environment=DEFAULT_ENVIRONMENT, interview_id=None),
        merchant=merchant,
        place=f"/interview/at/{slug}/",
        leads_to=f"/interview/at/{slug}/mine/",
        asks_name=False,
    )


async def merchant_at(parts: WebParts, slug: str) -> Merchant:
    """The merchant whose pages stand at this slug. Raises NotFound, for its id too: a thing has one address."""
    if not SLUG.fullmatch(slug) or to_id(slug) is not None:
        raise NotFound
    return await find_merchant(parts.database, slug)


async def ask(parts: WebParts, request: Request, way: Way) -> Response:
    """POST: asks for a code, and goes to where it is typed. The same for every address."""
    refuse_foreign_origin(request)
    if not parts.sends_mail:
        return draw_sign_in(parts, way)
    form = await read_form(request)
    email, name = form.get("email", ""), form.get("name", "")
    host = None if request.client is None else request.client.host
    typed = {"email": email[:LONGEST_SHOWN], "name": name[:LONGEST_SHOWN]}
    try:
        sign_in_id = await ask_code(
            parts.database,
            way.door,
            email=email,
            client=to_client(parts.keys, host),
            name=name,
            language=speaks(way.language),
            limits=parts.sign_in_limits,
            now=now(),
        )
    except Invalid:
        return draw_sign_in(parts, way, status=422, fault="address", **typed)
    except TooManyCodeRequests as error:
        fault = "too_many" if isinstance(error, TooManyCodes) else "too_many_here"
        if may_be_proxy(host):
            log.warning("too many codes were asked for by %s: if it is a proxy, set VIVAVOCE_TRUSTED_PROXIES", host)
        response = draw_sign_in(parts, way, status=error.status, fault=fault, **typed)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return RedirectResponse(f"{way.place}code?{urlencode({'sign_in': str(sign_in_id)})}", status_code=303)


async def show_code(parts: WebParts, request: Request, way: Way) -> Response:
    """GET: where the code is typed."""
    sign_in_id = to_id(request.query_params.get("sign_in", ""))
    if sign_in_id is None:
        return RedirectResponse(way.leads_to, status_code=303)
    return await _draw_code(parts, way, sign_in_id)


async def check_code(parts: WebParts, request: Request, way: Way) -> Response:
    """POST: the code comes back. Who is right is signed in, in place of whoever was before."""
    refuse_foreign_origin(request)
    form = await read_form(request)
    sign_in_id = to_id(form.get("sign_in", ""))
    if sign_in_id is None:
        return RedirectResponse(way.leads_to, status_code=303)
    identity = await give_code(
        parts.database, parts.keys, way.door, sign_in_id=sign_in_id, code=form.get("code", ""), now=now()
    )
    if isinstance(identity, WrongCode):
        return await _draw_code(parts, way, sign_in_id, status=422, left=identity.left)
    response = RedirectResponse(way.leads_to, status_code=303)
    keep_identity(parts, response, identity, came_by=request)
    return response


async def enter(parts: WebParts, request: Request, interview_id: str) -> Response:
    """POST: signs in by a personal link, and goes to the person's own page.

    Where the link signs in no more, that page asks for an address.
    """
    refuse_foreign_origin(request)
    token = (await read_form(request)).get("interview_token", "")
    await admit(parts, request, interview_id, token=token)
    seat = read_link(parts.keys, token)
    merchant = await find_merchant(parts.database, str(seat.merchant_id))
    response = RedirectResponse(f"/interview/at/{merchant.slug}/mine/", status_code=303)
    identity = await find_identity(parts.database, seat, sends_mail=parts.sends_mail)
    if identity is not None:
        keep_identity(parts, response, identity, came_by=request)
    return response


async def sign_out(parts: WebParts, request: Request, slug: str) -> Response:
    """POST: this browser forgets who signed in at this merchant, with every conversation of theirs.

    interview_token: of the link that is to be opened then.
    """
    refuse_foreign_origin(request)
    form = await read_form(request)
    merchant = await merchant_at(parts, slug)
    identity = identity_of(parts, request, merchant.id)
    token = form.get("interview_token", "")
    response = RedirectResponse(_after(parts, token, merchant), status_code=303)
    attempt_ids = (
        []
        if identity is None
        else await list_own_attempts(parts.database, merchant_id=merchant.id, candidate_id=identity.candidate_id)
    )
    forget(parts, response, merchant_id=merchant.id, attempt_ids=attempt_ids, came_by=request)
    return response


async def draw_wrong_person(parts: WebParts, request: Request, error: WrongPerson) -> Response:
    """The page for whoever opens another person's link; it tells nothing of that person."""
    merchant = await find_merchant(parts.database, str(error.merchant_id))
    return parts.pages.draw(
        "closed.html",
        status=error.status,
        why="wrong_person",
        sign_out_url=f"/interview/at/{merchant.slug}/sign-out",
        own_url=f"/interview/at/{merchant.slug}/mine/",
        token=error.token,
    )


def draw_sign_in(parts: WebParts, way: Way, *, status: int = 200, **context: Any) -> Response:
    """The page that asks for an address.

    fault: `address`, `too_many` or `too_many_here`; email, name: as they were typed.
    """
    return parts.pages.draw(
        "sign_in.html", status=status, in_language=way.language, way=way, sends_mail=parts.sends_mail, **context
    )


async def _draw_code(
    parts: WebParts, way: Way, sign_in_id: UUID, *, status: int = 200, left: int | None = None
) -> Response:
    """left: how many tries there are after a wrong one; None: nothing was tried."""
    return parts.pages.draw(
        "code.html",
        status=status,
        in_language=way.language,
        way=way,
        sign_in=str(sign_in_id),
        asked=await find_asked(parts.database, way.door, sign_in_id, now=now()),
        left=left,
    )


def _after(parts: WebParts, token: str, merchant: Merchant) -> str:
    if not token:
        return f"/interview/at/{merchant.slug}/"
    seat = read_link(parts.keys, token)  # never to another place than the link's own
    return f"/interview/take/{seat.interview_id}/?{urlencode({'interview_token': token})}"
