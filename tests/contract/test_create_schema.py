"""The create call against the contract's own file: the same names, types, enums and limits, but for one table."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.comparing import Said, asked_otherwise
from tests.contract.differences import DIFFERENCES
from tests.folding import folded
from vivavoce.api.models.create_from_array import CreateFromArray, parse, to_draft
from vivavoce.errors import Invalid
from vivavoce.interviews.steps import fold_wording
from vivavoce.text.languages import BY_CODE

CONTRACT = json.loads((Path(__file__).parent / "job-interview-create-from-array.openapi.json").read_text())
THEIRS: dict[str, Any] = CONTRACT["components"]["schemas"]
OURS = CreateFromArray.model_json_schema(ref_template="{model}")


def test_one_table_lists_every_difference() -> None:
    assert {*differences()} == {*DIFFERENCES["job-interview-create-from-array"]}


def test_the_fields_of_the_contract_stand_in_its_order() -> None:
    for theirs, ours in ((THEIRS["CreateFromArray"], OURS), (THEIRS["Question"], OURS["$defs"]["Question"])):
        names = list(theirs["properties"])
        assert [name for name in ours["properties"] if name in names] == names


def test_the_languages_are_those_that_we_can_speak() -> None:
    assert set(THEIRS["CreateFromArray"]["properties"]["mojito_language_code"]["enum"]) == set(BY_CODE)


def test_every_field_of_ours_is_described() -> None:
    described = [*OURS["properties"].values(), *OURS["$defs"]["Question"]["properties"].values()]
    assert [field for field in described if not field.get("description")] == []


def differences() -> Iterator[str]:
    """Each difference, marked as in the table."""
    for prefix, name in (("", "CreateFromArray"), ("Question", "Question")):
        ours = OURS if name == "CreateFromArray" else OURS["$defs"][name]
        yield from asked_otherwise(Said(THEIRS[name], THEIRS), Said(ours, OURS["$defs"]), above=prefix)


# --- What the contract accepts, we accept ---------------------------------------------------------------------------

# The decisions that refuse what the contract's file alone would accept, each as values that keep to it.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)  # no NUL, no half of a pair
VISIBLE = TEXT.map(lambda text: f"{text}x")  # name, location, interview_template_id, question
FREE: st.SearchStrategy[Any] = st.dictionaries(
    TEXT, st.none() | TEXT | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(-1e307, 1e307), max_size=2
)
CLAIMS = st.lists(TEXT, max_size=2)
BY_DECISION: dict[str, st.SearchStrategy[Any]] = {
    "name": VISIBLE,
    "location": VISIBLE,
    "interview_template_id": VISIBLE,
    "cover_image_url": st.sampled_from(["http://a.example", "HTTPS://a.example/b?c=%20#d"]),  # http or https
    "interview_attempts": st.integers(1, 20) | st.integers(1, 20).map(float),  # whole
    "candidate_expectations_json": FREE.flatmap(  # lists of texts under three keys
        lambda other: st.fixed_dictionaries(
            {key: st.just(value) for key, value in other.items()},
            optional={"weak": CLAIMS, "moderate": CLAIMS, "strong": CLAIMS},
        )
    ),
    "custom_scoring": FREE.map(lambda other: {f"own {key}": value for key, value in other.items()})
    | st.fixed_dictionaries(
        {"ai_pronunciation": st.integers(0, 100) | st.fixed_dictionaries({"weight": st.just(5.5)})}
    ),
    "duration": st.floats(0, 1e15) | st.integers(0, 10**15),  # no huge numbers, none below zero
}


def values(name: str, field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the contract's schema of a field accepts and no decision refuses."""
    if name in BY_DECISION:
        wanted = BY_DECISION[name]
    elif name == "mojito_language_code":  # the enum on questions too
        wanted = st.sampled_from(sorted(BY_CODE))
    elif "enum" in field:
        return st.sampled_from(field["enum"])
    else:
        kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
        wanted = {
            "string": TEXT,
            "boolean": st.booleans(),
            "number": st.floats(field.get("minimum"), field.get("maximum"), allow_nan=False),
            "array": st.lists(TEXT, max_size=3),
            "object": FREE,
        }[kinds[0]]
    return wanted | st.none() if "null" in field["type"] else wanted


def can_be_laid(question: dict[str, Any]) -> bool:
    """What the decisions ask of a question as a whole, for one that stands in the middle of the array."""
    is_choice = question.get("is_multiple_choice", False)
    alternatives = {fold_wording(one) for one in question.get("question_alternatives", [])}
    return not is_choice or (len(alternatives) > 1 and not question.get("is_candidate_asking_recruiter", False))


def tie(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions with ids of their own, and parents that stand earlier."""
    tied: list[dict[str, Any]] = []
    for index, question in enumerate(questions):
        changed = question | {"id": f"q{index}"} if "id" in question else dict(question)
        earlier = [one["id"] for one in tied if "id" in one]
        if changed.get("is_conditional") and "conditional_question_main_id" in changed:
            changed["conditional_question_main_id"] = earlier[-1]
        tied.append(changed)
    return tied


QUESTION = st.fixed_dictionaries(
    {"question": VISIBLE},
    optional={
        name: values(name, field) for name, field in THEIRS["Question"]["properties"].items() if name != "question"
    },
).filter(can_be_laid)
FIRST = st.fixed_dictionaries({"question": VISIBLE, "id": TEXT})
QUESTIONS = st.tuples(FIRST, st.lists(QUESTION, max_size=3)).map(lambda parts: tie([parts[0], *parts[1]]))


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    schema = THEIRS["CreateFromArray"]
    fields = {name: values(name, field) for name, field in schema["properties"].items() if name != "questions"}
    required = {name: fields[name] for name in schema["required"] if name != "questions"}
    optional = {name: values for name, values in fields.items() if name not in required}
    chosen = draw(st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=6))
    body: dict[str, Any] = draw(st.fixed_dictionaries(required | {name: optional[name] for name in chosen}))
    return body | {"questions": draw(QUESTIONS)}


@settings(deadline=None)
@given(bodies())
def test_what_the_contract_accepts_we_accept_unless_a_decision_refuses_it(body: dict[str, Any]) -> None:
    draft = to_draft(parse(json.dumps(body).encode()))
    assert draft.name == body["name"]


SMALLEST: dict[str, Any] = {
    "name": "a",
    "location": "a",
    "interview_template_id": "a",
    "mojito_language_code": "en",
    "description": "",
    "status": "draft",
    "type": "interview",
    "visibility": "merchant_public",
    "questions": [{"question": "a"}],
}
ENUMERATED = [
    (name, value) for name, field in THEIRS["CreateFromArray"]["properties"].items() for value in field.get("enum", ())
]
LIMITED = [
    (name, field[limit])
    for name, field in THEIRS["CreateFromArray"]["properties"].items()
    for limit in ("minimum", "maximum")
    if limit in field
]


@folded(("name", "value"), [*ENUMERATED, *LIMITED])
def test_each_value_and_each_limit_that_the_contract_lists_is_taken(name: str, value: object) -> None:
    assert getattr(parse(json.dumps(SMALLEST | {name: value}).encode()), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("interview_attempts", 0),
        ("interview_attempts", 21),
        ("questions_random_subset", 0.009),
        ("questions_random_subset", 0.901),
    ],
)
def test_beyond_a_limit_is_refused(name: str, value: float) -> None:
    assert name in dict(LIMITED)
    with pytest.raises(Invalid):
        parse(json.dumps(SMALLEST | {name: value}).encode())


@pytest.mark.parametrize("value", ["text", 1, True, [], {}], ids=type)
@folded("name", THEIRS["CreateFromArray"]["properties"])
def test_only_the_types_of_the_contract_are_taken(name: str, value: Any) -> None:
    kind = {str: "string", int: "number", bool: "boolean", list: "array", dict: "object"}[type(value)]
    if kind not in THEIRS["CreateFromArray"]["properties"][name]["type"]:
        with pytest.raises(Invalid) as refused:
            parse(json.dumps(SMALLEST | {name: value}).encode())
        assert refused.value.name == name
