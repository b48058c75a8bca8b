"""POST merchant-mail-text-set, ours beyond the contract: a mail in the merchant's own words, or in ours again."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.body import read_body
from vivavoce.api.models.mails import SetMailText, parse_mail
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.mail_texts import set_text
from vivavoce.candidates.mails.own_text import MailWording
from vivavoce.clock import now
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for a place that there is not, and for a mail that has lost its link."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_mail(SetMailText, await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        await set_text(
            connection,
            MailWording(sent.kind),
            sent.mojito_language_code,
            subject=sent.subject,
            text=sent.text,
            merchant_id=merchant_id,
            actor=f"user {caller.user_id}",
            now=now(),
        )
    body: DoneAnswer = {"success": True}
    return JSONResponse(body)
