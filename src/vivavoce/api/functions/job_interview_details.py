"""job-interview-details: an attempt with its transcript, and how it was judged."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.answers.attempt import Beside, to_wire
from vivavoce.api.asked import NOTHING, asked_id, asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.introduction import Introduction, find_introduction, sign_address
from vivavoce.attempts.read import find_attempt
from vivavoce.attempts.remarks import read_remark
from vivavoce.candidates.contact import read_contact
from vivavoce.candidates.revoke import find_revoked_at
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.judgements import find_judgement


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 for an attempt that does not exist, is another merchant's or of another environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    attempt_id = asked_id(asked, "interview_result_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    async with parts.database.tenant(merchant_id) as connection:
        record = await find_attempt(connection, attempt_id, environment=caller.environment)
        if record is None:
            raise NotFound(NOTHING)
        judged = await find_judgement(connection, record.id)
        film = await find_introduction(connection, record.id)
        revoked_at = await find_revoked_at(
            connection, interview_id=record.interview_id, candidate_id=record.candidate_id
        )
        is_signed = str(asked.get("get_signed_recordings")).lower() == "true"
        beside = Beside(
            contact=await read_contact(connection, record.candidate_id),
            remark=await read_remark(connection, record.id),
            film_place=None if film is None else film.place,
            film_url=_sign(parts, film) if is_signed else None,
            link_revoked_at=revoked_at,
        )
    return JSONResponse(to_wire(record, judged, beside))


def _sign(parts: ApiParts, film: Introduction | None) -> str | None:
    token = None if film is None else sign_address(parts.keys, film, now=now())
    return None if token is None else f"{parts.public_url}/interview/films/{token}/"
