"""Who sits at the console: a member, signed in, at one merchant, in one role."""

import hmac
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.clock import now
from vivavoce.errors import NotAllowed, NotAuthenticated, NotFound
from vivavoce.merchants.access import OPERATORS
from vivavoce.merchants.people.members import DESK_ROLES, Member, MemberStatus, find_member, join_member
from vivavoce.merchants.people.sessions import (
    SESSION_LIFE,
    find_session_member,
    form_key,
    read_member_session,
    sign_member_session,
)
from vivavoce.merchants.people.sign_in import SignedInMember
from vivavoce.merchants.register import Merchant, find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Caller, Role
from vivavoce.web.candidate.session import OF_THIS_HOST, refuse_foreign_origin
from vivavoce.web.forms import MOST_BYTES, MOST_FIELDS, read_form
from vivavoce.web.parts import WebParts

COOKIE = "vivavoce_console"
PATH = "/console"
FORM_KEY = "form_key"  # the field of every form
FORM_KEY_HEADER = "x-form-key"  # or what htmx sends with it


class SignedOut(NotAuthenticated):
    """You’ve been signed out. Sign in to carry on."""


class StaleForm(NotAllowed):
    """This form is from an earlier sign-in, so nothing was changed. Open the page again and send it once more."""


class RoleRefused(NotAllowed):
    """Your role here doesn’t include this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A member at one merchant. role: theirs there, or, at a sub-merchant, the one that they have above it.

    key: what each form sends along as FORM_KEY. environment: whose interviews and results they see.
    """

    member: Member
    merchant: Merchant
    role: Role
    came: SignedInMember
    key: str
    environment: str = DEFAULT_ENVIRONMENT

    @property
    def actor(self) -> str:
        """Who does what is done here, as events have it."""
        return f"user {self.member.id}"

    @property
    def caller(self) -> Caller:
        """The same person as the wire's verbs know their callers."""
        return Caller(
            merchant_id=self.merchant.id, role=self.role, environment=self.environment, user_id=str(self.member.id)
        )

    def may(self, allowed: frozenset[Role]) -> bool:
        """Whether the role is one of these."""
        return self.role in allowed

    def url(self, path: str = "") -> str:
        """The address of a page at this merchant: `results/`, or '' for the first one."""
        return f"{PATH}/at/{self.merchant.slug}/{path}"


async def find_signed_in_member(parts: WebParts, request: Request) -> tuple[Member, SignedInMember] | None:
    """Who is signed in on this browser, at whichever merchant they have been for longest; None: nobody."""
    cookie = request.cookies.get(cookie_name(parts))
    came = None if cookie is None else read_member_session(parts.keys, cookie)
    if came is None:
        return None
    member = await find_session_member(parts.database, came, now=now())
    return None if member is None else (member, came)


async def desk_of(parts: WebParts, request: Request, slug: str, *, allowed: frozenset[Role] = DESK_ROLES) -> Desk:
    """The desk of whoever sends the request, at the merchant of this slug.

    Raises SignedOut; NotFound for a merchant that is not theirs, as for one that does not exist; RoleRefused where
    their role is none of those allowed.
    """
    signed_in = await find_signed_in_member(parts, request)
    if signed_in is None:
        raise SignedOut
    member, came = signed_in
    try:
        merchant = await find_merchant(parts.database, slug)
    except NotFound:
        raise NotFound from None
    if merchant.slug != slug:
        raise NotFound  # a thing has one address
    role = await _role_at(parts, member, merchant)
    if role is None or role not in DESK_ROLES:
        raise NotFound
    if role not in allowed:
        raise RoleRefused
    return Desk(member=member, merchant=merchant, role=role, came=came, key=form_key(parts.keys, came.session_id))


async def require_own_form(
    request: Request, session_key: str, *, most_bytes: int = MOST_BYTES, most_fields: int = MOST_FIELDS
) -> dict[str, str]:
    """The fields of a form that one of our own pages sent in this session. Raises StaleForm, and what read_form raises.

    session_key: `Desk.key`, or `form_key` of the session.
    """
    refuse_foreign_origin(request)
    form = await read_form(request, most_bytes=most_bytes, most_fields=most_fields)
    given = request.headers.get(FORM_KEY_HEADER) or form.get(FORM_KEY, "")
    if not hmac.compare_digest(given.encode(), session_key.encode()):
        raise StaleForm
    return form


def keep_session(parts: WebParts, response: Response, came: SignedInMember) -> None:
    """Lets the browser remember who has signed in."""
    response.set_cookie(
        cookie_name(parts),
        sign_member_session(parts.keys, came, now=now()),
        max_age=int(SESSION_LIFE.total_seconds()),
        path=_cookie_path(parts),
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


def forget_session(parts: WebParts, response: Response) -> None:
    """Lets the browser forget it."""
    response.delete_cookie(
        cookie_name(parts), path=_cookie_path(parts), secure=parts.is_secure, httponly=True, samesite="lax"
    )


def cookie_name(parts: WebParts) -> str:
    """Of the cookie that knows who has signed in."""
    return f"{OF_THIS_HOST}{COOKIE}" if parts.is_secure else COOKIE


def _cookie_path(parts: WebParts) -> str:
    return "/" if parts.is_secure else PATH  # `__Host-` is for the whole site or not at all


async def _role_at(parts: WebParts, member: Member, merchant: Merchant) -> Role | None:
    """Their own role there; else the one at its parent, where that lets them act for sub-merchants; an admin's."""
    if member.merchant_id == merchant.id:
        return member.role
    own = await _active_role(parts, member, merchant.id)
    if own is not None:
        return own
    if merchant.parent_id is not None:
        above = await _active_role(parts, member, merchant.parent_id)
        if above in OPERATORS:
            return above
    return Role.ADMIN if member.role is Role.ADMIN else None


async def _active_role(parts: WebParts, member: Member, merchant_id: UUID) -> Role | None:
    if member.merchant_id == merchant_id:
        return member.role
    async with parts.database.tenant(merchant_id) as connection:
        known = await find_member(connection, email=member.email)
        if known is None or known.status is MemberStatus.ENDED:
            return None
        if known.status is MemberStatus.INVITED:  # since they signed in
            await join_member(connection, merchant_id, known.id, now=now())
    return known.role
