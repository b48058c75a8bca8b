"""What a candidate adds on their results page before they hand in: words put right, a remark, how to reach them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.complete import find_needs
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.remarks import Remark, save_remark
from vivavoce.attempts.results import lock_own
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.contact import add_contact
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Connection, Database
from vivavoce.merchants.contact import Detail, Need


async def add_details(
    database: Database, seat: Seat, attempt_id: UUID, *, remark: Remark, contact: Mapping[Detail, str], now: datetime
) -> None:
    """Keeps what the candidate thought of the interview, and how they can be reached, as far as that is asked for.

    Once it is handed in nothing is changed. Raises NotFound when the attempt is not this seat's, and Invalid.
    """
    async with database.tenant(seat.merchant_id) as connection:
        record = await _lock(connection, seat, attempt_id)
        if record.state is not AttemptState.FINISHED:
            return
        await save_remark(connection, remark, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=now)
        needs = await find_needs(connection, record.definition, merchant_id=seat.merchant_id)
        asked = {detail: contact.get(detail, "") for detail, need in needs.items() if need is not Need.OFF}
        await add_contact(connection, asked, candidate_id=seat.candidate_id)


async def _lock(connection: Connection, seat: Seat, attempt_id: UUID) -> Record:
    environment = await lock_own(connection, seat, attempt_id)
    record = await find_attempt(connection, attempt_id, environment=environment)
    assert record is not None
    return record
