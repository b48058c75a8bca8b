"""What an attempt keeps, saved piece by piece and read together: answers, branches, wishes, the draft."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.answer import Answer, Branch, RecordedWish, Reply
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it is stored. corrected: its words as the candidate set them right; None: they never did."""

    id: UUID
    answer: Answer
    asked_at: datetime
    answered_at: datetime
    corrected: str | None = None

    @property
    def counting(self) -> Answer:
        """The answer in the words that count: they are judged, and told first."""
        return self.answer if self.corrected is None else replace(self.answer, text=self.corrected)

    @property
    def is_corrected(self) -> bool:
        """Whether its words are other ones than those that were heard or typed first."""
        return self.corrected is not None and self.corrected != self.answer.text


@dataclass(frozen=True, slots=True, kw_only=True)
class WishKept:
    """A wish as it is stored."""

    wished: RecordedWish
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDraft:
    """What is being typed: of which turn, and how far."""

    number: int
    text: str


async def save_answer(
    connection: Connection, answer: Answer, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds the answer; the draft of it goes. The attempt must be locked: whoever holds the lock knows that the turn
    is still open.

    A question counts as asked when the one before it was answered, the first when the attempt began.
    """
    await connection.execute(
        "with gone as (delete from drafts where attempt_id = $3 and number <= $4)"
        " insert into answers (merchant_id, id, attempt_id, number, step_id, asked, language, text, choice, "
        "is_skipped, follow_up, reply, spent_seconds, key, answered_at, is_spoken, interview_id, asked_at)"
        " select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, interview_id,"
        " coalesce((select max(answered_at) from answers where attempt_id = $3), begun_at)"
        " from attempts where id = $3",
        merchant_id,
        new_id(),
        attempt_id,
        answer.number,
        answer.step_id,
        answer.asked,
        answer.language,
        answer.text,
        answer.choice,
        answer.is_skipped,
        answer.follow_up,
        _pack_reply(answer.reply),
        round(answer.spent_seconds, 1),
        answer.key,
        now,
        answer.is_spoken,
    )


async def save_branch(
    connection: Connection, branch: Branch, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds what was decided of a conditional step. The attempt must be locked."""
    await connection.execute(
        "insert into branches (merchant_id, attempt_id, interview_id, step_id, is_asked, reason, decided_at)"
        " select $1, $2, interview_id, $3, $4, $5, $6 from attempts where id = $2",
        merchant_id,
        attempt_id,
        branch.step_id,
        branch.is_asked,
        branch.reason,
        now,
    )


async def save_wish(
    connection: Connection, wished: RecordedWish, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds the wish. The attempt must be locked."""
    await connection.execute(
        "insert into wishes (merchant_id, id, attempt_id, number, kind, by, key, at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        merchant_id,
        new_id(),
        attempt_id,
        wished.number,
        wished.wish,
        "word" if wished.is_by_word else "button",
        wished.key,
        now,
    )


async def keep_draft(
    connection: Connection, draft: TextDraft, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Keeps what is being typed in place of what was kept before, while its turn is open; later it does nothing."""
    await connection.execute(
        "insert into drafts (merchant_id, attempt_id, number, text, written_at)"
        " select $1, $2, $3, $4, $5 from attempts"
        " where id = $2 and state = 'begun'"
        " and not exists (select from answers where attempt_id = $2 and number >= $3)"
        " on conflict (merchant_id, attempt_id) do update"
        " set number = excluded.number, text = excluded.text, written_at = excluded.written_at",
        merchant_id,
        attempt_id,
        draft.number,
        draft.text,
        now,
    )


async def read_answers(connection: Connection, attempt_id: UUID) -> tuple[Kept, ...]:
    """The answers so far, in the order of their turns."""
    rows = await connection.fetch(
        "select answers.*, (select text from corrections where attempt_id = $1 and corrections.number = answers.number"
        " order by corrections.id desc limit 1) as corrected from answers where attempt_id = $1 order by number",
        attempt_id,
    )
    return tuple(
        Kept(
            id=row["id"],
            answer=Answer(
                number=row["number"],
                step_id=row["step_id"],
                asked=row["asked"],
                language=row["language"],
                text=row["text"],
                choice=row["choice"],
                is_skipped=row["is_skipped"],
                key=row["key"],
                follow_up=row["follow_up"],
                reply=None if row["reply"] is None else Reply(**row["reply"]),
                spent_seconds=float(row["spent_seconds"]),
                is_spoken=row["is_spoken"],
            ),
            asked_at=row["asked_at"],
            answered_at=row["answered_at"],
            corrected=row["corrected"],
        )
        for row in rows
    )


async def read_branches(connection: Connection, attempt_id: UUID) -> tuple[Branch, ...]:
    """What was decided of conditional steps, in the order of the decisions."""
    rows = await connection.fetch(
        "select step_id, is_asked, reason from branches where attempt_id = $1 order by decided_at, step_id", attempt_id
    )
    return tuple(Branch(**row) for row in rows)


async def read_wishes(connection: Connection, attempt_id: UUID) -> tuple[WishKept, ...]:
    """What was wished for so far, in order."""
    rows = await connection.fetch("select * from wishes where attempt_id = $1 order by id", attempt_id)
    return tuple(
        WishKept(
            wished=RecordedWish(key=row["key"], number=row["number"], wish=row["kind"], is_by_word=row["by"] == "word"),
            at=row["at"],
        )
        for row in rows
    )


async def read_draft(connection: Connection, attempt_id: UUID) -> TextDraft | None:
    """What is being typed, on whichever device."""
    row = await connection.fetchrow("select number, text from drafts where attempt_id = $1", attempt_id)
    return None if row is None else TextDraft(number=row["number"], text=row["text"])


def _pack_reply(reply: Reply | None) -> dict[str, str | None] | None:
    if reply is None:
        return None
    return {"text": reply.text, "language": reply.language, "source": reply.source, "passage": reply.passage}
