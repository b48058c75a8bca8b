"""Everything of a person as one file: for themselves, on their own page, and for whom the merchant lets have it."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from vivavoce.clock import now
from vivavoce.events.record import Event, record
from vivavoce.reports.archive_links import read_archive_address
from vivavoce.reports.person_archive import ArchivePerson, make_archive, read_pieces
from vivavoce.web.candidate.session import find_signed_in
from vivavoce.web.candidate.sign_in import merchant_at
from vivavoce.web.drawing import HEADERS
from vivavoce.web.parts import WebParts

NAME = 'attachment; filename="person.zip"'


async def show(parts: WebParts, request: Request, token: str) -> Response:
    """GET: the archive that a signed address opens."""
    address = await read_archive_address(parts.database, parts.keys, token)
    person = ArchivePerson(
        merchant_id=address.merchant_id,
        candidate_id=address.candidate_id,
        environment=address.environment,
        is_own=False,
    )
    return await _give(parts, person, actor=f"user {address.user_id}")


async def take_own(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: one's own. Who has not signed in is led to do so."""
    merchant = await merchant_at(parts, slug)
    identity = await find_signed_in(parts, request, merchant.id)
    if identity is None:
        return RedirectResponse(f"/interview/at/{merchant.slug}/mine/", status_code=303)
    person = ArchivePerson(
        merchant_id=merchant.id,
        candidate_id=identity.candidate_id,
        environment=identity.environment,
        is_own=True,
    )
    return await _give(parts, person, actor=f"candidate {identity.candidate_id}")


async def _give(parts: WebParts, person: ArchivePerson, *, actor: str) -> Response:
    archive = await make_archive(parts.database, parts.recordings, person, now=now())
    async with parts.database.tenant(person.merchant_id) as connection:
        await record(
            connection,
            Event.CANDIDATE_EXPORTED,
            merchant_id=person.merchant_id,
            environment=person.environment,
            subject_id=person.candidate_id,
            actor=actor,
        )
    return StreamingResponse(
        _flow(archive), media_type="application/zip", headers=HEADERS | {"Content-Disposition": NAME}
    )


async def _flow(archive: BinaryIO) -> AsyncIterator[bytes]:
    pieces = read_pieces(archive)
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece
