"""Carrying out what the conductor decides: read, decide, save, commit; only then is anything told to the page.

One happening is one transaction under the attempt's lock, so two pages, two servers and a resend meet in order, and a
process that is killed leaves either all of it or nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.keep import read_answers, save_answer
from vivavoce.attempts.links import Seat
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.states import State
from vivavoce.db.database import Connection, Database
from vivavoce.errors import NotFound
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.draw import draw_steps
from vivavoce.interviews.versions import read_version
from vivavoce.live.conductor import (
    Acknowledge,
    Conversation,
    Course,
    Finish,
    Happening,
    Order,
    Refuse,
    SaveAnswer,
    Submit,
    Turn,
    count_turns,
    decide,
    next_turn,
)

NO_REVIEW = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that a page needs to show the conversation as it stands."""

    definition: Draft
    conversation: Conversation
    turn: Turn | None
    turns_at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the page is told, in this order."""

    told: tuple[Acknowledge | Refuse, ...]
    scene: Scene


async def happen(database: Database, seat: Seat, attempt_id: UUID, happening: Happening, *, now: datetime) -> Reply:
    """Lets something happen in a conversation; when this returns, what it acknowledges is committed.

    Raises NotFound when the attempt is not this seat's.
    """
    async with database.tenant(seat.merchant_id) as connection:
        row = await connection.fetchrow(
            "select interview_id, revision, state, seed from attempts where id = $1 and candidate_id = $2 and "
            "interview_id = $3 for update",
            attempt_id,
            seat.candidate_id,
            seat.interview_id,
        )
        if row is None:
            raise NotFound("There is no such conversation for this link.")
        definition = await read_version(connection, row["interview_id"], row["revision"])
        course = to_course(definition, seed=row["seed"])
        kept = await read_answers(connection, attempt_id)
        before = Conversation(state=State(row["state"]), answers=tuple(one.answer for one in kept))
        decision = decide(course, before, happening)
        told = [order for order in decision.orders if isinstance(order, Acknowledge | Refuse)]
        for order in decision.orders:
            await _carry_out(connection, seat, attempt_id, order, now)
    after = decision.conversation
    scene = Scene(
        definition=definition,
        conversation=after,
        turn=next_turn(course, after),
        turns_at_most=count_turns(course, after),
    )
    return Reply(told=tuple(told), scene=scene)


def to_course(definition: Draft, *, seed: int) -> Course:
    """What the conductor needs to know of a pinned interview, as this attempt's seed draws it."""
    return Course(
        language=definition.language,
        steps=draw_steps(definition.steps, share=definition.settings.share_asked, seed=seed),
        is_reviewed=definition.settings.result_view != NO_REVIEW,
    )


async def _carry_out(connection: Connection, seat: Seat, attempt_id: UUID, order: Order, now: datetime) -> None:
    actor = f"candidate {seat.candidate_id}"
    match order:
        case SaveAnswer(answer):
            await save_answer(connection, answer, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=now)
        case Finish():
            await finish(connection, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor=actor, now=now)
        case Submit():
            await submit(connection, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor=actor, now=now)
        case Acknowledge() | Refuse():
            pass  # told to the page after the commit
