"""Before an attempt is handed in its candidate may see how it would be judged: for them alone, counting nothing."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from tests.scoring.lexical import LexicalRater, RoughRater
from vivavoce.attempts.begin import read_allowance
from vivavoce.attempts.corrections import CorrectionPlace, correct
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.steps import SentQuestion
from vivavoce.jobs.leave import Note
from vivavoce.providers.raters.port import Judged
from vivavoce.scoring.judgements import find_judgement, pack_judgement
from vivavoce.scoring.preview import preview_attempt
from vivavoce.scoring.previews import Preview, find_preview
from vivavoce.scoring.score import score_attempt

RATER = LexicalRater()
OWN: dict[str, Any] = {"weak": ["Reconciles bank accounts"], "moderate": [], "strong": ["Automated the close"]}
CLOSE = SentQuestion(text="How do you close a month?", expectations=OWN)
WEAK, STRONG = "I reconcile the bank accounts.", "I reconcile the bank accounts, and I automated the close."


async def answered(database: Database, house: House, text: str = WEAK, **settings: Any) -> tuple[Seat, UUID]:
    """All that was asked is answered; it waits to be handed in."""
    draft = a_draft(house, questions=[CLOSE], settings={"result_view": "full", "max_follow_ups": 0} | settings)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    await happen(database, seat, attempt_id, Answered(key=new_id(), number=1, text=text), now=NOW)
    return seat, attempt_id


async def preview(database: Database, seat: Seat, attempt_id: UUID, rater: LexicalRater = RATER) -> Preview | None:
    await preview_attempt(database, rater, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    async with database.tenant(seat.merchant_id) as connection:
        return await find_preview(connection, attempt_id)


async def notes(database: Database, seat: Seat, attempt_id: UUID) -> list[str]:
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch(
            "select task_name from procrastinate_jobs where args ->> 'subject_id' = $1", str(attempt_id)
        )
    return [row["task_name"] for row in rows]


@pytest.mark.parametrize(
    ("settings", "is_left"),
    [
        ({"result_view": "none"}, False),
        ({"result_view": "minimal"}, False),
        ({"result_view": None}, False),
        ({"result_view": "minimal_with_score"}, True),
        ({"result_view": "advanced"}, True),
        ({"result_view": "full"}, True),
        ({"result_view": "full_expand_scores"}, True),
        ({"result_view": "minimal", "scoring": {"enough_score": 8}}, True),
    ],
)
async def test_it_is_judged_before_only_where_that_is_for_something(
    database: Database, house: House, settings: dict[str, Any], is_left: bool
) -> None:
    seat, attempt_id = await answered(database, house, **settings)
    assert (Note.PREVIEW_ATTEMPT in await notes(database, seat, attempt_id)) is is_left


async def test_a_preview_counts_for_nothing_and_the_judgement_comes_after(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    found = await preview(database, seat, attempt_id)
    assert found is not None
    assert found.judgement.session.score == 4
    async with database.tenant(seat.merchant_id) as connection:
        assert await find_judgement(connection, attempt_id) is None
        row = await connection.fetchrow("select judged_at, score, preview_score from attempts")
    assert row is not None
    assert tuple(row) == (None, None, 4)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    await score_attempt(database, RATER, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    async with database.tenant(seat.merchant_id) as connection:
        kept = await find_judgement(connection, attempt_id)
    assert kept is not None
    assert kept.version == 1


async def test_corrected_words_are_judged_anew_and_are_the_ones_that_count(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    await preview(database, seat, attempt_id)
    async with database.tenant(seat.merchant_id) as connection:
        whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
        await correct(connection, **whose, number=1, text=STRONG, made_in=CorrectionPlace.RESULTS, now=NOW)
        before = await find_preview(connection, attempt_id)
    assert before is not None
    assert not before.is_current
    after = await preview(database, seat, attempt_id)
    assert after is not None
    assert after.is_current
    assert after.judgement.session.score == 10
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    await score_attempt(database, RATER, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    async with database.tenant(seat.merchant_id) as connection:
        kept = await find_judgement(connection, attempt_id)
    assert kept is not None
    assert kept.judgement.session.score == 10
    quotes = [quote for verdict in kept.judgement.session.answers[0].verdicts for quote in verdict.quotes]
    assert quotes
    assert all(STRONG[quote.start : quote.end] == quote.text for quote in quotes)


@pytest.mark.parametrize(
    ("meant", "rater", "is_held"),
    [
        ("I reconcile the bank accounts, and I automate it.", RoughRater(), True),  # a slip: "the close" is gone
        ("I reconcile the bank accounts, and I automate it.", RATER, False),  # who isn't rough is taken at its word
        ("Only the ledger, nothing else.", RoughRater(), False),  # something else is said now
        ("I reconcile the bank accounts, and I never automated the close.", RoughRater(), False),  # it is denied now
    ],
)
async def test_a_slip_put_right_lowers_nothing_that_a_rough_rater_found(
    database: Database, house: House, meant: str, rater: LexicalRater, is_held: bool
) -> None:
    seat, attempt_id = await answered(database, house, STRONG)
    first = await preview(database, seat, attempt_id, rater)
    async with database.tenant(seat.merchant_id) as connection:
        whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
        await correct(connection, **whose, number=1, text=meant, made_in=CorrectionPlace.RESULTS, now=NOW)
    after = await preview(database, seat, attempt_id, rater)
    assert first is not None
    assert first.judgement.session.score is not None
    assert after is not None
    assert after.judgement.session.score is not None
    assert (after.judgement.session.score == first.judgement.session.score) is is_held
    assert (after.judgement.session.answers[0].score == first.judgement.session.answers[0].score) is is_held
    async with database.tenant(seat.merchant_id) as connection:
        kept = await connection.fetchval("select preview_score from attempts")
    assert kept < first.judgement.session.score  # what it comes to is not held
    for verdict in after.judgement.session.answers[0].verdicts:
        assert all(meant[quote.start : quote.end] == quote.text for quote in verdict.quotes)


async def test_what_was_held_is_held_on_by_the_next_slip(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house, STRONG)
    scores = []
    for text in (
        STRONG,
        "I reconcile the bank accounts, and I automate it.",
        "I do reconcile bank accounts, and I automate it.",
    ):
        async with database.tenant(seat.merchant_id) as connection:
            whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
            await correct(connection, **whose, number=1, text=text, made_in=CorrectionPlace.RESULTS, now=NOW)
        found = await preview(database, seat, attempt_id, RoughRater())
        assert found is not None
        scores.append(found.judgement.session.score)
    assert scores == [10, 10, 10]


async def test_what_is_handed_in_has_no_preview_any_more(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    assert await preview(database, seat, attempt_id) is None
    async with database.tenant(seat.merchant_id) as connection:
        assert await connection.fetchval("select preview_score from attempts") is None


class HandsIn(LexicalRater):
    """Is so slow that the attempt was handed in in the meantime."""

    def __init__(self, hand_in: Callable[[], None]) -> None:
        self.hand_in = hand_in

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """The same, too late."""
        self.hand_in()
        return super().judge(question, claim, windows)


async def test_a_preview_that_comes_after_the_handing_in_is_not_kept(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house)
    loop = asyncio.get_running_loop()
    handed_in: list[bool] = []

    def hand_in() -> None:
        if not handed_in:
            handed_in.append(True)
            happening = happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
            asyncio.run_coroutine_threadsafe(happening, loop).result(timeout=30)

    await preview_attempt(database, HandsIn(hand_in), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    assert handed_in
    async with database.tenant(seat.merchant_id) as connection:
        assert await find_preview(connection, attempt_id) is None
        assert await connection.fetchval("select preview_score from attempts") is None


async def test_a_preview_of_earlier_words_never_takes_the_place_of_a_later_one(
    database: Database, house: House
) -> None:
    other, other_id = await answered(database, house, WEAK)
    later = await preview(database, other, other_id)
    assert later is not None
    seat, attempt_id = await answered(database, house, STRONG)
    async with database.tenant(seat.merchant_id) as connection:
        await connection.execute(
            "insert into previews (merchant_id, attempt_id, corrections, score, result, judged_at)"
            " values ($1, $2, 1, 4, $3, $4)",
            seat.merchant_id,
            attempt_id,
            {"judgement": pack_judgement(later.judgement), "interval": None},
            NOW,
        )
    await preview_attempt(database, RATER, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    async with database.tenant(seat.merchant_id) as connection:
        row = await connection.fetchrow(
            "select previews.score, preview_score from previews join attempts on id = attempt_id where id = $1",
            attempt_id,
        )
    assert row is not None
    assert tuple(row) == (4, None)


@pytest.mark.parametrize(("text", "left"), [(WEAK, 2), (STRONG, 0)])
async def test_from_the_set_score_on_there_is_no_other_attempt(
    database: Database, house: House, text: str, left: int
) -> None:
    scoring = {"enough_score": 8}
    seat, attempt_id = await answered(database, house, text, result_view="minimal", scoring=scoring)
    await preview(database, seat, attempt_id)
    draft = a_draft(house, settings={"scoring": scoring})
    async with database.tenant(seat.merchant_id) as connection:
        allowance = await read_allowance(
            connection, draft, interview_id=seat.interview_id, candidate_id=seat.candidate_id
        )
    assert allowance.left == left
