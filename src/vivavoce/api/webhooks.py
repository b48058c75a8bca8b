"""Webhooks, from our events to the words of the wire: what a worker is called with, and what a test is made of."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from vivavoce.api.answers.webhook import (
    KINDS_OF_WORDS,
    TOLD_BY,
    Occasion,
    read_webhook,
    word_webhook,
    write_webhook,
)
from vivavoce.attempts.decisions import find_decision
from vivavoce.attempts.read import find_attempt
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.contact import read_contact
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import BeingErased
from vivavoce.events.deliveries import WebhookMessage, add_message, find_last_body
from vivavoce.events.endpoints import WebhookKind
from vivavoce.events.record import Event
from vivavoce.events.tell import Hear, Told, find_latest
from vivavoce.scoring.judgements import find_judgement

# What a listener of webhooks is told of.
HEARS: Sequence[Event] = tuple(TOLD_BY)
MOST_LOOKED_AT = 20  # for something to try an endpoint out with


def make_hearer(database: Database) -> Hear:
    """Puts an event into words and leaves it for every endpoint that wants it, in one transaction."""

    async def hear(listener_id: UUID, told: Told) -> None:
        if told.environment is None or told.kind not in TOLD_BY:
            return
        try:
            async with database.tenant(told.merchant_id) as connection:
                message = await _word(connection, told)
                if message is not None:
                    await add_message(connection, message, now=told.at)
        except BeingErased:
            return  # nothing of this person goes anywhere any more

    return hear


async def make_test(connection: Connection, *, environment: str, event: str | None) -> WebhookMessage | None:
    """What happened last here, told by this event or by any, under an id of its own; None: nothing has."""
    kinds = [ours for ours, kind in TOLD_BY.items() if event is None or kind is KINDS_OF_WORDS[event]]
    for told in await find_latest(connection, environment=environment, kinds=kinds, limit=MOST_LOOKED_AT):
        message = await _word(connection, replace(told, id=new_id()), is_test=True)
        if message is not None:
            return message
    return None


async def _word(connection: Connection, told: Told, *, is_test: bool = False) -> WebhookMessage | None:
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
