"""Deciding: by a person alone, with a reason, undone for ten minutes, and told to the candidate afterwards."""

import asyncio
import inspect
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.builders import CONSENTS, KEYS, NOW, House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.folding import folded
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts import comments, decisions, facts, marks, ratings
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.comments import add_comment, read_comments
from vivavoce.attempts.decider import Decider, name_decider
from vivavoce.attempts.decision_mails import mail_decision
from vivavoce.attempts.decisions import (
    DecidedAlready,
    DecisionKind,
    NotDecidable,
    NothingToDecide,
    NothingToUndo,
    Ruling,
    decide,
    decide_many,
    find_decision,
    read_decisions,
    undo,
)
from vivavoce.attempts.marks import MarkChanges, NotArchivable, set_marks
from vivavoce.attempts.saved_views import read_views, remove_view, save_view
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.cli.worker import Errands, make_handlers
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.draft import Kind
from vivavoce.jobs.leave import Note
from vivavoce.providers.mail.port import Mail, MailFailed
from vivavoce.scoring import blind, overturn
from vivavoce.scoring.score import score_attempt

NOOR = name_decider("noor", "Noor Haddad")
SELECT = Ruling(kind=DecisionKind.SELECTED, reason="Led a shift, and says how.")
REJECT = Ruling(kind=DecisionKind.REJECTED, reason="Plans nothing before the shift.")
AGAIN = Ruling(kind=DecisionKind.ANOTHER_ATTEMPT, reason="The line was bad.")
LATER = NOW + timedelta(minutes=10)


async def a_sent_one(database: Database, house: House, *, interview_id: UUID | None = None) -> tuple[Seat, UUID]:
    """Somebody's attempt, sent."""
    seat = await a_seat(database, house, interview_id or await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    for number in (1, 2, 3):
        await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, text="So it was."), now=NOW)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    return seat, attempt_id


@pytest.fixture
async def sent(database: Database, house: House) -> tuple[Seat, UUID]:
    return await a_sent_one(database, house)


async def ruled(
    database: Database, house: House, attempt_id: UUID, ruling: Ruling = SELECT, *, now: Any = NOW, by: Decider = NOOR
) -> UUID:
    async with database.tenant(house.merchant.id) as connection:
        return await decide(connection, attempt_id, ruling, by, merchant_id=house.merchant.id, now=now)


async def undone(database: Database, house: House, attempt_id: UUID, *, now: Any = NOW) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await undo(connection, attempt_id, NOOR, merchant_id=house.merchant.id, now=now)


async def standing(database: Database, house: House, attempt_id: UUID) -> tuple[str, str | None]:
    """The attempt's state, and what was decided of it."""
    async with database.tenant(house.merchant.id) as connection:
        row = await connection.fetchrow("select state, decision from attempts where id = $1", attempt_id)
    assert row is not None
    return row["state"], row["decision"]


async def kinds(database: Database, house: House, attempt_id: UUID) -> list[str]:
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select kind from events where subject_id = $1 order by id", attempt_id)
    return [row["kind"] for row in rows if row["kind"].startswith(("result.", "decision.", "attempt.ret"))]


async def test_a_decision_is_a_persons_with_a_reason_and_can_be_undone_and_made_anew(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    _, attempt_id = sent
    await ruled(database, house, attempt_id)
    assert await standing(database, house, attempt_id) == ("submitted", "selected")
    await undone(database, house, attempt_id, now=LATER - timedelta(seconds=1))
    assert await standing(database, house, attempt_id) == ("submitted", None)
    await ruled(database, house, attempt_id, REJECT, now=LATER)
    assert await standing(database, house, attempt_id) == ("submitted", "rejected")
    async with database.tenant(house.merchant.id) as connection:
        kept = await read_decisions(connection, attempt_id)
    assert [(one.kind.value, one.person, one.reason, one.undone_person) for one in kept] == [
        ("selected", "Noor Haddad", SELECT.reason, "Noor Haddad"),
        ("rejected", "Noor Haddad", REJECT.reason, None),
    ]
    assert await kinds(database, house, attempt_id) == ["result.decided", "result.decision_undone", "result.decided"]


async def test_undoing_what_took_anothers_place_brings_that_back(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    _, attempt_id = sent
    await ruled(database, house, attempt_id)
    with pytest.raises(DecidedAlready):
        await ruled(database, house, attempt_id, REJECT)
    await ruled(database, house, attempt_id, Ruling(kind=DecisionKind.REJECTED, reason="No.", replaces=True), now=LATER)
    await undone(database, house, attempt_id, now=LATER)
    assert await standing(database, house, attempt_id) == ("submitted", "selected")
    with pytest.raises(NothingToUndo):  # the first one's ten minutes are over
        await undone(database, house, attempt_id, now=LATER)


async def test_another_attempt_is_granted_and_withdrawn_while_nobody_has_begun_it(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    seat, attempt_id = sent
    await ruled(database, house, attempt_id, AGAIN)
    assert await standing(database, house, attempt_id) == ("returned", None)
    await undone(database, house, attempt_id)
    assert await standing(database, house, attempt_id) == ("submitted", None)
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from grants where withdrawn_at is null") == 0
    await ruled(database, house, attempt_id, AGAIN)
    from_now_on = await begin_attempt(database, seat, consents=CONSENTS, now=NOW)
    assert from_now_on.id != attempt_id
    with pytest.raises(NothingToUndo):
        await undone(database, house, attempt_id)
    with pytest.raises(NotDecidable):
        await ruled(database, house, attempt_id)


@folded(
    ("ruling", "error", "name"),
    [
        (Ruling(kind=DecisionKind.SELECTED, reason=" \n"), Invalid, "reason"),
        (Ruling(kind=DecisionKind.SELECTED, reason="x" * 2_001), Invalid, "reason"),
        (Ruling(kind=DecisionKind.SELECTED, reason="So.", feedback="x" * 5_001), Invalid, "feedback"),
    ],
)
async def test_a_decision_that_can_not_be_kept_changes_nothing(
    database: Database, house: House, ruling: Ruling, error: type[Invalid], name: str
) -> None:
    _, attempt_id = await a_sent_one(database, house)
    with pytest.raises(error) as caught:
        await ruled(database, house, attempt_id, ruling)
    assert caught.value.name == name
    assert await standing(database, house, attempt_id) == ("submitted", None)


async def test_what_is_under_way_practice_or_nothing_is_not_decided(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    with pytest.raises(NotDecidable):
        await ruled(database, house, await an_attempt(database, seat))
    with pytest.raises(NotFound):
        await ruled(database, house, new_id())
    other = await a_house(database, portals=("interview", "coaching"))
    practice = await an_interview(database, other, a_draft(other, kind=Kind.COACHING))
    _, attempt_id = await a_sent_one(database, other, interview_id=practice)
    with pytest.raises(NothingToDecide):
        await ruled(database, other, attempt_id)
    with pytest.raises(NotFound):  # another tenant's
        await ruled(database, house, attempt_id)


async def test_of_two_who_decide_at_once_one_is_told_that_it_is_decided(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    _, attempt_id = sent
    said = await asyncio.gather(
        *(ruled(database, house, attempt_id, one) for one in (SELECT, REJECT, SELECT, REJECT)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in said) == ["DecidedAlready"] * 3 + ["UUID"]
    async with database.tenant(house.merchant.id) as connection:
        assert len(await read_decisions(connection, attempt_id)) == 1


async def test_several_are_decided_at_once_each_by_its_own_or_by_a_reason_that_says_that_it_is_shared(
    database: Database, house: House
) -> None:
    interview_id = await an_interview(database, house)
    ids = [(await a_sent_one(database, house, interview_id=interview_id))[1] for _ in range(3)]
    await ruled(database, house, ids[2])
    reasons = dict.fromkeys(ids, "") | {ids[0]: "Names no shift."}

    async def rule(ruling: Ruling) -> dict[UUID, str | None]:
        return await decide_many(
            database, reasons, ruling, NOOR, merchant_id=house.merchant.id, environment="production", now=NOW
        )

    with pytest.raises(Invalid):
        await rule(Ruling(kind=DecisionKind.REJECTED, reason=""))
    said = await rule(REJECT)
    assert [said[one] is None for one in ids] == [True, True, False]
    async with database.tenant(house.merchant.id) as connection:
        found = [await find_decision(connection, one) for one in ids]
    assert [(one.reason, one.shared_by) for one in found if one] == [
        ("Names no shift.", 1), (REJECT.reason, 2), (SELECT.reason, 1),
    ]  # fmt: skip


# --- No path without a person --------------------------------------------------------------------------------------


VERBS: list[Callable[..., Any]] = [
    decisions.decide, decisions.undo, decisions.decide_many, marks.set_marks, comments.add_comment, facts.strike_fact,
    ratings.save_rating, overturn.overturn_verdict, overturn.override_score, blind.rate_blind,
]  # fmt: skip
SOURCE = Path(inspect.getfile(decisions)).parents[1]
WRITES = re.compile(r"(insert into|update|delete from) decisions\b|\bset decision\b")
# Whose statements write decisions: the verbs'; those of the mail, which note that it was sent; those of who moves an
# attempt back, which take a decision away.
WRITERS = {"attempts/decisions.py", "attempts/decision_mails.py", "attempts/move.py"}


@folded("verb", VERBS)
def test_each_verb_needs_a_person(verb: Callable[..., Any]) -> None:
    found = inspect.signature(verb).parameters["decider"]
    assert (found.annotation, found.default) == (Decider, inspect.Parameter.empty)


def test_no_other_statement_writes_a_decision() -> None:
    assert {
        str(file.relative_to(SOURCE)) for file in SOURCE.rglob("*.py") if WRITES.search(file.read_text())
    } == WRITERS


@folded("name", ["", "  ", "\0", "x" * 201])
def test_nobody_is_not_a_person(name: str) -> None:
    with pytest.raises(Invalid):
        name_decider("a", name)


@folded("state", ["selected", "rejected"])
async def test_the_database_takes_no_decision_that_no_person_made(database: Database, house: House, state: str) -> None:
    _, attempt_id = await a_sent_one(database, house)
    for statement in (
        "update attempts set decision = $2 where id = $1",
        "insert into decisions (merchant_id, id, attempt_id, kind, reason, shared_by, feedback, is_mailed, decided_by,"
        " person, decided_at) select merchant_id, id, id, $2, 'So.', 1, '', false, 'a', ' ', now() from attempts"
        " where id = $1",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with database.tenant(house.merchant.id) as connection:
                await connection.execute(statement, attempt_id, state)
    assert await standing(database, house, attempt_id) == ("submitted", None)


async def test_no_worker_decides(database: Database, house: House, sent: tuple[Seat, UUID]) -> None:
    """Every note that there is, done for this very attempt: judged, tallied, mailed, and nobody is decided about."""
    _, attempt_id = sent
    handlers = make_handlers(database, Errands(keys=KEYS, mailer=None, find_rater=LexicalRater))
    assert set(handlers) == set(Note)
    for handle in handlers.values():
        await handle(house.merchant.id, attempt_id)
    assert await standing(database, house, attempt_id) == ("submitted", None)


# --- Mails ---------------------------------------------------------------------------------------------------------


class Postman:
    """Keeps what it is given; fails first where it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.sent: list[Mail] = []
        self.fails = fails

    def send(self, mail: Mail, *, key: str) -> None:
        if self.fails:
            self.fails = False
            raise MailFailed("busy", retryable=True)
        self.sent.append(mail)


async def test_the_candidate_is_told_once_when_nobody_can_undo_it_any_more(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    _, attempt_id = sent
    decision_id = await ruled(
        database, house, attempt_id, Ruling(kind=DecisionKind.REJECTED, reason="Secret.", feedback="You were clear.")
    )
    async with database.tenant(house.merchant.id) as connection:
        when = await connection.fetchval(
            "select scheduled_at from procrastinate_jobs where task_name = 'mail_decision'"
            " and args ->> 'subject_id' = $1",
            str(decision_id),
        )
    assert when == LATER
    postman = Postman(fails=True)

    async def mail(now: Any) -> None:
        await mail_decision(database, KEYS, postman, merchant_id=house.merchant.id, decision_id=decision_id, now=now)

    await mail(NOW)
    with pytest.raises(MailFailed):
        await mail(LATER)
    for _ in range(2):
        await mail(LATER)
    (told,) = postman.sent
    assert "Acme won’t continue with you" in told.text
    assert "Noor Haddad decided this, not a program." in told.text
    assert "You were clear." in told.html
    assert "Secret." not in told.text + told.html
    assert await kinds(database, house, attempt_id) == ["result.decided", "decision.mailed", "decision.mailed"]


@folded("after", ["undone", "replaced", "unwanted"])
async def test_nobody_is_told_what_does_not_hold(database: Database, house: House, after: str) -> None:
    _, attempt_id = await a_sent_one(database, house)
    ruling = Ruling(kind=DecisionKind.SELECTED, reason="So.", is_mailed=after != "unwanted")
    decision_id = await ruled(database, house, attempt_id, ruling)
    if after == "undone":
        await undone(database, house, attempt_id)
    if after == "replaced":
        await ruled(database, house, attempt_id, Ruling(kind=DecisionKind.REJECTED, reason="No.", replaces=True))
    postman = Postman()
    await mail_decision(database, KEYS, postman, merchant_id=house.merchant.id, decision_id=decision_id, now=LATER)
    assert postman.sent == []


# --- Marks, comments, views ----------------------------------------------------------------------------------------


async def test_marks_are_set_and_taken_away_and_the_next_attempt_keeps_them(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    seat, attempt_id = sent
    async with database.tenant(house.merchant.id) as connection:
        for _ in range(2):
            changes = MarkChanges(is_shortlisted=True, is_archived=True, emoji="⭐")
            await set_marks(connection, attempt_id, changes, NOOR, now=NOW)
        await set_marks(connection, attempt_id, MarkChanges(is_archived=False), NOOR, now=NOW)
        with pytest.raises(Invalid):
            await set_marks(connection, attempt_id, MarkChanges(emoji="good"), NOOR, now=NOW)
    assert await kinds(database, house, attempt_id) == ["result.marked", "result.marked"]
    await ruled(database, house, attempt_id, AGAIN)
    second = await begin_attempt(database, seat, consents=CONSENTS, now=NOW)
    async with database.tenant(house.merchant.id) as connection:
        row = await connection.fetchrow(
            "select is_shortlisted, archived_at, emoji from attempts where id = $1", second.id
        )
        with pytest.raises(NotArchivable):
            await set_marks(connection, second.id, MarkChanges(is_archived=True), NOOR, now=NOW)
    assert tuple(row or ()) == (True, None, "⭐")


async def test_comments_stay_with_who_wrote_them_and_whom_they_mention(
    database: Database, house: House, sent: tuple[Seat, UUID]
) -> None:
    _, attempt_id = sent
    async with database.tenant(house.merchant.id) as connection:
        await add_comment(
            connection, attempt_id, " Listen to 11:02.\r\n", NOOR, merchant_id=house.merchant.id,
            mentions=["tom", "tom"], now=NOW,
        )  # fmt: skip
        with pytest.raises(Invalid):
            await add_comment(connection, attempt_id, " ", NOOR, merchant_id=house.merchant.id, now=NOW)
        (kept,) = await read_comments(connection, attempt_id)
    assert (kept.text, kept.person, kept.mentions) == ("Listen to 11:02.", "Noor Haddad", ("tom",))


async def test_a_view_is_its_owners_and_one_name_is_one_view(database: Database, house: House) -> None:
    async with database.tenant(house.merchant.id) as connection:
        for query in ("tab=undecided", "tab=shortlist"):
            await save_view(
                connection, merchant_id=house.merchant.id, owner="noor", name=" Night  shift", query=query, now=NOW
            )
        (view,) = await read_views(connection, owner="noor")
        assert (view.name, view.query, await read_views(connection, owner="tom")) == (
            "Night shift", "tab=shortlist", (),
        )  # fmt: skip
        await remove_view(connection, view.id, owner="tom")
        assert await read_views(connection, owner="noor") == (view,)
        await remove_view(connection, view.id, owner="noor")
        assert await read_views(connection, owner="noor") == ()


@pytest.fixture
async def judged(database: Database, house: House) -> UUID:
    _, attempt_id = await a_sent_one(database, house)
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": NOW}
    await tally_attempt(database, **of)
    await score_attempt(database, LexicalRater(), **of)
    return attempt_id


async def test_where_a_rating_is_required_nobody_decides_before_theirs(
    database: Database, house: House, judged: UUID
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set blind_rating = 'required'")
    with pytest.raises(ratings.RatingWanted):
        await ruled(database, house, judged)
    async with database.tenant(house.merchant.id) as connection:
        await blind.rate_blind(connection, judged, (), NOOR, merchant_id=house.merchant.id, hid_names=True, now=NOW)
    await ruled(database, house, judged)
