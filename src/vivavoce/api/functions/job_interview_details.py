"""job-interview-details: an attempt with its transcript, and how it was judged."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from vivavoce.api.asked import NOTHING, asked_id, asked_text, read_asked
from vivavoce.api.models.judgement_words import tell_attempt, tell_turn
from vivavoce.api.models.result_words import WORDS, to_processing, to_tenths
from vivavoce.api.models.words import to_wire_view
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.answer import Reply
from vivavoce.attempts.difference import find_difference, is_rewritten
from vivavoce.attempts.introduction import Introduction, find_introduction, sign_address
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.remarks import Remark, read_remark
from vivavoce.candidates.contact import Contact, read_contact
from vivavoce.candidates.revoke import find_revoked_at
from vivavoce.clock import now
from vivavoce.errors import NotFound
from vivavoce.interviews.steps import Step
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.judgements import KeptJudgement, find_judgement

# Fields of the contract that stay null until there is something to say in them. Sentiment, pace and pronunciation stay
# so for good: they never touch a score.
NOTHING_YET: dict[str, Any] = dict.fromkeys(
    (
        "score", "score_simulation", "score_text", "score_sentiment", "score_words_per_minute", "score_pronunciation",
        "score_answer", "score_interview_ai", "ai_analysis", "ai_analysis_recruiter", "ai_analysis_other",
        "ai_analysis_recruiter_why_hire", "ai_analysis_recruiter_why_not_hire", "recruiter_risks",
        "user_feedback_recruiter", "recording_local_path", "recording_is_video", "recording_url",
    )
)  # fmt: skip
NOTHING_YET_OF_A_TURN: dict[str, Any] = dict.fromkeys(
    (
        "ai_analysis", "ai_analysis_recruiter", "score", "score_simulation", "score_answer_ai",
        "score_answer_ai_simulation", "answer_assessment_raw_data", "recording_local_path", "recording_is_video",
        "recording_url",
    )
)  # fmt: skip


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 for an attempt that does not exist, is another merchant's or of another environment."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    attempt_id = asked_id(asked, "interview_result_id")
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    async with parts.database.tenant(merchant_id) as connection:
        record = await find_attempt(connection, attempt_id, environment=caller.environment)
        if record is None:
            raise NotFound(NOTHING)
        judged = await find_judgement(connection, record.id)
        film = await find_introduction(connection, record.id)
        revoked_at = await find_revoked_at(
            connection, interview_id=record.interview_id, candidate_id=record.candidate_id
        )
        is_signed = str(asked.get("get_signed_recordings")).lower() == "true"
        beside = {
            "video_introduction_local_path": None if film is None else film.place,
            "video_introduction_url": _sign(parts, film) if is_signed else None,
            "contact": _contact(await read_contact(connection, record.candidate_id)),
            "candidate_feedback": _remark(await read_remark(connection, record.id)),
            "link_revoked_at": None if revoked_at is None else revoked_at.isoformat(),
        }
    return JSONResponse(to_wire(record, judged) | beside)


def _sign(parts: ApiParts, film: Introduction | None) -> str | None:
    token = None if film is None else sign_address(parts.keys, film, now=now())
    return None if token is None else f"{parts.public_url}/interview/films/{token}/"


def _contact(contact: Contact) -> dict[str, str | None]:
    return {"name": contact.name or None, "email": contact.email or None, "phone": contact.phone or None}


def _remark(remark: Remark | None) -> dict[str, Any] | None:
    return None if remark is None else {"rating": remark.rating, "text": remark.text}


def to_wire(record: Record, judged: KeptJudgement | None) -> dict[str, Any]:
    """The attempt in the contract's shape. Durations are tenths of a second. judged: None until a worker has."""
    steps = {step.id: step for step in record.definition.steps}
    known = (
        NOTHING_YET
        if judged is None
        else NOTHING_YET | tell_attempt(judged, record.answers, is_comparable=record.is_comparable)
    )
    return known | {
        "interview_result_id": str(record.id),
        "interview_def_set_id": str(record.interview_id),
        "profile_interview_id": str(record.candidate_id),
        "is_test": record.is_test,
        "attempt_number": record.number,
        "status": WORDS[record.state].session,
        "lifecycle_status": WORDS[record.state].lifecycle,
        "processing_status": to_processing(record.state, record.judged_at),
        "start": record.begun_at.isoformat(),
        "end": None if record.finished_at is None else record.finished_at.isoformat(),
        "duration": to_tenths(record.talk_seconds),
        "ai_interview_coverage_percentage": None if record.coverage_percent is None else float(record.coverage_percent),
        "ai_completion_reason": None if record.ending is None else record.ending.value,
        "transcript": [_turn(kept, steps[kept.answer.step_id], record, judged) for kept in record.answers],
        "conditional_decisions": [
            {"question_id": str(branch.step_id), "is_asked": branch.is_asked, "reason": branch.reason}
            for branch in record.branches
        ],
        "is_comparable": record.is_comparable,
        "faults": [
            {
                "kind": fault.kind.value,
                "began_at": fault.began_at.isoformat(),
                "ended_at": None if fault.ended_at is None else fault.ended_at.isoformat(),
            }
            for fault in record.faults
        ],
        "requests": [
            {
                "kind": kept.wished.wish,
                "by": "word" if kept.wished.is_by_word else "button",
                "question_number": kept.wished.number,
                "at": kept.at.isoformat(),
            }
            for kept in record.wishes
        ],
    }


def _turn(kept: Kept, step: Step, record: Record, judged: KeptJudgement | None) -> dict[str, Any]:
    """A turn. A follow-up is nobody's question: what is the caller's own stands at the question that it follows."""
    asked, is_follow_up = kept.counting, kept.answer.follow_up is not None
    lasted = asked.spent_seconds or (kept.answered_at - kept.asked_at).total_seconds()
    known = NOTHING_YET_OF_A_TURN
    if judged is not None and not is_follow_up:
        known = known | tell_turn(judged.judgement.answer_of(step.id), record.answers)
    return known | {
        "id": str(kept.id),
        "is_answer": not asked.is_skipped,
        "view": to_wire_view(step.question),
        "question_original_id": None if is_follow_up else str(step.id),
        "question_original": step.question.text,
        "question_asked": asked.asked,
        "answer": None if asked.is_skipped else asked.text,
        **_correction(kept),
        "duration": to_tenths(lasted),
        "mojito_language_code": asked.language,
        "external_id": None if is_follow_up else step.question.external_id,
        "external_data": None if is_follow_up else step.question.external_data,
        "is_follow_up": is_follow_up,
        "follow_up_of": str(step.id) if is_follow_up else None,
        "reply": None if asked.reply is None else _reply(asked.reply),
    }


def _correction(kept: Kept) -> dict[str, Any]:
    """What was heard or typed first, where the candidate has put it right, and what they changed."""
    if not kept.is_corrected:
        return {"answer_first": None, "answer_difference": None, "is_rewritten": False}
    pieces = find_difference(kept.answer.text, kept.counting.text)
    return {
        "answer_first": kept.answer.text,
        "answer_difference": [{"change": one.change.value, "text": one.text} for one in pieces],
        "is_rewritten": is_rewritten(pieces),
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "mojito_language_code": reply.language,
        "source": reply.source,
        "passage": reply.passage,
        "is_passed_on": reply.is_passed_on,
    }
