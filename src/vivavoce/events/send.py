"""Sending a webhook: read (a transaction), send (none), write how it went (a transaction, by compare-and-set).

At least once: whoever is killed after the receiver has taken it, and before that is written, leaves it to be sent
again, by the same id.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx2

from vivavoce.db.database import Connection, Database
from vivavoce.events.deliveries import pause_after
from vivavoce.events.endpoints import OffReason, Seals, read_headers, read_secrets
from vivavoce.events.record import Event, record
from vivavoce.events.signing import sign_webhook
from vivavoce.jobs.leave import Note, leave
from vivavoce.providers.outgoing import Network, NotReachable, post_guarded

SECONDS = 10.0  # for one try
SWITCHED_OFF_AFTER = timedelta(days=5)
GONE = 410
AT_ONCE = 2  # to one endpoint that has failed, in one worker; the others' tries are not to wait behind it
AGAIN_LATER = timedelta(seconds=30)
FIND = """
select deliveries.id, deliveries.state, deliveries.round, jsonb_array_length(deliveries.tries) as tried,
    messages.body, messages.id as message_id, endpoints.id as endpoint_id, endpoints.environment, endpoints.url,
    endpoints.off_since, endpoints.failing_since
from webhook_deliveries as deliveries
    join webhook_messages as messages
        on (messages.merchant_id, messages.id) = (deliveries.merchant_id, deliveries.message_id)
    join webhook_endpoints as endpoints
        on (endpoints.merchant_id, endpoints.id) = (deliveries.merchant_id, deliveries.endpoint_id)
where deliveries.id = $1 and deliveries.state = 'waiting'
"""


@dataclass(slots=True, kw_only=True)
class WebhookSender:
    """What sending needs. networks: of ours that a merchant may name. under_way: tries by endpoint, in this process."""

    sealer: Seals
    networks: Sequence[Network] = ()
    random: Random = field(default_factory=Random)
    clock: Callable[[], datetime]
    seconds: float = SECONDS
    under_way: Counter[UUID] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """How a try went. status: None where nobody answered; fault says why then, in a word for the log."""

    at: datetime
    seconds: float
    status: int | None
    fault: str | None

    @property
    def is_good(self) -> bool:
        """Whether the receiver has taken it: by any 2xx."""
        return self.status is not None and 200 <= self.status < 300


async def send_delivery(
    database: Database, sender: WebhookSender, *, merchant_id: UUID, delivery_id: UUID, is_first: bool
) -> None:
    """Makes one try, if the delivery waits for one, and leaves the next where it failed.

    is_first: it is tried among those that went well so far; where its endpoint has failed meanwhile, it waits with the
    others that did.
    """
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(FIND, delivery_id)
        if row is None:
            return  # somebody else has made it, or it is gone
        now = sender.clock()
        if row["off_since"] is not None:
            await _give_up(connection, row, now=now)
            return
        if (is_first and row["failing_since"] is not None) or (
            not is_first and sender.under_way[row["endpoint_id"]] >= AT_ONCE
        ):
            at = now if is_first else now + AGAIN_LATER * sender.random.uniform(0.5, 1.5)
            await leave(connection, Note.RESEND_WEBHOOK, merchant_id=merchant_id, subject_id=delivery_id, not_before=at)
            return
        sender.under_way[row["endpoint_id"]] += 1  # before anything is waited for: others look at it
    try:
        async with database.tenant(merchant_id) as connection:
            endpoint = await connection.fetchrow("select * from webhook_endpoints where id = $1", row["endpoint_id"])
        if endpoint is None:
            return
        secrets, headers = read_secrets(endpoint, sender.sealer, now=now), read_headers(endpoint, sender.sealer)
        tried = await _try(sender, row, secrets, headers)
    finally:
        sender.under_way[row["endpoint_id"]] -= 1
        sender.under_way += Counter()  # drops those that are done
    async with database.tenant(merchant_id) as connection:
        await _write(connection, sender, row, tried, merchant_id=merchant_id)


async def _try(sender: WebhookSender, row: Any, secrets: Sequence[str], headers: Mapping[str, str]) -> Try:
    at, began = sender.clock(), time.monotonic()
    body = row["body"].encode()
    signed = sign_webhook(body, message_id=str(row["message_id"]), timestamp=int(at.timestamp()), secrets=secrets)
    sent = {**headers, "content-type": "application/json", "user-agent": "vivavoce", "accept": "*/*", **signed}
    status, fault = None, None
    try:
        status = await post_guarded(
            row["url"], headers=sent, body=body, allowed=sender.networks, seconds=sender.seconds
        )
    except NotReachable as error:
        fault = error.message
    except TimeoutError:
        fault = "It did not answer in time."
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        fault = f"The line to it broke: {type(error).__name__}."
    return Try(at=at, seconds=round(time.monotonic() - began, 3), status=status, fault=fault)


async def _write(connection: Connection, sender: WebhookSender, row: Any, tried: Try, *, merchant_id: UUID) -> None:
    """Whoever wrote meanwhile that it was tried knows better: nothing is written then."""
    pause = None if tried.is_good else pause_after(row["round"] + 1, random=sender.random)
    next_at = None if pause is None else sender.clock() + pause
    state = "delivered" if tried.is_good else "failed" if next_at is None else "waiting"
    told = {"at": tried.at.isoformat(), "seconds": tried.seconds, "status": tried.status, "fault": tried.fault}
    written = await connection.fetchval(
        "update webhook_deliveries set state = $3, round = round + 1, tries = tries || $4::jsonb, next_at = $5,"
        " changed_at = $6 where id = $1 and state = 'waiting' and jsonb_array_length(tries) = $2 returning id",
        row["id"],
        row["tried"],
        state,
        [told],
        next_at,
        tried.at,
    )
    if written is None:
        return
    if next_at is not None:
        await leave(connection, Note.RESEND_WEBHOOK, merchant_id=merchant_id, subject_id=row["id"], not_before=next_at)
    if tried.is_good:
        await connection.execute(
            "update webhook_endpoints set failing_since = null where id = $1 and failing_since is not null",
            row["endpoint_id"],
        )
        return
    failing_since = await connection.fetchval(
        "update webhook_endpoints set failing_since = coalesce(failing_since, $2) where id = $1 and off_since is null"
        " returning failing_since",
        row["endpoint_id"],
        tried.at,
    )
    if failing_since is None:
        return
    if tried.status == GONE:
        await _switch_off(connection, row, OffReason.GONE, merchant_id=merchant_id, now=tried.at)
    elif tried.at - failing_since >= SWITCHED_OFF_AFTER:
        await _switch_off(connection, row, OffReason.FAILING, merchant_id=merchant_id, now=tried.at)


async def _switch_off(connection: Connection, row: Any, reason: OffReason, *, merchant_id: UUID, now: datetime) -> None:
    await connection.execute(
        "update webhook_endpoints set off_since = $2, off_reason = $3, changed_at = $2 where id = $1",
        row["endpoint_id"],
        now,
        reason.value,
    )
    await record(
        connection,
        Event.WEBHOOK_SWITCHED_OFF,
        merchant_id=merchant_id,
        environment=row["environment"],
        subject_id=row["endpoint_id"],
        actor="worker",
        data={"reason": reason.value},
    )
    await leave(connection, Note.MAIL_WEBHOOK_OFF, merchant_id=merchant_id, subject_id=row["endpoint_id"])


async def _give_up(connection: Connection, row: Any, *, now: datetime) -> None:
    """Its endpoint is off: it can be replayed once it is on again."""
    await connection.execute(
        "update webhook_deliveries set state = 'failed', next_at = null, changed_at = $2 where id = $1", row["id"], now
    )
