"""job-interview-audit-folder, ours beyond the contract: what an auditor asks for of an interview, as an archive."""

import asyncio
import base64

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.audit_folder import AuditFolder
from vivavoce.api.asked import asked_id, asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role
from vivavoce.reports.audit_folder import AuditSettings, gather_folder, pack_folder


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such interview."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    interview_id = asked_id(asked, "position_id")
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    keeping = AuditSettings(keep_days=parts.keep_days, public_key=parts.keys.signer.public_key)
    async with parts.database.tenant(merchant_id) as connection:
        files = await gather_folder(
            connection, interview_id, environment=caller.environment, keeping=keeping, now=now()
        )
    archive = await asyncio.to_thread(pack_folder, files)
    body: AuditFolder = {
        "file_name": f"audit-{interview_id}.zip",
        "files": list(files),
        "archive": base64.b64encode(archive).decode(),
    }
    return JSONResponse(body)
