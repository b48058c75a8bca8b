"""Carrying out what the conductor decides: read, decide, save, commit; only then is anything told to the page.

One happening is one transaction under the attempt's lock, so two pages, two servers and a resend meet in order, and a
process that is killed leaves either all of it or nothing. Within one server they queue before they take a connection.

What a line has read of its attempt it keeps (`Held`): the lock tells whether somebody else has added to the
conversation since, and only then it is read anew.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from vivavoce.attempts.adjust import Adjustments, to_adjustments
from vivavoce.attempts.begin import read_allowance
from vivavoce.attempts.complete import is_previewed, require_complete
from vivavoce.attempts.corrections import CorrectionPlace, correct
from vivavoce.attempts.faults import FaultKind, add_fault
from vivavoce.attempts.heard_words import save_played, save_words
from vivavoce.attempts.keep import (
    NOT_THIS_SEATS,
    Progress,
    TextDraft,
    forget_branches,
    keep_draft,
    read_progress,
    save_answer,
    save_branch,
    save_next_words,
    save_wish,
)
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.attempts.tasks import TaskKind, add_task, reword_task, withdraw_task
from vivavoce.candidates.links import Seat
from vivavoce.candidates.revoke import refuse_shut
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course, Proposing, Turn
from vivavoce.conversation.documents import DocumentsWanted, FoundInDocuments, find_asked, find_in_documents
from vivavoce.conversation.happenings import (
    Acknowledge,
    Answered,
    Arrived,
    CallPerson,
    Corrected,
    Errand,
    Finish,
    ForgetBranches,
    Happening,
    Order,
    Propose,
    Proposed,
    Refuse,
    SaveAnswer,
    SaveBranch,
    SaveCorrection,
    SaveFault,
    SaveNextWords,
    SavePlayed,
    SaveWish,
    SaveWords,
    Submit,
    TakeBack,
)
from vivavoce.conversation.meant import find_acts, make_ready
from vivavoce.conversation.passages import Keeping
from vivavoce.conversation.plan import to_course
from vivavoce.conversation.thinking import Thinking
from vivavoce.conversation.turns import next_turn
from vivavoce.db.database import Connection, Database
from vivavoce.errors import NotFound, VivavoceError
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.read import find_interview
from vivavoce.interviews.templates import Interviewer
from vivavoce.interviews.versions import Pinned, read_pinned
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.next_steps import NextSteps
from vivavoce.merchants.register import SHOWN_NAME
from vivavoce.replies.asking import Meaning

log = logging.getLogger(__name__)

Ask = Callable[[UUID, UUID, Propose], Awaitable[Proposed]]

LEAST_THOUGHT = 0.3  # seconds; with less a language model is not asked again

ERRANDS = {Errand.ANSWER: TaskKind.ANSWER_CANDIDATE, Errand.MEET: TaskKind.PERSON_WANTED, Errand.LOOK: TaskKind.TROUBLE}

READ = """
select attempts.*, merchants.name as merchant_name, merchants.about, merchants.next_steps, merchants.offers_none,
    merchants.keep_words_days,
    (select to_jsonb(adjustments) from adjustments where attempt_id = attempts.id) as adjusted,
    (select to_jsonb(drafts) from drafts where attempt_id = attempts.id) as typed,
    coalesce((
        select minutes from extra_times where extra_times.merchant_id = attempts.merchant_id
            and extra_times.candidate_id = attempts.candidate_id and extra_times.interview_id = attempts.interview_id
        order by set_at desc, extra_times.id desc limit 1
    ), 0) as extra_minutes,
    why_shut(attempts.merchant_id, attempts.interview_id, attempts.candidate_id, $4) as shut
from attempts join merchants on merchants.id = attempts.merchant_id
where attempts.id = $1 and candidate_id = $2 and interview_id = $3 and erasing_at is null
""".replace("merchants.name", SHOWN_NAME)
# Of a row that had to be waited for, the row itself is the newest, and what is selected beside it is not: answers are
# read afterwards, by a statement of their own.
READ_AND_LOCK = READ.replace("select attempts.*", "select pg_current_xact_id() as here, attempts.*") + (
    " for update of attempts"
)


class Failed(VivavoceError):
    """Something went wrong on our side, and we’ve logged it. What was saved is safe. Please try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that a page needs to show the conversation as it stands."""

    definition: Draft
    course: Course
    conversation: Conversation
    turn: Turn | None
    draft: TextDraft | None = None
    attempts_left: int = 0  # told once nothing more is asked
    adjustments: Adjustments = field(default_factory=Adjustments)
    interviewer: Interviewer = field(default_factory=Interviewer)

    @property
    def voice_locale(self) -> str:
        """How the interviewer speaks the interview's own language."""
        return self.interviewer.voice or self.definition.speech_locale


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNews:
    """What the page is told, in this order."""

    told: tuple[Acknowledge | Refuse, ...]
    scene: Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was read of an attempt. changed_in: the transaction that added to its conversation last, up to then."""

    attempt_id: UUID
    changed_in: int | None
    pinned: Pinned
    progress: Progress


@dataclass(slots=True)
class Held:
    """What one line knows of its attempt between two happenings, so that it need not be read again.

    It is never believed: each happening compares it with the attempt's row, under its lock. So other pages, other
    servers, the API and whoever erases may do what they like meanwhile, and it may be lost at any moment.
    """

    known: Known | None = None


async def happen(
    database: Database,
    seat: Seat,
    attempt_id: UUID,
    happening: Happening,
    *,
    now: datetime,
    held: Held | None = None,
    thinking: Thinking | None = None,
    keeping: Keeping | None = None,
) -> PageNews:
    """Lets something happen in a conversation; when this returns, what it acknowledges is committed.

    held: of the line that it happens on; it knows more afterwards. thinking: asks a language model what the conductor
    wants to know, which takes as long as the conductor allows; None: all goes by rule. keeping: of this server; None:
    who asks what is kept is passed on.

    Raises NotFound when the attempt is not this seat's, LinkRevoked and LinkClosed when it is no more, Incomplete where
    it can't be handed in yet, Unavailable while the database is away, and Failed for whatever nobody foresaw: nothing
    of it is kept then but the fault.
    """
    held = held or Held()
    try:
        happening = await _with_acts(happening)
        is_asked = thinking is not None and isinstance(happening, Answered)
        proposing = await thinking.may_propose(seat.merchant_id) if thinking is not None and is_asked else None
        documents: FoundInDocuments | None = None
        try:
            news, order = await _commit(database, seat, attempt_id, happening, now, held, proposing, documents, keeping)
        except DocumentsWanted as wanted:
            documents = await find_in_documents(database, seat.merchant_id, wanted.asked)
            news, order = await _commit(database, seat, attempt_id, happening, now, held, proposing, documents, keeping)
        if order is None or thinking is None or proposing is None:
            return news
        looked_up = documents or FoundInDocuments()

        async def go_on(proposed: Proposed, spent: float) -> Propose | None:
            nonlocal news
            later = now + timedelta(seconds=spent)
            after, following = await _commit(
                database, seat, attempt_id, proposed, later, held, proposing, looked_up, keeping
            )
            news = replace(after, told=(*news.told, *after.told))
            return following

        # Committed: who is killed from here on has lost nothing but a model's words.
        await _think(partial(_propose, thinking.propose, seat, attempt_id), order, proposing, go_on)
        return news
    except VivavoceError:
        raise
    except Exception as error:  # the candidate must hear of it and go on, whatever it is
        log.error("unforeseen in a conversation, at %s", type(happening).__name__, exc_info=error)
        await _record_fault(database, seat, attempt_id, now)
        raise Failed from error


async def _with_acts(happening: Happening) -> Happening:
    """An answer in words, or what was taken for one and was a question, with what it does. Before anything is read:
    nobody waits for us in a transaction."""
    if isinstance(happening, Arrived):
        make_ready()
    is_told = isinstance(happening, Answered) and not happening.is_meant
    is_told = is_told or (isinstance(happening, Corrected) and happening.is_question)
    if not isinstance(happening, Answered | Corrected) or not is_told or not happening.text:
        return happening
    return replace(happening, acts=await find_acts(happening.text))


async def _commit(
    database: Database,
    seat: Seat,
    attempt_id: UUID,
    happening: Happening,
    now: datetime,
    held: Held,
    proposing: Proposing | None,
    documents: FoundInDocuments | None,
    keeping: Keeping | None,
) -> tuple[PageNews, Propose | None]:
    """What is told, and what a language model is to be asked; all of it is committed.

    documents: what they say about what is asked; None: nobody has looked. Raises DocumentsWanted where somebody must.
    """
    async with database.tenant(seat.merchant_id, alone_with=attempt_id) as connection:
        news, known, order = await _happen(
            connection, seat, attempt_id, happening, now, held.known, proposing, documents, keeping
        )
    held.known = known
    return news, order


async def _think(
    ask: Callable[[Propose], Awaitable[Proposed]],
    order: Propose | None,
    proposing: Proposing,
    go_on: Callable[[Proposed, float], Awaitable[Propose | None]],
) -> None:
    """Asks one thing after the other. go_on: takes what came and the seconds since the first; what is to be asked next.

    However often a model is asked: the candidate waits for all of it.
    """
    spent = 0.0
    while order is not None:
        proposed = await ask(replace(order, seconds=proposing.seconds - spent))
        spent += proposed.seconds
        order = await go_on(proposed, spent)
        if proposed.proposal is None or spent > proposing.seconds - LEAST_THOUGHT:
            break  # whoever said nothing now is not asked a second time: somebody waits


async def _propose(ask: Ask, seat: Seat, attempt_id: UUID, order: Propose) -> Proposed:
    """What came of it. The answer is saved, or waits for this: whatever breaks here, the rules go on."""
    try:
        return await ask(seat.merchant_id, attempt_id, order)
    except Exception as error:
        log.error("unforeseen while a language model was asked", exc_info=error)
        return Proposed(kind=order.kind, number=order.number, seconds=0.0, answered=order.answered)


async def has_conversation(database: Database, seat: Seat, attempt_id: UUID) -> bool:
    """Whether the attempt is this seat's, may be gone on with, and is not being erased."""
    async with database.tenant(seat.merchant_id) as connection:
        row = await connection.fetchrow(READ, attempt_id, seat.candidate_id, seat.interview_id, seat.issued_at)
    return row is not None and row["shut"] is None


async def foresee(
    database: Database,
    seat: Seat,
    attempt_id: UUID,
    happening: Happening,
    *,
    now: datetime,
    held: Held | None = None,
    thinking: Thinking | None = None,
    keeping: Keeping | None = None,
) -> Scene:
    """The scene that would follow if this happened; it does not. Raises NotFound, and Unavailable.

    held: of the line that asks; it knows more afterwards. thinking: asks a language model ahead, and keeps what it
    said for when it happens; None: by rule. keeping: as in happen.
    """
    held = held or Held()
    happening = await _with_acts(happening)
    proposing = None if thinking is None else await thinking.may_propose(seat.merchant_id)
    async with database.tenant(seat.merchant_id) as connection:
        attempt = await _read_attempt(connection, seat, attempt_id, locks=False)
        # Without the lock it may have come further than its row says: it is then read once more by whoever has it.
        held.known = known = await _know(connection, attempt, held.known)
    adjustments = to_adjustments(attempt["adjusted"])
    course = replace(_to_course(known.pinned.definition, attempt, adjustments, keeping, now), proposing=proposing)
    decision = decide(course, _to_conversation(known.progress, attempt, now), happening)
    after = decision.conversation

    async def go_on(proposed: Proposed, _: float) -> Propose | None:
        nonlocal after
        following = decide(course, after, proposed)
        after = following.conversation
        return _find_propose(following.orders)

    if thinking is not None and proposing is not None:
        ask = partial(_propose, thinking.ask_ahead, seat, attempt_id)
        await _think(ask, _find_propose(decision.orders), proposing, go_on)
    return Scene(
        definition=known.pinned.definition,
        course=course,
        conversation=after,
        turn=next_turn(course, after),
        adjustments=adjustments,
        interviewer=known.pinned.interviewer,
    )


async def keep_typed(database: Database, seat: Seat, attempt_id: UUID, draft: TextDraft, *, now: datetime) -> None:
    """Keeps what is being typed, for another device. Raises NotFound when the attempt is not this seat's."""
    async with database.tenant(seat.merchant_id, alone_with=attempt_id) as connection:
        await keep_draft(connection, draft, seat, attempt_id=attempt_id, now=now)


async def _happen(
    connection: Connection,
    seat: Seat,
    attempt_id: UUID,
    happening: Happening,
    now: datetime,
    before_it: Known | None,
    proposing: Proposing | None,
    documents: FoundInDocuments | None,
    keeping: Keeping | None,
) -> tuple[PageNews, Known, Propose | None]:
    """What is told, what is known once this is committed, and what a language model is to be asked then."""
    attempt = await _read_attempt(connection, seat, attempt_id, locks=True)
    known = await _know(connection, attempt, before_it)
    definition = known.pinned.definition
    adjustments = to_adjustments(attempt["adjusted"])
    course = replace(_to_course(definition, attempt, adjustments, keeping, now), proposing=proposing)
    before = _to_conversation(known.progress, attempt, now)
    if documents is None:
        asked = find_asked(
            definition,
            next_turn(course, before),
            happening,
            environment=attempt["environment"],
            passages=course.passages,
            may_propose=proposing is not None,
        )
        if asked is not None:
            raise DocumentsWanted(asked)
    elif documents.is_answer:
        course = replace(course, background=tuple(passage.text for passage in documents.passages))
    else:
        # First: a model is told only so much, and these are about what is asked.
        course = replace(course, passages=(*documents.passages, *course.passages), meant=documents.meant)
    decision = decide(course, before, happening)
    if course.is_reviewed and any(isinstance(order, Submit) for order in decision.orders):
        await require_complete(
            connection,
            definition,
            merchant_id=seat.merchant_id,
            candidate_id=seat.candidate_id,
            attempt_id=attempt_id,
        )
    for order in decision.orders:
        await _carry_out(connection, seat, attempt_id, attempt["environment"], before.state, order, now)
    if isinstance(happening, Arrived):
        await connection.execute("update attempts set arrived_at = $2 where id = $1", attempt_id, now)
    after = decision.conversation
    # Anew, too, when words were changed since.
    is_new = before.state is not AttemptState.FINISHED or after.corrections != before.corrections
    if is_new and after.state is AttemptState.FINISHED and is_previewed(definition):
        await leave(connection, Note.PREVIEW_ATTEMPT, merchant_id=seat.merchant_id, subject_id=attempt_id)
    told = PageNews(
        told=tuple(order for order in decision.orders if isinstance(order, Acknowledge | Refuse)),
        scene=Scene(
            definition=definition,
            course=replace(course, meant=Meaning()),  # of this happening alone
            conversation=after,
            turn=next_turn(course, after),
            draft=_to_draft(attempt["typed"], after),
            attempts_left=0 if after.state is AttemptState.BEGUN else await _count_left(connection, seat),
            adjustments=adjustments,
            interviewer=known.pinned.interviewer,
        ),
    )
    known = _after(known, decision.orders, changed_in=attempt["here"], now=now)
    return told, known, _find_propose(decision.orders)


def _find_propose(orders: Sequence[Order]) -> Propose | None:
    return next((order for order in orders if isinstance(order, Propose)), None)


async def _know(connection: Connection, attempt: Any, known: Known | None) -> Known:
    """What is known of the attempt, where nothing was added to it since; else it is read."""
    if known is not None and (known.attempt_id, known.changed_in) == (attempt["id"], attempt["changed_in"]):
        return known
    return Known(
        attempt_id=attempt["id"],
        changed_in=attempt["changed_in"],
        # A version never changes, and an attempt keeps its own.
        pinned=known.pinned
        if known is not None and known.attempt_id == attempt["id"]
        else await read_pinned(connection, attempt["interview_id"], attempt["revision"]),
        progress=await read_progress(connection, attempt["id"]),
    )


def _after(known: Known, orders: Sequence[Order], *, changed_in: int, now: datetime) -> Known:
    """What is known once these are carried out in this transaction, and it is committed."""
    answers = [order.answer for order in orders if isinstance(order, SaveAnswer)]
    branches = [order.branch for order in orders if isinstance(order, SaveBranch)]
    wishes = [order.wished for order in orders if isinstance(order, SaveWish)]
    corrections = [order.correction for order in orders if isinstance(order, SaveCorrection)]
    gone = {step_id for order in orders if isinstance(order, ForgetBranches) for step_id in order.step_ids}
    next_words = [order for order in orders if isinstance(order, SaveNextWords)]
    if not (answers or branches or wishes or corrections or next_words):
        return known
    left = tuple(branch for branch in known.progress.branches if branch.step_id not in gone)
    progress = replace(known.progress, branches=left).plus(answers, branches, wishes, corrections, at=now)
    for order in next_words:
        progress = progress.going_on(order.number, order.next_words)
    return replace(known, changed_in=changed_in, progress=progress)


def _to_draft(typed: Any, after: Conversation) -> TextDraft | None:
    """What is being typed in the turn that waits; an answer takes the draft of its own turn with it."""
    if typed is None or after.state is not AttemptState.BEGUN or typed["number"] < after.number:
        return None
    return TextDraft(number=typed["number"], text=typed["text"])


def _to_course(
    definition: Draft, attempt: Any, adjustments: Adjustments, keeping: Keeping | None, now: datetime
) -> Course:
    steps = NextSteps(**(attempt["next_steps"] or {}))
    return to_course(
        definition,
        seed=attempt["seed"],
        merchant_name=attempt["merchant_name"],
        merchant_about=attempt["about"],
        next_text=steps.text,
        hear_days=steps.days,
        offers_none=attempt["offers_none"],
        time_factor=float(adjustments.time_factor),
        extra_seconds=attempt["extra_minutes"] * 60,
        keeping=None if keeping is None else replace(keeping, days=attempt["keep_words_days"] or keeping.days),
        now=now,
    )


async def _read_attempt(connection: Connection, seat: Seat, attempt_id: UUID, *, locks: bool) -> Any:
    row = await connection.fetchrow(
        READ_AND_LOCK if locks else READ,
        attempt_id,
        seat.candidate_id,
        seat.interview_id,
        seat.issued_at,
    )
    if row is None:
        raise NotFound(NOT_THIS_SEATS)
    refuse_shut(row["shut"])
    return row


def _to_conversation(progress: Progress, attempt: Any, now: datetime) -> Conversation:
    opened_at = progress.answered_at or attempt["begun_at"]
    # Time with the page closed is nobody's loss.
    since = max(opened_at, attempt["arrived_at"] or opened_at)
    return Conversation(
        state=AttemptState(attempt["state"]),
        answers=progress.answers,
        branches=progress.branches,
        wishes=progress.wishes,
        corrections=progress.corrections,
        ending=None if attempt["ending"] is None else Ending(attempt["ending"]),
        open_seconds=max(0.0, (now - since).total_seconds()),
    )


async def _count_left(connection: Connection, seat: Seat) -> int:
    """By the interview as it is now, since its rules hold for the attempts to come."""
    interview = await find_interview(connection, seat.interview_id, environment=None, locks=False)
    if interview is None:
        return 0
    allowance = await read_allowance(
        connection, interview.draft, interview_id=seat.interview_id, candidate_id=seat.candidate_id
    )
    return allowance.left


async def _carry_out(
    connection: Connection,
    seat: Seat,
    attempt_id: UUID,
    environment: str,
    state: AttemptState,
    order: Order,
    now: datetime,
) -> None:
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    actor = f"candidate {seat.candidate_id}"
    match order:
        case SaveAnswer(answer):
            await save_answer(connection, answer, **whose, now=now)
        case SaveBranch(branch):
            await save_branch(connection, branch, **whose, now=now)
        case SaveCorrection(correction):
            is_asking = state is AttemptState.BEGUN
            await correct(
                connection,
                **whose,
                number=correction.number,
                text=correction.text,
                key=correction.key,
                may_empty=True,
                choice=correction.choice,
                is_refused=correction.is_refused,
                made_in=CorrectionPlace.CONVERSATION if is_asking else CorrectionPlace.RESULTS,
                now=now,
            )
        case ForgetBranches(step_ids):
            await forget_branches(connection, step_ids, **whose)
        case SaveNextWords(number=number, next_words=next_words):
            await save_next_words(connection, next_words, **whose, number=number)
        case SaveWish(wished):
            await save_wish(connection, wished, **whose, now=now)
        case SaveWords(key=key, number=number, words=words):
            await save_words(connection, words, **whose, number=number, key=key, now=now)
        case SavePlayed(played):
            await save_played(connection, played, **whose, now=now)
        case SaveFault(key=key, seconds=seconds, trouble=trouble, is_told_by_page=by_page):
            await add_fault(
                connection,
                FaultKind.LINE_LOST if trouble is None else FaultKind(trouble.value),
                **whose,
                told_by="page" if by_page else "server",
                began_at=now - timedelta(seconds=seconds),
                ended_at=now,
                key=key,
            )
        case CallPerson(errand=errand, text=text, instead_of=before):
            kind = ERRANDS[errand]
            if before and await reword_task(connection, kind, attempt_id=attempt_id, before=before, text=text):
                return
            await add_task(
                connection,
                kind,
                **whose,
                environment=environment,
                interview_id=seat.interview_id,
                candidate_id=seat.candidate_id,
                text=text,
                actor=actor,
            )
        case TakeBack(errand=errand, text=text):
            await withdraw_task(connection, ERRANDS[errand], attempt_id=attempt_id, text=text, actor=actor, now=now)
        case Finish(ending):
            await finish(connection, **whose, ending=ending, actor=actor, now=now)
        case Submit():
            await submit(connection, **whose, actor=actor, now=now)
        case Acknowledge() | Refuse() | Propose():
            pass  # told to the page, or to a language model, after the commit


async def _record_fault(database: Database, seat: Seat, attempt_id: UUID, now: datetime) -> None:
    """So that the merchant reads in the details that it was us. Raises Unavailable while the database is away."""
    async with database.tenant(seat.merchant_id, alone_with=attempt_id) as connection:
        await _read_attempt(connection, seat, attempt_id, locks=True)
        await add_fault(
            connection,
            FaultKind.SERVER,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            told_by="server",
            began_at=now,
            ended_at=None,
        )
