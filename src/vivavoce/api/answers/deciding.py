"""What the calls answer by which people decide, change and rate; and the history of a result."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.judgement import to_number
from vivavoce.api.answers.parts import Id, Moment
from vivavoce.interviews.blind_rating import BlindRating
from vivavoce.scoring.blind import BlindAgreement
from vivavoce.scoring.history import HistoryKind, HistoryLine


class DecidedRow(TypedDict):
    """How one result went."""

    interview_result_id: Annotated[Id, Field(description="The attempt.")]
    result: Annotated[str, Field(description="`ok`, or `Error: …` and why.", examples=["ok"])]


DecidedRows = Annotated[
    list[DecidedRow],
    Field(description="A row for each result, in order. Read `result`: one that fails does not fail the call."),
]


class ScoreNow(TypedDict):
    """What holds after a change."""

    score: Annotated[float | None, Field(description="The score that holds now.", ge=0, le=10, examples=[6.25])]


class CommentMade(TypedDict):
    """The comment."""

    comment_id: Annotated[Id, Field(description="The comment.")]


class RatedAgreement(TypedDict):
    """How far people and the program agree, requirement by requirement."""

    ratings: Annotated[int, Field(description="Blind ratings that were compared.", ge=0, examples=[1])]
    requirements: Annotated[int, Field(description="Marks that were compared.", ge=0, examples=[8])]
    agreed: Annotated[int, Field(description="How many were alike.", ge=0, examples=[6])]
    kappa: Annotated[
        float | None,
        Field(
            description="Cohen's kappa: 1 is full agreement, 0 what chance would give; null: too little to say.",
            ge=-1,
            le=1,
            examples=[0.62],
        ),
    ]


class InterviewAgreement(RatedAgreement):
    """The same over an interview's results, with its setting."""

    blind_rating: Annotated[BlindRating, Field(description="Whether results are rated blind.")]


class HistoryRow(TypedDict):
    """One thing that happened."""

    at: Annotated[Moment, Field(description="When.")]
    kind: Annotated[HistoryKind, Field(description="What kind of thing it was.")]
    what: Annotated[
        str,
        Field(description="The event, the decision, or the verdict or score that holds since.", examples=["selected"]),
    ]
    person: Annotated[str | None, Field(description="Who did it; null: nobody, or a caller without a name.")]
    actor: Annotated[str | None, Field(description="Who is behind an event, as the log has it.")]
    text: Annotated[str, Field(description="The reason, or the comment; empty where there is none.")]
    requirement: Annotated[str | None, Field(description="Whose verdict was changed, in its words.")]
    before: Annotated[str | None, Field(description="What held until then.")]
    shared_by: Annotated[
        int, Field(description="How many results were decided at once with this very reason.", ge=1, examples=[1])
    ]


class ResultHistory(TypedDict):
    """All that happened to a result, the first thing first."""

    data: Annotated[list[HistoryRow], Field(description="What happened.")]


class ComparedWords(TypedDict):
    """What one person answered."""

    interview_result_id: Annotated[Id, Field(description="The attempt.")]
    candidate_name: Annotated[str | None, Field(description="Who; null where names are hidden.")]
    asked: Annotated[str, Field(description="The question as it was asked.")]
    answer: Annotated[str | None, Field(description="The answer, in the words that count; null: it was skipped.")]
    is_follow_up: Annotated[bool, Field(description="Whether it answers a follow-up question.")]


class Compared(TypedDict):
    """Answers to one question, side by side, in the order of the list of results."""

    question: Annotated[str, Field(description="The question.")]
    data: Annotated[list[ComparedWords], Field(description="The answers.")]


def to_wire_agreement(agreement: BlindAgreement) -> RatedAgreement:
    """The figures."""
    return {
        "ratings": agreement.ratings,
        "requirements": agreement.claims,
        "agreed": agreement.agreed,
        "kappa": to_number(agreement.kappa),
    }


def to_wire_history(lines: Iterable[HistoryLine]) -> ResultHistory:
    """The lines."""
    return {
        "data": [
            {
                "at": line.at.isoformat(),
                "kind": line.kind,
                "what": line.what,
                "person": line.person or None,
                "actor": line.actor or None,
                "text": line.text,
                "requirement": line.about or None,
                "before": line.before or None,
                "shared_by": line.shared_by,
            }
            for line in lines
        ]
    }
