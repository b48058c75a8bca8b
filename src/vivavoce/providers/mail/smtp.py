"""Mail by SMTP: to the server that a URL names, by TLS wherever it leaves the machine."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from vivavoce.providers.mail.bounce import means_no_such_box
from vivavoce.providers.mail.port import Mail, MailFailed, to_message

PORTS = {"smtp": 587, "smtps": 465}
NO_SUCH_BOX = frozenset({550, 551, 553})  # RFC 5321, where nothing closer is said
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server. has_tls: from the first byte; starts_tls: the connection turns to it before anything is said."""

    host: str
    port: int
    has_tls: bool
    starts_tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def read_server(url: str) -> MailServer:
    """The server of `smtp://user:password@host:port` (STARTTLS) or `smtps://…` (TLS from the start).

    Without TLS only on this machine, or where the address ends in `?tls=off` and has no password.
    Raises ValueError, without the address in its text.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError("the port must be a number from 0 to 65535") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise ValueError("expected smtp://user:password@host:port, smtps://user:password@host:port, or folder:")
    options = parse_qs(parts.query, keep_blank_values=True)
    if options not in ({}, {"tls": ["off"]}):
        raise ValueError("after the question mark there can only be tls=off")
    is_off = bool(options)
    if is_off and parts.username is not None:
        raise ValueError("a password is not sent without TLS: leave out tls=off, or the user")
    return MailServer(
        host=parts.hostname,
        port=PORTS[parts.scheme] if port is None else port,
        has_tls=parts.scheme == "smtps",
        starts_tls=parts.scheme == "smtp" and not is_off and parts.hostname not in HERE,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends each mail over a connection of its own: there are few, and servers close what stands idle.

    trusted: whose certificates are taken; None: the system's.
    """

    server: MailServer
    sender: str
    trusted: ssl.SSLContext | None = None
    timeout_seconds: float = 20

    def send(self, mail: Mail, *, key: str) -> None:
        """As the port says. What the server refuses for good (5xx) is not to be tried again."""
        message = to_message(mail, sender=self.sender, key=key)
        message["Date"] = formatdate(localtime=False)
        try:
            with self._connected() as line:
                line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = max(error.recipients.values())
            raise _refused(code, of_address=_of_address(code, said)) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            kind = type(error).__name__
            raise MailFailed(f"The mail server did not take the mail ({kind}).", retryable=True) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server, trusted = self.server, self.trusted or ssl.create_default_context()
        if server.has_tls:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self.timeout_seconds, context=trusted
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=self.timeout_seconds)
        with line:
            if server.starts_tls:
                line.starttls(context=trusted)
            if server.user is not None:
                line.login(server.user, server.password or "")
            yield line


def _of_address(code: int, said: bytes | str) -> str:
    """What a refusal of the recipient says of the address itself, as 5.1.1; '': it may be about us, or about today."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    status = re.match(r"\s*(5\.\d{1,3}\.\d{1,3})\b", text)  # RFC 3463
    if status is not None:
        return status[1] if means_no_such_box(status[1]) else ""
    return "5.1.1" if code in NO_SUCH_BOX else ""


def _refused(code: int, *, of_address: str = "") -> MailFailed:
    """Without the server's own text, which often repeats the address."""
    return MailFailed(
        f"The mail server refused the mail (code {code}).", retryable=code < 500, refused_address=of_address
    )
