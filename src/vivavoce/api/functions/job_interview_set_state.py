"""POST job-interview-set-state: an interview is published, put away or deleted; its embed key made or removed."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.changes import EmbedKey
from vivavoce.api.answers.outcome import DoneAnswer
from vivavoce.api.asked import NOTHING
from vivavoce.api.body import read_body
from vivavoce.api.models.set_state import parse
from vivavoce.api.models.words import STATUSES, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.interviews.embedding import OLD_KEY_HOURS, ensure_embed_key, remove_embed_key, rotate_embed_key
from vivavoce.interviews.move import close_links, move_interview
from vivavoce.interviews.read import find_to_change
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such interview; 422 for a status that it can't go to. Both happen or neither."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    actor = f"user {caller.user_id}"
    body: DoneAnswer | EmbedKey = {"success": True}
    async with parts.database.tenant(merchant_id) as connection:
        stored = await find_to_change(connection, to_reference(sent.position_id), environment=caller.environment)
        if stored is None:
            raise NotFound(NOTHING)
        if sent.status is not None:
            await move_interview(connection, stored, STATUSES[sent.status], actor=actor)
        if sent.close_links is not None:
            await close_links(connection, stored, closes=sent.close_links, actor=actor)
        if sent.is_embedded is True:
            embed = None
            if sent.rotate_embed_key:
                hours = OLD_KEY_HOURS if sent.old_key_hours is None else sent.old_key_hours
                embed = await rotate_embed_key(
                    connection,
                    stored,
                    old_key_for=timedelta(hours=hours),
                    sealer=parts.keys.sealer,
                    actor=actor,
                    now=now(),
                )
            if embed is None:
                embed = await ensure_embed_key(connection, stored, sealer=parts.keys.sealer, actor=actor)
            body = {"embed_id": str(embed.id), "embed_signing_key": embed.signing_key}
        if sent.is_embedded is False:
            await remove_embed_key(connection, stored, actor=actor)
    return JSONResponse(body)
