"""The body of `job-interview-translate`."""

from pydantic import ConfigDict, Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id, LanguageCode
from vivavoce.api.models.wire_body import WireBody


def parse(body: bytes) -> "TranslateInterview":
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(TranslateInterview, parse_object(body))


class TranslateInterview(WireBody):
    """Which interview, and into which language."""

    model_config = ConfigDict(title="TranslateInterview")

    interview_id: Id = Field(description="The interview. It stays as it is.")
    mojito_language_code: LanguageCode = Field(description="The language of the new one; another than the interview's.")
    merchant_id: Id | None = Field(
        default=None, description="Whose interview; another merchant's for admins and sub-merchant operators only."
    )
