"""Receipts of erasure as they are kept: one a person, written once all of them is gone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.attempts.tasks import TaskKind
from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event
from vivavoce.merchants.keys import Signer
from vivavoce.reports.erasure_receipt import MARK, ErasedAttempt, ErasureFacts, pack_erasure
from vivavoce.reports.receipt import to_canonical

# Who asked first, and that the key is gone with the rows.
PERSON = """
select erasing_by, erasing_at, erased_at,
    (select min(created_at) from tasks where candidate_id = $1 and kind = $2) as wanted_at
from candidates
where id = $1 and erased_at is not null and not exists (select from own_keys where candidate_id = $1)
"""
ATTEMPTS = """
select attempts.id, erased_at, (
    select data from events where subject_id = attempts.id and kind = $2 order by events.id limit 1
) as rows
from attempts where candidate_id = $1 order by attempts.id
"""


async def write_erasure_receipt(
    database: Database, signer: Signer, *, merchant_id: UUID, candidate_id: UUID, now: datetime
) -> None:
    """Writes the receipt of somebody who is erased; where there is one already, or something is left, nothing."""
    async with database.tenant(merchant_id) as connection:
        person = await connection.fetchrow(PERSON, candidate_id, TaskKind.ERASURE_WANTED.value)
        if person is None:
            return
        attempts = await connection.fetch(ATTEMPTS, candidate_id, Event.ATTEMPT_ERASED.value)
        facts = ErasureFacts(
            merchant_id=merchant_id,
            person_id=candidate_id,
            wanted_at=person["wanted_at"],
            asked_by=person["erasing_by"],
            asked_at=person["erasing_at"],
            erased_at=person["erased_at"],
            attempts=[
                ErasedAttempt(attempt_id=row["id"], erased_at=row["erased_at"], rows=row["rows"] or {})
                for row in attempts
            ],
        )
        record = pack_erasure(facts)
        await connection.execute(
            "insert into erasure_receipts (merchant_id, candidate_id, key, signature, record, written_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            merchant_id,
            candidate_id,
            signer.public_key,
            signer.sign(MARK + to_canonical(record)),
            record,
            now,
        )


async def find_erasure_receipt(connection: Connection, candidate_id: UUID) -> dict[str, Any] | None:
    """The receipt of somebody who was erased; None while something is left, or nobody of this id is known."""
    row = await connection.fetchrow(
        "select key, signature, record from erasure_receipts where candidate_id = $1", candidate_id
    )
    return None if row is None else {"key": row["key"], "record": row["record"], "signature": row["signature"]}


def to_receipt_file(receipt: dict[str, Any]) -> bytes:
    """A receipt as a file: one line."""
    return to_canonical(receipt) + b"\n"
