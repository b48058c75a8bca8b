"""The parts that answers are made of: ids, moments, fixed sets of texts, and fields that are always null today."""

from collections.abc import Iterable
from typing import Annotated, Any, get_args

from pydantic import Field, WithJsonSchema

from vivavoce.api.models.fields import CoachPlan, Credit, Recording, ResultView, SessionRecording, Speed
from vivavoce.api.models.words import TEMPLATE_TYPES, VISIBILITIES
from vivavoce.text.languages import BY_CODE

AN_ID = "0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"
A_MOMENT = "2026-01-31T17:00:00+00:00"


def one_of(texts: Iterable[str]) -> WithJsonSchema:
    """The schema of a text that is one of these."""
    return WithJsonSchema({"type": "string", "enum": list(texts)})


def nothing_yet(description: str) -> Any:
    """A field that is null today, because there is nothing to say in it: its description, which says so."""
    return Field(description=f"{description} Always null today.")


Id = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid", "examples": [AN_ID]})]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time", "examples": [A_MOMENT]})]

# Texts of a fixed set. Where the wire's words are ours, a field has our enum as its type instead.
LanguageText = Annotated[str, one_of(BY_CODE)]
VisibilityText = Annotated[str, one_of(VISIBILITIES)]
TemplateType = Annotated[str, one_of(TEMPLATE_TYPES.values())]
RecordingText = Annotated[str, one_of(get_args(Recording))]
SessionRecordingText = Annotated[str, one_of(get_args(SessionRecording))]
ResultViewText = Annotated[str, one_of(get_args(ResultView))]
SpeedText = Annotated[str, one_of(get_args(Speed))]
CreditText = Annotated[str, one_of(get_args(Credit))]
CoachPlanText = Annotated[str, one_of(get_args(CoachPlan))]
