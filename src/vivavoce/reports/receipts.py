"""Receipts as they are kept: written by a worker after a judgement, or after a person changed it, each chained to the
one before.

A receipt's row is the signed record alone. The answers and expectations that it speaks of, and the reasons that people
gave, are put beside it when somebody asks for its file, from where they lie, and fit its digests as long as nobody has
touched them.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.keep import read_answers
from vivavoce.db.database import Connection, Database
from vivavoce.errors import NotFound
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.interviews.versions import read_version
from vivavoce.merchants.keys import Signer
from vivavoce.reports.receipt import (
    JUDGEMENT,
    OVERTURN,
    add_up,
    carry,
    digest,
    digest_of_answer,
    find_before,
    pack_parameters,
    pack_verdicts,
    put_change,
    salted_digest,
    to_canonical,
    to_sealed,
    to_signed,
    write_score,
)
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import unpack_judgement
from vivavoce.scoring.overturns import Overturn, read_overturns
from vivavoce.scoring.provenance import find_provenance

SALT_BYTES = 16
# One writer a merchant at a time, so that the chain has no fork.
LOCK = "select pg_advisory_xact_lock(hashtextextended('judgement_receipts' || $1::text, 0))"
INSERT = """
insert into judgement_receipts
    (merchant_id, number, attempt_id, version, overturn_id, sha256, previous, key, signature, record, written_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


@dataclass(slots=True, kw_only=True)
class _Chain:
    """The end of a merchant's chain, to which records of one attempt are added. written: how many were."""

    connection: Connection
    signer: Signer
    merchant_id: UUID
    attempt_id: UUID
    now: datetime
    number: int
    last: str
    written: int = 0

    async def add(self, record: dict[str, Any], *, version: int, overturn_id: UUID | None = None) -> dict[str, Any]:
        """The record as the next link: numbered, chained, signed, kept."""
        self.number += 1
        record |= {"number": self.number, "previous": self.last}
        previous, self.last = self.last, digest(record)
        await self.connection.execute(
            INSERT,
            self.merchant_id,
            self.number,
            self.attempt_id,
            version,
            overturn_id,
            self.last,
            previous,
            self.signer.public_key,
            self.signer.sign(to_signed(record)),
            record,
            self.now,
        )
        self.written += 1
        return record


async def write_receipts(
    database: Database, signer: Signer, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> int:
    """Puts each judgement of the attempt on record, and each change of it, that isn't there yet; how many."""
    async with database.tenant(merchant_id) as connection:
        await connection.execute(LOCK, str(merchant_id))
        attempt = await connection.fetchrow(
            "select interview_id, revision from attempts where id = $1 and erasing_at is null", attempt_id
        )
        if attempt is None:
            return 0
        last = await connection.fetchrow("select number, sha256 from judgement_receipts order by number desc limit 1")
        chain = _Chain(
            connection=connection,
            signer=signer,
            merchant_id=merchant_id,
            attempt_id=attempt_id,
            now=now,
            number=0 if last is None else last["number"],
            last="" if last is None else last["sha256"],
        )
        kept = {
            (row["version"], row["overturn_id"]): row["record"]
            for row in await connection.fetch(
                "select version, overturn_id, record from judgement_receipts where attempt_id = $1", attempt_id
            )
        }
        overturns = await read_overturns(connection, attempt_id)
        for row in await connection.fetch(
            "select * from judgements where attempt_id = $1 order by version", attempt_id
        ):
            version = row["version"]
            record = kept.get((version, None))
            if record is None:
                before = [_to_change(overturn) for overturn in overturns if overturn.version < version]
                gathered = await _gather(connection, attempt_id, attempt["interview_id"], attempt["revision"])
                record = await chain.add(_to_record(row, *gathered, before, merchant_id), version=version)
            await _put_overturns(
                chain, kept, record, [overturn for overturn in overturns if overturn.version == version], version
            )
        return chain.written


async def _put_overturns(
    chain: _Chain,
    kept: Mapping[tuple[int, UUID | None], Any],
    record: dict[str, Any],
    overturns: Sequence[Overturn],
    version: int,
) -> None:
    """Puts what people changed of one judgement on record, in its order."""
    states, score = carry(record.get("carried", ()))
    for order, overturn in enumerate(overturns, 1):
        change, salt = _to_change(overturn), os.urandom(SALT_BYTES).hex()
        before = find_before(record, change["place"], states, add_up(record, states, score)["overall"])
        score = put_change(change, states, score)
        if (version, overturn.id) in kept:
            continue
        made = {
            "format": OVERTURN,
            "salt": salt,
            "merchant_id": str(chain.merchant_id),
            "attempt_id": str(chain.attempt_id),
            "judgement_version": version,
            "judgement_sha256": digest(record),
            "order": order,
            "overturn_id": str(overturn.id),
            "overturned_at": overturn.at.isoformat(),
            "overturned_by": overturn.account,
            "reason_sha256": salted_digest(salt, overturn.reason),
            "place": change["place"],
            "before": before,
            "after": change["after"],
            "scores": _write_all(add_up(record, states, score)),
        }
        await chain.add(made, version=version, overturn_id=overturn.id)


async def export_receipt(
    connection: Connection, signer: Signer, attempt_id: UUID, *, now: datetime, version: int | None = None
) -> bytes:
    """The file of a judgement's receipt, with what people changed of it, sealed: the latest's, or that version's.

    Raises NotFound.
    """
    row = await connection.fetchrow(
        "select judgement_receipts.*, interview_id, revision from judgement_receipts"
        " join attempts on attempts.id = attempt_id"
        " where attempt_id = $1 and ($2::int is null or version = $2) and overturn_id is null"
        " and record is not null and erasing_at is null order by version desc limit 1",
        attempt_id,
        version,
    )
    if row is None:
        raise NotFound("There is no receipt: nothing was judged here yet, or its person was erased.")
    overturns = await connection.fetch(
        "select judgement_receipts.*, reason from judgement_receipts join overturns on overturns.id = overturn_id"
        " where judgement_receipts.attempt_id = $1 and judgement_receipts.version = $2 and record is not null"
        " order by number",
        attempt_id,
        row["version"],
    )
    _, material = await _gather(connection, attempt_id, row["interview_id"], row["revision"])
    whole = {
        **_to_part(row),
        "as_of": now.isoformat(),
        "material": material,
        "overturns": [{**_to_part(overturn), "reason": overturn["reason"]} for overturn in overturns],
    }
    whole["seal"] = {"key": signer.public_key, "signature": signer.sign(to_sealed(whole))}
    return to_canonical(whole) + b"\n"


async def check_chain(connection: Connection) -> list[int]:
    """The numbers at which the merchant's chain does not hold: a row is missing, or is not as it was written."""
    broken, number, before = [], 0, ""
    async for row in connection.cursor("select * from judgement_receipts order by number"):
        number += 1
        is_whole = row["number"] == number and row["previous"] == before
        if row["record"] is not None:
            is_whole = is_whole and digest(row["record"]) == row["sha256"]
        if not is_whole:
            broken.append(row["number"])
        number, before = row["number"], row["sha256"]
    return broken


def _to_part(row: Any) -> dict[str, Any]:
    return {"key": row["key"], "record": row["record"], "signature": row["signature"]}


def _to_record(
    row: Any, definition: Draft, material: dict[str, Any], before: Sequence[Mapping[str, Any]], merchant_id: UUID
) -> dict[str, Any]:
    """A judgement's record, without its place in the chain. before: what people had changed of earlier ones."""
    judgement = unpack_judgement(row["result"])
    session, salt = judgement.session, os.urandom(SALT_BYTES).hex()
    # One that was kept before it said so is told by the files that write its receipt.
    made_with = judgement.provenance or find_provenance({})
    record: dict[str, Any] = {
        "format": JUDGEMENT,
        "salt": salt,
        "merchant_id": str(merchant_id),
        "attempt_id": str(row["attempt_id"]),
        "judgement_version": row["version"],
        "judged_at": row["judged_at"].isoformat(),
        "rater": row["rater"],  # its version is a digest of its weights and rules
        "is_rough": judgement.is_rough,
        "readers": list(judgement.readers),
        "prompts": dict(made_with.prompts),
        "code": {"version": made_with.code_version, "sha256": made_with.code_sha256},
        "processor": made_with.processor,
        "rubric_sha256": row["rubric_digest"],
        "material_sha256": digest(material),
        "parameters": pack_parameters(definition.settings.weights),
        "session": pack_verdicts(session.verdicts, salt=salt),
        "answers": _pack_judged(judgement, material, salt=salt),
        "scores": {
            "answers": write_score(session.answers_score),
            "session": write_score(session.session_score),
            "overall": write_score(session.score),
        },
        "carried": before,
    }
    record["holds"] = _write_all(add_up(record, *carry(before)))
    return record


def _pack_judged(judgement: Judgement, material: Mapping[str, Any], *, salt: str) -> list[dict[str, Any]]:
    return [
        {
            "step": str(step_id),
            "sha256": digest_of_answer(material["answers"], str(step_id)),
            "score": write_score(answer.score),
            "verdicts": pack_verdicts(answer.verdicts, salt=salt),
            "flags": sorted(raised.flag.value for raised in answer.flags),
        }
        for step_id, answer in zip(judgement.steps, judgement.session.answers, strict=True)
    ]


def _to_change(overturn: Overturn) -> dict[str, Any]:
    """What somebody changed, as records hold it. place: None: the score; after: '': the program's own holds again."""
    if overturn.place is None:
        after = write_score(None if overturn.score is None else Fraction(overturn.score))
        return {"overturn_id": str(overturn.id), "place": None, "after": after}
    step_id, bracket, index = overturn.place
    return {
        "overturn_id": str(overturn.id),
        "place": {"step": "" if step_id is None else str(step_id), "bracket": bracket.value, "index": index},
        "after": "" if overturn.state is None else overturn.state.value,
    }


def _write_all(scores: Mapping[str, Fraction | None]) -> dict[str, str]:
    return {name: write_score(score) for name, score in scores.items()}


async def _gather(
    connection: Connection, attempt_id: UUID, interview_id: UUID, revision: int
) -> tuple[Draft, dict[str, Any]]:
    definition = await read_version(connection, interview_id, revision)
    rubrics = await connection.fetchval(
        "select definition from rubrics where interview_id = $1 and revision = $2", interview_id, revision
    )
    answers = [kept.counting for kept in await read_answers(connection, attempt_id)]
    return definition, {"answers": _pack_answers(answers, definition), "rubrics": rubrics}


def _pack_answers(answers: Sequence[Answer], definition: Draft) -> list[dict[str, Any]]:
    steps = {step.id: step.question for step in definition.steps}
    return [
        {
            "number": answer.number,
            "step": str(answer.step_id),
            "question": answer.asked,
            "text": answer.own_words,  # as it was judged
            "language": answer.language,
            "is_follow_up": answer.follow_up is not None,
            "is_skipped": answer.counts_as_skipped,
            "is_spoken": answer.is_spoken,
            "is_scored": steps[answer.step_id].is_scored,
            "is_choice": steps[answer.step_id].answered_by is AnsweredBy.CHOICE,
            "is_asking": steps[answer.step_id].answered_by is AnsweredBy.CANDIDATE_ASKS,
        }
        for answer in answers
    ]
