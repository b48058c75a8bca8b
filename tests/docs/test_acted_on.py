"""What the documentation says of a field, that it is acted on or only kept, is what the code does."""

import ast
import dataclasses
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.architecture.tree import SRC, modules
from tests.folding import folded
from vivavoce.api.models.acted_on import CREATE, QUESTION, UPDATE_ALONE, FieldUse, Use, all_fields
from vivavoce.api.models.create_from_array import CreateFromArray, Question
from vivavoce.api.models.update import UpdateInterview
from vivavoce.interviews.draft import Draft, InterviewSettings
from vivavoce.interviews.steps import SentQuestion

# Where a field is taken in, stored, carried over and told back. Whoever reads it there does nothing with it.
STORING = (
    "api/",
    "interviews/create.py",
    "interviews/diff.py",
    "interviews/draft.py",
    "interviews/listing.py",
    "interviews/packing.py",
    "interviews/read.py",
    "interviews/steps.py",
    "interviews/update.py",
    "interviews/versions.py",
)
# The names that the code calls an object of each class by.
CALLED = {"Draft": {"draft", "definition"}, "Settings": {"settings"}, "Question": {"question"}}

# What is acted on before anything is stored, so that nobody reads it again afterwards.
ACTED_ON_WHEN_LAID = {
    "Question.caller_id": "lay_steps finds the parent by it",
    "Question.parent_caller_id": "lay_steps makes the step's parent_id of it, which the conversation reads",
    "Question.is_conditional": "lay_steps finds a parent for it; the conversation asks whether there is one",
    "Draft.is_embedded": "create_interview makes its embed key, by which candidates/embed.py lets people in",
    "Settings.wanted_questions": "how many questions a language model is asked for, before anything is stored",
    "Settings.has_rapport_question": "whether a language model is asked for an opening question",
    "Settings.has_closing_question": "whether a language model is asked for a closing one",
    "Settings.keeps_duplicates": "whether lay_steps keeps equal questions, at the create call and in an update",
}
# What is read from its column into another class, and acted on there.
ACTED_ON_ELSEWHERE = {"Draft.visibility": ("candidates/entrance.py", "self", "visibility")}
# Attributes of the same name that are read beyond storing, and are none of a draft's.
OF_SOMETHING_ELSE = {
    ("answer_recording", "interviews/price.py"): "what an attempt costs; nothing is recorded for it",
    ("session_recording", "interviews/price.py"): "the same",
    ("store_id", "cli/demo.py"): "what the demo has made, to be named in its own first call",
}

Read = tuple[str, str, str]  # file, what the attribute is read of, attribute


@cache
def _reads() -> list[Read]:
    """In all of the code: by the first test that asks, and not by each process that collects them."""
    found = []
    for path in modules():
        for node in ast.walk(ast.parse((SRC / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.append((path.as_posix(), _name(node.value), node.attr))
    return found


def _name(node: ast.expr) -> str:
    """The last word of what an attribute is read of: `settings` of `scene.definition.settings`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


FIELDS = list(all_fields())


@cache
def _derived() -> dict[str, set[str]]:
    """For each attribute of a draft's parts, the properties there that are made of it."""
    found: dict[str, set[str]] = {}
    parts = [(SRC / "interviews" / name).read_text(encoding="utf-8") for name in ("draft.py", "steps.py")]
    for node in (node for part in parts for node in ast.walk(ast.parse(part))):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and _name(part.value) == "self":
                    found.setdefault(part.attr, set()).add(node.name)
    return found


def _files_that_act_on(field: FieldUse) -> list[str]:
    owner, _, attribute = field.ours.partition(".")
    names = {attribute} | _derived().get(attribute, set())
    return [
        file for file, of, name in _reads() if name in names and of in CALLED[owner] and not file.startswith(STORING)
    ]


def _files_that_read_the_name(field: FieldUse) -> list[str]:
    attribute = field.ours.partition(".")[2]
    names = {attribute} | _derived().get(attribute, set())
    return [
        file
        for file, _, name in _reads()
        if name in names and not file.startswith(STORING) and (name, file) not in OF_SOMETHING_ELSE
    ]


@pytest.mark.parametrize(
    ("fields", "model", "beyond"),
    [(CREATE, CreateFromArray, {}), (QUESTION, Question, {}), (UPDATE_ALONE, UpdateInterview, CREATE)],
    ids=["create", "question", "update"],
)
def test_every_field_of_the_calls_is_in_the_table_in_their_order(
    fields: Mapping[str, FieldUse], model: type[BaseModel], beyond: Mapping[str, FieldUse]
) -> None:
    assert sorted(fields) == sorted(set(model.model_fields) - set(beyond))
    if not beyond:
        assert list(fields) == [name for name in model.model_fields if name in fields]


@pytest.mark.slow
@folded(("name", "field"), [(n, f) for n, f in FIELDS if f.use is Use.ACTED_ON and f.ours], ids=[
    n for n, f in FIELDS if f.use is Use.ACTED_ON and f.ours
])  # fmt: skip
def test_what_is_said_to_be_acted_on_is_read_beyond_storing(name: str, field: FieldUse) -> None:
    elsewhere = ACTED_ON_ELSEWHERE.get(field.ours) in _reads()
    assert field.ours in ACTED_ON_WHEN_LAID or elsewhere or _files_that_act_on(field), f"nobody reads {field.ours}"


@folded(("name", "field"), [(n, f) for n, f in FIELDS if f.use is not Use.ACTED_ON and f.ours], ids=[
    n for n, f in FIELDS if f.use is not Use.ACTED_ON and f.ours
])  # fmt: skip
def test_what_is_said_to_be_only_kept_is_read_nowhere_beyond_storing(name: str, field: FieldUse) -> None:
    if field.use is Use.HANDED_BACK:
        # A person has such references too.
        assert _files_that_act_on(field) == [], name
    else:
        assert _files_that_read_the_name(field) == [], name


def test_each_is_held_by_an_attribute_that_is_there() -> None:
    held = {"Draft": Draft, "Settings": InterviewSettings, "Question": SentQuestion}
    known = {f"{name}.{one.name}" for name, kind in held.items() for one in dataclasses.fields(kind)}
    assert [(name, field.ours) for name, field in FIELDS if field.ours and field.ours not in known] == []


def test_no_exception_has_outlived_its_reason() -> None:
    assert {ours for ours in ACTED_ON_WHEN_LAID if ours not in {field.ours for _, field in FIELDS}} == set()
    assert {ours for ours in ACTED_ON_WHEN_LAID if _files_that_act_on(FieldUse(use=Use.ACTED_ON, ours=ours))} == set()
    assert set(ACTED_ON_ELSEWHERE.values()) - set(_reads()) == set()
    read = {(name, file) for file, _, name in _reads()}
    assert set(OF_SOMETHING_ELSE) - read == set()


def test_a_field_that_nobody_reads_is_found_out() -> None:
    """The search itself: `settings.tags` is read by nobody, `settings.pace` by the microphone."""
    assert _files_that_act_on(FieldUse(use=Use.ACTED_ON, ours="Settings.tags")) == []
    assert any(Path(file).parts[0] == "sound" for file in _files_that_act_on(CREATE["interview_conversation_speed"]))
    assert _files_that_act_on(CREATE["interview_available_till"]) != []
