"""The bodies of the calls by which people decide, mark, change, rate and comment."""

from typing import Annotated, Literal, TypeVar

from pydantic import Field, PlainValidator, WithJsonSchema

from vivavoce.api.body import check, number_between, parse_object
from vivavoce.api.models.fields import Id, Score
from vivavoce.api.models.wire_body import WireBody
from vivavoce.attempts.comments import MOST_MENTIONS
from vivavoce.attempts.decisions import MOST_AT_ONCE
from vivavoce.interviews.expectations import Bracket

Body = TypeVar("Body", bound=WireBody)

MOST_CLAIMS = 5_000  # marks of one rating: far more than an interview has requirements
_AN_ID = "0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"
_MERCHANT = "Whose result; another merchant's for admins and sub-merchant operators only."
BracketWord = Literal["weak", "moderate", "strong"]
RiskWord = Literal[
    "page_hidden",
    "answer_pasted",
    "connection_changed",
    "profile_same_name",
    "video_virtual_camera",
    "video_not_visible",
    "video_multiple_people",
    "audio_multiple_voices",
]
MarkWord = Literal["confirmed", "rejected", "not_discussed"]
Number = Annotated[
    int,
    PlainValidator(number_between(0, MOST_CLAIMS, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_CLAIMS}),
]
Attempt = Annotated[Id, Field(description="The attempt.", examples=[_AN_ID])]
Person = Annotated[
    str,
    Field(
        description="Who does this: a person's name, as colleagues know them. It stands in the history.",
        examples=["Noor Haddad"],
    ),
]
Reason = Annotated[str, Field(description="Why, in a sentence; at most 2,000 characters.", examples=["Led a shift."])]


def parse(model: type[Body], body: bytes) -> Body:
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(model, parse_object(body))


class DecidedResult(WireBody):
    """A result that is decided. A `reason` of its own goes before the shared one."""

    interview_result_id: Attempt
    reason: str = Field(default="", description="Why, of this one alone; absent: the shared reason.")


class Decide(WireBody):
    """What a person decides, of one result or of several at once."""

    results: list[DecidedResult] = Field(min_length=1, max_length=MOST_AT_ONCE, description="Which results.")
    decision: Literal["selected", "rejected", "another_attempt"] = Field(description="What is decided.")
    person: Person
    shared_reason: str = Field(
        default="",
        description="Why, of each result that has no reason of its own. Where it is of several, it is kept and shown as"
        " shared.",
        examples=["Led a shift, and says how."],
    )
    feedback: str = Field(
        default="", description="What the candidates read besides, in the mail; at most 5,000 characters."
    )
    send_email: bool = Field(
        default=True, description="Whether the candidates are told by mail, ten minutes later, unless it is undone."
    )
    replaces: bool = Field(default=False, description="Whether it may take the place of another decision.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class UndoDecision(WireBody):
    """Whose decision is undone."""

    interview_result_id: Attempt
    person: Person
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class SetMarks(WireBody):
    """Which marks change. What is absent or null stays as it is."""

    interview_result_id: Attempt
    person: Person
    shortlist: bool | None = Field(default=None, description="Whether it is on the shortlist.")
    archived: bool | None = Field(default=None, description="Whether it is put away.")
    emoji: str | None = Field(default=None, description="One emoji; an empty text takes it away.", examples=["⭐"])
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class NamedRequirement(WireBody):
    """A requirement, by its place."""

    question_id: Id | None = Field(default=None, description="Whose requirement; null or absent: the interview's own.")
    bracket: BracketWord = Field(description="Its bracket.")
    index: Number = Field(description="Its place in the bracket, from 0.")


class OverturnResult(WireBody):
    """What a person puts in place of what the program found: a verdict, or the score of the whole."""

    interview_result_id: Attempt
    person: Person
    reason: Reason
    requirement: NamedRequirement | None = Field(
        default=None, description="Whose verdict changes; absent: it is the score."
    )
    state: MarkWord | None = Field(
        default=None, description="The verdict that holds from now on; null: the program's own again."
    )
    score: Score | None = Field(
        default=None, description="The score that holds from now on; null, without a requirement: the sum again."
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class JudgeAgain(WireBody):
    """Which attempt is assessed anew."""

    interview_result_id: Attempt
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class WriteComment(WireBody):
    """What somebody writes about a result."""

    interview_result_id: Attempt
    person: Person
    text: str = Field(description="The comment; at most 5,000 characters.", examples=["Please listen to 11:02."])
    mentions: list[str] = Field(
        default_factory=list,
        max_length=MOST_MENTIONS,
        description="Accounts (`sub` of their tokens) that should read it.",
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class GivenMark(NamedRequirement):
    """What the person finds of one requirement."""

    state: MarkWord = Field(description="What they find.")


class RateResult(WireBody):
    """A blind rating."""

    interview_result_id: Attempt
    person: Person
    marks: list[GivenMark] = Field(
        max_length=MOST_CLAIMS, description="A mark on each requirement that the assessment has, once."
    )
    names_hidden: bool = Field(default=False, description="Whether the name was hidden meanwhile.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class StrikeRisk(WireBody):
    """Which fact of integrity a person strikes out, or puts back."""

    interview_result_id: Attempt
    person: Person
    risk: RiskWord = Field(description="Its key in `recruiter_risks`.")
    reason: Reason
    struck_out: bool = Field(default=True, description="false: it stands again.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class SetBlindRating(WireBody):
    """Whether an interview's results are rated blind."""

    position_id: Id = Field(description="The interview.", examples=[_AN_ID])
    blind_rating: Literal["off", "offered", "required"] = Field(
        description="off: the marks are shown at once. offered: whoever wants to can rate first. required: nobody"
        " decides before they have rated."
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


def to_bracket(word: BracketWord) -> Bracket:
    """Ours."""
    return Bracket(word)
