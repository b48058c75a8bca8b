"""What stands between the last question and the handing in: everything that the candidate's results page needs."""

from dataclasses import dataclass
from uuid import UUID

from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.begin import read_allowance
from vivavoce.attempts.complete import find_needs, introduction_wanted
from vivavoce.attempts.heard_words import read_words
from vivavoce.attempts.introduction import Introduction, Wanted, find_introduction
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.remarks import Remark, read_remark
from vivavoce.candidates.contact import Contact, read_contact
from vivavoce.candidates.links import Seat
from vivavoce.candidates.revoke import refuse_shut
from vivavoce.db.database import Connection
from vivavoce.errors import NotFound
from vivavoce.interviews.read import find_interview
from vivavoce.merchants.choices import offers_none
from vivavoce.merchants.contact import Detail, Need
from vivavoce.merchants.register import Merchant, read_merchant

FIND = (
    "select environment, why_shut(merchant_id, interview_id, candidate_id, $4) as shut"
    " from attempts where id = $1 and candidate_id = $2 and interview_id = $3 and erasing_at is null"
)
FIND_AND_LOCK = f"{FIND} for update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """An attempt, and what its candidate can still do about it. left: further attempts that can be made now.

    offers_none: whether "none of these" is one more choice.
    """

    record: Record
    merchant: Merchant
    needs: dict[Detail, Need]
    contact: Contact
    wanted: Wanted
    introduction: Introduction | None
    remark: Remark
    words: dict[int, tuple[HeardWord, ...]]  # of spoken answers, as they were heard, by turn
    left: int
    offers_none: bool


async def read_results(connection: Connection, seat: Seat, attempt_id: UUID) -> Results:
    """Raises NotFound when the attempt is not this seat's, LinkRevoked, LinkClosed."""
    environment = await _find_own(connection, seat, attempt_id, locks=False)
    record = await find_attempt(connection, attempt_id, environment=environment)
    assert record is not None
    definition = record.definition
    return Results(
        record=record,
        merchant=await read_merchant(connection, seat.merchant_id),
        needs=await find_needs(connection, definition, merchant_id=seat.merchant_id),
        contact=await read_contact(connection, seat.candidate_id),
        wanted=introduction_wanted(definition.settings),
        introduction=await find_introduction(connection, attempt_id),
        remark=await read_remark(connection, attempt_id) or Remark(),
        words=await read_words(connection, attempt_id),
        left=await _count_left(connection, seat),
        offers_none=await offers_none(connection, seat.merchant_id),
    )


async def lock_own(connection: Connection, seat: Seat, attempt_id: UUID) -> str:
    """Nobody else changes the attempt until the commit; its environment.

    Raises NotFound when it is not this seat's, LinkRevoked, LinkClosed.
    """
    return await _find_own(connection, seat, attempt_id, locks=True)


async def require_own(connection: Connection, seat: Seat, attempt_id: UUID) -> None:
    """Raises NotFound when the attempt is not this seat's, LinkRevoked, LinkClosed."""
    await _find_own(connection, seat, attempt_id, locks=False)


async def _find_own(connection: Connection, seat: Seat, attempt_id: UUID, *, locks: bool) -> str:
    row = await connection.fetchrow(
        FIND_AND_LOCK if locks else FIND,
        attempt_id,
        seat.candidate_id,
        seat.interview_id,
        seat.issued_at,
    )
    if row is None:
        raise NotFound("There is no such attempt for this link.")
    refuse_shut(row["shut"])
    environment: str = row["environment"]
    return environment


async def _count_left(connection: Connection, seat: Seat) -> int:
    """By the interview as it is now, since its rules hold for the attempts to come."""
    interview = await find_interview(connection, seat.interview_id, environment=None, locks=False)
    if interview is None:
        return 0
    allowance = await read_allowance(
        connection, interview.draft, interview_id=seat.interview_id, candidate_id=seat.candidate_id
    )
    return allowance.left if allowance.why_not is None else 0
