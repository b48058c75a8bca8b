"""Mail: a small port, and who carries it. `open_mailer` finds the one that the settings name."""

from pathlib import Path

from vivavoce.errors import BadSetting
from vivavoce.providers.mail.folder import FolderMailer
from vivavoce.providers.mail.port import Mailer
from vivavoce.providers.mail.smtp import SmtpMailer, read_server
from vivavoce.settings import Settings

FOLDER = "folder:"  # the address that keeps mails instead of sending them


def open_mailer(settings: Settings) -> Mailer | None:
    """Who carries mail by these settings; None: nobody does. Nothing is connected yet.

    Raises BadSetting for an address that can't be used.
    """
    if settings.mail_url is None:
        return None
    if settings.mail_url == FOLDER:
        return FolderMailer(mail_folder(settings.data_dir))
    try:
        server = read_server(settings.mail_url)
    except ValueError as error:
        # Never the address itself: a password may stand in it.
        raise BadSetting(f"VIVAVOCE_MAIL_URL: {error}.", name="mail_url") from None
    assert settings.mail_from is not None  # the settings insist on it
    return SmtpMailer(server, sender=settings.mail_from)


def mail_folder(data_dir: Path) -> Path:
    """Where mails are kept that nobody sends."""
    return data_dir / "mails"
