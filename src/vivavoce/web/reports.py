"""A report that is kept, for whoever has its signed address."""

from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.attempts.record import record_attempt
from vivavoce.clock import now
from vivavoce.errors import Unavailable
from vivavoce.events.record import Event
from vivavoce.reports.links import ReportAddress, read_report_address
from vivavoce.reports.stored import find_report, open_report
from vivavoce.web.candidate.results import FILM_HEADERS
from vivavoce.web.parts import WebParts
from vivavoce.web.ranges import give_stretch

MEDIA_TYPE = "application/pdf"
# What shows a PDF in a browser is a script of its own, which a sandbox would stop.
HEADERS = {
    **FILM_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'",
}


async def show(parts: WebParts, request: Request, token: str) -> Response:
    """GET: the report that a signed address opens; whoever opens one is in the audit log before a byte goes out."""
    address = await read_report_address(parts.database, parts.keys, token)
    if parts.recordings is None:
        raise Unavailable("Reports can’t be shown here.")
    report = await open_report(
        parts.database,
        parts.recordings.files,
        parts.keys.sealer,
        merchant_id=address.merchant_id,
        report_id=address.report_id,
        now=now(),
    )
    if parts.opened_addresses.is_first(token, now=monotonic()):
        await _record(parts, address)
    return await give_stretch(request, size=report.size, pieces=report.pieces, media_type=MEDIA_TYPE, headers=HEADERS)


async def _record(parts: WebParts, address: ReportAddress) -> None:
    async with parts.database.tenant(address.merchant_id) as connection:
        report = await find_report(connection, address.report_id, now=now())
        for attempt_id in () if report is None else report.attempt_ids:
            await record_attempt(
                connection,
                Event.REPORT_OPENED,
                attempt_id=attempt_id,
                actor="link" if address.user_id is None else f"user {address.user_id}",
                data={"report_id": str(address.report_id)},
            )
