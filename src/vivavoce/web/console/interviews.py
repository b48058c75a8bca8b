"""Interviews: the list, one of them with its links, and what can be done with it as a whole."""

from dataclasses import replace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.figures import count_goes
from vivavoce.candidates.invite import Invitee
from vivavoce.candidates.invite import invite as invite_person
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id, to_id
from vivavoce.db.pages import RowRange
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.blind_rating import BlindRating, read_blind_rating, set_blind_rating
from vivavoce.interviews.create import NewInterview, create_interview
from vivavoce.interviews.draft import Kind, Status
from vivavoce.interviews.embedding import find_embed_id
from vivavoce.interviews.listing import list_interviews
from vivavoce.interviews.move import move_interview
from vivavoce.interviews.read import Stored, find_interview, find_to_change
from vivavoce.interviews.states import MOVES
from vivavoce.interviews.steps import Step
from vivavoce.interviews.voice import want_voice
from vivavoce.merchants.access import MAKERS, READERS
from vivavoce.merchants.origins import list_origins
from vivavoce.text.languages import BY_CODE
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.lists import read_asked, tell_pages
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

PLACE = "interviews/"
TABS = ("all", *(status.value for status in (Status.ACTIVE, Status.DRAFT, Status.COMPLETED, Status.ARCHIVED)))
KINDS = tuple(kind.value for kind in Kind)


async def show_list(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the interviews. tab: a status; kind; text: a part of the name; page: from 1."""
    asked = read_asked(request, tabs=TABS, kinds=KINDS)
    async with parts.database.tenant(desk.merchant.id) as connection:
        interviews = await list_interviews(
            connection,
            environment=desk.environment,
            kind=Kind(asked.kind),
            status=None if asked.tab == "all" else Status(asked.tab),
            name_part=asked.text or None,
            window=RowRange(limit=asked.size, offset=asked.offset),
        )
        goes = await count_goes(connection, [row.id for row in interviews.rows])
    return draw(
        parts,
        desk,
        "interviews.html",
        place=PLACE,
        said=request.query_params.get("said"),
        asked=asked,
        tabs=TABS,
        kinds=KINDS,
        rows=[
            {
                "name": row.name,
                "url": desk.url(f"{PLACE}{row.id}/"),
                "status": row.status.value,
                "visibility": row.visibility.value,
                "language": BY_CODE[row.language].name_local,
                "begun": goes[row.id].count if row.id in goes else 0,
                "changed": row.updated_at,
            }
            for row in interviews.rows
        ],
        pages=tell_pages(asked, interviews.total),
        may_make=desk.may(MAKERS),
    )


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: one of them."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk)
        goes = await count_goes(connection, [stored.id])
        embed_id = await find_embed_id(connection, stored.id)
        blind = await read_blind_rating(connection, stored.id)
    draft = stored.draft
    return draw(
        parts,
        desk,
        "interview.html",
        place=PLACE,
        said=request.query_params.get("said"),
        draft=draft,
        url=desk.url(f"{PLACE}{stored.id}/"),
        language=BY_CODE[draft.language].name_local,
        link=f"{parts.public_url}/interview/take/{stored.id}/",
        embed_code="" if embed_id is None else write_embed_code(parts.public_url, embed_id),
        origins=await list_origins(parts.database, merchant_id=desk.merchant.id),
        begun=goes[stored.id].count if stored.id in goes else 0,
        moves=[
            next_status.value
            for next_status in Status
            if next_status in MOVES[draft.status] and next_status is not Status.PREPARING
        ],
        blind=blind.value,
        may_make=desk.may(MAKERS),
        links={
            name: desk.url(f"{path}?interview={stored.id}") if path in parts.console_places else None
            for name, path in (("results", "results/"), ("candidates", "candidates/"), ("invite", "candidates/invite"))
        },
        interview_id=str(stored.id),
        changed=stored.updated_at,
    )


def write_embed_code(public_url: str, embed_id: UUID) -> str:
    """What is copied into a page of the merchant's: the frame, and the script that places it."""
    return (
        f'<div data-interview="{public_url}/embed?embed_id={embed_id}" title="Interview"></div>'
        f'<script src="{public_url}/embed.js" async></script>'
    )


async def move(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: published, withdrawn, filled, put away or deleted. status: where to."""
    given = (await read_form(request)).get("status", "")
    if given not in set(Status):
        raise NotFound
    status = Status(given)
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk, changes=True)
        await move_interview(connection, stored, status, actor=desk.actor)
        if status is Status.ACTIVE and parts.voice is not None:
            await want_voice(connection, stored)
    if status is Status.DELETED:
        return go(desk, PLACE, said="deleted")
    return go(desk, f"{PLACE}{stored.id}/", said="published" if status is Status.ACTIVE else "moved")


async def rate_blind(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: whether its results are rated blind. setting: of BlindRating."""
    form = await read_form(request)
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk)
        if form.get("setting") not in set(BlindRating):
            raise Invalid(f"Expected one of these: {', '.join(BlindRating)}.", name="setting")
        await set_blind_rating(
            connection,
            stored.id,
            BlindRating(form["setting"]),
            merchant_id=desk.merchant.id,
            environment=desk.environment,
            actor=desk.actor,
        )
    return go(desk, f"{PLACE}{stored.id}/", said="blind_set")


async def duplicate(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: the same once more, as a draft of its own."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk)
    order = NewInterview(
        draft=replace(
            stored.draft,
            status=Status.DRAFT,
            code=None,
            is_embedded=False,
            steps=_with_new_ids(stored.draft.steps),
        ),
        merchant_id=desk.merchant.id,
        environment=desk.environment,
        actor=desk.actor,
    )
    created = await create_interview(parts.database, order, sealer=parts.keys.sealer)
    return go(desk, f"{PLACE}{created.interview_id}/", said="copied")


async def try_out(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: leads to a trial of it, which counts nowhere."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await require_interview(connection, request, desk)
        if parts.voice is not None:
            await want_voice(connection, stored)
    invited = await invite_person(
        parts.database,
        parts.keys,
        Invitee(name=desk.member.shown_name, external_id=f"member {desk.member.id}"),
        merchant_id=desk.merchant.id,
        interview_id=stored.id,
        environment=desk.environment,
        is_test=True,
        actor=desk.actor,
        now=now(),
    )
    return RedirectResponse(f"/interview/take/{stored.id}/?interview_token={invited.token}", status_code=303)


async def require_interview(connection: Connection, request: Request, desk: Desk, *, changes: bool = False) -> Stored:
    """The interview that the address names. changes: and nobody else changes it meanwhile. Raises NotFound."""
    interview_id = to_id(request.path_params["interview"])
    if interview_id is None:
        raise NotFound
    find = find_to_change if changes else find_interview
    stored = await find(connection, interview_id, environment=desk.environment)
    if stored is None:
        raise NotFound
    return stored


def _with_new_ids(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    ids: dict[UUID, UUID] = {step.id: new_id() for step in steps}
    return tuple(
        replace(step, id=ids[step.id], parent_id=None if step.parent_id is None else ids.get(step.parent_id))
        for step in steps
    )


PAGES = (
    ConsolePage("GET", PLACE, show_list, READERS),
    ConsolePage("GET", f"{PLACE}{{interview}}/", show, READERS),
    ConsolePage("POST", f"{PLACE}{{interview}}/move", move, MAKERS),
    ConsolePage("POST", f"{PLACE}{{interview}}/blind", rate_blind, MAKERS),
    ConsolePage("POST", f"{PLACE}{{interview}}/duplicate", duplicate, MAKERS),
    ConsolePage("POST", f"{PLACE}{{interview}}/try", try_out, MAKERS),
)
