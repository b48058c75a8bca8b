"""Coming in by a frame on somebody else's page, whose server vouches for its visitor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.candidates.embed_links import NotVouched, SignedVisitor, TokenVisitor
from vivavoce.candidates.entrance import Entrance, find_invitation, is_erased, let_in
from vivavoce.candidates.invite import find_or_add
from vivavoce.candidates.links import Identity, LinkRevoked, PersonErased
from vivavoce.candidates.revoke import find_revoked_at
from vivavoce.db.database import Connection, Database

TOKEN_KEPT_FOR = timedelta(days=1)  # long after it is too old to open anything


@dataclass(frozen=True, slots=True, kw_only=True)
class CameByFrame:
    """Who has come in, and whether their last invitation is for a trial."""

    identity: Identity
    is_test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBefore:
    """The token has opened a frame: that one may go on, if this is its browser."""

    frame_id: UUID


async def come_by_frame(
    database: Database,
    entrance: Entrance,
    sent: SignedVisitor | TokenVisitor,
    *,
    embed_id: UUID,
    frame_id: UUID,
    now: datetime,
) -> CameByFrame | UsedBefore:
    """Who comes in; to vouch for somebody is to invite them. frame_id: of the frame that is about to be opened.

    Raises NotVouched for another reading of a signature than the first, for a token that is too old, and where the key
    was removed meanwhile; LinkRevoked and PersonErased for whoever may not come in any more. Nothing is kept then.
    """
    async with database.tenant(entrance.merchant_id) as connection:
        if not await connection.fetchval("select true from embed_keys where id = $1 for key share", embed_id):
            raise NotVouched
        match sent:
            case SignedVisitor():
                await _pin(connection, entrance.merchant_id, embed_id, sent)
            case TokenVisitor():
                earlier = await _use_up(connection, entrance.merchant_id, embed_id, sent, frame_id=frame_id, now=now)
                if earlier is not None:
                    return UsedBefore(frame_id=earlier)
        return await _let_in(connection, entrance, sent)


async def _pin(connection: Connection, merchant_id: UUID, embed_id: UUID, sent: SignedVisitor) -> None:
    """Holds a signature to where its name ended when it was first used. Raises NotVouched."""
    await connection.execute(
        "insert into embed_pins (merchant_id, embed_id, signature_sha256, name_bytes) values ($1, $2, $3, $4)"
        " on conflict do nothing",
        merchant_id,
        embed_id,
        sent.signature_sha256,
        sent.name_bytes,
    )
    pinned = await connection.fetchval(
        "select name_bytes from embed_pins where embed_id = $1 and signature_sha256 = $2",
        embed_id,
        sent.signature_sha256,
    )
    if pinned != sent.name_bytes:
        raise NotVouched


async def _use_up(
    connection: Connection, merchant_id: UUID, embed_id: UUID, sent: TokenVisitor, *, frame_id: UUID, now: datetime
) -> UUID | None:
    """Uses the token up; or, where that was done before, the frame that came of it. Raises NotVouched."""
    await connection.execute("delete from embed_tokens where used_at < $1", now - TOKEN_KEPT_FOR)
    if not sent.is_expired:
        used = await connection.fetchval(
            "insert into embed_tokens (merchant_id, embed_id, token_sha256, frame, used_at)"
            " values ($1, $2, $3, $4, $5) on conflict do nothing returning true",
            merchant_id,
            embed_id,
            sent.token_sha256,
            frame_id,
            now,
        )
        if used:
            return None
    # By a statement of its own: what waited for another one's commit sees its row only from the next statement on.
    earlier: UUID | None = await connection.fetchval(
        "select frame from embed_tokens where embed_id = $1 and token_sha256 = $2", embed_id, sent.token_sha256
    )
    if earlier is None:
        raise NotVouched
    return earlier


async def _let_in(connection: Connection, entrance: Entrance, sent: SignedVisitor | TokenVisitor) -> CameByFrame:
    visitor = sent.visitor
    candidate_id = await find_or_add(
        connection, entrance.merchant_id, name=visitor.name, email=visitor.email, external_id=visitor.external_id
    )
    if await is_erased(connection, candidate_id):
        raise PersonErased
    # Signed again by a server that knows nothing of it: whoever was locked out has to be invited by somebody.
    if await find_revoked_at(connection, interview_id=entrance.interview_id, candidate_id=candidate_id) is not None:
        raise LinkRevoked
    identity = await let_in(
        connection,
        candidate_id,
        merchant_id=entrance.merchant_id,
        environment=entrance.environment,
        interview_id=entrance.interview_id,
    )
    is_test = await find_invitation(connection, entrance.interview_id, candidate_id)
    return CameByFrame(identity=identity, is_test=is_test is True)
