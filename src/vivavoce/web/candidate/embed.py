"""The way in by a frame on somebody else's page: anonymous, or vouched for by whoever has the embed's key.

A page that can't be opened says the same whatever was wrong, and may stand in anybody's frame, so that it tells
nothing of whose it is.
"""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from vivavoce.candidates.embed import UsedBefore, come_by_frame
from vivavoce.candidates.embed_links import NotVouched, SignedVisitor, TokenVisitor, read_signature, read_token
from vivavoce.candidates.entrance import Entrance, find_entrance
from vivavoce.candidates.frames import FramedVisit, read_visit, sign_visit
from vivavoce.clock import now
from vivavoce.db.ids import new_id, to_id
from vivavoce.interviews.embedding import EmbedPlace, find_embed_place
from vivavoce.merchants.origins import list_origins
from vivavoce.web.candidate.session import keep_identity, keep_seat, refuse_foreign_origin
from vivavoce.web.drawing import WINDOW, Framing
from vivavoce.web.forms import read_form
from vivavoce.web.frames import PATH, PROBE, PROBE_SECONDS, TICKET, Frame, frame_of, partitioned
from vivavoce.web.parts import WebParts
from vivavoce.web.statics import STATIC

SCRIPT = STATIC / "embed" / "embed.js"
# Other people's pages name it without a version: asked for anew within the hour.
SCRIPT_HEADERS = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
DOORS = frozenset({"/embed", WINDOW})
ENTERING = timedelta(seconds=30)  # from the redirect to the first page


async def find_framing(parts: WebParts, request: Request, *, language: str | None) -> Framing | None:
    """In which frame pages are to be drawn; None: in none. language: that was chosen just now."""
    frame = frame_of(request)
    if frame is None:
        return None
    if frame.visit is None:
        return Framing(frame=frame)
    if language is not None and language != frame.visit.language:
        frame.become(replace(frame.visit, language=language))
    origins = await list_origins(parts.database, merchant_id=frame.visit.merchant_id)
    return Framing(frame=frame, origins=tuple(origins))


async def open_frame(parts: WebParts, request: Request, _place: str) -> Response:
    """GET: lets the visitor in, and goes to the position's page inside the frame. Raises NotVouched, alike for all."""
    sent = request.query_params
    embed_id = to_id(sent.get("embed_id", ""))
    moment = now()
    embed = (
        None
        if embed_id is None
        else await find_embed_place(parts.database, embed_id, sealer=parts.keys.sealer, now=moment)
    )
    entrance = None if embed is None else await find_entrance(parts.database, embed.interview_id)
    if embed is None or entrance is None:
        raise NotVouched
    visit = FramedVisit(
        # Nobody is in it yet: whoever signs in is known again when the page around it is loaded again.
        frame_id=embed.embed_id,
        embed_id=embed.embed_id,
        merchant_id=entrance.merchant_id,
        interview_id=entrance.interview_id,
        environment=entrance.environment,
    )
    vouched = _read(embed, request)
    if vouched is not None:
        visit = replace(visit, frame_id=new_id())
        came = await come_by_frame(
            parts.database, entrance, vouched, embed_id=embed.embed_id, frame_id=visit.frame_id, now=moment
        )
        if isinstance(came, UsedBefore):
            return RedirectResponse(f"{PATH}{came.frame_id}{_position(entrance)}", status_code=303)
        visit = replace(visit.with_identity(came.identity), is_test=came.is_test)
    return _send_in(parts, visit)


def _read(place: EmbedPlace, request: Request) -> SignedVisitor | TokenVisitor | None:
    """What is vouched for; None: nothing, so nobody knows yet who comes."""
    sent = request.query_params
    if "token" in sent:
        return read_token(place.signing_keys, embed_id=place.embed_id, token=sent["token"], now=now())
    if {"name", "email", "signature"}.isdisjoint(sent):
        return None
    return read_signature(
        place.signing_keys,
        embed_id=place.embed_id,
        name=sent.get("name", ""),
        email=sent.get("email", ""),
        signature=sent.get("signature", ""),
    )


def _send_in(parts: WebParts, visit: FramedVisit) -> Response:
    """To the first page. By https its request shows whether this browser keeps a cookie for a frame; else none does."""
    ticket = sign_visit(parts.keys, visit, expires_at=now() + ENTERING)
    if not parts.is_secure:
        frame = _open(parts, visit, by_cookie=False)
        return RedirectResponse(f"{frame.prefix}/interview/take/{visit.interview_id}/", status_code=303)
    within = f"{PATH}{visit.frame_id}"
    response = RedirectResponse(
        f"{within}/interview/take/{visit.interview_id}/?{TICKET}={quote(ticket)}", status_code=303
    )
    response.headers["Set-Cookie"] = partitioned(PROBE, "yes", path=within, seconds=PROBE_SECONDS)
    return response


async def open_window(parts: WebParts, request: Request, _place: str) -> Response:
    """POST: goes on in a window of its own, where cookies are kept as anywhere. frame: what the frame is known by."""
    refuse_foreign_origin(request)
    form = await read_form(request)
    visit = read_visit(parts.keys, form.get("frame", ""))
    if visit is None or frame_of(request) is not None:
        raise NotVouched
    attempt_id = to_id(form.get("attempt", ""))
    place = f"/interview/take/{visit.interview_id}/" if attempt_id is None else f"/interview/{attempt_id}/"
    response = RedirectResponse(place, status_code=303)
    if visit.identity is not None:
        keep_identity(parts, response, visit.identity, came_by=request)
    if visit.seat is not None and attempt_id is not None:
        keep_seat(parts, response, visit.seat, attempt_id=attempt_id, came_by=request)
    return response


async def give_script(request: Request) -> Response:
    """GET: what a page around a frame loads."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers=SCRIPT_HEADERS)


def _open(parts: WebParts, visit: FramedVisit, *, by_cookie: bool) -> Frame:
    frame = Frame(name=str(visit.frame_id), visit=visit, by_cookie=by_cookie, token="", keys=parts.keys)
    frame.become(visit)
    return frame


def _position(entrance: Entrance) -> str:
    return f"/interview/take/{entrance.interview_id}/"
