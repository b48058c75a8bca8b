"""What is told of a judgement: the scores, the verdicts with their quotes, and what they come to."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Literal, NotRequired
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.parts import Id, Moment
from vivavoce.attempts.keep import Kept
from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.amend import Place, find_verdict
from vivavoce.scoring.flags import Flag
from vivavoce.scoring.judged import ROUGH, UNREAD, UnscoredReason
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import KeptJudgement
from vivavoce.scoring.overturns import find_held
from vivavoce.scoring.recommend import Feedback, Rationale, Recommendation, Report
from vivavoce.scoring.total import show, to_ten
from vivavoce.scoring.verdicts import Quote, ReadPart, Sureness, Verdict, VerdictState

NOT_COMPARABLE = "not_comparable"  # the reason for a look that no judging finds: too much failed on our side
_PLACE = "Counted in code points of the turn's `answer`"

TurnIds = Mapping[int, UUID]  # by the turn's number


# --- Verdicts ------------------------------------------------------------------------------------------------------


class ToldQuote(TypedDict):
    """A quote."""

    result_question_id: Annotated[Id, Field(description="The turn that it stands in.")]
    start: Annotated[int, Field(description=f"Where it begins. {_PLACE}.", ge=0, examples=[14])]
    end: Annotated[int, Field(description=f"Where it ends, excluded. {_PLACE}.", ge=0, examples=[44])]
    text: Annotated[str, Field(description="The words.", examples=["Complaints fell by a third."])]


class ToldFinding(TypedDict):
    """What one reader said of a claim."""

    reader: Annotated[str, Field(description="A language model, or the rater with its version.")]
    read: Annotated[
        ReadPart,
        Field(
            description="The whole answer; the quoted words alone; those words against a claim that nobody can have"
            " shown (a trial of who reads: whoever confirms it grants whatever is asked); or the answer in pieces,"
            " which is the rater's vote."
        ),
    ]
    round: Annotated[
        int,
        Field(
            description="2: asked once more, since two readers differed. 3: with passages of the question's documents"
            " beside it.",
            ge=1,
            le=3,
        ),
    ]
    state: Annotated[VerdictState, Field(description="What it said.")]
    sure: Annotated[Sureness, Field(description="How sure it was, in its own word.")]


class ToldOverturn(TypedDict):
    """A person's change of a verdict, or of the score."""

    found: Annotated[
        str, Field(description="What the program found: the verdict, or the score.", examples=["not_discussed"])
    ]
    person: Annotated[str, Field(description="Who changed it.", examples=["Noor Haddad"])]
    reason: Annotated[str, Field(description="Why.")]
    at: Annotated[Moment, Field(description="When.")]


class ToldVerdict(TypedDict):
    """What was said of one claim."""

    bracket: Annotated[Bracket, Field(description="Its bracket.")]
    index: Annotated[int, Field(description="Its place in the bracket, from 0.", ge=0, examples=[0])]
    requirement: Annotated[str, Field(description="The claim.", examples=["Names a result in figures"])]
    state: Annotated[VerdictState, Field(description="Confirmed or rejected by the candidate's own words, or neither.")]
    p: Annotated[
        float,
        Field(
            description="The probability of that: the rater's, or by how far readers agree.",
            ge=0,
            le=1,
            examples=[0.93],
        ),
    ]
    quotes: Annotated[
        list[ToldQuote], Field(description="The very words that carry it; none where it was not discussed.")
    ]
    is_heard_doubtfully: Annotated[
        bool, Field(description="Whether it rests on a word that the ear was unsure of: listen to it.")
    ]
    readers: Annotated[
        list[ToldFinding],
        Field(description="Which reader said what, in order; none where the rater judged alone."),
    ]
    overturned: Annotated[
        ToldOverturn | None, Field(description="Who changed it; null: it is as the program found it.")
    ]


# --- Of the attempt ------------------------------------------------------------------------------------------------


class HiringReasons(TypedDict):
    """Claims that the candidate's own words confirm or deny, each with those words. 0 to 4 each."""

    reasons_to_hire: Annotated[list[str], Field(description="What speaks for it.")]
    reasons_not_to_hire: Annotated[list[str], Field(description="What speaks against it.")]


class ClaimCounts(TypedDict):
    """How many claims, by bracket."""

    weak: Annotated[int, Field(description="So many.", ge=0, examples=[2])]
    moderate: Annotated[int, Field(description="So many.", ge=0, examples=[2])]
    strong: Annotated[int, Field(description="So many.", ge=0, examples=[2])]


class ScoreRationale(TypedDict):
    """Where the score comes from."""

    bracket: Annotated[Bracket, Field(description="The third of the scale that it stands in.")]
    evidenced: Annotated[ClaimCounts, Field(description="Claims that were confirmed, by bracket.")]
    total: Annotated[ClaimCounts, Field(description="Claims, by bracket.")]


class KeyStatement(TypedDict):
    """Words that stand for themselves."""

    quote: Annotated[str, Field(description="The words.")]
    result_question_id: Annotated[Id, Field(description="The turn that they stand in.")]


class ProofPlace(TypedDict):
    """Where a proof stands."""

    result_question_id: Annotated[Id, Field(description="The turn.")]


class Proof(TypedDict):
    """A proof."""

    kind: Annotated[Literal["quote"], Field(description="What it is.")]
    text: Annotated[str, Field(description="The words.")]
    ref: Annotated[ProofPlace, Field(description="Where.")]


class Guidance(TypedDict):
    """How to take a step."""

    kind: Annotated[
        Literal["say", "structure", "length", "exercise", "perspective"], Field(description="What it is about.")
    ]
    text: Annotated[str, Field(description="In a sentence.")]


class NextStep(TypedDict):
    """A step."""

    text: Annotated[str, Field(description="What to do.")]
    priority: Annotated[Literal["impact", "quick", "longterm"], Field(description="How soon it pays.")]
    guidance: Annotated[Guidance, Field(description="How.")]
    proof: NotRequired[Annotated[list[Proof], Field(description="What it rests on.")]]


class Takeaways(TypedDict):
    """For somebody who practises."""

    what_went_well: Annotated[list[str], Field(description="What was shown, with the candidate's own words.")]
    next_steps: Annotated[list[NextStep], Field(description="What to do next.")]


class ToldPassage(TypedDict):
    """A passage of a document. It explains, and proves nothing."""

    knowledge_base_id: Annotated[Id, Field(description="Its document; it may have been erased since.")]
    document: Annotated[str, Field(description="The document's name, and the heading.", examples=["Machines: Safety"])]
    text: Annotated[str, Field(description="Its words.")]


class JudgedBy(TypedDict):
    """Which judgement this is."""

    version: Annotated[int, Field(description="From 1; judged again, it gets another.", ge=1, examples=[1])]
    rater: Annotated[str, Field(description="What judged, and its version.", examples=["embedded 0f3a99c1d2e4"])]
    caution: Annotated[
        str | None,
        Field(
            description="What to know before the score is used, where what judged errs often; null: nothing.",
            examples=[ROUGH],
        ),
    ]
    readers: Annotated[
        list[str], Field(description="The language models that read; none where the rater judged alone.")
    ]
    passages: Annotated[
        list[ToldPassage],
        Field(description="Of the questions' documents, as they read when models read answers beside them."),
    ]
    cost: Annotated[str, Field(description="What that cost, in US dollars.", examples=["0.0132"])]
    rubric_sha256: Annotated[
        str, Field(description="Of the rubric that it was held against.", examples=["9f86d081884c7d65"])
    ]
    judged_at: Annotated[Moment, Field(description="When.")]


class Analysis(TypedDict):
    """What a judgement rests on. Coaching has `takeaways` and `also_expected`; the other types have the rest."""

    recommendation: NotRequired[
        Annotated[
            Recommendation,
            Field(
                description="How much evidence there is for what was expected. It is no decision, and not for the"
                " candidate. An addition.",
            ),
        ]
    ]
    hiring_reasons: NotRequired[HiringReasons]
    score_rationale: NotRequired[ScoreRationale | None]
    key_statement: NotRequired[KeyStatement | None]
    takeaways: NotRequired[Takeaways]
    also_expected: NotRequired[Annotated[list[str], Field(description="What else a solid answer shows. An addition.")]]
    rubric: Annotated[
        list[ToldVerdict], Field(description="A verdict on each claim of the interview's own rubric. An addition.")
    ]
    needs_review: Annotated[
        bool, Field(description="Whether a person must look before the score is used. An addition.")
    ]
    reasons: Annotated[list[str], Field(description="Why, or why there is no score; each one word. An addition.")]
    judgement: Annotated[JudgedBy, Field(description="Which judgement this is. An addition.")]


class AttemptJudgement(TypedDict):
    """The fields of an attempt that a judgement fills; each null until there is one."""

    score: Annotated[
        float | None,
        Field(description="Score of the whole; null: nothing could be judged.", ge=0, le=10, examples=[6.25]),
    ]
    score_overturned: Annotated[
        ToldOverturn | None,
        Field(
            description="Who put the score in the place of the one that the program found, or changed a verdict that it"
            " follows from, last; null: it is as the program found it. An addition."
        ),
    ]
    score_text: Annotated[str | None, Field(description="The score in words; null for coaching.")]
    score_answer: Annotated[
        float | None,
        Field(description="Mean of the answers, each by its question's own rubric.", ge=0, le=10, examples=[7.5]),
    ]
    score_interview_ai: Annotated[
        float | None,
        Field(description="Of all answers by the interview's own rubric. An addition.", ge=0, le=10, examples=[5]),
    ]
    ai_analysis: Annotated[str | None, Field(description="What somebody who practises reads; null for other types.")]
    ai_analysis_recruiter: Annotated[str | None, Field(description="What the recruiter reads; null for coaching.")]
    ai_analysis_other: Analysis | None
    ai_analysis_recruiter_why_hire: Annotated[
        list[str] | None, Field(description="Copy of `hiring_reasons.reasons_to_hire`.")
    ]
    ai_analysis_recruiter_why_not_hire: Annotated[
        list[str] | None, Field(description="Copy of `hiring_reasons.reasons_not_to_hire`.")
    ]


def to_wire_attempt(kept: KeptJudgement | None, answers: Sequence[Kept], *, is_comparable: bool) -> AttemptJudgement:
    """The fields of the attempt as a whole: scores from 0 to 10, and what they rest on. kept: None until it is judged.

    is_comparable: false asks for a person's look, and lowers nothing.
    """
    fields: AttemptJudgement = {
        "score": None,
        "score_overturned": None,
        "score_text": None,
        "score_answer": None,
        "score_interview_ai": None,
        "ai_analysis": None,
        "ai_analysis_recruiter": None,
        "ai_analysis_other": None,
        "ai_analysis_recruiter_why_hire": None,
        "ai_analysis_recruiter_why_not_hire": None,
    }
    if kept is None:
        return fields
    session, turn_ids = kept.judgement.session, _turn_ids(answers)
    fields["score"] = to_number(session.score)
    fields["score_overturned"] = _tell_score_change(kept)
    fields["score_answer"] = _of_ten(session.answers_score)
    fields["score_interview_ai"] = _of_ten(session.session_score)
    fields["ai_analysis_other"] = analysis = _analysis(kept, turn_ids, is_comparable=is_comparable)
    if kept.judgement.feedback is not None:
        _tell_feedback(kept.judgement.feedback, turn_ids, fields, analysis)
    elif kept.judgement.report is not None:
        _tell_report(kept.judgement.report, turn_ids, fields, analysis)
    return fields


def _analysis(kept: KeptJudgement, turn_ids: TurnIds, *, is_comparable: bool) -> Analysis:
    session = kept.judgement.session
    return {
        "rubric": [_verdict(verdict, None, kept, turn_ids) for verdict in session.verdicts],
        "needs_review": session.needs_review or not is_comparable,
        "reasons": [*(str(reason) for reason in session.reasons), *(() if is_comparable else (NOT_COMPARABLE,))],
        "judgement": {
            "version": kept.version,
            "rater": kept.rater,
            "caution": _caution(kept.judgement),
            "readers": list(kept.judgement.readers),
            "passages": [
                {
                    "knowledge_base_id": str(passage.document_id),
                    "document": passage.source,
                    "text": passage.text,
                }
                for passage in kept.judgement.passages
            ],
            "cost": f"{kept.judgement.cost:f}",
            "rubric_sha256": kept.rubric_digest,
            "judged_at": kept.judged_at.isoformat(),
        },
    }


def _caution(judgement: Judgement) -> str | None:
    session = judgement.session
    if session.score is None and UnscoredReason.LANGUAGE_NOT_MASTERED in session.reasons:
        return UNREAD
    return ROUGH if judgement.is_rough else None


def _tell_report(report: Report, turn_ids: TurnIds, fields: AttemptJudgement, analysis: Analysis) -> None:
    """For whoever decides; nothing of it is for the candidate."""
    hire = [_with_words(verdict) for verdict in report.reasons_for]
    not_hire = [_with_words(verdict) for verdict in report.reasons_against]
    lines = [report.text, *(f"+ {reason}" for reason in hire), *(f"\N{MINUS SIGN} {reason}" for reason in not_hire)]
    fields["score_text"] = report.text
    fields["ai_analysis_recruiter"] = "\n".join(lines)
    fields["ai_analysis_recruiter_why_hire"] = hire
    fields["ai_analysis_recruiter_why_not_hire"] = not_hire
    analysis["recommendation"] = report.recommendation
    analysis["hiring_reasons"] = {"reasons_to_hire": hire, "reasons_not_to_hire": not_hire}
    analysis["score_rationale"] = None if report.rationale is None else _rationale(report.rationale)
    analysis["key_statement"] = None if report.key_statement is None else _key(report.key_statement, turn_ids)


def _tell_feedback(feedback: Feedback, turn_ids: TurnIds, fields: AttemptJudgement, analysis: Analysis) -> None:
    """For somebody who practises: no recommendation, and nothing for a recruiter."""
    shown = [_with_words(verdict) for verdict in feedback.shown]
    next_step: NextStep = {
        "text": feedback.next_step,
        "priority": "impact",
        "guidance": {"kind": "say", "text": feedback.next_step},
    }
    if feedback.step_claim is not None and feedback.step_claim.quotes:
        next_step["proof"] = [_proof(quote, turn_ids) for quote in feedback.step_claim.quotes]
    fields["ai_analysis"] = "\n".join([*(f"+ {line}" for line in shown), feedback.next_step])
    analysis["takeaways"] = {"what_went_well": shown, "next_steps": [next_step]}
    analysis["also_expected"] = [verdict.claim.text for verdict in feedback.also]


# --- Of a turn -----------------------------------------------------------------------------------------------------


class RaisedFlag(TypedDict):
    """A flag. Without a place it is of the answer as a whole."""

    flag: Annotated[Flag, Field(description="What it is.")]
    result_question_id: Annotated[Id | None, Field(description="The turn.")]
    start: Annotated[int | None, Field(description=f"Where it begins. {_PLACE}.", ge=0, examples=[0])]
    end: Annotated[int | None, Field(description=f"Where it ends, excluded. {_PLACE}.", ge=0, examples=[12])]


class ScoreInterval(TypedDict):
    """Where a careful person's score is expected."""

    low: Annotated[float, Field(description="From.", ge=1, le=5, examples=[2.5])]
    high: Annotated[float, Field(description="To.", ge=1, le=5, examples=[4.5])]
    level: Annotated[
        float | None,
        Field(
            description="For which share of answers; null: by how far readers agree, which nobody has measured.",
            ge=0,
            le=1,
            examples=[0.9],
        ),
    ]
    is_calibrated: Annotated[bool, Field(description="Whether it was measured on answers like this one.")]


class Assessment(TypedDict):
    """What the score of an answer and its follow-ups was made from. Its keys are ours."""

    verdicts: Annotated[list[ToldVerdict], Field(description="A verdict on each claim of the question's rubric.")]
    flags: Annotated[list[RaisedFlag], Field(description="What was noticed. None takes anything from a score.")]
    interval: ScoreInterval | None
    needs_review: Annotated[bool, Field(description="Whether a person must look before the score is used.")]
    reasons: Annotated[list[str], Field(description="Why, or why there is no score; each one word.")]


class TurnJudgement(TypedDict):
    """The fields of a turn that a judgement fills; each null until there is one."""

    score: Annotated[
        float | None,
        Field(description="Score of the answer and its follow-ups.", ge=1, le=5, examples=[3.5]),
    ]
    score_answer_ai: Annotated[float | None, Field(description="The same.", ge=1, le=5, examples=[3.5])]
    answer_assessment_raw_data: Assessment | None


NOT_JUDGED: TurnJudgement = {"score": None, "score_answer_ai": None, "answer_assessment_raw_data": None}


def to_wire_turn(kept: KeptJudgement, step_id: UUID, answers: Sequence[Kept]) -> TurnJudgement:
    """The fields of one question's turn, which stand for its follow-ups too: a score from 1 to 5."""
    judged = kept.judgement.answer_of(step_id)
    if judged is None:
        return NOT_JUDGED
    turn_ids, score, interval = _turn_ids(answers), to_number(judged.score), judged.interval
    return {
        "score": score,
        "score_answer_ai": score,
        "answer_assessment_raw_data": {
            "verdicts": [_verdict(verdict, step_id, kept, turn_ids) for verdict in judged.verdicts],
            "flags": [
                {
                    "flag": raised.flag,
                    "result_question_id": None if raised.turn is None else str(turn_ids[raised.turn]),
                    "start": raised.start,
                    "end": raised.end,
                }
                for raised in judged.flags
            ],
            "interval": None
            if interval is None
            else {
                "low": float(show(interval.low)),
                "high": float(show(interval.high)),
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


def _turn_ids(answers: Sequence[Kept]) -> TurnIds:
    return {kept.answer.number: kept.id for kept in answers}


def _rationale(rationale: Rationale) -> ScoreRationale:
    return {
        "bracket": rationale.bracket,
        "evidenced": _counts(rationale.evidenced),
        "total": _counts(rationale.total),
    }


def _counts(counts: Mapping[Bracket, int]) -> ClaimCounts:
    return {
        "weak": counts[Bracket.WEAK],
        "moderate": counts[Bracket.MODERATE],
        "strong": counts[Bracket.STRONG],
    }


def _verdict(verdict: Verdict, step_id: UUID | None, kept: KeptJudgement, turn_ids: TurnIds) -> ToldVerdict:
    return {
        "bracket": verdict.claim.bracket,
        "index": verdict.claim.index,
        "requirement": verdict.claim.text,
        "state": verdict.state,
        "p": round(verdict.p, 4),
        "quotes": [
            {
                "result_question_id": str(turn_ids[quote.turn]),
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
            }
            for quote in verdict.quotes
        ],
        "is_heard_doubtfully": verdict.is_heard_doubtfully,
        "readers": [
            {
                "reader": finding.reader,
                "read": finding.part,
                "round": finding.round,
                "state": finding.state,
                "sure": finding.sure,
            }
            for finding in verdict.findings
        ],
        "overturned": _tell_change(kept, (step_id, verdict.claim.bracket, verdict.claim.index)),
    }


def _tell_change(kept: KeptJudgement, place: Place) -> ToldOverturn | None:
    latest = next((overturn for overturn in reversed(kept.overturns) if overturn.place == place), None)
    verdict = find_verdict(kept.as_found, place)
    if latest is None or latest.state is None or verdict is None:
        return None
    return {
        "found": verdict.state.value,
        "person": latest.person,
        "reason": latest.reason,
        "at": latest.at.isoformat(),
    }


def _tell_score_change(kept: KeptJudgement) -> ToldOverturn | None:
    states, score = find_held(kept.overturns)
    if not states and score is None:
        return None
    latest = next(
        overturn
        for overturn in reversed(kept.overturns)
        if (overturn.place is None and overturn.score is not None and score is not None)
        or (score is None and overturn.place in states)
    )
    score_found = kept.as_found.session.score
    return {
        "found": "" if score_found is None else str(show(score_found)),
        "person": latest.person,
        "reason": latest.reason,
        "at": latest.at.isoformat(),
    }


def _with_words(verdict: Verdict) -> str:
    """The claim and the words that carry it, in one line."""
    said = " … ".join(" ".join(quote.text.split()) for quote in verdict.quotes)
    return f"{verdict.claim.text} “{said}”"


def _key(quote: Quote, turn_ids: TurnIds) -> KeyStatement:
    return {"quote": quote.text, "result_question_id": str(turn_ids[quote.turn])}


def _proof(quote: Quote, turn_ids: TurnIds) -> Proof:
    return {"kind": "quote", "text": quote.text, "ref": {"result_question_id": str(turn_ids[quote.turn])}}
