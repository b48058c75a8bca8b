"""What `job-interview-pdf` answers: an address, a page, or the results themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.attempt import Details
from vivavoce.api.answers.parts import Moment
from vivavoce.attempts.read import Record
from vivavoce.reports.features import ReportFeatures

# What each switch takes out of the details of an attempt where it is off.
OF_CONTACT = ("contact",)
OF_ASSESSMENT = (
    "score",
    "score_text",
    "score_answer",
    "score_interview_ai",
    "ai_analysis",
    "ai_analysis_recruiter",
    "ai_analysis_other",
    "ai_analysis_recruiter_why_hire",
    "ai_analysis_recruiter_why_not_hire",
)
OF_A_TURN_S_ASSESSMENT = ("score", "score_answer_ai", "answer_assessment_raw_data")
OF_TRANSCRIPT = ("transcript", "conditional_decisions", "requests")
OF_ANALYTICS = ("duration", "score_sentiment", "score_words_per_minute", "score_pronunciation")
OF_SESSION_RECORDING = ("recording_url", "video_introduction_url", "video_introduction_local_path")


class ExportedFile(TypedDict):
    """A page of a candidate's file."""

    type: Annotated[str, Field(description="What it is.")]
    page: Annotated[float | None, Field(description="Which page.")]
    page_signed: Annotated[str | None, Field(description="A signed address of it.")]


class ExportedResult(TypedDict):
    """One result."""

    data: Annotated[
        dict[str, Any],
        Field(
            description="The fields of `job-interview-details`, without those that a switch takes out. With"
            " `group_by_question`, `questions` stands in place of `transcript`: each planned question with its turns."
            " Where a language model that writes is set, an answer in another language than the report's has"
            " `answer_translation`: its `text`, in `language_code`, by that model."
        ),
    ]
    files: Annotated[
        list[ExportedFile], Field(description="Résumé and cover letter: none today, since nobody sends any.")
    ]


class Exported(TypedDict):
    """The results."""

    table: NotRequired[Annotated[str, Field(description="Of several: a table of them, as HTML.")]]
    results: Annotated[list[ExportedResult], Field(description="Each, in the order that was asked for.")]


class ReportAnswer(TypedDict):
    """The report, in the form that was asked for."""

    pdf_export_url: NotRequired[Annotated[str, Field(description="A signed address of the PDF.")]]
    pdf_export_valid_until: NotRequired[Annotated[Moment, Field(description="Until when it is good.")]]
    html_export: NotRequired[Annotated[str, Field(description="The page: it stands alone, and loads nothing.")]]
    json_export: NotRequired[Annotated[Exported, Field(description="The results.")]]


def to_wire_pdf(url: str, until: datetime) -> ReportAnswer:
    """A PDF's address."""
    return {"pdf_export_url": url, "pdf_export_valid_until": until.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """What a language model made of a candidate's words. said: by the words themselves."""

    language: str
    said: Mapping[str, str]


def to_exported(details: Details, record: Record, features: ReportFeatures, translated: Translated) -> ExportedResult:
    """The result without what the switches take out."""
    left_out = {
        name
        for is_on, names in (
            (features.has_contact, OF_CONTACT),
            (features.has_assessment, OF_ASSESSMENT),
            (features.has_transcript, OF_TRANSCRIPT),
            (features.has_analytics, OF_ANALYTICS),
            (features.has_session_recording, OF_SESSION_RECORDING),
        )
        if not is_on
        for name in names
    }
    data: dict[str, Any] = {name: value for name, value in details.items() if name not in left_out}
    if features.has_assessment and not features.has_rubric and data["ai_analysis_other"] is not None:
        data["ai_analysis_other"] = {**data["ai_analysis_other"], "rubric": []}
    if features.has_transcript:
        data["transcript"] = [_turn(turn, features, translated) for turn in details["transcript"]]
    if features.has_transcript and features.is_by_question:
        data["questions"] = _group(data.pop("transcript"), record)
    return {"data": data, "files": []}


def _turn(turn: Mapping[str, Any], features: ReportFeatures, translated: Translated) -> dict[str, Any]:
    left_out = {
        *(() if features.has_assessment else OF_A_TURN_S_ASSESSMENT),
        *(() if features.has_analytics else ("duration",)),
        *(() if features.has_answer_recordings else ("recording_url",)),
    }
    told = {name: value for name, value in turn.items() if name not in left_out}
    assessment = told.get("answer_assessment_raw_data")
    if assessment is not None and not features.has_rubric:
        told["answer_assessment_raw_data"] = {**assessment, "verdicts": []}
    translation = translated.said.get(turn["answer"] or "")
    if translation is not None:
        told["answer_translation"] = {
            "language_code": translated.language,
            "text": translation,
            "is_by_language_model": True,
        }
    return told


def _group(turns: list[dict[str, Any]], record: Record) -> list[dict[str, Any]]:
    """Each planned question with its turns, in the planned order; one that was not reached has none."""
    return [
        {
            "question_original_id": str(step.id),
            "question_original": step.question.text,
            "label": step.question.label,
            "transcript": [
                turn for turn in turns if str(step.id) in (turn["question_original_id"], turn["follow_up_of"])
            ],
        }
        for step in record.definition.steps
    ]
