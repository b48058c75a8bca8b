"""How many attempts were sent on each of the last days, for the charts of the first page."""

from datetime import datetime

from vivavoce.attempts.figures import by_day
from vivavoce.db.database import Connection

SENT_BY_DAY = """
select (submitted_at at time zone 'UTC')::date as day, count(*) as count from attempts
where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and not is_test and submitted_at >= $2
group by day
"""


async def count_sent(connection: Connection, *, environment: str, now: datetime) -> tuple[int, ...]:
    """On each day in UTC, today first."""
    return await by_day(connection, SENT_BY_DAY, environment, now)
