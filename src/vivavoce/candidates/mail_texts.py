"""The texts of mails that a merchant wrote itself, by kind and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from vivavoce.candidates.mails.own_text import MailWording, OwnText, check_own_text
from vivavoce.db.database import Connection
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.words.catalog import locales


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """A merchant's own text as it is kept."""

    kind: MailWording
    language: str
    own: OwnText
    changed_at: datetime


async def find_text(connection: Connection, kind: MailWording, language: str) -> OwnText | None:
    """The merchant's own text of this mail; None: it goes in our words."""
    row = await connection.fetchrow(
        "select subject, text from mail_texts where kind = $1 and language = $2", kind.value, language
    )
    return None if row is None else OwnText(subject=row["subject"], text=row["text"])


async def list_texts(connection: Connection) -> Sequence[KeptText]:
    """All that the merchant wrote itself."""
    return [_to_text(row) for row in await connection.fetch("select * from mail_texts order by kind, language")]


async def set_text(
    connection: Connection,
    kind: MailWording,
    language: str,
    *,
    subject: str,
    text: str,
    merchant_id: UUID,
    actor: str,
    now: datetime,
) -> None:
    """Mails of this kind say so from now on in this language; both empty: they say what we say. Raises Invalid."""
    if language not in locales():
        raise Invalid("Expected a language that mails are written in, as in platform-languages-list.", name="language")
    if not subject.strip() and not text.strip():
        await connection.execute("delete from mail_texts where kind = $1 and language = $2", kind.value, language)
    else:
        own = check_own_text(kind, subject=subject, text=text)
        await connection.execute(
            "insert into mail_texts (merchant_id, kind, language, subject, text, changed_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict (merchant_id, kind, language) do update"
            " set subject = excluded.subject, text = excluded.text, changed_at = excluded.changed_at",
            merchant_id,
            kind.value,
            language,
            own.subject,
            own.text,
            now,
        )
    await record(
        connection,
        Event.MAIL_TEXT_CHANGED,
        merchant_id=merchant_id,
        environment=None,
        subject_id=merchant_id,
        actor=actor,
        data={"kind": kind.value, "language": language},
    )


def _to_text(row: asyncpg.Record) -> KeptText:
    return KeptText(
        kind=MailWording(row["kind"]),
        language=row["language"],
        own=OwnText(subject=row["subject"], text=row["text"]),
        changed_at=row["changed_at"],
    )
