"""Whether a receipt's file is as it was written: every byte, every quote, every sum, every link. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vivavoce.reports.receipt import (
    JUDGEMENT,
    JUDGEMENT_1,
    MERGED_ALIKE,
    MERGING,
    OVERTURN,
    ReceiptBroken,
    add_up,
    carry,
    digest,
    digest_of_answer,
    find_before,
    put_change,
    read_score,
    salted_digest,
    to_canonical,
    to_sealed,
    to_signed,
    unpack_verdicts,
)
from vivavoce.scoring.merging import merge
from vivavoce.scoring.total import WEIGHTS, find_mean, score_verdicts
from vivavoce.scoring.verdicts import VerdictState

PARTS_1 = frozenset({"key", "material", "record", "signature"})
PARTS = PARTS_1 | {"as_of", "overturns", "seal"}
PARTS_OF_OVERTURN = frozenset({"key", "reason", "record", "signature"})
EXACT = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReceipt:
    """A receipt that holds. keys: who signed any of it, in hex. quotes, findings, sums: how many were checked.

    overturns: the records of what people changed, the first one first. holds: what the judgement comes to with them.
    """

    keys: tuple[str, ...]
    record: Mapping[str, Any]
    material: Mapping[str, Any]
    overturns: Sequence[Mapping[str, Any]]
    holds: Mapping[str, Fraction | None]
    quotes: int
    findings: int
    sums: int


def check_receipt(content: bytes) -> CheckedReceipt:
    """The receipt in a file, if every byte is as it was written, each quote stands where it says, and each sum holds.

    Raises ReceiptBroken, and says what is wrong.
    """
    try:
        read = json.loads(content)
        spelled = to_canonical(read) + b"\n"
    except (ValueError, RecursionError):
        raise ReceiptBroken("This is not a receipt: the file is not JSON, or it was cut short.") from None
    if not isinstance(read, dict) or set(read) not in (PARTS, PARTS_1) or spelled != content:
        raise ReceiptBroken("This is not a receipt as it was written: something was added, left out or laid out anew.")
    try:
        return _check(read)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
        raise ReceiptBroken("This is not a receipt as it was written: something in it is of another kind.") from None


def _check(read: Mapping[str, Any]) -> CheckedReceipt:
    keys = dict.fromkeys(_check_signatures(read))
    record, material = read["record"], read["material"]
    if record["format"] == JUDGEMENT and "seal" not in read:
        raise ReceiptBroken("This is not a receipt as it was written: its seal was left out.")
    if digest(material) != record["material_sha256"]:
        raise ReceiptBroken("The answers or expectations in this file are not those that were judged.")
    quotes, findings, sums = _check_quotes(record, material), _check_findings(record), _check_sums(record)
    _check_answers(record, material)
    overturns = read.get("overturns", [])
    holds = _check_overturns(record, overturns)
    return CheckedReceipt(
        keys=tuple(keys),
        record=record,
        material=material,
        overturns=[overturn["record"] for overturn in overturns],
        holds=holds,
        quotes=quotes,
        findings=findings,
        sums=sums + len(overturns),
    )


def _check_signatures(read: Mapping[str, Any]) -> Iterable[str]:
    """Everybody who signed something of the file."""
    _check_signed(read, formats=(JUDGEMENT, JUDGEMENT_1))
    yield read["key"]
    if "seal" not in read:
        return
    seal = read["seal"]
    if not _is_signed(seal.get("key"), seal.get("signature"), to_sealed(read)) or set(seal) != {"key", "signature"}:
        raise ReceiptBroken("The seal does not hold: something in this file was changed, added or left out.")
    yield seal["key"]
    for overturn in read["overturns"]:
        if set(overturn) != PARTS_OF_OVERTURN:
            raise ReceiptBroken("A change that a person made is not on record as it was written.")
        _check_signed(overturn, formats=(OVERTURN,))
        yield overturn["key"]


def _check_signed(part: Mapping[str, Any], *, formats: Sequence[str]) -> None:
    record = part["record"]
    if not isinstance(record, dict) or not isinstance(record.get("format"), str):
        raise ReceiptBroken("The signature does not hold: the record or its signature was changed.")
    if not _is_signed(part["key"], part["signature"], to_signed(record)):
        raise ReceiptBroken("The signature does not hold: the record or its signature was changed.")
    if record["format"] not in formats:
        raise ReceiptBroken("This receipt is of another format: check it with the version that wrote it.")


def _is_signed(key: Any, signature: Any, message: bytes) -> bool:
    try:
        told, signed = bytes.fromhex(key), bytes.fromhex(signature)
        if (told.hex(), signed.hex()) != (key, signature):
            return False  # hex has other spellings: capitals, and blanks in between
        Ed25519PublicKey.from_public_bytes(told).verify(signed, message)
    except (InvalidSignature, ValueError, TypeError, AttributeError):
        return False
    return True


def _check_quotes(record: Mapping[str, Any], material: Mapping[str, Any]) -> int:
    texts = {answer["number"]: answer["text"] for answer in material["answers"]}
    checked = 0
    for verdict in _every(record):
        of_readers = [quote for finding in verdict.get("findings", ()) for quote in finding["quotes"]]
        for quote in [*verdict["quotes"], *of_readers]:
            said = texts.get(quote["turn"], "")[quote["start"] : quote["end"]]
            if salted_digest(record["salt"], said) != quote["sha256"]:
                raise ReceiptBroken(f"A quote is not in the answer of turn {quote['turn']} where the receipt says.")
            checked += 1
        if verdict["state"] != VerdictState.NOT_DISCUSSED.value and not verdict["quotes"]:
            raise ReceiptBroken("A finding has no quote.")
    return checked


def _check_findings(record: Mapping[str, Any]) -> int:
    """Each verdict follows from what its readers said, by the rule that merges them; or it fell, and says why."""
    checked = 0
    for verdict in unpack_verdicts(list(_every(record))):
        if not verdict.findings:
            continue
        if record["parameters"]["merging"] not in (MERGING, *MERGED_ALIKE):
            raise ReceiptBroken("This receipt was merged by another version of the rule than this version's.")
        merged = merge(verdict.claim, verdict.findings)
        fell = verdict.state is VerdictState.NOT_DISCUSSED and verdict.doubt is not None
        if merged.state is not verdict.state and not fell:
            raise ReceiptBroken("A finding does not follow from what the readers said.")
        checked += len(verdict.findings)
    return checked


def _check_answers(record: Mapping[str, Any], material: Mapping[str, Any]) -> None:
    """Each judged answer is the very one that stands in the material."""
    for answer in record["answers"]:
        if "sha256" in answer and answer["sha256"] != digest_of_answer(material["answers"], answer["step"]):
            raise ReceiptBroken("An answer in this file is not the one that was judged.")


def _check_sums(record: Mapping[str, Any]) -> int:
    if record["parameters"]["brackets"] != {bracket.value: weight for bracket, weight in WEIGHTS.items()}:
        raise ReceiptBroken("This receipt was added up by other weights of brackets than this version's.")
    scores, sums = record["scores"], 0
    for answer in record["answers"]:
        score = read_score(answer["score"])
        if score is not None:
            _compare(score, score_verdicts(unpack_verdicts(answer["verdicts"])), "an answer")
            sums += 1
    _compare(
        read_score(scores["answers"]),
        find_mean(read_score(answer["score"]) for answer in record["answers"]),
        "the answers",
    )
    _compare_all(scores, add_up(record, {}, None))
    return sums + 3


def _check_overturns(
    record: Mapping[str, Any], overturns: Sequence[Mapping[str, Any]]
) -> Mapping[str, Fraction | None]:
    """What holds after everything that people changed: each change in its place, with its reason, and its sum."""
    states, score = carry(record.get("carried", ()))
    holds = add_up(record, states, score)
    if "holds" in record:
        _compare_all(record["holds"], holds)
    whole, last = digest(record), record
    for order, overturn in enumerate(overturns, 1):
        change = overturn["record"]
        if (change["judgement_sha256"], change["order"]) != (whole, order):
            raise ReceiptBroken("A change that a person made is missing, or belongs to another judgement.")
        if change["number"] <= last["number"] or (
            change["number"] == last["number"] + 1 and change["previous"] != digest(last)
        ):
            raise ReceiptBroken("The chain is broken: a record does not follow the one before it.")
        if salted_digest(change["salt"], overturn["reason"]) != change["reason_sha256"]:
            raise ReceiptBroken("The reason of a change is not the one that was given.")
        if change["before"] != find_before(record, change["place"], states, holds["overall"]):
            raise ReceiptBroken("What stood there before a change is not what the receipt says.")
        score = put_change(change, states, score)
        holds = add_up(record, states, score)
        _compare_all(change["scores"], holds)
        last = change
    return holds


def _compare_all(told: Mapping[str, str], reckoned: Mapping[str, Fraction | None]) -> None:
    for name, what in (("answers", "the answers"), ("session", "the whole interview"), ("overall", "the score")):
        _compare(read_score(told[name]), reckoned[name], what)


def _compare(told: Fraction | None, reckoned: Fraction | None, what: str) -> None:
    if (told is None) != (reckoned is None) or (
        told is not None and reckoned is not None and abs(told - reckoned) > EXACT
    ):
        raise ReceiptBroken(f"The sum of {what} does not follow from the findings.")


def _every(record: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield from record["session"]
    for answer in record["answers"]:
        yield from answer["verdicts"]
