"""What job-interview-get says of expectations that could be better; nothing is refused for it."""

from typing import Any

import httpx

from tests.builders import House, a_body

FUNCTIONS = "/functions/v1"


async def advised(client: httpx.AsyncClient, house: House, **changes: Any) -> list[dict[str, Any]]:
    made = await client.post(
        f"{FUNCTIONS}/job-interview-create-from-array", json=a_body(house, **changes), headers=house.authorization()
    )
    assert made.status_code == 200, made.text
    told = await client.get(
        f"{FUNCTIONS}/job-interview-get",
        params={"position_id": made.json()["interview_def_set_id"]},
        headers=house.authorization(),
    )
    found: list[dict[str, Any]] = told.json()["expectations_advice"]
    return found


async def test_good_expectations_and_none_are_left_alone(client: httpx.AsyncClient, house: House) -> None:
    good = {"weak": ["Has led people at work"], "moderate": ["Explains how a decision was made known"], "strong": []}
    assert await advised(client, house) == []
    assert await advised(client, house, candidate_expectations_json=good) == []


async def test_a_fault_is_told_with_its_claim_its_place_and_what_to_do(client: httpx.AsyncClient, house: House) -> None:
    found = await advised(
        client,
        house,
        candidate_expectations_json={"weak": ["Is a young man"], "moderate": [], "strong": ["Has led people at work"]},
        questions=[
            {
                "question": "What did you lead?",
                "candidate_expectations_json": {"strong": ["Has led people at work", "has led people at work"]},
            }
        ],
    )
    faults = [(one["bracket"], one["requirement"], one["fault"], one["question_id"] is None) for one in found]
    assert ("weak", "Is a young man", "protected", True) in faults
    assert ("strong", "has led people at work", "repeated", False) in faults
    assert all(one["advice"].endswith(".") and one["words"] for one in found)
