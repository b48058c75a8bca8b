"""The outbox: what is to arrive at which endpoint, and how each try went.

A message is written with its deliveries in one transaction, once for each event, and its endpoints say when something
is due there. Whoever is killed before that commit leaves the event to be told again; what was committed is sent by
whichever worker lives (events/pump.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.db.pages import Page, RowRange
from vivavoce.events.endpoints import WebhookKind

# Ten tries over 75 hours: the pauses between them, in seconds. Source: Svix's schedule, who wrote Standard Webhooks.
PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_TRIES = len(PAUSES) + 1
JITTER = 0.1  # of a pause, to either side: what failed together shall not come back together
MOST_REPLAYED = 1000
CHANNEL = "webhooks"  # on which workers hear that something is due
KEPT = timedelta(days=30)  # the migration's policy says the same
# Locked in one order, so that two events of a merchant do not wait for each other.
FIND_WANTING = """
select id, off_since is not null as is_off from webhook_endpoints
where environment = $1 and $2 = any (kinds) and off_reason is distinct from 'asked'
order by id for no key update
"""
ADD = """
insert into webhook_deliveries (merchant_id, id, endpoint_id, message_id, state, next_at, created_at, changed_at)
select $1, wanting.id, wanting.endpoint_id, $2, case when wanting.is_off then 'failed' else 'waiting' end,
    case when not wanting.is_off then $3::timestamptz end, $3, $3
from unnest($4::uuid[], $5::uuid[], $6::boolean[]) as wanting (id, endpoint_id, is_off)
"""
WAKE = """
with due as (
    update webhook_endpoints set due_at = least(due_at, $3) where merchant_id = $1 and id = any ($2)
)
select pg_notify($4, '')
"""
LIST = """
with found as (
    select deliveries.*, messages.kind, messages.attempt_id, messages.created_at as happened_at
    from webhook_deliveries as deliveries
        join webhook_messages as messages
            on (messages.merchant_id, messages.id) = (deliveries.merchant_id, deliveries.message_id)
    where deliveries.endpoint_id = $1 and ($2::text is null or deliveries.state = $2)
)
select counted.total, page.* from (select count(*) as total from found) as counted
    left join (select * from found order by created_at desc, id desc limit $3 offset $4) as page on true
order by page.created_at desc, page.id desc
"""
REPLAY = """
update webhook_deliveries as deliveries set state = 'waiting', round = 0, next_at = $2, changed_at = $2
from webhook_messages as messages
where (messages.merchant_id, messages.id) = (deliveries.merchant_id, deliveries.message_id)
    and deliveries.id in (
        select again.id from webhook_deliveries as again
            join webhook_messages as told on (told.merchant_id, told.id) = (again.merchant_id, again.message_id)
        where again.endpoint_id = $1 and again.state <> 'waiting'
            and ($3::uuid is null or again.id = $3) and ($4::text is null or again.state = $4)
            and ($5::timestamptz is null or told.created_at >= $5) and ($6::timestamptz is null or told.created_at < $6)
        order by again.id limit $7 for update of again skip locked
    )
returning deliveries.id
"""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"  # it is tried, or will be
    DELIVERED = "delivered"  # the receiver has taken it
    FAILED = "failed"  # nobody tries any more, unless it is replayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the log. tries: in order, as they are kept: `at`, `seconds`, `status`, `fault`."""

    id: UUID
    endpoint_id: UUID
    message_id: UUID
    kind: WebhookKind
    attempt_id: UUID
    state: DeliveryState
    tries: Sequence[dict[str, Any]]
    next_at: datetime | None
    happened_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """What is told of one event. id: the event's. body: JSON, the same each time that it is sent.

    is_test: it tries one endpoint out, and nothing has happened.
    """

    id: UUID
    merchant_id: UUID
    environment: str
    kind: WebhookKind
    attempt_id: UUID
    body: str
    is_test: bool = False


def pause_after(tries: int, *, random: Random) -> timedelta | None:
    """How long to wait after so many tries that failed, from 1; None: nobody tries again."""
    if tries >= MOST_TRIES:
        return None
    return timedelta(seconds=PAUSES[tries - 1] * random.uniform(1 - JITTER, 1 + JITTER))


async def add_message(connection: Connection, message: WebhookMessage, *, now: datetime) -> bool:
    """Adds the message, and leaves it for each endpoint that wants it. False: it was added before.

    Where we have switched an endpoint off it counts as failed at once, so that it can be replayed.
    Raises BeingErased where its attempt is being erased.
    """
    if not await _keep_message(connection, message, now=now):
        return False
    rows = await connection.fetch(FIND_WANTING, message.environment, message.kind.value)
    await _add_deliveries(connection, message, {row["id"]: row["is_off"] for row in rows}, now=now)
    return True


async def add_test(connection: Connection, message: WebhookMessage, *, endpoint_id: UUID, now: datetime) -> UUID:
    """Leaves a message of its own for this endpoint alone; the delivery's id."""
    await _keep_message(connection, message, now=now)
    (delivery_id,) = await _add_deliveries(connection, message, {endpoint_id: False}, now=now)
    return delivery_id


async def find_last_body(connection: Connection, attempt_id: UUID, kind: WebhookKind) -> str | None:
    """What was told last of an attempt by messages of this kind; None: nothing, or it is too long ago."""
    body: str | None = await connection.fetchval(
        "select body from webhook_messages where attempt_id = $1 and kind = $2 and not is_test"
        " order by created_at desc, id desc limit 1",
        attempt_id,
        kind.value,
    )
    return body


async def list_deliveries(
    connection: Connection, endpoint_id: UUID, *, state: DeliveryState | None, window: RowRange
) -> Page[Delivery]:
    """The endpoint's log, the newest first. state: None: any."""
    rows = await connection.fetch(
        LIST, endpoint_id, None if state is None else state.value, window.limit, window.offset
    )
    return Page(rows=tuple(_to_delivery(row) for row in rows if row["id"] is not None), total=rows[0]["total"])


async def replay(
    connection: Connection,
    *,
    merchant_id: UUID,
    endpoint_id: UUID,
    delivery_id: UUID | None,
    state: DeliveryState | None,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
) -> int:
    """Leaves deliveries to be made again, by the same ids and in the same words; how many, at most MOST_REPLAYED.

    Which wait already stay as they are. since, until: when the events happened.
    """
    rows = await connection.fetch(
        REPLAY,
        endpoint_id,
        now,
        delivery_id,
        None if state is None else state.value,
        since,
        until,
        MOST_REPLAYED,
    )
    if rows:
        await _wake(connection, [endpoint_id], merchant_id=merchant_id, now=now)
    return len(rows)


async def sweep_messages(database: Database) -> int:
    """Removes what is older than 30 days, with its log, at every merchant; how many messages."""
    async with database.sweeping() as connection:  # which sees the old ones alone
        rows = await connection.fetch("select distinct merchant_id from webhook_messages")
    removed = 0
    for row in rows:
        async with database.tenant(row["merchant_id"]) as connection:
            done = await connection.execute(
                "delete from webhook_messages where created_at < now() - $1::interval", KEPT
            )
        removed += int(done.rpartition(" ")[2])
    return removed


async def _keep_message(connection: Connection, message: WebhookMessage, *, now: datetime) -> bool:
    kept = await connection.fetchval(
        "insert into webhook_messages (merchant_id, id, environment, kind, attempt_id, body, is_test, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (merchant_id, id) do nothing returning id",
        message.merchant_id,
        message.id,
        message.environment,
        message.kind.value,
        message.attempt_id,
        message.body,
        message.is_test,
        now,
    )
    return kept is not None


async def _add_deliveries(
    connection: Connection, message: WebhookMessage, endpoints: Mapping[UUID, bool], *, now: datetime
) -> Sequence[UUID]:
    """Their ids. endpoints: whether each is off."""
    ids = [new_id() for _ in endpoints]
    await connection.execute(ADD, message.merchant_id, message.id, now, ids, [*endpoints], [*endpoints.values()])
    on = [endpoint_id for endpoint_id, is_off in endpoints.items() if not is_off]
    await _wake(connection, on, merchant_id=message.merchant_id, now=now)
    return ids


async def _wake(connection: Connection, endpoint_ids: Sequence[UUID], *, merchant_id: UUID, now: datetime) -> None:
    """Something is due at these; a worker hears it with the commit."""
    await connection.execute(WAKE, merchant_id, endpoint_ids, now, CHANNEL)


def _to_delivery(row: Any) -> Delivery:
    return Delivery(
        id=row["id"],
        endpoint_id=row["endpoint_id"],
        message_id=row["message_id"],
        kind=WebhookKind(row["kind"]),
        attempt_id=row["attempt_id"],
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        next_at=row["next_at"],
        happened_at=row["happened_at"],
        created_at=row["created_at"],
    )
