"""The ledger of credits: what each attempt has cost, one line an attempt, whatever is tried again.

charge ──► the month's credits ──► extra ones ──► owed: nobody is stopped in the middle of an interview
credits that come (a month begins, or some are added) ──► what is owed, oldest first ──► the account
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.db.pages import Page, RowRange
from vivavoce.events.record import Event, record
from vivavoce.merchants.credits import (
    NONE,
    CreditAccount,
    Payment,
    changed_account,
    drop_account,
    hold_account,
    keep_account,
)


class CreditEvent(StrEnum):
    """What an entry is for, in the contract's words."""

    INTERVIEW = "interview"
    INTERVIEW_FAILED = "interview_failed"  # charged, and given back for a fault of ours: it costs nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditUse:
    """What an attempt costs. basis: what the amount comes of, as it is told."""

    attempt_id: UUID
    interview_id: UUID
    candidate_id: UUID
    environment: str
    amount: Decimal
    basis: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEntry:
    """A line of the ledger."""

    id: UUID
    event: CreditEvent
    amount: Decimal
    basis: dict[str, Any]
    attempt_id: UUID
    interview_id: UUID
    candidate_id: UUID
    charged_at: datetime


async def charge(connection: Connection, use: CreditUse, *, merchant_id: UUID, now: datetime) -> bool:
    """Enters what the attempt costs and takes it out of the account; whether it was not there before."""
    account = await _hold(connection, merchant_id, now=now)
    rest, payment = (account, Payment()) if account is None else account.spend(use.amount)
    is_new: bool = await connection.fetchval(
        "with entered as (insert into credit_entries (merchant_id, id, environment, attempt_id, interview_id,"
        " candidate_id, event, amount, basis, from_monthly, from_extra, owed, charged_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " on conflict (merchant_id, attempt_id) do nothing returning id) select exists (select from entered)",
        merchant_id,
        new_id(),
        use.environment,
        use.attempt_id,
        use.interview_id,
        use.candidate_id,
        CreditEvent.INTERVIEW.value,
        use.amount,
        use.basis,
        payment.from_monthly,
        payment.from_extra,
        payment.owed,
        now,
    )
    kept = rest if is_new else account
    if kept is not None:
        await keep_account(connection, merchant_id, kept)
    return is_new


async def give_credits_back(connection: Connection, attempt_id: UUID, *, merchant_id: UUID, now: datetime) -> None:
    """The attempt costs nothing any more; what was paid for it comes back. Nothing where nothing was charged."""
    account = await _hold(connection, merchant_id, now=now)
    paid = await connection.fetchrow(
        "with before as (select * from credit_entries where attempt_id = $1 and event <> $2 for update)"
        " update credit_entries set event = $2, amount = 0, from_monthly = 0, from_extra = 0, owed = 0"
        " from before where credit_entries.id = before.id"
        " returning before.from_monthly, before.from_extra, before.charged_at",
        attempt_id,
        CreditEvent.INTERVIEW_FAILED.value,
    )
    if account is None:
        return
    if paid is not None:
        # Credits of a month that is over are over, too.
        is_this_month = paid["charged_at"].astimezone(UTC).date() >= account.month
        monthly = min(account.monthly_limit, account.monthly_left + (paid["from_monthly"] if is_this_month else NONE))
        account = replace(account, monthly_left=monthly, extra=account.extra + paid["from_extra"])
    await keep_account(connection, merchant_id, await _settle(connection, account))


async def count_owing(connection: Connection, *, environment: str) -> int:
    """How many attempts wait for credits."""
    count: int = await connection.fetchval(
        "select count(*) from credit_entries where owed > 0 and environment = $1", environment
    )
    return count


async def list_entries(
    connection: Connection, *, environment: str, interview_id: UUID | None, window: RowRange
) -> Page[CreditEntry]:
    """The ledger, newest first."""
    chosen = "from credit_entries where environment = $1 and ($2::uuid is null or interview_id = $2)"
    total: int = await connection.fetchval(f"select count(*) {chosen}", environment, interview_id)
    rows = await connection.fetch(
        "select id, event, amount, basis, attempt_id, interview_id, candidate_id, charged_at"
        f" {chosen} order by charged_at desc, id desc limit $3 offset $4",
        environment,
        interview_id,
        window.limit,
        window.offset,
    )
    entries = tuple(CreditEntry(**{**row, "event": CreditEvent(row["event"])}) for row in rows)
    return Page(total=total, rows=entries)


def candidates_of(entries: Sequence[CreditEntry]) -> list[UUID]:
    """Whose attempts these are, each once."""
    return list(dict.fromkeys(entry.candidate_id for entry in entries))


async def set_credits(
    database: Database,
    *,
    monthly: Decimal | None = None,
    added: Decimal | None = None,
    is_unlimited: bool = False,
    merchant_id: UUID,
    actor: str,
    now: datetime,
) -> CreditAccount | None:
    """Limits the merchant, adds credits, or takes the limit away; what it has then, None: it is not limited.

    monthly: what each month begins with, this one included. Raises Invalid.
    """
    async with database.tenant(merchant_id) as connection:
        held = await _hold(connection, merchant_id, now=now)
        if is_unlimited:
            await drop_account(connection, merchant_id)
            await connection.execute("update credit_entries set owed = 0 where owed > 0")
            account = None
        else:
            account = await _settle(connection, changed_account(held, monthly, added, now=now))
            await keep_account(connection, merchant_id, account)
        await record(
            connection,
            Event.CREDITS_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={
                "monthly": None if monthly is None else str(monthly),
                "added": None if added is None else str(added),
                "is_unlimited": is_unlimited,
            },
        )
        return account


async def _hold(connection: Connection, merchant_id: UUID, *, now: datetime) -> CreditAccount | None:
    """The account as it is now, for this transaction alone; a month that has begun has paid what was owed."""
    account = await hold_account(connection, merchant_id)
    current = None if account is None else account.at(now)
    return current if current is None or current is account else await _settle(connection, current)


async def _settle(connection: Connection, account: CreditAccount) -> CreditAccount:
    """The account after what is owed was paid, oldest first, as far as it goes."""
    if account.available <= 0:
        return account
    owing = await connection.fetch(
        "select id, owed from credit_entries where owed > 0 order by charged_at, id for update"
    )
    paid: list[tuple[UUID, Payment]] = []
    for row in owing:
        if account.available <= 0:
            break
        account, payment = account.spend(row["owed"])
        paid.append((row["id"], payment))
    await connection.executemany(
        "update credit_entries set from_monthly = from_monthly + $2, from_extra = from_extra + $3, owed = $4"
        " where id = $1",
        [(entry_id, payment.from_monthly, payment.from_extra, payment.owed) for entry_id, payment in paid],
    )
    return account
