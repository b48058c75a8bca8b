"""What an attempt keeps, saved piece by piece and read together: answers, branches, wishes, the draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from vivavoce.attempts.answer import Answer, Branch, Correction, NextWords, RecordedWish, RepliedPart, Reply
from vivavoce.candidates.links import Seat
from vivavoce.candidates.revoke import refuse_shut
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound

if TYPE_CHECKING:
    import asyncpg

NOT_THIS_SEATS = "We can’t find this interview for your link. Please open your link again."
READ_PROGRESS = """
select
    (select answered_at from answers where attempt_id = $1 order by number desc limit 1) as answered_at,
    (select coalesce(jsonb_agg(to_jsonb(found) order by number), '[]') from (
        select number, step_id, asked, language, text, choice, is_skipped, key, follow_up, reply, next_words,
            spent_seconds, is_spoken, is_refused from answers where attempt_id = $1
    ) found) as answers,
    (select coalesce(jsonb_agg(jsonb_build_object('step_id', step_id, 'is_asked', is_asked, 'reason', reason,
        'quote', quote)        order by decided_at, step_id), '[]') from branches where attempt_id = $1) as branches,
    (select coalesce(jsonb_agg(jsonb_build_object('number', number, 'kind', kind, 'by', by, 'key', key,
        'text', text, 'reply', reply) order by id), '[]') from wishes where attempt_id = $1) as wishes,
    (select coalesce(jsonb_agg(jsonb_build_object('number', number, 'text', text, 'key', key,
        'choice', choice, 'is_refused', is_refused) order by id), '[]')
        from corrections where attempt_id = $1) as corrections
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it is stored. correction: as the candidate set it right last; None: they never did."""

    id: UUID
    answer: Answer
    asked_at: datetime
    answered_at: datetime
    correction: Correction | None = None

    @property
    def counting(self) -> Answer:
        """The answer in the words that count: they are judged, and told first. A skipped one may have got some, and one
        that was misheard may have lost them."""
        now = self.correction
        if now is None:
            return self.answer
        return replace(
            self.answer, text=now.text, choice=now.choice, is_skipped=not now.text, is_refused=now.is_refused
        )

    @property
    def is_corrected(self) -> bool:
        """Whether its words are other ones than those that were heard or typed first."""
        return self.correction is not None and self.correction.text != self.answer.text


@dataclass(frozen=True, slots=True, kw_only=True)
class WishKept:
    """A wish as it is stored."""

    wished: RecordedWish
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an attempt has come. answered_at: when the last answer came; None: there is none."""

    answers: tuple[Answer, ...] = ()
    branches: tuple[Branch, ...] = ()
    wishes: tuple[RecordedWish, ...] = ()
    corrections: tuple[Correction, ...] = ()
    answered_at: datetime | None = None

    def plus(
        self,
        answers: Iterable[Answer],
        branches: Iterable[Branch],
        wishes: Iterable[RecordedWish],
        corrections: Iterable[Correction] = (),
        *,
        at: datetime,
    ) -> "Progress":
        """After these were saved, all at that moment: the same as it would be read back."""
        new = tuple(replace(answer, spent_seconds=round(answer.spent_seconds, 1)) for answer in answers)
        return Progress(
            answers=(*self.answers, *new),
            branches=(*self.branches, *sorted(branches, key=lambda branch: branch.step_id)),
            wishes=(*self.wishes, *wishes),
            corrections=(*self.corrections, *corrections),
            answered_at=at if new else self.answered_at,
        )

    def going_on(self, number: int, next_words: NextWords) -> "Progress":
        """After these words were saved with the answer of this turn."""
        answers = (
            replace(answer, next_words=next_words) if answer.number == number else answer for answer in self.answers
        )
        return replace(self, answers=tuple(answers))


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
        "is_skipped, follow_up, reply, spent_seconds, key, answered_at, is_spoken, is_refused, interview_id, asked_at)"
        " select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, interview_id,"
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
        answer.is_refused,
    )


async def save_branch(
    connection: Connection, branch: Branch, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds what was decided of a conditional step. The attempt must be locked."""
    await connection.execute(
        "insert into branches (merchant_id, attempt_id, interview_id, step_id, is_asked, reason, decided_at, quote)"
        " select $1, $2, interview_id, $3, $4, $5, $6, $7 from attempts where id = $2",
        merchant_id,
        attempt_id,
        branch.step_id,
        branch.is_asked,
        branch.reason,
        now,
        branch.quote,
    )


async def forget_branches(
    connection: Connection, step_ids: Sequence[UUID], *, merchant_id: UUID, attempt_id: UUID
) -> None:
    """Removes what was decided of these conditional steps. The attempt must be locked."""
    await connection.execute(
        "delete from branches where merchant_id = $1 and attempt_id = $2 and step_id = any ($3)",
        merchant_id,
        attempt_id,
        list(step_ids),
    )


async def save_wish(
    connection: Connection, wished: RecordedWish, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds the wish. The attempt must be locked."""
    await connection.execute(
        "insert into wishes (merchant_id, id, attempt_id, number, kind, by, key, at, text, reply)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        merchant_id,
        new_id(),
        attempt_id,
        wished.number,
        wished.wish,
        "word" if wished.is_by_word else "button",
        wished.key,
        now,
        wished.text,
        _pack_reply(wished.reply),
    )


async def save_next_words(
    connection: Connection, next_words: NextWords, *, merchant_id: UUID, attempt_id: UUID, number: int
) -> None:
    """Adds what is said after the answer of this turn, where nothing was yet. The attempt must be locked."""
    await connection.execute(
        "update answers set next_words = $4"
        " where merchant_id = $1 and attempt_id = $2 and number = $3 and next_words is null",
        merchant_id,
        attempt_id,
        number,
        {"remark": next_words.remark, "follow_up": next_words.follow_up, "quote": next_words.quote},
    )


async def keep_draft(connection: Connection, draft: TextDraft, seat: Seat, *, attempt_id: UUID, now: datetime) -> None:
    """Keeps what is being typed in place of what was kept before, while its turn is open; later it does nothing.

    Raises NotFound when the attempt is not this seat's, LinkRevoked and LinkClosed when it is no more.
    """
    row = await connection.fetchrow(
        "with own as (select merchant_id, id, state, why_shut(merchant_id, interview_id, candidate_id, $4) as shut"
        " from attempts where id = $1 and candidate_id = $2 and interview_id = $3 and erasing_at is null),"
        " kept as (insert into drafts (merchant_id, attempt_id, number, text, written_at)"
        " select merchant_id, id, $5, $6, $7 from own where state = 'begun' and shut is null"
        " and not exists (select from answers where attempt_id = $1 and number >= $5)"
        " on conflict (merchant_id, attempt_id) do update"
        " set number = excluded.number, text = excluded.text, written_at = excluded.written_at)"
        " select shut from own",
        attempt_id,
        seat.candidate_id,
        seat.interview_id,
        seat.issued_at,
        draft.number,
        draft.text,
        now,
    )
    if row is None:
        raise NotFound(NOT_THIS_SEATS)
    refuse_shut(row["shut"])


async def read_progress(connection: Connection, attempt_id: UUID) -> Progress:
    """How far the attempt has come, in one statement."""
    row = await connection.fetchrow(READ_PROGRESS, attempt_id)
    assert row is not None
    return Progress(
        answers=tuple(_to_answer(_with_ids(answer, "step_id", "key")) for answer in row["answers"]),
        branches=tuple(Branch(**_with_ids(branch, "step_id")) for branch in row["branches"]),
        wishes=tuple(_to_wished(_with_ids(wish, "key")) for wish in row["wishes"]),
        corrections=tuple(_to_correction(correction) for correction in row["corrections"]),
        answered_at=row["answered_at"],
    )


async def read_answers(connection: Connection, attempt_id: UUID) -> tuple[Kept, ...]:
    """The answers so far, in the order of their questions, and of their turns within one.

    A question that was skipped and asked once more is told as it was answered then.
    """
    rows = await connection.fetch(
        "select answers.*, (select jsonb_build_object('key', key, 'number', number, 'text', text, 'choice', choice,"
        " 'is_refused', is_refused) from corrections where attempt_id = $1 and corrections.number = answers.number"
        " order by corrections.id desc limit 1) as correction from answers where attempt_id = $1 order by number",
        attempt_id,
    )
    return _by_question(
        [
            Kept(
                id=row["id"],
                answer=_to_answer(row),
                asked_at=row["asked_at"],
                answered_at=row["answered_at"],
                correction=row["correction"] and _to_correction(row["correction"]),
            )
            for row in rows
        ]
    )


def _by_question(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    last_own = {turn.answer.step_id: turn.answer.number for turn in kept if turn.answer.follow_up is None}
    places = {step_id: place for place, step_id in enumerate(dict.fromkeys(turn.answer.step_id for turn in kept))}
    told = [
        turn for turn in kept if not turn.counting.is_skipped or turn.answer.number >= last_own[turn.answer.step_id]
    ]
    return tuple(sorted(told, key=lambda turn: places[turn.answer.step_id]))


async def read_branches(connection: Connection, attempt_id: UUID) -> tuple[Branch, ...]:
    """What was decided of conditional steps, in the order of the decisions."""
    rows = await connection.fetch(
        "select step_id, is_asked, reason, quote from branches where attempt_id = $1 order by decided_at, step_id",
        attempt_id,
    )
    return tuple(Branch(**row) for row in rows)


async def read_wishes(connection: Connection, attempt_id: UUID) -> tuple[WishKept, ...]:
    """What was wished for so far, in order."""
    rows = await connection.fetch("select * from wishes where attempt_id = $1 order by id", attempt_id)
    return tuple(WishKept(wished=_to_wished(row), at=row["at"]) for row in rows)


def _to_answer(row: "asyncpg.Record | Mapping[str, Any]") -> Answer:
    return Answer(
        number=row["number"],
        step_id=row["step_id"],
        asked=row["asked"],
        language=row["language"],
        text=row["text"],
        choice=row["choice"],
        is_skipped=row["is_skipped"],
        key=row["key"],
        follow_up=row["follow_up"],
        reply=_to_reply(row["reply"]),
        next_words=None if row["next_words"] is None else NextWords(**row["next_words"]),
        spent_seconds=float(row["spent_seconds"]),
        is_spoken=row["is_spoken"],
        is_refused=row["is_refused"],
    )


def _to_correction(packed: Mapping[str, Any]) -> Correction:
    return Correction(**{**packed, "key": packed["key"] and UUID(packed["key"])})


def _to_wished(row: "asyncpg.Record | Mapping[str, Any]") -> RecordedWish:
    return RecordedWish(
        key=row["key"],
        number=row["number"],
        wish=row["kind"],
        is_by_word=row["by"] == "word",
        text=row["text"],
        reply=_to_reply(row["reply"]),
    )


def _with_ids(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """A row as JSON, with ids where it has texts."""
    return row | {name: UUID(row[name]) for name in names}


def _pack_reply(reply: Reply | None) -> dict[str, Any] | None:
    if reply is None:
        return None
    packed: dict[str, Any] = {
        "text": reply.text,
        "language": reply.language,
        "source": reply.source,
        "passage": reply.passage,
    }
    if reply.is_aside:
        packed["is_aside"] = True
    if reply.is_heard:
        packed["is_heard"] = True
    if reply.beside:
        packed["beside"] = reply.beside
    if reply.parts:
        packed["parts"] = [
            {"asked": part.asked, "text": part.text, "source": part.source, "passage": part.passage}
            | ({"is_aside": True} if part.is_aside else {})
            for part in reply.parts
        ]
    return packed


def _to_reply(packed: Mapping[str, Any] | None) -> Reply | None:
    if packed is None:
        return None
    return Reply(**{**packed, "parts": tuple(RepliedPart(**part) for part in packed.get("parts", ()))})
