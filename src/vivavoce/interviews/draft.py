"""An interview as somebody asks us to make it: complete, checked, in our words, not yet stored."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from vivavoce.interviews.company import Company, read_company
from vivavoce.interviews.expectations import ExpectedClaims, read_claims
from vivavoce.interviews.steps import Step
from vivavoce.interviews.weights import Weights, read_weights


class Kind(StrEnum):
    """What an attempt yields."""

    INTERVIEW = "interview"  # a recommendation for the person who decides
    COACHING = "coaching"  # practice with feedback, on the coaching portal only
    ASSESSMENT = "assessment"  # judged like an interview


class Status(StrEnum):
    """Where an interview stands in its life."""

    DRAFT = "draft"  # not visible, can't be taken
    ACTIVE = "active"  # live
    PREPARING = "preparing"  # being made ready to go live
    COMPLETED = "completed"  # the position is filled
    ARCHIVED = "archived"  # put away; started attempts may finish
    DELETED = "deleted"  # gone for everyone but the audit log


class Visibility(StrEnum):
    """Who finds the interview."""

    LISTED = "listed"  # on the merchant's public list
    UNLISTED = "unlisted"  # by direct link
    INVITED = "invited"  # only people who were invited


class Tone(StrEnum):
    """How the interviewer speaks."""

    RELAXED = "relaxed"  # as among colleagues
    SIMPLE = "simple"  # short words and sentences (CEFR A2)
    PROFESSIONAL = "professional"  # as in a formal meeting
    PERSUASIVE = "persuasive"  # as somebody who wants to win the candidate


class WrittenPart(StrEnum):
    """What of an interview a language model may have written."""

    NAME = "name"  # of a translation
    DESCRIPTION = "description"
    LONG_DESCRIPTION = "long_description"
    QUESTIONS = "questions"
    EXPECTATIONS_TEXT = "expectations_text"
    EXPECTATIONS = "expectations"
    WORDINGS = "wordings"  # other ones, of questions; told by the questions themselves


DEFAULT_STYLE = "pre-screening"
DEFAULT_RESULT_VIEW = "minimal"
DEFAULT_MAX_ATTEMPTS = 3
DEFAULT_MAX_FOLLOW_UPS = 2
DEFAULT_MAX_SECONDS = 1200


# Not frozen, for the same reason as a SentQuestion.
@dataclass(unsafe_hash=True, slots=True, kw_only=True)
class InterviewSettings:
    """How an interview is held: all that a caller may set besides its identity and its steps.

    Each is as the caller sent it; None means that the caller did not say. What holds then are the defaults above.
    """

    style: str | None = None  # shapes the interviewer and its follow-ups
    seniority: str | None = None
    is_seniority_detected: bool | None = None  # by seniority.py; None: as the caller sent it
    tone: str | None = None  # any text; effective_tone is what it comes to
    pace: str | None = None  # slower, normal, faster; None: the template's
    result_view: str | None = None  # what the candidate sees at the end
    intro_video: str | None = None  # optional, required, hidden; None: hidden
    max_attempts: int | None = None  # 1 to 20
    share_asked: float | None = None  # 0.01 to 0.9 of the questions, drawn per attempt; None: all
    max_follow_ups: int | None = None  # 0 to 999
    max_seconds: int | None = None  # of the whole conversation
    answer_recording: str | None = None  # audio_all, video_all, audio_first_5_answers, video_first_5_answers
    session_recording: str | None = None  # audio_all, video_all
    cover_image_url: str | None = None
    department: str | None = None
    salary: str | None = None
    available_till: str | None = None  # ISO date or date and time; closes_at is the moment
    recruiter_id: str | None = None
    hiring_company: dict[str, Any] | None = None  # kept and told back as it was sent; read by `company`
    tags: tuple[str, ...] | None = None
    requires_pronunciation: bool | None = None
    allows_transcript_edit: bool | None = None  # None: yes
    auto_report: dict[str, Any] | None = None
    long_description: str | None = None  # Markdown
    expectations_text: str | None = None
    expectations: dict[str, Any] | None = None  # kept and told back as it was sent; read by `claims`
    credit_bucket: str | None = None  # what a coaching attempt is paid by; None: by the kind
    coaching_plan: str | None = None  # the plan that it belongs to in coaching
    scoring: dict[str, Any] | None = None  # the caller's own part, over weights.DEFAULTS; read by `weights`
    context: dict[str, Any] | None = None
    has_instruction: bool | None = None
    instruction_text: str | None = None
    keeps_duplicates: bool | None = None
    welcome: str | None = None
    thanks: str | None = None
    written_by_model: tuple[str, ...] | None = None  # values of WrittenPart: worded by a model, reviewed by nobody
    wanted_questions: int | None = None  # how many a model was to write
    has_rapport_question: bool | None = None  # whether it was to write an opening one
    has_closing_question: bool | None = None  # and whether a closing one

    @property
    def effective_tone(self) -> Tone:
        """The tone that is spoken in: unknown words come to relaxed."""
        sent = (self.tone or "").strip().lower()
        return Tone(sent) if sent in set(Tone) else Tone.RELAXED

    @property
    def company(self) -> Company:
        """The company that is hired for; it has nothing in it where nothing was said of one."""
        return read_company(self.hiring_company)

    @property
    def claims(self) -> ExpectedClaims:
        """What is expected of the whole interview."""
        return read_claims(self.expectations)

    @property
    def are_claims_drafted(self) -> bool:
        """Whether a language model wrote them, and nobody has reviewed them."""
        return WrittenPart.EXPECTATIONS in (self.written_by_model or ())

    @property
    def weights(self) -> Weights:
        """What counts of a result, and how much."""
        return read_weights(self.scoring)

    @property
    def closes_at(self) -> datetime | None:
        """The moment from which nobody can begin: a plain date is open to its end in UTC. None: never."""
        return None if self.available_till is None else read_end(self.available_till)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole interview before it is stored."""

    name: str
    location: str | None = None
    description: str | None = None
    kind: Kind
    status: Status
    visibility: Visibility
    language: str  # one of the 34 codes of languages.py
    speech_locale: str
    template_id: UUID
    store_id: UUID | None = None
    code: str | None = None  # the caller's own reference
    is_embedded: bool = False
    settings: InterviewSettings = field(default_factory=InterviewSettings)
    steps: tuple[Step, ...]


def read_end(text: str) -> datetime:
    """The moment that an ISO 8601 date, or date and time, ends at; aware, in UTC.

    A date ends with its day, a time without an offset is in UTC.
    Raises ValueError for any other text, and for a moment out of the calendar of years 1 to 9999.
    """
    parts = _ISO.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    try:
        end = datetime.fromisoformat(text)
        if parts["time"] is None:
            end += timedelta(days=1)
        return end.replace(tzinfo=end.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


# Narrower than `fromisoformat`, which takes weeks, and more in each new Python.
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?P<time>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
