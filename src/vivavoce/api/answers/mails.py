"""What is answered by the calls about mails to candidates."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from vivavoce.api.answers.outcome import Success
from vivavoce.api.answers.parts import Id, LanguageText, Moment
from vivavoce.candidates.mail_texts import KeptText
from vivavoce.candidates.mails.own_text import MailWording
from vivavoce.candidates.post import MailKind, MailState, PostedMail


class MailRow(TypedDict):
    """A mail to a candidate."""

    mail_id: Annotated[Id, Field(description="The mail; its `Message-ID` begins with it.")]
    kind: Annotated[MailKind, Field(description="What it is about.")]
    profile_interview_id: Annotated[Id, Field(description="The candidate.")]
    interview_id: Annotated[Id, Field(description="The interview.")]
    state: Annotated[
        MailState,
        Field(
            description="waiting: it goes out when it is due. sending: it is being handed over. unsure: whoever handed"
            " it over was stopped; it may not have arrived, and is not sent again. sent: the mail server has taken it."
            " not_sent: it never will be. bounced: it came back."
        ),
    ]
    why: Annotated[
        str,
        Field(
            description="Why it was not sent or came back: a code of the other server, as 5.1.1, or one of"
            " unsubscribed, bounced, begun, revoked, closed, superseded, not_invited, no_address, not_taken, refused"
            " and no_mail_server. Empty: nothing is wrong.",
            examples=["begun"],
        ),
    ]
    created_at: Annotated[Moment, Field(description="Since when it is wanted.")]
    due_at: Annotated[Moment, Field(description="Not before then.")]
    sent_at: Annotated[Moment | None, Field(description="When the mail server took it; null: it has not.")]


class Mails(TypedDict):
    """Mails of the token's environment, the newest first."""

    data: Annotated[list[MailRow], Field(description="The mails.")]
    next_after: Annotated[Id | None, Field(description="What to ask for the next page as `after`; null: none follows.")]


class BounceRead(TypedDict):
    """What became of it."""

    success: Success
    is_silenced: Annotated[bool, Field(description="Whether the address gets no mail from now on.")]


class MailTextRow(TypedDict):
    """A text of the merchant's own."""

    kind: Annotated[MailWording, Field(description="Which mail.")]
    mojito_language_code: Annotated[LanguageText, Field(description="Its language.")]
    subject: Annotated[str, Field(description="The subject.", examples=["{merchant} would like to get to know you"])]
    text: Annotated[str, Field(description="The text, with its places.", examples=["Hello {name},\n\n{link}"])]
    changed_at: Annotated[Moment, Field(description="When it was last changed.")]


class MailTexts(TypedDict):
    """The merchant's own texts; what is not here goes in ours."""

    data: Annotated[list[MailTextRow], Field(description="The texts.")]


class MailPreview(TypedDict):
    """The mail, with an example in every place."""

    subject: Annotated[str, Field(description="The subject.", examples=["Acme invites you to an interview"])]
    text: Annotated[str, Field(description="As plain text.", examples=["Hello Sam Rivers,"])]
    html: Annotated[str, Field(description="As HTML.", examples=["<!doctype html>…"])]


def to_wire_mail(mail: PostedMail) -> MailRow:
    """A mail."""
    return {
        "mail_id": str(mail.id),
        "kind": mail.kind,
        "profile_interview_id": str(mail.candidate_id),
        "interview_id": str(mail.interview_id),
        "state": mail.state,
        "why": mail.why,
        "created_at": mail.created_at.isoformat(),
        "due_at": mail.due_at.isoformat(),
        "sent_at": None if mail.sent_at is None else mail.sent_at.isoformat(),
    }


def to_wire_text(kept: KeptText) -> MailTextRow:
    """A text."""
    return {
        "kind": kept.kind,
        "mojito_language_code": kept.language,
        "subject": kept.own.subject,
        "text": kept.own.text,
        "changed_at": kept.changed_at.isoformat(),
    }
