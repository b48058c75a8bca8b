"""Whose browser it is: a cookie that we signed, and requests that come from our own pages."""

from uuid import UUID

from fastapi import Response
from starlette.requests import HTTPConnection

from vivavoce.attempts.links import SESSION_LIFE, NotInvited, Seat, read_session, sign_session
from vivavoce.clock import now
from vivavoce.errors import NotAllowed
from vivavoce.web.parts import Parts

COOKIE = "vivavoce_candidate"


def seat_of(parts: Parts, connection: HTTPConnection) -> Seat:
    """Whose browser it is. Raises NotInvited."""
    cookie = connection.cookies.get(COOKIE)
    if cookie is None:
        raise NotInvited("Please open your link again.")
    return read_session(parts.keys, cookie)


def keep_seat(parts: Parts, response: Response, seat: Seat, *, attempt_id: UUID) -> None:
    """Lets the browser remember, for this attempt alone: one person may take two interviews side by side."""
    response.set_cookie(
        COOKIE,
        sign_session(parts.keys, seat, expires_at=now() + SESSION_LIFE),
        max_age=int(SESSION_LIFE.total_seconds()),
        path=f"/interview/{attempt_id}",
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


def refuse_foreign_origin(connection: HTTPConnection) -> None:
    """Raises NotAllowed where a browser says that another site's page sends this; what is no browser says nothing."""
    origin = connection.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != connection.headers.get("host"):
        raise NotAllowed("This request comes from another site's page.")
