"""Asking for another attempt: the one that was sent goes back, and its person is told, with a new link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.decider import Decider, check_words
from vivavoce.attempts.decisions import LONGEST_FEEDBACK, DecisionKind, Ruling, decide
from vivavoce.attempts.move import give_back
from vivavoce.candidates.post import Letter, MailKind, post
from vivavoce.db.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherTry:
    """How it is asked for. message: what the candidate reads in the mail.

    decider, reason: who asks for it and why; then it is a decision on record, which can be undone for ten minutes.
    """

    message: str = ""
    is_mailed: bool = True
    decider: Decider | None = None
    reason: str = ""


async def ask_again(
    connection: Connection,
    attempt_id: UUID,
    wish: AnotherTry,
    *,
    merchant_id: UUID,
    actor: str,
    link_base: str,
    now: datetime,
) -> None:
    """Sends the attempt back.

    Raises NotHandedIn where nobody is named, else what `decide` raises; Invalid for a message that is too long.
    """
    message = check_words(wish.message, field="message", most=LONGEST_FEEDBACK)
    if wish.decider is not None:
        ruling = Ruling(
            kind=DecisionKind.ANOTHER_ATTEMPT,
            reason=wish.reason,
            feedback=message,
            is_mailed=wish.is_mailed,
            replaces=True,
        )
        await decide(connection, attempt_id, ruling, wish.decider, merchant_id=merchant_id, now=now)
        return
    await give_back(connection, merchant_id=merchant_id, attempt_id=attempt_id, actor=actor, now=now)
    if not wish.is_mailed:
        return
    row = await connection.fetchrow(
        "select interview_id, candidate_id, environment, is_test from attempts where id = $1", attempt_id
    )
    assert row is not None
    letter = Letter(
        kind=MailKind.ANOTHER_ATTEMPT,
        environment=row["environment"],
        candidate_id=row["candidate_id"],
        interview_id=row["interview_id"],
        subject_id=attempt_id,
        message=message,
        link_base=link_base,
    )
    await post(connection, letter, merchant_id=merchant_id, now=now)
