"""POST merchant-mail-bounce, ours beyond the contract: a mail came back, and its address is left alone."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.mails import BounceRead
from vivavoce.api.body import read_body
from vivavoce.api.models.mails import ReportBounce, parse_mail
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.bounces import take_bounce
from vivavoce.clock import now
from vivavoce.errors import Invalid
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.merchants.tokens import Role
from vivavoce.providers.mail.bounce import read_bounce

NO_BOUNCE = "Expected a delivery report that returns a mail of this merchant. Send it whole, as it arrived."


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for anything but a report on a mail that this merchant had sent; the same report again changes nothing."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_mail(ReportBounce, await read_body(request))
    require_role(caller, MAKERS | {Role.SERVICE})
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    bounce = read_bounce(sent.report.encode("utf-8", "replace"))
    if bounce is None:
        raise Invalid(NO_BOUNCE, name="report")
    async with parts.database.tenant(merchant_id) as connection:
        is_silenced = await take_bounce(
            connection, bounce, merchant_id=merchant_id, environment=caller.environment, now=now()
        )
    if is_silenced is None:
        raise Invalid(NO_BOUNCE, name="report")
    body: BounceRead = {"success": True, "is_silenced": is_silenced}
    return JSONResponse(body)
