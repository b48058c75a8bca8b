"""Our own privacy notice and terms, for a merchant that has none of its own."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.attempts.introduction import Wanted
from vivavoce.clock import now
from vivavoce.merchants.keeping_times import find_keep_days
from vivavoce.merchants.portals import Portal
from vivavoce.web.candidate.sign_in import merchant_at
from vivavoce.web.parts import WebParts


async def show_privacy(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: what is kept and assessed, who decides, for how long, and what a person can ask for."""
    return await _show(parts, slug, about="privacy")


async def show_terms(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: under which terms somebody takes part."""
    return await _show(parts, slug, about="terms")


async def _show(parts: WebParts, slug: str, *, about: str) -> Response:
    merchant = await merchant_at(parts, slug)
    async with parts.database.tenant(merchant.id) as connection:
        keep_days = await find_keep_days(connection, merchant.id, server_days=parts.keep_days)
    film = Wanted.HIDDEN if parts.recordings is None else Wanted.OPTIONAL  # which interview asks for one stands there
    return parts.pages.draw(
        "notice.html",
        about=about,
        merchant=merchant.shown_name,
        can_speak=parts.voice is not None,
        is_assessed=True,  # in which interviews, each asks
        is_practice=set(merchant.portals) == {Portal.COACHING},
        film=film.value,
        has_camera=parts.voice is not None and parts.recordings is not None,  # as above
        is_watched=True,  # as above
        erased_on=now() + timedelta(days=keep_days) if keep_days else None,
        sends_mail=parts.sends_mail,
        own_url=f"/interview/at/{merchant.slug}/mine/",
    )
