"""How the report stands that an interview wants of each of its results, made by itself (`auto_report` of its settings).

judged ──► waiting ──► made        the file is there
              └──────► failed      it could not be made, often enough; it was told, and nobody waits any more

Whoever tells others of a result may wait for its report, and asks here whether to: `find_automatic_report`, and then
`holds(now)`. It says no once the report is made or given up, and REPORT_WITHIN after it was wanted whatever happened:
no result is ever held back for longer. `Event.REPORT_MADE` and `Event.REPORT_FAILED` tell that it is over.
reports/automatic.py makes them; reports/links.py `find_report_link` gives the latest one's signed address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.events.record import Event
from vivavoce.jobs.leave import Note, leave

REPORT_WITHIN = timedelta(minutes=15)
REPORTS = "reports"  # below which name reports lie in the store of files


def report_folder(*, merchant_id: UUID, attempt_id: UUID) -> str:
    """Below which name the reports of one result lie in the store."""
    return f"{REPORTS}/{merchant_id}/{attempt_id}"


class ReportState(StrEnum):
    """Where an automatic report stands."""

    WAITING = "waiting"  # a worker makes it
    MADE = "made"  # it is there
    FAILED = "failed"  # it could not be made


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticReport:
    """A result's automatic report.

    wanted_at: when the result was judged, the last time. report_id: the latest that was made; None: there is none, or
    it has expired. An older one may be there while another waits.
    """

    state: ReportState
    tries: int
    wanted_at: datetime
    report_id: UUID | None

    def holds(self, *, now: datetime) -> bool:
        """Whether telling of the result waits for it. From `held_until` on it never does."""
        return self.state is ReportState.WAITING and now < self.held_until

    @property
    def held_until(self) -> datetime:
        """From when on nobody waits, whatever happened."""
        return self.wanted_at + REPORT_WITHIN


async def want_report(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, now: datetime) -> None:
    """Has a report made of the result, which was judged just now: in the same transaction, so that nobody overtakes it.

    Judged again, it is made again.
    """
    await connection.execute(
        "insert into automatic_reports (merchant_id, attempt_id, state, wanted_at) values ($1, $2, $3, $4)"
        " on conflict (merchant_id, attempt_id) do update"
        " set state = excluded.state, tries = 0, wanted_at = excluded.wanted_at, ended_at = null",
        merchant_id,
        attempt_id,
        ReportState.WAITING.value,
        now,
    )
    await leave(connection, Note.MAKE_REPORT, merchant_id=merchant_id, subject_id=attempt_id)


async def find_automatic_report(connection: Connection, attempt_id: UUID) -> AutomaticReport | None:
    """The result's automatic report; None where its interview wants none, or it is not judged yet."""
    row = await connection.fetchrow(
        "select state, tries, wanted_at, report_id from automatic_reports where attempt_id = $1", attempt_id
    )
    return (
        None
        if row is None
        else AutomaticReport(
            state=ReportState(row["state"]),
            tries=row["tries"],
            wanted_at=row["wanted_at"],
            report_id=row["report_id"],
        )
    )


async def count_try(connection: Connection, attempt_id: UUID) -> int:
    """One more try; how many there were with it."""
    tries: int = await connection.fetchval(
        "update automatic_reports set tries = tries + 1 where attempt_id = $1 returning tries", attempt_id
    )
    return tries


async def mark_report_made(
    connection: Connection, *, attempt_id: UUID, report_id: UUID, wanted_at: datetime, now: datetime
) -> bool:
    """The report is there. False: it is wanted anew meanwhile, or was made by another worker; nothing changed."""
    return await _end(connection, attempt_id, ReportState.MADE, wanted_at=wanted_at, report_id=report_id, now=now)


async def give_report_up(connection: Connection, *, attempt_id: UUID, wanted_at: datetime, now: datetime) -> bool:
    """The report can't be made: it is told, and nobody waits for it any more. False as above."""
    return await _end(connection, attempt_id, ReportState.FAILED, wanted_at=wanted_at, report_id=None, now=now)


async def _end(
    connection: Connection,
    attempt_id: UUID,
    state: ReportState,
    *,
    wanted_at: datetime,
    report_id: UUID | None,
    now: datetime,
) -> bool:
    ended = await connection.fetchval(
        "update automatic_reports set state = $2, ended_at = $3, report_id = coalesce($4, report_id)"
        " where attempt_id = $1 and state = 'waiting' and wanted_at = $5 returning attempt_id",
        attempt_id,
        state.value,
        now,
        report_id,
        wanted_at,
    )
    if ended is None:
        return False
    event = Event.REPORT_MADE if state is ReportState.MADE else Event.REPORT_FAILED
    data = {} if report_id is None else {"report_id": str(report_id)}
    await record_attempt(connection, event, attempt_id=attempt_id, actor="worker", data=data)
    return True
