"""A judgement in the contract's words: what details tell of it, for the attempt and for each turn."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from vivavoce.attempts.keep import Kept
from vivavoce.scoring.judged import ROUGH, JudgedAnswer
from vivavoce.scoring.judgements import KeptJudgement
from vivavoce.scoring.recommend import Feedback, Rationale, Report
from vivavoce.scoring.rubric import Bracket
from vivavoce.scoring.total import show, to_ten
from vivavoce.scoring.verdicts import Quote, Verdict

Ids = Mapping[int, UUID]  # of a turn's number
NOT_COMPARABLE = "not_comparable"  # the reason for a look that no judging finds: too much failed on our side


def tell_attempt(kept: KeptJudgement, answers: Sequence[Kept], *, is_comparable: bool) -> dict[str, Any]:
    """The fields of the attempt as a whole: scores from 0 to 10, and what they rest on.

    is_comparable: false asks for a person's look, and lowers nothing.
    """
    session, ids = kept.judgement.session, {one.answer.number: one.id for one in answers}
    told: dict[str, Any] = {
        "score": to_number(session.score),
        "score_answer": _of_ten(session.answers_score),
        "score_interview_ai": _of_ten(session.session_score),
    }
    other: dict[str, Any] = {
        "rubric": [_verdict(verdict, ids) for verdict in session.verdicts],
        "needs_review": session.needs_review or not is_comparable,
        "reasons": [*(str(reason) for reason in session.reasons), *(() if is_comparable else (NOT_COMPARABLE,))],
        "judgement": {
            "version": kept.version,
            "rater": kept.rater,
            "caution": ROUGH if kept.judgement.is_rough else None,
            "rubric_sha256": kept.rubric_digest,
            "judged_at": kept.judged_at.isoformat(),
        },
    }
    if kept.judgement.feedback is not None:
        return told | _feedback(kept.judgement.feedback, ids, other)
    if kept.judgement.report is not None:
        return told | _report(kept.judgement.report, ids, other)
    return told | {"ai_analysis_other": other}


def tell_turn(judged: JudgedAnswer | None, answers: Sequence[Kept]) -> dict[str, Any]:
    """The fields of one question's turn, which stand for its follow-ups too: a score from 1 to 5."""
    if judged is None:
        return {}
    ids = {one.answer.number: one.id for one in answers}
    score = to_number(judged.score)
    interval = judged.interval
    return {
        "score": score,
        "score_answer_ai": score,
        "answer_assessment_raw_data": {
            "verdicts": [_verdict(verdict, ids) for verdict in judged.verdicts],
            "flags": [
                {
                    "flag": raised.flag.value,
                    "result_question_id": _id(raised.turn, ids),
                    "start": raised.start,
                    "end": raised.end,
                }
                for raised in judged.flags
            ],
            "interval": None
            if interval is None
            else {
                "low": to_number(interval.low),
                "high": to_number(interval.high),
                "level": interval.level,
                "is_calibrated": interval.is_calibrated,
            },
            "needs_review": judged.needs_review,
            "reasons": [str(reason) for reason in judged.reasons],
        },
    }


def to_number(score: Fraction | None) -> float | None:
    """A score as it is shown."""
    return None if score is None else float(show(score))


def _of_ten(score: Fraction | None) -> float | None:
    return None if score is None else to_number(to_ten(score))


def _report(report: Report, ids: Ids, other: dict[str, Any]) -> dict[str, Any]:
    """For whoever decides; nothing of it is for the candidate."""
    hire, not_hire = [_proved(one) for one in report.reasons_for], [_proved(one) for one in report.reasons_against]
    key = report.key_statement
    lines = [report.text, *(f"+ {reason}" for reason in hire), *(f"\N{MINUS SIGN} {reason}" for reason in not_hire)]
    return {
        "score_text": report.text,
        "ai_analysis_recruiter": "\n".join(lines),
        "ai_analysis_recruiter_why_hire": hire,
        "ai_analysis_recruiter_why_not_hire": not_hire,
        "ai_analysis_other": {
            "recommendation": report.recommendation.value,
            "hiring_reasons": {"reasons_to_hire": hire, "reasons_not_to_hire": not_hire},
            "score_rationale": None if report.rationale is None else _rationale(report.rationale),
            "key_statement": None if key is None else {"quote": key.text, "result_question_id": _id(key.turn, ids)},
            **other,
        },
    }


def _feedback(feedback: Feedback, ids: Ids, other: dict[str, Any]) -> dict[str, Any]:
    """For somebody who practises: no recommendation, and nothing for a recruiter."""
    shown = [_proved(one) for one in feedback.shown]
    step = feedback.step_claim
    proof = [] if step is None else [_proof(quote, ids) for quote in step.quotes]
    next_step = {
        "text": feedback.next_step,
        "priority": "impact",
        "guidance": {"kind": "say", "text": feedback.next_step},
        **({"proof": proof} if proof else {}),
    }
    return {
        "ai_analysis": "\n".join([*(f"+ {one}" for one in shown), feedback.next_step]),
        "ai_analysis_other": {
            "takeaways": {"what_went_well": shown, "next_steps": [next_step]},
            "also_expected": [one.claim.text for one in feedback.also],
            **other,
        },
    }


def _rationale(rationale: Rationale) -> dict[str, Any]:
    return {
        "bracket": rationale.bracket.value,
        "evidenced": {bracket.value: rationale.evidenced[bracket] for bracket in Bracket},
        "total": {bracket.value: rationale.total[bracket] for bracket in Bracket},
    }


def _verdict(verdict: Verdict, ids: Ids) -> dict[str, Any]:
    return {
        "bracket": verdict.claim.bracket.value,
        "requirement": verdict.claim.text,
        "state": verdict.state.value,
        "p": round(verdict.p, 4),
        "quotes": [
            {
                "result_question_id": _id(quote.turn, ids),
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
            }
            for quote in verdict.quotes
        ],
    }


def _proved(verdict: Verdict) -> str:
    """The claim and the words that carry it, in one line."""
    said = " … ".join(" ".join(quote.text.split()) for quote in verdict.quotes)
    return f"{verdict.claim.text} “{said}”"


def _proof(quote: Quote, ids: Ids) -> dict[str, Any]:
    return {"kind": "quote", "text": quote.text, "ref": {"result_question_id": _id(quote.turn, ids)}}


def _id(turn: int | None, ids: Ids) -> str | None:
    return None if turn is None else str(ids[turn])
