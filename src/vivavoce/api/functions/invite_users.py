"""POST invite-users: people who are to work at the merchant are let in, candidates invited, and both are mailed."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.body import read_body
from vivavoce.api.mailing import NO_MAIL, to_mailing
from vivavoce.api.models.invite_users import TYPES, InviteUsers, parse
from vivavoce.api.models.words import UNKNOWN_INTERVIEW, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_open_portal
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.clock import now
from vivavoce.errors import Invalid, Refused
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.merchants.credits import require_credits
from vivavoce.merchants.people.members import Invitation, NewMember, add_member
from vivavoce.merchants.tokens import Caller, Role

LETS_IN = frozenset({Role.ADMIN, Role.OWNER, Role.SERVICE})  # who says who works at the merchant
CONSOLE = "/console/"
OWNERS_ALONE = "Only an owner of the merchant lets people of its team in."
WORDS = {
    Invitation.INVITED: "Invited",
    Invitation.ACTIVATED: "Activated",
    Invitation.SKIPPED: "Skipped",
}


async def answer(parts: ApiParts, request: Request) -> Response:
    """Always 200 once the request itself is good: each row says how it went in `result`."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS | {Role.SERVICE})
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    return JSONResponse([await _invite(parts, caller, row, sent, merchant_id=merchant_id) for row in sent.users])


async def _invite(
    parts: ApiParts, caller: Caller, row: dict[str, Any], sent: InviteUsers, *, merchant_id: UUID
) -> dict[str, Any]:
    try:
        for name in ("email", "name", "type", "interview_id"):
            if row.get(name) is not None and not isinstance(row[name], str):
                raise Invalid(f"Expected `{name}` to be text.", name=name)
        kind = row.get("type") or "user"
        if kind not in TYPES:
            raise Invalid(f"Expected one of these as `type`: {', '.join(TYPES)}.", name="type")
        if kind == Role.CANDIDATE:
            return row | await _register(parts, caller, row, sent, merchant_id=merchant_id)
        return row | await _let_in(parts, caller, row, sent, merchant_id=merchant_id, role=Role(kind))
    except Refused as error:
        return row | {"result": f"Error: {error.message}"}


async def _let_in(
    parts: ApiParts, caller: Caller, row: dict[str, Any], sent: InviteUsers, *, merchant_id: UUID, role: Role
) -> dict[str, Any]:
    if caller.role not in LETS_IN:
        raise Invalid(OWNERS_ALONE, name="type")
    person = NewMember(
        email=row.get("email") or "",
        name=row.get("name") or "",
        role=role,
        language=sent.mojito_language_code or "en",
        message=sent.message_from_recruiter or "",
        console_url=f"{parts.public_url}{CONSOLE}",
    )
    async with parts.database.tenant(merchant_id) as connection:
        member, came_of_it = await add_member(
            connection,
            person,
            merchant_id=merchant_id,
            again=sent.force_invite is True,
            actor=f"user {caller.user_id}",
            now=now(),
        )
    return {"result": WORDS[came_of_it], "profile_id": str(member.id)}


async def _register(
    parts: ApiParts, caller: Caller, row: dict[str, Any], sent: InviteUsers, *, merchant_id: UUID
) -> dict[str, Any]:
    interview_id = to_reference(row.get("interview_id") or "")
    async with parts.database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, interview_id, environment=caller.environment)
        if stored is None:
            raise Invalid(UNKNOWN_INTERVIEW, name="interview_id")
        await require_open_portal(connection, merchant_id, stored.draft.kind)
        await require_credits(connection, merchant_id, now=now())
    if stored.draft.status is Status.DRAFT:
        raise Invalid("This interview is a draft: set it active first.", name="interview_id")
    invited = await invite(
        parts.database,
        parts.keys,
        Invitee(name=row.get("name"), email=row.get("email")),
        merchant_id=merchant_id,
        interview_id=interview_id,
        environment=caller.environment,
        is_test=False,
        actor=f"user {caller.user_id}",
        now=now(),
        mailing=to_mailing(parts, caller, message=sent.message_from_recruiter or "") if parts.sends_mail else None,
        again=sent.force_invite is True,
    )
    return {
        "result": "Invited",
        "profile_interview_id": str(invited.candidate_id),
        "mail": invited.mail or NO_MAIL,
        "interview_url": f"{parts.public_url}/interview/take/{interview_id}/?interview_token={invited.token}",
    }
