"""Whoever would rather not answer has skipped the question: in every sum, and wherever a result is told."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.api.test_job_interview_pdf import data_of
from tests.api.test_judged_details import read
from tests.builders import NOW, QUESTIONS, House, a_draft, a_seat, an_attempt, an_interview
from tests.console import Seated, sit
from tests.scoring.lexical import LexicalRater
from tests.web.test_console_results import RUBRIC, TEXTS, Result
from vivavoce.attempts.tally import tally_attempt
from vivavoce.conversation.happenings import Answered, Corrected, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import find_judgement
from vivavoce.scoring.score import score_attempt

REFUSED = "I'd rather not say."
# Words of the rubric beside a refusal: judged as an answer, they would be worth something.
ASKING = "I'd rather not say. Who reads about the weekend?"


async def a_sent_one(
    database: Database, house: House, first: str | None, *, corrected: str | None = None, language: str = "en"
) -> Result:
    """An attempt whose first question was answered so, sent and judged. corrected: on the results page."""
    questions = [replace(QUESTIONS[0], expectations={"weak": ["Moved in a weekend"]}), *QUESTIONS[1:]]
    settings = {"max_follow_ups": 0, "expectations": RUBRIC}
    interview_id = await an_interview(
        database, house, a_draft(house, questions=questions, settings=settings, language=language)
    )
    seat = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, seat)
    again = (None,) if first is None else ()  # what was skipped is asked once more, at the end
    for number, text in enumerate((first, *TEXTS[1:], *again), 1):
        answered = Answered(key=new_id(), number=number, text=text, is_meant=True)
        await happen(database, seat, attempt_id, answered, now=NOW)
    if corrected is not None:
        await happen(database, seat, attempt_id, Corrected(key=new_id(), number=1, text=corrected), now=NOW)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": NOW}
    await tally_attempt(database, **whose)
    await score_attempt(database, LexicalRater(), **whose)
    return Result(seat=seat, attempt_id=attempt_id)


async def judged(database: Database, result: Result) -> Judgement:
    async with database.tenant(result.seat.merchant_id) as connection:
        kept = await find_judgement(connection, result.attempt_id)
    assert kept is not None
    return kept.judgement


async def row(database: Database, result: Result, columns: str) -> tuple[Any, ...]:
    async with database.tenant(result.seat.merchant_id) as connection:
        found = await connection.fetchrow(f"select {columns} from attempts where id = $1", result.attempt_id)
    assert found is not None
    return tuple(found)


SUMS = "score, answers_score, session_score, coverage_percent"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (REFUSED, "en"),
        ("I prefer not to answer this question.", "en"),
        (ASKING, "en"),
        ("I'd rather not say, who reads this?", "en"),
        ("Das möchte ich lieber nicht sagen.", "de"),
        ("Das möchte ich lieber nicht sagen. Wer liest das?", "de"),
        ("Prefiero no decirlo.", "es"),
    ],
)
async def test_a_refusal_is_in_no_sum_as_a_skipped_question_is_in_none(
    database: Database, house: House, words: str, language: str
) -> None:
    skipped = await a_sent_one(database, house, None, language=language)
    refused = await a_sent_one(database, house, words, language=language)
    assert await row(database, refused, SUMS) == await row(database, skipped, SUMS)
    session, other = (await judged(database, refused)).session, (await judged(database, skipped)).session
    assert (session.heard, session.asked) == (other.heard, other.asked)
    assert (await judged(database, refused)).report == (await judged(database, skipped)).report


async def test_an_answer_that_is_put_right_counts_as_what_it_is_now(database: Database, house: House) -> None:
    skipped = await a_sent_one(database, house, None)
    withdrawn = await a_sent_one(database, house, TEXTS[0], corrected=REFUSED)
    assert await row(database, withdrawn, SUMS) == await row(database, skipped, SUMS)
    answered = await a_sent_one(database, house, TEXTS[0])
    given_after_all = await a_sent_one(database, house, REFUSED, corrected=TEXTS[0])
    assert await row(database, given_after_all, SUMS) == await row(database, answered, SUMS)


async def test_what_was_kept_before_refusals_were_marked_is_judged_as_it_was(database: Database, house: House) -> None:
    result = await a_sent_one(database, house, REFUSED)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update answers set is_refused = null")
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": result.attempt_id, "now": NOW}
    await judge_again(database, actor="test", **whose)
    await score_attempt(database, LexicalRater(), **whose)
    (first, *_) = (await judged(database, result)).session.answers
    assert first.score == 1  # nothing was shown


@pytest.fixture
async def noor(database: Database, house: House) -> Seated:
    return await sit(database, house)


async def test_console_report_and_api_say_the_same(
    client: httpx.AsyncClient, database: Database, house: House, noor: Seated
) -> None:
    result = await a_sent_one(database, house, ASKING)
    page = (await noor.get(client, result.path)).text
    assert "Preferred not to answer" in page
    number = page[page.index('id="number"') :] if 'id="number"' in page else ""
    assert QUESTIONS[0].text not in number
    told = (await read(client, house, result.attempt_id))["transcript"][0]
    assert (told["is_answer"], told["is_refused"], told["score"]) == (False, True, None)
    assert told["answer"] == ASKING
    data = await data_of(client, house, result.attempt_id)
    assert (data["transcript"][0]["is_refused"], data["transcript"][0]["score"]) == (True, None)
