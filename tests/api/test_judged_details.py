"""job-interview-details of what was judged: scores, verdicts with their quotes, and for whom each word is."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import CONSENTS, KEYS, NOW, House, a_house
from tests.providers.language_models.asking import chosen_at
from tests.scoring.lexical import LexicalRater, RoughRater
from tests.scoring.reading import a_reading_model
from tests.scoring.test_score import ASKS, CLOSE, OWN, STRONG, TAUGHT, TEAM, WEATHER, handed_in
from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.faults import MOST_FAULTS, FaultKind, add_fault
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import ModelBudget
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Kind
from vivavoce.interviews.steps import SentQuestion
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judged import UNREAD
from vivavoce.scoring.score import score_attempt

DETAILS = "/functions/v1/job-interview-details"
FOR_WHOM_DECIDES = {
    "score_text",
    "ai_analysis_recruiter",
    "ai_analysis_recruiter_why_hire",
    "ai_analysis_recruiter_why_not_hire",
}


async def judge(database: Database, seat: Seat, attempt_id: UUID) -> None:
    await score_attempt(database, LexicalRater(), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)


async def read(client: httpx.AsyncClient, house: House, attempt_id: UUID) -> dict[str, Any]:
    answer = await client.get(DETAILS, params={"interview_result_id": str(attempt_id)}, headers=house.authorization())
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_language_that_models_alone_read_is_judged_with_who_said_what(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    own = {"weak": ["Prüft die Bremsen."], "strong": ["Bildet Neue aus."]}
    asked = (SentQuestion(text="Wie beginnt Ihr Tag?", expectations=own),)
    seat, attempt_id, _ = await handed_in(
        database, house, ["Zuerst prüfe ich die Bremsen."], questions=asked, language="de"
    )
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": NOW}
    await score_attempt(database, RoughRater(), **whose)
    alone = await read(client, house, attempt_id)
    assert alone["score"] is None
    assert alone["ai_analysis_other"]["judgement"]["caution"] == UNREAD
    assert alone["ai_analysis_other"]["needs_review"]
    await judge_again(database, actor="test", **whose)
    with a_reading_model() as one:
        models = LanguageModels(
            database,
            KEYS.sealer,
            chosen=[chosen_at(one, price_prompt="1", price_completion="1")],
            budget=ModelBudget(per_attempt=Decimal(1), per_day=Decimal(1)),
            networks=[],
            now=lambda: NOW,
        )
        await score_attempt(database, RoughRater(), models=models, **whose)
        await models.close()
    found = await read(client, house, attempt_id)
    told = found["ai_analysis_other"]["judgement"]
    assert told["caution"] is None
    assert told["readers"] == ["a-model-2026-01-01"]
    assert told["rater"].startswith("a-model ")
    assert told["rater"].endswith(" and lexical 1")
    assert Decimal(told["cost"]) > 0
    first, second = found["transcript"][0]["answer_assessment_raw_data"]["verdicts"]
    assert (first["state"], second["state"]) == ("confirmed", "not_discussed")
    assert [(said["read"], said["state"], said["round"]) for said in first["readers"]] == [
        ("answer", "confirmed", 1),
        ("quotes", "confirmed", 1),
    ]
    assert found["transcript"][0]["answer_assessment_raw_data"]["interval"]["level"] is None
    async with database.tenant(seat.merchant_id) as connection:
        costs = await connection.fetch("select cost from model_calls where attempt_id = $1", attempt_id)
    assert sum(row["cost"] for row in costs) == Decimal(told["cost"])


async def test_no_model_that_is_set_later_reads_who_was_not_asked_for_it(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    asked = (SentQuestion(text="Wie beginnt Ihr Tag?", expectations={"weak": ["Prüft die Bremsen."]}),)
    kept = [consent for consent in CONSENTS if consent.purpose is Purpose.ANSWERS_KEPT]
    seat, attempt_id, _ = await handed_in(
        database, house, ["Zuerst prüfe ich die Bremsen."], questions=asked, language="de", consents=kept
    )
    with a_reading_model() as model:
        models = LanguageModels(
            database,
            KEYS.sealer,
            chosen=[chosen_at(model)],
            budget=ModelBudget(per_attempt=Decimal(1), per_day=Decimal(1)),
            networks=[],
            now=lambda: NOW,
        )
        whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": NOW}
        await score_attempt(database, RoughRater(), models=models, **whose)
        await models.close()
    told = (await read(client, house, attempt_id))["ai_analysis_other"]
    assert (told["judgement"]["caution"], told["judgement"]["readers"], told["needs_review"]) == (UNREAD, [], True)


async def test_what_waits_for_a_judgement_has_no_score(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    _, attempt_id, _ = await handed_in(database, house, [STRONG])
    found = await read(client, house, attempt_id)
    assert found["processing_status"] == "pending"
    assert [found[name] for name in ("score", "score_answer", "score_interview_ai", "ai_analysis_other")] == [None] * 4


async def test_every_score_comes_with_the_words_that_it_rests_on(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    questions = (CLOSE, SentQuestion(text="And a year?", expectations=OWN), TEAM, WEATHER, ASKS)
    said = ["I reconcile the bank accounts.", "I never automated the close.", "Nobody.", "By train.", "Why?"]
    seat, attempt_id, _ = await handed_in(database, house, said, questions=questions)
    await judge(database, seat, attempt_id)
    found = await read(client, house, attempt_id)
    # The questions' own: 1 + 4 · 2 / 5 = 2.6 and 1, on average 1.8. The interview's: 2.6. 2.0 and 4.0, half and half.
    assert (found["score"], found["score_answer"], found["score_interview_ai"]) == (3.0, 2.0, 4.0)
    assert found["processing_status"] == "completed"
    first, second, third, fourth, fifth = found["transcript"]
    assert [(turn["score"], turn["score_answer_ai"]) for turn in (first, second)] == [(2.6, 2.6), (1.0, 1.0)]
    shown = first["answer_assessment_raw_data"]["verdicts"][0]
    denied = second["answer_assessment_raw_data"]["verdicts"][1]
    assert (shown["state"], shown["requirement"]) == ("confirmed", "Reconciles bank accounts")
    assert (denied["state"], denied["requirement"]) == ("rejected", "Automated the close")
    for turn, verdict in ((first, shown), (second, denied)):
        (quote,) = verdict["quotes"]
        assert quote["result_question_id"] == turn["id"]
        assert turn["answer"][quote["start"] : quote["end"]] == quote["text"]
    assert [turn["score"] for turn in (third, fourth, fifth)] == [None] * 3
    assert third["answer_assessment_raw_data"]["reasons"] == ["no_expectations"]
    assert fourth["answer_assessment_raw_data"]["reasons"] == ["not_scored"]
    assert fifth["answer_assessment_raw_data"] is None


async def test_what_was_disturbed_too_much_is_to_be_looked_at_and_loses_nothing(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, TAUGHT])
    await judge(database, seat, attempt_id)
    before = await read(client, house, attempt_id)
    assert (before["is_comparable"], "not_comparable" in before["ai_analysis_other"]["reasons"]) == (True, False)
    for _ in range(MOST_FAULTS + 1):
        async with database.tenant(seat.merchant_id) as connection:
            await add_fault(
                connection,
                FaultKind.CUT_OFF,
                merchant_id=seat.merchant_id,
                attempt_id=attempt_id,
                told_by="server",
                began_at=NOW,
                ended_at=NOW,
            )
    found = await read(client, house, attempt_id)
    assert found["is_comparable"] is False
    assert found["score"] == before["score"] is not None
    assert found["ai_analysis_other"]["needs_review"] is True
    assert found["ai_analysis_other"]["reasons"][-1] == "not_comparable"


async def test_the_person_who_decides_reads_reasons_with_their_quotes(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, TAUGHT])
    await judge(database, seat, attempt_id)
    found = await read(client, house, attempt_id)
    other = found["ai_analysis_other"]
    assert other["recommendation"] == "strong"
    for_it = other["hiring_reasons"]["reasons_to_hire"]
    assert for_it[0].startswith("Trained a colleague “I trained a colleague")
    assert other["hiring_reasons"]["reasons_not_to_hire"] == []
    assert found["ai_analysis_recruiter_why_hire"] == for_it
    assert found["score_text"].startswith("Strong evidence")
    assert all(reason in found["ai_analysis_recruiter"] for reason in for_it)
    assert other["score_rationale"]["evidenced"] == {"weak": 1, "moderate": 1, "strong": 0}
    assert found["ai_analysis"] is None  # nothing of it is for the candidate
    assert other["judgement"]["version"] == 1


async def test_somebody_who_practises_reads_what_to_do_next_and_nobody_a_recommendation(
    client: httpx.AsyncClient, database: Database
) -> None:
    house = await a_house(database, portals=("coaching", "interview"))
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, "Sand."], kind=Kind.COACHING)
    await judge(database, seat, attempt_id)
    found = await read(client, house, attempt_id)
    assert {name for name in FOR_WHOM_DECIDES if found[name] is not None} == set()
    other = found["ai_analysis_other"]
    assert not {"recommendation", "hiring_reasons", "score_rationale"} & set(other)
    assert other["takeaways"]["what_went_well"] == [f"Reconciles bank accounts “{STRONG}”"]
    (step,) = other["takeaways"]["next_steps"]
    assert "Trained a colleague" in step["text"]
    assert step["text"] in found["ai_analysis"]


@pytest.mark.parametrize("name", ["score_sentiment", "score_words_per_minute", "score_pronunciation"])
async def test_how_somebody_sounds_has_no_score(
    client: httpx.AsyncClient, house: House, database: Database, name: str
) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG], questions=(CLOSE,))
    await judge(database, seat, attempt_id)
    assert (await read(client, house, attempt_id))[name] is None


async def test_judged_again_the_latest_judgement_is_told(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, TAUGHT])
    await judge(database, seat, attempt_id)
    await judge_again(database, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor="test", now=NOW)
    meanwhile = await read(client, house, attempt_id)
    assert (meanwhile["processing_status"], meanwhile["score"]) == ("pending", 10.0)
    await judge(database, seat, attempt_id)
    found = await read(client, house, attempt_id)
    assert (found["processing_status"], found["ai_analysis_other"]["judgement"]["version"]) == ("completed", 2)


async def test_results_are_listed_by_their_score(client: httpx.AsyncClient, house: House, database: Database) -> None:
    told = []
    for said in (None, "Sand.", STRONG):
        seat, attempt_id, _ = await handed_in(database, house, [said], questions=(CLOSE,))
        await judge(database, seat, attempt_id)
        told.append(str(attempt_id))
    answer = await client.get(
        "/functions/v1/merchant-result-list", params={"order_by": "score"}, headers=house.authorization()
    )
    rows = answer.json()["data"]
    # The close: all of it. The interview's rubric: one of two, 1 + 4 · 2 / 5 = 2.6, which is 4.0 of 10.
    assert [(row["interview_result_id"], row["score"]) for row in rows] == [
        (told[2], 7.0),
        (told[1], 0.0),
        (told[0], None),
    ]
    assert (rows[0]["score_answer_ai"], rows[0]["score_interview_ai"]) == (10.0, 4.0)


@pytest.mark.parametrize("rater", [LexicalRater(), RoughRater()])
async def test_what_a_rough_rater_judged_says_so_in_words(
    client: httpx.AsyncClient, house: House, database: Database, rater: LexicalRater
) -> None:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG])
    await score_attempt(database, rater, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    found = await read(client, house, attempt_id)
    caution = found["ai_analysis_other"]["judgement"]["caution"]
    assert (caution is not None and "rank nobody" in caution) is rater.is_rough
    assert found["score"] is not None  # whoever decides sees it, with what to know of it
    answer = await client.get("/functions/v1/merchant-result-list", headers=house.authorization())
    (row,) = answer.json()["data"]
    assert (row["score"], row["caution"]) == (found["score"], caution)
