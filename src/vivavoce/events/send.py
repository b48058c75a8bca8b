"""Sending webhooks: hold what is due (a transaction), send it (none), write how it went (a transaction).

At least once: whoever is killed after the receiver has taken it, and before that is written, leaves it to be sent
again, by the same id. An endpoint is held for a moment, and held on while its round goes on: nobody else sends there.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from vivavoce.providers.networks import Network, NotReachable
from vivavoce.providers.outgoing import GuardedLine, guarded_line

log = logging.getLogger(__name__)

SECONDS = 10.0  # for one try
SWITCHED_OFF_AFTER = timedelta(days=5)
GONE = 410
HELD_FOR = timedelta(seconds=15)  # then a worker that held it is dead
WRITE_SECONDS = 0.5  # how long what has gone well waits for the rest of its merchant's, to be written with it
MOST_IN_A_ROUND = 20  # deliveries to one endpoint
AT_ONCE = 3  # to one endpoint, once it has taken the first of its round
# An endpoint that has failed is asked again after so long, however much waits for it, and for one delivery each time.
AGAIN_AFTER = timedelta(seconds=5)
HOLD = """
with due as (
    select merchant_id, id from webhook_endpoints
    where merchant_id = $1 and due_at <= $2 and (held_until is null or held_until <= $2)
        and (failing_since is not null) = $4
    order by due_at, id limit $5 for no key update skip locked
)
update webhook_endpoints as endpoints set held_until = $3 from due
where (endpoints.merchant_id, endpoints.id) = (due.merchant_id, due.id) returning endpoints.*
"""
FIND_DUE = """
select deliveries.*, messages.body from unnest($2::uuid[]) as held (endpoint_id)
    cross join lateral (
        select id, endpoint_id, message_id, round, jsonb_array_length(tries) as tried, next_at from webhook_deliveries
        where merchant_id = $1 and endpoint_id = held.endpoint_id and state = 'waiting' and next_at <= $3
        order by next_at, id limit $4
    ) as deliveries
    join webhook_messages as messages on (messages.merchant_id, messages.id) = ($1, deliveries.message_id)
order by deliveries.next_at, deliveries.id
"""
# Whoever wrote meanwhile that it was tried knows better: nothing is written then.
WRITE_TRIES = """
update webhook_deliveries as deliveries set state = went.state, round = deliveries.round + 1,
    tries = deliveries.tries || went.told::jsonb, next_at = went.next_at, changed_at = went.tried_at
from unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
    as went (id, tried, state, told, next_at, tried_at)
where (deliveries.merchant_id, deliveries.id) = ($1, went.id) and deliveries.state = 'waiting'
    and jsonb_array_length(deliveries.tries) = went.tried
"""
LOCK = """
select id, environment, failing_since, off_since from webhook_endpoints
where merchant_id = $1 and id = any ($2) and held_until = $3 order by id for no key update
"""
# Locked before: what waits is read as it is after that.
RELEASE = """
update webhook_endpoints as endpoints set failing_since = went.failing_since, held_until = went.held_until,
    due_at = case when went.held_until is not null then endpoints.due_at
        when waiting.next_at is not null then greatest(went.not_before, waiting.next_at) end
from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
        as went (id, failing_since, held_until, not_before)
    cross join lateral (
        select min(next_at) as next_at from webhook_deliveries
        where merchant_id = $1 and endpoint_id = went.id and state = 'waiting'
    ) as waiting
where (endpoints.merchant_id, endpoints.id) = ($1, went.id)
returning endpoints.due_at
"""


@dataclass(slots=True, kw_only=True)
class WebhookSender:
    """What sending needs. networks: of ours that a merchant may name. seconds: for one try."""

    sealer: Seals
    networks: Sequence[Network] = ()
    random: Random = field(default_factory=Random)
    clock: Callable[[], datetime]
    seconds: float = SECONDS


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRound:
    """What is sent to one endpoint while it is held: its row, and the rows of what is due there, in order."""

    endpoint: Any
    deliveries: Sequence[Any]


@dataclass(slots=True, kw_only=True)
class HeldEndpoints:
    """Endpoints of one merchant, with a round each. until: when others may have them, unless that is put off."""

    merchant_id: UUID
    rounds: Sequence[EndpointRound]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """That a delivery was tried, and how that went."""

    delivery: Any
    tried: Try


async def hold_due(
    database: Database, sender: WebhookSender, *, merchant_id: UUID, is_failing: bool, most: int
) -> HeldEndpoints:
    """Endpoints of this merchant where something is due, the longest first; nobody else has them now.

    is_failing: those that did not take the last that they were sent; the others otherwise. most: endpoints.
    """
    now = sender.clock()
    until = now + HELD_FOR
    async with database.tenant(merchant_id) as connection:
        await connection.execute("set local synchronous_commit = off")  # nobody holds anything once the disk is lost
        endpoints = await connection.fetch(HOLD, merchant_id, now, until, is_failing, most)
        off = [row["id"] for row in endpoints if row["off_since"] is not None]
        if off:
            await _give_up(connection, off, merchant_id=merchant_id, now=now)
        on = {row["id"]: row for row in endpoints if row["off_since"] is None}
        rows = await connection.fetch(FIND_DUE, merchant_id, [*on], now, 1 if is_failing else MOST_IN_A_ROUND)
    due: dict[UUID, list[Any]] = {endpoint_id: [] for endpoint_id in on}
    for row in rows:
        due[row["endpoint_id"]].append(row)
    rounds = [EndpointRound(endpoint=on[endpoint_id], deliveries=deliveries) for endpoint_id, deliveries in due.items()]
    return HeldEndpoints(merchant_id=merchant_id, rounds=rounds, until=until)


async def send_held(
    database: Database,
    sender: WebhookSender,
    held: HeldEndpoints,
    *,
    ended: Callable[[], None] = lambda: None,
    lingers: Callable[[], None] = lambda: None,
    more: Callable[[], None] = lambda: None,
) -> None:
    """Tries what is due at each, at all of them at once, and writes how it went.

    ended: called once for each endpoint, as soon as nothing is under way to it any more. lingers: called now and then
    while something is. more: called where something is due already at one that was let go.
    """
    outcomes: list[DeliveryOutcome] = []

    async def send(round_: EndpointRound) -> None:
        try:
            await _send_round(sender, round_, outcomes)
        finally:
            ended()

    sending = {asyncio.create_task(send(round_)): round_ for round_ in held.rounds}
    try:
        while sending:
            finished, _ = await asyncio.wait(sending, timeout=WRITE_SECONDS)
            rounds = [(task, sending.pop(task)) for task in finished]
            done = [round_ for task, round_ in rounds if _went_well(task, round_)]
            if sending:
                lingers()
            went, outcomes[:] = [*outcomes], []
            if await _write(database, sender, held, went, done=done, going_on=[*sending.values()]):
                more()
    finally:
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)


def _went_well(task: "asyncio.Task[None]", round_: EndpointRound) -> bool:
    """An endpoint whose round failed by a fault of ours is held until its time is over, and holds up no other."""
    error = task.exception()
    if error is not None:
        log.error("webhooks to endpoint %s: %s", round_.endpoint["id"], error, exc_info=error)
    return error is None


async def _send_round(sender: WebhookSender, round_: EndpointRound, outcomes: list[DeliveryOutcome]) -> None:
    """The first alone; once it was taken the rest, a few at a time; no more where one was not."""
    endpoint = round_.endpoint
    if not round_.deliveries:
        return
    headers = read_headers(endpoint, sender.sealer)
    first, *rest = round_.deliveries
    async with guarded_line(endpoint["url"], allowed=sender.networks) as line:

        async def attempt(delivery: Any) -> bool:
            secrets = read_secrets(endpoint, sender.sealer, now=sender.clock())
            tried = await _try(sender, line, delivery, secrets, headers)
            outcomes.append(DeliveryOutcome(delivery=delivery, tried=tried))
            return tried.is_good

        if await attempt(first):
            for start in range(0, len(rest), AT_ONCE):
                if not all(await asyncio.gather(*map(attempt, rest[start : start + AT_ONCE]))):
                    return


async def _try(
    sender: WebhookSender, line: GuardedLine, delivery: Any, secrets: Sequence[str], headers: Mapping[str, str]
) -> Try:
    at, began = sender.clock(), time.monotonic()
    body = delivery["body"].encode()
    signed = sign_webhook(body, message_id=str(delivery["message_id"]), timestamp=int(at.timestamp()), secrets=secrets)
    sent = {**headers, "content-type": "application/json", "user-agent": "vivavoce", "accept": "*/*", **signed}
    status, fault = None, None
    try:
        status = await line.post(headers=sent, body=body, seconds=sender.seconds)
    except NotReachable as error:
        fault = error.message
    except TimeoutError:
        fault = "It did not answer in time."
    except (httpx2.InvalidURL, OSError, ValueError) as error:
        fault = f"The line to it broke: {type(error).__name__}."
    return Try(at=at, seconds=round(time.monotonic() - began, 3), status=status, fault=fault)


async def _write(
    database: Database,
    sender: WebhookSender,
    held: HeldEndpoints,
    outcomes: Sequence[DeliveryOutcome],
    *,
    done: Sequence[EndpointRound],
    going_on: Sequence[EndpointRound],
) -> bool:
    """Whether more is due already at one of those that are done. Which are let go; the others are held on."""
    if not outcomes and not done and held.until - sender.clock() > HELD_FOR * 2 / 3:
        return False
    async with database.tenant(held.merchant_id) as connection:
        await _write_tries(connection, sender, outcomes, merchant_id=held.merchant_id)
        return await _release(connection, sender, held, outcomes, done=done, going_on=going_on)


async def _write_tries(
    connection: Connection, sender: WebhookSender, outcomes: Sequence[DeliveryOutcome], *, merchant_id: UUID
) -> None:
    rows = []
    for outcome in sorted(outcomes, key=lambda outcome: outcome.delivery["id"]):
        delivery, tried = outcome.delivery, outcome.tried
        pause = None if tried.is_good else pause_after(delivery["round"] + 1, random=sender.random)
        next_at = None if pause is None else sender.clock() + pause
        state = "delivered" if tried.is_good else "failed" if next_at is None else "waiting"
        told = {"at": tried.at.isoformat(), "seconds": tried.seconds, "status": tried.status, "fault": tried.fault}
        rows.append((delivery["id"], delivery["tried"], state, json.dumps([told]), next_at, tried.at))
    if rows:
        await connection.execute(WRITE_TRIES, merchant_id, *map(list, zip(*rows, strict=True)))


async def _release(
    connection: Connection,
    sender: WebhookSender,
    held: HeldEndpoints,
    outcomes: Sequence[DeliveryOutcome],
    *,
    done: Sequence[EndpointRound],
    going_on: Sequence[EndpointRound],
) -> bool:
    now, merchant_id = sender.clock(), held.merchant_id
    let_go = {round_.endpoint["id"] for round_ in done}
    ids = [*let_go, *(round_.endpoint["id"] for round_ in going_on)]
    locked = await connection.fetch(LOCK, merchant_id, ids, held.until)
    tries: dict[UUID, list[Try]] = {}
    for outcome in outcomes:
        tries.setdefault(outcome.delivery["endpoint_id"], []).append(outcome.tried)
    held.until = now + HELD_FOR
    rows = []
    for endpoint in locked:
        bad = next((tried for tried in tries.get(endpoint["id"], ()) if not tried.is_good), None)
        since = endpoint["failing_since"]
        if bad is not None:
            since = since or bad.at
            await _switch_off_where_due(connection, endpoint, bad, since=since, merchant_id=merchant_id)
        elif endpoint["id"] in tries:
            since = None
        is_done = endpoint["id"] in let_go
        rows.append(
            (endpoint["id"], since, None if is_done else held.until, None if since is None else now + AGAIN_AFTER)
        )
    if not rows:
        return False  # all of them were somebody else's meanwhile
    freed = await connection.fetch(RELEASE, merchant_id, *map(list, zip(*rows, strict=True)))
    return any(row["due_at"] is not None and row["due_at"] <= now for row in freed)


async def _switch_off_where_due(
    connection: Connection, endpoint: Any, bad: Try, *, since: datetime, merchant_id: UUID
) -> None:
    if endpoint["off_since"] is not None:
        return
    if bad.status == GONE:
        await _switch_off(connection, endpoint, OffReason.GONE, merchant_id=merchant_id, now=bad.at)
    elif bad.at - since >= SWITCHED_OFF_AFTER:
        await _switch_off(connection, endpoint, OffReason.FAILING, merchant_id=merchant_id, now=bad.at)


async def _switch_off(
    connection: Connection, endpoint: Any, reason: OffReason, *, merchant_id: UUID, now: datetime
) -> None:
    await connection.execute(
        "update webhook_endpoints set off_since = $2, off_reason = $3, changed_at = $2 where id = $1",
        endpoint["id"],
        now,
        reason.value,
    )
    await record(
        connection,
        Event.WEBHOOK_SWITCHED_OFF,
        merchant_id=merchant_id,
        environment=endpoint["environment"],
        subject_id=endpoint["id"],
        actor="worker",
        data={"reason": reason.value},
    )
    await leave(connection, Note.MAIL_WEBHOOK_OFF, merchant_id=merchant_id, subject_id=endpoint["id"])


async def _give_up(connection: Connection, off: Iterable[UUID], *, merchant_id: UUID, now: datetime) -> None:
    """These endpoints are off: what waits can be replayed once they are on again."""
    ids = [*off]
    await connection.execute(
        "update webhook_deliveries set state = 'failed', next_at = null, changed_at = $3"
        " where merchant_id = $1 and endpoint_id = any ($2) and state = 'waiting'",
        merchant_id,
        ids,
        now,
    )
    await connection.execute(
        "update webhook_endpoints set due_at = null, held_until = null where merchant_id = $1 and id = any ($2)",
        merchant_id,
        ids,
    )
