"""Reading a result for a report: what `job-interview-details` tells of it, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from vivavoce.attempts.answer import HeardWord
from vivavoce.attempts.decisions import ResultDecision, find_decision
from vivavoce.attempts.introduction import Introduction, find_introduction
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.tasks import TaskKind
from vivavoce.candidates.contact import Contact, read_contact
from vivavoce.db.database import Connection
from vivavoce.recordings.session import read_words_of_session
from vivavoce.scoring.judgements import KeptJudgement, find_judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """An attempt with all that a report may tell of it.

    judged: None while it waits. spoken: how the answers were heard, by turn, in
    seconds of the session's recording. contested: whether its person has asked
    for another look that nobody has given yet. decision: the one that counts; None: nobody has decided.
    """

    record: Record
    judged: KeptJudgement | None
    contact: Contact
    film: Introduction | None
    spoken: Mapping[int, tuple[HeardWord, ...]]
    is_contested: bool
    decision: ResultDecision | None = None


async def read_result(connection: Connection, attempt_id: UUID, *, environment: str) -> ReadResult | None:
    """The result, within the connection's tenant and this environment; None where there is none."""
    record = await find_attempt(connection, attempt_id, environment=environment)
    if record is None:
        return None
    is_contested: bool = await connection.fetchval(
        "select exists (select from tasks where attempt_id = $1 and kind = $2 and done_at is null)",
        attempt_id,
        TaskKind.CONTESTED.value,
    )
    return ReadResult(
        record=record,
        judged=await find_judgement(connection, attempt_id),
        contact=await read_contact(connection, record.candidate_id),
        film=await find_introduction(connection, attempt_id),
        spoken=await read_words_of_session(connection, attempt_id),
        is_contested=is_contested,
        decision=await find_decision(connection, attempt_id),
    )
