"""job-interview-pdf: a report as PDF, page and data, and nothing in it that a switch takes out."""

import html
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import NOW, House, a_house, add_fact, store_in
from tests.scoring.lexical import LexicalRater
from tests.scoring.test_score import STRONG, TAUGHT, handed_in
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide
from vivavoce.attempts.erase import erase_person
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.merchants.tokens import Role
from vivavoce.reports.signed import ReportChanged, ReportUnsigned, check_report
from vivavoce.scoring.amend import places_of
from vivavoce.scoring.judgements import find_judgement
from vivavoce.scoring.overturn import override_score, overturn_verdict
from vivavoce.scoring.score import score_attempt
from vivavoce.scoring.verdicts import VerdictState
from vivavoce.sound.retention import files_in

PDF = "/functions/v1/job-interview-pdf"


async def a_judged_result(database: Database, house: House) -> tuple[Seat, UUID]:
    seat, attempt_id, _ = await handed_in(database, house, [STRONG, TAUGHT], is_spoken=False)
    await score_attempt(database, LexicalRater(), merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    return seat, attempt_id


async def ask(client: httpx.AsyncClient, house: House, role: Role = Role.OWNER, **body: Any) -> httpx.Response:
    return await client.post(PDF, json=body, headers=house.authorization(role))


async def data_of(client: httpx.AsyncClient, house: House, attempt_id: UUID, **features: Any) -> dict[str, Any]:
    told = await ask(
        client, house, interview_result_id=str(attempt_id), export_type="json", export_features_result=features
    )
    assert told.status_code == 200, told.text
    (result,) = told.json()["json_export"]["results"]
    assert result["files"] == []
    found: dict[str, Any] = result["data"]
    return found


async def test_what_people_decided_and_changed_stands_with_who_and_why(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    _, attempt_id = await a_judged_result(database, house)

    async def page() -> str:
        told = await ask(client, house, interview_result_id=str(attempt_id), export_type="html")
        return html.unescape(told.json()["html_export"])

    before = await page()
    assert "Nobody has decided yet" in before
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "now": NOW}
    noor = name_decider("n", "Noor Haddad")
    async with database.tenant(house.merchant.id) as connection:
        kept = await find_judgement(connection, attempt_id)
        assert kept is not None
        place = places_of(kept.judgement)[0]
        await overturn_verdict(
            connection, attempt_id, place, VerdictState.NOT_DISCUSSED, reason="Not said.", decider=noor, **whose
        )
        ruling = Ruling(kind=DecisionKind.SELECTED, reason="Led a shift.", is_mailed=False)
        await decide(connection, attempt_id, ruling, noor, **whose)
    after = await page()
    assert "Nobody has decided yet" not in after
    assert after.count("Added up from the findings above") == 1
    async with database.tenant(house.merchant.id) as connection:
        await override_score(connection, attempt_id, Decimal("7.5"), reason="Seen on the job.", decider=noor, **whose)
    set_by_her = await page()
    assert set_by_her.count("Noor Haddad set the score on") == 2  # among what people changed, and beside the number
    assert "Added up from the findings above" not in set_by_her
    for said in ("Noor Haddad decided on", "“Led a shift.”", "Noor Haddad changed this on", "Reason: Not said."):
        assert said not in before
        assert said in after


async def test_facts_of_integrity_are_in_the_data_and_on_no_paper(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    """The contract's data are the details' fields; its paper has no part for them, and can't be struck out later."""
    _, attempt_id = await a_judged_result(database, house)
    assert (await data_of(client, house, attempt_id))["recruiter_risks"] is None

    async def page() -> str:
        told = await ask(client, house, interview_result_id=str(attempt_id), export_type="html")
        return re.sub(r"Made on [^<]+|<footer.*|<!--.*", "", told.json()["html_export"], flags=re.DOTALL)

    before = await page()
    async with database.tenant(house.merchant.id) as connection:
        await add_fact(connection, attempt_id)
        await add_fact(connection, attempt_id, kind="text_pasted", strength="strong")
    assert set((await data_of(client, house, attempt_id))["recruiter_risks"]) == {"page_hidden", "answer_pasted"}
    assert await page() == before
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update interviews set blind_rating = 'required' from attempts"
            " where interviews.id = interview_id and attempts.id = $1",
            attempt_id,
        )
    blind = await data_of(client, house, attempt_id, ai_recruiter_assessment=False)
    assert blind["recruiter_risks"] is None, "nor before somebody has rated blind"


async def test_each_switch_takes_out_what_it_names_and_nothing_else(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    _, attempt_id = await a_judged_result(database, house)
    plain = await data_of(client, house, attempt_id)
    assert plain["score"] == 10.0
    assert plain["ai_analysis_other"]["hiring_reasons"]["reasons_to_hire"]
    assert plain["ai_analysis_other"]["rubric"] == []  # the rubric is off unless it is asked for
    assert plain["transcript"][0]["answer_assessment_raw_data"]["verdicts"] == []
    assert "recording_url" not in plain
    everything = await data_of(client, house, attempt_id, ai_scoring_rubric=True)
    assert everything["ai_analysis_other"]["rubric"][0]["requirement"] == "Reconciles bank accounts"
    for switch, gone in {
        "contact_details": {"contact"},
        "ai_recruiter_assessment": {"score", "ai_analysis_other", "ai_analysis_recruiter_why_hire"},
        "analytics": {"duration", "score_sentiment", "score_pronunciation"},
        "transcript": {"transcript", "conditional_decisions", "requests"},
    }.items():
        without = await data_of(client, house, attempt_id, **{switch: False, "ai_scoring_rubric": True})
        assert gone <= set(everything) - set(without), switch
        if switch == "ai_recruiter_assessment":
            assert not {"score", "answer_assessment_raw_data"} & set(without["transcript"][0])
    grouped = await data_of(client, house, attempt_id, group_by_question=True)
    assert [len(question["transcript"]) for question in grouped["questions"]] == [1, 1, 0, 0]


async def test_the_page_shows_the_proof_before_the_number_and_nothing_that_is_switched_off(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    _, attempt_id = await a_judged_result(database, house)
    told = await ask(
        client,
        house,
        Role.SELECTION,
        interview_result_id=str(attempt_id),
        export_type="html",
        export_features_result={"mojito_language_code": "de", "contact_details": False},
    )
    page = told.json()["html_export"]
    assert '<html lang="de"' in page
    assert page.index("I trained a colleague") < page.index('class="number"')
    assert "@example.com" not in page
    assert check_report(page.encode()).content == page.rpartition("\n<!--")[0].encode()
    bare = await ask(
        client,
        house,
        interview_result_id=str(attempt_id),
        export_type="html",
        export_features_result={"ai_recruiter_assessment": False},
    )
    assert 'class="number"' not in bare.json()["html_export"]
    assert "<mark>" not in bare.json()["html_export"]


@pytest.mark.slow
async def test_a_pdf_is_kept_sealed_opens_by_its_address_and_goes_with_its_person(
    client: httpx.AsyncClient, house: House, database: Database, data_dir: Any
) -> None:
    seat, attempt_id = await a_judged_result(database, house)
    _, other_id = await a_judged_result(database, house)
    several = await ask(
        client,
        house,
        interview_result_ids=[str(attempt_id), str(other_id), str(attempt_id)],
        export_type="pdf",
        template="one_pager",
        store_file=True,
    )
    one = await ask(client, house, interview_result_id=str(attempt_id), export_type="pdf")
    pages = []
    for told in (several, one):
        assert told.status_code == 200, told.text
        url = told.json()["pdf_export_url"].removeprefix("http://interviews.example")
        opened = await client.get(url)
        assert opened.headers["content-type"] == "application/pdf"
        assert check_report(opened.content).content.startswith(b"%PDF-1.7")
        pages.append((url, opened.content))
        altered = url[:-6] + ("A" if url[-6] != "A" else "B") + url[-5:]
        assert (await client.get(altered)).status_code == 404
    held = list((data_dir / "reports" / str(seat.merchant_id)).rglob("*.pdf"))
    assert len(held) == 2
    assert all(file.read_bytes().startswith(b"VIVASEAL") for file in held)
    assert one.json()["pdf_export_valid_until"] < several.json()["pdf_export_valid_until"]
    async with database.tenant(seat.merchant_id) as connection:
        kinds = await connection.fetch(
            "select kind from events where subject_id = $1 and kind like 'report.%' order by number", attempt_id
        )
    assert [row["kind"] for row in kinds].count("report.made") == 2
    assert [row["kind"] for row in kinds].count("report.opened") == 2
    await erase_person(
        database,
        files_in(store_in(data_dir)),
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=NOW,
    )
    assert [(await client.get(url)).status_code for url, _ in pages] == [404, 404]
    assert not (data_dir / "reports" / str(seat.merchant_id) / str(attempt_id)).exists()


async def test_what_is_wrong_is_told_with_its_field(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    _, attempt_id = await a_judged_result(database, house)
    stranger = await a_house(database)
    mine = str(attempt_id)
    cases: list[tuple[dict[str, Any], int, str | None]] = [
        ({}, 422, "export_type"),
        ({"export_type": "pdf"}, 422, "interview_result_id"),
        ({"export_type": "docx", "interview_result_id": mine}, 422, "export_type"),
        ({"export_type": "json", "interview_result_id": "nothing"}, 422, "interview_result_id"),
        ({"export_type": "json", "interview_result_ids": [mine, str(new_id())]}, 422, "interview_result_ids[1]"),
        ({"export_type": "json", "interview_result_ids": [mine] * 101}, 422, "interview_result_ids"),
        ({"export_type": "json", "interview_result_id": mine, "template": "big"}, 422, "template"),
        (
            {"export_type": "json", "interview_result_id": mine, "export_features_result": {"transcript": "yes"}},
            422,
            "export_features_result.transcript",
        ),
    ]
    for body, status, name in cases:
        told = await ask(client, house, **body)
        assert (told.status_code, told.json().get("name")) == (status, name), (body, told.text)
    assert (await ask(client, stranger, interview_result_id=mine, export_type="json")).status_code == 422
    assert (await ask(client, house, Role.USER, interview_result_id=mine, export_type="json")).status_code == 403


async def test_a_report_with_any_byte_changed_is_found(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    _, attempt_id = await a_judged_result(database, house)
    told = await ask(client, house, interview_result_id=str(attempt_id), export_type="html")
    page = told.json()["html_export"].encode()
    tail = range(len(page) - 230, len(page))
    for place in (0, 1, len(page) // 3, len(page) // 2, *tail):
        for changed in (
            page[:place] + bytes([page[place] ^ 1]) + page[place + 1 :],
            page[:place] + page[place + 1 :],
            page[:place] + page[place:].upper() if place in tail else page[:-1],
        ):
            if changed != page:
                with pytest.raises((ReportChanged, ReportUnsigned)):
                    check_report(changed)
    with pytest.raises(Invalid):
        check_report(b"")
