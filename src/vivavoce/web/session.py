"""Whose browser it is: cookies that we signed, and requests that come from our own pages.

There are two kinds. One knows who has signed in, at one merchant: it opens positions and the person's own page. The
other is for one conversation alone, so that one person may take two interviews side by side.
"""

from collections.abc import Iterable
from uuid import UUID

from fastapi import Response
from starlette.requests import HTTPConnection

from vivavoce.attempts.links import (
    SESSION_LIFE,
    Identity,
    NotInvited,
    Seat,
    read_identity,
    read_session,
    sign_identity,
    sign_session,
)
from vivavoce.clock import now
from vivavoce.errors import NotAllowed
from vivavoce.web.parts import Parts

COOKIE = "vivavoce_candidate"
PERSON_COOKIE = "vivavoce_person_"  # and the end of the merchant's id: whoever applies to two of them signs in twice
PERSON_PATH = "/interview"


def seat_of(parts: Parts, connection: HTTPConnection) -> Seat:
    """Whose conversation it is. Raises NotInvited."""
    cookie = connection.cookies.get(COOKIE)
    if cookie is None:
        raise NotInvited("Please open your link again.")
    return read_session(parts.keys, cookie)


def keep_seat(parts: Parts, response: Response, seat: Seat, *, attempt_id: UUID) -> None:
    """Lets the browser remember, for this attempt alone."""
    response.set_cookie(
        COOKIE,
        sign_session(parts.keys, seat, expires_at=now() + SESSION_LIFE),
        max_age=int(SESSION_LIFE.total_seconds()),
        path=_conversation(attempt_id),
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


def identity_of(parts: Parts, connection: HTTPConnection, merchant_id: UUID) -> Identity | None:
    """Who has signed in at this merchant on this browser; None: nobody."""
    cookie = connection.cookies.get(_person_cookie(merchant_id))
    identity = None if cookie is None else read_identity(parts.keys, cookie)
    return identity if identity is not None and identity.merchant_id == merchant_id else None


def keep_identity(parts: Parts, response: Response, identity: Identity) -> None:
    """Lets the browser remember who has signed in."""
    response.set_cookie(
        _person_cookie(identity.merchant_id),
        sign_identity(parts.keys, identity, expires_at=now() + SESSION_LIFE),
        max_age=int(SESSION_LIFE.total_seconds()),
        path=PERSON_PATH,
        secure=parts.is_secure,
        httponly=True,
        samesite="lax",
    )


def forget(parts: Parts, response: Response, *, merchant_id: UUID, attempt_ids: Iterable[UUID]) -> None:
    """Lets the browser forget who signed in at this merchant, and these conversations."""
    gone = [(_person_cookie(merchant_id), PERSON_PATH), *((COOKIE, _conversation(one)) for one in attempt_ids)]
    for name, path in gone:
        response.delete_cookie(name, path=path, secure=parts.is_secure, httponly=True, samesite="lax")


def refuse_foreign_origin(connection: HTTPConnection) -> None:
    """Raises NotAllowed where a browser says that another site's page sends this; what is no browser says nothing."""
    origin = connection.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != connection.headers.get("host"):
        raise NotAllowed("This request comes from another site's page.")


def _person_cookie(merchant_id: UUID) -> str:
    return PERSON_COOKIE + str(merchant_id)[-12:]


def _conversation(attempt_id: UUID) -> str:
    return f"/interview/{attempt_id}"
