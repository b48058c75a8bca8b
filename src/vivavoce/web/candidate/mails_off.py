"""Turning a merchant's invitations and reminders off, and on again. Opening the page changes nothing."""

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.candidates.post import Silence, read_silences
from vivavoce.candidates.unsubscribe import PLACE, read_unsubscribe, turn_mails
from vivavoce.clock import now
from vivavoce.merchants.register import read_merchant
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts


async def show(parts: WebParts, request: Request, token: str) -> Response:
    """GET: asks, or says how it stands."""
    return await _draw(parts, token)


async def turn(parts: WebParts, request: Request, token: str) -> Response:
    """POST: turns them off; with `on`, on again. A mail program sends it by itself (RFC 8058), from any origin."""
    reader = read_unsubscribe(parts.keys, token)
    form = await read_form(request)
    async with parts.database.tenant(reader.merchant_id) as connection:
        await turn_mails(connection, reader, on="on" in form, now=now())
    return await _draw(parts, token, is_turned=True)


async def _draw(parts: WebParts, token: str, *, is_turned: bool = False) -> Response:
    reader = read_unsubscribe(parts.keys, token)
    async with parts.database.tenant(reader.merchant_id) as connection:
        merchant = await read_merchant(connection, reader.merchant_id)
        email = await connection.fetchval("select email from candidates where id = $1", reader.candidate_id)
        silences = await read_silences(connection, email)
    return parts.pages.draw(
        "mails_off.html",
        merchant=merchant.shown_name,
        is_off=email is None or Silence.UNSUBSCRIBED in silences,
        is_turned=is_turned,
        can_turn_on=email is not None,
        url=f"{PLACE}{token}",
    )
