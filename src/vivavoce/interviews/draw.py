"""What one attempt is asked: a random share of the questions, and of each question's wordings one. Pure."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from vivavoce.interviews.steps import AnsweredBy, Step


def draw_steps(steps: Sequence[Step], *, share: float | None, seed: int) -> tuple[Step, ...]:
    """The steps of one attempt, in their own order, each in the words that it is asked in.

    share: of the unconditional steps, rounded up; None for all. A child comes only with its parent.
    The same seed gives the same draw; what a step is worded like does not hang on the others.
    """
    drawn = _draw_share(steps, share=share, seed=seed)
    return tuple(_word(step, seed=seed) for step in steps if step.id in drawn)


def count_drawn(steps: Sequence[Step], *, share: float | None) -> int:
    """How many of the unconditional steps one attempt is asked."""
    unconditional = sum(1 for step in steps if step.parent_id is None)
    # A share of 0.28 of 25 is 7.000000000000001 in binary: the last digits are not meant.
    return unconditional if share is None else math.ceil(round(unconditional * share, 9))


def _draw_share(steps: Sequence[Step], *, share: float | None, seed: int) -> set[UUID]:
    unconditional = [step.id for step in steps if step.parent_id is None]
    drawn = set(random.Random(seed).sample(unconditional, count_drawn(steps, share=share)))
    for step in steps:  # parents stand before their children
        if step.parent_id in drawn:
            drawn.add(step.id)
    return drawn


def _word(step: Step, *, seed: int) -> Step:
    """The step in one of its wordings, with the others as its alternatives. Those of a choice are no wordings, but what
    can be chosen."""
    question = step.question
    if question.answered_by is AnsweredBy.CHOICE or not question.alternatives:
        return step
    wordings = (question.text, *question.alternatives)
    text = random.Random(f"{seed} {step.id}").choice(wordings)
    others = tuple(wording for wording in dict.fromkeys(wordings) if wording != text)
    return replace(step, question=replace(question, text=text, alternatives=others))
