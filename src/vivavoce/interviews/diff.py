"""What becomes of an interview's steps when its questions are sent anew. Pure.

Each question that is sent is matched to a stored step: by external id, then by id, then by content. One that says the
same keeps its step; one that says something else replaces it; one without a match is added; steps without one go.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from vivavoce.errors import Invalid
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step, fold_wording, lay_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One question as it was sent.

    question.caller_id: the id that was sent, the step's own or the caller's handle.
    given: the fields of `question` that were sent; the others are carried over from the step that it matches.
    never: ways to answer that were ruled out, where `answered_by` is not given.
    settles_wordings: whether the caller says what the other wordings are, so that drafts of them go.
    """

    question: SentQuestion
    given: frozenset[str]
    never: frozenset[AnsweredBy] = frozenset()
    settles_wordings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A step that gave way to another."""

    before: UUID
    after: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps as they will be, and what becomes of each.

    steps: all of them, in their new order; a kept one has its id and its question, perhaps another place or parent, or
    no drafts any more.
    """

    steps: tuple[Step, ...]
    kept: tuple[UUID, ...]
    added: tuple[UUID, ...]
    removed: tuple[UUID, ...]
    replaced: tuple[Replaced, ...]
    is_change: bool  # whether anything differs, the order included


class TooFewAlternatives(Invalid):
    """Expected at least two different alternatives, because the question is multiple choice."""

    def __init__(self, *, index: int) -> None:
        super().__init__()
        self.index = index


def plan_update(
    stored: Sequence[Step], sent: Sequence[Sent], *, keeps_duplicates: bool, new_id: Callable[[], UUID]
) -> Plan:
    """What an update makes of the stored steps.

    keeps_duplicates: as in `lay_steps`, whose rules hold for the questions as they are after carrying over.
    Raises CannotLay and TooFewAlternatives, with the index of the question that was sent.
    """
    matches = _match(stored, sent)
    wanted = [_carry_over(entry, match) for entry, match in zip(sent, matches, strict=True)]
    for index, question in enumerate(wanted):
        if (
            question.answered_by is AnsweredBy.CHOICE
            and len({fold_wording(alternative) for alternative in question.alternatives}) < 2
        ):
            raise TooFewAlternatives(index=index)
    named = _name(wanted, sent, matches)
    # Each of these questions is an object of its own, by which its step is told.
    by_named = {id(name): pair for name, pair in zip(named, zip(wanted, matches, strict=True), strict=True)}
    laid = lay_steps(named, keeps_duplicates=keeps_duplicates, new_id=new_id)
    return _settle(stored, [_MatchedStep(step, *by_named[id(step.question)]) for step in laid])


# --- Which step each question is -----------------------------------------------------------------------------------

# What a question says; neither its handle nor a draft is a part of it.
SAID = tuple(field.name for field in fields(SentQuestion) if field.name not in ("caller_id", "drafted_wordings"))


def _match(stored: Sequence[Step], sent: Sequence[Sent]) -> list[Step | None]:
    """The step of each question. The strongest sign goes first over all questions; each step is taken once."""
    matches: list[Step | None] = [None] * len(sent)
    free = {step.id: step for step in stored}

    def take(index: int, candidates: Iterable[Step]) -> None:
        if matches[index] is None:
            matches[index] = next((free.pop(step.id) for step in candidates if step.id in free), None)

    by_external_id = _group((step.question.external_id, step) for step in stored)
    by_handle = _group((alias, step) for step in stored for alias in _aliases(step))
    by_text = _group((fold_wording(step.question.text), step) for step in stored)
    for index, entry in enumerate(sent):
        if entry.question.external_id is not None:
            take(index, by_external_id.get(entry.question.external_id, ()))
    for index, entry in enumerate(sent):
        if entry.question.caller_id is not None:
            take(index, by_handle.get(entry.question.caller_id, ()))
    # What was left out says nothing; but a step that says exactly as much goes before one that says more.
    for is_exact in (True, False):
        for index, entry in enumerate(sent):
            said = frozenset(SAID) if is_exact else entry.given
            same_text = by_text.get(fold_wording(entry.question.text), ())
            take(index, (step for step in same_text if _agrees(entry, step, said, by_handle)))
    return matches


def _group(pairs: Iterable[tuple[str | None, Step]]) -> dict[str, list[Step]]:
    by_name: dict[str, list[Step]] = {}
    for key, step in pairs:
        if key is not None:
            by_name.setdefault(key, []).append(step)
    return by_name


def _aliases(step: Step) -> Iterator[str]:
    """All that the caller may call it by."""
    yield str(step.id)
    if step.question.caller_id is not None:
        yield step.question.caller_id
    yield from step.also_known_as


def _agrees(entry: Sent, step: Step, said: frozenset[str], by_handle: dict[str, list[Step]]) -> bool:
    """Whether all that is said holds for the step; of its text, whatever folding leaves of it."""
    question, parent = entry.question, entry.question.parent_caller_id
    is_child = (question if "is_conditional" in said else step.question).is_conditional
    if "answered_by" not in said and step.question.answered_by in entry.never:
        return False
    if is_child and parent is not None and "parent_caller_id" in said:
        # An id that is new with this call can name the same parent by its content alone: no sign of another one.
        known = {other.id for other in by_handle.get(parent, ())}
        if known and step.parent_id not in known:
            return False
    ignored = {"text", "parent_caller_id"} if is_child else {"text"}
    return _is_same(question, step.question, said - ignored)


def _is_same(question: SentQuestion, other: SentQuestion, names: Iterable[str]) -> bool:
    return all(_plain(getattr(question, name)) == _plain(getattr(other, name)) for name in names)


def _plain(value: Any) -> Any:
    """As it is compared: in JSON true is not 1."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


# --- What each question says ---------------------------------------------------------------------------------------


def _carry_over(entry: Sent, step: Step | None) -> SentQuestion:
    """The question with what was left out taken from its step. Its handle stays the step's."""
    if step is None:
        return entry.question
    given = {name: getattr(entry.question, name) for name in entry.given}
    if entry.settles_wordings or any(given.get(name, was) != was for name, was in _worded_by(step.question)):
        given["drafted_wordings"] = None
    question = replace(step.question, **given)
    if "answered_by" not in given and question.answered_by in entry.never:
        question = replace(question, answered_by=AnsweredBy.OPEN)
    if step.question.is_conditional and not question.is_conditional:
        condition = question.condition if "condition" in given else None
        parent = question.parent_caller_id if "parent_caller_id" in given else None
        return replace(question, condition=condition, parent_caller_id=parent)
    return question


def _worded_by(question: SentQuestion) -> tuple[tuple[str, Any], ...]:
    """What other wordings are wordings of: with something else of these, they are worth nothing."""
    return ("text", question.text), ("language", question.language), ("answered_by", question.answered_by)


def _name(wanted: Sequence[SentQuestion], sent: Sequence[Sent], matches: Sequence[Step | None]) -> list[SentQuestion]:
    """The questions as `lay_steps` takes them: each under one handle, and each parent named by that handle.

    A parent can be named by the id that was sent for it, by its step's own id, and by the caller's handles of the step.
    """
    sent_ids = {entry.question.caller_id for entry in sent}
    handles = [
        entry.question.caller_id or _free_handle(step, sent_ids) for entry, step in zip(sent, matches, strict=True)
    ]
    by_alias = {handle: handle for handle in handles if handle is not None}
    for handle, step in zip(handles, matches, strict=True):
        if handle is not None and step is not None:
            for alias in _aliases(step):
                by_alias.setdefault(alias, handle)
    named = []
    for question, entry, step, handle in zip(wanted, sent, matches, handles, strict=True):
        parent = question.parent_caller_id
        if "parent_caller_id" not in entry.given and step is not None and step.parent_id is not None:
            # A parent that nobody sent is the step's, if it is still here; else the nearest, as for a new question.
            parent = str(step.parent_id) if str(step.parent_id) in by_alias else None
        target = None if parent is None else by_alias.get(parent, parent)
        named.append(replace(question, caller_id=handle, parent_caller_id=target))
    return named


def _free_handle(step: Step | None, taken: set[str | None]) -> str | None:
    return None if step is None or str(step.id) in taken else str(step.id)


# --- What becomes of the steps -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _MatchedStep:
    """A step as it was laid, what it says, and the stored step that it was."""

    step: Step
    question: SentQuestion
    match: Step | None


def _settle(stored: Sequence[Step], laid: Sequence[_MatchedStep]) -> Plan:
    by_laid_id = {matched.step.id: matched for matched in laid}
    ids: dict[UUID, UUID] = {}
    for matched in laid:
        ids[matched.step.id] = (
            matched.match.id if matched.match is not None and _stays(matched, by_laid_id) else matched.step.id
        )
    own = {str(step.id) for step in stored}
    steps = tuple(_to_step(matched, ids, own) for matched in laid)
    was = [step.id for step in stored]
    kept = {matched.match.id for matched in laid if matched.match is not None}
    return Plan(
        steps=steps,
        kept=tuple(step.id for step in steps if step.id in kept),
        added=tuple(matched.step.id for matched in laid if matched.match is None),
        removed=tuple(step_id for step_id in was if step_id not in kept),
        replaced=tuple(
            Replaced(before=matched.match.id, after=matched.step.id)
            for matched in laid
            if matched.match is not None and ids[matched.step.id] != matched.match.id
        ),
        is_change=[step.id for step in steps] != was or any(map(_loses_drafts, laid)),
    )


def _loses_drafts(matched: _MatchedStep) -> bool:
    before = None if matched.match is None else matched.match.question.drafted_wordings
    return before != matched.question.drafted_wordings


def _stays(matched: _MatchedStep, by_laid_id: dict[UUID, _MatchedStep]) -> bool:
    """Whether it says what its step says, of the same parent. A parent that was reworded is the same one."""
    assert matched.match is not None
    parent = None if matched.step.parent_id is None else by_laid_id[matched.step.parent_id].match
    if (matched.step.parent_id is None) != (matched.match.parent_id is None):
        return False
    if matched.match.parent_id is not None and (parent is None or parent.id != matched.match.parent_id):
        return False
    said = set(SAID) - ({"parent_caller_id"} if matched.question.is_conditional else set())
    return _is_same(matched.question, matched.match.question, said)


def _to_step(matched: _MatchedStep, ids: dict[UUID, UUID], own: set[str]) -> Step:
    step_id = ids[matched.step.id]
    parent_id = None if matched.step.parent_id is None else ids[matched.step.parent_id]
    before = () if matched.match is None else matched.match.also_known_as
    also_known_as = tuple(dict.fromkeys((*before, *(name for name in matched.step.also_known_as if name not in own))))
    if matched.match is None:
        return Step(id=step_id, question=matched.question, parent_id=parent_id, also_known_as=also_known_as)
    was, now = matched.match.question, matched.question
    kept = replace(was, drafted_wordings=now.drafted_wordings) if _loses_drafts(matched) else was
    return Step(
        id=step_id,
        question=kept if step_id == matched.match.id else replace(now, caller_id=was.caller_id),
        parent_id=parent_id,
        also_known_as=also_known_as,
    )
