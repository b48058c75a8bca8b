"""Signed addresses of reports: as long as they are kept, and only while the token that asked for them is good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.attempts.automatic_reports import find_automatic_report
from vivavoce.db.database import Connection, Database
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.tokens import Caller
from vivavoce.reports.stored import find_report

_FOR = "report"
_REQUIRED: Options = {"require": ["exp", "aud", "mid", "sub"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAddress:
    """What an address opens. user_id, token_id: who asked for it, by which token; None: it came by itself."""

    merchant_id: UUID
    report_id: UUID
    viewer_merchant_id: UUID | None = None
    user_id: str | None = None
    token_id: str | None = None


def sign_report(keys: Keys, address: ReportAddress, *, until: datetime) -> str:
    """What opens this report alone."""
    claims = {
        "aud": _FOR,
        "exp": until,
        "mid": str(address.merchant_id),
        "sub": str(address.report_id),
        "vmid": None if address.viewer_merchant_id is None else str(address.viewer_merchant_id),
        "vid": address.user_id,
        "tid": address.token_id,
    }
    return jwt.encode(claims, keys.link, algorithm="HS256")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLink:
    """A signed address, and until when it is good."""

    url: str
    until: datetime


async def find_report_link(
    connection: Connection,
    keys: Keys,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    public_url: str,
    now: datetime,
    viewer: Caller | None = None,
) -> ReportLink | None:
    """The address of the result's latest automatic report; None where there is none, or it has expired.

    public_url: without a slash at its end. viewer: whose token has to stay good for it; None: nobody's.
    """
    automatic = await find_automatic_report(connection, attempt_id)
    if automatic is None or automatic.report_id is None:
        return None
    stored = await find_report(connection, automatic.report_id, now=now)
    if stored is None:
        return None
    address = ReportAddress(
        merchant_id=merchant_id,
        report_id=stored.id,
        viewer_merchant_id=None if viewer is None else viewer.merchant_id,
        user_id=None if viewer is None else viewer.user_id,
        token_id=None if viewer is None else viewer.token_id,
    )
    token = sign_report(keys, address, until=stored.expires_at)
    return ReportLink(url=f"{public_url}/interview/reports/{token}/", until=stored.expires_at)


async def read_report_address(database: Database, keys: Keys, token: str) -> ReportAddress:
    """What the address opens. Raises NotFound when it is over or was altered, or the viewer's token was revoked."""
    try:
        claims = jwt.decode(token, keys.link, algorithms=["HS256"], audience=_FOR, options=_REQUIRED)
        viewer = claims.get("vmid")
        address = ReportAddress(
            merchant_id=UUID(claims["mid"]),
            report_id=UUID(claims["sub"]),
            viewer_merchant_id=None if viewer is None else UUID(viewer),
            user_id=claims.get("vid"),
            token_id=claims.get("tid"),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise NotFound("This address has expired, or was cut short. Ask for a new one.") from None
    if address.viewer_merchant_id is not None and address.token_id is not None:
        async with database.tenant(address.viewer_merchant_id) as connection:
            if await connection.fetchval(
                "select exists (select from revoked_tokens where token_id = $1)", address.token_id
            ):
                raise NotFound("This address is no longer good: the token that asked for it was revoked.")
    return address
