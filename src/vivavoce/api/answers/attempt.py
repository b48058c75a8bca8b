"""What `job-interview-details` answers: an attempt with its transcript, and how it was judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.judgement import (
    NOT_JUDGED,
    AttemptJudgement,
    TurnJudgement,
    to_wire_attempt,
    to_wire_turn,
)
from vivavoce.api.answers.parts import Id, LanguageText, Moment, nothing_yet
from vivavoce.api.answers.risks import Risks, StruckOutRisk, to_wire_risks_now
from vivavoce.api.models.result_words import WORDS, Lifecycle, Processing, Session, to_processing, to_tenths
from vivavoce.api.models.words import View, to_wire_view
from vivavoce.attempts.answer import Reply
from vivavoce.attempts.decisions import DecisionKind, ResultDecision
from vivavoce.attempts.difference import WordChange, find_difference, is_rewritten
from vivavoce.attempts.facts import KeptFact
from vivavoce.attempts.faults import FaultKind
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.read import Record
from vivavoce.attempts.remarks import Remark
from vivavoce.attempts.states import Ending
from vivavoce.candidates.contact import Contact
from vivavoce.conversation.intents import is_refused
from vivavoce.interviews.steps import Step
from vivavoce.reports.links import ReportLink
from vivavoce.scoring.judgements import KeptJudgement


class AnswerPiece(TypedDict):
    """A run of words."""

    change: Annotated[WordChange, Field(description="What became of it.")]
    text: Annotated[str, Field(description="The words.")]


class CandidateReplyPart(TypedDict):
    """What one of several questions of a turn was answered."""

    asked: Annotated[str, Field(description="The question.", examples=["Is there parking?"])]
    text: Annotated[str, Field(description="What was said.")]
    source: Annotated[str | None, Field(description="Where the answer stands; null: it was passed on.")]
    passage: Annotated[str | None, Field(description="The very words that answer; null: it was passed on.")]


class CandidateReply(TypedDict):
    """What the candidate was answered, where the candidate asked."""

    text: Annotated[str, Field(description="What was said.", examples=["This is what I have on it."])]
    mojito_language_code: Annotated[LanguageText, Field(description="Its language.")]
    source: Annotated[
        str | None, Field(description="Where the answer stands; null: it was passed on.", examples=["Salary"])
    ]
    passage: Annotated[str | None, Field(description="The very words that answer; null: it was passed on.")]
    is_passed_on: Annotated[bool, Field(description="Whether nothing answers it, so that a task waits for you.")]
    parts: Annotated[
        list[CandidateReplyPart],
        Field(description="Each question with its answer, where more than one was asked in one breath."),
    ]


class TurnAnswer(TurnJudgement):
    """A question as it was asked, and its answer."""

    id: Annotated[Id, Field(description="This turn.")]
    is_answer: Annotated[bool, Field(description="Whether it was answered: neither skipped nor refused.")]
    is_refused: Annotated[
        bool,
        Field(
            description="Whether the candidate would rather not answer, and says no more; it counts as skipped. An"
            " addition."
        ),
    ]
    view: Annotated[View, Field(description="The question's five flags as one word.")]
    question_original_id: Annotated[Id | None, Field(description="The question; null for a follow-up.")]
    question_original: Annotated[
        str | None, Field(description="The question's own text; of a follow-up, the question that it follows.")
    ]
    label: Annotated[
        str | None,
        Field(
            description="The question's short name; of a follow-up, that of the question that it follows. An addition.",
            examples=["Project"],
        ),
    ]
    question_asked: Annotated[
        str, Field(description="The words that were asked.", examples=["Tell me about a project of yours."])
    ]
    answer: Annotated[
        str | None,
        Field(
            description="The answer in the words that count: as corrected by the candidate, where they did; null where"
            " it was skipped.",
            examples=["I led a team of four."],
        ),
    ]
    answer_first: Annotated[
        str | None,
        Field(description="The words that were heard or typed first; null where they were not corrected. An addition."),
    ]
    answer_difference: Annotated[
        list[AnswerPiece] | None,
        Field(description="What the candidate changed, in the order of reading; null where nothing. An addition."),
    ]
    is_rewritten: Annotated[
        bool,
        Field(
            description="Whether more than a third was changed: read both versions before you rely on either. An"
            " addition."
        ),
    ]
    ai_analysis: Annotated[str | None, nothing_yet("What the candidate reads.")]
    ai_analysis_recruiter: Annotated[str | None, nothing_yet("What the recruiter reads.")]
    score_simulation: Annotated[float | None, nothing_yet("The score, by a simulation.")]
    score_answer_ai_simulation: Annotated[float | None, nothing_yet("The same, by a simulation.")]
    duration: Annotated[
        float,
        Field(description="From question to answer, with the page open, in tenths of a second.", examples=[412]),
    ]
    mojito_language_code: Annotated[LanguageText, Field(description="The language that was spoken.")]
    recording_local_path: Annotated[str | None, nothing_yet("Where the recording is.")]
    recording_is_video: Annotated[
        bool | None, Field(description="Whether the recording has the candidate's picture; null: neither is known.")
    ]
    recording_url: Annotated[
        str | None,
        Field(
            description="A signed address of what was said aloud in this answer, as Opus in WebM, with the candidate's"
            " picture where `recording` asks for it and they agreed: good for five minutes, unless your token is"
            " revoked before; only with `get_signed_recordings=true`."
        ),
    ]
    external_id: Annotated[
        str | None,
        Field(description="Your own reference of the question; null for a follow-up.", examples=["q-1"]),
    ]
    external_data: Annotated[
        dict[str, Any] | None, Field(description="Your own data of the question; null for a follow-up.")
    ]
    is_follow_up: Annotated[bool, Field(description="Whether it is a follow-up question. An addition.")]
    is_none_of_these: Annotated[
        bool, Field(description="Whether none of `question_alternatives` was chosen, but that none fits. An addition.")
    ]
    follow_up_of: Annotated[
        Id | None, Field(description="The question that it follows, if it is a follow-up. An addition.")
    ]
    reply: Annotated[
        CandidateReply | None,
        Field(description="What the candidate was answered, where the candidate asked. An addition."),
    ]


class ConditionalDecision(TypedDict):
    """A decision."""

    question_id: Annotated[Id, Field(description="The conditional question.")]
    is_asked: Annotated[bool, Field(description="Whether it was asked.")]
    reason: Annotated[str, Field(description="Why, in one word.", examples=["plain_no"])]
    quote: Annotated[
        str, Field(description="The candidate's own words that a language model decided by; empty where a rule did.")
    ]


class AttemptFault(TypedDict):
    """A fault."""

    kind: Annotated[FaultKind, Field(description="What it was.")]
    began_at: Annotated[Moment, Field(description="When it began.")]
    ended_at: Annotated[Moment | None, Field(description="When it was over; null: nobody saw the end.")]


class CandidateRequest(TypedDict):
    """A request."""

    kind: Annotated[
        str,
        Field(
            description="What was asked for; or what was said beside the answer: clarify, ask, chat, said_before,"
            " off_topic.",
            examples=["repeat"],
        ),
    ]
    by: Annotated[Literal["button", "word"], Field(description="By a button, or by word instead of an answer.")]
    question_number: Annotated[int, Field(description="At which turn of the transcript, from 1.", ge=1, examples=[2])]
    at: Annotated[Moment, Field(description="When.")]
    text: Annotated[str, Field(description="The words that were said beside the answer; empty for a plain request.")]
    reply: Annotated[CandidateReply | None, Field(description="What they were told; null for a plain request.")]


class CandidateContact(TypedDict):
    """How the candidate can be reached, as far as it is known."""

    name: Annotated[str | None, Field(description="The name.")]
    email: Annotated[
        str | None, Field(description="An address; what was typed on the results page is proven by nothing.")
    ]
    phone: Annotated[str | None, Field(description="A phone number.")]


class CandidateFeedback(TypedDict):
    """What the candidate thought of the interview; never part of a judgement."""

    rating: Annotated[int | None, Field(description="From 1, poor, to 5, very good.", ge=1, examples=[4])]
    text: Annotated[str, Field(description="In words.")]


class ToldDecision(TypedDict):
    """A person's decision."""

    decision: Annotated[DecisionKind, Field(description="What was decided.")]
    person: Annotated[str, Field(description="Who decided.", examples=["Noor Haddad"])]
    reason: Annotated[str, Field(description="Why.")]
    shared_by: Annotated[
        int, Field(description="How many results were decided at once with this very reason.", ge=1, examples=[1])
    ]
    decided_at: Annotated[Moment, Field(description="When. It can be undone for ten minutes.")]
    mailed_at: Annotated[Moment | None, Field(description="When the candidate was told by mail; null: not yet.")]


class Details(AttemptJudgement):
    """An attempt with its transcript. Durations are tenths of a second. Null: nothing to say there."""

    interview_result_id: Annotated[Id, Field(description="The attempt. An addition to the contract.")]
    interview_def_set_id: Annotated[Id, Field(description="Its interview. An addition.")]
    profile_interview_id: Annotated[Id, Field(description="The person. An addition.")]
    is_test: Annotated[bool, Field(description="Whether it was a trial. An addition.")]
    attempt_number: Annotated[
        int,
        Field(description="Which attempt of this person at this interview. An addition.", ge=1, examples=[1]),
    ]
    lifecycle_status: Annotated[
        Lifecycle, Field(description="`active` once it is submitted, until it is sent back. An addition.")
    ]
    processing_status: Annotated[
        Processing | None,
        Field(description="Whether it was tallied and judged; null where it is not submitted. An addition."),
    ]
    score_simulation: Annotated[float | None, nothing_yet("The score, by a simulation.")]
    score_sentiment: Annotated[float | None, nothing_yet("How the answers sound: never measured.")]
    score_words_per_minute: Annotated[float | None, nothing_yet("Pace: never scored.")]
    score_pronunciation: Annotated[float | None, nothing_yet("Pronunciation: never scored.")]
    status: Annotated[Session, Field(description="Where the session stands.")]
    start: Annotated[Moment, Field(description="When it began.")]
    end: Annotated[Moment | None, Field(description="When its last question was answered.")]
    duration: Annotated[float | None, Field(description="Time with the page open, in tenths of a second.")]
    ai_interview_coverage_percentage: Annotated[
        float | None,
        Field(description="Share of the questions to be asked that were answered, follow-ups apart.", ge=0, le=100),
    ]
    ai_completion_reason: Annotated[
        Ending | None,
        Field(
            description="Why no question followed: every one was asked, the candidate wanted to end, or the time was"
            " up; null while questions are asked."
        ),
    ]
    recruiter_risks: Annotated[
        Risks | None,
        Field(
            description="Facts of integrity by their keys, for a person to weigh: no score, order or state takes them"
            " in. Only where `recording` is on; null: none. As if there were none while the result is to be rated"
            " blind."
        ),
    ]
    recruiter_risks_struck_out: Annotated[
        list[StruckOutRisk], Field(description="Those that a person struck out. An addition.")
    ]
    user_feedback_recruiter: Annotated[
        str | None, Field(description="What a person commented last; job-interview-result-history has all of it.")
    ]
    decision: Annotated[
        ToldDecision | None, Field(description="What a person decided; null: nothing yet. An addition.")
    ]
    recording_local_path: Annotated[str | None, nothing_yet("Where the recording is.")]
    recording_is_video: Annotated[
        bool | None,
        Field(description="Whether that of the session has the candidate's picture; null: neither is known."),
    ]
    video_introduction_local_path: Annotated[
        str | None,
        Field(description="The name of the introduction in the store of recordings; null: the candidate sent none."),
    ]
    recording_url: Annotated[
        str | None,
        Field(
            description="The same for the whole session, with the interviewer's voice, and with the picture where"
            " `recording_full_session` asks for it. All of it is there some ten minutes after the attempt was handed"
            " in."
        ),
    ]
    video_introduction_url: Annotated[
        str | None,
        Field(
            description="A signed address of the introduction, good for an hour; only with"
            " `get_signed_recordings=true`."
        ),
    ]
    pdf_export_url: Annotated[
        str | None,
        Field(
            description="A signed address of the report that was made by itself; null: the interview wants none, or it"
            " is not there. An addition."
        ),
    ]
    pdf_export_valid_until: Annotated[Moment | None, Field(description="Until when it is good. An addition.")]
    contact: Annotated[
        CandidateContact, Field(description="How the candidate can be reached, as far as it is known. An addition.")
    ]
    candidate_feedback: Annotated[
        CandidateFeedback | None,
        Field(description="What the candidate thought of the interview; never part of a judgement. An addition."),
    ]
    link_revoked_at: Annotated[
        Moment | None,
        Field(description="When the person's links to this interview were revoked; null while one opens. An addition."),
    ]
    transcript: Annotated[list[TurnAnswer], Field(description="What was asked and answered, in order.")]
    conditional_decisions: Annotated[
        list[ConditionalDecision],
        Field(description="Whether each conditional question was asked, as far as that was decided. An addition."),
    ]
    is_comparable: Annotated[
        bool,
        Field(
            description="Whether the attempt was held under the conditions that others have. false: so much failed on"
            " our side that it may be taken again for free, and a person must look before its score is used. An"
            " addition."
        ),
    ]
    faults: Annotated[
        list[AttemptFault],
        Field(description="What went wrong on our side. It never counts against the candidate. An addition."),
    ]
    requests: Annotated[
        list[CandidateRequest],
        Field(
            description="What the candidate asked for besides answering, as to hear a question again or to have time to"
            " think. Never counted for or against anyone. An addition."
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is told with an attempt and kept elsewhere.

    film_place: its name in the store of recordings; film_url, recording_url: signed, None unless it was
    asked for; answer_urls: the same by turn. pictured: the turns whose recording has a picture; None among them: the
    session's has. report: the automatic one; None: there is none. comment: the latest.
    decision: the one that counts.
    """

    contact: Contact
    remark: Remark | None
    comment: str | None = None
    decision: ResultDecision | None = None
    film_place: str | None
    film_url: str | None
    link_revoked_at: datetime | None
    recording_url: str | None
    answer_urls: Mapping[int, str]
    report: ReportLink | None = None
    pictured: frozenset[int | None] = frozenset()
    facts: tuple[KeptFact, ...] = ()

    def is_video(self, number: int | None) -> bool | None:
        """Whether the recording of this turn, or of the session (None), has a picture; None: nobody knows of one."""
        has_address = self.recording_url is not None if number is None else number in self.answer_urls
        return True if number in self.pictured else False if has_address else None


def to_wire(record: Record, judged: KeptJudgement | None, beside: Beside) -> Details:
    """The attempt. judged: None until a worker has judged it."""
    steps = {step.id: step for step in record.definition.steps}
    return {
        **to_wire_attempt(judged, record.answers, is_comparable=record.is_comparable),
        "interview_result_id": str(record.id),
        "interview_def_set_id": str(record.interview_id),
        "profile_interview_id": str(record.candidate_id),
        "is_test": record.is_test,
        "attempt_number": record.number,
        "lifecycle_status": WORDS[record.state].lifecycle,
        "processing_status": to_processing(record.state, record.judged_at),
        "score_simulation": None,
        "score_sentiment": None,
        "score_words_per_minute": None,
        "score_pronunciation": None,
        "status": WORDS[record.state].session,
        "start": record.begun_at.isoformat(),
        "end": _to_moment(record.finished_at),
        "duration": to_tenths(record.talk_seconds),
        "ai_interview_coverage_percentage": None if record.coverage_percent is None else float(record.coverage_percent),
        "ai_completion_reason": record.ending,
        **to_wire_risks_now(beside.facts),
        "user_feedback_recruiter": beside.comment,
        "decision": None if beside.decision is None else _tell_decision(beside.decision),
        "recording_local_path": None,
        "recording_is_video": beside.is_video(None),
        "video_introduction_local_path": beside.film_place,
        "recording_url": beside.recording_url,
        "video_introduction_url": beside.film_url,
        "pdf_export_url": None if beside.report is None else beside.report.url,
        "pdf_export_valid_until": None if beside.report is None else beside.report.until.isoformat(),
        "contact": {
            "name": beside.contact.name or None,
            "email": beside.contact.email or None,
            "phone": beside.contact.phone or None,
        },
        "candidate_feedback": None
        if beside.remark is None
        else {"rating": beside.remark.rating, "text": beside.remark.text},
        "link_revoked_at": _to_moment(beside.link_revoked_at),
        "transcript": [_turn(kept, steps[kept.answer.step_id], record, judged, beside) for kept in record.answers],
        "conditional_decisions": [
            {
                "question_id": str(branch.step_id),
                "is_asked": branch.is_asked,
                "reason": branch.reason,
                "quote": branch.quote,
            }
            for branch in record.branches
        ],
        "is_comparable": record.is_comparable,
        "faults": [
            {
                "kind": fault.kind,
                "began_at": fault.began_at.isoformat(),
                "ended_at": _to_moment(fault.ended_at),
            }
            for fault in record.faults
        ],
        "requests": [
            {
                "kind": kept.wished.wish,
                "by": "word" if kept.wished.is_by_word else "button",
                "question_number": kept.wished.number,
                "at": kept.at.isoformat(),
                "text": kept.wished.text,
                "reply": None if kept.wished.reply is None else _reply(kept.wished.reply),
            }
            for kept in record.wishes
        ],
    }


def _tell_decision(decision: ResultDecision) -> ToldDecision:
    return {
        "decision": decision.kind,
        "person": decision.person,
        "reason": decision.reason,
        "shared_by": decision.shared_by,
        "decided_at": decision.decided_at.isoformat(),
        "mailed_at": _to_moment(decision.mailed_at),
    }


def _turn(kept: Kept, step: Step, record: Record, judged: KeptJudgement | None, beside: Beside) -> TurnAnswer:
    """A turn. A follow-up is nobody's question: what is the caller's own stands at the question that it follows."""
    asked, is_follow_up = kept.counting, kept.answer.follow_up is not None
    seconds = asked.spent_seconds or (kept.answered_at - kept.asked_at).total_seconds()
    scores = NOT_JUDGED
    if judged is not None and not is_follow_up:
        scores = to_wire_turn(judged, step.id, record.answers)
    pieces = find_difference(kept.answer.text, kept.counting.text) if kept.is_corrected else None
    return {
        **scores,
        "id": str(kept.id),
        "is_answer": not asked.counts_as_skipped,
        "is_refused": is_refused(asked),
        "view": to_wire_view(step.question),
        "question_original_id": None if is_follow_up else str(step.id),
        "question_original": step.question.text,
        "label": step.question.label,
        "question_asked": asked.asked,
        "answer": None if asked.is_skipped else asked.text,
        "answer_first": kept.answer.text if kept.is_corrected else None,
        "answer_difference": None
        if pieces is None
        else [{"change": piece.change, "text": piece.text} for piece in pieces],
        "is_rewritten": pieces is not None and is_rewritten(pieces),
        "ai_analysis": None,
        "ai_analysis_recruiter": None,
        "score_simulation": None,
        "score_answer_ai_simulation": None,
        "duration": round(seconds * 10),
        "mojito_language_code": asked.language,
        "recording_local_path": None,
        "recording_is_video": beside.is_video(asked.number),
        "recording_url": beside.answer_urls.get(asked.number),
        "external_id": None if is_follow_up else step.question.external_id,
        "external_data": None if is_follow_up else step.question.external_data,
        "is_follow_up": is_follow_up,
        "is_none_of_these": asked.choice is not None and asked.choice >= len(step.question.alternatives),
        "follow_up_of": str(step.id) if is_follow_up else None,
        "reply": None if asked.reply is None else _reply(asked.reply),
    }


def _reply(reply: Reply) -> CandidateReply:
    return {
        "text": reply.text,
        "mojito_language_code": reply.language,
        "source": reply.source,
        "passage": reply.passage,
        "is_passed_on": reply.is_passed_on,
        "parts": [
            {"asked": part.asked, "text": part.text, "source": part.source, "passage": part.passage}
            for part in reply.parts
        ],
    }


def _to_moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
