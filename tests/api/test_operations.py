"""The operations together, through the whole app: what goes in comes back, and each one keeps to its own merchant."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from tests.bouncing import a_sent_mail, returned
from tests.builders import (
    CONSENTS,
    KEYS,
    NOW,
    House,
    a_body,
    a_document,
    a_draft,
    a_house,
    a_seat,
    a_webhook,
    add_fact,
    an_attempt,
    an_interview,
)
from tests.folding import folded
from tests.scoring.lexical import LexicalRater
from vivavoce.api.models.create_from_array import CreateFromArray, Question
from vivavoce.api.routes import PREFIX, ROUTES
from vivavoce.api.uploads import AROUND_BYTES
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.tally import tally_attempt
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.candidates.links import Seat, read_link
from vivavoce.cli.demo import Furniture, demo_body
from vivavoce.conversation.happenings import Answered, Arrived, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Status
from vivavoce.knowledge.documents import MOST_BYTES
from vivavoce.knowledge.stores import add_store
from vivavoce.merchants.people.members import NewMember, add_member
from vivavoce.merchants.tokens import Role
from vivavoce.scoring.score import score_attempt

CREATE, GET, REGISTER, DETAILS = (
    f"{PREFIX}/job-interview-{name}" for name in ("create-from-array", "get", "register-users", "details")
)
UPDATE, SET_STATE, LINK = (f"{PREFIX}/job-interview-{name}" for name in ("update", "set-state", "token"))
INTERVIEWS, RESULTS, TEMPLATES, FIGURES = (
    f"{PREFIX}/merchant-{name}" for name in ("interview-list", "result-list", "avatar-list", "status")
)
REVOKE = f"{PREFIX}/job-interview-revoke-link"
EXTRA_TIME = f"{PREFIX}/job-interview-set-extra-time"
INVITE = f"{PREFIX}/invite-users"
ANOTHER = f"{PREFIX}/job-interview-result-request-another-attempt"
WRITE = f"{PREFIX}/job-interview-create"
TRANSLATE = f"{PREFIX}/job-interview-translate"
WORDINGS = f"{PREFIX}/job-interview-draft-wordings"
MODELS, SET_MODELS = f"{PREFIX}/merchant-model-list", f"{PREFIX}/merchant-model-set"
REPORT = f"{PREFIX}/job-interview-pdf"
CREDITS = f"{PREFIX}/merchant-analytics-credits-used"
TASKS, SET_TASK = f"{PREFIX}/merchant-task-list", f"{PREFIX}/merchant-task-set-state"
FAILURES, TRY_AGAIN = f"{PREFIX}/merchant-failure-list", f"{PREFIX}/merchant-failure-try-again"
LIVE, MEMBERS, SET_MEMBER = (f"{PREFIX}/merchant-{name}" for name in ("live-list", "member-list", "member-set"))
WEBHOOKS, SET_WEBHOOK, DROP_WEBHOOK, TRY_WEBHOOK, REPLAY, DELIVERIES = (
    f"{PREFIX}/merchant-webhook-{name}" for name in ("list", "set", "remove", "test", "replay", "delivery-list")
)
EXPORT, MERGE = f"{PREFIX}/merchant-candidate-export", f"{PREFIX}/merchant-candidate-merge"
ERASE, CANDIDATES = f"{PREFIX}/merchant-candidate-erase", f"{PREFIX}/merchant-candidate-list"
MAILS, BOUNCE, RESUME, TEXTS, SET_TEXT, PREVIEW = (
    f"{PREFIX}/merchant-mail-{name}" for name in ("list", "bounce", "resume", "text-list", "text-set", "text-preview")
)
STORES, SET_STORE, DROP_STORE, UPLOAD, ADD_DOCUMENT, DOCUMENTS, SET_DOCUMENT, DROP_DOCUMENT, SEARCH = (
    f"{PREFIX}/knowledge-base-{name}"
    for name in (
        "store-list", "store-set", "store-remove", "document-upload", "document-add", "document-list", "document-set",
        "document-remove", "search",
    )
)  # fmt: skip
LANGUAGES = f"{PREFIX}/platform-languages-list"
DECIDE, UNDO, SET_MARKS, OVERTURN, JUDGE_AGAIN, RATE, COMMENT, STRIKE, HISTORY = (
    f"{PREFIX}/job-interview-result-{name}"
    for name in (
        "decide", "undo-decision", "set-marks", "overturn", "judge-again", "rate", "comment", "strike-risk", "history",
    )
)  # fmt: skip
COMPARE, AGREEMENT, SET_BLIND, AUDIT = (
    f"{PREFIX}/job-interview-{name}" for name in ("compare", "agreement", "set-blind-rating", "audit-folder")
)
READS = [PREFIX + route.path for route in ROUTES if route.is_read]


@dataclass(frozen=True, slots=True)
class Call:
    """A caller of one merchant."""

    client: httpx.AsyncClient
    headers: dict[str, str]

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers)

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.client.get(path, params=query, headers=self.headers)

    async def told(self, path: str, body: Any) -> Any:
        """What a call that succeeds answers."""
        answer = await self.post(path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def call(client: httpx.AsyncClient, house: House) -> Call:
    return Call(client, house.authorization())


# --- What goes in comes back ---------------------------------------------------------------------------------------


def a_full_body(house: House) -> dict[str, Any]:
    """Every field that the create call takes, each at another value than its default."""
    furniture = Furniture(merchant_id=house.merchant.id, template_id=house.template_id, store_id=house.store_id)
    body = demo_body(furniture) | {
        "interview_conversation_speed": "slower",
        "max_followups": 1,
        "interview_department": "Operations",
        "interview_salary": "52k",
        "interview_available_till": "2027-01-31",
        "recruiter_profile_id": str(uuid4()),
        "hiring_for_company": {"name": "Harbour Road", "sector": "Logistics", "own": [1, None]},
        "tags": ["night", "lead"],
        "required_pronunciation": True,
        "result_enable_edit_transcript": False,
        "pdf_export_auto_config": {"template": "modern", "own": 1},
        "instructional_video": True,
        "disable_deduplication": True,
    }
    conditional = next(question for question in body["questions"] if question.get("is_conditional"))
    conditional["condition"] = {"choices": ["Any night, weekends included"]}
    return body


# Where the read tells a field by another name than the one it was sent by.
TOLD_AT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "location": lambda told: told["interview_location"],
    "description_long": lambda told: told["interview_description_long"],
    "interview_type": lambda told: told["creation_parameters"]["interview_type"],
    "interview_tone": lambda told: told["creation_parameters"]["interview_tone"],
    "seniority_level": lambda told: told["creation_parameters"]["seniority_level"],
    "additional_context": lambda told: told["creation_parameters"]["additional_context"],
    "hiring_for_company": lambda told: told["creation_parameters"]["hiring_for_company"],
    "interview_attempts": lambda told: told["result_scoring"]["max_retries"],
    "custom_scoring": lambda told: {
        name: told["result_scoring"][name] for name in ("ai_assessment_session", "ai_assessment_answer")
    },
}


def test_the_full_body_is_full(house: House) -> None:
    body = a_full_body(house)
    assert set(body) == set(CreateFromArray.model_fields)
    assert {name for question in body["questions"] for name in question} == set(Question.model_fields)


async def test_every_field_that_was_sent_is_read_back(call: Call, house: House) -> None:
    body = a_full_body(house)
    created = await call.told(CREATE, body)
    told = await call.told(GET, {"position_id": created["interview_def_set_id"]})
    for name, sent in body.items():
        if name != "questions":
            assert TOLD_AT.get(name, lambda told, name=name: told[name])(told) == sent, name


async def test_every_field_of_every_question_is_read_back(call: Call, house: House) -> None:
    body = a_full_body(house)
    created = await call.told(CREATE, body)
    told = (await call.told(GET, {"position_id": created["interview_def_set_id"]}))["questions"]
    assert len(told) == len(body["questions"])
    ids = {question["caller_id"]: question["id"] for question in told}
    flags = [name for name in Question.model_fields if name.startswith("is_")]
    for sent, got in zip(body["questions"], told, strict=True):
        expected = dict.fromkeys(Question.model_fields) | dict.fromkeys(flags, False) | sent
        parent = expected["conditional_question_main_id"]
        expected |= {"id": ids[sent["id"]], "conditional_question_main_id": parent and ids[parent]}
        assert {name: got[name] for name in expected} == expected
        assert got["caller_id"] == sent["id"]


@pytest.mark.parametrize("is_set", [True, False, None])
async def test_switches_that_leave_no_other_trace_are_read_back(call: Call, house: House, is_set: bool | None) -> None:
    body = a_body(house, disable_deduplication=is_set, is_embedded=is_set, instructional_video=is_set)
    created = await call.told(CREATE, body)
    told = await call.told(GET, {"position_id": created["interview_def_set_id"]})
    names = ("disable_deduplication", "is_embedded", "instructional_video")
    assert [told[name] for name in names] == [is_set is True] * 3


async def test_a_person_is_registered_takes_the_interview_and_is_read(
    call: Call, house: House, database: Database
) -> None:
    created = await call.told(CREATE, a_full_body(house))
    interview_id = created["interview_def_set_id"]
    rows = await call.told(
        REGISTER,
        {
            "interview_id": interview_id,
            "users": [{"name": "Sam", "email": "Sam@Example.com", "external_id": "7", "own": [1]}],
            "hide_menu": "true",
        },
    )
    assert [{name: row[name] for name in ("name", "email", "external_id", "own", "result")} for row in rows] == [
        {"name": "Sam", "email": "Sam@Example.com", "external_id": "7", "own": [1], "result": "ok"}
    ]
    link = urlsplit(rows[0]["interview_url"])
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"http://interviews.example/interview/take/{interview_id}/"
    query = parse_qs(link.query)
    assert (query["view_hm"], "view_hi" in query) == (["true"], False)
    seat = read_link(KEYS, query["interview_token"][0])
    assert (str(seat.candidate_id), seat.is_test) == (rows[0]["profile_interview_id"], False)

    attempt_id = (await begin_attempt(database, seat, consents=CONSENTS, now=datetime.now(UTC))).id
    before = await call.told(DETAILS, {"interview_result_id": str(attempt_id)})
    assert (before["status"], before["lifecycle_status"], before["processing_status"]) == ("started", "draft", None)
    asked = await answer_all(database, seat, attempt_id)
    handed_in = await call.told(DETAILS, {"interview_result_id": str(attempt_id)})
    assert (handed_in["status"], handed_in["lifecycle_status"]) == ("completed", "active")
    assert (handed_in["processing_status"], handed_in["ai_interview_coverage_percentage"]) == ("pending", None)
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": datetime.now(UTC)}
    await tally_attempt(database, **whose)
    await score_attempt(database, LexicalRater(), **whose)

    details = await call.told(DETAILS, {"interview_result_id": str(attempt_id)})
    assert details["processing_status"] == "completed"
    assert details["ai_interview_coverage_percentage"] == 100.0
    assert details["interview_result_id"] == str(attempt_id)
    assert details["interview_def_set_id"] == interview_id
    assert details["profile_interview_id"] == rows[0]["profile_interview_id"]
    assert [turn["question_asked"] for turn in details["transcript"]] == asked
    own = [turn for turn in details["transcript"] if not turn["is_follow_up"]]
    assert 0 < len(own) < len(details["transcript"])
    assert {turn["question_original_id"] for turn in details["transcript"] if turn["is_follow_up"]} == {None}
    assert [(turn["external_id"], turn["view"], turn["answer"], turn["is_answer"]) for turn in own] == [
        ("q-lead", "with listening", "Answer lead.", True),
        ("q-nights", "multiple choice", "Any night, weekends included", True),
        ("q-why-nights", "with listening conditional", "Answer why-nights.", True),
        ("q-belt", "with listening expert", "Answer belt.", True),
        ("q-start", "without scoring", "Answer start.", True),
        ("q-back", "candidate asking recruiter", "Answer back.", True),
    ]
    assert details["transcript"][0]["external_data"] == {"competency": "leadership"}
    told = await call.told(GET, {"position_id": interview_id})
    assert [turn["question_original_id"] for turn in own] == [one["id"] for one in told["questions"]]


async def answer_all(database: Database, seat: Seat, attempt_id: UUID) -> list[str]:
    """Answers every question, but no follow-up, and hands in; what was asked."""
    asked: list[str] = []
    scene = (await happen(database, seat, attempt_id, Arrived(), now=datetime.now(UTC))).scene
    while (turn := scene.turn) is not None:
        asked.append(turn.asked)
        given: dict[str, Any] = {"choice": 0} if turn.choices else {"text": f"Answer {turn.step.question.caller_id}."}
        happening = Answered(key=new_id(), number=turn.number, **({} if turn.follow_up else given))
        scene = (await happen(database, seat, attempt_id, happening, now=datetime.now(UTC))).scene
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=datetime.now(UTC))
    return asked


async def test_a_skipped_question_is_told_as_one(call: Call, house: House, database: Database) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    await happen(database, seat, attempt_id, Answered(key=new_id(), number=1), now=datetime.now(UTC))
    details = await call.told(DETAILS, {"interview_result_id": str(attempt_id)})
    assert [(turn["is_answer"], turn["answer"], turn["external_id"]) for turn in details["transcript"]] == [
        (False, None, "q-1")
    ]


async def test_one_bad_row_does_not_spoil_the_others(call: Call, house: House, database: Database) -> None:
    interview_id = str(await an_interview(database, house))
    users: list[dict[str, Any]] = [
        {"email": "a@example.com"},
        {"email": "bad"},
        {"name": 7},
        {"name": "x" * 321},
        {},
        {"email": "A@example.com"},
    ]
    rows = await call.told(REGISTER, {"interview_id": interview_id, "users": users})
    assert [row["result"] for row in rows] == [
        "ok",
        "Error: Expected an e-mail address, as name@example.com.",
        "Error: Expected `name` to be text.",
        "Error: Expected at most 320 characters.",
        "ok",
        "ok",
    ]
    assert [{name: row[name] for name in user} for user, row in zip(users, rows, strict=True)] == users
    assert ["interview_url" in row for row in rows] == [True, False, False, False, True, True]
    assert rows[0]["profile_interview_id"] == rows[5]["profile_interview_id"] != rows[4]["profile_interview_id"]


@pytest.mark.parametrize(
    ("status", "is_test", "may"),
    [(Status.DRAFT, False, False), (Status.DRAFT, True, True), (Status.ACTIVE, True, True)],
)
async def test_people_are_registered_for_a_draft_by_way_of_trial_alone(
    call: Call, house: House, database: Database, status: Status, is_test: bool, may: bool
) -> None:
    interview_id = str(await an_interview(database, house, a_draft(house, status=status)))
    answer = await call.post(REGISTER, {"interview_id": interview_id, "users": [{}], "is_test": is_test})
    if not may:
        assert (answer.status_code, answer.json()["name"]) == (422, "interview_id")
        return
    token = parse_qs(urlsplit(answer.json()[0]["interview_url"]).query)["interview_token"][0]
    assert read_link(KEYS, token).is_test == is_test


# --- Reads ---------------------------------------------------------------------------------------------------------


async def test_get_and_post_read_the_same(client: httpx.AsyncClient, house: House, database: Database) -> None:
    ids = await some_ids(database, house)
    caller = Call(client, house.authorization())
    asks: dict[str, dict[str, str]] = {
        GET: {"position_id": ids.interview},
        DETAILS: {"interview_result_id": ids.attempt},
        INTERVIEWS: {"type": "interview"},
        RESULTS: {"interview_id": ids.interview},
        TEMPLATES: {"merchant_id": ids.merchant},
        FIGURES: {"merchant_id": ids.merchant},
        CANDIDATES: {"merchant_id": ids.merchant},
        MAILS: {"profile_interview_id": ids.candidate},
        TEXTS: {"merchant_id": ids.merchant},
        TASKS: {"interview_id": ids.interview},
        MODELS: {"merchant_id": ids.merchant},
        CREDITS: {"interview_id": ids.interview},
        HISTORY: {"interview_result_id": ids.attempt},
        COMPARE: {"position_id": ids.interview, "question_id": ids.question},
        AGREEMENT: {"position_id": ids.interview},
        AUDIT: {"position_id": ids.interview},
        FAILURES: {"merchant_id": ids.merchant},
        LIVE: {"merchant_id": ids.merchant},
        MEMBERS: {"merchant_id": ids.merchant},
        WEBHOOKS: {"merchant_id": ids.merchant},
        DELIVERIES: {"webhook_id": ids.webhook},
        STORES: {"merchant_id": ids.merchant},
        DOCUMENTS: {"knowledge_base_store_id": ids.store},
        SEARCH: {"knowledge_base_store_id": ids.store, "question": "Leave?"},
        LANGUAGES: {},
    }
    assert set(READS) == set(asks)
    for path, asked in asks.items():
        by_get = await caller.get(path, **asked)
        assert by_get.status_code == 200
        by_query = await client.post(path, params=asked, headers=caller.headers)
        by_both = await client.post(
            path, params=dict.fromkeys(asked, str(new_id())), json=asked, headers=caller.headers
        )
        for other in (await caller.post(path, asked), by_query, by_both):
            assert (other.status_code, other.content) == (200, by_get.content)


@pytest.mark.parametrize("name", ["position_id", "interview_id", "interview_def_set_id"])
async def test_an_interview_is_read_by_each_of_its_three_names(
    call: Call, house: House, database: Database, name: str
) -> None:
    interview_id = str(await an_interview(database, house))
    assert (await call.get(GET, **{name: interview_id})).json()["name"] == "Project manager"
    assert (await call.get(GET, **{name: interview_id.upper()})).status_code == 200


# --- Refusals ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What a merchant's calls can name."""

    merchant: str
    template: str
    store: str
    interview: str
    candidate: str
    twin: str
    attempt: str
    task: str
    question: str
    webhook: str
    delivery: str
    mail: str
    document: str
    member: str


async def some_ids(database: Database, house: House, *, environment: str = "production") -> Ids:
    """Ids of this merchant, each of something that exists."""
    interview_id = await an_interview(database, house)
    seat, twin = [await a_seat(database, house, interview_id) for _ in range(2)]
    attempt_id = await an_attempt(database, seat)
    await happen(database, seat, attempt_id, Answered(key=new_id(), number=1, text="So."), now=NOW)
    webhook_id, delivery_id = await a_webhook(database, house, attempt_id, environment=environment)
    mail_id = await a_sent_mail(database, seat, environment=environment)
    store_id = await add_store(
        database, merchant_id=house.merchant.id, name="Leave", slug=f"leave-{new_id()}", actor="test"
    )
    document_id = await a_document(database, house, "Everyone has 28 days of leave.", store_id=store_id)
    async with database.tenant(house.merchant.id) as connection:
        whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "actor": "test"}
        for move in (finish, submit):
            await move(connection, **whose, now=NOW)
        person = NewMember(email=f"{uuid4().hex}@staff.example", name="Noor Haddad", role=Role.SELECTION)
        member, _ = await add_member(connection, person, merchant_id=seat.merchant_id, actor="test", now=NOW)
        task_id = await add_task(
            connection,
            TaskKind.PERSON_WANTED,
            **whose,
            environment="production",
            interview_id=interview_id,
            candidate_id=seat.candidate_id,
            text="",
        )
        question_id = await connection.fetchval(
            "select id from steps where interview_id = $1 order by place limit 1", interview_id
        )
        await connection.execute("update interviews set blind_rating = 'offered' where id = $1", interview_id)
        await add_fact(connection, attempt_id)
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": datetime.now(UTC)}
    await tally_attempt(database, **of)
    await score_attempt(database, LexicalRater(), **of)
    async with database.tenant(house.merchant.id) as connection:
        ruling = Ruling(kind=DecisionKind.SELECTED, reason="Led a shift.", is_mailed=False)
        await decide(
            connection, attempt_id, ruling, name_decider("n", "Noor Haddad"), merchant_id=house.merchant.id,
            now=datetime.now(UTC),
        )  # fmt: skip
    if environment != "production":
        async with database.tenant(house.merchant.id) as connection:
            for table in ("interviews", "invitations", "attempts", "tasks"):
                await connection.execute(f"update {table} set environment = $1", environment)
    return Ids(
        merchant=str(house.merchant.id),
        template=str(house.template_id),
        store=str(store_id),
        document=str(document_id),
        member=str(member.id),
        interview=str(interview_id),
        candidate=str(seat.candidate_id),
        twin=str(twin.candidate_id),
        attempt=str(attempt_id),
        task=str(task_id),
        question=str(question_id),
        mail=str(mail_id),
        webhook=str(webhook_id),
        delivery=str(delivery_id),
    )


NOWHERE = [str(new_id()), str(uuid4()), str(UUID(int=0)), "nothing", "x" * 500]

A_TEXT = {"kind": "reply", "mojito_language_code": "en", "subject": "Yes, {name}", "text": "{message}"}
DECISION = {"decision": "rejected", "person": "Noor Haddad", "shared_reason": "Other people fit better."}


def of_result(**sent: Any) -> dict[str, Callable[[Ids, str], dict[str, Any]]]:
    """The rows of a call about one result."""
    body = {"person": "Noor Haddad", **sent}
    return {
        "attempt": lambda own, named: {"interview_result_id": named, **body},
        "merchant": lambda own, named: {"interview_result_id": own.attempt, **body, "merchant_id": named},
    }


# Every id that an operation takes, by the field of Ids that it names: a body with it, and the rest our own.
MATRIX: dict[str, dict[str, Callable[[Ids, str], dict[str, Any]]]] = {
    # First, while the marks were not seen and what was decided can be undone.
    RATE: of_result(marks=[]),
    UNDO: of_result(),
    DECIDE: {
        "attempt": lambda own, named: {"results": [{"interview_result_id": named}], **DECISION},
        "merchant": lambda own, named: {
            "results": [{"interview_result_id": own.attempt}], **DECISION, "merchant_id": named,
        },
    },
    SET_MARKS: of_result(shortlist=True),
    OVERTURN: of_result(score=5, reason="Says it at 11:02."),
    COMMENT: of_result(text="Please listen."),
    STRIKE: of_result(risk="page_hidden", reason="Her child fell."),
    HISTORY: {
        "attempt": lambda own, named: {"interview_result_id": named},
        "merchant": lambda own, named: {"interview_result_id": own.attempt, "merchant_id": named},
    },
    COMPARE: {
        "interview": lambda own, named: {"position_id": named, "question_id": own.question},
        "question": lambda own, named: {"position_id": own.interview, "question_id": named},
        "attempt": lambda own, named: {
            "position_id": own.interview, "question_id": own.question, "interview_result_ids": named,
        },
        "merchant": lambda own, named: {
            "position_id": own.interview, "question_id": own.question, "merchant_id": named,
        },
    },
    AGREEMENT: {
        "interview": lambda own, named: {"position_id": named},
        "merchant": lambda own, named: {"position_id": own.interview, "merchant_id": named},
    },
    AUDIT: {
        "interview": lambda own, named: {"position_id": named},
        "merchant": lambda own, named: {"position_id": own.interview, "merchant_id": named},
    },
    SET_BLIND: {
        "interview": lambda own, named: {"position_id": named, "blind_rating": "offered"},
        "merchant": lambda own, named: {
            "position_id": own.interview, "blind_rating": "offered", "merchant_id": named,
        },
    },
    JUDGE_AGAIN: of_result(),
    CREATE: {
        "merchant": lambda own, named: {**smallest(own), "merchant_id": named},
        "template": lambda own, named: {**smallest(own), "interview_template_id": named},
        "store": lambda own, named: {**smallest(own), "knowledge_base_store_id": named},
        "store of a question": lambda own, named: {
            **smallest(own), "questions": [{"question": "Why?", "knowledge_base_id": named}],
        },
    },
    WRITE: {},  # nothing is written without a language model: tests/contract/test_tenancy.py has its ids
    TRANSLATE: {},  # the same
    WORDINGS: {},  # the same
    MODELS: {"merchant": lambda own, named: {"merchant_id": named}},
    SET_MODELS: {"merchant": lambda own, named: {"models": [], "merchant_id": named}},
    GET: {
        "interview": lambda own, named: {"position_id": named},
        "interview by its second name": lambda own, named: {"interview_id": named},
        "interview by its third name": lambda own, named: {"interview_def_set_id": named},
        "merchant": lambda own, named: {"position_id": own.interview, "merchant_id": named},
    },
    REGISTER: {
        "interview": lambda own, named: {"interview_id": named, "users": [{"email": "a@example.com"}]},
        "merchant": lambda own, named: {"interview_id": own.interview, "users": [{}], "merchant_id": named},
    },
    INVITE: {
        "merchant": lambda own, named: {
            "users": [{"email": f"{uuid4().hex}@staff.example", "type": "merchant"}],
            "merchant_id": named,
        },
    },
    DETAILS: {
        "attempt": lambda own, named: {"interview_result_id": named},
        "merchant": lambda own, named: {"interview_result_id": own.attempt, "merchant_id": named},
    },
    UPDATE: {
        "interview": lambda own, named: {"position_id": named, "name": "Another"},
        "interview by its second name": lambda own, named: {"interview_id": named, "status": "archived"},
        "interview by its third name": lambda own, named: {"interview_def_set_id": named, "status": "archived"},
        "merchant": lambda own, named: {"position_id": own.interview, "name": "Another", "merchant_id": named},
        "template": lambda own, named: {"position_id": own.interview, "interview_template_id": named},
        "store": lambda own, named: {"position_id": own.interview, "knowledge_base_store_id": named},
        "store of a question": lambda own, named: {
            "position_id": own.interview, "questions": [{"question": "Why?", "knowledge_base_id": named}],
        },
    },
    SET_STATE: {
        "interview": lambda own, named: {"position_id": named, "is_embedded": True},
        "interview by its second name": lambda own, named: {"interview_id": named, "status": "archived"},
        "interview by its third name": lambda own, named: {"interview_def_set_id": named, "status": "archived"},
        "merchant": lambda own, named: {"position_id": own.interview, "status": "active", "merchant_id": named},
    },
    LINK: {
        "interview": lambda own, named: a_link(own, interview_id=named),
        "candidate": lambda own, named: a_link(own, interview_profile_id=named),
        "merchant": lambda own, named: a_link(own, merchant_id=named),
    },
    REVOKE: {
        "interview": lambda own, named: {"profile_interview_id": own.candidate, "interview_id": named},
        "candidate": lambda own, named: {"profile_interview_id": named},
        "merchant": lambda own, named: {"profile_interview_id": own.candidate, "merchant_id": named},
    },
    EXTRA_TIME: {
        "interview": lambda own, named: {
            "profile_interview_id": own.candidate, "interview_id": named, "minutes": 5,
        },
        "candidate": lambda own, named: {
            "profile_interview_id": named, "interview_id": own.interview, "minutes": 5,
        },
        "merchant": lambda own, named: {
            "profile_interview_id": own.candidate, "interview_id": own.interview, "minutes": 5, "merchant_id": named,
        },
    },
    ANOTHER: {
        "attempt": lambda own, named: {"interview_result_id": named},
        "merchant": lambda own, named: {"interview_result_id": own.attempt, "merchant_id": named},
    },
    TASKS: {
        "merchant": lambda own, named: {"merchant_id": named},
        "interview": lambda own, named: {"interview_id": named},
    },
    REPORT: {
        "attempt": lambda own, named: {"interview_result_id": named, "export_type": "json"},
        "attempt of several": lambda own, named: {"interview_result_ids": [named], "export_type": "json"},
        "merchant": lambda own, named: {
            "interview_result_id": own.attempt, "export_type": "json", "merchant_id": named,
        },
    },
    CREDITS: {
        "merchant": lambda own, named: {"merchant_id": named},
        "interview": lambda own, named: {"interview_id": named},
    },
    SET_TASK: {
        "task": lambda own, named: {"task_id": named, "state": "done"},
        "merchant": lambda own, named: {"task_id": own.task, "state": "done", "merchant_id": named},
    },
    FAILURES: {"merchant": lambda own, named: {"merchant_id": named}},
    TRY_AGAIN: {},  # of what failed; tests/api/test_desk_calls.py has something
    LIVE: {"merchant": lambda own, named: {"merchant_id": named}},
    MEMBERS: {"merchant": lambda own, named: {"merchant_id": named}},
    SET_MEMBER: {
        "member": lambda own, named: {"member_id": named, "type": "merchant"},
        "merchant": lambda own, named: {"member_id": own.member, "type": "merchant", "merchant_id": named},
    },
    WEBHOOKS: {"merchant": lambda own, named: {"merchant_id": named}},
    SET_WEBHOOK: {
        "webhook": lambda own, named: {"webhook_id": named, "events": ["interview_result"]},
        "merchant": lambda own, named: {"webhook_id": own.webhook, "merchant_id": named},
    },
    TRY_WEBHOOK: {
        "webhook": lambda own, named: {"webhook_id": named},
        "merchant": lambda own, named: {"webhook_id": own.webhook, "merchant_id": named},
    },
    REPLAY: {
        "webhook": lambda own, named: {"webhook_id": named},
        "delivery": lambda own, named: {"webhook_id": own.webhook, "delivery_id": named},
        "merchant": lambda own, named: {"webhook_id": own.webhook, "merchant_id": named},
    },
    DELIVERIES: {
        "webhook": lambda own, named: {"webhook_id": named},
        "merchant": lambda own, named: {"webhook_id": own.webhook, "merchant_id": named},
    },
    DROP_WEBHOOK: {
        "webhook": lambda own, named: {"webhook_id": named},
        "merchant": lambda own, named: {"webhook_id": own.webhook, "merchant_id": named},
    },
    STORES: {"merchant": lambda own, named: {"merchant_id": named}},
    SET_STORE: {
        "store": lambda own, named: {"knowledge_base_store_id": named, "name": "Leave"},
        "merchant": lambda own, named: {"name": "Leave", "merchant_id": named},
    },
    UPLOAD: {
        "store": lambda own, named: {"knowledge_base_store_id": named, "file": "UGF5"},
        "merchant": lambda own, named: {"knowledge_base_store_id": own.store, "file": "UGF5", "merchant_id": named},
    },
    ADD_DOCUMENT: {
        "store": lambda own, named: {"knowledge_base_store_id": named, "text": "Pay"},
        "merchant": lambda own, named: {"knowledge_base_store_id": own.store, "text": "Pay", "merchant_id": named},
    },
    DOCUMENTS: {
        "store": lambda own, named: {"knowledge_base_store_id": named},
        "merchant": lambda own, named: {"merchant_id": named},
    },
    SEARCH: {
        "store": lambda own, named: {"knowledge_base_store_id": named, "question": "Pay?"},
        "merchant": lambda own, named: {
            "knowledge_base_store_id": own.store, "question": "Pay?", "merchant_id": named,
        },
    },
    SET_DOCUMENT: {
        "document": lambda own, named: {"knowledge_base_id": named, "status": "draft"},
        "merchant": lambda own, named: {"knowledge_base_id": own.document, "merchant_id": named},
    },
    DROP_DOCUMENT: {
        "document": lambda own, named: {"knowledge_base_id": named},
        "merchant": lambda own, named: {"knowledge_base_id": own.document, "merchant_id": named},
    },
    DROP_STORE: {
        "store": lambda own, named: {"knowledge_base_store_id": named},
        "merchant": lambda own, named: {"knowledge_base_store_id": own.store, "merchant_id": named},
    },
    INTERVIEWS: {"merchant": lambda own, named: {"merchant_id": named}},
    RESULTS: {
        "merchant": lambda own, named: {"merchant_id": named},
        "interview": lambda own, named: {"interview_id": named},
        "candidate": lambda own, named: {"profile_interview_id": named},
    },
    CANDIDATES: {"merchant": lambda own, named: {"merchant_id": named}},
    MAILS: {
        "merchant": lambda own, named: {"merchant_id": named},
        "candidate": lambda own, named: {"profile_interview_id": named},
    },
    BOUNCE: {"merchant": lambda own, named: {"report": returned(own.mail), "merchant_id": named}},
    RESUME: {
        "candidate": lambda own, named: {"profile_interview_id": named},
        "merchant": lambda own, named: {"profile_interview_id": own.candidate, "merchant_id": named},
    },
    TEXTS: {"merchant": lambda own, named: {"merchant_id": named}},
    SET_TEXT: {"merchant": lambda own, named: {**A_TEXT, "merchant_id": named}},
    PREVIEW: {"merchant": lambda own, named: {**A_TEXT, "merchant_id": named}},
    TEMPLATES: {"merchant": lambda own, named: {"merchant_id": named}},
    FIGURES: {"merchant": lambda own, named: {"merchant_id": named}},
    LANGUAGES: {},
    EXPORT: {
        "candidate": lambda own, named: {"profile_interview_id": named},
        "merchant": lambda own, named: {"profile_interview_id": own.candidate, "merchant_id": named},
    },
    MERGE: {
        "candidate": lambda own, named: {"profile_interview_id": named, "merged_profile_interview_id": own.twin},
        "candidate merged": lambda own, named: {
            "profile_interview_id": own.twin, "merged_profile_interview_id": named,
        },
        "merchant": lambda own, named: {
            "profile_interview_id": own.candidate, "merged_profile_interview_id": own.twin, "merchant_id": named,
        },
    },
    # The last one: whoever is erased is there for nobody else.
    ERASE: {
        "candidate": lambda own, named: {"profile_interview_id": named},
        "merchant": lambda own, named: {"profile_interview_id": own.candidate, "merchant_id": named},
    },
}  # fmt: skip
CASES = [(path, thing) for path, things in MATRIX.items() for thing in things]


def smallest(own: Ids) -> dict[str, Any]:
    """The smallest body of a create call."""
    return {
        "name": "a", "location": "b", "interview_template_id": own.template, "mojito_language_code": "en",
        "description": "", "status": "active", "type": "interview", "visibility": "merchant_public",
        "questions": [{"question": "Why?"}],
    }  # fmt: skip


def a_link(own: Ids, **changes: str) -> dict[str, Any]:
    """The body of a call for a personal link."""
    body = {"type": "interview-for-profile", "interview_profile_id": own.candidate, "interview_id": own.interview}
    return body | changes


def test_every_operation_has_its_rows() -> None:
    assert {PREFIX + route.path for route in ROUTES} - set(MATRIX) == set()


async def everything(database: Database, *houses: House) -> list[Any]:
    """All rows that an operation could add or change."""
    found: list[Any] = []
    for house in houses:
        async with database.tenant(house.merchant.id) as connection:
            for table in (
                "interviews",
                "steps",
                "candidates",
                "invitations",
                "attempts",
                "events",
                "embed_keys",
                "grants",
                "members",
                "tasks",
                "decisions",
                "overturns",
                "ratings",
                "verdict_views",
                "comments",
                "integrity_facts",
                "fact_strikes",
                "webhook_endpoints",
                "webhook_deliveries",
                "mails",
                "merges",
                "silenced_addresses",
                "mail_texts",
                "stores",
                "documents",
                "document_files",
                "passages",
            ):
                rows = await connection.fetch(f"select to_jsonb(t)::text as row from {table} t order by 1")
                found += [row["row"] for row in rows]
    return found


@pytest.fixture(scope="module")
async def neighbour(database: Database) -> tuple[House, Ids]:
    """A merchant whom no call changes, so that one does for all of them, and ids of theirs."""
    other = await a_house(database)
    return other, await some_ids(database, other)


@pytest.mark.slow
@folded("path, thing", CASES, by="path")
async def test_anothers_ids_are_answered_byte_for_byte_like_ids_of_nothing(
    client: httpx.AsyncClient,
    house: House,
    neighbour: tuple[House, Ids],
    database: Database,
    path: str,
    thing: str,
) -> None:
    make = MATRIX[path][thing]
    kind = thing.split(" ")[0]
    other, theirs = neighbour
    own = await some_ids(database, house)
    caller = Call(client, house.authorization())
    before = await everything(database, house, other)
    answers = set()
    for named in [getattr(theirs, kind), *NOWHERE]:
        answers |= {_bytes(answer) for answer in await _ask(caller, path, make(own, named))}
    assert len(answers) == 1, answers
    status, content, _ = answers.pop()
    assert status in (403, 404, 422)
    assert all(named.encode() not in content for named in (getattr(theirs, kind), *NOWHERE[:3]))
    assert await everything(database, house, other) == before
    (mine, *_) = await _ask(caller, path, make(own, getattr(own, kind)))
    assert mine.status_code == 200, "the same call with our own id"


@pytest.mark.slow
@folded(
    "path, thing",
    [case for case in CASES if case[1].split(" ")[0] in ("interview", "candidate", "attempt", "task", "question")],
    by="path",
)
async def test_what_is_of_another_environment_is_not_there(
    client: httpx.AsyncClient, house: House, database: Database, path: str, thing: str
) -> None:
    make = MATRIX[path][thing]
    kind = thing.split(" ")[0]
    own = await some_ids(database, house, environment="staging")
    production = Call(client, house.authorization())
    staging = Call(client, house.authorization(environment="staging"))
    hidden = {_bytes(answer) for answer in await _ask(production, path, make(own, getattr(own, kind)))}
    absent = {_bytes(answer) for answer in await _ask(production, path, make(own, str(new_id())))}
    assert hidden == absent
    assert {answer.status_code for answer in await _ask(staging, path, make(own, getattr(own, kind)))} == {200}


async def _ask(caller: Call, path: str, body: dict[str, Any]) -> list[httpx.Response]:
    """The answers to the call by every method that carries it."""
    answers = [await caller.post(path, body)]
    if path in READS:
        answers.append(await caller.get(path, **body))
    return answers


def _bytes(answer: httpx.Response) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    return answer.status_code, answer.content, tuple(sorted(answer.headers.items()))


@folded("path", MATRIX)
async def test_without_a_token_the_answer_is_401(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, json={})
    assert answer.status_code == 401
    assert answer.json() == {"error": "A valid token is required: send `Authorization: Bearer <token>`."}
    assert answer.headers["www-authenticate"] == "Bearer"


OWNERS = {Role.ADMIN, Role.OWNER}
MAKERS = OWNERS | {Role.RECRUITER}
ROLES: dict[str, set[Role]] = {
    **dict.fromkeys([MODELS, SET_MODELS, WEBHOOKS, SET_WEBHOOK, DROP_WEBHOOK], OWNERS),
    **dict.fromkeys([TRY_WEBHOOK, REPLAY, DELIVERIES, MEMBERS, SET_MEMBER], OWNERS),
    **dict.fromkeys(
        [
            CREATE,
            WRITE,
            TRANSLATE,
            WORDINGS,
            UPDATE,
            SET_STATE,
            LINK,
            REVOKE,
            ANOTHER,
            SET_TASK,
            ERASE,
            EXPORT,
            MERGE,
            JUDGE_AGAIN,
            SET_BLIND,
            EXTRA_TIME,
        ],
        MAKERS,
    ),
    **dict.fromkeys(
        [GET, DETAILS, INTERVIEWS, RESULTS, REPORT, TASKS, CREDITS, TEMPLATES, FIGURES], MAKERS | {Role.SELECTION}
    ),
    **dict.fromkeys(
        [RATE, UNDO, DECIDE, SET_MARKS, OVERTURN, COMMENT, STRIKE, HISTORY, COMPARE, AGREEMENT],
        MAKERS | {Role.SELECTION},
    ),
    **dict.fromkeys([AUDIT, FAILURES, TRY_AGAIN], MAKERS),
    LIVE: MAKERS | {Role.SELECTION},
    **dict.fromkeys([STORES, SET_STORE, DROP_STORE, UPLOAD, ADD_DOCUMENT, DOCUMENTS, SET_DOCUMENT], MAKERS),
    **dict.fromkeys([DROP_DOCUMENT, SEARCH], MAKERS),
    **dict.fromkeys([RESUME, SET_TEXT], MAKERS),
    **dict.fromkeys([CANDIDATES, MAILS, TEXTS, PREVIEW], MAKERS | {Role.SELECTION}),
    **dict.fromkeys([REGISTER, INVITE, BOUNCE], MAKERS | {Role.SERVICE}),
    LANGUAGES: set(Role),
}


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_what_it_may(
    client: httpx.AsyncClient, house: House, database: Database, role: Role
) -> None:
    own = await some_ids(database, house)
    caller = Call(client, house.authorization(role))
    for path, things in MATRIX.items():
        unwritten = {
            WRITE: smallest(own),
            TRANSLATE: {"interview_id": own.interview, "mojito_language_code": "de"},
            WORDINGS: {"interview_id": own.interview},
            TRY_AGAIN: {"number": 2**62},
        }
        body = unwritten.get(path) or (things["merchant"](own, own.merchant) if things else {})
        answer = await caller.post(path, body)
        # Who may write an interview hears that no language model is here; nothing failed by that number.
        taken = 404 if path == TRY_AGAIN else 422 if path in unwritten else 200
        assert answer.status_code == (taken if role in ROLES[path] else 403), path
        if answer.status_code == 403:
            assert set(answer.json()) == {"error"}
            assert f"`{role.value}`" in answer.json()["error"]


async def test_a_machine_must_name_the_merchant(client: httpx.AsyncClient, house: House, database: Database) -> None:
    own = await some_ids(database, house)
    machine = Call(client, house.authorization(Role.SERVICE))
    body = {"interview_id": own.interview, "users": [{}]}
    answer = await machine.post(REGISTER, body)
    assert (answer.status_code, answer.json()) == (422, {"error": "Field is required.", "name": "merchant_id"})
    assert (await machine.post(REGISTER, body | {"merchant_id": own.merchant})).status_code == 200


@folded(
    ("path", "body", "status", "envelope"),
    [
        (GET, {}, 422, {"error": "Field is required.", "name": "position_id"}),
        (GET, {"position_id": ""}, 422, {"error": "Field is required.", "name": "position_id"}),
        (GET, {"position_id": 7}, 422, {"error": "Expected text, got a number.", "name": "position_id"}),
        (GET, {"position_id": "nothing"}, 404, {"error": "There is nothing with this id."}),
        (DETAILS, {}, 422, {"error": "Field is required.", "name": "interview_result_id"}),
        (
            DETAILS,
            {"interview_result_id": []},
            422,
            {"error": "Expected text, got a list.", "name": "interview_result_id"},
        ),
        (DETAILS, {"interview_result_id": str(UUID(int=0))}, 404, {"error": "There is nothing with this id."}),
        (ANOTHER, {}, 422, {"error": "Field is required.", "name": "interview_result_id"}),
        (
            ANOTHER,
            {"interview_result_id": None},
            422,
            {"error": "Expected text, got null.", "name": "interview_result_id"},
        ),
        (
            ANOTHER,
            {"interview_result_id": "nothing"},
            422,
            {
                "error": "Expected the id of an existing attempt: there is none with this id.",
                "name": "interview_result_id",
            },
        ),
        (REVOKE, {}, 422, {"error": "Field is required.", "name": "profile_interview_id"}),
        (
            REVOKE,
            {"profile_interview_id": "nobody"},
            422,
            {
                "error": "Expected the id of an existing candidate: there is none with this id.",
                "name": "profile_interview_id",
            },
        ),
        (
            SET_STATE,
            {"position_id": "x", "status": "active", "close_links": True},
            422,
            {"error": "Expected only with the status archived.", "name": "close_links"},
        ),
        (
            TASKS,
            {"state": "closed"},
            422,
            {"error": "Expected one of these: open, done, refused, all.", "name": "state"},
        ),
        (SET_TASK, {"state": "done"}, 422, {"error": "Field is required.", "name": "task_id"}),
        (SET_TASK, {"task_id": "nothing"}, 422, {"error": "Field is required.", "name": "state"}),
        (
            SET_TASK,
            {"task_id": "nothing", "state": "all"},
            422,
            {"error": "Expected one of these: open, done, refused.", "name": "state"},
        ),
        (SET_TASK, {"task_id": "nothing", "state": "done"}, 404, {"error": "There is nothing with this id."}),
        (ERASE, {}, 422, {"error": "Field is required.", "name": "profile_interview_id"}),
        (
            ERASE,
            {"profile_interview_id": 7},
            422,
            {"error": "Expected text, got a number.", "name": "profile_interview_id"},
        ),
        (ERASE, {"profile_interview_id": "nothing"}, 404, {"error": "There is nothing with this id."}),
        (CREATE, {}, 422, {"error": "Field is required.", "name": "name"}),
        (CREATE, [], 422, {"error": "Expected a JSON object, got a list."}),
        (REGISTER, {}, 422, {"error": "Field is required.", "name": "users"}),
        (REGISTER, {"users": []}, 422, {"error": "Expected at least 1 in the list.", "name": "users"}),
        (
            REGISTER,
            {"users": [7]},
            422,
            {"error": "Expected an object with name, email and external_id, got a number.", "name": "users[0]"},
        ),
        (REGISTER, {"users": [{}]}, 422, {"error": "Field is required.", "name": "interview_id"}),
        (
            REGISTER,
            {"users": [{}], "interview_id": "x"},
            422,
            {"error": "There is no interview with this id.", "name": "interview_id"},
        ),
        (
            REGISTER,
            {"users": [{}] * 1001, "interview_id": "x"},
            422,
            {"error": "Expected at most 1000 in the list.", "name": "users"},
        ),
        (
            REGISTER,
            {"users": [{}], "interview_id": "x", "is_test": "maybe"},
            422,
            {"error": 'Expected true, false, "true" or "false", got text.', "name": "is_test"},
        ),
    ],
)
async def test_a_refusal_says_what_was_expected(
    call: Call, path: str, body: Any, status: int, envelope: dict[str, str]
) -> None:
    answer = await call.post(path, body)
    assert (answer.status_code, answer.json()) == (status, envelope)
    assert answer.headers["content-type"] == "application/json"


@folded("path", MATRIX)
async def test_what_is_no_json_is_400_everywhere(call: Call, path: str) -> None:
    answer = await call.client.post(path, content=b"{", headers=call.headers)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


@folded("path", MATRIX)
async def test_what_is_too_large_is_413_everywhere(call: Call, path: str) -> None:
    most = MOST_BYTES * 4 // 3 + AROUND_BYTES if path == UPLOAD else 1024 * 1024
    answer = await call.client.post(path, content=b" " * (most + 1), headers=call.headers)
    assert (answer.status_code, set(answer.json())) == (413, {"error"})


@folded("path", [path for path in MATRIX if path not in READS])
async def test_what_writes_is_not_done_by_get(call: Call, path: str) -> None:
    answer = await call.get(path)
    assert (answer.status_code, set(answer.json()), answer.headers["allow"]) == (405, {"error"}, "POST")


async def test_there_is_nothing_at_another_address(call: Call) -> None:
    answer = await call.get(f"{PREFIX}/job-interview-made-up")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is nothing at this address."})


async def test_a_token_of_a_merchant_that_is_gone_makes_nothing(client: httpx.AsyncClient, house: House) -> None:
    gone = replace(house, merchant=replace(house.merchant, id=new_id()))
    answer = await Call(client, gone.authorization()).post(CREATE, a_body(house))
    assert (answer.status_code, set(answer.json())) == (401, {"error"})
