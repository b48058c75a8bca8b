"""`vivavoce calibrate`: a merchant's own marks, read, held against scores, and kept as a version."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.builders import NOW, House
from tests.scoring.lexical import LexicalRater
from tests.scoring.test_ratings import rated
from tests.scoring.test_score import CLOSE, STRONG, handed_in
from vivavoce.cli.calibrate import pair, read_marks, tell
from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judgements import find_judgement
from vivavoce.scoring.own_calibrations import JudgedSource, find_judged, find_own_calibrations, save_calibration
from vivavoce.scoring.ratings import measure
from vivavoce.scoring.score import score_attempt

ONE, OTHER = uuid4(), uuid4()
HEAD = "result_question_id,first,second\n"


def test_what_can_not_be_read_names_its_line() -> None:
    cases = [
        ("answer,first,second\n", "columns result_question_id"),
        ("", "columns result_question_id"),
        (f"{HEAD}{ONE},3,4\nx,3,4\n", "Line 3"),
        (f"{HEAD}{ONE},3,\n", "Line 2: expected an id and two whole numbers"),
        (f"{HEAD}{ONE},0,4\n", "marks go from 1 to 5"),
        (f"{HEAD}{ONE},3,4\n{ONE},3,4\n", "twice"),
    ]
    for text, said in cases:
        with pytest.raises(Invalid, match=said):
            read_marks(text)
    assert read_marks(f"{HEAD}{ONE}, 3 ,4\n") == {ONE: (3, 4)}


def test_scores_of_one_rater_alone_are_compared() -> None:
    judged = {
        ONE: JudgedSource(score=2.0, sure=0.9, rater="a 1"),
        OTHER: JudgedSource(score=3.0, sure=0.5, rater="b 1"),
    }
    with pytest.raises(Invalid, match="different raters: a 1; b 1"):
        pair({ONE: (1, 2), OTHER: (3, 3)}, judged)
    with pytest.raises(Invalid, match="No answer"):
        pair({uuid4(): (1, 2)}, judged)
    rater, rated_ones = pair({ONE: (1, 2), uuid4(): (3, 3)}, judged)
    assert (rater, [(one.first, one.score) for one in rated_ones]) == ("a 1", [(1, 2.0)])


def test_what_is_told_can_be_read() -> None:
    told = tell(measure(rated(200, noise=0.3)), rater="a 1")
    for words in ("Your two people", "QWK", "bias by mark", "The most that r can be", "Without a person", "90% of the"):
        assert words in told
    assert "let a person read them all" in tell(measure(rated(200, noise=9.0)), rater="a 1")


async def test_a_version_counts_for_what_the_same_rater_judges_after(house: House, database: Database) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG], questions=(CLOSE,))
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": NOW}
    await score_attempt(database, LexicalRater(), **whose)
    async with database.tenant(seat.merchant_id) as connection:
        answer_id: UUID = await connection.fetchval("select id from answers where attempt_id = $1", attempt_id)
        judged = await find_judged(connection, [answer_id])
        before = await find_judgement(connection, attempt_id)
    assert before is not None
    assert before.judgement.session.answers[0].interval is None
    assert judged[answer_id].rater == before.rater
    assert judged[answer_id].score == float(before.judgement.session.answers[0].score or 0)
    kept: dict[str, Any] = {"merchant_id": seat.merchant_id, "actor": "test", "now": NOW}
    async with database.tenant(seat.merchant_id) as connection:
        measured = measure(rated(100, noise=0.3))
        assert await save_calibration(connection, measured, rater="another 1", **kept) == 1
        assert await save_calibration(connection, measured, rater=before.rater, **kept) == 2
        assert {rater: one.version for rater, one in (await find_own_calibrations(connection)).items()} == {
            "another 1": "1",
            before.rater: "2",
        }
    await judge_again(database, actor="test", **whose)
    await score_attempt(database, LexicalRater(), **whose)
    async with database.tenant(seat.merchant_id) as connection:
        after = await find_judgement(connection, attempt_id)
    assert after is not None
    interval = after.judgement.session.answers[0].interval
    assert interval is not None
    assert (interval.level, interval.is_calibrated) == (0.9, True)
