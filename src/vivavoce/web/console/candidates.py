"""Candidates: the list, one person's timeline, inviting one or many, and what can be done for one of them."""

from operator import attrgetter
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vivavoce.attempts.another import AnotherTry, ask_again
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import NotDecidable, NothingToDecide
from vivavoce.attempts.erase import ContestOpen, ElsewhereToo, erase_person
from vivavoce.attempts.extra_time import MOST_MINUTES, TimeRuns, list_extra_time, set_extra_time
from vivavoce.attempts.merging import choose_invited
from vivavoce.attempts.move import NotHandedIn
from vivavoce.attempts.people import LOOKED_AT, MOST_COUNTED, KnownPerson, PeopleTab, find_known_person, list_people
from vivavoce.attempts.read import has_attempt
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.invite import Invited, Invitee, invite, invite_known
from vivavoce.candidates.links import Seat
from vivavoce.candidates.mail_limits import TooManyMails
from vivavoce.candidates.mailed_invitations import LONGEST_MESSAGE, Mailing
from vivavoce.candidates.post import Silence, lift_silence, list_mails, read_silences
from vivavoce.candidates.revoke import Whom, revoke_links
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.db.ids import to_id
from vivavoce.db.pages import RowRange
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.draft import Kind, Status
from vivavoce.interviews.listing import list_interviews
from vivavoce.interviews.read import Stored, find_interview
from vivavoce.interviews.voice import want_voice
from vivavoce.merchants.access import MAKERS, READERS
from vivavoce.reports.archive_links import ArchiveAddress, sign_archive
from vivavoce.web.console.desk import Desk
from vivavoce.web.console.lists import read_asked
from vivavoce.web.console.pasted_people import MOST_PEOPLE, PastedPerson, read_pasted
from vivavoce.web.console.shell import ConsolePage, draw, go
from vivavoce.web.forms import read_form
from vivavoce.web.parts import WebParts

PLACE = "candidates/"
TABS = tuple(tab.value for tab in PeopleTab)
PASTE_BYTES = 512 * 1024
MOST_INTERVIEWS = 200  # to choose from
MOST_MAILS = 30  # of one person, on their page


async def show_list(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: the people. tab; text: a part of a name or an address; interview; after: the place where it begins."""
    asked = read_asked(request, tabs=TABS, extra=("interview",))
    interview_id = to_id(dict(asked.extra).get("interview", ""))
    after = to_id(request.query_params.get("after", ""))
    async with parts.database.tenant(desk.merchant.id) as connection:
        people = await list_people(
            connection,
            environment=desk.environment,
            tab=PeopleTab(asked.tab),
            interview_id=interview_id,
            person_part=asked.text or None,
            after=after,
            limit=asked.size,
        )
        interview = (
            None
            if interview_id is None
            else await find_interview(connection, interview_id, environment=desk.environment)
        )
    return draw(
        parts,
        desk,
        "candidates.html",
        place=PLACE,
        said=request.query_params.get("said"),
        asked=asked,
        tabs=TABS,
        rows=[{"person": row, "url": desk.url(f"{PLACE}{row.id}/")} for row in people.rows],
        count=None if after is not None else min(people.count, MOST_COUNTED),
        is_more=people.count > MOST_COUNTED,
        looked_at=LOOKED_AT if people.is_cut else None,
        first=None if after is None else asked.address(),
        more=None if people.next_after is None else asked.address(after=people.next_after),
        interview=None if interview is None else interview.draft.name,
        may_make=desk.may(MAKERS),
    )


async def show(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: one person, whole: who is part of another leads there."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
    if person.id != to_id(request.path_params["candidate"]):
        return go(desk, f"{PLACE}{person.id}/")
    return await _draw_person(parts, request, desk, said=request.query_params.get("said"))


async def show_invite(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: a place for names and addresses. interview: to which."""
    return await _draw_invite(parts, desk, chosen=request.query_params.get("interview", ""))


async def send_invite(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: shows what was pasted, row by row; with `confirmed`, invites those without a fault and shows links."""
    form = await read_form(request)
    chosen, text = form.get("interview", ""), form.get("people", "")
    pasted = read_pasted(text)
    interview_id = to_id(chosen)
    if interview_id is None or not pasted.rows or "again" in form:
        fault = "" if "again" in form else "interview" if interview_id is None else "people"
        return await _draw_invite(parts, desk, chosen=chosen, text=text, fault=fault)
    async with parts.database.tenant(desk.merchant.id) as connection:
        stored = await find_interview(connection, interview_id, environment=desk.environment)
        if stored is None or stored.draft.status is not Status.ACTIVE:
            stored = None
        elif parts.voice is not None:
            await want_voice(connection, stored)
    if stored is None:
        return await _draw_invite(parts, desk, chosen=chosen, text=text, fault="interview")
    if "confirmed" not in form or not pasted.good:
        return draw(
            parts,
            desk,
            "invite_preview.html",
            place=PLACE,
            interview={"id": chosen, "name": stored.draft.name},
            rows=pasted.rows,
            good=len(pasted.good),
            is_cut=pasted.is_cut,
            most=MOST_PEOPLE,
            text=text,
            sends_mail=parts.sends_mail,
        )
    mailing = None
    if parts.sends_mail and "mailed" in form:
        message, limits = form.get("message", "")[:LONGEST_MESSAGE], parts.mail_limits
        mailing = Mailing(link_base=parts.public_url, client=desk.actor, message=message, limits=limits)
    made = [await _invite(parts, desk, stored, row, mailing) for row in pasted.good]
    links = ["" if invited is None else _link(parts, stored.id, invited.token) for invited in made]
    return draw(
        parts,
        desk,
        "invited.html",
        place=PLACE,
        interview={"name": stored.draft.name, "url": desk.url(f"interviews/{stored.id}/")},
        invited=[
            {"row": row, "link": link, "mail": None if invited is None else invited.mail}
            for row, link, invited in zip(pasted.good, links, made, strict=True)
        ],
        links="\n".join(f"{row.email}\t{link}" for row, link in zip(pasted.good, links, strict=True)),
    )


async def make_link(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: another personal link to an interview that the person was invited to. interview: which."""
    form = await read_form(request)
    interview_id = to_id(form.get("interview", ""))
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
        stored = (
            None
            if interview_id is None
            else await find_interview(connection, interview_id, environment=desk.environment)
        )
        if stored is None or stored.draft.status is Status.DRAFT:
            raise NotFound
        candidate_id = await choose_invited(connection, _ids(person), stored.id, environment=desk.environment)
        seat = Seat(merchant_id=desk.merchant.id, interview_id=stored.id, candidate_id=candidate_id, is_test=False)
        token = await invite_known(
            connection, parts.keys, seat, environment=desk.environment, actor=desk.actor, now=now()
        )
    link = _link(parts, stored.id, token)
    return await _draw_person(parts, request, desk, link={"interview": stored.draft.name, "url": link})


async def revoke(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: the person's links and sessions open no more. interview: of this one alone."""
    form = await read_form(request)
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
        for candidate_id in _ids(person):
            await revoke_links(
                connection,
                Whom(
                    merchant_id=desk.merchant.id,
                    environment=desk.environment,
                    candidate_id=candidate_id,
                    interview_id=to_id(form.get("interview", "")),
                ),
                actor=desk.actor,
            )
    return go(desk, f"{PLACE}{person.id}/", said="revoked")


async def grant(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: an attempt that was sent goes back, so that the person may make another. attempt: which.

    message: what they read in the mail; reason: with one, it is the member's decision on record.
    """
    form = await read_form(request)
    attempt_id = to_id(form.get("attempt", ""))
    try:
        async with parts.database.tenant(desk.merchant.id) as connection:
            person = await require_person(connection, request, desk)
            if attempt_id is None or not await has_attempt(connection, attempt_id, environment=desk.environment):
                raise NotFound
            reason = form.get("reason", "").strip()
            decider = name_decider(desk.caller.user_id, desk.member.shown_name) if reason else None
            await ask_again(
                connection,
                attempt_id,
                AnotherTry(message=form.get("message", ""), decider=decider, reason=reason),
                merchant_id=desk.merchant.id,
                actor=desk.actor,
                link_base=parts.public_url,
                now=now(),
            )
    except (NotHandedIn, NotDecidable, NothingToDecide, Invalid):
        return await _draw_person(parts, request, desk, fault="not_sent", status=422)
    return go(desk, f"{PLACE}{person.id}/", said="granted")


async def resume(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: mails go to the person's address again, from which some came back. address: which, where they have two."""
    form = await read_form(request)
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
        for address in _addresses(person):
            if form.get("address", address) == address:
                await lift_silence(connection, address, Silence.BOUNCED, merchant_id=desk.merchant.id)
    return go(desk, f"{PLACE}{person.id}/")


async def set_time(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: the person has more time at one interview. interview: which; minutes."""
    form = await read_form(request)
    interview_id, typed = to_id(form.get("interview", "")), form.get("minutes", "").strip()
    try:
        async with parts.database.tenant(desk.merchant.id) as connection:
            person = await require_person(connection, request, desk)
            stored = (
                None
                if interview_id is None
                else await find_interview(connection, interview_id, environment=desk.environment)
            )
            if stored is None:
                raise NotFound
            for candidate_id in _ids(person):
                await set_extra_time(
                    connection,
                    merchant_id=desk.merchant.id,
                    environment=desk.environment,
                    interview_id=stored.id,
                    candidate_id=candidate_id,
                    minutes=int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1,
                    actor=desk.actor,
                    now=now(),
                )
    except Invalid:
        return await _draw_person(parts, request, desk, fault="minutes", status=422)
    except TimeRuns:
        return await _draw_person(parts, request, desk, fault="time_runs", status=409)
    return go(desk, f"{PLACE}{person.id}/", said="time_set")


async def export(parts: WebParts, request: Request, desk: Desk) -> Response:
    """GET: to all that is kept of the person as one file, by an address that is good for a few minutes."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
    address = ArchiveAddress(
        merchant_id=desk.merchant.id,
        candidate_id=person.id,
        environment=desk.environment,
        viewer_merchant_id=desk.merchant.id,
        user_id=desk.caller.user_id,
        token_id=None,
    )
    token = sign_archive(parts.keys, address, now=now())
    return RedirectResponse(f"/interview/archives/{token}/", status_code=303)


async def erase(parts: WebParts, request: Request, desk: Desk) -> Response:
    """POST: erases all that is kept of the person, and shows the receipt."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
    moment = now()
    try:
        done = await erase_person(
            parts.database,
            parts.files,
            merchant_id=desk.merchant.id,
            candidate_id=person.id,
            environment=desk.environment,
            actor=desk.actor,
            now=moment,
            let_go=parts.let_go,
        )
    except ContestOpen:
        return await _draw_person(parts, request, desk, fault="contested", status=409)
    except ElsewhereToo:
        return await _draw_person(parts, request, desk, fault="elsewhere", status=409)
    return draw(
        parts,
        desk,
        "erased.html",
        place=PLACE,
        receipt={
            "ids": [str(candidate_id) for candidate_id in (done.candidate_id, *done.merged)],
            "attempts": done.attempts,
            "at": moment,
            "is_done": done.erased_at is not None,
            "by": desk.member.shown_name,
        },
    )


async def _draw_person(
    parts: WebParts,
    request: Request,
    desk: Desk,
    *,
    status: int = 200,
    said: str | None = None,
    fault: str = "",
    link: dict[str, str] | None = None,
) -> Response:
    """fault: `not_sent`, `contested`, `elsewhere`, `minutes` or `time_runs`; link: one that was just made."""
    async with parts.database.tenant(desk.merchant.id) as connection:
        person = await require_person(connection, request, desk)
        silenced = [
            {"address": address, "silences": silences}
            for address in _addresses(person)
            if (silences := await read_silences(connection, address))
        ]
        mails = [
            mail
            for candidate_id in _ids(person)
            for mail in await list_mails(
                connection,
                environment=desk.environment,
                candidate_id=candidate_id,
                after=None,
                limit=MOST_MAILS,
                now=now(),
            )
        ]
        extra = await list_extra_time(connection, person.id)
    latest: dict[tuple[UUID, UUID], UUID] = {}
    for attempt in sorted(person.attempts, key=lambda taken: taken.number):
        latest[attempt.candidate_id, attempt.interview_id] = attempt.id
    invited = {entry.interview_id: entry.interview_name for entry in reversed(person.timeline) if entry.interview_id}
    return draw(
        parts,
        desk,
        "candidate.html",
        place=PLACE,
        status=status,
        said=said,
        person=person,
        url=desk.url(f"{PLACE}{person.id}/"),
        attempts=[
            {
                "attempt": attempt,
                "url": desk.url(f"results/{attempt.id}/") if "results/" in parts.console_places else None,
                "may_grant": attempt.state is AttemptState.SUBMITTED and attempt.id in latest.values(),
            }
            for attempt in person.attempts
        ],
        invited=[
            {"id": str(interview_id), "name": name, "extra": extra.get(interview_id, 0)}
            for interview_id, name in invited.items()
        ],
        most_minutes=MOST_MINUTES,
        may_make=desk.may(MAKERS),
        fault=fault,
        link=link,
        mails=sorted(mails, key=attrgetter("id"), reverse=True)[:MOST_MAILS],
        silenced=silenced,
    )


async def _draw_invite(parts: WebParts, desk: Desk, *, chosen: str = "", text: str = "", fault: str = "") -> Response:
    """fault: `interview`: none that is open; `people`: nobody was pasted."""
    window = RowRange(limit=MOST_INTERVIEWS, offset=0)
    async with parts.database.tenant(desk.merchant.id) as connection:
        interviews = [
            row
            for kind in Kind
            for row in (
                await list_interviews(
                    connection,
                    environment=desk.environment,
                    kind=kind,
                    status=Status.ACTIVE,
                    name_part=None,
                    window=window,
                )
            ).rows
        ]
    return draw(
        parts,
        desk,
        "invite.html",
        place=PLACE,
        status=422 if fault else 200,
        interviews=[{"id": str(row.id), "name": row.name} for row in interviews],
        chosen=chosen,
        text=text,
        fault=fault,
        most=MOST_PEOPLE,
    )


async def _invite(
    parts: WebParts, desk: Desk, stored: Stored, row: PastedPerson, mailing: Mailing | None
) -> Invited | None:
    """The person with their link; None: they could not be invited."""
    try:
        return await invite(
            parts.database,
            parts.keys,
            Invitee(name=row.name or None, email=row.email, external_id=row.external_id or None),
            merchant_id=desk.merchant.id,
            interview_id=stored.id,
            environment=desk.environment,
            is_test=False,
            actor=desk.actor,
            now=now(),
            mailing=mailing,
        )
    except (Invalid, TooManyMails):
        return None


def _link(parts: WebParts, interview_id: UUID, token: str) -> str:
    return f"{parts.public_url}/interview/take/{interview_id}/?interview_token={token}"


def _addresses(person: KnownPerson) -> list[str]:
    """Where mails to the person go, and to whoever is part of them."""
    return [address for address in (person.email, *(part.email for part in person.parts)) if address is not None]


def _ids(person: KnownPerson) -> list[UUID]:
    """Of the person, and of whoever is part of them."""
    return [person.id, *(part.id for part in person.parts)]


async def require_person(connection: Connection, request: Request, desk: Desk) -> KnownPerson:
    """Whom the address names, whole. Raises NotFound."""
    candidate_id = to_id(request.path_params["candidate"])
    person = (
        None
        if candidate_id is None
        else await find_known_person(connection, candidate_id, environment=desk.environment)
    )
    if person is None:
        raise NotFound
    return person


PAGES = (
    ConsolePage("GET", PLACE, show_list, READERS),
    ConsolePage("GET", f"{PLACE}invite", show_invite, MAKERS),
    ConsolePage("POST", f"{PLACE}invite", send_invite, MAKERS, most_bytes=PASTE_BYTES),
    ConsolePage("GET", f"{PLACE}{{candidate}}/", show, READERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/link", make_link, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/revoke", revoke, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/grant", grant, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/resume", resume, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/time", set_time, MAKERS),
    ConsolePage("GET", f"{PLACE}{{candidate}}/export", export, MAKERS),
    ConsolePage("POST", f"{PLACE}{{candidate}}/erase", erase, MAKERS),
)
