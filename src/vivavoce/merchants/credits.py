"""Credits: what a merchant has. Without an account nothing is limited. What was spent: `attempts/ledger.py`.

The month's own credits go first, then the extra ones. Whoever changes an account holds its row, so that no credit is
spent twice. Amounts are Decimal, with two places.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import Invalid

NONE = Decimal(0)
MOST = Decimal(10_000_000)
INVITATIONS_A_CREDIT = 4  # wire contract: invitations_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAccount:
    """What a merchant has left. month: the first day of the month (UTC) that monthly_left is of."""

    monthly_limit: Decimal
    monthly_left: Decimal
    month: date
    extra: Decimal

    @property
    def available(self) -> Decimal:
        """What can still be spent."""
        return self.monthly_left + self.extra

    def at(self, now: datetime) -> "CreditAccount":
        """The account as it is then: a new month begins with its limit, and keeps nothing of the one before."""
        month = now.astimezone(UTC).date().replace(day=1)
        return self if month <= self.month else replace(self, month=month, monthly_left=self.monthly_limit)

    def spend(self, amount: Decimal) -> tuple["CreditAccount", "Payment"]:
        """The account afterwards, and what is paid out of what."""
        monthly = min(amount, self.monthly_left)
        extra = min(amount - monthly, self.extra)
        rest = replace(self, monthly_left=self.monthly_left - monthly, extra=self.extra - extra)
        return rest, Payment(from_monthly=monthly, from_extra=extra, owed=amount - monthly - extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Where the credits of an entry come from. owed: for want of credits, so far from nowhere."""

    from_monthly: Decimal = NONE
    from_extra: Decimal = NONE
    owed: Decimal = NONE


class NoCredits(Invalid):
    """No interview credits are left: nobody can be invited until some are added. Trials are free."""


async def read_account(connection: Connection, merchant_id: UUID, *, now: datetime) -> CreditAccount | None:
    """What the merchant has; None: it is not limited."""
    row = await connection.fetchrow(f"{_ACCOUNT} where merchant_id = $1", merchant_id)
    return None if row is None else CreditAccount(**row).at(now)


async def hold_account(connection: Connection, merchant_id: UUID) -> CreditAccount | None:
    """The account as it was written last, for this transaction alone; None: the merchant is not limited."""
    row = await connection.fetchrow(f"{_ACCOUNT} where merchant_id = $1 for update", merchant_id)
    return None if row is None else CreditAccount(**row)


async def drop_account(connection: Connection, merchant_id: UUID) -> None:
    """The merchant is not limited any more."""
    await connection.execute("delete from credit_accounts where merchant_id = $1", merchant_id)


async def require_credits(connection: Connection, merchant_id: UUID, *, now: datetime) -> None:
    """Raises NoCredits where an account has nothing left."""
    account = await read_account(connection, merchant_id, now=now)
    if account is not None and account.available <= 0:
        raise NoCredits


def changed_account(
    held: CreditAccount | None, monthly: Decimal | None, added: Decimal | None, *, now: datetime
) -> CreditAccount:
    """The account with another limit, or with credits on top; one that is new begins with nothing. Raises Invalid."""
    for name, amount in (("monthly", monthly), ("add", added)):
        if amount is not None and not (amount.is_finite() and 0 <= amount <= MOST and amount == round(amount, 2)):
            raise Invalid(f"Expected 0 to {MOST:,} credits with at most two decimals.", name=name)
    month = now.astimezone(UTC).date().replace(day=1)
    account = held or CreditAccount(monthly_limit=NONE, monthly_left=NONE, month=month, extra=NONE)
    if monthly is not None:
        spent = account.monthly_limit - account.monthly_left
        account = replace(account, monthly_limit=monthly, monthly_left=max(NONE, monthly - spent))
    return replace(account, extra=account.extra + (added or NONE))


async def keep_account(connection: Connection, merchant_id: UUID, account: CreditAccount) -> None:
    """Writes the account; whoever does holds it, or makes it."""
    await connection.execute(
        "insert into credit_accounts (merchant_id, monthly_limit, monthly_left, month, extra)"
        " values ($1, $2, $3, $4, $5) on conflict (merchant_id) do update set monthly_limit = excluded.monthly_limit,"
        " monthly_left = excluded.monthly_left, month = excluded.month, extra = excluded.extra",
        merchant_id,
        account.monthly_limit,
        account.monthly_left,
        account.month,
        account.extra,
    )


_ACCOUNT = "select monthly_limit, monthly_left, month, extra from credit_accounts"


def told_limit(account: CreditAccount | None) -> int | None:
    """How many people may still be invited, by the contract's rule; None: any number."""
    return None if account is None else int(account.available * INVITATIONS_A_CREDIT)
