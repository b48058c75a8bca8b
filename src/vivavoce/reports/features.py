"""What a report shows of a result: the switches of a call or of an interview's settings. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vivavoce.text.languages import BY_CODE


class Layout(StrEnum):
    """How a report is laid out: the same content, in three ways."""

    CLASSIC = "classic"  # one column, serif words, for reading on paper
    MODERN = "modern"  # what to know at the side, the proof beside it
    ONE_PAGER = "one_pager"  # a page a result, what does not fit left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFeatures:
    """What a report shows. language: of our words; None: the result's own.

    has_rubric asks for has_assessment: without it no claim is shown. Recordings are addresses that are signed when the
    report is made.
    """

    language: str | None = None
    layout: Layout = Layout.CLASSIC
    has_contact: bool = True
    has_assessment: bool = True
    has_rubric: bool = False
    has_analytics: bool = True
    has_transcript: bool = True
    has_files: bool = True
    has_answer_recordings: bool = False
    has_session_recording: bool = False
    is_by_question: bool = False

    @property
    def shows_rubric(self) -> bool:
        """Whether claims are listed one by one."""
        return self.has_assessment and self.has_rubric


# The contract's words for each switch, and ours.
SWITCHES: Mapping[str, str] = {
    "contact_details": "has_contact",
    "ai_recruiter_assessment": "has_assessment",
    "ai_scoring_rubric": "has_rubric",
    "analytics": "has_analytics",
    "transcript": "has_transcript",
    "files": "has_files",
    "answer_recording": "has_answer_recordings",
    "session_recording": "has_session_recording",
    "group_by_question": "is_by_question",
}


def read_features(sent: Mapping[str, Any] | None, *, layout: str | None = None) -> ReportFeatures:
    """The switches as they were sent, now or by any version before; whatever can't be used counts as not sent.

    layout: goes before the one among the switches.
    """
    given = sent or {}
    named = layout or given.get("template")
    # The settings keep the name that the caller sent; its beginning is the wire's alone to know.
    language = next((value for name, value in given.items() if name.endswith("language_code")), None)
    return ReportFeatures(
        language=language if isinstance(language, str) and language in BY_CODE else None,
        layout=Layout(named) if isinstance(named, str) and named in set(Layout) else Layout.CLASSIC,
        **{ours: value for theirs, ours in SWITCHES.items() if isinstance(value := given.get(theirs), bool)},
    )
