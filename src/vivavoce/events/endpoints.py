"""Endpoints: where a merchant wants to hear of results, of which, in one environment, and what goes along."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid
from vivavoce.events.listeners import add_listener, remove_listener
from vivavoce.events.record import Event, record
from vivavoce.events.signing import SECRET_BYTES, write_secret

LISTENER = "webhooks"  # the name that all endpoints of an environment are told by
MOST_ENDPOINTS = 20
MOST_HEADERS, LONGEST_HEADER, LONGEST_URL = 20, 2000, 2000
OLD_SECRET = timedelta(hours=24)
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# What the request itself needs, what signs it, and what would lead a proxy astray.
OURS = frozenset(
    {"host", "connection", "content-type", "content-length", "content-encoding", "transfer-encoding", "trailer"}
    | {"te", "upgrade", "keep-alive", "expect", "proxy-authorization", "proxy-connection"}  # codespell:ignore te
    | {"user-agent", "x-signature", "webhook-id", "webhook-timestamp", "webhook-signature"}
)
FIND = "select * from webhook_endpoints where id = $1 and environment = $2"
FIND_LOCKED = "select * from webhook_endpoints where id = $1 and environment = $2 for update"
CHANGING = (
    "url",
    "kinds",
    "sealed_headers",
    "notice_email",
    "off_since",
    "off_reason",
    "failing_since",
    "sealed_secret",
    "sealed_old_secret",
    "old_secret_until",
)
CHANGE = """
update webhook_endpoints set url = $2, kinds = $3, sealed_headers = $4, notice_email = $5, off_since = $6,
    off_reason = $7, failing_since = $8, sealed_secret = $9, sealed_old_secret = $10, old_secret_until = $11,
    changed_at = $12
where id = $1
"""


class WebhookKind(StrEnum):
    """What can be told."""

    COLLECTED = "collected"  # the answers are there; they were not sent yet
    RESULT = "result"  # an attempt was sent and judged, or something of that changed
    FAILED = "failed"  # an attempt came to no end


class OffReason(StrEnum):
    """Why nothing goes to an endpoint."""

    ASKED = "asked"  # by its merchant
    FAILING = "failing"  # nothing was taken there for days
    GONE = "gone"  # the receiver said that there is nothing any more (410)


class Seals(Protocol):
    """Seals secrets at rest; what is sealed opens only in the place that it was sealed for."""

    def seal(self, secret: bytes, *, place: str) -> bytes:
        """The sealed secret."""
        ...

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """The secret."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """An endpoint. headers: sent with every message, secrets in them too. notice_email: '': nobody is written to.

    off_reason: None while it is on. failing_since: None where the last try went well, or there was none.
    """

    id: UUID
    merchant_id: UUID
    environment: str
    url: str
    kinds: frozenset[WebhookKind]
    headers: Mapping[str, str]
    notice_email: str
    off_reason: OffReason | None
    off_since: datetime | None
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChange:
    """What becomes of an endpoint; None: what it was. has_new_secret: the old one signs on beside it for that long."""

    url: str | None = None
    kinds: Sequence[WebhookKind] | None = None
    headers: Mapping[str, str] | None = None
    notice_email: str | None = None
    is_on: bool | None = None
    has_new_secret: bool = False
    old_secret_for: timedelta = OLD_SECRET


class TooManyEndpoints(Conflict):
    """A merchant may have 20 endpoints in one environment. Remove one that you no longer need."""


class EndpointOff(Conflict):
    """Nothing goes to this endpoint, since it is off. Switch it on first: `is_on: true`."""


async def add_endpoint(
    connection: Connection,
    change: EndpointChange,
    *,
    merchant_id: UUID,
    environment: str,
    sealer: Seals,
    hears: Sequence[Event],
    actor: str,
    now: datetime,
) -> tuple[UUID, str]:
    """Adds an endpoint, which hears of what is committed from then on; its id and its secret.

    hears: the events that a message may come of. change.url must have been looked at (providers/networks.py).
    Raises Invalid, with the field's name, and TooManyEndpoints.
    """
    if change.url is None:
        raise Invalid("Field is required.", name="url")
    await _lock(connection, merchant_id, environment)
    count = await connection.fetchval("select count(*) from webhook_endpoints where environment = $1", environment)
    if count >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    endpoint_id, secret = new_id(), write_secret(secrets.token_bytes(SECRET_BYTES))
    headers = check_headers(change.headers or {})
    await connection.execute(
        "insert into webhook_endpoints (merchant_id, id, environment, url, kinds, sealed_headers, sealed_secret,"
        " notice_email, off_since, off_reason, created_at, changed_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), $9, $10, $11, $11)",
        merchant_id,
        endpoint_id,
        environment,
        check_url(change.url),
        sorted(change.kinds or tuple(WebhookKind)),
        sealer.seal(json.dumps(headers).encode(), place=_headers_place(endpoint_id)),
        sealer.seal(secret.encode(), place=_secret_place(endpoint_id)),
        change.notice_email or "",
        now if change.is_on is False else None,
        OffReason.ASKED.value if change.is_on is False else None,
        now,
    )
    await _listen(connection, merchant_id, environment, hears)
    await _record(connection, Event.WEBHOOK_SET, merchant_id, environment, endpoint_id, actor, {"changed": ["url"]})
    return endpoint_id, secret


async def change_endpoint(
    connection: Connection,
    endpoint: WebhookEndpoint,
    change: EndpointChange,
    *,
    sealer: Seals,
    actor: str,
    now: datetime,
) -> str | None:
    """Changes an endpoint that was read for it in this transaction; its new secret, where one was asked for.

    Switched on, it has not failed yet. Raises Invalid, with the field's name.
    """
    row = dict(await connection.fetchrow(FIND, endpoint.id, endpoint.environment) or {})
    before, secret = dict(row), None
    if change.url is not None:
        row["url"] = check_url(change.url)
    if change.kinds is not None:
        row["kinds"] = sorted(change.kinds)
    if change.headers is not None:
        headers = json.dumps(check_headers(change.headers)).encode()
        row["sealed_headers"] = sealer.seal(headers, place=_headers_place(endpoint.id))
    if change.notice_email is not None:
        row["notice_email"] = change.notice_email or None
    if change.is_on is not None:
        row["off_since"] = None if change.is_on else row["off_since"] or now
        row["off_reason"] = None if change.is_on else row["off_reason"] or OffReason.ASKED.value
        row["failing_since"] = None
    if change.has_new_secret:
        secret, keeps = write_secret(secrets.token_bytes(SECRET_BYTES)), change.old_secret_for > timedelta()
        row["sealed_old_secret"] = row["sealed_secret"] if keeps else None
        row["old_secret_until"] = now + change.old_secret_for if keeps else None
        row["sealed_secret"] = sealer.seal(secret.encode(), place=_secret_place(endpoint.id))
    changed = sorted(name.removeprefix("sealed_") for name in row if row[name] != before[name])
    if changed:
        await connection.execute(CHANGE, endpoint.id, *(row[name] for name in CHANGING), now)
        await _record(
            connection,
            Event.WEBHOOK_SET,
            endpoint.merchant_id,
            endpoint.environment,
            endpoint.id,
            actor,
            {"changed": changed},
        )
    return secret


async def remove_endpoint(connection: Connection, endpoint: WebhookEndpoint, *, actor: str) -> None:
    """Removes the endpoint, with its log of deliveries."""
    await _lock(connection, endpoint.merchant_id, endpoint.environment)
    await connection.execute("delete from webhook_endpoints where id = $1", endpoint.id)
    left = await connection.fetchval(
        "select exists (select from webhook_endpoints where environment = $1)", endpoint.environment
    )
    if not left:
        for row in await _find_listeners(connection, endpoint.environment):
            await remove_listener(connection, row["id"])
    await _record(connection, Event.WEBHOOK_REMOVED, endpoint.merchant_id, endpoint.environment, endpoint.id, actor, {})


async def find_endpoint(
    connection: Connection, endpoint_id: UUID, *, environment: str, sealer: Seals, locked: bool = False
) -> WebhookEndpoint | None:
    """The endpoint; None where there is none in this environment. locked: to the commit."""
    row = await connection.fetchrow(FIND_LOCKED if locked else FIND, endpoint_id, environment)
    return None if row is None else _to_endpoint(row, sealer)


async def list_endpoints(connection: Connection, *, environment: str, sealer: Seals) -> list[WebhookEndpoint]:
    """All of the environment, the oldest first."""
    rows = await connection.fetch("select * from webhook_endpoints where environment = $1 order by id", environment)
    return [_to_endpoint(row, sealer) for row in rows]


def read_secrets(row: Any, sealer: Seals, *, now: datetime) -> tuple[str, ...]:
    """What signs at this moment, the newest first. row: of the table."""
    place = _secret_place(row["id"])
    secret = sealer.open(row["sealed_secret"], place=place).decode()
    if row["old_secret_until"] is None or row["old_secret_until"] <= now:
        return (secret,)
    return (secret, sealer.open(row["sealed_old_secret"], place=place).decode())


def read_headers(row: Any, sealer: Seals) -> dict[str, str]:
    """What goes along with each message. row: of the table."""
    headers: dict[str, str] = json.loads(sealer.open(row["sealed_headers"], place=_headers_place(row["id"])))
    return headers


def check_url(url: str) -> str:
    """The address, if it has the form of one. Raises Invalid."""
    parts = None
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if (
        parts is None
        or not is_good
        or len(url) > LONGEST_URL
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        raise Invalid("Expected an address that begins with https://, at most 2,000 characters.", name="url")
    if parts.username is not None:
        raise Invalid("Leave user and password out of the address: send an `Authorization` header.", name="url")
    return url


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, if they can go along. Raises Invalid."""
    if len(headers) > MOST_HEADERS:
        raise Invalid(f"Expected at most {MOST_HEADERS} headers.", name="headers")
    if len({name.lower() for name in headers}) != len(headers):
        raise Invalid("A header stands twice, in different letters: each may stand once.", name="headers")
    for name, value in headers.items():
        place = f"headers.{name[:100]}" if name.isprintable() else "headers"
        if not HEADER_NAME.fullmatch(name):
            raise Invalid("A header's name may hold only letters, digits and hyphens.", name=place)
        if name.lower() in OURS:
            raise Invalid("This header is set by the server itself: choose another.", name=place)
        if len(value) > LONGEST_HEADER or not value.isascii() or not value.isprintable() or value != value.strip():
            raise Invalid(f"A header's value may hold up to {LONGEST_HEADER:,} printable ASCII characters.", name=place)
    return dict(headers)


async def _listen(connection: Connection, merchant_id: UUID, environment: str, hears: Sequence[Event]) -> None:
    """One listener for all endpoints of an environment: each event is put into words once."""
    if not await _find_listeners(connection, environment):
        await add_listener(connection, merchant_id=merchant_id, environment=environment, name=LISTENER, kinds=hears)


async def _find_listeners(connection: Connection, environment: str) -> Sequence[Any]:
    return await connection.fetch(
        "select id from event_listeners where environment = $1 and name = $2", environment, LISTENER
    )


async def _lock(connection: Connection, merchant_id: UUID, environment: str) -> None:
    """Until the commit nobody else adds or removes one here."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"webhooks of {merchant_id} in {environment}"
    )


async def _record(
    connection: Connection,
    event: Event,
    merchant_id: UUID,
    environment: str,
    endpoint_id: UUID,
    actor: str,
    data: dict[str, Any],
) -> None:
    await record(
        connection,
        event,
        merchant_id=merchant_id,
        environment=environment,
        subject_id=endpoint_id,
        actor=actor,
        data=data,
    )


def _to_endpoint(row: Any, sealer: Seals) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=row["id"],
        merchant_id=row["merchant_id"],
        environment=row["environment"],
        url=row["url"],
        kinds=frozenset(WebhookKind(kind) for kind in row["kinds"]),
        headers=read_headers(row, sealer),
        notice_email=row["notice_email"] or "",
        off_reason=None if row["off_reason"] is None else OffReason(row["off_reason"]),
        off_since=row["off_since"],
        failing_since=row["failing_since"],
        old_secret_until=row["old_secret_until"],
        created_at=row["created_at"],
    )


def _secret_place(endpoint_id: UUID) -> str:
    return f"secret of webhook {endpoint_id}"


def _headers_place(endpoint_id: UUID) -> str:
    return f"headers of webhook {endpoint_id}"
