"""The port of mail: what a mail is, and who can carry one."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from vivavoce.errors import ProviderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person, as plain text and as HTML that says the same. language: a BCP 47 tag, of both.

    unsubscribe_url: where such mails are turned off, by one POST (RFC 8058); '': they can't be. reply_to: the address
    that replies go to; '': the sender's.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe_url: str = ""
    reply_to: str = ""


class MailFailed(ProviderError):
    """The mail was not taken.

    refused_address: what the server said of the address, as 5.1.1, where nobody reads mail there; '': it is not that.
    """

    def __init__(self, message: str, *, retryable: bool, refused_address: str = "") -> None:
        super().__init__(message, retryable=retryable)
        self.refused_address = refused_address


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
        if mail.reply_to and mail.reply_to.isascii():  # most servers take no other in a header
            message["Reply-To"] = mail.reply_to
        message["Subject"] = mail.subject
    except ValueError as error:  # a line's end inside, or an address that is none
        raise MailFailed(f"The address or the subject of a mail can't be written: {error}.", retryable=False) from None
    message["Message-ID"] = f"<{key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message["Content-Language"] = mail.language
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
