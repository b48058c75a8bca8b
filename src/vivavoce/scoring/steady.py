"""Holding a rough rater's word steady while a candidate puts slips right. Pure.

It reads likeness: "about 2 years" instead of "about a year" can cost a claim that has nothing to do with years. A
candidate who sees less come up because they put a word right takes it back, or stops trusting the page. So what was
found before a mere slip stays found, for what the candidate is shown; what is judged after the sending is not touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.difference import find_difference, is_rewritten
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.verdicts import Verdict, VerdictState

# In an answer of four words "2 years" for "a year" changes 39 % of the characters; by half, another answer begins.
OTHER_ANSWER = 1 / 2


def find_rewritten(words: Mapping[int, str], answers: Iterable[Answer]) -> frozenset[UUID]:
    """The steps whose answers say something else now, not the same with a slip put right. words: as they were, by turn;
    answers: with the words that count now.
    """
    return frozenset(
        answer.step_id
        for answer in answers
        if (before := words.get(answer.number, "")) != answer.text
        and (
            not answer.text
            or answer.choice is not None
            or is_rewritten(find_difference(before, answer.text), share=OTHER_ANSWER)
        )
    )


def hold_steady(now: Judgement, before: Judgement, *, rewritten: frozenset[UUID]) -> Judgement:
    """The judgement with no score below the one of before, where the rater is rough both times, the words are the same
    but for slips, and nothing more is denied. rewritten: the steps that say something else now.

    Verdicts and quotes are those of now.
    """
    if not (now.is_rough and before.is_rough) or now.steps != before.steps:
        return now
    held = tuple(
        answer if step in rewritten else replace(answer, score=_hold(answer, earlier))
        for step, answer, earlier in zip(now.steps, now.session.answers, before.session.answers, strict=True)
    )
    session = replace(now.session, answers=held)
    if not rewritten and not _denies_more(now.session.verdicts, before.session.verdicts):
        is_denied = any(
            _denies_more(answer.verdicts, earlier.verdicts)
            for answer, earlier in zip(held, before.session.answers, strict=True)
        )
        session = session if is_denied else replace(session, score=_higher(session.score, before.session.score))
    return replace(now, session=session)


def _hold(answer: JudgedAnswer, earlier: JudgedAnswer) -> Fraction | None:
    is_denied = _denies_more(answer.verdicts, earlier.verdicts)
    return answer.score if is_denied else _higher(answer.score, earlier.score)


def _higher(score: Fraction | None, earlier: Fraction | None) -> Fraction | None:
    """None stays: where nothing can be judged now, nothing is."""
    return score if score is None or earlier is None else max(score, earlier)


def _denies_more(verdicts: Iterable[Verdict], earlier: Iterable[Verdict]) -> bool:
    denied = {verdict.claim for verdict in earlier if verdict.state is VerdictState.REJECTED}
    return any(verdict.state is VerdictState.REJECTED and verdict.claim not in denied for verdict in verdicts)
