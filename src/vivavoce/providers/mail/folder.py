"""Mail that stays here: each is kept as a file, for a demo or for trying things out."""

import email
import email.policy
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from vivavoce.private import create_file, make_folder
from vivavoce.providers.mail.port import Mail, to_message

SENDER = "Vivavoce <vivavoce@localhost>"


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Keeps mails in a folder."""

    folder: Path

    def send(self, mail: Mail, *, key: str) -> None:
        """As the port says. The same key is the same file."""
        message = to_message(mail, sender=SENDER, key=key)
        message["Date"] = format_datetime(datetime.now(UTC))
        make_folder(self.folder)
        draft = self.folder / f"{key}.part"
        draft.unlink(missing_ok=True)  # of a worker that was killed over it
        with os.fdopen(create_file(draft), "wb") as file:
            file.write(message.as_bytes())
        draft.rename(self.folder / f"{key}.eml")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A mail that was kept."""

    to: str
    subject: str
    text: str
    sent_at: datetime


def read_mails(folder: Path, *, most: int = 50) -> list[KeptMail]:
    """The mails in the folder, newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return list(_read(files[:most]))


def erase_mails(folder: Path, *, to: str) -> bool:
    """Removes the mails to this address, and what a killed worker left of one; whether they are gone."""
    for file in (*folder.glob("*.eml"), *folder.glob("*.part")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if to.casefold() in str(message["To"] or "").casefold():
            file.unlink(missing_ok=True)
    return True


def _read(files: list[Path]) -> Iterator[KeptMail]:
    for file in files:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        yield KeptMail(
            to=str(message["To"]),
            subject=str(message["Subject"]),
            text="" if body is None else str(body.get_content()),
            sent_at=parsedate_to_datetime(str(message["Date"])),
        )
