"""POST merchant-mail-text-preview, ours beyond the contract: a mail as its reader would see it. Nothing is sent."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.mails import MailPreview
from vivavoce.api.body import read_body
from vivavoce.api.models.mails import PreviewMailText, parse_mail
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.letterhead import find_letterhead
from vivavoce.candidates.mail_preview import preview_mail
from vivavoce.candidates.mail_texts import find_text
from vivavoce.candidates.mails.own_text import MailWording, check_own_text
from vivavoce.clock import now
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.merchants.register import read_merchant


async def answer(parts: ApiParts, request: Request) -> Response:
    """Of the text that is sent along; without one, as it goes out now."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse_mail(PreviewMailText, await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    kind, language = MailWording(sent.kind), sent.mojito_language_code
    letterhead = await find_letterhead(parts.database, merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        merchant = await read_merchant(connection, merchant_id)
        own = (
            await find_text(connection, kind, language)
            if sent.subject is None and sent.text is None
            else check_own_text(kind, subject=sent.subject or "", text=sent.text or "")
        )
    mail = preview_mail(
        kind, language, merchant=merchant.shown_name, letterhead=letterhead, own=own, base=parts.public_url, now=now()
    )
    body: MailPreview = {"subject": mail.subject, "text": mail.text, "html": mail.html}
    return JSONResponse(body)
