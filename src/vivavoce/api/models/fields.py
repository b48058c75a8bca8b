"""The parts that the wire's fields are made of: texts, numbers within limits, and the objects that callers send."""

import unicodedata
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, with_config
from typing_extensions import TypedDict

from vivavoce.api.body import expected, number_between
from vivavoce.interviews.draft import read_end

MOST_QUESTIONS = 500
MOST_MAGNITUDE = 10**15  # whole numbers up to here are exact in a double, so in every client

# Letters that are drawn as nothing.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_visible(letter: str) -> bool:
    """Whether a character shows something: letters, digits, punctuation and symbols do, alone."""
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANKS


def _check_visible(text: str) -> str:
    first = text[:1]
    if first.isascii() and first.isalnum():  # as nearly every text begins
        return text
    if not any(map(_is_visible, text)):
        raise expected("at least one visible character")
    return text


def _check_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or any(letter.isspace() or not letter.isprintable() for letter in text):
        raise expected("an address that begins with http:// or https://")
    return text


def _check_end(text: str) -> str:
    try:
        read_end(text)
    except ValueError:
        raise expected("a date (2026-01-31) or a date and time (2026-01-31T17:00:00Z) of ISO 8601") from None
    return text


def _widen_weight(value: object) -> object:
    """A plain number is short for the object that holds it as `weight`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"weight": value}
    if value is None or isinstance(value, dict):
        return value
    raise expected('a weight: a number from 0 to 100, or an object like {"weight": 50}', value)


def _widen_switch(value: object) -> object:
    """A plain true or false is short for the object that holds it as `enabled`."""
    if isinstance(value, bool):
        return {"enabled": value}
    if value is None or isinstance(value, dict):
        return value
    raise expected('true, false or an object like {"enabled": true}', value)


# Any text is taken: one that is the id of nothing is answered like an id that does not exist.
Id = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
VisibleText = Annotated[str, AfterValidator(_check_visible), WithJsonSchema({"type": "string", "minLength": 1})]
Address = Annotated[str, AfterValidator(_check_address), WithJsonSchema({"type": "string", "format": "uri"})]
End = Annotated[str, AfterValidator(_check_end), WithJsonSchema({"type": "string", "examples": ["2026-01-31"]})]
Seconds = Annotated[
    float,
    PlainValidator(number_between(0, MOST_MAGNITUDE)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_MAGNITUDE}),
]
Share = Annotated[
    float,
    PlainValidator(number_between(0.01, 0.9)),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": 0.9}),
]
Attempts = Annotated[
    int,
    PlainValidator(number_between(1, 20, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 20}),
]
FollowUps = Annotated[
    int,
    PlainValidator(number_between(0, 999, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 999}),
]
LeastQuestions = Annotated[
    int,
    PlainValidator(number_between(1, MOST_QUESTIONS, is_whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_QUESTIONS}),
]
Percent = Annotated[
    float,
    PlainValidator(number_between(0, 100)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]
Score = Annotated[
    float,
    PlainValidator(number_between(0, 10)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10}),
]
LanguageCode = Literal[
    "ar", "bg", "zh", "hr", "cs", "da", "nl", "en", "fil", "fi", "fr", "de", "el", "hi", "hu", "id", "it", "ja", "ko",
    "ms", "no", "pl", "pt", "br", "ro", "ru", "sk", "es", "sv", "ta", "th", "tr", "uk", "vi",
]  # fmt: skip
Recording = Literal["audio_first_5_answers", "audio_all", "video_all", "video_first_5_answers"]
SessionRecording = Literal["audio_all", "video_all"]
ResultView = Literal["none", "minimal", "minimal_with_score", "advanced", "full", "full_expand_scores"]
Speed = Literal["slower", "normal", "faster"]
InterviewType = Literal[
    "pre-screening",
    "pre-screening-with-test-questions",
    "second-interview",
    "remote-freelancer-verification",
    "strength-based-interview",
    "potential-based-interview",
    "process-verification-from-knowledge-base",
]
SeniorityLevel = Literal["entry-level", "intermediate", "senior", "managerial", "director", "executive"]
Credit = Literal[
    "resume_check",
    "interview_coach_starter",
    "interview_coach_contributor",
    "interview_coach_manager",
    "cover_letter",
]
CoachPlan = Literal["demo", "screening", "2nd", "3rd", "closing", "job-specific", "other"]
_KEPT = ConfigDict(strict=True, extra="allow")


@with_config(_KEPT)
class Expectations(TypedDict, total=False):
    """What is expected of an answer, as claims worded positively. Other keys are kept."""

    weak: Annotated[list[str] | None, Field(fail_fast=True, description="What every viable candidate shows.")]
    moderate: Annotated[list[str] | None, Field(fail_fast=True, description="What a solid candidate shows.")]
    strong: Annotated[list[str] | None, Field(fail_fast=True, description="What only a standout shows.")]


@with_config(_KEPT)
class Weight(TypedDict, total=False):
    """How much one part of a result counts. Other keys are kept."""

    weight: Annotated[Percent | None, Field(description="In percent; only the proportions matter.")]


@with_config(_KEPT)
class EarlyStop(TypedDict, total=False):
    """When a conversation would end early. Stored as sent, without effect: no interview ends for a poor fit."""

    enabled: Annotated[bool | None, Field(description="Counts as false, always.")]
    min_questions: Annotated[LeastQuestions | None, Field(description="Not before so many questions.")]
    threshold: Annotated[Score | None, Field(description="Below this score.")]


MaybeWeight = Annotated[Weight | None, BeforeValidator(_widen_weight, json_schema_input_type=Weight | Percent | None)]
MaybeStop = Annotated[EarlyStop | None, BeforeValidator(_widen_switch, json_schema_input_type=EarlyStop | bool | None)]


@with_config(_KEPT)
class CustomScoring(TypedDict, total=False):
    """The caller's own scoring, merged key by key over the defaults. Other keys are kept."""

    max_score: Annotated[Score | None, Field(description="No further attempt once this score is reached.")]
    max_retries: Annotated[Attempts | None, Field(description="Attempts allowed; interview_attempts goes first.")]
    early_stop: MaybeStop
    ai_assessment_session: Annotated[MaybeWeight, Field(description="The whole conversation.")]
    ai_assessment_answer: Annotated[MaybeWeight, Field(description="Each answer.")]
    ai_assessment_resume: Annotated[MaybeWeight, Field(description="The résumé against the position.")]
    sentiment_analysis: Annotated[MaybeWeight, Field(description="Stored as sent; counts as 0, always.")]
    speech_cadence: Annotated[MaybeWeight, Field(description="Stored as sent; counts as 0, always.")]
    ai_pronunciation: Annotated[MaybeWeight, Field(description="Stored as sent; counts as 0, always.")]


@with_config(_KEPT)
class HiringCompany(TypedDict, total=False):
    """Whom the interview hires for. Other keys are kept."""

    name: Annotated[str | None, Field(description="`undisclosed` for a client that is not named.")]
    description: Annotated[str | None, Field(description="What it does.")]
    location: Annotated[str | None, Field(description="Where it is.")]
    sector: Annotated[str | None, Field(description="Its line of business.")]
    company_size: Annotated[str | None, Field(description="How large it is, in your words.")]


@with_config(_KEPT)
class AutoReport(TypedDict, total=False):
    """What the report holds that is made when an attempt completes. Other keys are kept."""

    mojito_language_code: Annotated[LanguageCode | None, Field(description="Its language; absent: the attempt's own.")]
    contact_details: Annotated[bool | None, Field(description="How to reach the candidate.")]
    ai_recruiter_assessment: Annotated[bool | None, Field(description="The judgement of the whole.")]
    ai_scoring_rubric: Annotated[bool | None, Field(description="What was expected.")]
    analytics: Annotated[bool | None, Field(description="Figures of each answer.")]
    files: Annotated[bool | None, Field(description="The candidate's files.")]
    transcript: Annotated[bool | None, Field(description="Questions and answers.")]
    answer_recording: Annotated[bool | None, Field(description="An address of each answer's recording.")]
    session_recording: Annotated[bool | None, Field(description="An address of the session's recording.")]
    group_by_question: Annotated[bool | None, Field(description="Under the questions that were planned.")]
    template: Annotated[Literal["classic", "modern", "one_pager"] | None, Field(description="Its layout.")]


def _check_condition(condition: "Condition") -> "Condition":
    if (condition.get("choices") is None) == (condition.get("when") is None):
        raise expected('either {"choices": [...]} or {"when": "..."}')
    return condition


@with_config(ConfigDict(strict=True, extra="ignore"))
class Condition(TypedDict, total=False):
    """When a conditional question is asked: one of the two keys."""

    choices: Annotated[
        list[str] | None,
        Field(min_length=1, fail_fast=True, description="Asked after any of these choices of the parent."),
    ]
    when: Annotated[VisibleText | None, Field(description="Asked when this holds for the answer, in plain words.")]


OneCondition = Annotated[Condition, AfterValidator(_check_condition)]
