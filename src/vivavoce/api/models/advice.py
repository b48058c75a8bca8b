"""Advice on an interview's expectations, as `job-interview-get` tells it. Nothing is refused for it."""

from typing import Any

from vivavoce.interviews.draft import Draft
from vivavoce.scoring.lint import lint_rubric
from vivavoce.scoring.rubric import read_rubric

Source = tuple[str | None, dict[str, Any] | None, str]  # the question's id, its expectations, their language


def advise(draft: Draft) -> list[dict[str, Any]]:
    """Each finding, those on the interview's own expectations first, then question by question."""
    own: Source = (None, draft.settings.expectations, draft.language)
    steps: list[Source] = [
        (str(step.id), step.question.expectations, step.question.language or draft.language) for step in draft.steps
    ]
    return [
        {
            "question_id": question_id,
            "bracket": finding.claim.bracket.value,
            "requirement": finding.claim.text,
            "fault": finding.fault.value,
            "words": finding.words,
            "advice": finding.advice,
        }
        for question_id, expectations, language in (own, *steps)
        if (rubric := read_rubric(expectations)) is not None
        for finding in lint_rubric(rubric, language=language)
    ]
