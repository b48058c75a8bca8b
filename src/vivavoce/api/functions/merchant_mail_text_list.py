"""merchant-mail-text-list, ours beyond the contract: which mails a merchant says in its own words."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.mails import MailTexts, to_wire_text
from vivavoce.api.asked import read_asked, understand
from vivavoce.api.models.mails import MailTextList
from vivavoce.api.parts import ApiParts
from vivavoce.candidates.mail_texts import list_texts
from vivavoce.merchants.access import READERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """All of them: there are at most seven in a language."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = understand(MailTextList, await read_asked(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked.merchant_id)
    async with parts.database.tenant(merchant_id) as connection:
        body: MailTexts = {"data": [to_wire_text(kept) for kept in await list_texts(connection)]}
    return JSONResponse(body)
