"""What a person asks of the merchant about what is theirs: a person instead of a program, another look, erasure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.attempts.consent import TEXT_VERSION, Purpose
from vivavoce.attempts.move import take_turn
from vivavoce.attempts.states import AttemptState
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.candidates.links import Identity, Seat
from vivavoce.candidates.revoke import require_open
from vivavoce.db.database import Database
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event, record
from vivavoce.words.mark import mark

LONGEST_REQUEST = 5_000  # characters
# A month, as the law of many countries has it (GDPR, article 12, paragraph 3): thirty days are no longer than any.
ERASED_WITHIN = timedelta(days=30)
HANDED_IN = frozenset({AttemptState.SUBMITTED, AttemptState.RETURNED})


async def ask_for_person(
    database: Database, seat: Seat, *, declined: Sequence[Purpose], text: str, now: datetime
) -> None:
    """Opens the task: somebody declines to be interviewed by a program, or wants another arrangement.

    declined: what they do not agree to; it is logged with the words that they read. Raises NotFound, Invalid,
    LinkRevoked, LinkClosed.
    """
    said = _checked(text, may_be_empty=True)
    actor = f"candidate {seat.candidate_id}"
    async with database.tenant(seat.merchant_id) as connection:
        await take_turn(connection, seat.candidate_id)
        await require_open(connection, seat)
        environment = await connection.fetchval("select environment from interviews where id = $1", seat.interview_id)
        if environment is None:
            raise NotFound
        await add_task(
            connection,
            TaskKind.PERSON_WANTED,
            merchant_id=seat.merchant_id,
            environment=environment,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            attempt_id=None,
            text=said,
            actor=actor,
        )
        await record(
            connection,
            Event.CONSENT_DECLINED,
            merchant_id=seat.merchant_id,
            environment=environment,
            subject_id=seat.candidate_id,
            actor=actor,
            data={
                "interview_id": str(seat.interview_id),
                "purposes": [purpose.value for purpose in declined],
                "text_version": TEXT_VERSION,
            },
        )


async def contest(database: Database, identity: Identity, *, attempt_id: UUID, text: str) -> None:
    """Opens the task: a person is to look at this attempt anew. Raises NotFound, Conflict before it was handed in."""
    said = _checked(text, may_be_empty=False)
    async with database.tenant(identity.merchant_id) as connection:
        row = await connection.fetchrow(
            "select interview_id, state from attempts where id = $1 and candidate_id = $2 and environment = $3"
            " and erasing_at is null for update",
            attempt_id,
            identity.candidate_id,
            identity.environment,
        )
        if row is None:
            raise NotFound
        if AttemptState(row["state"]) not in HANDED_IN:
            raise Conflict("This attempt is not handed in yet.")
        await add_task(
            connection,
            TaskKind.CONTESTED,
            merchant_id=identity.merchant_id,
            environment=identity.environment,
            interview_id=row["interview_id"],
            candidate_id=identity.candidate_id,
            attempt_id=attempt_id,
            text=said,
            actor=f"candidate {identity.candidate_id}",
        )


async def ask_for_erasure(database: Database, identity: Identity, *, now: datetime) -> None:
    """Opens the task, with the day by which it is due; asked again, the first one stands. Raises NotFound.

    All that the merchant keeps of the person is meant; the task stands at the interview that they came to last.
    """
    async with database.tenant(identity.merchant_id) as connection:
        await take_turn(connection, identity.candidate_id)
        interview_id = await connection.fetchval(
            "select interview_id from invitations where candidate_id = $1 and environment = $2"
            " order by created_at desc, id desc limit 1",
            identity.candidate_id,
            identity.environment,
        )
        if interview_id is None:
            raise NotFound
        await add_task(
            connection,
            TaskKind.ERASURE_WANTED,
            merchant_id=identity.merchant_id,
            environment=identity.environment,
            interview_id=interview_id,
            candidate_id=identity.candidate_id,
            attempt_id=None,
            text="",
            actor=f"candidate {identity.candidate_id}",
            due_at=now + ERASED_WITHIN,
        )


def _checked(text: str, *, may_be_empty: bool) -> str:
    said = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not said and not may_be_empty:
        raise Invalid(mark("Write a sentence about what should be looked at."), name="text")
    if len(said) > LONGEST_REQUEST:
        raise Invalid(mark("This is too long for us to keep. Please shorten it."), name="text")
    return said
