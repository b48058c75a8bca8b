"""What is noticed during an interview, kept one by one: by its page, by the server, and where names meet.

Only in an attempt whose person was told of it before the start. Beyond MOST_NOTICED nothing is kept.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from vivavoce.attempts.consent import VOICES_TOLD_FROM, Purpose
from vivavoce.attempts.integrity import Observation, ObservationKind
from vivavoce.attempts.keep import NOT_THIS_SEATS
from vivavoce.attempts.merging import find_whole
from vivavoce.candidates.links import Seat
from vivavoce.candidates.revoke import refuse_shut
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import NotFound

MOST_NOTICED = 500  # in one attempt
MOST_NAMESAKES = 20
IPV4_BITS, IPV6_BITS = 24, 48  # of an address name a network
MARK_BYTES = 2  # of a digest: enough to see a change, and 65,536 networks have the same

NOTE = """
with own as (
    select merchant_id, id, state, why_shut(merchant_id, interview_id, candidate_id, $4) as shut from attempts
    where id = $1 and candidate_id = $2 and interview_id = $3 and erasing_at is null
), noted as (
    insert into observations (merchant_id, id, attempt_id, key, kind, number, at, seconds, amount, label, noted_at)
    select merchant_id, $5, id, $6, $7, $8, $9, $10, $11, $12, $13 from own
    where state in ('begun', 'finished') and shut is null
        and exists (select from consents where attempt_id = $1 and purpose = 'noting_told' and is_given)
        and (select count(*) from observations where attempt_id = $1) < $14
    on conflict (merchant_id, attempt_id, key) do nothing
)
select shut from own
"""
NOTE_NETWORK = """
insert into observations (merchant_id, id, attempt_id, key, kind, at, label, noted_at)
select merchant_id, $2, id, $2, 'network', $3, $4, $3 from attempts
where id = $1 and state = 'begun' and erasing_at is null
    and exists (select from consents where attempt_id = $1 and purpose = 'noting_told' and is_given)
    and (select count(*) from observations where attempt_id = $1) < $5
    and (
        select label from observations where attempt_id = $1 and kind = 'network'
        order by at desc, id desc limit 1
    ) is distinct from $4
"""
NOTE_NAMESAKE = """
insert into observations (merchant_id, id, attempt_id, key, kind, at, label, noted_at)
select merchant_id, $2, id, $3, $4, $5, $6, $5 from attempts
where id = $1 and exists (select from consents where attempt_id = $1 and purpose = $7 and is_given)
on conflict (merchant_id, attempt_id, key) do nothing
"""
NOTE_SECOND_VOICE = """
insert into observations (merchant_id, id, attempt_id, key, kind, number, at, seconds, amount, noted_at)
select merchant_id, $2, id, $3, $4, $5, $6, $7, $8, $9 from attempts where id = $1 and erasing_at is null
on conflict (merchant_id, attempt_id, key) do nothing
"""
# The versions are dates, and so in order.
TOLD_OF_VOICES = """
select exists (
    select from consents where attempt_id = $1 and purpose = $2 and is_given and text_version >= $3
)
"""
# Names as people are called, whatever their case. $2: the profiles that are known to be one person with this one.
NAMESAKES = """
with own as (
    select attempts.environment, attempts.candidate_id, lower(btrim(candidates.name)) as name
    from attempts join candidates on candidates.merchant_id = attempts.merchant_id and candidates.id = candidate_id
    where attempts.id = $1 and not attempts.is_test
)
select candidates.id, (
    select attempts.id from attempts
    where attempts.candidate_id = candidates.id and attempts.environment = own.environment and not attempts.is_test
        and attempts.submitted_at is not null and attempts.erasing_at is null
    order by attempts.submitted_at desc, attempts.id desc limit 1
) as attempt_id
from own join candidates on lower(btrim(candidates.name)) = own.name
where candidates.merchant_id = current_setting('app.merchant_id')::uuid and own.name <> ''
    and candidates.id <> all ($2) and candidates.erasing_at is null
order by candidates.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldObservation:
    """What a page tells. key: the same on every resend. ago: seconds since it was over."""

    key: UUID
    kind: ObservationKind
    number: int
    seconds: float = 0.0
    amount: int = 0
    label: str = ""
    ago: float = 0.0

    def began_at(self, now: datetime) -> datetime:
        """When it began. A paste is a moment, and its seconds are those since the question."""
        lasted = 0.0 if self.kind is ObservationKind.PASTED else self.seconds
        return now - timedelta(seconds=self.ago + lasted)


async def note(
    connection: Connection, noticed: ToldObservation, seat: Seat, *, attempt_id: UUID, now: datetime
) -> None:
    """Keeps what the page has noticed, once, where its person was told; elsewhere it does nothing.

    Raises NotFound when the attempt is not this seat's, LinkRevoked and LinkClosed when it is no more.
    """
    row = await connection.fetchrow(
        NOTE,
        attempt_id,
        seat.candidate_id,
        seat.interview_id,
        seat.issued_at,
        new_id(),
        noticed.key,
        noticed.kind.value,
        noticed.number,
        noticed.began_at(now),
        round(noticed.seconds, 1),
        noticed.amount,
        noticed.label,
        now,
        MOST_NOTICED,
    )
    if row is None:
        raise NotFound(NOT_THIS_SEATS)
    refuse_shut(row["shut"])


async def note_network(connection: Connection, attempt_id: UUID, host: str, *, now: datetime) -> None:
    """Keeps a mark of the network that a page comes by, where it is another one than before; never its address."""
    mark = mark_network(host, attempt_id)
    await connection.execute(NOTE_NETWORK, attempt_id, new_id(), now, mark, MOST_NOTICED)


def mark_network(host: str, attempt_id: UUID) -> str:
    """The mark of an address's network within one attempt; '' where it has none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    network = ipaddress.ip_network(f"{address}/{IPV4_BITS if address.version == 4 else IPV6_BITS}", strict=False)
    return hashlib.sha256(attempt_id.bytes + str(network).encode()).digest()[:MARK_BYTES].hex()


async def note_namesakes(
    connection: Connection, attempt_id: UUID, *, environment: str, candidate_id: UUID, now: datetime
) -> list[UUID]:
    """Keeps at both that another profile of the same name has sent an interview; the others' attempts.

    Whoever is known to be the same person is no namesake.
    """
    whole = await find_whole(connection, candidate_id, environment=environment)
    rows = await connection.fetch(NAMESAKES, attempt_id, [*whole])
    namesakes = [row for row in rows if row["attempt_id"] is not None][:MOST_NAMESAKES]
    pairs = [(attempt_id, row["id"]) for row in namesakes] + [(row["attempt_id"], candidate_id) for row in namesakes]
    for of_attempt, other in sorted(pairs):  # in one order, whoever comes first, so that no two wait for each other
        await connection.execute(
            NOTE_NAMESAKE,
            of_attempt,
            new_id(),
            other,
            ObservationKind.SAME_NAME.value,
            now,
            str(other),
            Purpose.NOTING_TOLD.value,
        )
    return [row["attempt_id"] for row in namesakes]


async def was_told_of_voices(connection: Connection, attempt_id: UUID) -> bool:
    """Whether the person of this attempt was told, before the start, that a second voice is noted."""
    told: bool = await connection.fetchval(TOLD_OF_VOICES, attempt_id, Purpose.NOTING_TOLD.value, VOICES_TOLD_FROM)
    return told


async def note_second_voice(
    connection: Connection, attempt_id: UUID, moments: Sequence[Observation], *, now: datetime
) -> None:
    """Keeps in which answers somebody else is heard, each once: an answer's first finding stays."""
    for moment in moments:
        await connection.execute(
            NOTE_SECOND_VOICE,
            attempt_id,
            new_id(),
            uuid5(attempt_id, f"second voice {moment.number}"),
            moment.kind.value,
            moment.number,
            moment.at,
            moment.seconds,
            moment.amount,
            now,
        )


async def read_observations(connection: Connection, attempt_id: UUID) -> list[Observation]:
    """All of an attempt, in the order of their moments."""
    rows = await connection.fetch(
        "select kind, at, number, seconds, amount, label from observations where attempt_id = $1 order by at, id",
        attempt_id,
    )
    return [
        Observation(
            kind=ObservationKind(row["kind"]),
            at=row["at"],
            number=row["number"],
            seconds=float(row["seconds"]),
            amount=row["amount"],
            label=row["label"],
        )
        for row in rows
    ]
