"""A receipt of erasure: that a person was erased, signed, so that it can be checked years later without us. Pure.

    {"key": …, "record": {…}, "signature": …}

One line of canonical JSON, as a judgement's receipt (reports/receipt.py). Signed (Ed25519) is the record, after MARK.
The record holds ids, numbers, moments and who asked: nothing that a person said, nor what they are called.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vivavoce.reports.receipt import ReceiptBroken, to_canonical

MARK = b"vivavoce erasure receipt 1\n"
FORMAT = "vivavoce erasure receipt 1"
PARTS = frozenset({"key", "record", "signature"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedAttempt:
    """An attempt that is gone. rows: how many there were of each kind; empty: an earlier version did not count them."""

    attempt_id: UUID
    erased_at: datetime
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureFacts:
    """What a receipt says. wanted_at: when the person asked on their own page; None: they did not."""

    merchant_id: UUID
    person_id: UUID
    wanted_at: datetime | None
    asked_by: str
    asked_at: datetime
    erased_at: datetime
    attempts: Sequence[ErasedAttempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedErasure:
    """A receipt that holds. key: who signed it, in hex."""

    key: str
    record: Mapping[str, Any]


def pack_erasure(facts: ErasureFacts) -> dict[str, Any]:
    """The record of a receipt."""
    return {
        "format": FORMAT,
        "merchant_id": str(facts.merchant_id),
        "person_id": str(facts.person_id),
        "wanted_by_the_person_at": "" if facts.wanted_at is None else facts.wanted_at.isoformat(),
        "asked_by": facts.asked_by,
        "asked_at": facts.asked_at.isoformat(),
        "erased_at": facts.erased_at.isoformat(),
        "own_key": "destroyed",
        "files_left": 0,
        "attempts": [
            {
                "attempt_id": str(attempt.attempt_id),
                "erased_at": attempt.erased_at.isoformat(),
                "rows": {kind: count for kind, count in attempt.rows.items() if count},
            }
            for attempt in facts.attempts
        ],
    }


def is_erasure_receipt(content: bytes) -> bool:
    """Whether it says that it is one; whether it holds is another matter."""
    try:
        return bool(json.loads(content)["record"]["format"] == FORMAT)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def check_erasure(content: bytes) -> CheckedErasure:
    """The receipt, if it holds. Raises ReceiptBroken for whatever was changed or is not signed."""
    try:
        receipt = json.loads(content)
        if set(receipt) != PARTS or receipt["record"]["format"] != FORMAT:
            raise ReceiptBroken
        key, record = receipt["key"], receipt["record"]
        told, signature = bytes.fromhex(key), bytes.fromhex(receipt["signature"])
        Ed25519PublicKey.from_public_bytes(told).verify(signature, MARK + to_canonical(record))
        # Hex has other spellings: capitals, and blanks in between.
        is_as_written = (told.hex(), signature.hex()) == (key, receipt["signature"])
        is_as_written = is_as_written and to_canonical(receipt) == content.rstrip(b"\n")
    except (InvalidSignature, ValueError, KeyError, TypeError, RecursionError):
        raise ReceiptBroken from None
    if not is_as_written:
        raise ReceiptBroken
    return CheckedErasure(key=key, record=record)
