"""Who stands before an interview's page: somebody with a personal link, somebody who has signed in, or a stranger."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from vivavoce.candidates.entrance import Entrance, find_entrance, find_seat, has_left
from vivavoce.candidates.links import Identity, NotInvited, Seat, read_link
from vivavoce.db.ids import to_id
from vivavoce.errors import NotAllowed, NotFound
from vivavoce.web.candidate.session import find_signed_in, identity_of
from vivavoce.web.parts import WebParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody whom we know. token: of the personal link that they came by; empty: they have signed in."""

    seat: Seat
    token: str = ""
    is_signed_in: bool = False


class WrongPerson(NotAllowed):
    """This link is another person's than the one who has signed in on this browser."""

    def __init__(self, merchant_id: UUID, *, token: str) -> None:
        super().__init__()
        self.merchant_id = merchant_id
        self.token = token


async def admit(parts: WebParts, request: Request, interview_id: str, *, token: str | None) -> Guest | Entrance:
    """The guest; or, for a stranger, the entrance at which they stand.

    token: of a personal link, which may be broken; None: there is none.
    Raises NotInvited for a link that does not open, WrongPerson where somebody else has signed in, and NotFound alike
    for what is not there and for what this person may not know of.
    """
    if token is not None:
        return await _by_link(parts, request, interview_id, token)
    place = to_id(interview_id)
    entrance = None if place is None else await find_entrance(parts.database, place)
    if entrance is None:
        raise NotFound
    identity = await find_signed_in(parts, request, entrance.merchant_id)
    if identity is None or identity.environment != entrance.environment or await has_left(parts.database, identity):
        return entrance
    seat = await find_seat(parts.database, entrance, identity)
    if seat is None:
        raise NotFound
    return Guest(seat=seat, is_signed_in=True)


async def _by_link(parts: WebParts, request: Request, interview_id: str, token: str) -> Guest:
    seat = read_link(parts.keys, token)
    if to_id(interview_id) != seat.interview_id:
        raise NotInvited
    identity = identity_of(parts, request, seat.merchant_id)
    if identity is not None and await has_left(parts.database, identity):
        identity = None
    if identity is not None and identity.candidate_id != seat.candidate_id:
        raise WrongPerson(seat.merchant_id, token=token)
    return Guest(seat=seat, token=token, is_signed_in=identity is not None and not _is_newer(seat, identity))


def _is_newer(seat: Seat, identity: Identity) -> bool:
    """Whether the link was made after the sign-in, which may have been revoked before it: it is made anew then."""
    return seat.issued_at is not None and identity.issued_at is not None and seat.issued_at > identity.issued_at
