"""job-interview-update through the whole app: what is sent is written, the rest stays."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import NOW, QUESTIONS, House, a_body, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.folding import folded
from vivavoce.api.models.update import UpdateInterview, UpdateQuestion
from vivavoce.attempts.read import find_attempt
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Kind, Status
from vivavoce.interviews.templates import Interviewer, Modality, add_template
from vivavoce.merchants.tokens import Role

FUNCTIONS = "/functions/v1"
NOWHERE = "01a2237d-963d-796e-b588-a932ab58bb8d"  # an id that nothing has


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody of one merchant, at one interview."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    interview_id: str

    async def update(self, **changes: Any) -> httpx.Response:
        body = {"position_id": self.interview_id, **changes}
        return await self.client.post(f"{FUNCTIONS}/job-interview-update", json=body, headers=self.headers)

    async def updated(self, **changes: Any) -> dict[str, Any]:
        answer = await self.update(**changes)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, **changes: Any) -> tuple[int, str | None]:
        """The status and the name; nothing may have changed."""
        before = await self.read()
        answer = await self.update(**changes)
        assert await self.read() == before
        return answer.status_code, answer.json().get("name")

    async def read(self) -> dict[str, Any]:
        answer = await self.client.get(
            f"{FUNCTIONS}/job-interview-get", params={"position_id": self.interview_id}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
async def caller(client: httpx.AsyncClient, house: House, database: Database) -> Caller:
    plain = a_draft(house, settings={"max_follow_ups": None})
    return Caller(client, house.authorization(), str(await an_interview(database, house, plain)))


async def a_caller(client: httpx.AsyncClient, database: Database, house: House, **changes: Any) -> Caller:
    draft = a_draft(house, **changes)
    return Caller(client, house.authorization(), str(await an_interview(database, house, draft)))


async def revision(database: Database, house: House) -> int:
    async with database.tenant(house.merchant.id) as connection:
        found: int = await connection.fetchval("select revision from interviews")
    return found


async def events(database: Database, house: House) -> list[str]:
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select kind from events where kind <> 'interview.created' order by id")
    return [row["kind"] for row in rows]


# --- Fields --------------------------------------------------------------------------------------------------------

# Every field but questions and merchant_id, at another value than an_interview's, and where the read tells it.
EVERY: dict[str, tuple[Any, str]] = {
    "status": ("completed", "status"),
    "visibility": ("merchant_invite", "visibility"),
    "name": ("Depot manager", "name"),
    "code": ("D-1", "code"),
    "location": ("Bristol", "interview_location"),
    "cover_image_url": ("https://example.com/a.png", "cover_image_url"),
    "description": ("Leads a depot.", "description"),
    "description_long": ("# Depot", "interview_description_long"),
    "interview_department": ("Operations", "interview_department"),
    "interview_salary": ("52k", "interview_salary"),
    "interview_available_till": ("2027-01-31", "interview_available_till"),
    "recruiter_profile_id": ("r-1", "recruiter_profile_id"),
    "tags": (["a", "b"], "tags"),
    "type": ("assessment", "type"),
    "type_credit": ("resume_check", "type_credit"),
    "coach_plan": ("2nd", "coach_plan"),
    "recording": ("audio_all", "recording"),
    "recording_full_session": ("video_all", "recording_full_session"),
    "result_view": ("full", "result_view"),
    "candidate_video_introduction": ("hidden", "candidate_video_introduction"),
    "interview_conversation_speed": ("slower", "interview_conversation_speed"),
    "max_followups": (0, "max_followups"),
    "max_duration": (900, "max_duration"),
    "questions_random_subset": (0.5, "questions_random_subset"),
    "interview_attempts": (5, "result_scoring.max_retries"),
    "required_pronunciation": (True, "required_pronunciation"),
    "result_enable_edit_transcript": (False, "result_enable_edit_transcript"),
    "candidate_expectations": ("Calm.", "candidate_expectations"),
    "candidate_expectations_json": ({"weak": ["w"], "own": 1}, "candidate_expectations_json"),
    "custom_scoring": ({"ai_assessment_answer": {"weight": 70}}, "result_scoring"),
    "pdf_export_auto_config": ({"template": "modern"}, "pdf_export_auto_config"),
    "interview_type": ("second-interview", "creation_parameters.interview_type"),
    "interview_tone": ("simple", "creation_parameters.interview_tone"),
    "seniority_level": ("director", "creation_parameters.seniority_level"),
    "hiring_for_company": ({"name": "undisclosed"}, "creation_parameters.hiring_for_company"),
}
# Those that the contract lets be null; `name` is among them there, and refused here.
NULLABLE = [
    name for name in EVERY if name not in ("status", "visibility", "name", "type", "result_view", "interview_attempts")
]


def at(told: dict[str, Any], place: str) -> Any:
    found: Any = told
    for name in place.split("."):
        found = None if found is None else found[name]
    return found


def holds(found: Any, sent: Any) -> bool:
    """Whether what was found has all that was sent."""
    if isinstance(sent, dict):
        return all(holds(found[key], value) for key, value in sent.items())
    return bool(found == sent)


def test_every_field_of_the_model_is_tried() -> None:
    others = {"position_id", "merchant_id", "questions", "regenerate_candidate_expectations"}
    references = {"interview_template_id", "knowledge_base_store_id"}
    assert set(EVERY) == set(UpdateInterview.model_fields) - others - references


@pytest.mark.parametrize("name", EVERY)
async def test_one_field_is_written_and_the_others_stay(
    caller: Caller, house: House, database: Database, name: str
) -> None:
    value, place = EVERY[name]
    before = await caller.read()
    assert (await caller.updated(**{name: value}))["updated_fields"] == [name]
    after = await caller.read()
    assert holds(at(after, place), value)
    assert at(before, place) is None or not holds(at(before, place), value)
    touched = {place.split(".")[0], "updated_at", "effective_scoring"}
    assert {key for key in after if after[key] != before[key]} <= touched
    assert after["updated_at"] > before["updated_at"]


async def test_all_fields_are_written_at_once(caller: Caller, house: House, database: Database) -> None:
    sent = {name: value for name, (value, _) in EVERY.items()}
    sent |= {"knowledge_base_store_id": str(house.store_id)}
    told = await caller.updated(**sent)
    assert told == {
        "position_id": caller.interview_id,
        "is_multistage": False,
        "updated_fields": [name for name in UpdateInterview.model_fields if name in sent],
    }
    after = await caller.read()
    assert [name for name, (value, place) in EVERY.items() if not holds(at(after, place), value)] == []
    assert after["knowledge_base_store_id"] == str(house.store_id)
    assert await revision(database, house) == 2
    assert await events(database, house) == ["interview.updated", "interview.moved"]


@pytest.mark.parametrize("name", NULLABLE)
async def test_null_clears_a_field_that_takes_it(caller: Caller, name: str) -> None:
    value, _ = EVERY[name]
    before = await caller.read()
    await caller.updated(**{name: value})
    await caller.updated(**{name: None})
    after = await caller.read()
    ignored = {"updated_at"}
    if name in ("location", "description"):
        place = EVERY[name][1]
        assert after[place] is None
        ignored.add(place)
    assert {key for key in after if after[key] != before[key]} <= ignored


async def test_a_store_is_cleared_by_null(caller: Caller, house: House) -> None:
    await caller.updated(knowledge_base_store_id=str(house.store_id))
    await caller.updated(knowledge_base_store_id=None)
    assert (await caller.read())["knowledge_base_store_id"] is None


@pytest.mark.parametrize("name", ["code", "location", "interview_department", "interview_salary"])
@pytest.mark.parametrize("blank", ["", "  \n"])
async def test_a_blank_text_is_null(caller: Caller, name: str, blank: str) -> None:
    await caller.updated(**{name: "x"})
    await caller.updated(**{name: blank})
    assert (await caller.read())[EVERY[name][1]] is None


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"position_id": None}, "position_id"),
    ({"position_id": 7}, "position_id"),
    ({"status": None}, "status"),
    ({"status": "gone"}, "status"),
    ({"visibility": "public"}, "visibility"),
    ({"name": None}, "name"),
    ({"name": " "}, "name"),
    ({"code": 7}, "code"),
    ({"cover_image_url": "ftp://x"}, "cover_image_url"),
    ({"interview_available_till": "soon"}, "interview_available_till"),
    ({"tags": ["a", 1]}, "tags[1]"),
    ({"questions": None}, "questions"),
    ({"questions": []}, "questions"),
    ({"questions": [{}]}, "questions[0].question"),
    ({"questions": [{"question": "a", "duration": "3"}]}, "questions[0].duration"),
    ({"questions": [{"question": "a"}, {"question": "b", "duration": -1}]}, "questions[1].duration"),
    ({"questions": [{"question": "a"}, {"question": ""}]}, "questions[1].question"),
    ({"questions": [{"question": "a"}, {"question": " \u3000\n\u200b"}]}, "questions[1].question"),
    (
        {"questions": [{"question": "a", "is_multiple_choice": True, "question_alternatives": ["x"]}]},
        "questions[0].question_alternatives",
    ),
    ({"questions": [{"question": "a", "is_multiple_choice": True}]}, "questions[0].question_alternatives"),
    (
        {"questions": [{"question": "a", "is_multiple_choice": True, "is_candidate_asking_recruiter": True}]},
        "questions[0].is_multiple_choice",
    ),
    (
        {"questions": [{"question": "a", "is_conditional": True}]},
        "questions[0].conditional_question_main_id",
    ),
    ({"regenerate_candidate_expectations": "yes"}, "regenerate_candidate_expectations"),
    ({"type": None}, "type"),
    ({"type": "persona"}, "type"),
    ({"type": "coaching"}, "type"),
    ({"type_credit": "gold"}, "type_credit"),
    ({"interview_template_id": None}, "interview_template_id"),
    ({"interview_template_id": NOWHERE}, "interview_template_id"),
    ({"knowledge_base_store_id": "nothing"}, "knowledge_base_store_id"),
    ({"result_view": None}, "result_view"),
    ({"max_followups": 1000}, "max_followups"),
    ({"max_duration": 0}, "max_duration"),
    ({"max_duration": True}, "max_duration"),
    ({"questions_random_subset": 1}, "questions_random_subset"),
    ({"interview_attempts": None}, "interview_attempts"),
    ({"interview_attempts": 21}, "interview_attempts"),
    ({"candidate_expectations_json": {"weak": "x"}}, "candidate_expectations_json.weak"),
    ({"custom_scoring": {"speech_cadence": "x"}}, "custom_scoring.speech_cadence"),
    ({"hiring_for_company": []}, "hiring_for_company"),
    # The first field at fault in the contract's order, wherever it stands in the body.
    ({"hiring_for_company": [], "code": 7}, "code"),
]


@folded(("changes", "name"), REFUSED)
async def test_what_cannot_be_written_is_refused_whole(caller: Caller, changes: dict[str, Any], name: str) -> None:
    assert await caller.refused(**{"location": "elsewhere", **changes}) == (422, name)


async def test_nothing_sent_changes_nothing(caller: Caller, house: House, database: Database) -> None:
    assert (await caller.updated(unknown=1))["updated_fields"] == []
    same = await caller.read()
    await caller.updated(name=same["name"], location=same["interview_location"], status=same["status"])
    assert await caller.read() == same
    assert (await revision(database, house), await events(database, house)) == (1, [])


# --- Fields with a rule of their own -------------------------------------------------------------------------------


async def test_scoring_is_merged_onto_what_is_stored(caller: Caller) -> None:
    await caller.updated(custom_scoring={"max_score": 8, "ai_assessment_answer": 70, "own": {"a": 1, "b": 2}})
    await caller.updated(custom_scoring={"ai_assessment_session": {"weight": 30}, "own": {"b": None, "c": 3}})
    scoring = (await caller.read())["result_scoring"]
    assert (scoring["max_score"], scoring["own"]) == (8, {"a": 1, "c": 3})
    assert (scoring["ai_assessment_answer"], scoring["ai_assessment_session"]) == ({"weight": 70}, {"weight": 30})
    await caller.updated(custom_scoring={"max_score": None, "ai_assessment_answer": None})
    scoring = (await caller.read())["result_scoring"]
    assert (scoring["max_score"], scoring["ai_assessment_answer"]) == (None, {"weight": 50})


async def test_attempts_have_two_names_and_the_first_one_holds(caller: Caller) -> None:
    await caller.updated(custom_scoring={"max_retries": 7})
    assert (await caller.read())["result_scoring"]["max_retries"] == 7
    await caller.updated(custom_scoring={"max_retries": 9}, interview_attempts=4)
    assert (await caller.read())["result_scoring"]["max_retries"] == 4
    await caller.updated(custom_scoring=None)
    assert (await caller.read())["result_scoring"] is None


async def test_the_caller_hears_of_weights_that_count_for_nothing(caller: Caller) -> None:
    answer = await caller.update(custom_scoring={"speech_cadence": 10}, regenerate_candidate_expectations=True)
    warnings = answer.headers.get_list("X-Vivavoce-Warning")
    assert [warning.split(" ")[0] for warning in warnings] == [
        "custom_scoring.speech_cadence.weight",
        "regenerate_candidate_expectations",
    ]
    assert (await caller.read())["effective_scoring"]["speech_cadence"] == {"weight": 0}
    assert "X-Vivavoce-Warning" not in (await caller.update(name="Another")).headers


async def test_the_type_derives_what_it_is_paid_by(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database, portals=("interview", "coaching"))
    caller = await a_caller(client, database, house)
    await caller.updated(type_credit="cover_letter")
    await caller.updated(type="coaching")
    assert (await caller.read())["type_credit"] == "interview_coach_manager"
    await caller.updated(type="interview", type_credit="cover_letter")
    assert (await caller.read())["type_credit"] == "cover_letter"


async def test_a_seniority_of_null_is_detected(caller: Caller) -> None:
    await caller.updated(seniority_level="executive")
    told = await caller.read()
    assert (told["creation_parameters"]["seniority_level"], told["is_seniority_level_detected"]) == ("executive", False)
    await caller.updated(seniority_level=None, name="Senior baker")
    told = await caller.read()
    assert (told["creation_parameters"]["seniority_level"], told["is_seniority_level_detected"]) == ("senior", True)
    await caller.updated(name="Baker")
    assert (await caller.read())["creation_parameters"]["seniority_level"] == "senior"


# --- Questions -----------------------------------------------------------------------------------------------------


def ids_of(told: dict[str, Any]) -> list[str]:
    return [question["id"] for question in told["questions"]]


async def test_the_questions_come_back_as_they_were_read(caller: Caller, house: House, database: Database) -> None:
    before = await caller.read()
    told = await caller.updated(questions=before["questions"])
    assert told["questions_diff"] == {
        "kept": ids_of(before), "added": [], "removed": [], "replaced": [], "question_ids": ids_of(before),
        "reactivated": False,
    }  # fmt: skip
    assert await caller.read() == before
    assert await revision(database, house) == 1


async def test_a_diff_of_every_kind(caller: Caller, house: House, database: Database) -> None:
    before = await caller.read()
    first, second, third = ids_of(before)
    told = await caller.updated(
        questions=[
            {"question": "New?", "id": "mine"},
            {"question": "Third?"},
            {"question": "A project, please.", "external_id": "q-1", "label": "project"},
        ]
    )
    diff = told["questions_diff"]
    new, kept, other = diff["question_ids"]
    assert diff == {
        "kept": [third], "added": [new], "removed": [second], "replaced": [{"from": first, "to": other}],
        "question_ids": [new, kept, other], "reactivated": True,
    }  # fmt: skip
    assert told["updated_fields"] == ["questions"]
    after = await caller.read()
    assert ids_of(after) == [new, third, other]
    assert [question["caller_id"] for question in after["questions"]] == ["mine", "third", "project"]
    assert after["questions"][2]["external_id"] == "q-1"
    async with database.tenant(house.merchant.id) as connection:
        gone = await connection.fetch("select id from steps where removed_at is not null order by place")
        data = await connection.fetchval("select data from events where kind = 'interview.updated'")
    assert [str(row["id"]) for row in gone] == [first, second]
    assert data == {
        "revision": 2, "added": [new], "removed": [second], "replaced": [{"before": first, "after": other}],
    }  # fmt: skip


async def test_children_follow_a_parent_that_was_reworded(caller: Caller) -> None:
    await caller.updated(
        questions=[
            {"question": "Nights?", "is_multiple_choice": True, "question_alternatives": ["yes", "no"], "id": "n"},
            {"question": "Why?", "is_conditional": True, "condition": {"choices": ["yes"]}},
        ]
    )
    before = (await caller.read())["questions"]
    told = await caller.updated(
        questions=[before[0] | {"question": "Nights, too?"}, {"question": "Why?", "conditional_question_main_id": "n"}]
    )
    after = (await caller.read())["questions"]
    assert told["questions_diff"]["kept"] == [before[1]["id"]]
    assert after[1] == before[1] | {"conditional_question_main_id": after[0]["id"]}
    assert after[0]["question_alternatives"] == ["yes", "no"]


async def test_an_update_can_be_made_again_and_again(caller: Caller) -> None:
    for number in range(4):
        questions = (await caller.read())["questions"]
        questions = [{"question": f"New {number}?"}, questions[2], {**questions[0], "label": str(number)}]
        told = await caller.updated(questions=questions)
        assert ids_of(await caller.read()) == told["questions_diff"]["question_ids"]


@pytest.mark.parametrize(
    ("status", "changes", "may"),
    [
        (Status.ACTIVE, {}, False),
        (Status.ACTIVE, {"status": "draft"}, True),
        (Status.DRAFT, {}, True),
        (Status.DRAFT, {"status": "active"}, True),
    ],
)
async def test_recorded_questions_change_in_a_draft_alone(
    client: httpx.AsyncClient, house: House, database: Database, status: Status, changes: dict[str, Any], may: bool
) -> None:
    recorded = await add_template(
        database,
        merchant_id=house.merchant.id,
        name="R",
        slug="r",
        language="en",
        interviewer=Interviewer(modality=Modality.RECORDED),
    )
    caller = await a_caller(client, database, house, template_id=recorded, status=status)
    same = (await caller.read())["questions"]
    assert (await caller.update(questions=same)).status_code == 200
    if may:
        told = await caller.updated(questions=[{"question": "New?"}], **changes)
        assert told["questions_diff"]["reactivated"] is False
    else:
        assert await caller.refused(questions=[{"question": "New?"}], **changes) == (422, "questions")


async def test_an_unknown_store_of_a_question_is_told_by_its_place(caller: Caller, house: House) -> None:
    questions = [
        {"question": "First?", "knowledge_base_id": str(house.store_id)},
        {"question": "Second?", "knowledge_base_id": str(new_id())},
    ]
    assert await caller.refused(questions=questions) == (422, "questions[1].knowledge_base_id")


async def test_an_attempt_under_way_keeps_what_it_began_with(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    caller = await a_caller(client, database, house)
    seat = await a_seat(database, house, UUID(caller.interview_id))
    attempt_id = await an_attempt(database, seat)
    await caller.updated(name="Another", questions=[{"question": "New?"}])
    for number in (1, 2, 3):
        await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, text="So."), now=NOW)
    async with database.tenant(house.merchant.id) as connection:
        record = await find_attempt(connection, attempt_id, environment="production")
    assert record is not None
    assert [kept.answer.asked for kept in record.answers] == [question.text for question in QUESTIONS]
    later = await an_attempt(database, await a_seat(database, house, UUID(caller.interview_id)))
    async with database.tenant(house.merchant.id) as connection:
        record = await find_attempt(connection, later, environment="production")
    assert record is not None
    assert [step.question.text for step in record.definition.steps] == ["New?"]


async def test_updates_at_once_are_all_made(caller: Caller, house: House, database: Database) -> None:
    texts = [f"Question {number}?" for number in range(6)]
    told = await asyncio.gather(*(caller.updated(questions=[{"question": text}]) for text in texts))
    assert await revision(database, house) == 7
    (left,) = (await caller.read())["questions"]
    assert left["question"] in texts
    assert [left["id"]] in [one["questions_diff"]["question_ids"] for one in told]
    assert [one["questions_diff"]["kept"] for one in told] == [[]] * 6


async def test_what_was_created_through_the_front_door_is_updated(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    created = await client.post(
        f"{FUNCTIONS}/job-interview-create-from-array", json=a_body(house), headers=house.authorization()
    )
    caller = Caller(client, house.authorization(), created.json()["interview_def_set_id"])
    for name in ("interview_id", "interview_def_set_id"):
        told = await caller.updated(**{"position_id": None, name: caller.interview_id, "code": name})
        assert told["position_id"] == caller.interview_id
        assert (await caller.read())["code"] == name


# --- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SELECTION, Role.MENTOR, Role.USER, Role.CANDIDATE])
async def test_who_makes_no_interviews_changes_none(caller: Caller, house: House, role: Role) -> None:
    answer = await Caller(caller.client, house.authorization(role), caller.interview_id).update(name="X")
    assert answer.status_code == 403


async def test_an_operator_changes_a_sub_merchants_interview(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    child = await a_house(database, parent_id=house.merchant.id)
    theirs = await a_caller(client, database, child)
    ours = Caller(client, house.authorization(), theirs.interview_id)
    assert (await ours.update(name="X")).status_code == 404
    assert (await ours.update(name="X", merchant_id=str(child.merchant.id))).status_code == 200
    assert (await theirs.read())["name"] == "X"


async def test_coaching_needs_its_portal(client: httpx.AsyncClient, database: Database) -> None:
    house = await a_house(database, portals=("interview", "coaching"))
    caller = await a_caller(client, database, house, kind=Kind.ASSESSMENT)
    await caller.updated(type="coaching")
    assert (await caller.read())["type"] == "coaching"


async def test_a_deleted_interview_is_not_there(caller: Caller) -> None:
    await caller.updated(status="deleted")
    assert (await caller.update(status="active")).status_code == 404


def test_every_field_of_a_question_is_described() -> None:
    fields = {**UpdateInterview.model_fields, **UpdateQuestion.model_fields}
    assert [name for name, field in fields.items() if not field.description] == []
