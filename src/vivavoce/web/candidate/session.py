"""Whose browser it is: cookies that we signed, and requests that come from our own pages.

In a frame on somebody else's page it is the frame that says so (web/frames.py). Else there are two kinds. One knows
who has signed in, at one merchant: it opens positions and the person's own page. The other is for one conversation
alone, so that one person may take two interviews side by side.
"""

from collections.abc import Iterable
from uuid import UUID

from starlette.requests import HTTPConnection
from starlette.responses import Response

from vivavoce.candidates.links import (
    SESSION_LIFE,
    Identity,
    NotInvited,
    Seat,
    read_identity,
    read_session,
    sign_identity,
    sign_session,
)
from vivavoce.candidates.revoke import is_signed_in
from vivavoce.clock import now
from vivavoce.errors import NotAllowed
from vivavoce.web.address import own_address
from vivavoce.web.frames import frame_of
from vivavoce.web.parts import WebParts

COOKIE = "vivavoce_candidate"
PERSON_COOKIE = "vivavoce_person_"  # and the end of the merchant's id: whoever applies to two of them signs in twice
PERSON_PATH = "/interview"
# By https a cookie says in its name what browsers then hold it to: `__Host-` is ours alone, for the whole site, and
# no neighbour under the same domain can set one; `__Secure-` is the most that a cookie of one path can say.
OF_THIS_HOST = "__Host-"
OVER_HTTPS = "__Secure-"
LONGEST_SHOWN = 200


def seat_of(parts: WebParts, connection: HTTPConnection) -> Seat:
    """Whose conversation it is. Raises NotInvited."""
    frame = frame_of(connection)
    if frame is not None:
        if frame.visit is None or frame.visit.seat is None:
            raise NotInvited("Please reload the page around this frame.")
        return frame.visit.seat
    cookie = connection.cookies.get(seat_cookie(parts))
    if cookie is None:
        raise NotInvited("Please open your link again.")
    return read_session(parts.keys, cookie)


def keep_seat(parts: WebParts, response: Response, seat: Seat, *, attempt_id: UUID, came_by: HTTPConnection) -> None:
    """Lets the browser remember, for this attempt alone; or the frame that it came by."""
    frame = frame_of(came_by)
    if frame is not None:
        if frame.visit is not None:
            frame.become(frame.visit.with_seat(seat))
        return
    response.set_cookie(
        seat_cookie(parts),
        sign_session(parts.keys, seat, expires_at=now() + SESSION_LIFE),
        max_age=int(SESSION_LIFE.total_seconds()),
        path=_conversation(attempt_id),
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


def identity_of(parts: WebParts, connection: HTTPConnection, merchant_id: UUID) -> Identity | None:
    """Who has signed in at this merchant on this browser, be it revoked since or not; None: nobody."""
    frame = frame_of(connection)
    cookie = connection.cookies.get(person_cookie(parts, merchant_id))
    if frame is not None:
        identity = None if frame.visit is None else frame.visit.identity
    else:
        identity = None if cookie is None else read_identity(parts.keys, cookie)
    return identity if identity is not None and identity.merchant_id == merchant_id else None


async def find_signed_in(parts: WebParts, connection: HTTPConnection, merchant_id: UUID) -> Identity | None:
    """Who has signed in at this merchant on this browser, and still is; None: nobody, or it was revoked."""
    identity = identity_of(parts, connection, merchant_id)
    if identity is None:
        return None
    async with parts.database.tenant(merchant_id) as opened:
        return identity if await is_signed_in(opened, identity) else None


def keep_identity(parts: WebParts, response: Response, identity: Identity, *, came_by: HTTPConnection) -> None:
    """Lets the browser remember who has signed in; or the frame that they came by."""
    frame = frame_of(came_by)
    if frame is not None:
        if frame.visit is not None and frame.visit.merchant_id == identity.merchant_id:
            frame.become(frame.visit.with_identity(identity))
        return
    response.set_cookie(
        person_cookie(parts, identity.merchant_id),
        sign_identity(parts.keys, identity, expires_at=now() + SESSION_LIFE),
        max_age=int(SESSION_LIFE.total_seconds()),
        path=_person_path(parts),
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


def forget(
    parts: WebParts, response: Response, *, merchant_id: UUID, attempt_ids: Iterable[UUID], came_by: HTTPConnection
) -> None:
    """Lets the browser forget who signed in at this merchant, and these conversations; or the frame."""
    frame = frame_of(came_by)
    if frame is not None:
        if frame.visit is not None:
            frame.become(frame.visit.with_identity(None))
        return
    gone = [
        (person_cookie(parts, merchant_id), _person_path(parts)),
        *((seat_cookie(parts), _conversation(attempt_id)) for attempt_id in attempt_ids),
    ]
    for name, path in gone:
        response.delete_cookie(name, path=path, secure=parts.is_secure, httponly=True, samesite="lax")


def refuse_foreign_origin(connection: HTTPConnection) -> None:
    """Raises NotAllowed where a browser says that another site's page sends this; what is no browser says nothing.

    What counts is the address that is configured, never the `Host` that the request names.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return
    address = own_address(connection)
    if not address.sends(origin, host=connection.headers.get("host")):
        raise NotAllowed(
            f"This request comes from another site's page: {origin[:LONGEST_SHOWN]} is not {address.url}. If it is the"
            " address that people open, set VIVAVOCE_PUBLIC_URL to it."
        )


def seat_cookie(parts: WebParts) -> str:
    """The name of the cookie that knows a conversation."""
    return f"{OVER_HTTPS}{COOKIE}" if parts.is_secure else COOKIE


def person_cookie(parts: WebParts, merchant_id: UUID) -> str:
    """The name of the cookie that knows who has signed in at this merchant."""
    name = PERSON_COOKIE + str(merchant_id)[-12:]
    return f"{OF_THIS_HOST}{name}" if parts.is_secure else name


def _person_path(parts: WebParts) -> str:
    return "/" if parts.is_secure else PERSON_PATH  # `__Host-` is for the whole site or not at all


def _conversation(attempt_id: UUID) -> str:
    return f"/interview/{attempt_id}"
