"""The merchant's look on every page: whose page it is, its colour as a stylesheet, and its logo."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.candidates.entrance import find_entrance
from vivavoce.candidates.links import NotInvited
from vivavoce.candidates.unsubscribe import PLACE as MAILS
from vivavoce.candidates.unsubscribe import read_unsubscribe
from vivavoce.db.ids import to_id
from vivavoce.errors import Invalid, NotFound, Unavailable
from vivavoce.merchants.accent import make_accent, to_colour
from vivavoce.merchants.look import LogoShown, Look, find_logo, find_look
from vivavoce.merchants.reach import Reach, find_reach
from vivavoce.merchants.register import Merchant, find_merchant, read_merchant
from vivavoce.web.candidate.session import seat_of
from vivavoce.web.parts import WebParts

# Raised with every change of merchants/accent.py that moves a colour: browsers keep a stylesheet for a year.
RULE = 1
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
# Nothing in a picture runs, even where somebody opens its address itself.
PICTURE_POLICY = {"Content-Security-Policy": "default-src 'none'; sandbox"}
SHOWN_WIDTH, SHOWN_HEIGHT = 160, 32  # CSS pixels that a logo fits into
MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


async def find_dress(parts: WebParts, request: Request, place: str) -> dict[str, Any] | None:
    """How this page looks, for the templates: without a look of its own, by the merchant's name. None: like ours, since
    nobody knows whose it is. Never refuses: a page without a look is a page."""
    try:
        merchant_id = await _whose(parts, request, place)
        if merchant_id is None:
            return None
        async with parts.database.tenant(merchant_id) as connection:
            merchant = await read_merchant(connection, merchant_id)
        look = await find_look(parts.database, merchant_id)
        reach = await find_reach(parts.database, merchant_id)
    except (NotFound, NotInvited, Unavailable):
        return None
    return _tell(merchant, look or Look(name=merchant.shown_name, colour=None, logo=None), reach)


async def show_accent(parts: WebParts, request: Request, colour: str) -> Response:
    """GET: a colour as a stylesheet. Its address holds all that it is made of."""
    try:
        return Response(write_accent(to_colour(colour)), media_type="text/css", headers=KEPT)
    except Invalid:
        return Response(status_code=404)


async def show_logo(parts: WebParts, request: Request, slug: str, digest: str) -> Response:
    """GET: the logo of this digest."""
    try:
        merchant = await find_merchant(parts.database, slug)
    except NotFound:
        return Response(status_code=404)
    async with parts.database.tenant(merchant.id) as connection:
        logo = await find_logo(connection, merchant.id)
    if logo is None or logo[2] != digest:
        return Response(status_code=404)
    kind, picture, _ = logo
    return Response(picture, media_type=MEDIA_TYPES[kind], headers=KEPT | PICTURE_POLICY)


@lru_cache(maxsize=1000)
def write_accent(colour: str) -> str:
    """The tokens that a merchant may set, and what browsers without light-dark() can't calculate. Raises Invalid."""
    accent = make_accent(colour)
    day, evening = accent.day, accent.evening
    return (
        ":root{"
        f"--accent:light-dark({day.accent},{evening.accent});"
        f"--on-accent:light-dark({day.on_accent},{evening.on_accent})"
        "}\n@supports not (color:light-dark(#fff,#000)){:root{"
        f"--accent:{day.accent};--on-accent:{day.on_accent};--accent-wash:{day.wash}"
        "}}\n"
    )


async def _whose(parts: WebParts, request: Request, place: str) -> UUID | None:
    """The merchant whose page this is, as far as the address or the cookie tells."""
    path = request.url.path
    if path.startswith("/interview/at/"):
        return (await find_merchant(parts.database, place)).id
    if path.startswith("/interview/take/"):
        interview_id = to_id(place)
        entrance = None if interview_id is None else await find_entrance(parts.database, interview_id)
        return None if entrance is None else entrance.merchant_id
    if path.startswith(MAILS):
        return read_unsubscribe(parts.keys, place).merchant_id
    return seat_of(parts, request).merchant_id


def _tell(merchant: Merchant, look: Look, reach: Reach) -> dict[str, Any]:
    at = f"/interview/at/{merchant.slug}"
    return {
        "person": reach.person,
        "email": reach.email,
        "privacy_url": reach.privacy_url or f"{at}/privacy",
        "terms_url": reach.terms_url or f"{at}/terms",
        "name": look.name,
        "accent_css": None if look.colour is None else write_accent(look.colour),
        "accent_url": None if look.colour is None else f"/interview/accents/{look.colour[1:]}?v={RULE}",
        "logo": None if look.logo is None else _tell_logo(look.logo),
    }


def _tell_logo(logo: LogoShown) -> dict[str, Any]:
    """Its size is told as it is shown, so that nothing on the page moves when the picture comes."""
    scale = min(SHOWN_WIDTH / logo.width, SHOWN_HEIGHT / logo.height)
    return {
        "url": f"/interview/logos/{logo.slug}/{logo.digest}",
        "width": round(logo.width * scale),
        "height": round(logo.height * scale),
        "plate": "day" if logo.lost_by_day else "evening" if logo.lost_by_evening else "",
    }
