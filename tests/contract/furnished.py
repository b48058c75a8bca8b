"""A merchant with one of everything that a call can name, and a good request for each route that names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from tests.bouncing import a_sent_mail, returned
from tests.builders import (
    CONSENTS,
    KEYS,
    QUESTIONS,
    House,
    a_body,
    a_document,
    a_draft,
    a_house,
    a_webhook,
    add_fact,
)
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.charge import charge_attempt
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide
from vivavoce.attempts.tally import tally_attempt
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.create import NewInterview, create_interview
from vivavoce.merchants.people.members import NewMember, add_member
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role
from vivavoce.scoring.score import score_attempt

OTHER_ENVIRONMENT = "staging"


class Kind(StrEnum):
    """What an id is of."""

    MERCHANT = "merchant"
    TEMPLATE = "template"
    STORE = "store"
    INTERVIEW = "interview"
    QUESTION = "question"
    CANDIDATE = "candidate"
    TWIN = "twin"  # another candidate
    ATTEMPT = "attempt"
    TASK = "task"
    WEBHOOK = "webhook"
    DELIVERY = "delivery"
    MAIL = "mail"
    DOCUMENT = "document"
    MEMBER = "member"


# What belongs to one environment of its merchant; the rest serves all of them.
OF_ONE_ENVIRONMENT = (
    Kind.INTERVIEW,
    Kind.QUESTION,
    Kind.CANDIDATE,
    Kind.TWIN,
    Kind.ATTEMPT,
    Kind.TASK,
    Kind.WEBHOOK,
    Kind.DELIVERY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """A merchant, and an id of each kind that is its own, of one environment."""

    house: House
    ids: Mapping[Kind, str]

    def __getitem__(self, kind: Kind) -> str:
        return self.ids[kind]


async def furnish(database: Database, house: House, *, environment: str = DEFAULT_ENVIRONMENT) -> Furnished:
    """An interview with a store and an embed key, and an attempt at it: answered, skipped, handed in, judged."""
    rubric = {"weak": ["Moved in a weekend"], "strong": ["Names what went wrong."]}
    questions = [
        replace(QUESTIONS[0], store_id=house.store_id, expectations=rubric),
        replace(QUESTIONS[1], external_data={"a": [1, None]}, alternatives=("So?", "And?"), seconds=90.0),
        QUESTIONS[2],
    ]
    draft = a_draft(
        house,
        questions=questions,
        is_embedded=True,
        store_id=house.store_id,
        code="c-1",
        settings={"max_follow_ups": 0, "expectations": rubric},
    )
    order = NewInterview(draft=draft, merchant_id=house.merchant.id, environment=environment, actor="test")
    interview_id = (await create_interview(database, order, sealer=KEYS.sealer)).interview_id
    seat = await _invite(database, house, interview_id, environment)
    attempt_id = (await begin_attempt(database, seat, consents=CONSENTS, now=now())).id
    for happening in (
        Answered(key=new_id(), number=1, text="We moved in one weekend."),
        Answered(key=new_id(), number=2),
        Answered(key=new_id(), number=3, text="In a month."),
        Answered(key=new_id(), number=4),  # asked once more, and skipped again
        HandedIn(key=new_id()),
    ):
        await happen(database, seat, attempt_id, happening, now=now())
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": now()}
    await tally_attempt(database, **whose)
    await charge_attempt(database, **whose)
    await score_attempt(database, LexicalRater(), **whose)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set blind_rating = 'offered' where id = $1", interview_id)
        await add_fact(connection, attempt_id)
        ruling = Ruling(kind=DecisionKind.SELECTED, reason="Led a shift.", is_mailed=False)
        noor = name_decider("n", "Noor Haddad")
        await decide(connection, attempt_id, ruling, noor, merchant_id=house.merchant.id, now=now())
    ids = {
        Kind.MERCHANT: house.merchant.id,
        Kind.TEMPLATE: house.template_id,
        Kind.STORE: house.store_id,
        Kind.INTERVIEW: interview_id,
        Kind.QUESTION: draft.steps[0].id,
        Kind.CANDIDATE: seat.candidate_id,
        Kind.TWIN: (await _invite(database, house, interview_id, environment)).candidate_id,
        Kind.ATTEMPT: attempt_id,
        Kind.TASK: await _add_task(database, seat, attempt_id, environment),
    }
    ids[Kind.MEMBER] = await _add_member(database, house)
    ids[Kind.DOCUMENT] = await a_document(database, house, "Everyone has 28 days of holiday a year.")
    ids[Kind.MAIL] = await a_sent_mail(database, seat, environment=environment)
    ids[Kind.WEBHOOK], ids[Kind.DELIVERY] = await a_webhook(database, house, attempt_id, environment=environment)
    return Furnished(house=house, ids={kind: str(found) for kind, found in ids.items()})


async def _add_member(database: Database, house: House) -> UUID:
    person = NewMember(email=f"{uuid4().hex}@staff.example", name="Noor Haddad", role=Role.SELECTION)
    async with database.tenant(house.merchant.id) as connection:
        member, _ = await add_member(connection, person, merchant_id=house.merchant.id, actor="test", now=now())
    return member.id


async def _add_task(database: Database, seat: Seat, attempt_id: UUID, environment: str) -> UUID:
    async with database.tenant(seat.merchant_id) as connection:
        return await add_task(
            connection,
            TaskKind.ANSWER_CANDIDATE,
            merchant_id=seat.merchant_id,
            environment=environment,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            attempt_id=attempt_id,
            text="Is there a canteen?",
            actor="test",
        )


async def _invite(database: Database, house: House, interview_id: UUID, environment: str) -> Seat:
    invited = await invite(
        database,
        KEYS,
        Invitee(name="Sam Rivers", email=f"{uuid4().hex}@example.com", external_id=uuid4().hex),
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        environment=environment,
        is_test=False,
        actor="test",
        now=now(),
    )
    return Seat(
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        candidate_id=invited.candidate_id,
        is_test=False,
    )


# --- A row for each route --------------------------------------------------------------------------------------------


Request = Callable[[Furnished], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A route. good: requests that are answered 200, each with the names and values that are sent.

    ids: every id that it takes, by its place in the request (`questions[0].knowledge_base_id`), and what it is of.
    handles: places of ids by which something stored is known again, and where any other text is as good.
    own: fields that look like ids and are the caller's own words, which name nothing here.
    refusal: the status for an id that does not exist, where it is not 404 of a read and 422 of the rest.
    refused: requests with ids that are good, which are refused today nevertheless, by the place that needs them.
    is_once: whether a good request is good only once, since it changes what it names.
    """

    good: tuple[Request, ...] = ()
    ids: Mapping[str, Kind] = field(default_factory=dict)
    handles: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    refusal: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, Request] = field(default_factory=dict)
    is_once: bool = False


def _create(with_all: Furnished) -> dict[str, Any]:
    return a_body(
        with_all.house,
        knowledge_base_store_id=with_all[Kind.STORE],
        merchant_id=with_all[Kind.MERCHANT],
        is_embedded=True,
        custom_scoring={"ai_pronunciation": 50},
        questions=[
            {"question": "First?", "id": "a", "knowledge_base_id": with_all[Kind.STORE]},
            {"question": "Second?", "is_conditional": True, "conditional_question_main_id": "a"},
        ],
    )


def _write(with_all: Furnished) -> dict[str, Any]:
    body = _create(with_all)
    return {name: value for name, value in body.items() if name != "questions"}


def _update_questions(with_all: Furnished) -> dict[str, Any]:
    return {
        "position_id": with_all[Kind.INTERVIEW],
        "merchant_id": with_all[Kind.MERCHANT],
        "interview_template_id": with_all[Kind.TEMPLATE],
        "knowledge_base_store_id": with_all[Kind.STORE],
        "custom_scoring": {"speech_cadence": 10},
        "questions": [
            {"question": "First?", "id": with_all[Kind.QUESTION], "knowledge_base_id": with_all[Kind.STORE]},
            {
                "question": "Why?",
                "is_conditional": True,
                "conditional_question_main_id": with_all[Kind.QUESTION],
            },
        ],
    }


NAMES_OF_AN_INTERVIEW = ("position_id", "interview_id", "interview_def_set_id")
NO_INTERVIEW = dict.fromkeys(NAMES_OF_AN_INTERVIEW, 404)

NO_FAILURE = 2**62
PERSON = {"person": "Noor Haddad"}
DECISION = {**PERSON, "decision": "rejected", "shared_reason": "Other people fit better."}


def _rating(own: Furnished) -> dict[str, Any]:
    marks = [
        {**of, "bracket": bracket, "index": 0, "state": "confirmed"}
        for of in ({"question_id": own[Kind.QUESTION]}, {})
        for bracket in ("weak", "strong")
    ]
    return {"interview_result_id": own[Kind.ATTEMPT], **PERSON, "marks": marks}


ROWS: dict[str, Row] = {
    "/job-interview-create-from-array": Row(
        good=(lambda own: a_body(own.house), _create),
        ids={
            "interview_template_id": Kind.TEMPLATE,
            "knowledge_base_store_id": Kind.STORE,
            "questions[0].knowledge_base_id": Kind.STORE,
            "merchant_id": Kind.MERCHANT,
        },
        own=(
            "questions[0].id",
            "questions[0].external_id",
            "questions[0].conditional_question_main_id",
            "recruiter_profile_id",
        ),
    ),
    "/job-interview-create": Row(
        ids={
            "interview_template_id": Kind.TEMPLATE,
            "knowledge_base_store_id": Kind.STORE,
            "merchant_id": Kind.MERCHANT,
        },
        own=("recruiter_profile_id",),
        # No language model writes here: tests/writing/test_write.py has one.
        refused=dict.fromkeys(("interview_template_id", "knowledge_base_store_id", "merchant_id"), _write),
    ),
    "/job-interview-translate": Row(
        ids={"interview_id": Kind.INTERVIEW, "merchant_id": Kind.MERCHANT},
        # No language model translates here: tests/writing/test_translate.py has one.
        refused=dict.fromkeys(
            ("interview_id", "merchant_id"),
            lambda own: {
                "interview_id": own[Kind.INTERVIEW],
                "mojito_language_code": "de",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
    ),
    "/job-interview-draft-wordings": Row(
        ids={"interview_id": Kind.INTERVIEW, "question_ids[0]": Kind.QUESTION, "merchant_id": Kind.MERCHANT},
        # No language model words questions here: tests/writing/test_wordings.py has one.
        refused=dict.fromkeys(
            ("interview_id", "question_ids[0]", "merchant_id"),
            lambda own: {
                "interview_id": own[Kind.INTERVIEW],
                "question_ids": [own[Kind.QUESTION]],
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
    ),
    "/job-interview-get": Row(
        good=(
            lambda own: {"position_id": own[Kind.INTERVIEW]},
            lambda own: {"interview_id": own[Kind.INTERVIEW]},
            lambda own: {"interview_def_set_id": own[Kind.INTERVIEW], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={
            "position_id": Kind.INTERVIEW,
            "interview_id": Kind.INTERVIEW,
            "interview_def_set_id": Kind.INTERVIEW,
            "merchant_id": Kind.MERCHANT,
        },
    ),
    "/job-interview-register-users": Row(
        good=(
            lambda own: {"interview_id": own[Kind.INTERVIEW], "users": [{}]},
            lambda own: {
                "interview_id": own[Kind.INTERVIEW],
                "merchant_id": own[Kind.MERCHANT],
                "hide_menu": "true",
                "users": [
                    {"name": "Ada", "email": "ada@example.com", "external_id": "e-1", "shift": "night"},
                    {"name": 5, "email": None},
                    {"email": "nobody"},
                ],
            },
        ),
        ids={"interview_id": Kind.INTERVIEW, "merchant_id": Kind.MERCHANT},
        own=("users[0].external_id",),
    ),
    "/invite-users": Row(
        good=(
            lambda own: {"users": [{"email": f"{uuid4().hex}@staff.example", "type": "merchant_selection"}, {}]},
            lambda own: {
                "merchant_id": own[Kind.MERCHANT],
                "force_invite": True,
                "mojito_language_code": "de",
                "users": [
                    {"email": f"{uuid4().hex}@example.com", "type": "candidate", "interview_id": own[Kind.INTERVIEW]},
                    {"email": 7, "shift": "night"},
                ],
            },
        ),
        ids={"merchant_id": Kind.MERCHANT},
        # Comes back as it was sent; a foreign one fails its row alone: tests/api/test_invite_users.py.
        own=("users[0].interview_id",),
    ),
    "/job-interview-details": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT]},
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
    ),
    "/job-interview-update": Row(
        good=(
            lambda own: {"position_id": own[Kind.INTERVIEW], "location": None, "description": None, "tags": ["a"]},
            lambda own: {
                "position_id": own[Kind.INTERVIEW],
                "questions": [{"question": "First?", "id": own[Kind.QUESTION]}],
            },
            _update_questions,
            lambda own: {"interview_id": own[Kind.INTERVIEW], "name": "Second shift lead"},
            lambda own: {"interview_def_set_id": own[Kind.INTERVIEW]},
        ),
        ids={
            **dict.fromkeys(NAMES_OF_AN_INTERVIEW, Kind.INTERVIEW),
            "merchant_id": Kind.MERCHANT,
            "interview_template_id": Kind.TEMPLATE,
            "knowledge_base_store_id": Kind.STORE,
            "questions[0].knowledge_base_id": Kind.STORE,
            "questions[1].conditional_question_main_id": Kind.QUESTION,
        },
        handles=("questions[0].id",),
        own=("questions[0].external_id", "recruiter_profile_id"),
        refusal=NO_INTERVIEW,
    ),
    "/job-interview-set-state": Row(
        good=(
            lambda own: {"position_id": own[Kind.INTERVIEW], "status": "active"},
            lambda own: {"position_id": own[Kind.INTERVIEW], "merchant_id": own[Kind.MERCHANT], "is_embedded": True},
            lambda own: {"interview_id": own[Kind.INTERVIEW], "is_embedded": False},
            lambda own: {"interview_def_set_id": own[Kind.INTERVIEW], "is_embedded": False},
        ),
        ids={**dict.fromkeys(NAMES_OF_AN_INTERVIEW, Kind.INTERVIEW), "merchant_id": Kind.MERCHANT},
        refusal=NO_INTERVIEW,
    ),
    "/job-interview-token": Row(
        good=(
            lambda own: {
                "type": "interview-for-profile",
                "interview_profile_id": own[Kind.CANDIDATE],
                "interview_id": own[Kind.INTERVIEW],
                "merchant_id": own[Kind.MERCHANT],
            },
            lambda own: {"type": "interview-result-candidate", "interview_result_id": own[Kind.ATTEMPT]},
        ),
        ids={
            "interview_profile_id": Kind.CANDIDATE,
            "interview_id": Kind.INTERVIEW,
            "interview_result_id": Kind.ATTEMPT,
            "merchant_id": Kind.MERCHANT,
        },
    ),
    "/job-interview-revoke-link": Row(
        good=(
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE]},
            lambda own: {
                "profile_interview_id": own[Kind.CANDIDATE],
                "interview_id": own[Kind.INTERVIEW],
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={
            "profile_interview_id": Kind.CANDIDATE,
            "interview_id": Kind.INTERVIEW,
            "merchant_id": Kind.MERCHANT,
        },
    ),
    "/job-interview-set-extra-time": Row(
        good=(
            lambda own: {
                "profile_interview_id": own[Kind.CANDIDATE],
                "interview_id": own[Kind.INTERVIEW],
                "minutes": 20,
                "merchant_id": own[Kind.MERCHANT],
            },
            lambda own: {
                "profile_interview_id": own[Kind.CANDIDATE],
                "interview_id": own[Kind.INTERVIEW],
                "minutes": 30,
            },
        ),
        ids={
            "profile_interview_id": Kind.CANDIDATE,
            "interview_id": Kind.INTERVIEW,
            "merchant_id": Kind.MERCHANT,
        },
    ),
    "/job-interview-result-request-another-attempt": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT]},
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        is_once=True,
    ),
    "/merchant-model-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/merchant-model-set": Row(
        good=(lambda own: {"models": []}, lambda own: {"models": None, "merchant_id": own[Kind.MERCHANT]}),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/job-interview-result-decide": Row(
        good=(
            lambda own: {"results": [{"interview_result_id": own[Kind.ATTEMPT]}], **DECISION},
            lambda own: {
                "results": [{"interview_result_id": own[Kind.ATTEMPT], "reason": "Led a shift."}],
                **DECISION,
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"results[0].interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        refusal={"results[0].interview_result_id": 404},
    ),
    "/job-interview-result-undo-decision": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], **PERSON},
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        refusal={"interview_result_id": 404},
        is_once=True,
    ),
    "/job-interview-result-set-marks": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], **PERSON, "shortlist": True, "emoji": "⭐"},
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "shortlist": True,
                "emoji": "⭐",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        refusal={"interview_result_id": 404},
    ),
    "/job-interview-result-overturn": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], **PERSON, "reason": "Says it.", "score": 5},
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "reason": "Says it.",
                "requirement": {"question_id": own[Kind.QUESTION], "bracket": "strong", "index": 0},
                "state": "rejected",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={
            "interview_result_id": Kind.ATTEMPT,
            "requirement.question_id": Kind.QUESTION,
            "merchant_id": Kind.MERCHANT,
        },
        refusal={"interview_result_id": 404},
        is_once=True,
    ),
    "/job-interview-result-judge-again": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], **PERSON},
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        refusal={"interview_result_id": 404},
        is_once=True,
    ),
    "/job-interview-result-rate": Row(
        good=(lambda own: _rating(own), lambda own: {**_rating(own), "merchant_id": own[Kind.MERCHANT]}),
        ids={
            "interview_result_id": Kind.ATTEMPT,
            "marks[0].question_id": Kind.QUESTION,
            "merchant_id": Kind.MERCHANT,
        },
        refusal={"interview_result_id": 404},
        is_once=True,
    ),
    "/job-interview-result-comment": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], **PERSON, "text": "Please listen."},
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "text": "Please listen.",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        refusal={"interview_result_id": 404},
    ),
    "/job-interview-result-strike-risk": Row(
        good=(
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "risk": "page_hidden",
                "reason": "A fall.",
            },
            lambda own: {
                "interview_result_id": own[Kind.ATTEMPT],
                **PERSON,
                "risk": "page_hidden",
                "reason": "No fall.",
                "struck_out": False,
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
        refusal={"interview_result_id": 404},
    ),
    "/job-interview-result-history": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT]},
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"interview_result_id": Kind.ATTEMPT, "merchant_id": Kind.MERCHANT},
    ),
    "/job-interview-compare": Row(
        good=(
            lambda own: {"position_id": own[Kind.INTERVIEW], "question_id": own[Kind.QUESTION]},
            lambda own: {
                "position_id": own[Kind.INTERVIEW],
                "question_id": own[Kind.QUESTION],
                "interview_result_ids": own[Kind.ATTEMPT],
                "hide_names": "true",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={
            "position_id": Kind.INTERVIEW,
            "question_id": Kind.QUESTION,
            "interview_result_ids": Kind.ATTEMPT,
            "merchant_id": Kind.MERCHANT,
        },
    ),
    "/job-interview-agreement": Row(
        good=(
            lambda own: {"position_id": own[Kind.INTERVIEW]},
            lambda own: {"position_id": own[Kind.INTERVIEW], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"position_id": Kind.INTERVIEW, "merchant_id": Kind.MERCHANT},
    ),
    "/job-interview-audit-folder": Row(
        good=(
            lambda own: {"position_id": own[Kind.INTERVIEW]},
            lambda own: {"position_id": own[Kind.INTERVIEW], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"position_id": Kind.INTERVIEW, "merchant_id": Kind.MERCHANT},
    ),
    "/job-interview-set-blind-rating": Row(
        good=(
            lambda own: {
                "position_id": own[Kind.INTERVIEW],
                "blind_rating": "required",
                "merchant_id": own[Kind.MERCHANT],
            },
            lambda own: {"position_id": own[Kind.INTERVIEW], "blind_rating": "offered"},
        ),
        ids={"position_id": Kind.INTERVIEW, "merchant_id": Kind.MERCHANT},
        refusal={"position_id": 404},
    ),
    "/merchant-candidate-erase": Row(
        good=(
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE]},
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"profile_interview_id": Kind.CANDIDATE, "merchant_id": Kind.MERCHANT},
        refusal={"profile_interview_id": 404},
        is_once=True,
    ),
    "/merchant-candidate-export": Row(
        good=(
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE]},
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"profile_interview_id": Kind.CANDIDATE, "merchant_id": Kind.MERCHANT},
        refusal={"profile_interview_id": 404},
    ),
    "/merchant-candidate-merge": Row(
        good=(
            lambda own: {
                "profile_interview_id": own[Kind.CANDIDATE],
                "merged_profile_interview_id": own[Kind.TWIN],
                "action": "preview",
                "merchant_id": own[Kind.MERCHANT],
            },
            lambda own: {
                "profile_interview_id": own[Kind.CANDIDATE],
                "merged_profile_interview_id": own[Kind.TWIN],
            },
        ),
        ids={
            "profile_interview_id": Kind.CANDIDATE,
            "merged_profile_interview_id": Kind.TWIN,
            "merchant_id": Kind.MERCHANT,
        },
    ),
    "/job-interview-pdf": Row(
        good=(
            lambda own: {"interview_result_id": own[Kind.ATTEMPT], "export_type": "json"},
            lambda own: {
                "interview_result_ids": [own[Kind.ATTEMPT]],
                "export_type": "html",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={
            "interview_result_id": Kind.ATTEMPT,
            "interview_result_ids[0]": Kind.ATTEMPT,
            "merchant_id": Kind.MERCHANT,
        },
        refusal={"interview_result_id": 422, "interview_result_ids[0]": 422},
    ),
    "/merchant-analytics-credits-used": Row(
        good=(
            lambda own: {},
            lambda own: {"merchant_id": own[Kind.MERCHANT], "interview_id": own[Kind.INTERVIEW], "limit": "1"},
        ),
        ids={"merchant_id": Kind.MERCHANT, "interview_id": Kind.INTERVIEW},
        refusal={"interview_id": 422},
    ),
    "/merchant-task-list": Row(
        good=(
            lambda own: {"state": "all"},
            lambda own: {"merchant_id": own[Kind.MERCHANT], "interview_id": own[Kind.INTERVIEW], "limit": "1"},
        ),
        ids={"merchant_id": Kind.MERCHANT, "interview_id": Kind.INTERVIEW},
        refusal={"interview_id": 422},
    ),
    "/merchant-task-set-state": Row(
        good=(
            lambda own: {"task_id": own[Kind.TASK], "state": "done"},
            lambda own: {"task_id": own[Kind.TASK], "state": "open", "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"task_id": Kind.TASK, "merchant_id": Kind.MERCHANT},
        refusal={"task_id": 404},
    ),
    "/merchant-failure-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    # tests/api/test_desk_calls.py has something that failed.
    "/merchant-failure-try-again": Row(
        ids={"merchant_id": Kind.MERCHANT},
        refused={"merchant_id": lambda own: {"number": NO_FAILURE, "merchant_id": own[Kind.MERCHANT]}},
    ),
    "/merchant-live-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/merchant-member-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/merchant-member-set": Row(
        good=(
            lambda own: {"member_id": own[Kind.MEMBER], "type": "merchant"},
            lambda own: {"member_id": own[Kind.MEMBER], "is_removed": True, "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"member_id": Kind.MEMBER, "merchant_id": Kind.MERCHANT},
        refusal={"member_id": 404},
        is_once=True,
    ),
    "/merchant-candidate-list": Row(
        good=(
            lambda own: {},
            lambda own: {"merchant_id": own[Kind.MERCHANT], "tab": "interview", "source": "invited"},
            lambda own: {"after": own[Kind.CANDIDATE], "order_by": "created_at_oldest"},
        ),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/merchant-mail-list": Row(
        good=(
            lambda own: {},
            lambda own: {"merchant_id": own[Kind.MERCHANT], "profile_interview_id": own[Kind.CANDIDATE]},
        ),
        ids={"merchant_id": Kind.MERCHANT, "profile_interview_id": Kind.CANDIDATE},
        refusal={"profile_interview_id": 422},
    ),
    "/merchant-mail-bounce": Row(
        good=(
            lambda own: {"report": returned(own[Kind.MAIL])},
            lambda own: {"report": returned(own[Kind.MAIL]), "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/merchant-mail-resume": Row(
        good=(
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE]},
            lambda own: {"profile_interview_id": own[Kind.CANDIDATE], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"profile_interview_id": Kind.CANDIDATE, "merchant_id": Kind.MERCHANT},
        refusal={"profile_interview_id": 404},
    ),
    "/merchant-mail-text-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/merchant-mail-text-set": Row(
        good=(
            lambda own: {"kind": "reply", "mojito_language_code": "en", "subject": "Yes, {name}", "text": "{message}"},
            lambda own: {
                "kind": "reminder",
                "mojito_language_code": "de",
                "subject": "Noch da?",
                "text": "{link}",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/merchant-mail-text-preview": Row(
        good=(
            lambda own: {"kind": "selected", "mojito_language_code": "ar"},
            lambda own: {"kind": "reply", "mojito_language_code": "de", "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/knowledge-base-store-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/knowledge-base-store-set": Row(
        good=(
            lambda own: {"name": "Working here"},
            lambda own: {
                "name": "Working there",
                "knowledge_base_store_id": own[Kind.STORE],
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"knowledge_base_store_id": Kind.STORE, "merchant_id": Kind.MERCHANT},
        refusal={"knowledge_base_store_id": 404},
    ),
    "/knowledge-base-store-remove": Row(
        good=(lambda own: {"knowledge_base_store_id": own[Kind.STORE], "merchant_id": own[Kind.MERCHANT]},),
        ids={"knowledge_base_store_id": Kind.STORE, "merchant_id": Kind.MERCHANT},
        refusal={"knowledge_base_store_id": 404},
        is_once=True,
    ),
    "/knowledge-base-document-upload": Row(
        good=(
            lambda own: {"knowledge_base_store_id": own[Kind.STORE], "name": "a.md", "file": "IyBMZWF2ZQ=="},
            lambda own: {
                "knowledge_base_store_id": own[Kind.STORE],
                "file": "UGF5",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"knowledge_base_store_id": Kind.STORE, "merchant_id": Kind.MERCHANT},
    ),
    "/knowledge-base-document-add": Row(
        good=(
            lambda own: {"knowledge_base_store_id": own[Kind.STORE], "text": "# Pay"},
            lambda own: {
                "knowledge_base_store_id": own[Kind.STORE],
                "url": "https://example.com/pay",
                "status": "draft",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"knowledge_base_store_id": Kind.STORE, "merchant_id": Kind.MERCHANT},
    ),
    "/knowledge-base-document-list": Row(
        good=(
            lambda own: {},
            lambda own: {"knowledge_base_store_id": own[Kind.STORE], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"knowledge_base_store_id": Kind.STORE, "merchant_id": Kind.MERCHANT},
    ),
    "/knowledge-base-document-set": Row(
        good=(
            lambda own: {"knowledge_base_id": own[Kind.DOCUMENT], "name": "Leave"},
            lambda own: {
                "knowledge_base_id": own[Kind.DOCUMENT],
                "status": "active",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"knowledge_base_id": Kind.DOCUMENT, "merchant_id": Kind.MERCHANT},
        refusal={"knowledge_base_id": 404},
    ),
    "/knowledge-base-document-remove": Row(
        good=(lambda own: {"knowledge_base_id": own[Kind.DOCUMENT], "merchant_id": own[Kind.MERCHANT]},),
        ids={"knowledge_base_id": Kind.DOCUMENT, "merchant_id": Kind.MERCHANT},
        refusal={"knowledge_base_id": 404},
        is_once=True,
    ),
    "/knowledge-base-search": Row(
        good=(
            lambda own: {"knowledge_base_store_id": own[Kind.STORE], "question": "How many days of holiday?"},
            lambda own: {
                "knowledge_base_store_id": own[Kind.STORE],
                "question": "Holiday?",
                "mojito_language_code": "en",
                "merchant_id": own[Kind.MERCHANT],
            },
        ),
        ids={"knowledge_base_store_id": Kind.STORE, "merchant_id": Kind.MERCHANT},
    ),
    "/merchant-webhook-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/merchant-webhook-set": Row(
        good=(
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "events": ["interview_result"]},
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "merchant_id": own[Kind.MERCHANT], "new_secret": True},
        ),
        ids={"webhook_id": Kind.WEBHOOK, "merchant_id": Kind.MERCHANT},
        refusal={"webhook_id": 404},
    ),
    "/merchant-webhook-delivery-list": Row(
        good=(
            lambda own: {"webhook_id": own[Kind.WEBHOOK]},
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "merchant_id": own[Kind.MERCHANT], "state": "failed"},
        ),
        ids={"webhook_id": Kind.WEBHOOK, "merchant_id": Kind.MERCHANT},
    ),
    "/merchant-webhook-replay": Row(
        good=(
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "delivery_id": own[Kind.DELIVERY]},
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "merchant_id": own[Kind.MERCHANT], "state": "failed"},
        ),
        ids={"webhook_id": Kind.WEBHOOK, "delivery_id": Kind.DELIVERY, "merchant_id": Kind.MERCHANT},
        refusal={"webhook_id": 404, "delivery_id": 404},
        is_once=True,
    ),
    "/merchant-webhook-test": Row(
        good=(
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "event": "interview_result"},
            lambda own: {"webhook_id": own[Kind.WEBHOOK], "merchant_id": own[Kind.MERCHANT]},
        ),
        ids={"webhook_id": Kind.WEBHOOK, "merchant_id": Kind.MERCHANT},
        refusal={"webhook_id": 404},
    ),
    "/merchant-webhook-remove": Row(
        good=(lambda own: {"webhook_id": own[Kind.WEBHOOK], "merchant_id": own[Kind.MERCHANT]},),
        ids={"webhook_id": Kind.WEBHOOK, "merchant_id": Kind.MERCHANT},
        refusal={"webhook_id": 404},
        is_once=True,
    ),
    "/merchant-interview-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT], "limit": "1", "status": "active"}),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/merchant-result-list": Row(
        good=(
            lambda own: {},
            lambda own: {
                "merchant_id": own[Kind.MERCHANT],
                "interview_id": own[Kind.INTERVIEW],
                "profile_interview_id": own[Kind.CANDIDATE],
                "tab": "completed",
            },
        ),
        ids={
            "merchant_id": Kind.MERCHANT,
            "interview_id": Kind.INTERVIEW,
            "profile_interview_id": Kind.CANDIDATE,
        },
        refusal={"interview_id": 422, "profile_interview_id": 422},
    ),
    "/merchant-avatar-list": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT], "mojito_language_code": "en"}),
        ids={"merchant_id": Kind.MERCHANT},
    ),
    "/merchant-status": Row(
        good=(lambda own: {}, lambda own: {"merchant_id": own[Kind.MERCHANT]}), ids={"merchant_id": Kind.MERCHANT}
    ),
    "/platform-languages-list": Row(good=(lambda own: {},)),
}


async def fresh(database: Database, own: Furnished, path: str) -> Furnished:
    """What to ask the route about: the same again, or that of a new merchant where it is good only once."""
    return await furnish(database, await a_house(database)) if row_of(path).is_once else own


def row_of(path: str) -> Row:
    """The route's row; an empty one where it is missing, which a test tells."""
    return ROWS.get(path, Row())
