"""POST job-interview-pdf: a report on one result or several, as PDF, as a page, or as data."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.attempt import Beside, to_wire
from vivavoce.api.answers.report import Exported, ReportAnswer, Translated, to_exported, to_wire_pdf
from vivavoce.api.body import read_body
from vivavoce.api.models.pdf import MakeReport, parse
from vivavoce.api.models.words import UNKNOWN_ATTEMPT, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.comments import read_comments
from vivavoce.attempts.facts import read_facts
from vivavoce.attempts.introduction import sign_address
from vivavoce.attempts.ratings import RatingWanted, is_rating_due, note_seen
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.remarks import read_remark
from vivavoce.attempts.states import UNDER_WAY
from vivavoce.attempts.takes import find_pictured
from vivavoce.attempts.viewers import ADDRESS_LIFE, RecordingViewer
from vivavoce.candidates.revoke import find_revoked_at
from vivavoce.clock import now
from vivavoce.db.database import Connection
from vivavoce.errors import Invalid, Unavailable
from vivavoce.events.record import Event
from vivavoce.interviews.blind_rating import BlindRating, read_blind_rating
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.merchants.tokens import Caller
from vivavoce.recordings.links import RecordingAddress, sign_recording
from vivavoce.reports.features import ReportFeatures, read_features
from vivavoce.reports.html import to_html, to_table
from vivavoce.reports.lay_out import Addresses, lay_out
from vivavoce.reports.links import ReportAddress, sign_report
from vivavoce.reports.pdf import to_pdf
from vivavoce.reports.read import ReadResult, read_result
from vivavoce.reports.sheet import Sheet
from vivavoce.reports.signed import sign_html, sign_pdf
from vivavoce.reports.stored import KEPT_FOR, SHOWN_FOR, NewReport, keep_report, put_report
from vivavoce.reports.translate import translate_where_asked
from vivavoce.reports.words import find_report_words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reported:
    """A result as it was read, with the addresses of its recordings and what the details tell beside it."""

    read: ReadResult
    addresses: Addresses
    beside: Beside


async def answer(parts: ApiParts, request: Request) -> Response:
    """422 for an attempt that does not exist, is another merchant's or of another environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    features = read_features(sent.features, layout=sent.template)
    moment = now()
    async with parts.database.tenant(merchant_id) as connection:
        reported = [
            await _read(parts, connection, caller, merchant_id, text, name, features, moment) for text, name in sent.ids
        ]
        if sent.export_type != "pdf":  # of a PDF it is told once it is there
            await _record(connection, reported, caller, form=sent.export_type)
    return JSONResponse(await _make(parts, sent, reported, features, caller, merchant_id, moment))


async def _read(
    parts: ApiParts,
    connection: Connection,
    caller: Caller,
    merchant_id: UUID,
    text: str,
    name: str,
    features: ReportFeatures,
    moment: datetime,
) -> _Reported:
    read = await read_result(connection, to_reference(text), environment=caller.environment)
    if read is None:
        raise Invalid(UNKNOWN_ATTEMPT, name=name)
    record = read.record
    shows_marks = features.has_assessment and read.judged is not None
    # Nobody reads marks that they are to rate first, nor what was noticed.
    is_withheld = read.judged is not None and await is_rating_due(connection, record.id, caller.user_id)
    if features.has_assessment and is_withheld:
        raise Invalid(RatingWanted().message, name=name)
    if shows_marks and await read_blind_rating(connection, record.interview_id) is not BlindRating.OFF:
        # Whoever reads the marks here rates blind no more.
        await note_seen(connection, record.id, caller.user_id, merchant_id=merchant_id, now=moment)
    addresses = _sign(parts, read, caller, merchant_id, features, moment)
    comments = await read_comments(connection, record.id)
    beside = Beside(
        contact=read.contact,
        remark=await read_remark(connection, record.id),
        comment=comments[-1].text if comments else None,
        decision=read.decision,
        film_place=None if read.film is None else read.film.place,
        film_url=addresses.film or None,
        link_revoked_at=await find_revoked_at(
            connection, interview_id=record.interview_id, candidate_id=record.candidate_id
        ),
        recording_url=addresses.whole or None if features.has_session_recording else None,
        pictured=await find_pictured(connection, record.id, record.definition.settings),
        answer_urls=addresses.answers if features.has_answer_recordings else {},
        facts=() if is_withheld else await read_facts(connection, record.id),
    )
    return _Reported(read=read, addresses=addresses, beside=beside)


def _sign(
    parts: ApiParts, read: ReadResult, caller: Caller, merchant_id: UUID, features: ReportFeatures, moment: datetime
) -> Addresses:
    """Addresses of what was recorded, as far as they are asked for: good for the caller, and for minutes."""
    has_any = features.has_answer_recordings or features.has_session_recording
    if not has_any or read.record.state in UNDER_WAY:  # its sound may still grow
        return Addresses()
    viewer = RecordingViewer(merchant_id=caller.merchant_id, user_id=caller.user_id, token_id=caller.token_id)

    def sign(number: int | None) -> str:
        address = RecordingAddress(merchant_id=merchant_id, attempt_id=read.record.id, number=number, viewer=viewer)
        return f"{parts.public_url}/interview/recordings/{sign_recording(parts.keys, address, now=moment)}/"

    film = ""
    if features.has_session_recording and read.film is not None:
        film = f"{parts.public_url}/interview/films/{sign_address(parts.keys, read.film, viewer=viewer, now=moment)}/"
    return Addresses(
        answers={number: sign(number) for number in sorted(read.spoken)} if features.has_answer_recordings else {},
        # Quotes lead to their moment in the whole, whichever of the two was asked for.
        whole=sign(None) if read.spoken else "",
        film=film,
        until=moment + ADDRESS_LIFE if read.spoken or film else None,
    )


async def _make(
    parts: ApiParts,
    sent: MakeReport,
    reported: Sequence[_Reported],
    features: ReportFeatures,
    caller: Caller,
    merchant_id: UUID,
    moment: datetime,
) -> ReportAnswer:
    language = features.language or reported[0].read.record.definition.language
    pairs = [(result.read, result.addresses) for result in reported]
    # In a thread: a hundred long results take a second of a core.
    words = find_report_words(language)
    sheet = await asyncio.to_thread(lay_out, pairs, features, words, now=moment)
    sheet, translated = await translate_where_asked(
        sheet,
        parts.models,
        words,
        merchant_id=merchant_id,
        attempt_ids=[result.read.record.id for result in reported],
    )
    if sent.export_type == "json":
        exported: Exported = {
            "results": [
                to_exported(
                    to_wire(result.read.record, result.read.judged, result.beside),
                    result.read.record,
                    features,
                    Translated(language=words.code, said=said),
                )
                for result, said in zip(reported, translated, strict=True)
            ]
        }
        if sheet.rows:
            exported = {"table": to_table(sheet), **exported}
        return {"json_export": exported}
    if sent.export_type == "html":
        page = await asyncio.to_thread(to_html, sheet)
        return {"html_export": sign_html(page, parts.keys.signer)}
    return await _keep(parts, sheet, reported, caller, merchant_id, is_stored=bool(sent.store_file))


async def _keep(
    parts: ApiParts,
    sheet: Sheet,
    reported: Sequence[_Reported],
    caller: Caller,
    merchant_id: UUID,
    *,
    is_stored: bool,
) -> ReportAnswer:
    if parts.report_files is None:
        raise Unavailable("Files can’t be kept here, and a PDF is given by its address: ask for `html`.")
    report = NewReport(
        merchant_id=merchant_id,
        environment=caller.environment,
        attempt_ids=[result.read.record.id for result in reported],
        content=sign_pdf(await to_pdf(sheet), parts.keys.signer),
        made_by=f"user {caller.user_id}",
    )
    put = await put_report(parts.report_files, parts.keys.sealer, report)
    moment = now()
    until = moment + (KEPT_FOR if is_stored else SHOWN_FOR)
    async with parts.database.tenant(merchant_id) as connection:
        await keep_report(connection, report, put, now=moment, expires_at=until)
        await _record(connection, reported, caller, form="pdf", report_id=put.id)
    address = ReportAddress(
        merchant_id=merchant_id,
        report_id=put.id,
        viewer_merchant_id=caller.merchant_id,
        user_id=caller.user_id,
        token_id=caller.token_id,
    )
    token = sign_report(parts.keys, address, until=until)
    return to_wire_pdf(f"{parts.public_url}/interview/reports/{token}/", until)


async def _record(
    connection: Connection, reported: Sequence[_Reported], caller: Caller, *, form: str, report_id: UUID | None = None
) -> None:
    """Who got to read whose result belongs in the audit log."""
    data = {"form": form} if report_id is None else {"form": form, "report_id": str(report_id)}
    for result in reported:
        await record_attempt(
            connection,
            Event.REPORT_MADE,
            attempt_id=result.read.record.id,
            actor=f"user {caller.user_id}",
            data=data,
        )
