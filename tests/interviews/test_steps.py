"""Questions become steps: in order, without repeats, each conditional one tied to an earlier one."""

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count, product
from types import FrameType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.folding import folded
from vivavoce.interviews.steps import AnsweredBy, CannotLay, SentQuestion, Step, StepFault, fold_wording, lay_steps

CONDITIONAL: dict[str, Any] = {"is_conditional": True}


def lay(*questions: SentQuestion, keeps_duplicates: bool = False) -> tuple[Step, ...]:
    """The steps, with the ids 1, 2, …"""
    numbers = count(1)
    return lay_steps(questions, keeps_duplicates=keeps_duplicates, new_id=lambda: UUID(int=next(numbers)))


def ask(text: str, **fields: Any) -> SentQuestion:
    return SentQuestion(text=text, **fields)


def parents(steps: tuple[Step, ...]) -> list[int | None]:
    """The number of each step's parent: 1 is the first step."""
    return [None if step.parent_id is None else step.parent_id.int for step in steps]


@folded(
    ("one", "other"),
    [
        ("Why?", "Why?"),
        ("Why?", "  why? "),
        ("Why  not\n now?", "why not now?"),
        ("\u00c9t\u00e9", "e\u0301te\u0301"),
        ("STRASSE", "Straße"),
        ("Why\u00a0now?", "why now?"),
    ],
)
def test_equal_questions_are_one_step(one: str, other: str) -> None:
    (step,) = lay(ask(one, caller_id="a"), ask(other, caller_id="b"), ask(other), ask(other, caller_id="b"))
    assert (step.question.text, step.also_known_as) == (one, ("b",))


DIFFERENCES: list[dict[str, Any]] = [
    {"answered_by": AnsweredBy.CANDIDATE_ASKS},
    {"is_scored": False},
    {"is_expert": True},
    {"is_conditional": True},
    {"parent_caller_id": "x"},
    {"condition": {"when": "so"}},
    {"alternatives": ("a",)},
    {"seconds": 30.0},
    {"language": "de"},
    {"label": ""},
    {"store_id": UUID(int=9)},
    {"external_id": "1"},
    {"external_data": {}},
    {"expectations": {"weak": []}},
]


@folded("difference", DIFFERENCES, ids=lambda difference: next(iter(difference)))
def test_a_question_that_differs_in_any_field_is_a_step_of_its_own(difference: dict[str, Any]) -> None:
    assert len(lay(ask("a"), replace(ask("a"), **difference))) == 2


def test_every_field_that_can_be_sent_but_the_handle_makes_a_difference() -> None:
    named = {name for difference in DIFFERENCES for name in difference}
    assert named | {"text", "caller_id", "drafted_wordings"} == set(SentQuestion.__dataclass_fields__)


def test_the_order_of_keys_makes_no_difference() -> None:
    assert len(lay(ask("a", external_data={"x": 1, "y": 2}), ask("a", external_data={"y": 2, "x": 1}))) == 1


def test_duplicates_are_kept_when_asked_for() -> None:
    steps = lay(ask("a", caller_id="x"), ask("a", caller_id="x"), keeps_duplicates=True)
    assert [step.id.int for step in steps] == [1, 2]
    assert [step.also_known_as for step in steps] == [(), ()]


def test_a_handle_of_kept_duplicates_names_the_first() -> None:
    child = ask("b", is_conditional=True, parent_caller_id="x")
    assert parents(lay(ask("a", caller_id="x"), ask("a", caller_id="x"), child, keeps_duplicates=True)) == [
        None,
        None,
        1,
    ]


def test_the_handle_of_a_dropped_duplicate_is_still_a_parent() -> None:
    child = ask("b", is_conditional=True, parent_caller_id="second")
    assert parents(lay(ask("a", caller_id="first"), ask("c"), ask("a", caller_id="second"), child)) == [None, None, 1]


def test_the_same_conditional_question_after_two_parents_is_two_steps() -> None:
    why = ask("Why so?", is_conditional=True)
    assert parents(lay(ask("a"), why, ask("b"), why)) == [None, 1, None, 3]


def test_the_same_conditional_question_on_one_parent_under_two_handles_is_one_step() -> None:
    questions = [ask("a", caller_id="1"), ask("A", caller_id="2")]
    children = [ask("Why?", is_conditional=True, parent_caller_id=handle) for handle in "12"]
    assert parents(lay(*questions, *children)) == [None, 1]


def test_without_a_handle_the_parent_is_the_nearest_unconditional_question_before() -> None:
    child = ask("d", is_conditional=True)
    assert parents(lay(ask("a"), ask("b"), ask("c", is_conditional=True), child)) == [None, None, 2, 2]


def test_a_conditional_question_can_be_a_parent_by_its_handle() -> None:
    middle = ask("b", is_conditional=True, caller_id="b")
    assert parents(lay(ask("a"), middle, ask("c", is_conditional=True, parent_caller_id="b"))) == [None, 1, 2]


def test_a_parent_of_an_unconditional_question_ties_nothing() -> None:
    assert parents(lay(ask("a", parent_caller_id="nobody"))) == [None]


def test_choices_that_the_parent_offers_are_a_condition() -> None:
    parent = ask("a", answered_by=AnsweredBy.CHOICE, alternatives=("x", "y"))
    assert parents(lay(parent, ask("b", is_conditional=True, condition={"choices": ["y"]}))) == [None, 1]


FAULTS: list[tuple[list[SentQuestion], int, StepFault]] = [
    ([ask("a", caller_id="x"), ask("b", caller_id="x")], 1, StepFault.REPEATED_ID),
    ([ask("a", **CONDITIONAL)], 0, StepFault.NO_PARENT),
    ([ask("a"), ask("b", parent_caller_id="x", **CONDITIONAL)], 1, StepFault.UNKNOWN_PARENT),
    ([ask("a"), ask("b", parent_caller_id="c", **CONDITIONAL), ask("c", caller_id="c")], 1, StepFault.LATER_PARENT),
    ([ask("a"), ask("b", caller_id="b", parent_caller_id="b", **CONDITIONAL)], 1, StepFault.LATER_PARENT),
    ([ask("a"), ask("b", condition={"choices": ["x"]}, **CONDITIONAL)], 1, StepFault.UNKNOWN_CHOICE),
    (
        [ask("a", caller_id="x"), ask("b", caller_id="x", parent_caller_id="y", **CONDITIONAL)],
        1,
        StepFault.REPEATED_ID,
    ),
]


@pytest.mark.parametrize(("questions", "index", "fault"), FAULTS)
@pytest.mark.parametrize("keeps_duplicates", [False, True])
def test_the_first_question_at_fault_is_told(
    questions: list[SentQuestion], index: int, fault: StepFault, keeps_duplicates: bool
) -> None:
    with pytest.raises(CannotLay) as refused:
        lay(*questions, keeps_duplicates=keeps_duplicates)
    assert (refused.value.index, refused.value.fault, refused.value.status) == (index, fault, 422)


@folded(("answered_by", "is_conditional", "is_scored", "is_expert"), list(product(AnsweredBy, *[[False, True]] * 3)))
def test_the_facts_of_a_question_are_kept_whatever_the_others_are(
    answered_by: AnsweredBy, is_conditional: bool, is_scored: bool, is_expert: bool
) -> None:
    question = ask(
        "b", answered_by=answered_by, is_conditional=is_conditional, is_scored=is_scored, is_expert=is_expert
    )
    steps = lay(ask("a"), question)
    assert steps[1].question == question
    assert (steps[1].parent_id is not None) == is_conditional


@given(st.text() | st.sampled_from(["ſ K", "İ", "ΐ", "ŉ ", " \n", "STRASSE ß"]))
def test_a_folded_text_stays_as_it_is_when_folded_again(text: str) -> None:
    assert fold_wording(fold_wording(text)) == fold_wording(text)


# --- Whatever is sent ---------------------------------------------------------------------------------------------


@st.composite
def arrays(draw: st.DrawFn) -> list[SentQuestion]:
    """Questions that can be laid: few texts, so that many are equal; each handle stands once; parents earlier."""
    questions: list[SentQuestion] = []
    for index in range(draw(st.integers(0, 12))):
        handles = [question.caller_id for question in questions]
        is_conditional = bool(handles) and draw(st.booleans())
        questions.append(
            SentQuestion(
                text=draw(st.sampled_from(["a", "A ", "b", "c"])),
                is_conditional=is_conditional,
                is_expert=draw(st.booleans()),
                caller_id=str(index),
                parent_caller_id=draw(st.sampled_from(handles)) if is_conditional else None,
            )
        )
    return questions


@given(arrays())
def test_steps_keep_the_order_and_parents_stand_earlier(questions: list[SentQuestion]) -> None:
    steps = lay(*questions)
    places = [questions.index(step.question) for step in steps]
    assert places == sorted(places)
    assert all(step.parent_id is None or step.parent_id.int < step.id.int for step in steps)
    assert all((step.parent_id is not None) == step.question.is_conditional for step in steps)


@given(arrays())
def test_every_handle_names_exactly_one_step(questions: list[SentQuestion]) -> None:
    handles = [handle for step in lay(*questions) for handle in (step.question.caller_id, *step.also_known_as)]
    assert sorted(map(str, handles)) == sorted(str(question.caller_id) for question in questions)


@given(arrays())
def test_laying_what_was_laid_changes_nothing(questions: list[SentQuestion]) -> None:
    steps = lay(*questions)
    handles = {step.id: step.question.caller_id for step in steps}
    tied = [None if step.parent_id is None else handles[step.parent_id] for step in steps]
    again = lay(*(replace(step.question, parent_caller_id=parent) for step, parent in zip(steps, tied, strict=True)))
    assert len(again) == len(steps)
    assert parents(again) == parents(steps)


@given(arrays())
def test_nothing_is_dropped_where_duplicates_are_kept(questions: list[SentQuestion]) -> None:
    assert [step.question for step in lay(*questions, keeps_duplicates=True)] == questions


def test_the_work_grows_with_the_number_of_questions_and_no_faster() -> None:
    assert _lines_run(500) - _lines_run(0) == 10 * (_lines_run(50) - _lines_run(0))


def _lines_run(size: int) -> int:
    """How many lines of Python it takes to lay that many questions, every second one a duplicate."""
    questions = [ask(f"question {number // 2}", caller_id=str(number)) for number in range(size)]
    lines = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal lines
        lines += event == "line" and frame.f_code.co_filename == lay_steps.__code__.co_filename
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        lay(*questions)
    finally:
        sys.settrace(before)
    return lines
