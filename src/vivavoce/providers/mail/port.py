"""The port of mail: what a mail is, and who can carry one."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from vivavoce.errors import ProviderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person, as plain text and as HTML that says the same. language: a BCP 47 tag, of both."""

    to: str
    subject: str
    text: str
    html: str
    language: str


class MailFailed(ProviderError):
    """The mail was not taken."""


class Mailer(Protocol):
    """Carries mails."""

    def send(self, mail: Mail, *, key: str) -> None:
        """Hands it over; blocks until it was taken. key: the same for the same mail, sent again after a failure.

        Raises MailFailed, which says whether to try again.
        """
        ...


def to_message(mail: Mail, *, sender: str, key: str) -> EmailMessage:
    """As it goes over the wire. Raises MailFailed for an address that no header can hold."""
    message = EmailMessage()
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    try:
        message["From"] = sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
    except ValueError as error:  # a line's end inside, or an address that is none
        raise MailFailed(f"The address or the subject of a mail can't be written: {error}.", retryable=False) from None
    message["Message-ID"] = f"<{key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message["Content-Language"] = mail.language
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
