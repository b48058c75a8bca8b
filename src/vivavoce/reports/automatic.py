"""Making the reports that interviews want of each of their results, by a worker (attempts/automatic_reports.py).

What can't be made is tried again for two minutes, then told and given up. No result waits for it beyond REPORT_WITHIN.
"""

import asyncio
import logging
from uuid import UUID

from vivavoce.attempts.automatic_reports import (
    AutomaticReport,
    ReportState,
    count_try,
    find_automatic_report,
    give_report_up,
    mark_report_made,
)
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.errors import BeingErased, VivavoceError
from vivavoce.merchants.keys import Keys
from vivavoce.providers.files.port import FileStore
from vivavoce.reports.features import read_features
from vivavoce.reports.lay_out import Addresses, lay_out
from vivavoce.reports.pdf import to_pdf
from vivavoce.reports.read import ReadResult, read_result
from vivavoce.reports.signed import sign_pdf
from vivavoce.reports.stored import KEPT_FOR, NewReport, keep_report, put_report
from vivavoce.reports.translate import translate_where_asked
from vivavoce.reports.words import find_report_words

log = logging.getLogger(__name__)

MOST_TRIES = 5  # as often as its note is taken up (jobs/worker.py)
ACTOR = "worker"


async def make_automatic_report(
    database: Database,
    files: FileStore,
    keys: Keys,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    models: LanguageModels | None = None,
) -> None:
    """Makes the result's report if it waits for one: done again, it changes nothing. models: that may translate.

    Raises VivavoceError for what can't be made now, as long as it is worth while to try again.
    """
    async with database.tenant(merchant_id) as connection:
        wanted = await find_automatic_report(connection, attempt_id)
        if wanted is None or wanted.state is not ReportState.WAITING:
            return
        environment: str = await connection.fetchval("select environment from attempts where id = $1", attempt_id)
        tries = await count_try(connection, attempt_id)
        read = await read_result(connection, attempt_id, environment=environment)
    assert read is not None
    try:
        await _make(database, files, keys, read, wanted, models, merchant_id=merchant_id, environment=environment)
    except BeingErased:
        return
    except VivavoceError as error:
        if tries < MOST_TRIES:
            raise
        log.error("the report of attempt %s can't be made, and is given up: %s", attempt_id, error.message)
        async with database.tenant(merchant_id) as connection:
            await give_report_up(connection, attempt_id=attempt_id, wanted_at=wanted.wanted_at, now=now())


async def _make(
    database: Database,
    files: FileStore,
    keys: Keys,
    read: ReadResult,
    wanted: AutomaticReport,
    models: LanguageModels | None,
    *,
    merchant_id: UUID,
    environment: str,
) -> None:
    definition = read.record.definition
    features = read_features(definition.settings.auto_report)
    words = find_report_words(features.language or definition.language)
    # An address of a recording is good for minutes, and for whoever asked: here nobody has.
    sheet = await asyncio.to_thread(lay_out, [(read, Addresses())], features, words, now=now())
    sheet, _ = await translate_where_asked(sheet, models, words, merchant_id=merchant_id, attempt_ids=[read.record.id])
    report = NewReport(
        merchant_id=merchant_id,
        environment=environment,
        attempt_ids=(read.record.id,),
        content=sign_pdf(await to_pdf(sheet), keys.signer),
        made_by=ACTOR,
    )
    put = await put_report(files, keys.sealer, report)
    moment = now()
    async with database.tenant(merchant_id) as connection:
        is_mine = await mark_report_made(
            connection, attempt_id=read.record.id, report_id=put.id, wanted_at=wanted.wanted_at, now=moment
        )
        if is_mine:
            await keep_report(connection, report, put, now=moment, expires_at=moment + KEPT_FOR)
    if not is_mine:
        await asyncio.to_thread(files.delete, [put.place])
