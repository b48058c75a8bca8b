"""The steps of an interview: ordered, without repeats, children tied to their parents. Pure."""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from vivavoce.errors import Invalid
from vivavoce.interviews.expectations import ExpectedClaims, read_claims
from vivavoce.text.fold import fold


class AnsweredBy(StrEnum):
    """How a step is answered."""

    OPEN = "open"  # in the candidate's own words
    CHOICE = "choice"  # by choosing one of the alternatives
    CANDIDATE_ASKS = "candidate_asks"  # the candidate asks, we answer


# Not frozen, though nobody changes one: a frozen one takes three times as long to make, and a create makes ten
# (docs/explanation/speed.md).
@dataclass(unsafe_hash=True, slots=True, kw_only=True)
class SentQuestion:
    """One question as the caller sent it, in our words. Make a new one by `replace`; never change one.

    answered_by, is_conditional, is_scored and is_expert are independent of each other.
    """

    text: str
    answered_by: AnsweredBy = AnsweredBy.OPEN
    is_conditional: bool = False
    is_scored: bool = True
    is_expert: bool = False
    caller_id: str | None = None  # the caller's handle for this question
    parent_caller_id: str | None = None  # the handle of the question that this one depends on, if it is conditional
    condition: dict[str, Any] | None = None  # {"choices": [...]} or {"when": "text"}
    alternatives: tuple[str, ...] = ()  # choices of a choice, wordings elsewhere
    drafted_wordings: tuple[str, ...] | None = None  # other wordings of a language model's, reviewed by nobody
    seconds: float | None = None  # time for the answer; zero or less is no limit
    language: str | None = None  # where it differs from the interview's
    label: str | None = None
    store_id: UUID | None = None
    external_id: str | None = None
    external_data: dict[str, Any] | None = None
    expectations: dict[str, Any] | None = None  # kept and told back as it was sent; read by `claims`

    @property
    def claims(self) -> ExpectedClaims:
        """What is expected of an answer to it."""
        return read_claims(self.expectations)


# Not frozen either, for the same reason.
@dataclass(unsafe_hash=True, slots=True, kw_only=True)
class Step:
    """A question in its place. Make a new one by `replace`; never change one."""

    id: UUID
    question: SentQuestion
    parent_id: UUID | None = None  # the step that a conditional step depends on, always an earlier one
    also_known_as: tuple[str, ...] = ()  # handles of the equal questions that became this step


class StepFault(StrEnum):
    """Why questions can't be laid; the value is what the caller reads."""

    REPEATED_ID = "Expected an id of its own: another question, which differs from this one, has this id."
    UNKNOWN_PARENT = "Expected the id of an earlier question: no question has this id."
    LATER_PARENT = "Expected the id of an earlier question: the question with this id does not stand before this one."
    NO_PARENT = "Expected a question to depend on: no unconditional question stands before this conditional one."
    UNKNOWN_CHOICE = "Expected choices of the question that this one depends on: it does not offer them all."


class CannotLay(Invalid):
    """The questions do not make an interview."""

    def __init__(self, fault: StepFault, *, index: int) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.index = index  # of the first question at fault, from 0


def lay_steps(
    questions: Sequence[SentQuestion], *, keeps_duplicates: bool, new_id: Callable[[], UUID]
) -> tuple[Step, ...]:
    """The questions as steps, in their order, in time linear in their number.

    A question equal to an earlier one (in all but its handle; the text after NFC, white space and case folding;
    a conditional one by the step that it depends on) becomes no step of its own unless keeps_duplicates: its handle
    then names the earlier step. Where equal questions are kept under one handle, it names the first of them.
    A conditional question without a parent's handle depends on the nearest unconditional question before it.
    Raises CannotLay for the first question at fault, and its first fault in the order of StepFault.
    """
    handles = {question.caller_id for question in questions if question.caller_id is not None}
    laid: list[Step] = []
    contents: list[Hashable] = []  # of each step
    also: dict[int, list[str]] = {}
    by_handle: dict[str, int] = {}
    by_content: dict[Hashable, int] = {}
    nearest: int | None = None
    for index, question in enumerate(questions):
        parent = _find_parent(question, by_handle, nearest=nearest, handles=handles)
        content = _content(question, parent)
        handle = question.caller_id
        if handle in by_handle and contents[by_handle[handle]] != content:
            raise CannotLay(StepFault.REPEATED_ID, index=index)
        if isinstance(parent, StepFault):
            raise CannotLay(parent, index=index)
        if parent is not None and not _offers(laid[parent].question, question.condition):
            raise CannotLay(StepFault.UNKNOWN_CHOICE, index=index)
        place = len(laid) if keeps_duplicates else by_content.setdefault(content, len(laid))
        if place == len(laid):
            parent_id = None if parent is None else laid[parent].id
            laid.append(Step(id=new_id(), question=question, parent_id=parent_id))
            contents.append(content)
        elif handle is not None and handle not in by_handle:
            also.setdefault(place, []).append(handle)
        if handle is not None:
            by_handle.setdefault(handle, place)
        if not question.is_conditional:
            nearest = place
    for place, names in also.items():
        laid[place] = replace(laid[place], also_known_as=tuple(names))
    return tuple(laid)


def fold_wording(text: str) -> str:
    """A text as it is compared: after NFC and case folding, each run of white space one space, none at the ends."""
    return fold(text, keeps_forms=True, joins_spaces=True)


def _find_parent(
    question: SentQuestion, by_handle: dict[str, int], *, nearest: int | None, handles: set[str]
) -> int | StepFault | None:
    """The place of the step that a question depends on, None for an unconditional one."""
    if not question.is_conditional:
        return None
    handle = question.parent_caller_id
    if handle is None:
        return StepFault.NO_PARENT if nearest is None else nearest
    if handle in by_handle:
        return by_handle[handle]
    return StepFault.LATER_PARENT if handle in handles else StepFault.UNKNOWN_PARENT


def _content(question: SentQuestion, parent: int | StepFault | None) -> Hashable:
    """What makes a question itself: all that was sent but its handle."""
    return (
        fold_wording(question.text),
        str(question.answered_by),  # whose hash is no Python
        question.is_scored,
        question.is_expert,
        question.is_conditional,
        parent if question.is_conditional else question.parent_caller_id,
        _freeze(question.condition),
        question.alternatives,
        question.seconds,
        question.language,
        question.label,
        question.store_id,
        question.external_id,
        _freeze(question.external_data),
        _freeze(question.expectations),
    )


def _freeze(data: dict[str, Any] | None) -> str | None:
    return None if data is None else json.dumps(data, sort_keys=True)


def _offers(parent: SentQuestion, condition: dict[str, Any] | None) -> bool:
    """Whether the parent's answer can ever meet the condition."""
    if condition is None or "choices" not in condition:
        return True
    return parent.answered_by is AnsweredBy.CHOICE and set(condition["choices"]) <= set(parent.alternatives)
