"""The body of `job-interview-draft-wordings`."""

from typing import Annotated

from pydantic import ConfigDict, Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id
from vivavoce.api.models.wire_body import WireBody
from vivavoce.writing.wordings import MOST_AT_ONCE


def parse(body: bytes) -> "DraftWordings":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(DraftWordings, parse_object(body))


class DraftWordings(WireBody):
    """Which interview, and which of its questions."""

    model_config = ConfigDict(title="DraftWordings")

    interview_id: Id = Field(description="The interview.")
    question_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)] | None = Field(
        default=None,
        description="Questions by their `id` in job-interview-get: drafted for anew. Without it, those that have"
        " neither `question_alternatives` nor drafts.",
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose interview; another merchant's for admins and sub-merchant operators only."
    )
