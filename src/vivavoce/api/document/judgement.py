"""The document's part on judging: what details tell of verdicts, their quotes, and what they come to."""

from vivavoce.api.document.schemas import (
    Schema,
    flag,
    identifier,
    listed,
    maybe,
    moment,
    number,
    text,
    whole,
    whole_object,
)
from vivavoce.scoring.flags import Flag
from vivavoce.scoring.judged import ROUGH
from vivavoce.scoring.lint import ClaimFault
from vivavoce.scoring.recommend import Recommendation
from vivavoce.scoring.rubric import Bracket
from vivavoce.scoring.verdicts import VerdictState

PLACE = "Counted in code points of the turn's `answer`"


def advice() -> Schema:
    """Of one entry of `expectations_advice`."""
    return whole_object(
        "One fault of one claim.",
        {
            "question_id": maybe(identifier("Whose expectation it is; null: the interview's own.")),
            "bracket": text("Its bracket.", one_of=Bracket),
            "requirement": text("The claim.", example="Is friendly and works hard"),
            "fault": text("What is wrong.", one_of=ClaimFault),
            "words": text("The words that gave rise to it.", example="friendly"),
            "advice": text("What to do.", example="Say what somebody does, and not what somebody is."),
        },
    )


def analysis() -> Schema:
    """Of `ai_analysis_other`."""
    return whole_object(
        "What a judgement rests on. Coaching has `takeaways` and `also_expected`; the other types have the rest.",
        {
            "recommendation": text(
                "How much evidence there is for what was expected. It is no decision, and not for the candidate."
                " An addition.",
                one_of=Recommendation,
            ),
            "hiring_reasons": whole_object(
                "Claims that the candidate's own words confirm or deny, each with those words. 0 to 4 each.",
                {
                    "reasons_to_hire": listed("What speaks for it.", {"type": "string"}),
                    "reasons_not_to_hire": listed("What speaks against it.", {"type": "string"}),
                },
            ),
            "score_rationale": maybe(
                whole_object(
                    "Where the score comes from.",
                    {
                        "bracket": text("The third of the scale that it stands in.", one_of=Bracket),
                        "evidenced": _counts("Claims that were confirmed, by bracket."),
                        "total": _counts("Claims, by bracket."),
                    },
                )
            ),
            "key_statement": maybe(
                whole_object(
                    "Words that stand for themselves.",
                    {"quote": text("The words."), "result_question_id": identifier("The turn that they stand in.")},
                )
            ),
            "takeaways": whole_object(
                "For somebody who practises.",
                {
                    "what_went_well": listed("What was shown, with the own words.", {"type": "string"}),
                    "next_steps": listed(
                        "What to do next.",
                        whole_object(
                            "A step.",
                            {
                                "text": text("What to do."),
                                "priority": text("How soon it pays.", one_of=("impact", "quick", "longterm")),
                                "guidance": whole_object(
                                    "How.",
                                    {
                                        "kind": text(
                                            "What it is about.",
                                            one_of=("say", "structure", "length", "exercise", "perspective"),
                                        ),
                                        "text": text("In a sentence."),
                                    },
                                ),
                                "proof": listed(
                                    "What it rests on.",
                                    whole_object(
                                        "A proof.",
                                        {
                                            "kind": text("What it is.", one_of=("quote",)),
                                            "text": text("The words."),
                                            "ref": whole_object(
                                                "Where.", {"result_question_id": identifier("The turn.")}
                                            ),
                                        },
                                    ),
                                ),
                            },
                            optional=["proof"],
                        ),
                    ),
                },
            ),
            "also_expected": listed("What a solid answer shows besides. An addition.", {"type": "string"}),
            "rubric": listed("A verdict on each claim of the interview's own rubric. An addition.", verdict()),
            "needs_review": flag("Whether a person must look before the score is used. An addition."),
            "reasons": listed("Why, or why there is no score; each one word. An addition.", {"type": "string"}),
            "judgement": whole_object(
                "Which judgement this is. An addition.",
                {
                    "version": whole("From 1; judged again, it gets another.", least=1, example=1),
                    "rater": text("What judged, and its version.", example="embedded 0f3a99c1d2e4"),
                    "caution": maybe(
                        text(
                            "What to know before the score is used, where what judged errs often; null: nothing.",
                            example=ROUGH,
                        )
                    ),
                    "rubric_sha256": text("Of the rubric that it was held against.", example="9f86d081884c7d65"),
                    "judged_at": moment("When."),
                },
            ),
        },
        optional=[
            "recommendation",
            "hiring_reasons",
            "score_rationale",
            "key_statement",
            "takeaways",
            "also_expected",
        ],
    )


def assessment() -> Schema:
    """Of a turn's `answer_assessment_raw_data`."""
    return whole_object(
        "What the score of an answer and its follow-ups was made from. Its keys are ours.",
        {
            "verdicts": listed("A verdict on each claim of the question's rubric.", verdict()),
            "flags": listed(
                "What was noticed. None takes anything from a score.",
                whole_object(
                    "A flag. Without a place it is of the answer as a whole.",
                    {
                        "flag": text("What it is.", one_of=Flag),
                        "result_question_id": maybe(identifier("The turn.")),
                        "start": maybe(whole(f"Where it begins. {PLACE}.", least=0, example=0)),
                        "end": maybe(whole(f"Where it ends, excluded. {PLACE}.", least=0, example=12)),
                    },
                ),
            ),
            "interval": maybe(
                whole_object(
                    "Where a careful person's score is expected.",
                    {
                        "low": number("From.", least=1, most=5, example=2.5),
                        "high": number("To.", least=1, most=5, example=4.5),
                        "level": number("For which share of answers.", least=0, most=1, example=0.9),
                        "is_calibrated": flag("Whether it was measured on answers like this one."),
                    },
                )
            ),
            "needs_review": flag("Whether a person must look before the score is used."),
            "reasons": listed("Why, or why there is no score; each one word.", {"type": "string"}),
        },
    )


def verdict() -> Schema:
    """One claim, and what was said of it."""
    return whole_object(
        "What was said of one claim.",
        {
            "bracket": text("Its bracket.", one_of=Bracket),
            "requirement": text("The claim.", example="Names a result in figures"),
            "state": text("Confirmed or rejected by the candidate's own words, or neither.", one_of=VerdictState),
            "p": number("The rater's probability of that.", least=0, most=1, example=0.93),
            "quotes": listed(
                "The very words that carry it; none where it was not discussed.",
                whole_object(
                    "A quote.",
                    {
                        "result_question_id": identifier("The turn that it stands in."),
                        "start": whole(f"Where it begins. {PLACE}.", least=0, example=14),
                        "end": whole(f"Where it ends, excluded. {PLACE}.", least=0, example=44),
                        "text": text("The words.", example="Complaints fell by a third."),
                    },
                ),
            ),
        },
    )


def _counts(description: str) -> Schema:
    return whole_object(description, {bracket.value: whole("So many.", least=0, example=2) for bracket in Bracket})
