"""The bodies of the calls about mails to candidates, and what those calls are asked for."""

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from vivavoce.api.body import check, parse_object
from vivavoce.api.models.fields import Id, LanguageCode
from vivavoce.api.models.lists import DEFAULT_LIMIT, Limit
from vivavoce.api.models.wire_body import WireBody
from vivavoce.candidates.mails.own_text import LONGEST_SUBJECT, LONGEST_TEXT, PLACES

MOST_REPORT = 200_000  # characters: a report returns the mail's headers, or the mail
WordingWord = Literal["invitation", "reminder", "another_attempt", "receipt", "selected", "not_selected", "reply"]
_AN_ID = "0199d3a4-6f60-7c3e-9a51-3c1f6f0c2b7d"
_MERCHANT = "Whose mails; another merchant's for admins and sub-merchant operators only."
_KIND = "Which mail."
_LANGUAGE = "Its language: that of the interview which it is about."
_PLACES = ", ".join(f"`{{{place}}}`" for place in sorted(PLACES))
Body = TypeVar("Body", bound=WireBody)


def parse_mail(model: type[Body], body: bytes) -> Body:
    """The checked request. Raises what `parse_object` raises, and Invalid for the first field at fault."""
    return check(model, parse_object(body))


class MailList(WireBody):
    """What merchant-mail-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
    profile_interview_id: Id | None = Field(default=None, description="The candidate; absent: everybody's.")
    after: str | None = Field(default=None, description="`next_after` of the page before.")
    limit: Limit = Field(default=DEFAULT_LIMIT, description="At most how many rows.")


class ReportBounce(WireBody):
    """A mail that came back."""

    report: Annotated[str, Field(min_length=1, max_length=MOST_REPORT)] = Field(
        description="The delivery report as it arrived, whole: a message of type `multipart/report` (RFC 3464).",
        examples=["Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n…"],
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class ResumeMails(WireBody):
    """Whose address is written to again."""

    profile_interview_id: Id = Field(description="The candidate.", examples=[_AN_ID])
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class MailTextList(WireBody):
    """What merchant-mail-text-list is asked for."""

    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class SetMailText(WireBody):
    """A mail in the merchant's own words."""

    kind: WordingWord = Field(description=_KIND)
    mojito_language_code: LanguageCode = Field(description=_LANGUAGE)
    subject: str = Field(
        description=f"The subject, at most {LONGEST_SUBJECT} characters. Empty, with an empty text: ours again.",
        examples=["{merchant} would like to get to know you"],
    )
    text: str = Field(
        description=f"The text, at most {LONGEST_TEXT:,} characters: paragraphs, parted by empty lines. Places in it:"
        f" {_PLACES}. A mail with a link needs `{{link}}` as a paragraph of its own, which becomes the button.",
        examples=["Hello {name},\n\nwe’d like to hear from you.\n\n{link}\n\nIt works until {day}."],
    )
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)


class PreviewMailText(WireBody):
    """A mail as it would look."""

    kind: WordingWord = Field(description=_KIND)
    mojito_language_code: LanguageCode = Field(description=_LANGUAGE)
    subject: str | None = Field(default=None, description="A subject to try out; absent: as it is now.")
    text: str | None = Field(default=None, description="A text to try out, together with a subject.")
    merchant_id: Id | None = Field(default=None, description=_MERCHANT)
