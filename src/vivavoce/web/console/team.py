"""The team: who works at this merchant, in which role; somebody is invited, given another role, or let go."""

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.merchants.people.members import (
    STAFF,
    Invitation,
    NewMember,
    add_member,
    change_role,
    end_member,
    list_members,
)
from vivavoce.merchants.tokens import Role
from vivavoce.web.console.desk import PATH, Desk
from vivavoce.web.console.shell import OWNERS, ConsolePage, draw, go
from vivavoce.web.drawing import console_language
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

PLACE = "team/"
SHOWN_ROLES = (Role.OWNER, Role.RECRUITER, Role.SELECTION)  # that have a place in the console


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: everybody, and a form to invite somebody."""
    return await _draw(parts, desk, said=request.query_params.get("said"))


async def invite(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: somebody is to work here. email, name, role, message."""
    form = await read_form(request)
    try:
        person = NewMember(
            email=form.get("email", ""),
            name=form.get("name", ""),
            role=_to_role(form.get("role", "")),
            language=console_language(),
            message=form.get("message", ""),
            console_url=f"{parts.public_url}{PATH}/",
        )
        async with parts.database.tenant(desk.merchant.id) as connection:
            _, came_of_it = await add_member(
                connection, person, merchant_id=desk.merchant.id, again=True, actor=desk.actor, now=now()
            )
    except Invalid as error:
        return await _draw(parts, desk, typed=form, fault={"name": error.name, "text": error.message}, status=422)
    if came_of_it is Invitation.SKIPPED:
        return await _draw(parts, desk, typed=form, fault={"name": "email", "text": "there"}, status=422)
    return go(desk, PLACE, said="member_invited")


async def set_role(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: another role for a member."""
    form = await read_form(request)
    return await _change(parts, request, desk, role=_to_role(form.get("role", "")), said="role_changed")


async def remove(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: a member works here no more."""
    return await _change(parts, request, desk, role=None, said="member_ended")


async def _change(parts: WebParts, request: Request, desk: Desk, *, role: Role | None, said: str) -> Response:
    member_id = to_id(request.path_params["member"])
    if member_id is None:
        raise NotFound
    try:
        async with parts.database.tenant(desk.merchant.id) as connection:
            if role is None:
                await end_member(connection, desk.merchant.id, member_id, actor=desk.actor, now=now())
            else:
                await change_role(connection, desk.merchant.id, member_id, role, actor=desk.actor)
    except Conflict:
        return await _draw(parts, desk, fault={"name": "", "text": "last_owner"}, status=409)
    return go(desk, PLACE, said=said)


async def _draw(
    parts: WebParts,
    desk: Desk,
    *,
    status: int = 200,
    said: str | None = None,
    typed: dict[str, str] | None = None,
    fault: dict[str, str | None] | None = None,
) -> Response:
    async with parts.database.tenant(desk.merchant.id) as connection:
        members = await list_members(connection)
    return draw(
        parts,
        desk,
        "team.html",
        place=PLACE,
        status=status,
        said=said,
        members=members,
        roles=[role.value for role in SHOWN_ROLES],
        typed=typed or {},
        fault=fault,
        sends_mail=parts.sends_mail,
    )


def _to_role(text: str) -> Role:
    if text not in STAFF:
        raise Invalid(f"Expected one of these: {', '.join(sorted(STAFF))}.", name="role")
    return Role(text)


PAGES = (
    ConsolePage("GET", PLACE, show, OWNERS),
    ConsolePage("POST", f"{PLACE}invite", invite, OWNERS),
    ConsolePage("POST", f"{PLACE}{{member}}/role", set_role, OWNERS),
    ConsolePage("POST", f"{PLACE}{{member}}/remove", remove, OWNERS),
)
