"""Everything that is kept of one person, as one archive: to be taken away by them, or given to them by the merchant.

    person.json                     rows, as they are kept
    attempts/ATTEMPT/spoken.webm    all that was said aloud, composed, with the picture where the session has one
    attempts/ATTEMPT/answer-3.webm  an answer with its picture, where the session has none
    attempts/ATTEMPT/film.webm      the film, where there is one
    missing.txt                     what could not be put in, and why; where all is there, it isn't

A person takes away what they gave, and what they were told; a merchant has all that is on record of them, which may
hold words of other people. Made in a file without a name, which is gone with whoever holds it open.
"""

import asyncio
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from pydantic_core import to_json

from vivavoce.attempts.films import open_film
from vivavoce.attempts.introduction import find_introduction
from vivavoce.attempts.merging import find_whole
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.takes import read_takes
from vivavoce.db.database import Connection, Database
from vivavoce.errors import NotFound, VivavoceError
from vivavoce.recordings.compose import open_recording
from vivavoce.recordings.recording_place import OpenRecording

PIECE_BYTES = 1024 * 1024
PERSON = """
select jsonb_build_object(
    'id', id, 'name', name, 'email', email, 'external_id', external_id, 'phone', phone,
    'contact_email', contact_email, 'created_at', created_at
) from candidates where id = $1 and erasing_at is null
"""
ATTEMPTS = """
select id from attempts
where candidate_id = $1 and ($2::text is null or environment = $2) and erasing_at is null order by id
"""
# What the person gave, and what they were told. `case` keeps what a merchant wrote for itself out of it.
GIVEN = """
select jsonb_build_object(
    'id', attempts.id, 'interview_id', interview_id, 'environment', environment, 'number', number, 'state', state,
    'begun_at', begun_at, 'finished_at', finished_at, 'submitted_at', submitted_at,
    'answers', (select jsonb_agg(to_jsonb(t) - 'merchant_id' order by t.number) from answers t where attempt_id = $1),
    'drafts', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from drafts t where attempt_id = $1),
    'hearings', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from hearings t where attempt_id = $1),
    'playouts', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from playouts t where attempt_id = $1),
    'camera_takes', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from camera_takes t where attempt_id = $1),
    'observations', (
        select jsonb_agg(to_jsonb(t) - 'merchant_id') from observations t where attempt_id = $1 and kind <> 'same_name'
    ),
    'corrections', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from corrections t where attempt_id = $1),
    'introductions', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from introductions t where attempt_id = $1),
    'remarks', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from remarks t where attempt_id = $1),
    'adjustments', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from adjustments t where attempt_id = $1),
    'wishes', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from wishes t where attempt_id = $1),
    'consents', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from consents t where attempt_id = $1),
    'faults', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from faults t where attempt_id = $1),
    'tasks', (
        select jsonb_agg(jsonb_build_object(
            'kind', kind, 'text', text, 'state', t.state, 'created_at', t.created_at, 'reply', reply, 'reason', reason
        )) from tasks t where attempt_id = $1
    ),
    'told', (
        select jsonb_agg(jsonb_build_object('decision', kind, 'feedback', feedback, 'mailed_at', mailed_at))
        from decisions t where attempt_id = $1 and mailed_at is not null
    )
) from attempts where id = $1
"""
# What else is on record of an attempt, for its merchant.
MADE = """
select jsonb_build_object(
    'branches', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from branches t where attempt_id = $1),
    'previews', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from previews t where attempt_id = $1),
    'judgements', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from judgements t where attempt_id = $1),
    'overturns', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from overturns t where attempt_id = $1),
    'namesakes', (
        select jsonb_agg(to_jsonb(t) - 'merchant_id') from observations t where attempt_id = $1 and kind = 'same_name'
    ),
    'integrity_facts', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from integrity_facts t where attempt_id = $1),
    'fact_strikes', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from fact_strikes t where attempt_id = $1),
    'ratings', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from ratings t where attempt_id = $1),
    'verdict_views', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from verdict_views t where attempt_id = $1),
    'comments', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from comments t where attempt_id = $1),
    'decisions', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from decisions t where attempt_id = $1),
    'grants', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from grants t where attempt_id = $1),
    'model_calls', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from model_calls t where attempt_id = $1),
    'webhook_messages', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from webhook_messages t where attempt_id = $1),
    'report_results', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from report_results t where attempt_id = $1),
    'automatic_reports', (
        select jsonb_agg(to_jsonb(t) - 'merchant_id') from automatic_reports t where attempt_id = $1
    ),
    'judgement_receipts', (
        select jsonb_agg(to_jsonb(t) - 'merchant_id') from judgement_receipts t where attempt_id = $1
    ),
    'credit_entries', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from credit_entries t where attempt_id = $1),
    'events', (select jsonb_agg(to_jsonb(t) - 'merchant_id') from events t where subject_id = $1)
)
"""
INVITATIONS = """
select coalesce(jsonb_agg(to_jsonb(t) - 'merchant_id' order by t.id), '[]') from invitations t
where candidate_id = $1 and ($2::text is null or environment = $2)
"""
MAILS = """
select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'interview_id', interview_id, 'state', state,
    'why', why, 'message', message, 'wanted_at', created_at, 'sent_at', sent_at) order by id), '[]') from mails
where candidate_id = $1 and ($2::text is null or environment = $2)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePerson:
    """Whose archive it is. environment: of which one; None: of each. is_own: it is the person who takes it away."""

    merchant_id: UUID
    candidate_id: UUID
    environment: str | None
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """A recording to be put in. pieces: what lies from one byte up to another, which blocks."""

    name: str
    size: int
    pieces: Callable[[int, int], Iterator[bytes]]


async def make_archive(
    database: Database, store: RecordingStore | None, person: ArchivePerson, *, now: datetime
) -> BinaryIO:
    """The archive, open at its beginning. store: None: recordings lie elsewhere, and are not in it.

    Raises NotFound for somebody who is not known here, or is being erased.
    """
    async with database.tenant(person.merchant_id) as connection:
        told, attempt_ids = await _read_rows(connection, person, now=now)
    recorded: list[_Recorded] = []
    missing: list[str] = []
    for attempt_id in attempt_ids:
        for find in (_find_spoken, _find_film):
            try:
                if store is not None:
                    recorded += await find(database, store, person, attempt_id)
            except NotFound:
                continue
            except VivavoceError as error:
                missing.append(f"attempts/{attempt_id}: {error.message}")
    return await asyncio.to_thread(_write, told, recorded, missing)


async def _read_rows(
    connection: Connection, person: ArchivePerson, *, now: datetime
) -> tuple[dict[str, Any], list[UUID]]:
    """For the merchant, whoever was merged with the person stands beside them; nobody's own holds another's."""
    told, attempt_ids = await _read_candidate(connection, person)
    told = {"exported_at": now} | told
    if person.is_own:
        return told, attempt_ids
    merged = []
    for candidate_id in await find_whole(connection, person.candidate_id, environment=person.environment):
        if candidate_id != person.candidate_id:
            part, ids_of_part = await _read_candidate(connection, replace(person, candidate_id=candidate_id))
            merged.append(part)
            attempt_ids += ids_of_part
    return told | ({"merged": merged} if merged else {}), attempt_ids


async def _read_candidate(connection: Connection, person: ArchivePerson) -> tuple[dict[str, Any], list[UUID]]:
    described = await connection.fetchval(PERSON, person.candidate_id)
    rows = await connection.fetch(ATTEMPTS, person.candidate_id, person.environment)
    invitations = await connection.fetchval(INVITATIONS, person.candidate_id, person.environment)
    mails = await connection.fetchval(MAILS, person.candidate_id, person.environment)
    is_elsewhere = person.environment is not None and not rows and not invitations
    if described is None or is_elsewhere:
        raise NotFound
    attempts = []
    for row in rows:
        attempt = await connection.fetchval(GIVEN, row["id"])
        if not person.is_own:
            attempt |= await connection.fetchval(MADE, row["id"])
        attempts.append({name: value for name, value in attempt.items() if value is not None})
    told = {"person": described, "invitations": invitations, "mails": mails, "attempts": attempts}
    return told, [row["id"] for row in rows]


async def _find_spoken(
    database: Database, store: RecordingStore, person: ArchivePerson, attempt_id: UUID
) -> list[_Recorded]:
    async def find(number: int | None) -> OpenRecording:
        return await open_recording(
            database,
            store,
            merchant_id=person.merchant_id,
            attempt_id=attempt_id,
            number=number,
            is_for_themselves=person.is_own,
        )

    whole = await find(None)
    opened = [(f"spoken.{whole.ending}", whole)]
    if not whole.has_picture:
        async with database.tenant(person.merchant_id) as connection:
            numbers = sorted({take.number for take in await read_takes(connection, attempt_id)})
        answers = [(number, await find(number)) for number in numbers]
        opened += [(f"answer-{number}.{answer.ending}", answer) for number, answer in answers if answer.has_picture]
    return [
        _Recorded(name=f"attempts/{attempt_id}/{name}", size=recording.size, pieces=recording.pieces)
        for name, recording in opened
    ]


async def _find_film(
    database: Database, store: RecordingStore, person: ArchivePerson, attempt_id: UUID
) -> list[_Recorded]:
    async with database.tenant(person.merchant_id) as connection:
        film = await find_introduction(connection, attempt_id)
    if film is None:
        return []
    opened = await open_film(database, store, film)
    return [_Recorded(name=f"attempts/{attempt_id}/film.{film.format}", size=opened.size, pieces=opened.pieces)]


def _write(told: dict[str, Any], recorded: list[_Recorded], missing: list[str]) -> BinaryIO:
    """It blocks."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 – whoever reads it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", to_json(told, indent=2))
        for recording in recorded:
            entry = zipfile.ZipInfo(recording.name, date_time=(1980, 1, 1, 0, 0, 0))
            try:
                with archive.open(entry, "w", force_zip64=True) as place:
                    for piece in recording.pieces(0, recording.size):
                        place.write(piece)
            except VivavoceError as error:  # a frame that does not open: what came before it is there
                missing.append(f"{recording.name} is not whole: {error.message}")
        if missing:
            archive.writestr("missing.txt", "\n".join(missing) + "\n")
    file.seek(0)
    return file


def read_pieces(file: BinaryIO) -> Iterator[bytes]:
    """The archive in pieces; it is closed, and so gone, at the end. It blocks."""
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
