"""What the create call takes, what it refuses and in which words, and how its words become ours and theirs again."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from tests.folding import folded
from vivavoce.api.answers.interview import to_wire
from vivavoce.api.models import words
from vivavoce.api.models.create_from_array import find_sent_place, parse, to_draft
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, Refused
from vivavoce.interviews.draft import Draft, Kind, Status, Tone, Visibility
from vivavoce.interviews.packing import pack_draft, unpack_draft
from vivavoce.interviews.read import Stored
from vivavoce.interviews.templates import Modality

TEMPLATE = "46b98d37-1557-4391-beca-03037ead19f2"
STORE = "0198c5a0-0000-7000-8000-000000000001"
REQUIRED: dict[str, Any] = {
    "name": "Project manager",
    "location": "remote",
    "interview_template_id": TEMPLATE,
    "mojito_language_code": "en",
    "description": "Project manager role",
    "status": "active",
    "type": "interview",
    "visibility": "merchant_invite",
    "questions": [{"question": "Why you?"}],
}
LEFT_OUT = object()
CODES = (
    "ar, bg, zh, hr, cs, da, nl, en, fil, fi, fr, de, el, hi, hu, id, it, ja, ko, ms, no, pl, pt, br, ro, ru, sk, es,"
    " sv, ta, th, tr, uk, vi"
)
VISIBLE = "Expected at least one visible character."
ADDRESS = "Expected an address that begins with http:// or https://."
WHEN = "Expected a date (2026-01-31) or a date and time (2026-01-31T17:00:00Z) of ISO 8601."
TWO = "Expected at least two different alternatives, because the question is multiple choice."
CONDITION = 'Expected either {"choices": [...]} or {"when": "..."}.'
SECONDS = "Expected a number from 0 to 1000000000000000"
NO_QUESTION = "Expected the id of an earlier question: no question has this id."
LATER = "Expected the id of an earlier question: the question with this id does not stand before this one."
NO_PARENT = "Expected a question to depend on: no unconditional question stands before this conditional one."
TAKEN = "Expected an id of its own: another question, which differs from this one, has this id."
CHOICES = "Expected choices of the question that this one depends on: it does not offer them all."
WEIGHT = 'Expected a weight: a number from 0 to 100, or an object like {"weight": 50}'
NO_JSON_NUMBER = "Expected a number that a double can hold: NaN, Infinity and numbers beyond 1e308 are not taken."


def body(**fields: Any) -> bytes:
    """A good body with these fields changed, or taken away."""
    return json.dumps({key: value for key, value in (REQUIRED | fields).items() if value is not LEFT_OUT}).encode()


def asking(*questions: dict[str, Any], **fields: Any) -> bytes:
    """A good body with these questions, each with a text unless it brings one."""
    return body(questions=[{"question": f"Question {i}?"} | one for i, one in enumerate(questions)], **fields)


MISSING = [(body(**{field: LEFT_OUT}), "Field is required.", field) for field in REQUIRED]
NO_NULL = [
    (body(name=None), "Expected text, got null.", "name"),
    (body(questions=None), "Expected a list, got null.", "questions"),
    (body(status=None), "Expected one of these, got null: draft, active.", "status"),
    (asking({"question": None}), "Expected text, got null.", "questions[0].question"),
]
TEXTS = [
    (body(name=3), "Expected text, got a number.", "name"),
    (body(name=["a"]), "Expected text, got a list.", "name"),
    (body(name=""), VISIBLE, "name"),
    (body(name=" \t\n"), VISIBLE, "name"),
    (body(name="\u200b\u2060\u3164\u00ad"), VISIBLE, "name"),
    (body(location="\u2800"), VISIBLE, "location"),
    (body(interview_template_id="\u00a0"), VISIBLE, "interview_template_id"),
    (body(description=False), "Expected text, got false.", "description"),
    (body(code=17), "Expected text, got a number.", "code"),
    (body(merchant_id={}), "Expected text, got an object.", "merchant_id"),
    (body(welcome_message=True), "Expected text, got true.", "welcome_message"),
    (body(cover_image_url="ftp://example.com/a.png"), ADDRESS, "cover_image_url"),
    (body(cover_image_url="javascript:alert(1)"), ADDRESS, "cover_image_url"),
    (body(cover_image_url="https://"), ADDRESS, "cover_image_url"),
    (body(cover_image_url="//example.com/a.png"), ADDRESS, "cover_image_url"),
    (body(cover_image_url="https://exa mple.com/"), ADDRESS, "cover_image_url"),
    (body(cover_image_url="https://[::1"), ADDRESS, "cover_image_url"),
    (body(cover_image_url=""), ADDRESS, "cover_image_url"),
    (body(interview_available_till="tomorrow"), WHEN, "interview_available_till"),
    (body(interview_available_till="2026-02-30"), WHEN, "interview_available_till"),
    (body(interview_available_till="2026-W01-1"), WHEN, "interview_available_till"),
    (body(interview_available_till="9999-12-31"), WHEN, "interview_available_till"),
    (body(tags="a"), "Expected a list, got text.", "tags"),
    (body(tags=["a", None]), "Expected text, got null.", "tags[1]"),
]
ENUMS = [
    (body(mojito_language_code="xx"), f"Expected one of these: {CODES}.", "mojito_language_code"),
    (body(mojito_language_code="EN"), f"Expected one of these: {CODES}.", "mojito_language_code"),
    (body(status="archived"), "Expected one of these: draft, active.", "status"),
    (body(type="persona"), "Expected one of these: interview, coaching, assessment.", "type"),
    (
        body(visibility="public"),
        "Expected one of these: merchant_public, merchant_invite, merchant_unlisted.",
        "visibility",
    ),
    (
        body(recording=True),
        "Expected one of these, got true: audio_first_5_answers, audio_all, video_all, video_first_5_answers.",
        "recording",
    ),
    (
        body(recording_full_session="video_first_5_answers"),
        "Expected one of these: audio_all, video_all.",
        "recording_full_session",
    ),
    (
        body(result_view=""),
        "Expected one of these: none, minimal, minimal_with_score, advanced, full, full_expand_scores.",
        "result_view",
    ),
    (
        body(candidate_video_introduction="hidden"),
        "Expected one of these: optional, required.",
        "candidate_video_introduction",
    ),
    (
        body(interview_conversation_speed="fast"),
        "Expected one of these: slower, normal, faster.",
        "interview_conversation_speed",
    ),
    (
        asking({}, {"mojito_language_code": "pt-BR"}),
        f"Expected one of these: {CODES}.",
        "questions[1].mojito_language_code",
    ),
]
WORDLESS = [
    (asking({}, {"question": text}), VISIBLE, "questions[1].question")
    for text in ("", "  ", "\n\t", "\u3000\u200b", "\u3164")
]
NUMBERS = [
    (body(interview_attempts="3"), "Expected a whole number from 1 to 20, got text.", "interview_attempts"),
    (body(interview_attempts=True), "Expected a whole number from 1 to 20, got true.", "interview_attempts"),
    (body(interview_attempts=0), "Expected a whole number from 1 to 20.", "interview_attempts"),
    (body(interview_attempts=21), "Expected a whole number from 1 to 20.", "interview_attempts"),
    (body(interview_attempts=2.5), "Expected a whole number from 1 to 20.", "interview_attempts"),
    (body(interview_attempts=10**30), "Expected a whole number from 1 to 20.", "interview_attempts"),
    (body(interview_attempts=float("nan")), NO_JSON_NUMBER, "interview_attempts"),
    (body(questions_random_subset=0), "Expected a number from 0.01 to 0.9.", "questions_random_subset"),
    (body(questions_random_subset=1), "Expected a number from 0.01 to 0.9.", "questions_random_subset"),
    (body(questions_random_subset=[0.5]), "Expected a number from 0.01 to 0.9, got a list.", "questions_random_subset"),
    (body(max_followups=-1), "Expected a whole number from 0 to 999.", "max_followups"),
    (body(max_followups=1000), "Expected a whole number from 0 to 999.", "max_followups"),
    (asking({"duration": "90"}), f"{SECONDS}, got text.", "questions[0].duration"),
    (asking({"duration": 1e16}), f"{SECONDS}.", "questions[0].duration"),
    (asking({"duration": -1}), f"{SECONDS}.", "questions[0].duration"),
    (asking({}, {"duration": -0.5}), f"{SECONDS}.", "questions[1].duration"),
]
FLAGS = [
    (body(is_embedded=1), "Expected true or false, got a number.", "is_embedded"),
    (body(is_embedded="true"), "Expected true or false, got text.", "is_embedded"),
    (body(disable_deduplication={}), "Expected true or false, got an object.", "disable_deduplication"),
    (asking({"is_expert": 0}), "Expected true or false, got a number.", "questions[0].is_expert"),
]
OBJECTS = [
    (body(additional_context=[]), "Expected an object, got a list.", "additional_context"),
    (body(candidate_expectations_json="be good"), "Expected an object, got text.", "candidate_expectations_json"),
    (
        body(candidate_expectations_json={"weak": "reads"}),
        "Expected a list, got text.",
        "candidate_expectations_json.weak",
    ),
    (
        asking({"candidate_expectations_json": {"strong": ["a", 2]}}),
        "Expected text, got a number.",
        "questions[0].candidate_expectations_json.strong[1]",
    ),
    (body(hiring_for_company={"name": 1}), "Expected text, got a number.", "hiring_for_company.name"),
    (
        body(pdf_export_auto_config={"template": "fancy"}),
        "Expected one of these: classic, modern, one_pager.",
        "pdf_export_auto_config.template",
    ),
    (body(custom_scoring=10), "Expected an object, got a number.", "custom_scoring"),
    (body(custom_scoring={"max_score": 11}), "Expected a number from 0 to 10.", "custom_scoring.max_score"),
    (body(custom_scoring={"max_retries": 0}), "Expected a whole number from 1 to 20.", "custom_scoring.max_retries"),
    (
        body(custom_scoring={"early_stop": "never"}),
        'Expected true, false or an object like {"enabled": true}, got text.',
        "custom_scoring.early_stop",
    ),
    (
        body(custom_scoring={"early_stop": {"min_questions": 1.5}}),
        "Expected a whole number from 1 to 500.",
        "custom_scoring.early_stop.min_questions",
    ),
    (
        body(custom_scoring={"ai_assessment_answer": "50"}),
        f"{WEIGHT}, got text.",
        "custom_scoring.ai_assessment_answer",
    ),
    (
        body(custom_scoring={"ai_assessment_answer": True}),
        f"{WEIGHT}, got true.",
        "custom_scoring.ai_assessment_answer",
    ),
    (
        body(custom_scoring={"speech_cadence": -1}),
        "Expected a number from 0 to 100.",
        "custom_scoring.speech_cadence.weight",
    ),
    (
        body(custom_scoring={"ai_pronunciation": {"weight": "10"}}),
        "Expected a number from 0 to 100, got text.",
        "custom_scoring.ai_pronunciation.weight",
    ),
]
QUESTIONS = [
    (body(questions=[]), "Expected at least 1 in the list.", "questions"),
    (body(questions={}), "Expected a list, got an object.", "questions"),
    (body(questions=[{"question": "a"}] * 501), "Expected at most 500 in the list.", "questions"),
    (body(questions=["Why?"]), "Expected an object, got text.", "questions[0]"),
    (body(questions=[{"question": "a"}, {}]), "Field is required.", "questions[1].question"),
    (
        body(questions=[{"question": "a"}] * 2 + [{"question": 1}]),
        "Expected text, got a number.",
        "questions[2].question",
    ),
    (asking({"id": 1}), "Expected text, got a number.", "questions[0].id"),
    (asking({"question_alternatives": "a"}), "Expected a list, got text.", "questions[0].question_alternatives"),
    (
        asking({"question_alternatives": ["a", 1]}),
        "Expected text, got a number.",
        "questions[0].question_alternatives[1]",
    ),
    (
        asking({"is_multiple_choice": True, "is_candidate_asking_recruiter": True}),
        "Expected not true: a question can't be multiple choice and the candidate's own at once.",
        "questions[0].is_multiple_choice",
    ),
    (asking({"is_multiple_choice": True}), TWO, "questions[0].question_alternatives"),
    (
        asking({"is_multiple_choice": True, "question_alternatives": ["Yes", " yes "]}),
        TWO,
        "questions[0].question_alternatives",
    ),
    (asking({"external_data": "x"}), "Expected an object, got text.", "questions[0].external_data"),
    (asking({"condition": "always"}), "Expected an object, got text.", "questions[0].condition"),
    (asking({"condition": {}}), CONDITION, "questions[0].condition"),
    (asking({"condition": {"when": "a", "choices": ["b"]}}), CONDITION, "questions[0].condition"),
    (asking({"condition": {"choices": []}}), "Expected at least 1 in the list.", "questions[0].condition.choices"),
    (asking({"condition": {"when": " "}}), VISIBLE, "questions[0].condition.when"),
]
STEPS = [
    (asking({"id": "a"}, {"id": "a"}), TAKEN, "questions[1].id"),
    (asking({"is_conditional": True}), NO_PARENT, "questions[0].conditional_question_main_id"),
    (
        asking({"id": "a"}, {"is_conditional": True, "conditional_question_main_id": "b"}),
        NO_QUESTION,
        "questions[1].conditional_question_main_id",
    ),
    (
        asking({}, {"is_conditional": True, "conditional_question_main_id": "b"}, {"id": "b"}),
        LATER,
        "questions[1].conditional_question_main_id",
    ),
    (
        asking({}, {"id": "a", "is_conditional": True, "conditional_question_main_id": "a"}),
        LATER,
        "questions[1].conditional_question_main_id",
    ),
    (asking({}, {"is_conditional": True, "condition": {"choices": ["a"]}}), CHOICES, "questions[1].condition"),
    (
        asking(
            {"is_multiple_choice": True, "question_alternatives": ["a", "b"]},
            {"is_conditional": True, "condition": {"choices": ["b", "c"]}},
        ),
        CHOICES,
        "questions[1].condition",
    ),
]
FIRST = [  # of several faults, the first in the contract's order is told
    (body(name=LEFT_OUT, status="x", questions=[]), "Field is required.", "name"),
    (body(interview_tone=1, recording="x", is_embedded=1), ENUMS[5][1].replace(", got true", ""), "recording"),
    (asking({"is_expert": 1, "question": 1}), "Expected text, got a number.", "questions[0].question"),
    (asking({"knowledge_base_id": 1, "is_multiple_choice": True}), TWO, "questions[0].question_alternatives"),
    (asking({"id": "a"}, {"id": "a"}, recording="x"), TAKEN, "questions[1].id"),
    (asking({"id": "a"}, {"id": "a"}, status="x"), "Expected one of these: draft, active.", "status"),
    (
        asking({"id": "a"}, {"id": "a", "is_conditional": True, "conditional_question_main_id": "z"}),
        TAKEN,
        "questions[1].id",
    ),
]
REFUSED = [*MISSING, *NO_NULL, *TEXTS, *ENUMS, *WORDLESS, *NUMBERS, *FLAGS, *OBJECTS, *QUESTIONS, *STEPS, *FIRST]


@folded(("sent", "error", "name"), REFUSED)
def test_a_bad_field_is_refused_with_its_name_and_what_was_expected(sent: bytes, error: str, name: str) -> None:
    with pytest.raises(Refused) as refused:
        to_draft(parse(sent))
    assert refused.value.status == 422
    assert refused.value.to_envelope() == {"error": error, "name": name}


def test_there_are_enough_bad_inputs() -> None:
    assert len({sent for sent, _, _ in REFUSED}) >= 60


def test_the_required_fields_are_enough() -> None:
    draft = to_draft(parse(body()))
    assert (draft.name, draft.location, draft.description) == ("Project manager", "remote", "Project manager role")
    assert (draft.kind, draft.status, draft.visibility) == (Kind.INTERVIEW, Status.ACTIVE, Visibility.INVITED)
    assert (draft.language, draft.speech_locale, str(draft.template_id)) == ("en", "en-US", TEMPLATE)
    assert [step.question.text for step in draft.steps] == ["Why you?"]


OPTIONAL = [name for name in parse(body()).model_dump() if name not in REQUIRED]
OPTIONAL_OF_A_QUESTION = [name for name in parse(body()).questions[0].model_dump() if name != "question"]


def test_null_is_the_same_as_leaving_a_field_out() -> None:
    nulls = body(
        **dict.fromkeys(OPTIONAL), questions=[{"question": "Why you?"} | dict.fromkeys(OPTIONAL_OF_A_QUESTION)]
    )
    assert parse(nulls) == parse(body())


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("candidate_expectations_json", {"weak": None, "own": None}, {"own": None}),
        ("custom_scoring", {"max_score": None, "early_stop": None, "sentiment_analysis": {"weight": None}}, None),
    ],
)
def test_null_inside_an_object_of_ours_is_left_out(field: str, sent: dict[str, Any], kept: object) -> None:
    settings = to_draft(parse(body(**{field: sent}))).settings
    if kept is None:
        assert words.to_effective_scoring(settings) == words.to_effective_scoring(to_draft(parse(body())).settings)
    else:
        assert settings.expectations == kept


def test_keys_that_nobody_knows_are_ignored() -> None:
    assert parse(asking({"question": "Why you?", "weight": 3}, unknown={"a": [1]})) == parse(body())


def test_a_whole_number_may_have_a_point() -> None:
    assert parse(body(interview_attempts=3.0)).interview_attempts == 3


def test_a_description_may_be_empty() -> None:
    assert to_draft(parse(body(description=""))).description == ""


def test_no_time_is_no_limit() -> None:
    assert to_draft(parse(asking({"duration": 0}))).steps[0].question.seconds == 0


def test_five_hundred_questions_are_taken() -> None:
    assert len(to_draft(parse(body(questions=[{"question": str(i)} for i in range(500)]))).steps) == 500


@pytest.mark.parametrize(
    ("sent", "tone"),
    [(None, Tone.RELAXED), ("Professional", Tone.PROFESSIONAL), ("SIMPLE", Tone.SIMPLE), ("pirate", Tone.RELAXED)],
)
def test_a_tone_is_kept_as_sent_and_spoken_as_one_of_four(sent: str | None, tone: Tone) -> None:
    settings = to_draft(parse(body(interview_tone=sent))).settings
    assert (settings.tone, settings.effective_tone) == (sent, tone)


@pytest.mark.parametrize(
    ("sent", "closes_at"),
    [
        ("2026-01-31", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-01-31T17:00", datetime(2026, 1, 31, 17, tzinfo=UTC)),
        ("2026-01-31T17:00:00Z", datetime(2026, 1, 31, 17, tzinfo=UTC)),
        ("2026-01-31 17:00:00.5+02:00", datetime(2026, 1, 31, 15, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_an_end_is_kept_as_sent_and_is_one_moment(sent: str, closes_at: datetime) -> None:
    settings = to_draft(parse(body(interview_available_till=sent))).settings
    assert (settings.available_till, settings.closes_at) == (sent, closes_at)


@pytest.mark.parametrize("text", ["no uuid", "{46b98d37-1557-4391-beca-03037ead19f2}", "", "46b98d37155743 91"])
def test_an_id_of_nothing_is_looked_up_like_any_other_unknown_one(text: str) -> None:
    draft = to_draft(parse(body(interview_template_id=text or "-", knowledge_base_store_id=text)))
    assert (draft.template_id, draft.store_id) == (words.NOWHERE, words.NOWHERE)


def test_an_unknown_store_is_named_where_it_was_sent_even_behind_equal_questions() -> None:
    same = {"question": "Why?"}
    request = parse(body(questions=[same, same, same, {"question": "How?", "knowledge_base_id": STORE}]))
    draft = to_draft(request)
    assert len(draft.steps) == 2
    assert find_sent_place(request, draft, step=1) == 3


# --- Words -------------------------------------------------------------------------------------------------------


def stored(draft: Draft, modality: Modality = Modality.VOICE) -> Stored:
    """The draft as if it had been kept and read back."""
    moment = datetime(2026, 1, 31, 17, tzinfo=UTC)
    kept = unpack_draft(json.loads(json.dumps(pack_draft(draft))))
    return Stored(
        id=new_id(),
        merchant_id=UUID(STORE),
        environment="production",
        revision=1,
        draft=kept,
        modality=modality,
        created_at=moment,
        updated_at=moment,
    )


def read_back(sent: bytes) -> dict[str, Any]:
    """What `job-interview-get` tells of a body."""
    return dict(to_wire(stored(to_draft(parse(sent)))))


VIEWS = [
    ("is_candidate_asking_recruiter", "candidate asking recruiter"),
    ("is_multiple_choice", "multiple choice"),
    ("is_conditional", "with listening conditional"),
    ("is_expert", "with listening expert"),
    ("is_without_scoring", "without scoring"),
]


@folded("flags", list(product([False, True], repeat=5)))
def test_the_five_flags_are_told_as_sent_and_the_view_is_the_first_that_holds(flags: tuple[bool, ...]) -> None:
    sent = {flag: is_set for (flag, _), is_set in zip(VIEWS, flags, strict=True)}
    question = sent | {"question": "Which?", "question_alternatives": ["a", "b"]}
    if sent["is_candidate_asking_recruiter"] and sent["is_multiple_choice"]:
        with pytest.raises(Invalid):
            parse(asking({}, question))
        return
    told = read_back(asking({}, question))["questions"][1]
    assert {flag: told[flag] for flag in sent} == sent
    assert told["view"] == next((view for flag, view in VIEWS if sent[flag]), "with listening")
    assert (told["conditional_question_main_id"] is not None) == sent["is_conditional"]


def test_a_question_is_told_with_every_field_as_sent() -> None:
    sent = {
        "question": "  How do you plan?  ",
        "id": "q2",
        "duration": 90,
        "mojito_language_code": "br",
        "label": "planning",
        "is_conditional": True,
        "is_without_scoring": True,
        "is_candidate_asking_recruiter": False,
        "is_expert": True,
        "is_multiple_choice": False,
        "question_alternatives": ["How would you plan?"],
        "conditional_question_main_id": "q1",
        "knowledge_base_id": STORE,
        "external_id": "ext-2",
        "external_data": {"a": [1, None, {"b": 2.5}], "n": 10**20},
        "candidate_expectations_json": {"weak": ["a plan"], "own": {"kept": True}},
        "condition": {"when": "the candidate has led a team"},
    }
    parent, told = read_back(asking({"id": "q1"}, sent))["questions"]
    ids = {"id": told["id"], "conditional_question_main_id": parent["id"]}
    added = {"caller_id": "q2", "view": "with listening conditional", "question_alternatives_drafted": []}
    assert told == sent | ids | added
    assert [name for name in told if name in sent] == list(sent)


def test_an_interview_is_told_with_every_field_as_sent() -> None:
    sent = {
        "type": "coaching",
        "status": "draft",
        "visibility": "merchant_unlisted",
        "mojito_language_code": "no",
        "recording": "video_all",
        "recording_full_session": "audio_all",
        "result_view": "none",
        "interview_conversation_speed": "slower",
        "candidate_video_introduction": "required",
        "questions_random_subset": 0.5,
        "max_followups": 0,
        "code": "",
        "cover_image_url": "https://example.com/a.png",
        "interview_department": "Sales",
        "interview_salary": "50k",
        "interview_available_till": "2026-01-31",
        "recruiter_profile_id": STORE,
        "tags": ["a", "b"],
        "required_pronunciation": True,
        "result_enable_edit_transcript": False,
        "pdf_export_auto_config": {"template": "modern", "files": None, "own": 1},
        "knowledge_base_store_id": STORE,
        "candidate_expectations": "Good people.",
        "candidate_expectations_json": {"strong": ["a"], "own": None},
        "instructional_video": True,
        "instructional_video_custom_text": "Welcome.",
        "welcome_message": "Hello!",
        "thank_you_message": "Bye!",
    }
    told = read_back(body(**sent))
    assert {field: told[field] for field in sent} == sent
    assert told["interview_location"] == "remote"
    assert (told["speech_language_code"], told["speech_language_name"]) == ("nb-NO", "Norwegian (Norway)")
    assert told["type_credit"] == "interview_coach_manager"


def test_what_shapes_the_conversation_is_told_as_creation_parameters() -> None:
    told = read_back(
        body(
            interview_type="second-interview",
            interview_tone="Simple",
            seniority_level="senior",
            additional_context={"team": 4},
            hiring_for_company={"name": "undisclosed", "sector": None},
            knowledge_base_store_id=STORE,
        )
    )
    assert told["creation_parameters"] == {
        "interview_type": "second-interview",
        "interview_tone": "Simple",
        "interview_length": None,
        "additional_context": {"team": 4},
        "include_rapport_question": None,
        "include_closing_prompt": None,
        "knowledge_base_store_id": STORE,
        "seniority_level": "senior",
        "hiring_for_company": {"name": "undisclosed", "sector": None},
    }


def test_where_nothing_was_said_the_defaults_are_told() -> None:
    told = read_back(body())
    assert (told["result_view"], told["max_followups"], told["max_duration"]) == ("minimal", 2, 1200)
    assert told["creation_parameters"]["interview_type"] == "pre-screening"
    assert (told["required_pronunciation"], told["result_enable_edit_transcript"]) == (False, True)
    assert told["result_scoring"] is None
    assert told["effective_scoring"]["max_retries"] == 3


@pytest.mark.parametrize(
    ("modality", "kind", "is_voice_only"),
    [
        (Modality.VOICE, "interactive_elevenlabs", True),
        (Modality.AVATAR, "interactive_heygen", False),
        (Modality.RECORDED, "offline_heygen", False),
    ],
)
def test_a_template_is_told_by_the_contracts_type(modality: Modality, kind: str, is_voice_only: bool) -> None:
    told = to_wire(stored(to_draft(parse(body())), modality))
    assert (told["interview_template_type"], told["is_voice_only"]) == (kind, is_voice_only)


def test_scoring_is_merged_over_the_defaults_and_told_as_sent() -> None:
    sent = {"ai_assessment_answer": 80, "speech_cadence": {"weight": 10, "own": 1}, "early_stop": True, "own": {"x": 1}}
    told = read_back(body(custom_scoring=sent, interview_attempts=5))
    assert told["result_scoring"] == {
        "max_retries": 5,
        "max_score": None,
        "early_stop": {"enabled": True, "min_questions": 3, "threshold": 2.0},
        "ai_assessment_session": {"weight": 50},
        "ai_assessment_answer": {"weight": 80},
        "ai_assessment_resume": {"weight": 0},
        "sentiment_analysis": {"weight": 0},
        "speech_cadence": {"weight": 10, "own": 1},
        "ai_pronunciation": {"weight": 0},
        "own": {"x": 1},
    }


def test_how_somebody_sounds_counts_as_nothing_whatever_was_sent() -> None:
    sent = dict.fromkeys(["speech_cadence", "ai_pronunciation", "sentiment_analysis"], 100) | {"early_stop": True}
    effective = read_back(body(custom_scoring=sent))["effective_scoring"]
    assert [effective[name]["weight"] for name in sent if name != "early_stop"] == [0, 0, 0]
    assert effective["early_stop"]["enabled"] is False
    assert effective["ai_assessment_session"]["weight"] == 50


def test_a_caller_is_warned_of_what_has_no_effect_and_of_nothing_else() -> None:
    sent = {"speech_cadence": 10, "ai_pronunciation": 0, "early_stop": {"enabled": True}, "ai_assessment_resume": 20}
    assert words.find_warnings(to_draft(parse(body(custom_scoring=sent))).settings) == (
        "custom_scoring.speech_cadence.weight is stored and counts as 0: how somebody sounds never touches a score.",
        "custom_scoring.early_stop is stored and has no effect: no interview ends early for a poor fit.",
    )
    assert words.find_warnings(to_draft(parse(body())).settings) == ()


@pytest.mark.parametrize(
    ("fields", "attempts"),
    [
        ({}, None),
        ({"custom_scoring": {"max_retries": 4}}, 4),
        ({"custom_scoring": {"max_retries": 4}, "interview_attempts": 2}, 2),
    ],
)
def test_attempts_come_from_their_own_field_first(fields: dict[str, Any], attempts: int | None) -> None:
    assert to_draft(parse(body(**fields))).settings.max_attempts == attempts
