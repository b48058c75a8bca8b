"""Two candidates who are one person: looked for, compared, made one, and made two again."""

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.attempts.merging import (
    HasParts,
    MergePreview,
    PartAlready,
    SamePerson,
    merge_people,
    preview_merge,
    split_person,
)
from vivavoce.attempts.people import PeopleTab, list_people
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import NotFound
from vivavoce.merchants.access import MAKERS
from vivavoce.web.console.candidates import PLACE, require_person
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.faults import say_fault
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

MOST_ALIKE = 20  # people who may be somebody, shown at once


async def show_merge(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: who else may be this person. text: a part of a name or an address; with: one of them, to look at closely."""
    text, other_id = request.query_params.get("text", "").strip(), to_id(request.query_params.get("with", ""))
    preview: MergePreview | None = None
    people, fault = None, ""
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
        if other_id is not None:
            try:
                preview = await preview_merge(
                    connection, kept_id=person.id, merged_id=other_id, environment=desk.environment
                )
            except (SamePerson, PartAlready, HasParts) as error:
                fault = say_fault(error.message)
        elif text:
            people = await list_people(
                connection,
                environment=desk.environment,
                tab=PeopleTab.ALL,
                interview_id=None,
                person_part=text,
                after=None,
                limit=MOST_ALIKE + 1,
            )
    return draw(
        parts,
        desk,
        "merge.html",
        place=PLACE,
        status=409 if fault else 200,
        person=person,
        url=desk.url(f"{PLACE}{person.id}/"),
        text=text,
        people=None if people is None else [row for row in people.rows if row.id != person.id][:MOST_ALIKE],
        preview=preview,
        fault=fault,
    )


async def merge(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: another candidate is this person, too. with: who."""
    return await _join(parts, request, desk, is_split=False)


async def split(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: they are two after all. with: who was taken for this person."""
    return await _join(parts, request, desk, is_split=True)


async def _join(parts: WebParts, request: Request, desk: Desk, *, is_split: bool) -> Response:
    form = await read_form(request)
    other_id = to_id(form.get("with", ""))
    if other_id is None:
        raise NotFound
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
        await (split_person if is_split else merge_people)(
            connection,
            merchant_id=desk.merchant.id,
            kept_id=person.id,
            merged_id=other_id,
            environment=desk.environment,
            actor=desk.actor,
            now=now(),
        )
    return go(desk, f"{PLACE}{person.id}/", said="split" if is_split else "merged")


PAGES = (
    ConsolePage("GET", f"{PLACE}{{candidate}}/merge", show_merge, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/merge", merge, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/split", split, MAKERS),
)
