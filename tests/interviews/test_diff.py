"""The question diff: who is matched to whom, and what becomes of the steps. Table by table, without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from tests.folding import folded
from vivavoce.interviews.diff import Plan, Sent, TooFewAlternatives, plan_update
from vivavoce.interviews.steps import AnsweredBy, CannotLay, SentQuestion, Step, StepFault, lay_steps


def numbers(first: int) -> Iterator[UUID]:
    while True:
        yield UUID(int=first)
        first += 1


def laid(*questions: SentQuestion, keeps_duplicates: bool = False) -> tuple[Step, ...]:
    """Stored steps, with the ids 1, 2, …"""
    ids = numbers(1)
    return lay_steps(questions, keeps_duplicates=keeps_duplicates, new_id=lambda: next(ids))


def sent(text: str, *, never: Sequence[AnsweredBy] = (), handle: str | None = None, **given: object) -> Sent:
    question = replace(SentQuestion(text=text, caller_id=handle), **given)  # type: ignore[arg-type]
    return Sent(question=question, given=frozenset({"text", *given}), never=frozenset(never))


def plan(stored: Sequence[Step], *questions: Sent, keeps_duplicates: bool = False) -> Plan:
    """New ids are 101, 102, …"""
    ids = numbers(101)
    return plan_update(stored, questions, keeps_duplicates=keeps_duplicates, new_id=lambda: next(ids))


def told(found: Plan) -> dict[str, list[object]]:
    """The plan in short, with the numbers of the ids; a new id counts as `new`."""
    short = {step.id: step.id.int if step.id.int < 100 else "new" for step in found.steps}
    return {
        "steps": [short[step.id] for step in found.steps],
        "removed": [one.int for one in found.removed],
        "replaced": [one.before.int for one in found.replaced],
    }


A = SentQuestion(text="First?", caller_id="a", external_id="x-1", label="one")
B = SentQuestion(text="Second?", caller_id="b")
C = SentQuestion(text="Third?", caller_id="c", expectations={"weak": ["w"]})
STORED = laid(A, B, C)
ONE, TWO, THREE = (str(step.id) for step in STORED)
UNCHANGED: dict[str, list[object]] = {"steps": [1, 2, 3], "removed": [], "replaced": []}

CASES = [
    ("texts alone", [sent("First?"), sent("Second?"), sent("Third?")], UNCHANGED),
    ("ids", [sent("First?", handle=ONE), sent("Second?", handle=TWO), sent("Third?", handle=THREE)], UNCHANGED),
    (
        "the caller's ids",
        [sent("First?", handle="a"), sent("Second?", handle="b"), sent("Third?", handle="c")],
        UNCHANGED,
    ),
    ("another order", [sent("Third?"), sent("First?"), sent("Second?")], {**UNCHANGED, "steps": [3, 1, 2]}),
    ("one less", [sent("First?"), sent("Third?")], {"steps": [1, 3], "removed": [2], "replaced": []}),
    (
        "one more",
        [sent("First?"), sent("New?"), sent("Second?"), sent("Third?")],
        {"steps": [1, "new", 2, 3], "removed": [], "replaced": []},
    ),
    (
        "reworded by id",
        [sent("First?"), sent("Second, again?", handle=TWO), sent("Third?")],
        {"steps": [1, "new", 3], "removed": [], "replaced": [2]},
    ),
    (
        "reworded by external id",
        [sent("First, again?", external_id="x-1"), sent("Second?"), sent("Third?")],
        {"steps": ["new", 2, 3], "removed": [], "replaced": [1]},
    ),
    (
        "reworded without any id is another question",
        [sent("First?"), sent("Second, again?"), sent("Third?")],
        {"steps": [1, "new", 3], "removed": [2], "replaced": []},
    ),
    (
        "another case of letters is another wording of the same",
        [sent("First?"), sent("SECOND?"), sent("Third?")],
        {"steps": [1, "new", 3], "removed": [], "replaced": [2]},
    ),
    (
        "external id goes before id",
        [sent("First?", external_id="x-1", handle=TWO), sent("Second?"), sent("Third?")],
        UNCHANGED,
    ),
    (
        "id goes before content",
        [sent("Second?", handle=THREE), sent("Second?")],
        {"steps": ["new", 2], "removed": [1], "replaced": [3]},
    ),
    (
        "an unknown id says nothing",
        [sent("First?", handle="z"), sent("Second?"), sent("Third?")],
        UNCHANGED,
    ),
    (
        "cleared by null",
        [sent("First?", label=None), sent("Second?"), sent("Third?", handle=THREE, expectations=None)],
        {"steps": ["new", 2, "new"], "removed": [1], "replaced": [3]},
    ),
    (
        "a switch",
        [sent("First?", handle=ONE, is_scored=False), sent("Second?"), sent("Third?")],
        {"steps": ["new", 2, 3], "removed": [], "replaced": [1]},
    ),
    ("all new", [sent("x?")], {"steps": ["new"], "removed": [1, 2, 3], "replaced": []}),
]


@folded(("questions", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_becomes_of_the_steps(questions: list[Sent], expected: dict[str, list[object]]) -> None:
    found = plan(STORED, *questions)
    assert told(found) == expected
    assert found.is_change == (expected != UNCHANGED)


def test_a_kept_step_is_the_one_that_was() -> None:
    found = plan(STORED, sent("Third?"), sent("First?", handle="another"))
    assert found.steps == (STORED[2], STORED[0])


def test_what_was_left_out_is_carried_over_into_a_reworded_question() -> None:
    found = plan(STORED, sent("First, again?", handle=ONE), sent("Second?"), sent("Third?"))
    assert found.steps[0].question == replace(A, text="First, again?")


def test_two_steps_of_one_text_are_told_apart_by_what_else_is_said() -> None:
    stored = laid(SentQuestion(text="Why?", label="x"), SentQuestion(text="Why?"))
    assert told(plan(stored, sent("Why?"), sent("Why?", label="x")))["steps"] == [2, 1]


def test_in_json_true_is_not_one() -> None:
    stored = laid(SentQuestion(text="Why?", external_data={"a": 1}))
    assert told(plan(stored, sent("Why?", handle=str(UUID(int=1)), external_data={"a": True})))["replaced"] == [1]


# --- How it is answered --------------------------------------------------------------------------------------------

CHOICE = SentQuestion(text="Which?", answered_by=AnsweredBy.CHOICE, alternatives=("x", "y"))


@pytest.mark.parametrize(
    ("never", "after"),
    [
        ([], AnsweredBy.CHOICE),
        ([AnsweredBy.CANDIDATE_ASKS], AnsweredBy.CHOICE),
        ([AnsweredBy.CHOICE], AnsweredBy.OPEN),
    ],
)
def test_a_choice_stays_one_until_it_is_ruled_out(never: list[AnsweredBy], after: AnsweredBy) -> None:
    found = plan(laid(CHOICE), sent("Which?", handle=str(UUID(int=1)), never=never))
    assert found.steps[0].question == replace(CHOICE, answered_by=after)


@pytest.mark.parametrize("alternatives", [("x", " X "), ()])
def test_a_choice_keeps_two_alternatives(alternatives: tuple[str, ...]) -> None:
    with pytest.raises(TooFewAlternatives) as caught:
        plan(laid(A, CHOICE), sent("First?"), sent("Which?", handle=str(UUID(int=2)), alternatives=alternatives))
    assert caught.value.index == 1


# --- Conditional questions -----------------------------------------------------------------------------------------

PARENT = SentQuestion(text="Parent?", caller_id="p")
OTHER = SentQuestion(text="Other?", caller_id="o")
CHILD = SentQuestion(text="Child?", caller_id="k", is_conditional=True, parent_caller_id="p", condition={"when": "yes"})
FAMILY = laid(PARENT, OTHER, CHILD)


@pytest.mark.parametrize("parent", ["p", str(FAMILY[0].id)])
def test_a_parent_goes_by_all_its_names(parent: str) -> None:
    found = plan(FAMILY, sent("Parent?"), sent("Other?"), sent("Child?", parent_caller_id=parent, is_conditional=True))
    assert found.steps == FAMILY


def test_a_child_stays_when_its_parent_is_reworded() -> None:
    found = plan(FAMILY, sent("Parent, again?", handle="p"), sent("Other?"), sent("Child?"))
    assert told(found) == {"steps": ["new", 2, 3], "removed": [], "replaced": [1]}
    assert found.steps[2].parent_id == found.steps[0].id
    assert found.steps[2].question == CHILD


def test_a_child_whose_parent_was_left_out_of_the_list_goes_to_the_nearest() -> None:
    found = plan(FAMILY, sent("Other?"), sent("Child?"))
    assert told(found) == {"steps": [2, "new"], "removed": [1], "replaced": [3]}
    assert found.steps[1].parent_id == FAMILY[1].id


def test_a_child_of_another_parent_is_another_question() -> None:
    found = plan(FAMILY, sent("Parent?"), sent("Other?", handle="o"), sent("Child?", handle="k", parent_caller_id="o"))
    assert told(found)["replaced"] == [3]
    assert found.steps[2].parent_id == FAMILY[1].id
    assert found.steps[2].question.condition == {"when": "yes"}


def test_a_child_that_depends_on_nothing_any_more_loses_its_condition() -> None:
    found = plan(FAMILY, sent("Parent?"), sent("Other?"), sent("Child?", handle="k", is_conditional=False))
    assert found.steps[2].question == replace(CHILD, is_conditional=False, parent_caller_id=None, condition=None)
    assert found.steps[2].parent_id is None


def test_a_new_child_can_have_a_new_parent() -> None:
    child = sent("Kid?", is_conditional=True, parent_caller_id="n")
    found = plan(FAMILY, sent("New?", handle="n"), child, sent("Parent?"), sent("Other?"), sent("Child?"))
    assert found.steps[1].parent_id == found.steps[0].id
    assert found.steps[0].question.caller_id == "n"


@pytest.mark.parametrize(
    ("questions", "fault", "index"),
    [
        ([sent("Child?", handle="k"), sent("Parent?", handle="p")], StepFault.LATER_PARENT, 0),
        ([sent("Parent?"), sent("Kid?", is_conditional=True, parent_caller_id="q")], StepFault.UNKNOWN_PARENT, 1),
        ([sent("Kid?", is_conditional=True)], StepFault.NO_PARENT, 0),
        ([sent("Kid?", handle="q"), sent("Other kid?", handle="q")], StepFault.REPEATED_ID, 1),
        (
            [sent("Parent?"), sent("Kid?", is_conditional=True, condition={"choices": ["x"]})],
            StepFault.UNKNOWN_CHOICE,
            1,
        ),
    ],
)
def test_the_rules_of_laying_hold(questions: list[Sent], fault: StepFault, index: int) -> None:
    with pytest.raises(CannotLay) as caught:
        plan(FAMILY, *questions)
    assert (caught.value.fault, caught.value.index) == (fault, index)


def test_equal_questions_become_one_step_unless_duplicates_are_kept() -> None:
    questions = [sent("First?"), sent("New?", handle="m"), sent("new?", handle="n")]
    merged = plan(STORED, *questions)
    assert told(merged)["steps"] == [1, "new"]
    assert merged.steps[1].also_known_as == ("n",)
    assert told(plan(STORED, *questions, keeps_duplicates=True))["steps"] == [1, "new", "new"]


def test_many_equal_questions_are_planned_at_once() -> None:
    stored = laid(*[SentQuestion(text="Why?")] * 500, keeps_duplicates=True)
    found = plan(stored, *[sent("Why?") for _ in range(500)], keeps_duplicates=True)
    assert found.steps == stored
