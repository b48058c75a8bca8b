"""Facts of integrity on the wire: told apart, found by their keys, struck out; and nothing that judges sees them."""

from typing import Any
from uuid import UUID

import httpx

from tests.builders import NOW, House, add_fact
from tests.scoring.lexical import LexicalRater
from tests.web.test_console_results import a_result, interview_id  # noqa: F401 – a fixture
from vivavoce.attempts.facts import keep_facts
from vivavoce.attempts.integrity import FactKind, Observation, ObservationKind
from vivavoce.attempts.observations import note_second_voice
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.score import score_attempt

DETAILS, LIST, STRIKE, HISTORY = (
    f"/functions/v1/{name}"
    for name in (
        "job-interview-details",
        "merchant-result-list",
        "job-interview-result-strike-risk",
        "job-interview-result-history",
    )
)
ORDERS = ("score", "created_at_newest", "created_at_oldest")


async def told(client: httpx.AsyncClient, house: House, attempt_id: UUID) -> dict[str, Any]:
    asked = {"interview_result_id": str(attempt_id)}
    answer = await client.get(DETAILS, params=asked, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    details: dict[str, Any] = answer.json()
    return details


async def listed(client: httpx.AsyncClient, house: House, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(LIST, params=asked, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


async def strike(client: httpx.AsyncClient, house: House, attempt_id: UUID, **changes: Any) -> httpx.Response:
    body = {
        "interview_result_id": str(attempt_id),
        "person": "Noor Haddad",
        "risk": "page_hidden",
        "reason": "Her child fell.",
        **changes,
    }
    return await client.post(STRIKE, json=body, headers=house.authorization())


async def test_a_fact_is_told_with_its_evidence_until_it_is_struck_out(
    client: httpx.AsyncClient,
    database: Database,
    house: House,
    interview_id: UUID,  # noqa: F811 – the fixture
) -> None:
    attempt_id = (await a_result(database, house, interview_id)).attempt_id
    details = await told(client, house, attempt_id)
    assert (details["recruiter_risks"], details["recruiter_risks_struck_out"]) == (None, [])
    async with database.tenant(house.merchant.id) as connection:
        await add_fact(connection, attempt_id)
    risk = {
        "level": "warning",
        "first_at": NOW.isoformat(),
        "last_at": NOW.isoformat(),
        "times": 3,
        "moments": [
            {
                "at": NOW.isoformat(),
                "question_number": 1,
                "seconds": 40.0,
                "characters": None,
                "camera": None,
                "recording_seconds": None,
                "profile_interview_id": None,
            }
        ],
        "error_rate": {"wrong": 0, "of": 50},
    }
    assert (await told(client, house, attempt_id))["recruiter_risks"] == {"page_hidden": risk}
    (row,) = await listed(client, house, risks="kyc_mismatch, page_hidden", interview_id=str(interview_id))
    assert row["recruiter_risks"] == {"page_hidden": risk}
    assert await listed(client, house, risks="answer_pasted", interview_id=str(interview_id)) == []

    assert (await strike(client, house, attempt_id, reason=" ")).status_code == 422
    assert (await strike(client, house, attempt_id, risk="answer_pasted")).status_code == 422
    first, second = await strike(client, house, attempt_id), await strike(client, house, attempt_id, reason="Again.")
    assert first.status_code == 200
    assert first.content == second.content, "repeating it changes nothing"
    details = await told(client, house, attempt_id)
    (struck,) = details["recruiter_risks_struck_out"]
    assert {**struck, "at": ""} == {
        "risk": "page_hidden",
        "person": "Noor Haddad",
        "reason": "Her child fell.",
        "at": "",
    }
    assert details["recruiter_risks"] is None
    assert await listed(client, house, risks="page_hidden", interview_id=str(interview_id)) == []
    assert (await strike(client, house, attempt_id, struck_out=False)).json()["recruiter_risks"] == {
        "page_hidden": risk
    }
    asked = {"interview_result_id": str(attempt_id)}
    history = (await client.get(HISTORY, params=asked, headers=house.authorization())).json()["data"]
    strikes = [(line["what"], line["before"], line["person"]) for line in history if line["kind"] == "strike"]
    assert strikes == [("page_hidden", "stands", "Noor Haddad"), ("page_hidden", "struck_out", "Noor Haddad")]


async def test_a_second_voice_says_where_the_session_s_recording_has_it(
    client: httpx.AsyncClient,
    database: Database,
    house: House,
    interview_id: UUID,  # noqa: F811 – the fixture
) -> None:
    attempt_id = (await a_result(database, house, interview_id)).attempt_id
    heard = Observation(kind=ObservationKind.SECOND_VOICE, at=NOW, number=2, seconds=4.8, amount=312_400)
    async with database.tenant(house.merchant.id) as connection:
        await note_second_voice(connection, attempt_id, [heard, heard], now=NOW)
        await keep_facts(connection, attempt_id, now=NOW)
    risk = (await told(client, house, attempt_id))["recruiter_risks"]["audio_multiple_voices"]
    assert (risk["level"], risk["times"]) == ("warning", 1)
    (moment,) = risk["moments"]
    assert (moment["question_number"], moment["seconds"], moment["recording_seconds"]) == (2, 4.8, 312.4)
    (row,) = await listed(client, house, risks="audio_multiple_voices", interview_id=str(interview_id))
    assert row["interview_result_id"] == str(attempt_id)
    assert (await strike(client, house, attempt_id, risk="audio_multiple_voices")).status_code == 200
    assert (await told(client, house, attempt_id))["recruiter_risks"] is None


async def test_with_and_without_facts_the_judgement_order_and_state_are_the_same_bytes(
    client: httpx.AsyncClient,
    database: Database,
    house: House,
    interview_id: UUID,  # noqa: F811 – the fixture
) -> None:
    attempt_id = (await a_result(database, house, interview_id)).attempt_id
    others = [(await a_result(database, house, interview_id)).attempt_id for _ in range(2)]

    async def seen() -> tuple[list[list[str]], str, dict[str, Any]]:
        orders = [
            [row["interview_result_id"] for row in await listed(client, house, order_by=order)] for order in ORDERS
        ]
        async with database.tenant(house.merchant.id) as connection:
            state = await connection.fetchval(
                "select (to_jsonb(attempts) - 'updated_at' - 'judged_at')::text from attempts where id = $1", attempt_id
            )
        details = await told(client, house, attempt_id)
        judged = details["ai_analysis_other"].pop("judgement", None)
        assert judged is not None
        return orders, state, {name: details[name] for name in details if not name.startswith("recruiter_risks")}

    before = await seen()
    async with database.tenant(house.merchant.id) as connection:
        for kind in FactKind:
            await add_fact(connection, attempt_id, kind=kind.value, strength="strong")
    await judge_again(database, merchant_id=house.merchant.id, attempt_id=attempt_id, actor="test", now=now())
    await score_attempt(database, LexicalRater(), merchant_id=house.merchant.id, attempt_id=attempt_id, now=now())
    assert len((await told(client, house, attempt_id))["recruiter_risks"]) == len(FactKind)
    after = await seen()
    assert after == before
    assert set(before[0][0]) == {str(attempt_id), *map(str, others)}
    async with database.tenant(house.merchant.id) as connection:
        results = await connection.fetch(
            "select result::text from judgements where attempt_id = $1 order by version", attempt_id
        )
    assert len(results) == 2
    assert results[0]["result"].encode() == results[1]["result"].encode()
