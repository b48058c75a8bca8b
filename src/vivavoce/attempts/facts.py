"""An attempt's facts of integrity as they are kept: found once it is tallied, and struck out by a person with a reason.

They stand in tables of their own, which nothing reads that judges, orders or moves an attempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.attempts.decider import Decider, check_reason
from vivavoce.attempts.integrity import FactKind, FactStrength, IntegrityFact, Observation, ObservationKind, find_facts
from vivavoce.attempts.observations import note_namesakes, read_observations
from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.events.record import Event

KEEP = """
insert into integrity_facts as kept
    (merchant_id, attempt_id, kind, strength, first_at, last_at, times, moments, found_at)
select merchant_id, id, $2, $3, $4, $5, $6, $7, $8 from attempts where id = $1
on conflict (merchant_id, attempt_id, kind) do update set strength = excluded.strength, first_at = excluded.first_at,
    last_at = excluded.last_at, times = excluded.times, moments = excluded.moments
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """That a person struck a fact out, or put it back, and why."""

    kind: FactKind
    is_struck: bool
    reason: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFact:
    """A fact with its latest strike; None: it was never struck out."""

    fact: IntegrityFact
    strike: Strike | None

    @property
    def is_struck(self) -> bool:
        """Whether it stands no more."""
        return self.strike is not None and self.strike.is_struck


async def gather_facts(connection: Connection, attempt_id: UUID, *, now: datetime) -> None:
    """Keeps what was noticed during an attempt that was sent, as facts; of others of the same name, too.

    Done again, it changes nothing. Without a lock on the attempt, since two of one name may be gathered at once.
    """
    attempt = await connection.fetchrow(
        "select environment, candidate_id from attempts where id = $1 and tallied_at is null and erasing_at is null",
        attempt_id,
    )
    if attempt is None or not await has_agreed(connection, Purpose.NOTING_TOLD, attempt_id):
        return
    others = await note_namesakes(
        connection,
        attempt_id,
        environment=attempt["environment"],
        candidate_id=attempt["candidate_id"],
        now=now,
    )
    for of_attempt in sorted({attempt_id, *others}):
        await keep_facts(connection, of_attempt, now=now)


async def keep_facts(connection: Connection, attempt_id: UUID, *, now: datetime) -> None:
    """Keeps what was noticed of an attempt by now as facts, where something was found after it was tallied."""
    for fact in find_facts(await read_observations(connection, attempt_id)):
        await _keep(connection, attempt_id, fact, now=now)


async def _keep(connection: Connection, attempt_id: UUID, fact: IntegrityFact, *, now: datetime) -> None:
    await connection.execute(
        KEEP,
        attempt_id,
        fact.kind.value,
        fact.strength.value,
        fact.first_at,
        fact.last_at,
        fact.times,
        [_to_json(moment) for moment in fact.moments],
        now,
    )


async def read_facts(connection: Connection, attempt_id: UUID) -> tuple[KeptFact, ...]:
    """Those of an attempt, in the order of FactKind, with what people said of them last."""
    rows = await connection.fetch(
        "select kind, strength, first_at, last_at, times, moments from integrity_facts where attempt_id = $1",
        attempt_id,
    )
    strikes = {strike.kind: strike for strike in await read_strikes(connection, attempt_id)}
    facts = {row["kind"]: to_fact(dict(row)) for row in rows}
    return tuple(KeptFact(fact=facts[kind], strike=strikes.get(kind)) for kind in FactKind if kind in facts)


async def read_strikes(connection: Connection, attempt_id: UUID) -> tuple[Strike, ...]:
    """Each time that one was struck out or put back, the first one first."""
    rows = await connection.fetch(
        "select kind, is_struck, reason, person, struck_at from fact_strikes where attempt_id = $1"
        " order by struck_at, id",
        attempt_id,
    )
    return tuple(
        Strike(
            kind=FactKind(row["kind"]),
            is_struck=row["is_struck"],
            reason=row["reason"],
            person=row["person"],
            at=row["struck_at"],
        )
        for row in rows
    )


async def strike_fact(
    connection: Connection,
    attempt_id: UUID,
    kind: FactKind,
    decider: Decider,
    *,
    reason: str,
    is_struck: bool,
    merchant_id: UUID,
    now: datetime,
) -> tuple[KeptFact, ...]:
    """Strikes a fact out, or puts it back; the facts as they stand then. What is so already stays as it is.

    Raises Invalid where the attempt has no such fact, and for a missing reason.
    """
    why = check_reason(reason)
    stands = await connection.fetchval(
        "select struck_at is null from integrity_facts where attempt_id = $1 and kind = $2 for update",
        attempt_id,
        kind.value,
    )
    if stands is None:
        raise Invalid("This result has no such fact.", name="risk")
    if stands is is_struck:
        await connection.execute(
            "update integrity_facts set struck_at = $3 where attempt_id = $1 and kind = $2",
            attempt_id,
            kind.value,
            now if is_struck else None,
        )
        await connection.execute(
            "insert into fact_strikes (merchant_id, id, attempt_id, kind, is_struck, reason, struck_by, person,"
            " struck_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            merchant_id,
            new_id(),
            attempt_id,
            kind.value,
            is_struck,
            why,
            decider.id,
            decider.name,
            now,
        )
        await record_attempt(
            connection,
            Event.FACT_STRUCK,
            attempt_id=attempt_id,
            actor=decider.actor,
            data={"kind": kind.value, "is_struck": is_struck},
        )
    return await read_facts(connection, attempt_id)


def to_fact(row: Mapping[str, Any]) -> IntegrityFact:
    """A fact of its row, or of the same as JSON."""
    return IntegrityFact(
        kind=FactKind(row["kind"]),
        strength=FactStrength(row["strength"]),
        first_at=_to_moment(row["first_at"]),
        last_at=_to_moment(row["last_at"]),
        times=row["times"],
        moments=tuple(_to_observation(moment) for moment in row["moments"]),
    )


def _to_json(moment: Observation) -> dict[str, Any]:
    return {
        "kind": moment.kind.value,
        "at": moment.at.isoformat(),
        "number": moment.number,
        "seconds": moment.seconds,
        "amount": moment.amount,
        "label": moment.label,
    }


def _to_observation(told: Mapping[str, Any]) -> Observation:
    return Observation(**{**told, "kind": ObservationKind(told["kind"]), "at": _to_moment(told["at"])})


def _to_moment(told: Any) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)
