"""Members sign in by a code that is mailed to them. Whoever asks is answered alike, for any address."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import NOBODYS, new_id
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.mailed_codes import (
    CODE_LIFE,
    KEPT_FOR,
    MOST_BY_ONE_CLIENT,
    MOST_FOR_ONE_MAILBOX,
    MOST_TRIES,
    WINDOW,
    TooManyCodeRequests,
    TooManyCodes,
    WrongCode,
    checked_email,
    hash_code,
    is_code,
    make_code,
    to_mailbox,
)
from vivavoce.merchants.people.mails.word import word_code, word_invitation
from vivavoce.merchants.people.members import MemberStatus, find_memberships, join_member
from vivavoce.providers.mail.port import Mail, Mailer, MailFailed

log = logging.getLogger(__name__)

MOST_BY_CLIENT = 20  # codes an hour, for all addresses together
MOST_OF_ALL = 1_000  # codes an hour, by everybody
LONGEST_BROWSER = 300


class SignInWay(StrEnum):
    """By what somebody has shown that an address is theirs."""

    CODE = "code"
    ACCOUNT = "account"  # one at their company, by OpenID Connect
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInMember:
    """Who has come in, and the session that this began."""

    merchant_id: UUID
    member_id: UUID
    session_id: UUID


async def ask_member_code(
    database: Database,
    *,
    email: str,
    client: bytes,
    language: str,
    most_by_client: int = MOST_BY_CLIENT,
    now: datetime,
) -> UUID:
    """The id under which the code can be given back; the mail is left to a worker, which finds out whether to send one.

    client: who asks (mailed_codes.to_client). Raises Invalid for what is not an address, and TooManyCodeRequests.
    """
    address = checked_email(email)
    if address is None:
        raise Invalid("Expected an e-mail address, as name@example.com.", name="email")
    mailbox = to_mailbox(address)
    async with database.tenant(NOBODYS) as connection:
        await _require_few(connection, mailbox, client, most_by_client=most_by_client, now=now)
        # One after the other from here on, so that no two are the last one; who is over the limit waits for nobody.
        await connection.execute("select pg_advisory_xact_lock(hashtextextended('console sign-in', 0))")
        await _require_few(connection, mailbox, client, most_by_client=most_by_client, now=now)
        sign_in_id = await _add_code(connection, address, client=client, language=language, now=now)
        await leave(connection, Note.SEND_MEMBER_CODE, merchant_id=NOBODYS, subject_id=sign_in_id)
    return sign_in_id


async def make_member_code(database: Database, keys: Keys, *, email: str, now: datetime) -> tuple[UUID, str]:
    """A sign-in and its code, told instead of mailed: for the command line, where no mail goes out yet."""
    code = make_code()
    async with database.tenant(NOBODYS) as connection:
        sign_in_id = await _add_code(connection, email, client=b"", language="en", now=now)
        await connection.execute(
            "update member_codes set code_hash = $2, sent_at = $3 where id = $1",
            sign_in_id,
            hash_code(keys, sign_in_id, code),
            now,
        )
    return sign_in_id, code


async def send_member_code(
    database: Database, keys: Keys, mailer: Mailer | None, *, sign_in_id: UUID, now: datetime
) -> None:
    """Makes the code and mails it, where the address is a member's; else nothing happens.

    Left again after a failure, it makes another code: what counts is the one that was mailed last.
    Raises MailFailed where trying again may help.
    """
    if mailer is None:
        log.warning("a code was asked for, and no mail server is set: VIVAVOCE_MAIL_URL")
        return
    async with database.tenant(NOBODYS) as connection:
        row = await connection.fetchrow(
            "select email, language from member_codes"
            " where id = $1 and sent_at is null and used_at is null and asked_at > $2",
            sign_in_id,
            now - CODE_LIFE,
        )
    if row is None or not await find_memberships(database, row["email"]):
        return
    code = make_code()
    async with database.tenant(NOBODYS) as connection:
        await connection.execute(
            "update member_codes set code_hash = $2 where id = $1 and used_at is null",
            sign_in_id,
            hash_code(keys, sign_in_id, code),
        )
    if not await _send(mailer, word_code(to=row["email"], code=code, language=row["language"]), key=str(sign_in_id)):
        return
    async with database.tenant(NOBODYS) as connection:
        await connection.execute("update member_codes set sent_at = $2 where id = $1", sign_in_id, now)


async def give_member_code(
    database: Database, keys: Keys, *, sign_in_id: UUID, code: str, browser: str, now: datetime
) -> SignedInMember | WrongCode:
    """Who came in by it, with a new session. Each try counts, the right one too: a code is good once.

    browser: as it calls itself. Whoever was invited has joined by this.
    """
    async with database.tenant(NOBODYS) as connection:
        row = await connection.fetchrow(
            "update member_codes set tries = tries + 1"
            " where id = $1 and used_at is null and tries < $2 and asked_at > $3 returning email, code_hash, tries",
            sign_in_id,
            MOST_TRIES,
            now - CODE_LIFE,
        )
        if row is None:
            return WrongCode(left=0)
        if not is_code(keys, sign_in_id, code, expected=row["code_hash"]):
            return WrongCode(left=MOST_TRIES - row["tries"])
        await connection.execute("update member_codes set used_at = $2 where id = $1", sign_in_id, now)
    return await sign_in(database, email=row["email"], browser=browser, now=now) or WrongCode(left=0)


async def sign_in(
    database: Database, *, email: str, browser: str, way: SignInWay = SignInWay.CODE, now: datetime
) -> SignedInMember | None:
    """Begins a session for the person of this address, who has shown that it is theirs. None: they work nowhere."""
    memberships = await find_memberships(database, email)
    for membership in memberships:
        if membership.status is not MemberStatus.INVITED:
            continue
        async with database.tenant(membership.merchant_id) as connection:
            await join_member(connection, membership.merchant_id, membership.member_id, now=now)
    if not memberships:
        return None
    home = memberships[0]
    session_id = new_id()
    async with database.tenant(home.merchant_id) as connection:
        await connection.execute(
            "insert into member_sessions (merchant_id, id, member_id, browser, way, began_at, seen_at)"
            " values ($1, $2, $3, $4, $5, $6, $6)",
            home.merchant_id,
            session_id,
            home.member_id,
            "".join(sign for sign in browser[:LONGEST_BROWSER] if sign.isprintable()),
            way.value,
            now,
        )
        await record(
            connection,
            Event.MEMBER_SIGNED_IN,
            merchant_id=home.merchant_id,
            environment=None,
            subject_id=home.member_id,
            actor=f"user {home.member_id}",
            data={"way": way.value},
        )
    return SignedInMember(merchant_id=home.merchant_id, member_id=home.member_id, session_id=session_id)


async def mail_member(
    database: Database, mailer: Mailer | None, *, merchant_id: UUID, member_id: UUID, now: datetime
) -> None:
    """Mails an invitation, once, while it is one. Raises MailFailed where trying again may help."""
    if mailer is None:
        log.warning("a member was invited, and no mail server is set: VIVAVOCE_MAIL_URL")
        return
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select email, language, message, console_url, merchants.name as merchant from members"
            " join merchants on merchants.id = merchant_id"
            " where members.id = $1 and members.status = 'invited' and mailed_at is null",
            member_id,
        )
    if row is None:
        return
    mail = word_invitation(
        to=row["email"],
        merchant=row["merchant"],
        url=row["console_url"],
        message=row["message"],
        language=row["language"],
    )
    if await _send(mailer, mail, key=f"member-{member_id}"):
        async with database.tenant(merchant_id) as connection:
            await connection.execute("update members set mailed_at = $2 where id = $1", member_id, now)


async def _send(mailer: Mailer, mail: Mail, *, key: str) -> bool:
    """Whether the mail was taken; False: it never will be."""
    try:
        # In a thread: a worker whose loop stands still counts as dead.
        await asyncio.to_thread(mailer.send, mail, key=key)
    except MailFailed as error:
        if error.retryable:
            raise
        log.warning("a mail to a member could not be sent: %s", error.message)
        return False
    return True


async def _add_code(connection: Connection, address: str, *, client: bytes, language: str, now: datetime) -> UUID:
    sign_in_id = new_id()
    await connection.execute("delete from member_codes where asked_at < $1", now - KEPT_FOR)
    await connection.execute(
        "insert into member_codes (merchant_id, id, email, mailbox, client, language, asked_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        NOBODYS,
        sign_in_id,
        address,
        to_mailbox(address),
        client,
        language,
        now,
    )
    return sign_in_id


async def _require_few(
    connection: Connection, mailbox: str, client: bytes, *, most_by_client: int, now: datetime
) -> None:
    row = await connection.fetchrow(
        "select count(*) filter (where mailbox = $2 and client = $3) as by_this_client,"
        " count(*) filter (where mailbox = $2) as for_mailbox,"
        " count(*) filter (where client = $3) as by_client, count(*) as by_all"
        " from member_codes where merchant_id = $4 and asked_at > $1",
        now - WINDOW,
        mailbox,
        client,
        NOBODYS,
    )
    assert row is not None
    if row["by_this_client"] >= MOST_BY_ONE_CLIENT:
        raise TooManyCodes
    if row["for_mailbox"] >= MOST_FOR_ONE_MAILBOX or row["by_client"] >= most_by_client or row["by_all"] >= MOST_OF_ALL:
        raise TooManyCodeRequests
