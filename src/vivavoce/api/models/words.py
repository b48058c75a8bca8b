"""The contract's words and ours, both ways."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from vivavoce.db.ids import to_id
from vivavoce.interviews.draft import (
    DEFAULT_MAX_ATTEMPTS,
    Draft,
    InterviewSettings,
    Kind,
    Status,
    Visibility,
    WrittenPart,
)
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.interviews.templates import Modality
from vivavoce.interviews.weights import NEVER_COUNTED, ScorePart, find_effective, merge_scoring
from vivavoce.text.parity import PARITY, HearingQuality, Speaking, Wording

KINDS = {kind.value: kind for kind in Kind}
STATUSES = {status.value: status for status in Status}
VISIBILITIES = {
    "merchant_public": Visibility.LISTED,
    "merchant_unlisted": Visibility.UNLISTED,
    "merchant_invite": Visibility.INVITED,
}
VISIBILITY_WORDS = {ours: theirs for theirs, ours in VISIBILITIES.items()}
TEMPLATE_TYPES = {
    Modality.VOICE: "interactive_elevenlabs",
    Modality.AVATAR: "interactive_heygen",
    Modality.RECORDED: "offline_heygen",
}

# What of an interview a language model may have written, by the field that holds it.
WrittenField = Literal[
    "name",
    "description",
    "description_long",
    "questions",
    "candidate_expectations",
    "candidate_expectations_json",
    "question_alternatives",
]
WRITTEN_PARTS: Mapping[WrittenPart, WrittenField] = {
    WrittenPart.NAME: "name",
    WrittenPart.DESCRIPTION: "description",
    WrittenPart.LONG_DESCRIPTION: "description_long",
    WrittenPart.QUESTIONS: "questions",
    WrittenPart.EXPECTATIONS_TEXT: "candidate_expectations",
    WrittenPart.EXPECTATIONS: "candidate_expectations_json",
    WrittenPart.WORDINGS: "question_alternatives",
}


def to_wire_written_parts(draft: Draft) -> list[WrittenField]:
    """What a language model wrote of an interview, and nobody has reviewed, by the fields that hold it."""
    has_drafts = any(step.question.drafted_wordings for step in draft.steps)
    parts = (*(draft.settings.written_by_model or ()), *([WrittenPart.WORDINGS] if has_drafts else []))
    return [WRITTEN_PARTS[WrittenPart(part)] for part in parts]


# What a coaching attempt is paid by, where nobody says otherwise.
COACHING_CREDIT = "interview_coach_manager"

# An id that no row has: what a text comes to that is the id of nothing.
NOWHERE = UUID(int=0)

# The answer for a reference to what the caller does not have: the same for another's id and for no id at all.
UNKNOWN_TEMPLATE = "Expected the id of an existing interview template: there is none with this id."
UNKNOWN_INTERVIEW = "Expected the id of an existing interview: there is none with this id."
UNKNOWN_CANDIDATE = "Expected the id of an existing candidate: there is none with this id."
UNKNOWN_ATTEMPT = "Expected the id of an existing attempt: there is none with this id."
UNKNOWN_STORE = "Expected the id of an existing knowledge base store: there is none with this id."


def to_reference(text: str) -> UUID:
    """The id that a text names; NOWHERE where it is the id of nothing, so that the look-up refuses it."""
    return to_id(text) or NOWHERE


def find_answered_by(*, is_choice: bool, is_asking: bool) -> AnsweredBy:
    """How a question with these flags is answered; both at once is refused before."""
    if is_asking:
        return AnsweredBy.CANDIDATE_ASKS
    return AnsweredBy.CHOICE if is_choice else AnsweredBy.OPEN


View = Literal[
    "candidate asking recruiter", "multiple choice", "with listening conditional", "with listening expert",
    "with listening", "without scoring",
]  # fmt: skip


def to_wire_view(question: SentQuestion) -> View:
    """The contract's one word for the five independent flags: the first that holds, in its order of precedence."""
    if question.answered_by is AnsweredBy.CANDIDATE_ASKS:
        return "candidate asking recruiter"
    if question.answered_by is AnsweredBy.CHOICE:
        return "multiple choice"
    if question.is_conditional:
        return "with listening conditional"
    if question.is_expert:
        return "with listening expert"
    return "with listening" if question.is_scored else "without scoring"


def to_scoring(sent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The caller's scoring in our words, for `interviews.weights`; the null of an optional key is left out.

    Keys that we don't know stand as they are under `other`.
    """
    if sent is None:
        return None
    known = {ours: _without_nulls(sent[theirs]) for theirs, ours in _SCORING.items() if sent.get(theirs) is not None}
    other = {key: value for key, value in sent.items() if key not in _SCORING}
    return known | ({"other": other} if other else {})


def to_scoring_changes(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Changes to the caller's scoring in our words, for `interviews.weights`; null takes a key away."""
    known = {ours: sent[theirs] for theirs, ours in _SCORING.items() if theirs in sent}
    other = {key: value for key, value in sent.items() if key not in _SCORING}
    return known | ({"other": other} if other else {})


def to_effective_scoring(settings: InterviewSettings) -> dict[str, Any]:
    """What really counts, in the contract's words."""
    return _from_scoring(find_effective(settings.scoring), settings)


def to_result_scoring(settings: InterviewSettings) -> dict[str, Any] | None:
    """The scoring as stored: the caller's over the defaults; None where the caller set nothing of it."""
    if settings.scoring is None and settings.max_attempts is None:
        return None
    return _from_scoring(merge_scoring(settings.scoring), settings)


def find_language_warnings(languages: Iterable[str], *, is_read: bool) -> tuple[str, ...]:
    """What a caller should learn of languages that have less than English: one sentence each, in ASCII, in order.

    is_read: whether a language model reads this merchant's answers, in whatever language.
    """
    warned = (_warn_of(code, is_read=is_read) for code in dict.fromkeys(languages))
    return tuple(warning for warning in warned if warning is not None)


def _warn_of(code: str, *, is_read: bool) -> str | None:
    parity = PARITY[code]
    lacks = [
        lack
        for lack, is_so in (
            ("speech in it is often misheard, so typing is offered first", parity.hearing is HearingQuality.WEAK),
            ("it has no voice of its own here", parity.speaking is Speaking.BROWSER),
            ("no program scores answers in it, a person reads them", not (parity.is_assessed or is_read)),
            ("no native speaker has read our words in it", parity.wording is Wording.UNREVIEWED),
        )
        if is_so
    ]
    if not lacks:
        return None
    return f"mojito_language_code {code}, with what comes with Vivavoce: {'; '.join(lacks)}."


def find_warnings(settings: InterviewSettings) -> tuple[str, ...]:
    """What a caller should learn of settings that are stored and have no effect: one sentence each, in ASCII."""
    if settings.scoring is None:
        return ()
    merged = merge_scoring(settings.scoring)
    warnings = [
        f"custom_scoring.{theirs}.weight is stored and counts as 0: how somebody sounds never touches a score."
        for theirs, ours in _SCORING.items()
        if ours in NEVER_COUNTED and merged[ours]["weight"]
    ]
    if merged["early_stop"]["enabled"]:
        warnings.append(
            "custom_scoring.early_stop is stored and has no effect: no interview ends early for a poor fit."
        )
    return tuple(warnings)


_SCORING: dict[str, str] = {
    "max_score": "enough_score",
    "max_retries": "max_attempts",
    "early_stop": "early_stop",
    "ai_assessment_session": ScorePart.SESSION,
    "ai_assessment_answer": ScorePart.ANSWERS,
    "ai_assessment_resume": ScorePart.RESUME,
    "sentiment_analysis": ScorePart.SENTIMENT,
    "speech_cadence": ScorePart.CADENCE,
    "ai_pronunciation": ScorePart.ACCENT,
}
_OPTIONAL = frozenset({"weight", "enabled", "min_questions", "threshold"})


def _without_nulls(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: inner for key, inner in value.items() if inner is not None or key not in _OPTIONAL}


def _from_scoring(merged: Mapping[str, Any], settings: InterviewSettings) -> dict[str, Any]:
    known = {theirs: merged[ours] for theirs, ours in _SCORING.items()}
    return {**merged.get("other", {}), **known, "max_retries": settings.max_attempts or DEFAULT_MAX_ATTEMPTS}
