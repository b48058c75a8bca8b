"""Signing in by a code that is mailed: asked for, sent by a worker, and given back.

Whoever asks is answered alike, for any address: the same row, the same note, the same page. Whether there is anything
to send is found out by the worker, so neither the answer nor its time tells who is known here. How often somebody may
ask stands in ask_limits.py.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.candidates.ask_limits import LIMITS, CodeLimits, CodeRequest, require_few
from vivavoce.candidates.entrance import let_in
from vivavoce.candidates.invite import find_or_add
from vivavoce.candidates.links import Identity
from vivavoce.candidates.mails.word import word_sign_in
from vivavoce.candidates.post import find_silence
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.interviews.draft import Visibility
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.mailed_codes import (
    CODE_LIFE,
    KEPT_FOR,
    MOST_TRIES,
    WrongCode,
    checked_email,
    hash_code,
    is_code,
    make_code,
    to_mailbox,
)
from vivavoce.merchants.register import SHOWN_NAME
from vivavoce.providers.mail.port import Mailer, MailFailed
from vivavoce.words.catalog import SOURCE

log = logging.getLogger(__name__)

LONGEST_NAME = 320

ASKED_FOR_CODE = """
select sign_ins.*, merchants.name as merchant from sign_ins join merchants on merchants.id = merchant_id
where sign_ins.id = $1 and sent_at is null and used_at is null and asked_at > $2
for update of sign_ins
""".replace("merchants.name", SHOWN_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInTarget:
    """Where somebody wants to be let in: an interview, or, where interview_id is None, their own page."""

    merchant_id: UUID
    environment: str
    interview_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAsked:
    """Whom a code was asked for, by themselves."""

    email: str
    name: str


async def ask_code(
    database: Database,
    door: SignInTarget,
    *,
    email: str,
    client: bytes,
    name: str = "",
    language: str = SOURCE,
    limits: CodeLimits = LIMITS,
    now: datetime,
) -> UUID:
    """The id under which the code can be given back; the mail is left to a worker.

    client: who asks (ask_limits.to_client). language: what the mail is to be written in.

    Raises Invalid for what is not an address, and TooManyCodeRequests.
    """
    address = checked_email(email)
    if address is None:
        raise Invalid("Expected an e-mail address, as name@example.com.", name="email")
    sign_in_id = new_id()
    ask = CodeRequest(
        merchant_id=door.merchant_id, interview_id=door.interview_id, mailbox=to_mailbox(address), client=client
    )
    async with database.tenant(door.merchant_id) as connection:
        await require_few(connection, ask, limits=limits, now=now)
        await connection.execute("delete from sign_ins where asked_at < $1", now - KEPT_FOR)
        await connection.execute(
            "insert into sign_ins (merchant_id, id, environment, interview_id, email, name, language, asked_at,"
            " mailbox, client) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            door.merchant_id,
            sign_in_id,
            door.environment,
            door.interview_id,
            address,
            " ".join(name.replace("\0", "").split())[:LONGEST_NAME],
            language,
            now,
            ask.mailbox,
            ask.client,
        )
        await leave(connection, Note.SEND_CODE, merchant_id=door.merchant_id, subject_id=sign_in_id)
    return sign_in_id


async def send_code(
    database: Database, keys: Keys, mailer: Mailer | None, *, merchant_id: UUID, sign_in_id: UUID, now: datetime
) -> None:
    """Makes the code and mails it, where this address may come in; else nothing happens.

    Left again after a failure, it makes another code: what counts is the one that was mailed last.
    Raises MailFailed where trying again may help.
    """
    if mailer is None:
        log.warning("a code was asked for, and no mail server is set: VIVAVOCE_MAIL_URL")
        return
    code = make_code()
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(ASKED_FOR_CODE, sign_in_id, now - CODE_LIFE)
        if row is None or not await _may_come_in(connection, row["interview_id"], row["email"], row["environment"]):
            return
        if await find_silence(connection, row["email"], None) is not None:
            return
        await connection.execute(
            "update sign_ins set code_hash = $2 where id = $1", sign_in_id, hash_code(keys, sign_in_id, code)
        )
    mail = word_sign_in(to=row["email"], merchant=row["merchant"], code=code, language=row["language"])
    try:
        # In a thread: a worker whose loop stands still counts as dead.
        await asyncio.to_thread(mailer.send, mail, key=str(sign_in_id))
    except MailFailed as error:
        if error.retryable:
            raise
        log.warning("a code could not be mailed: %s", error.message)
        return
    async with database.tenant(merchant_id) as connection:
        await connection.execute("update sign_ins set sent_at = $2 where id = $1", sign_in_id, now)


async def find_asked(database: Database, door: SignInTarget, sign_in_id: UUID, *, now: datetime) -> SignInAsked | None:
    """What a code was asked for with, as it was typed; None once the code's time is over. Whether a mail went out is
    not told."""
    async with database.tenant(door.merchant_id) as connection:
        row = await connection.fetchrow(
            "select email, name from sign_ins where id = $1 and interview_id is not distinct from $2"
            " and environment = $3 and used_at is null and asked_at > $4",
            sign_in_id,
            door.interview_id,
            door.environment,
            now - CODE_LIFE,
        )
    return None if row is None else SignInAsked(email=row["email"], name=row["name"])


async def give_code(
    database: Database, keys: Keys, door: SignInTarget, *, sign_in_id: UUID, code: str, now: datetime
) -> Identity | WrongCode:
    """Who came in by it. Each try counts, the right one too: a code is good once."""
    async with database.tenant(door.merchant_id) as connection:
        row = await connection.fetchrow(
            "update sign_ins set tries = tries + 1 where id = $1 and interview_id is not distinct from $2"
            " and environment = $3 and used_at is null and tries < $4 and asked_at > $5 returning *",
            sign_in_id,
            door.interview_id,
            door.environment,
            MOST_TRIES,
            now - CODE_LIFE,
        )
        if row is None:
            return WrongCode(left=0)
        if not is_code(keys, sign_in_id, code, expected=row["code_hash"]):
            return WrongCode(left=MOST_TRIES - row["tries"])
        if not await _may_come_in(connection, door.interview_id, row["email"], door.environment):
            return WrongCode(left=0)  # by now it is open to fewer people than when the code was sent
        await connection.execute("update sign_ins set used_at = $2 where id = $1", sign_in_id, now)
        candidate_id = await find_or_add(
            connection, door.merchant_id, name=row["name"], email=row["email"], external_id=None
        )
        return await let_in(
            connection,
            candidate_id,
            merchant_id=door.merchant_id,
            environment=door.environment,
            interview_id=door.interview_id,
        )


async def _may_come_in(connection: Connection, interview_id: UUID | None, address: str, environment: str) -> bool:
    """Anybody where no invitation is needed; else whoever is invited to it, or, for the own page, ever was to any."""
    if interview_id is not None:
        visibility = await connection.fetchval(
            "select visibility from interviews where id = $1 and status <> 'deleted'", interview_id
        )
        if visibility is None:
            return False
        if Visibility(visibility) is not Visibility.INVITED:
            return True
    is_invited: bool = await connection.fetchval(
        "select exists (select from candidates join invitations on invitations.candidate_id = candidates.id"
        " where email = $1 and environment = $2 and ($3::uuid is null or (interview_id = $3 and revoked_at is null)))",
        address,
        environment,
        interview_id,
    )
    return is_invited
