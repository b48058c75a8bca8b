"""`vivavoce calibrate`: a merchant's own marks, read, held against scores, and kept as a version."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.builders import NOW, House
from tests.running import run_program
from tests.scoring.lexical import LexicalRater
from tests.scoring.test_ratings import rated
from tests.scoring.test_score import CLOSE, STRONG, handed_in
from vivavoce.cli.calibrate import pair, read_marks, tell
from vivavoce.db.address import DatabaseAddress
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
    # As spreadsheets write it: by semicolons or tabs, with more columns, and with empty lines at the end.
    assert read_marks(f"first;result_question_id;note;second\n3;{ONE};a, b;4\n;;;\n\n") == {ONE: (3, 4)}
    assert read_marks(f"result_question_id\tfirst\tsecond\n{ONE}\t3\t4\n") == {ONE: (3, 4)}


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
    for words in (
        "gave the same mark to",
        "they agree fairly",
        "agree with each other",
        "bias: the score above",
        "QWK",
    ):
        assert words in told
    for words in ("The most that r can be", "Nine scores in ten are within", "a score below", "Without a person: "):
        assert words in told
    assert "first impression" not in told
    poor = tell(measure(rated(100, noise=9.0)), rater="a 1")
    for words in ("less than they agree", "let a person read every answer", "first impression"):
        assert words in poor


def test_marks_that_are_all_alike_tell_no_agreement() -> None:
    alike = [replace(one, first=4, second=4) for one in rated(40, noise=0.3)]
    told = tell(measure(alike), rater="a 1")
    assert "no agreement can be told" in told
    assert "QWK" not in told
    assert "0.00" not in told


@pytest.mark.slow
async def test_the_whole_command_on_a_real_database(
    address: DatabaseAddress, database: Database, house: House, tmp_path: Path
) -> None:
    said = [
        "I like the sea and the hills.",
        "I reconcile bank accounts.",
        "I reconcile bank accounts. I automated the close.",
    ]
    questions = tuple(replace(CLOSE, text=f"How do you close month number {number}?") for number in range(10))
    lines = ["first;second;result_question_id"]
    for attempt in range(4):
        given = [said[(attempt + number) % 3] for number in range(10)]
        seat, attempt_id, _ = await handed_in(database, house, given, questions=questions)
        await score_attempt(database, LexicalRater(), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
        async with database.tenant(seat.merchant_id) as connection:
            ids = await connection.fetch(
                "select id, text from answers where attempt_id = $1 order by number", attempt_id
            )
        for number, row in enumerate(ids):
            mark = (1, 3, 5)[said.index(row["text"])]
            lines.append(f"{mark};{mark + (number == attempt) * (-1 if mark == 5 else 1)};{row['id']}")
    file = tmp_path / "marks.csv"
    file.write_text("\n".join([*lines, f"1;1;{uuid4()}", ";;", ""]), encoding="utf-8-sig")
    environment = {"VIVAVOCE_DATABASE_URL": address.app_url, "VIVAVOCE_DATABASE_ADMIN_URL": address.admin_url}
    command = ("calibrate", str(file), "--merchant", str(house.merchant.id))

    def run(*more: str) -> str:
        # A folder of its own: where the database is somebody else's, a program makes its data folder private.
        return run_program(tmp_path / "data", *command, *more, environment=environment)

    async def versions() -> list[str]:
        async with database.tenant(house.merchant.id) as connection:
            return [one.version for one in (await find_own_calibrations(connection)).values()]

    told = await asyncio.to_thread(run, "--dry-run")
    assert told.startswith("40 answers, judged by lexical 1.\n")
    assert "gave the same mark to 36 of 40, and at most one apart to 40: they agree well." in told
    assert "comes to the mark of the two together for" in told
    assert await versions() == []
    assert await asyncio.to_thread(run) == told
    assert await versions() == ["1"]


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
