"""What one attempt is asked: the share, the wordings, the same for the same seed."""

import math

from hypothesis import given
from hypothesis import strategies as some

from tests.builders import steps_of
from tests.folding import folded
from vivavoce.interviews.draw import count_drawn, draw_steps
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step

SEEDS = some.integers(0, 2**62 - 1)
SHARES = some.one_of(some.none(), some.floats(0.01, 0.9))


@some.composite
def interviews(draw: some.DrawFn) -> tuple[Step, ...]:
    """Open questions, some of them children of the nearest question before that is none."""
    flags = draw(some.lists(some.booleans(), min_size=0, max_size=30))
    return steps_of([SentQuestion(text="?", is_conditional=flag) for flag in [False, *flags]])


@folded(
    ("count", "share", "drawn"),
    [
        (10, None, 10),
        (10, 0.9, 9),
        (25, 0.28, 7),  # not 8, though 25 · 0.28 is a little more than 7 in binary
        (10, 0.25, 3),  # 2.5, rounded up
        (10, 0.01, 1),
        (1, 0.01, 1),
        (3, 0.34, 2),  # 1.02
    ],
)
def test_a_share_is_rounded_up(count: int, share: float | None, drawn: int) -> None:
    steps = steps_of([SentQuestion(text="?")] * count)
    assert len(draw_steps(steps, share=share, seed=7)) == count_drawn(steps, share=share) == drawn


@given(interviews(), SHARES, SEEDS)
def test_order_is_kept_and_children_come_with_their_parents(
    steps: tuple[Step, ...], share: float | None, seed: int
) -> None:
    drawn = draw_steps(steps, share=share, seed=seed)
    ids = [step.id for step in drawn]
    assert ids == [step.id for step in steps if step.id in set(ids)]
    assert all((step.parent_id is None) or ((step.parent_id in ids) == (step.id in ids)) for step in steps)
    unconditional = sum(step.parent_id is None for step in steps)
    assert sum(step.parent_id is None for step in drawn) == (
        unconditional if share is None else math.ceil(round(unconditional * share, 9))
    )


@given(interviews(), SHARES, SEEDS)
def test_the_same_seed_draws_the_same(steps: tuple[Step, ...], share: float | None, seed: int) -> None:
    assert draw_steps(steps, share=share, seed=seed) == draw_steps(steps, share=share, seed=seed)


def test_every_question_has_its_chance() -> None:
    steps = steps_of([SentQuestion(text=f"{number}?") for number in range(10)])
    seen = {step.id for seed in range(200) for step in draw_steps(steps, share=0.2, seed=seed)}
    assert len(seen) == 10


def test_one_of_the_wordings_is_asked_and_each_has_its_chance() -> None:
    steps = steps_of([SentQuestion(text="a", alternatives=("b", "c"))])
    asked = [draw_steps(steps, share=None, seed=seed)[0].question.text for seed in range(200)]
    assert {"a", "b", "c"} == set(asked)
    assert all(asked.count(wording) > 30 for wording in "abc")  # 200 / 3 is 67


def test_a_choice_keeps_its_text() -> None:
    steps = steps_of([SentQuestion(text="Which?", answered_by=AnsweredBy.CHOICE, alternatives=("a", "b"))])
    assert {draw_steps(steps, share=None, seed=seed) for seed in range(50)} == {steps}


def test_a_wording_does_not_hang_on_the_share() -> None:
    steps = steps_of([SentQuestion(text=f"{number}", alternatives=(f"{number} again",)) for number in range(20)])
    whole = {step.id: step.question.text for step in draw_steps(steps, share=None, seed=3)}
    assert all(whole[step.id] == step.question.text for step in draw_steps(steps, share=0.5, seed=3))
