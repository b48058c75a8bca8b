"""Whose frame it is: what a frame on somebody else's page is known by, signed by us, in place of cookies."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.candidates.links import Identity, Seat
from vivavoce.merchants.keys import Keys

FRAME_LIFE = timedelta(days=1)  # the page around it leads in again
_AUDIENCE = "frame"  # what is signed for cookies has none, so that none of them can stand for another
_REQUIRED: Options = {"require": ["exp", "aud", "fid", "eid", "mid", "iid", "env"], "verify_iat": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class FramedVisit:
    """A frame, and who is in it. candidate_id: None while nobody has signed in. language: that they chose; else None.

    interview_id: where they are; issued_at: of the vouching, or of the sign-in.
    """

    frame_id: UUID
    embed_id: UUID
    merchant_id: UUID
    interview_id: UUID
    environment: str
    candidate_id: UUID | None = None
    is_test: bool = False
    issued_at: datetime | None = None
    language: str | None = None

    @property
    def identity(self) -> Identity | None:
        """Who has signed in."""
        if self.candidate_id is None:
            return None
        return Identity(
            merchant_id=self.merchant_id,
            candidate_id=self.candidate_id,
            environment=self.environment,
            issued_at=self.issued_at,
        )

    @property
    def seat(self) -> Seat | None:
        """Whose conversation may go on in it."""
        if self.candidate_id is None:
            return None
        return Seat(
            merchant_id=self.merchant_id,
            interview_id=self.interview_id,
            candidate_id=self.candidate_id,
            is_test=self.is_test,
            issued_at=self.issued_at,
        )

    def with_identity(self, identity: Identity | None) -> "FramedVisit":
        """The frame, once somebody has signed in, or, with None, out."""
        if identity is None:
            return replace(self, candidate_id=None, is_test=False, issued_at=None)
        return replace(self, candidate_id=identity.candidate_id, issued_at=identity.issued_at)

    def with_seat(self, seat: Seat) -> "FramedVisit":
        """The frame, once a conversation has begun in it."""
        return replace(
            self,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            is_test=seat.is_test,
            issued_at=seat.issued_at,
        )


def sign_visit(keys: Keys, visit: FramedVisit, *, expires_at: datetime) -> str:
    """What the frame is known by."""
    claims = {
        "aud": _AUDIENCE,
        "fid": str(visit.frame_id),
        "eid": str(visit.embed_id),
        "mid": str(visit.merchant_id),
        "iid": str(visit.interview_id),
        "env": visit.environment,
        "exp": expires_at,
    }
    if visit.candidate_id is not None:
        claims |= {"sub": str(visit.candidate_id), "test": visit.is_test}
    if visit.issued_at is not None:
        claims["iat"] = visit.issued_at.timestamp()
    if visit.language is not None:
        claims["lang"] = visit.language
    return jwt.encode(claims, keys.cookie, algorithm="HS256")


def read_visit(keys: Keys, token: str) -> FramedVisit | None:
    """Whose frame it is; None where the token is not ours, or too old."""
    try:
        claims = jwt.decode(token, keys.cookie, algorithms=["HS256"], audience=_AUDIENCE, options=_REQUIRED)
        return FramedVisit(
            frame_id=UUID(claims["fid"]),
            embed_id=UUID(claims["eid"]),
            merchant_id=UUID(claims["mid"]),
            interview_id=UUID(claims["iid"]),
            environment=str(claims["env"]),
            candidate_id=UUID(claims["sub"]) if "sub" in claims else None,
            is_test=claims.get("test") is True,
            issued_at=datetime.fromtimestamp(claims["iat"], UTC) if "iat" in claims else None,
            language=claims.get("lang"),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError):
        return None
