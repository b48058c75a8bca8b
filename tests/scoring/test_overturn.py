"""A person changes what the program found: the sum follows by the same arithmetic, both are kept, and who and why."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from tests.builders import NOW, QUESTIONS, House, a_draft, a_seat, an_attempt, an_interview
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.ratings import Mark, RatedAlready, RatedClaim, SeenAlready
from vivavoce.attempts.tally import tally_attempt
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.interviews.blind_rating import BlindRating, set_blind_rating
from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.amend import Place, places_of
from vivavoce.scoring.blind import BlindAgreement, RatingOff, find_agreement, rate_blind
from vivavoce.scoring.history import read_history
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judgements import KeptJudgement, find_judgement
from vivavoce.scoring.overturn import NotJudged, override_score, overturn_verdict
from vivavoce.scoring.score import score_attempt
from vivavoce.scoring.verdicts import VerdictState

NOOR, TOM = name_decider("noor", "Noor Haddad"), name_decider("tom", "Tom Berg")
RUBRIC = {"weak": ["Moved in a weekend", "Led nine people"], "strong": ["Names what went wrong"]}
OWN: Place = (None, Bracket.WEAK, 1)


class Judged:
    """Somebody's attempt, judged; and what can be done to it."""

    def __init__(self, database: Database, house: House, interview_id: UUID, attempt_id: UUID) -> None:
        self.database, self.house, self.interview_id, self.attempt_id = database, house, interview_id, attempt_id

    async def kept(self) -> KeptJudgement:
        async with self.database.tenant(self.house.merchant.id) as connection:
            found = await find_judgement(connection, self.attempt_id)
        assert found is not None
        return found

    async def overturn(self, place: Place, state: VerdictState | None, *, reason: str = "Says it.") -> Decimal | None:
        async with self.database.tenant(self.house.merchant.id) as connection:
            return await overturn_verdict(
                connection, self.attempt_id, place, state, reason=reason, decider=NOOR,
                merchant_id=self.house.merchant.id, now=NOW,
            )  # fmt: skip

    async def override(self, score: Decimal | None, *, reason: str = "Says it.") -> Decimal | None:
        async with self.database.tenant(self.house.merchant.id) as connection:
            return await override_score(
                connection, self.attempt_id, score, reason=reason, decider=NOOR,
                merchant_id=self.house.merchant.id, now=NOW,
            )  # fmt: skip

    async def listed(self) -> Decimal | None:
        """The score that lists show."""
        async with self.database.tenant(self.house.merchant.id) as connection:
            found: Decimal | None = await connection.fetchval(
                "select score from attempts where id = $1", self.attempt_id
            )
        return found

    async def rate(self, mark: Mark, decider: object = TOM, *, leaving_out: int = 0) -> BlindAgreement:
        kept = await self.kept()
        places = places_of(kept.as_found)
        claims = [
            RatedClaim(step_id=step_id, bracket=bracket, place=place, mark=mark)
            for step_id, bracket, place in places[leaving_out:]
        ]
        async with self.database.tenant(self.house.merchant.id) as connection:
            return await rate_blind(
                connection, self.attempt_id, claims, decider, merchant_id=self.house.merchant.id,  # type: ignore[arg-type]
                hid_names=False, now=NOW,
            )  # fmt: skip

    async def set_rating(self, setting: BlindRating) -> None:
        async with self.database.tenant(self.house.merchant.id) as connection:
            await set_blind_rating(
                connection, self.interview_id, setting, merchant_id=self.house.merchant.id, environment="production",
                actor="test",
            )  # fmt: skip


@pytest.fixture
async def judged(database: Database, house: House) -> Judged:
    """With a rubric of the interview, and one of its first question."""
    questions = [replace(QUESTIONS[0], expectations={"weak": ["Moved in a weekend"]}), *QUESTIONS[1:]]
    draft = a_draft(house, questions=questions, settings={"max_follow_ups": 0, "expectations": RUBRIC})
    interview_id = await an_interview(database, house, draft)
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    for number, text in ((1, "We moved in one weekend."), (2, None), (3, "In a month."), (4, None)):
        answered = Answered(key=new_id(), number=number, text=text)
        await happen(database, seat, attempt_id, answered, now=NOW)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": NOW}
    await tally_attempt(database, **of)
    await score_attempt(database, LexicalRater(), **of)
    return Judged(database, house, interview_id, attempt_id)


async def test_the_sum_follows_a_verdict_and_the_programs_own_is_kept(judged: Judged) -> None:
    before = await judged.kept()
    assert await judged.overturn(OWN, VerdictState.CONFIRMED, reason="Nine people, in the first answer.") is not None
    after = await judged.kept()
    assert after.as_found == before.judgement
    # Of two weak claims one more is confirmed: (2·½) of 5 weighed shares, on a scale of four.
    assert after.judgement.session.session_score is not None
    assert before.judgement.session.session_score is not None
    gained = after.judgement.session.session_score - before.judgement.session.session_score
    assert gained == 4 * Fraction(2, 5) * Fraction(1, 2)
    assert await judged.listed() == round(Decimal(float(after.judgement.session.score or 0)), 3)
    (change,) = after.overturns
    assert (change.person, change.reason, change.before, change.claim) == (
        "Noor Haddad", "Nine people, in the first answer.", "not_discussed", "Led nine people",
    )  # fmt: skip


async def test_a_verdict_is_given_back_to_the_program(judged: Judged) -> None:
    before = await judged.kept()
    for state in (VerdictState.REJECTED, None):
        await judged.overturn(OWN, state)
    after = await judged.kept()
    assert after.judgement.session == before.judgement.session
    assert len(after.overturns) == 2
    with pytest.raises(Invalid):
        await judged.overturn(OWN, None)


async def test_a_questions_own_claim_moves_its_score_and_its_interval(judged: Judged) -> None:
    before = await judged.kept()
    step_id = before.judgement.steps[0]
    await judged.overturn((step_id, Bracket.WEAK, 0), VerdictState.REJECTED)
    answer = (await judged.kept()).judgement.answer_of(step_id)
    assert answer is not None
    assert (answer.score, [one.state for one in answer.verdicts]) == (Fraction(1), [VerdictState.REJECTED])


async def test_a_score_in_the_sums_place_stays_until_it_is_taken_back(judged: Judged) -> None:
    summed = await judged.listed()
    assert await judged.override(Decimal("7.25")) == Decimal("7.25")
    await judged.overturn(OWN, VerdictState.CONFIRMED)
    assert await judged.listed() == Decimal("7.25")
    await judged.overturn(OWN, None)
    assert await judged.override(None) == await judged.listed() == summed


async def test_judged_again_a_persons_word_stays(database: Database, judged: Judged) -> None:
    await judged.overturn(OWN, VerdictState.CONFIRMED)
    scored = await judged.listed()
    merchant_id, later = judged.house.merchant.id, NOW + timedelta(hours=1)
    await judge_again(database, merchant_id=merchant_id, attempt_id=judged.attempt_id, actor="test", now=later)
    await score_attempt(database, LexicalRater(), merchant_id=merchant_id, attempt_id=judged.attempt_id, now=later)
    kept = await judged.kept()
    assert (kept.version, await judged.listed()) == (2, scored)


async def test_what_can_not_be_changed_is_told(judged: Judged, database: Database, house: House) -> None:
    for place, state, reason, name in (
        (OWN, VerdictState.CONFIRMED, " ", "reason"),
        ((None, Bracket.MODERATE, 0), VerdictState.CONFIRMED, "So.", "requirement"),
        ((new_id(), Bracket.WEAK, 0), VerdictState.CONFIRMED, "So.", "requirement"),
        (OWN, VerdictState.NOT_DISCUSSED, "So.", "state"),
    ):
        with pytest.raises(Invalid) as caught:
            await judged.overturn(place, state, reason=reason)
        assert caught.value.name == name
    for score in (Decimal(-1), Decimal("10.01")):
        with pytest.raises(Invalid):
            await judged.override(score)
    seat = await a_seat(database, house, judged.interview_id)
    waiting = Judged(database, house, judged.interview_id, await an_attempt(database, seat))
    with pytest.raises(NotFound):
        await waiting.override(Decimal(5))
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update attempts set state = 'submitted', finished_at = now(), submitted_at = now(), ending = 'all_asked'"
            " where id = $1",
            waiting.attempt_id,
        )
    with pytest.raises(NotJudged):
        await waiting.override(Decimal(5))


async def test_a_rating_is_blind_whole_and_given_once_and_agreement_is_what_both_say(
    database: Database, judged: Judged
) -> None:
    with pytest.raises(RatingOff):
        await judged.rate(Mark.CONFIRMED)
    await judged.set_rating(BlindRating.OFFERED)
    with pytest.raises(Invalid):
        await judged.rate(Mark.CONFIRMED, leaving_out=1)
    kept = await judged.kept()
    states = [one.state for one in (*kept.as_found.session.verdicts, *kept.as_found.session.answers[0].verdicts)]
    agreement = await judged.rate(Mark.CONFIRMED)
    assert (agreement.claims, agreement.agreed) == (len(states), states.count(VerdictState.CONFIRMED))
    with pytest.raises(RatedAlready):
        await judged.rate(Mark.CONFIRMED)
    await judged.overturn(OWN, VerdictState.CONFIRMED)  # Noor has seen the marks
    with pytest.raises(SeenAlready):
        await judged.rate(Mark.CONFIRMED, NOOR)
    async with database.tenant(judged.house.merchant.id) as connection:
        assert await find_agreement(connection, judged.interview_id) == agreement
        lines = await read_history(connection, judged.attempt_id)
    assert sorted((one.kind.value, one.what, one.person) for one in lines if one.person) == [
        ("overturn", "confirmed", "Noor Haddad"), ("rating", "", "Tom Berg"),
    ]  # fmt: skip
