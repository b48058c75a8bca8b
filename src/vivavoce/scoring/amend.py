"""A judgement as people changed it: their verdicts in place of the program's, and the sum that follows. Pure.

The arithmetic is the program's own (`total.py`). A claim that a person gave a verdict on has no doubt and needs no
quote: whose word it is, and why, stands beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.weights import Weights
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.recommend import make_feedback, make_report
from vivavoce.scoring.total import HIGHEST, LOWEST, find_mean, mix, score_verdicts
from vivavoce.scoring.verdicts import Verdict, VerdictState

Place = tuple[UUID | None, Bracket, int]  # whose claim (None: the interview's own), its bracket, its place there


def amend(
    judgement: Judgement,
    states: Mapping[Place, VerdictState],
    *,
    score: Fraction | None,
    weights: Weights,
    asked: int,
    language: str,
) -> Judgement:
    """The judgement with these verdicts. score: what a person put in the sum's place, 0 to 10; None: nothing did.

    asked: scored questions that were asked, those that were skipped included. language: of the interview.
    """
    session = judgement.session
    answers = tuple(
        _amend_answer(answer, step_id, states) for step_id, answer in zip(judgement.steps, session.answers, strict=True)
    )
    verdicts = _amend_verdicts(session.verdicts, None, states)
    answers_score, session_score = find_mean(answer.score for answer in answers), score_verdicts(verdicts)
    changed = replace(
        session,
        answers=answers,
        verdicts=verdicts,
        answers_score=answers_score,
        session_score=session_score,
        score=mix(answers=answers_score, session=session_score, weights=weights) if score is None else score,
    )
    counted = verdicts or tuple(verdict for answer in answers for verdict in answer.verdicts)
    if judgement.feedback is not None:
        return replace(judgement, session=changed, feedback=make_feedback(counted, language=language))
    report = make_report(
        counted, heard=session.heard, asked=asked, needs_review=session.needs_review, language=language
    )
    return replace(judgement, session=changed, report=report)


def find_verdict(judgement: Judgement, place: Place) -> Verdict | None:
    """The verdict on the claim at this place; None where the judgement has none."""
    step_id, bracket, number = place
    answer = None if step_id is None else judgement.answer_of(step_id)
    verdicts = judgement.session.verdicts if step_id is None else () if answer is None else answer.verdicts
    return next(
        (verdict for verdict in verdicts if (verdict.claim.bracket, verdict.claim.index) == (bracket, number)),
        None,
    )


def verdicts_by_place(judgement: Judgement) -> dict[Place, Verdict]:
    """Every verdict by its claim's place: those of the interview's own claims first, then question by question."""
    sources: list[tuple[UUID | None, Sequence[Verdict]]] = [(None, judgement.session.verdicts)]
    sources += [
        (step_id, answer.verdicts) for step_id, answer in zip(judgement.steps, judgement.session.answers, strict=True)
    ]
    return {
        (step_id, verdict.claim.bracket, verdict.claim.index): verdict
        for step_id, verdicts in sources
        for verdict in verdicts
    }


def places_of(judgement: Judgement) -> tuple[Place, ...]:
    """Every claim that has a verdict: the interview's own first, then question by question."""
    return tuple(verdicts_by_place(judgement))


def _amend_answer(answer: JudgedAnswer, step_id: UUID, states: Mapping[Place, VerdictState]) -> JudgedAnswer:
    verdicts = _amend_verdicts(answer.verdicts, step_id, states)
    if verdicts == answer.verdicts:
        return answer
    score = score_verdicts(verdicts)
    return replace(answer, verdicts=verdicts, score=score, interval=_move(answer.interval, answer.score, score))


def _amend_verdicts(
    verdicts: Sequence[Verdict], step_id: UUID | None, states: Mapping[Place, VerdictState]
) -> tuple[Verdict, ...]:
    return tuple(
        verdict
        if (state := states.get((step_id, verdict.claim.bracket, verdict.claim.index), verdict.state)) is verdict.state
        else replace(verdict, state=state, p=1.0, doubt=None)
        for verdict in verdicts
    )


def _move(interval: Interval | None, before: Fraction | None, after: Fraction | None) -> Interval | None:
    """The interval around the new score, as wide as it was measured."""
    if interval is None or before is None or after is None:
        return None
    width = max(before - interval.low, interval.high - before)
    return replace(interval, low=max(Fraction(LOWEST), after - width), high=min(Fraction(HIGHEST), after + width))
