"""The body of `job-interview-pdf`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import AutoReport, Id
from vivavoce.api.models.wire_body import WireBody
from vivavoce.errors import Invalid

MOST_RESULTS = 100


def parse(body: bytes) -> "MakeReport":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    sent = check(MakeReport, parse_object(body))
    if not sent.ids:
        raise Invalid("Field is required.", name="interview_result_id")
    return sent


class MakeReport(WireBody):
    """Of which attempts, in which form, and what it shows."""

    interview_result_id: Id | None = Field(
        default=None,
        description="The attempt.",
        examples=["0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"],
    )
    interview_result_ids: Annotated[list[Id], Field(max_length=MOST_RESULTS)] | None = Field(
        default=None, description="Several attempts, in this order; a table of them comes first."
    )
    export_type: Literal["pdf", "html", "json"] = Field(description="The form.", examples=["pdf"])
    export_features_result: AutoReport | None = Field(default=None, description="What it shows.")
    template: Literal["classic", "modern", "one_pager"] | None = Field(
        default=None, description="Its layout; goes before the one among the features."
    )
    store_file: bool | None = Field(
        default=None,
        description="Of a PDF: whether it is kept for a week. Otherwise its address is good for an hour.",
    )
    merchant_id: Id | None = Field(
        default=None, description="Whose attempts; another merchant's for admins and sub-merchant operators only."
    )

    @property
    def ids(self) -> list[tuple[str, str]]:
        """Each attempt once, in order, with the name of the field that it was sent in."""
        fields: dict[str, str] = {}
        if self.interview_result_id is not None:
            fields[self.interview_result_id] = "interview_result_id"
        for place, text in enumerate(self.interview_result_ids or ()):
            fields.setdefault(text, f"interview_result_ids[{place}]")
        return list(fields.items())

    @property
    def features(self) -> dict[str, Any]:
        """The switches that were sent."""
        return dict(self.export_features_result or {})
