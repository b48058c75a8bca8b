"""Webhooks, from our events to the words of the wire: what a worker is called with, and what a test is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from vivavoce.api.answers.webhook import (
    KINDS_OF_WORDS,
    TOLD_BY,
    Occasion,
    read_webhook,
    word_webhook,
    write_webhook,
)
from vivavoce.attempts.automatic_reports import find_automatic_report
from vivavoce.attempts.decisions import find_decision
from vivavoce.attempts.read import find_attempt
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.contact import read_contact
from vivavoce.clock import now
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import BeingErased
from vivavoce.events.deliveries import WebhookMessage, add_message, find_last_body
from vivavoce.events.endpoints import WebhookKind
from vivavoce.events.record import Event
from vivavoce.events.tell import Hear, Told, find_last, find_latest
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.keys import Keys
from vivavoce.reports.links import find_report_link
from vivavoce.scoring.judgements import find_judgement

# What a listener of webhooks is told of.
HEARS: Sequence[Event] = tuple(TOLD_BY)
MOST_LOOKED_AT = 20  # for something to try an endpoint out with


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSigner:
    """Signs the addresses of reports. public_url: what they begin with, without a slash; None: there are none then."""

    keys: Keys
    public_url: str | None

    async def find(self, connection: Connection, attempt_id: UUID, *, merchant_id: UUID, now: datetime) -> str | None:
        """The address of the report that was made by itself; None: there is none."""
        if self.public_url is None:
            return None
        link = await find_report_link(
            connection,
            self.keys,
            merchant_id=merchant_id,
            attempt_id=attempt_id,
            public_url=self.public_url,
            now=now,
        )
        return None if link is None else link.url


def make_hearer(database: Database, signer: ReportSigner, *, clock: Callable[[], datetime] = now) -> Hear:
    """Puts an event into words and leaves it for every endpoint that wants it, in one transaction.

    A result whose report is on its way is told once that is made or given up, or by `tell_held_result`.
    """

    async def hear(listener_id: UUID, told: Told) -> None:
        if told.environment is None or told.kind not in TOLD_BY:
            return
        try:
            async with database.tenant(told.merchant_id) as connection:
                if await _waits(connection, told, now=clock()):
                    return
                message = await _word(connection, told, signer)
                if message is not None:
                    await add_message(connection, message, now=told.at)
        except BeingErased:
            return  # nothing of this person goes anywhere any more

    return hear


async def tell_held_result(database: Database, hear: Hear, *, merchant_id: UUID, attempt_id: UUID) -> None:
    """Tells of a result that waited for its report as long as anybody waits: done again, it tells nothing twice."""
    async with database.tenant(merchant_id) as connection:
        told = await find_last(connection, Event.ATTEMPT_JUDGED, subject_id=attempt_id)
    if told is not None:  # gone with its person otherwise
        await hear(attempt_id, replace(told, id=new_id()))


async def _waits(connection: Connection, told: Told, *, now: datetime) -> bool:
    """Whether it is told later, of which a note is left then."""
    if TOLD_BY[Event(told.kind)] is not WebhookKind.RESULT:
        return False
    report = await find_automatic_report(connection, told.subject_id)
    if report is None or not report.holds(now=now):
        return False
    await leave(
        connection,
        Note.TELL_RESULT,
        merchant_id=told.merchant_id,
        subject_id=told.subject_id,
        not_before=report.held_until,
    )
    return True


async def make_test(
    connection: Connection, signer: ReportSigner, *, environment: str, event: str | None
) -> WebhookMessage | None:
    """What happened last here, told by this event or by any, under an id of its own; None: nothing has."""
    kinds = [ours for ours, kind in TOLD_BY.items() if event is None or kind is KINDS_OF_WORDS[event]]
    for told in await find_latest(connection, environment=environment, kinds=kinds, limit=MOST_LOOKED_AT):
        message = await _word(connection, replace(told, id=new_id()), signer, is_test=True)
        if message is not None:
            return message
    return None


async def _word(
    connection: Connection, told: Told, signer: ReportSigner, *, is_test: bool = False
) -> WebhookMessage | None:
    assert told.environment is not None
    record = await find_attempt(connection, told.subject_id, environment=told.environment)
    if record is None or (is_test and not record.answers) or not YIELDS[record.definition.kind].tells_webhooks:
        return None
    event = Event(told.kind)
    kind = TOLD_BY[event]
    looks_back = kind is WebhookKind.RESULT and not is_test
    decision = await find_decision(connection, record.id)
    last = await find_last_body(connection, record.id, kind) if looks_back else None
    payload = word_webhook(
        record,
        await find_judgement(connection, record.id),
        await read_contact(connection, record.candidate_id),
        occasion=Occasion(
            id=str(told.id),
            at=told.at,
            merchant_id=str(told.merchant_id),
            environment=told.environment,
            event=event,
            is_test=is_test,
        ),
        kind=kind,
        decision=None if decision is None else decision.kind,
        report_url=await signer.find(connection, record.id, merchant_id=told.merchant_id, now=told.at),
        before=None if last is None else read_webhook(last),
    )
    if payload is None:
        return None
    return WebhookMessage(
        id=told.id,
        merchant_id=told.merchant_id,
        environment=told.environment,
        kind=kind,
        attempt_id=record.id,
        body=write_webhook(payload),
        is_test=is_test,
    )
