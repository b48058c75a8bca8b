"""job-interview-details: an attempt with its transcript, and how it was judged."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.attempt import Beside, to_wire
from vivavoce.api.asked import NOTHING, asked_id, asked_text, read_asked
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.comments import read_comments
from vivavoce.attempts.decisions import find_decision
from vivavoce.attempts.facts import read_facts
from vivavoce.attempts.heard_words import read_words
from vivavoce.attempts.introduction import Introduction, find_introduction, sign_address
from vivavoce.attempts.kept_shorter import is_sound_erased
from vivavoce.attempts.ratings import is_rating_due, note_seen
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.remarks import read_remark
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.takes import find_pictured
from vivavoce.attempts.viewers import RecordingViewer
from vivavoce.candidates.contact import read_contact
from vivavoce.candidates.revoke import find_revoked_at
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.errors import NotFound
from vivavoce.interviews.blind_rating import BlindRating, read_blind_rating
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.merchants.tokens import Caller
from vivavoce.recordings.links import RecordingAddress, sign_recording
from vivavoce.reports.links import find_report_link
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
        # Nobody reads marks that they are to rate first.
        is_withheld = judged is not None and await is_rating_due(connection, record.id, caller.user_id)
        if is_withheld:
            judged = None
        film = await find_introduction(connection, record.id)
        revoked_at = await find_revoked_at(
            connection, interview_id=record.interview_id, candidate_id=record.candidate_id
        )
        comments = await read_comments(connection, record.id)
        if judged is not None and await read_blind_rating(connection, record.interview_id) is not BlindRating.OFF:
            # Whoever reads the marks here rates blind no more.
            await note_seen(connection, record.id, caller.user_id, merchant_id=merchant_id, now=now())
        is_signed = str(asked.get("get_signed_recordings")).lower() == "true"
        urls = await _sign_recordings(parts, connection, record, caller, merchant_id) if is_signed else {}
        beside = Beside(
            contact=await read_contact(connection, record.candidate_id),
            remark=await read_remark(connection, record.id),
            comment=comments[-1].text if comments else None,
            decision=await find_decision(connection, record.id),
            facts=() if is_withheld else await read_facts(connection, record.id),
            film_place=None if film is None else film.place,
            film_url=_sign(parts, film, caller) if is_signed else None,
            link_revoked_at=revoked_at,
            recording_url=urls.get(None),
            pictured=await find_pictured(connection, record.id, record.definition.settings),
            answer_urls={number: url for number, url in urls.items() if number is not None},
            report=None
            if is_withheld
            else await find_report_link(
                connection,
                parts.keys,
                merchant_id=merchant_id,
                attempt_id=record.id,
                public_url=parts.public_url,
                now=now(),
                viewer=caller,
            ),
        )
    return JSONResponse(to_wire(record, judged, beside))


def _sign(parts: ApiParts, film: Introduction | None, caller: Caller) -> str | None:
    token = None if film is None else sign_address(parts.keys, film, viewer=_viewer(caller), now=now())
    return None if token is None else f"{parts.public_url}/interview/films/{token}/"


async def _sign_recordings(
    parts: ApiParts, connection: Connection, record: Record, caller: Caller, merchant_id: UUID
) -> dict[int | None, str]:
    """An address of each answer that was said aloud, and of all of them (None)."""
    if record.state in (AttemptState.BEGUN, AttemptState.FINISHED):
        return {}  # its sound may still grow
    spoken = {} if await is_sound_erased(connection, record.id) else await read_words(connection, record.id)
    numbers: list[int | None] = [None, *sorted(spoken)] if spoken else []
    urls: dict[int | None, str] = {}
    for number in numbers:
        address = RecordingAddress(merchant_id=merchant_id, attempt_id=record.id, number=number, viewer=_viewer(caller))
        token = sign_recording(parts.keys, address, now=now())
        urls[number] = f"{parts.public_url}/interview/recordings/{token}/"
    return urls


def _viewer(caller: Caller) -> RecordingViewer:
    return RecordingViewer(merchant_id=caller.merchant_id, user_id=caller.user_id, token_id=caller.token_id)
