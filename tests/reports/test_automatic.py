"""Reports that an interview wants of each result: made by a worker, told, given up, and never waited for too long."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import KEYS, NOW, House, a_draft, a_seat, an_attempt, an_interview
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts.automatic_reports import (
    REPORT_WITHIN,
    AutomaticReport,
    ReportState,
    find_automatic_report,
    want_report,
)
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.states import Ending
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.providers.files.folder import FolderFiles
from vivavoce.providers.files.port import FilesAway
from vivavoce.reports.automatic import MOST_TRIES, make_automatic_report
from vivavoce.reports.stored import KEPT_FOR, sweep_reports
from vivavoce.scoring.score import score_attempt

DETAILS = "/functions/v1/job-interview-details"


async def a_judged_attempt(database: Database, house: House, **settings: Any) -> UUID:
    draft = a_draft(house, settings=settings)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    async with database.tenant(seat.merchant_id) as connection:
        await finish(connection, ending=Ending.ALL_ASKED, actor="test", now=NOW, **whose)
        await submit(connection, actor="test", now=NOW, **whose)
    await score_attempt(database, LexicalRater(), now=NOW, **whose)
    return attempt_id


async def state_of(database: Database, house: House, attempt_id: UUID) -> AutomaticReport | None:
    async with database.tenant(house.merchant.id) as connection:
        return await find_automatic_report(connection, attempt_id)


async def told(database: Database, house: House, attempt_id: UUID) -> list[str]:
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch(
            "select kind from events where subject_id = $1 and kind like 'report.%' order by number", attempt_id
        )
    return [row["kind"] for row in rows]


@pytest.mark.slow
async def test_a_report_is_made_once_told_and_made_again_when_the_result_is_judged_again(
    client: httpx.AsyncClient, database: Database, house: House, data_dir: Path
) -> None:
    files = FolderFiles(data_dir)
    attempt_id = await a_judged_attempt(database, house, auto_report={"template": "one_pager", "transcript": False})
    wanted = await state_of(database, house, attempt_id)
    assert wanted == AutomaticReport(state=ReportState.WAITING, tries=0, wanted_at=NOW, report_id=None)
    for _ in range(2):
        await make_automatic_report(database, files, KEYS, merchant_id=house.merchant.id, attempt_id=attempt_id)
    made = await state_of(database, house, attempt_id)
    assert made is not None
    assert (made.state, made.tries) == (ReportState.MADE, 1)
    assert await told(database, house, attempt_id) == ["report.made"]
    details = await client.get(DETAILS, params={"interview_result_id": str(attempt_id)}, headers=house.authorization())
    opened = await client.get(details.json()["pdf_export_url"].removeprefix("http://interviews.example"))
    assert opened.content.startswith(b"%PDF-")
    async with database.tenant(house.merchant.id) as connection:
        await want_report(connection, merchant_id=house.merchant.id, attempt_id=attempt_id, now=NOW + KEPT_FOR)
    again = await state_of(database, house, attempt_id)
    assert again == replace(made, state=ReportState.WAITING, tries=0, wanted_at=NOW + KEPT_FOR)
    await sweep_reports(database, files, now=now())
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from reports") == 1


async def test_what_cannot_be_made_is_given_up_and_told_and_nobody_waits_longer_than_a_quarter_of_an_hour(
    database: Database, house: House, data_dir: Path
) -> None:
    class Away(FolderFiles):
        def put(self, name: str, content: bytes) -> None:
            raise FilesAway

    assert await state_of(database, house, await a_judged_attempt(database, house)) is None
    attempt_id = await a_judged_attempt(database, house, auto_report={"template": "one_pager"})
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update automatic_reports set tries = $2 where attempt_id = $1", attempt_id, MOST_TRIES - 2
        )
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id}
    with pytest.raises(FilesAway):
        await make_automatic_report(database, Away(data_dir), KEYS, **whose)
    waiting = await state_of(database, house, attempt_id)
    assert waiting is not None
    moments = [NOW, NOW + REPORT_WITHIN - timedelta(seconds=1), NOW + REPORT_WITHIN]
    assert [waiting.holds(now=moment) for moment in moments] == [True, True, False]
    await make_automatic_report(database, Away(data_dir), KEYS, **whose)
    given_up = await state_of(database, house, attempt_id)
    assert given_up is not None
    assert given_up.state is ReportState.FAILED
    assert not given_up.holds(now=NOW)
    assert await told(database, house, attempt_id) == ["report.failed"]
