"""An attempt that was handed in is judged by a worker: once, by a rubric that is fixed, in versions that stay."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders import CONSENTS, NOW, House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.scoring.lexical import LexicalRater, RoughRater
from vivavoce.attempts.answer import Answer
from vivavoce.attempts.consent import Consent
from vivavoce.attempts.keep import save_answer
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.scores import Scores, mark_judged
from vivavoce.attempts.states import Ending
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound
from vivavoce.interviews.draft import Kind
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step
from vivavoce.providers.raters.port import Judged
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judged import UnscoredReason
from vivavoce.scoring.judgements import KeptJudgement, find_judgement, pack_judgement, unpack_judgement
from vivavoce.scoring.recommend import Recommendation
from vivavoce.scoring.rubrics import make_rubrics
from vivavoce.scoring.score import score_attempt
from vivavoce.scoring.verdicts import VerdictState

RATER = LexicalRater()
OWN: dict[str, Any] = {"weak": ["Reconciles bank accounts"], "moderate": [], "strong": ["Automated the close"]}
INTERVIEW: dict[str, Any] = {"weak": ["Reconciles bank accounts"], "moderate": ["Trained a colleague"], "strong": []}
CLOSE = SentQuestion(text="How do you close a month?", expectations=OWN)
TEAM = SentQuestion(text="Whom did you teach?")
ASKS = SentQuestion(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS)
WEATHER = SentQuestion(text="How was your way here?", is_scored=False, expectations=OWN)
ALL = (CLOSE, TEAM, WEATHER, ASKS)


async def handed_in(
    database: Database,
    house: House,
    given: Sequence[str | None],
    *,
    questions: tuple[SentQuestion, ...] = ALL,
    kind: Kind = Kind.INTERVIEW,
    language: str = "en",
    is_spoken: bool = False,
    consents: Sequence[Consent] = CONSENTS,
) -> tuple[Seat, UUID, tuple[Step, ...]]:
    """An attempt with an answer to each question in turn (None: skipped), handed in."""
    draft = a_draft(
        house,
        questions=questions,
        kind=kind,
        language=language,
        settings={"max_follow_ups": 0, "expectations": INTERVIEW},
    )
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat, consents=consents)
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    async with database.tenant(seat.merchant_id) as connection:
        for number, (step, text) in enumerate(zip(draft.steps, given, strict=False), 1):
            answer = Answer(
                number=number,
                step_id=step.id,
                asked=step.question.text,
                language=language,
                text=text or "",
                choice=None,
                is_skipped=text is None,
                key=new_id(),
                is_spoken=is_spoken,
            )
            await save_answer(connection, answer, now=NOW + timedelta(minutes=number), **whose)
        await finish(connection, ending=Ending.ALL_ASKED, actor="test", now=NOW, **whose)
        await submit(connection, actor="test", now=NOW, **whose)
    return seat, attempt_id, draft.steps


async def score(database: Database, seat: Seat, attempt_id: UUID) -> None:
    await score_attempt(database, RATER, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)


async def read(database: Database, seat: Seat, attempt_id: UUID) -> KeptJudgement:
    async with database.tenant(seat.merchant_id) as connection:
        found = await find_judgement(connection, attempt_id)
    assert found is not None
    return found


async def rows(database: Database, seat: Seat, statement: str) -> list[Any]:
    async with database.tenant(seat.merchant_id) as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


SCORES = "score, answers_score, session_score"
STRONG = "I reconcile the bank accounts, and I automated the close."
TAUGHT = "I trained a colleague last spring."


async def test_what_was_handed_in_is_judged_with_its_quotes(database: Database, house: House) -> None:
    seat, attempt_id, steps = await handed_in(database, house, [STRONG, TAUGHT, "I automated the close.", "Why?"])
    await score(database, seat, attempt_id)
    kept = await read(database, seat, attempt_id)
    session = kept.judgement.session
    # The close: all of it, 5. The session: both claims, 5. (5 − 1) · 2.5 = 10, half and half.
    assert [session.answers_score, session.session_score, session.score] == [5, 5, 10]
    close = kept.judgement.answer_of(steps[0].id)
    assert close is not None
    assert [quote.text in STRONG for verdict in close.verdicts for quote in verdict.quotes] == [True, True]
    assert kept.version == 1
    assert kept.rater == "lexical 1"
    assert await rows(database, seat, f"select {SCORES}, judged_at from attempts") == [(10, 10, 10, NOW)]
    assert await rows(database, seat, "select data ->> 'version' from events where kind = 'attempt.judged'") == [("1",)]


async def test_questions_without_scoring_or_expectations_and_the_candidate_s_own_are_in_no_sum(
    database: Database, house: House
) -> None:
    seat, attempt_id, steps = await handed_in(database, house, ["Sand.", "Sand.", STRONG, "Why?"])
    await score(database, seat, attempt_id)
    judgement = (await read(database, seat, attempt_id)).judgement
    reasons = [judged.reasons if (judged := judgement.answer_of(step.id)) else None for step in steps]
    assert reasons[1:] == [(UnscoredReason.NO_EXPECTATIONS,), (UnscoredReason.NOT_SCORED,), None]
    assert [judgement.session.answers_score, judgement.session.session_score] == [1, 1]


async def test_a_skipped_question_leaves_every_sum_and_says_how_little_was_said(
    database: Database, house: House
) -> None:
    questions = (
        CLOSE,
        SentQuestion(text="And a year?", expectations=OWN),
        SentQuestion(text="A day?", expectations=OWN),
    )
    seat, attempt_id, steps = await handed_in(database, house, [STRONG, None, None], questions=questions)
    await score(database, seat, attempt_id)
    judgement = (await read(database, seat, attempt_id)).judgement
    assert judgement.session.answers_score == 5
    assert judgement.answer_of(steps[1].id) is None
    assert judgement.report is not None
    assert judgement.report.recommendation is Recommendation.NOT_ENOUGH  # 1 of 3


async def test_where_nothing_was_said_there_is_no_score(database: Database, house: House) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [None, None, None, None])
    await score(database, seat, attempt_id)
    kept = await read(database, seat, attempt_id)
    assert kept.judgement.session.score is None
    assert await rows(database, seat, f"select {SCORES}, judged_at from attempts") == [(None, None, None, NOW)]


async def test_expectations_are_split_from_the_caller_s_words_where_none_were_sent(
    database: Database, house: House
) -> None:
    words = "Reconciles bank accounts. Trained a colleague."
    draft = a_draft(house, questions=(TEAM,), description="", settings={"expectations_text": words})
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "actor": "test", "now": NOW}
    async with database.tenant(seat.merchant_id) as connection:
        await finish(connection, ending=Ending.ALL_ASKED, **whose)
        await submit(connection, **whose)
    await score(database, seat, attempt_id)
    (definition,) = (await rows(database, seat, "select definition from rubrics"))[0]
    assert definition["is_drafted"]
    claims = [claim for bracket in definition["interview"].values() for claim in bracket]
    assert claims == ["Reconciles bank accounts", "Trained a colleague"]


async def test_coaching_gets_feedback_and_no_recommendation(database: Database) -> None:
    house = await a_house(database, portals=("coaching", "interview"))
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, "Sand."], kind=Kind.COACHING)
    await score(database, seat, attempt_id)
    judgement = (await read(database, seat, attempt_id)).judgement
    assert judgement.report is None
    assert judgement.feedback is not None
    assert [verdict.claim.text for verdict in judgement.feedback.shown] == ["Reconciles bank accounts"]
    assert "Trained a colleague" in judgement.feedback.next_step


async def test_four_workers_at_once_judge_once(database: Database, house: House) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG])
    await asyncio.gather(*(score(database, seat, attempt_id) for _ in range(4)))
    assert await rows(database, seat, "select version from judgements") == [(1,)]
    assert len(await rows(database, seat, "select id from events where kind = 'attempt.judged'")) == 1
    assert len(await rows(database, seat, "select digest from rubrics")) == 1


@pytest.mark.parametrize(
    ("questions", "kind", "is_counted"),
    [
        ([TEAM], Kind.INTERVIEW, True),
        ([CLOSE], Kind.INTERVIEW, False),  # each question has what a good answer shows
        ([CLOSE, TEAM], Kind.INTERVIEW, True),
        ([TEAM], Kind.COACHING, False),  # it tells of the practice
    ],
)
async def test_a_description_is_read_for_expectations_only_where_some_are_missing(
    house: House, questions: list[SentQuestion], kind: Kind, is_counted: bool
) -> None:
    draft = a_draft(house, questions=questions, kind=kind, description="You can do it three times.")
    rubrics = make_rubrics(draft, RATER)
    assert (rubrics.interview is not None) is is_counted
    sent = replace(draft.settings, expectations_text="Has closed a month.")
    rubric = make_rubrics(
        replace(draft, settings=sent), RATER
    ).interview  # what was sent as expectations is read always
    assert rubric is not None
    assert "Has closed a month" in rubric.moderate


async def test_judged_again_it_gets_another_version_by_the_same_rubric(database: Database, house: House) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG])
    await score(database, seat, attempt_id)
    again: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "actor": "test", "now": NOW}
    await judge_again(database, **again)
    assert (await read(database, seat, attempt_id)).version == 1  # the earlier one stands until then
    with pytest.raises(NotFound):
        await judge_again(database, **again)
    await score(database, seat, attempt_id)
    judged = await rows(database, seat, "select version, rubric_digest from judgements order by version")
    assert [version for version, _ in judged] == [1, 2]
    assert len({digest for _, digest in judged}) == 1


class Deaf(LexicalRater):
    """Finds nothing that was claimed."""

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """The same of an answer without words."""
        return super().judge(question, claim, ["" for _ in windows])


async def test_an_attempt_has_the_scores_of_its_latest_judgement(database: Database, house: House) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, TAUGHT])
    await score(database, seat, attempt_id)
    again: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": NOW}
    await judge_again(database, actor="test", **again)
    assert await rows(database, seat, f"select {SCORES}, judged_at from attempts") == [(10, 10, 10, None)]
    await score_attempt(database, Deaf(), **again)
    assert await rows(database, seat, f"select {SCORES}, judged_at from attempts") == [(0, 0, 0, NOW)]
    assert await rows(database, seat, f"select {SCORES} from judgements order by version") == [(10, 10, 10), (0, 0, 0)]


async def test_who_judges_too_late_changes_nothing(database: Database, house: House) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG])
    await score(database, seat, attempt_id)
    nothing = Scores(overall=None, answers=None, session=None, is_rough=False)
    async with database.tenant(seat.merchant_id) as connection:
        assert not await mark_judged(connection, attempt_id, nothing, now=NOW + timedelta(hours=1))
    assert await rows(database, seat, "select score, judged_at from attempts") == [(7, NOW)]


async def test_what_was_not_handed_in_or_is_another_s_is_not_judged(database: Database, house: House) -> None:
    foreign = await a_house(database)
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    await score(database, seat, attempt_id)
    other, other_attempt, _ = await handed_in(database, foreign, [STRONG])
    await score_attempt(database, RATER, merchant_id=seat.merchant_id, attempt_id=other_attempt, now=NOW)
    for one in (seat, other):
        assert await rows(database, one, "select id from judgements") == []
    with pytest.raises(NotFound):
        await judge_again(database, merchant_id=seat.merchant_id, attempt_id=other_attempt, actor="test", now=NOW)


async def test_a_judgement_comes_back_as_it_was_kept(database: Database, house: House) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, TAUGHT, "Sand.", "Why?"])
    await score(database, seat, attempt_id)
    judgement = (await read(database, seat, attempt_id)).judgement
    assert unpack_judgement(pack_judgement(judgement)) == judgement


class MishearingRater(RoughRater):
    """Quotes a word with another vowel than the transcript has, as who sets it right does."""

    def judge(self, question: str, claim: str, windows: Sequence[str]) -> list[Judged]:
        """The same, quoted otherwise."""
        judged = super().judge(question, claim, windows)
        quotes = [tuple(quote.replace("reconcil", "reconcel") for quote in one.quotes) for one in judged]
        return [replace(one, quotes=said) for one, said in zip(judged, quotes, strict=True)]


@pytest.mark.parametrize("is_spoken", [True, False])
async def test_a_transcript_is_judged_as_one(database: Database, house: House, is_spoken: bool) -> None:
    said = "I reconcile the bank accounts."
    seat, attempt_id, _ = await handed_in(database, house, [said], is_spoken=is_spoken)
    await score_attempt(database, MishearingRater(), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    judgement = (await read(database, seat, attempt_id)).judgement
    verdict = judgement.session.answers[0].verdicts[0]
    assert verdict.state is (VerdictState.CONFIRMED if is_spoken else VerdictState.NOT_DISCUSSED)
    assert [quote.text for quote in verdict.quotes] == ([said] if is_spoken else [])


@pytest.mark.parametrize("rater", [LexicalRater(), RoughRater()])
async def test_a_judgement_remembers_whether_a_rough_rater_made_it(
    database: Database, house: House, rater: LexicalRater
) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG])
    await score_attempt(database, rater, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    judgement = (await read(database, seat, attempt_id)).judgement
    assert judgement.is_rough is rater.is_rough
    packed = pack_judgement(judgement)
    del packed["is_rough"]  # as they were kept before it was told: all of them by the embedded one
    assert unpack_judgement(packed).is_rough
