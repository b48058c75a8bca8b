"""Receipts of judgements as they are kept: written by a worker after the judging, each chained to the one before.

A receipt's row is the signed record alone. The answers and expectations that it speaks of are put beside it when
somebody asks for its file, from where they lie, and fit its digest as long as nobody has touched them.
"""

import hashlib
import os
import platform
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from importlib import metadata
from pathlib import Path
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
from vivavoce.reports.receipt import FORMAT, MARK, digest, pack_parameters, pack_verdicts, to_canonical
from vivavoce.scoring.judgements import unpack_judgement

SALT_BYTES = 16
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")  # that change int8 results
SOURCES = ("scoring", "text", "providers/raters")
# One writer a merchant at a time, so that the chain has no fork.
LOCK = "select pg_advisory_xact_lock(hashtextextended('judgement_receipts' || $1::text, 0))"
WAITING = """
select judgements.*, attempts.interview_id, attempts.revision from judgements
join attempts on attempts.id = judgements.attempt_id
where attempt_id = $1 and erasing_at is null and not exists (
    select from judgement_receipts
    where judgement_receipts.attempt_id = judgements.attempt_id and judgement_receipts.version = judgements.version
) order by judgements.version
"""


async def write_receipts(
    database: Database, signer: Signer, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> int:
    """Writes the receipt of each judgement of the attempt that has none yet; how many."""
    async with database.tenant(merchant_id) as connection:
        await connection.execute(LOCK, str(merchant_id))
        rows = await connection.fetch(WAITING, attempt_id)
        for row in rows:
            definition, material = await _gather(connection, attempt_id, row["interview_id"], row["revision"])
            last = await connection.fetchrow(
                "select number, sha256 from judgement_receipts order by number desc limit 1"
            )
            record = _record(row, definition, material, merchant_id=merchant_id)
            record["number"] = 1 if last is None else last["number"] + 1
            record["previous"] = "" if last is None else last["sha256"]
            await connection.execute(
                "insert into judgement_receipts (merchant_id, number, attempt_id, version, sha256, previous, key,"
                " signature, record, written_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                merchant_id,
                record["number"],
                attempt_id,
                row["version"],
                digest(record),
                record["previous"],
                signer.public_key,
                signer.sign(MARK + to_canonical(record)),
                record,
                now,
            )
    return len(rows)


async def export_receipt(connection: Connection, attempt_id: UUID, *, version: int | None = None) -> bytes:
    """The file of a judgement's receipt: the latest's, or that version's. Raises NotFound."""
    row = await connection.fetchrow(
        "select judgement_receipts.*, interview_id, revision from judgement_receipts"
        " join attempts on attempts.id = attempt_id"
        " where attempt_id = $1 and ($2::int is null or version = $2) and record is not null and erasing_at is null"
        " order by version desc limit 1",
        attempt_id,
        version,
    )
    if row is None:
        raise NotFound("There is no receipt: nothing was judged here yet, or its person was erased.")
    _, material = await _gather(connection, attempt_id, row["interview_id"], row["revision"])
    whole = {"key": row["key"], "material": material, "record": row["record"], "signature": row["signature"]}
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


@cache
def code_digest() -> str:
    """SHA-256 over the files that judge, by their names."""
    root = Path(__file__).parents[1]
    whole = hashlib.sha256()
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".py", ".toml", ".json", ".txt") and file.is_file():
                whole.update(f"{file.relative_to(root).as_posix()}\n".encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


@cache
def processor_features() -> str:
    """The machine, and which of the features that change int8 results its processor has."""
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        words = set()
    return " ".join([platform.machine(), *(feature for feature in FEATURES if feature in words)])


def _record(row: Any, definition: Draft, material: dict[str, Any], *, merchant_id: UUID) -> dict[str, Any]:
    judgement = unpack_judgement(row["result"])
    session, salt = judgement.session, os.urandom(SALT_BYTES).hex()
    return {
        "format": FORMAT,
        "salt": salt,
        "merchant_id": str(merchant_id),
        "attempt_id": str(row["attempt_id"]),
        "judgement_version": row["version"],
        "judged_at": row["judged_at"].isoformat(),
        "rater": row["rater"],  # its version is a digest of its weights and rules
        "is_rough": judgement.is_rough,
        "readers": [str(reader) for reader in getattr(judgement, "readers", ())],
        "code": {"version": metadata.version("vivavoce"), "sha256": code_digest()},
        "processor": processor_features(),
        "rubric_sha256": row["rubric_digest"],
        "material_sha256": digest(material),
        "parameters": pack_parameters(definition.settings.weights),
        "session": pack_verdicts(session.verdicts, salt=salt),
        "answers": [
            {
                "step": str(step_id),
                "score": _write(answer.score),
                "verdicts": pack_verdicts(answer.verdicts, salt=salt),
                "flags": sorted(raised.flag.value for raised in answer.flags),
            }
            for step_id, answer in zip(judgement.steps, session.answers, strict=True)
        ],
        "scores": {
            "answers": _write(session.answers_score),
            "session": _write(session.session_score),
            "overall": _write(session.score),
        },
    }


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
            "text": answer.text,
            "language": answer.language,
            "is_follow_up": answer.follow_up is not None,
            "is_skipped": answer.is_skipped,
            "is_spoken": answer.is_spoken,
            "is_scored": steps[answer.step_id].is_scored,
            "is_choice": steps[answer.step_id].answered_by is AnsweredBy.CHOICE,
            "is_asking": steps[answer.step_id].answered_by is AnsweredBy.CANDIDATE_ASKS,
        }
        for answer in answers
    ]


def _write(score: Fraction | None) -> str:
    return "" if score is None else str(score)
