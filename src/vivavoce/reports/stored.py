"""Reports that are kept as files: sealed, each by a key of its own, until they expire or one of their people is erased.

STORE/reports/MERCHANT/ATTEMPT/ID.pdf     of one result: it goes with the attempt's other files
STORE/reports/MERCHANT/several/ID.pdf     of several: unreadable once its row is gone, and swept within a day
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.attempts.automatic_reports import REPORTS, report_folder
from vivavoce.candidates.sealed_file import SALT_BYTES, SealedFile, seal_whole
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import NotFound, Unavailable
from vivavoce.merchants.keys import Sealer
from vivavoce.providers.files.port import FileStore

log = logging.getLogger(__name__)

SEVERAL = "several"
KEY_BYTES = 32
KEPT_FOR = timedelta(days=7)  # where a caller has it stored, or it was made by itself
SHOWN_FOR = timedelta(hours=1)  # where nobody asked to store it
SAFE_AGE = timedelta(days=1)  # of a file without a row, before it is taken for nobody's
AT_A_TIME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report that is to be kept. attempt_ids: whose results it holds, at least one. made_by: as events name them."""

    merchant_id: UUID
    environment: str
    attempt_ids: Sequence[UUID]
    content: bytes
    made_by: str


async def put_report(files: FileStore, sealer: Sealer, report: NewReport) -> "PutReport":
    """Stores the file, in no transaction; `keep_report` makes it findable. Raises FilesAway, and NoSpace."""
    report_id, key = new_id(), os.urandom(KEY_BYTES)
    ids = sorted(set(report.attempt_ids))
    folder = (
        report_folder(merchant_id=report.merchant_id, attempt_id=ids[0])
        if len(ids) == 1
        else f"{REPORTS}/{report.merchant_id}/{SEVERAL}"
    )
    place = f"{folder}/{report_id}.pdf"
    sealed = seal_whole(report.content, key, name=place, salt=os.urandom(SALT_BYTES))
    await asyncio.to_thread(files.put, place, sealed)
    return PutReport(
        id=report_id,
        place=place,
        sealed_key=sealer.seal(key, place=f"report {report_id}"),
        sha256=hashlib.sha256(report.content).hexdigest(),
        size=len(report.content),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PutReport:
    """A report whose file is in the store, and that no row knows yet."""

    id: UUID
    place: str
    sealed_key: bytes
    sha256: str
    size: int


async def keep_report(
    connection: Connection, report: NewReport, put: PutReport, *, now: datetime, expires_at: datetime
) -> None:
    """Adds the rows. Raises BeingErased where one of the people is being erased."""
    await connection.execute(
        "insert into reports (merchant_id, id, environment, place, sealed_key, size_bytes, sha256, made_by, made_at,"
        " expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        report.merchant_id,
        put.id,
        report.environment,
        put.place,
        put.sealed_key,
        put.size,
        put.sha256,
        report.made_by,
        now,
        expires_at,
    )
    await connection.execute(
        "insert into report_results (merchant_id, report_id, attempt_id) select $1, $2, unnest($3::uuid[])",
        report.merchant_id,
        put.id,
        sorted(set(report.attempt_ids)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A report that is kept. attempt_ids: whose results it holds."""

    id: UUID
    attempt_ids: tuple[UUID, ...]
    expires_at: datetime


async def find_report(connection: Connection, report_id: UUID, *, now: datetime) -> StoredReport | None:
    """The report, unless it has expired or was erased."""
    row = await connection.fetchrow(
        "select expires_at, (select array_agg(attempt_id order by attempt_id) from report_results"
        " where report_id = reports.id) as attempt_ids from reports where id = $1 and expires_at > $2",
        report_id,
        now,
    )
    if row is None:
        return None
    return StoredReport(id=report_id, attempt_ids=tuple(row["attempt_ids"] or ()), expires_at=row["expires_at"])


async def open_report(
    database: Database, files: FileStore, sealer: Sealer, *, merchant_id: UUID, report_id: UUID, now: datetime
) -> SealedFile:
    """The report's file. Raises NotFound, FilesAway, and SealBroken."""
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select place, sealed_key from reports where id = $1 and expires_at > $2 and not exists ("
            " select from report_results join attempts on attempts.id = attempt_id"
            " where report_id = reports.id and erasing_at is not null)",
            report_id,
            now,
        )
    if row is None:
        raise NotFound("This report is gone: it has expired, or one of its people was erased. Ask for a new one.")
    key = sealer.open(row["sealed_key"], place=f"report {report_id}")
    place = row["place"]

    def open_file() -> SealedFile:
        return SealedFile(
            key, name=place, size=files.size(place), read=lambda begin, end: files.read(place, begin, end)
        )

    return await asyncio.to_thread(open_file)


async def sweep_reports(database: Database, files: FileStore, *, now: datetime) -> int:
    """Removes reports that have expired, and files that no report has any more; how many files."""
    async with database.sweeping() as connection:  # which sees the expired ones alone
        rows = await connection.fetch(
            "select merchant_id, id, place from reports order by expires_at limit $1", AT_A_TIME
        )
    removed = 0
    try:
        for row in rows:
            await asyncio.to_thread(files.delete, [row["place"]])
            async with database.tenant(row["merchant_id"]) as connection:
                await connection.execute("delete from reports where id = $1", row["id"])
            removed += 1
        removed += await _sweep_files(database, files, before=now - SAFE_AGE)
    except Unavailable as error:
        log.warning("reports that nobody needs can't be removed now: %s", error.message)
    return removed


async def _sweep_files(database: Database, files: FileStore, *, before: datetime) -> int:
    """Files that were stored before, and that no row names."""
    old = await asyncio.to_thread(lambda: [file.name for file in files.list(REPORTS) if file.changed_at < before])
    by_merchant: dict[UUID, list[str]] = {}
    for name in old:
        parts = PurePosixPath(name).parts
        merchant_id = to_id(parts[1]) if len(parts) == 4 else None
        if merchant_id is not None:
            by_merchant.setdefault(merchant_id, []).append(name)
    removed = 0
    for merchant_id, names in by_merchant.items():
        async with database.tenant(merchant_id) as connection:
            # Where the merchant itself is not there, this is another database than the one that the files go with.
            if not await connection.fetchval("select exists (select from merchants where id = $1)", merchant_id):
                continue
            rows = await connection.fetch("select place from reports where place = any ($1)", names)
        orphans = sorted(set(names) - {row["place"] for row in rows})
        await asyncio.to_thread(files.delete, orphans)
        removed += len(orphans)
    return removed
