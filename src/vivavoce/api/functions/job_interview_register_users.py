"""POST job-interview-register-users: people in, a personal link for each out, mailed to them where that is wanted."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.asked import asked_id
from vivavoce.api.body import read_body
from vivavoce.api.mailing import NO_MAIL, to_mailing
from vivavoce.api.models.register_users import RegisterUsers, parse
from vivavoce.api.parts import ApiParts
from vivavoce.api.portals import require_open_portal
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.candidates.mail_limits import TooManyMails
from vivavoce.clock import now
from vivavoce.errors import Invalid, Refused
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import find_interview
from vivavoce.interviews.voice import want_voice
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.merchants.credits import require_credits
from vivavoce.merchants.tokens import Caller, Role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Always 200 once the request itself is good: each row says how it went in `result`.

    Sent again, it makes nothing and mails nothing that is there already.
    """
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS | {Role.SERVICE})
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    interview_id = await _find(parts, caller, merchant_id, sent)
    return JSONResponse(
        [
            await _register(parts, caller, row, sent, merchant_id=merchant_id, interview_id=interview_id)
            for row in sent.users
        ]
    )


async def _find(parts: ApiParts, caller: Caller, merchant_id: UUID, sent: RegisterUsers) -> UUID:
    unknown = Invalid("There is no interview with this id.", name="interview_id")
    try:
        interview_id = asked_id({"interview_id": sent.interview_id}, "interview_id")
    except Refused:
        raise unknown from None
    async with parts.database.tenant(merchant_id) as connection:
        stored = await find_interview(connection, interview_id, environment=caller.environment)
        if stored is None:
            raise unknown
        await require_open_portal(connection, merchant_id, stored.draft.kind)
        if parts.speaks:
            await want_voice(connection, stored)
    if stored.draft.status is Status.DRAFT and not sent.is_test:
        raise Invalid(
            "This interview is a draft: set it active, or send `is_test: true` for a trial.", name="interview_id"
        )
    return interview_id


async def _register(
    parts: ApiParts, caller: Caller, row: dict[str, Any], sent: RegisterUsers, *, merchant_id: UUID, interview_id: UUID
) -> dict[str, Any]:
    flags = ("&view_hm=true" if sent.hide_menu else "") + ("&view_hi=true" if sent.hide_iframe else "")
    is_mailed = sent.send_email and parts.sends_mail
    try:
        if not sent.is_test:
            async with parts.database.tenant(merchant_id) as connection:
                await require_credits(connection, merchant_id, now=now())
        invited = await invite(
            parts.database,
            parts.keys,
            _to_person(row),
            merchant_id=merchant_id,
            interview_id=interview_id,
            environment=caller.environment,
            is_test=sent.is_test,
            actor=f"user {caller.user_id}",
            now=now(),
            mailing=to_mailing(parts, caller, link_query=flags) if is_mailed else None,
            again=sent.invite_again,
        )
    except (Invalid, TooManyMails) as error:
        return row | {"result": f"Error: {error.message}"}
    link = f"{parts.public_url}/interview/take/{interview_id}/?interview_token={invited.token}"
    told = row | {"result": "ok", "interview_url": link + flags, "profile_interview_id": str(invited.candidate_id)}
    return told | ({"mail": invited.mail or NO_MAIL} if sent.send_email else {})


def _to_person(row: dict[str, Any]) -> Invitee:
    for name in ("name", "email", "external_id"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise Invalid(f"Expected `{name}` to be text.", name=name)
    return Invitee(name=row.get("name"), email=row.get("email"), external_id=row.get("external_id"))
