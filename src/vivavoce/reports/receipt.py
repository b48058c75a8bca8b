"""A judgement's receipt: what it rests on, signed, so that anybody can add it up again without us. Pure.

    {"key": …, "material": {"answers": […], "rubrics": …}, "record": {…}, "signature": …}

One line of canonical JSON: keys sorted, no white space, ASCII alone, no fractions but as texts ("9/5", "0.8125"). The
record is signed (Ed25519, MARK before it). It holds the verdicts with the places of their quotes, the scores, the
parameters and digests: of the material (questions, answers and rubrics, which stand beside it in a file and nowhere in
the chain), of the rubrics, the model and the code, and of the receipt before it. A salt in it keeps its digest from
telling anything about somebody whose record was erased.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vivavoce.errors import Invalid
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.weights import ScorePart, Weights
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.total import WEIGHTS, find_mean, mix, score_verdicts
from vivavoce.scoring.verdicts import Verdict, VerdictState

MARK = b"vivavoce judgement receipt 1\n"
FORMAT = "vivavoce judgement receipt 1"
MERGING = "1"  # of the rule that makes one verdict of what is found in several places (scoring/evidence.py)
PARTS = frozenset({"key", "material", "record", "signature"})
EXACT = Fraction(1, 1_000_000)


class ReceiptBroken(Invalid):
    """This receipt is not as it was written. Don’t rely on it: ask for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReceipt:
    """A receipt that holds. key: who signed it, in hex. quotes, sums: how many were checked."""

    key: str
    record: Mapping[str, Any]
    material: Mapping[str, Any]
    quotes: int
    sums: int


def to_canonical(value: Any) -> bytes:
    """The one spelling of plain values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical spelling, in hex."""
    return hashlib.sha256(to_canonical(value)).hexdigest()


def quote_digest(salt: str, text: str) -> str:
    """Of a quote's words, with the receipt's salt."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def pack_verdicts(verdicts: Iterable[Verdict], *, salt: str) -> list[dict[str, Any]]:
    """Verdicts as a record holds them: no word of anybody, quotes by their place and their digest."""
    return [
        {
            "bracket": verdict.claim.bracket.value,
            "index": verdict.claim.index,
            "state": verdict.state.value,
            "p": repr(verdict.p),
            "doubt": "" if verdict.doubt is None else verdict.doubt.value,
            "quotes": [
                {
                    "turn": quote.turn,
                    "start": quote.start,
                    "end": quote.end,
                    "sha256": quote_digest(salt, quote.text),
                }
                for quote in verdict.quotes
            ],
        }
        for verdict in verdicts
    ]


def pack_parameters(weights: Weights) -> dict[str, Any]:
    """What the sums are made with."""
    return {
        "brackets": {bracket.value: weight for bracket, weight in WEIGHTS.items()},
        "parts": {part.value: str(weights.by_part[part]) for part in (ScorePart.ANSWERS, ScorePart.SESSION)},
        "merging": MERGING,
    }


def check_receipt(content: bytes) -> CheckedReceipt:
    """The receipt in a file, if every byte is as it was written, each quote stands where it says, and each sum holds.

    Raises ReceiptBroken, and says what is wrong.
    """
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise ReceiptBroken("This is not a receipt: the file is not JSON, or it was cut short.") from None
    if not isinstance(read, dict) or set(read) != PARTS or to_canonical(read) + b"\n" != content:
        raise ReceiptBroken("This is not a receipt as it was written: something was added, left out or laid out anew.")
    record, material, key = read["record"], read["material"], read["key"]
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(read["signature"]), MARK + to_canonical(record)
        )
        if key != key.lower() or read["signature"] != read["signature"].lower():
            raise ValueError(key)
    except (InvalidSignature, ValueError, TypeError, AttributeError):
        raise ReceiptBroken("The signature does not hold: the record or its signature was changed.") from None
    if record.get("format") != FORMAT:
        raise ReceiptBroken("This receipt is of another format: check it with the version that wrote it.")
    if digest(material) != record["material_sha256"]:
        raise ReceiptBroken("The answers or expectations in this file are not those that were judged.")
    quotes = _check_quotes(record, material)
    return CheckedReceipt(key=key, record=record, material=material, quotes=quotes, sums=_check_sums(record))


def _check_quotes(record: Mapping[str, Any], material: Mapping[str, Any]) -> int:
    texts = {answer["number"]: answer["text"] for answer in material["answers"]}
    checked = 0
    for verdict in _every(record):
        for quote in verdict["quotes"]:
            said = texts.get(quote["turn"], "")[quote["start"] : quote["end"]]
            if quote_digest(record["salt"], said) != quote["sha256"]:
                raise ReceiptBroken(f"A quote is not in the answer of turn {quote['turn']} where the receipt says.")
            checked += 1
        if verdict["state"] != VerdictState.NOT_DISCUSSED.value and not verdict["quotes"]:
            raise ReceiptBroken("A finding has no quote.")
    return checked


def _check_sums(record: Mapping[str, Any]) -> int:
    if record["parameters"]["brackets"] != {bracket.value: weight for bracket, weight in WEIGHTS.items()}:
        raise ReceiptBroken("This receipt was added up by other weights of brackets than this version's.")
    scores, sums = record["scores"], 0
    by_answer = [_read(answer["score"]) for answer in record["answers"]]
    for answer, score in zip(record["answers"], by_answer, strict=True):
        if score is not None:
            _compare(score, score_verdicts(unpack_verdicts(answer["verdicts"])), "an answer")
            sums += 1
    session = score_verdicts(unpack_verdicts(record["session"]))
    _compare(_read(scores["answers"]), find_mean(by_answer), "the answers")
    _compare(_read(scores["session"]), session, "the whole interview")
    parts = {ScorePart(name): Fraction(weight) for name, weight in record["parameters"]["parts"].items()}
    overall = mix(answers=find_mean(by_answer), session=session, weights=Weights(by_part=parts, enough_score=None))
    _compare(_read(scores["overall"]), overall, "the score")
    return sums + 3


def unpack_verdicts(packed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Verdicts of a record, without the words that it does not hold."""
    return [
        Verdict(
            claim=Claim(bracket=Bracket(verdict["bracket"]), index=verdict["index"], text=""),
            state=VerdictState(verdict["state"]),
            p=float(verdict["p"]),
        )
        for verdict in packed
    ]


def _compare(told: Fraction | None, reckoned: Fraction | None, what: str) -> None:
    if (told is None) != (reckoned is None) or (
        told is not None and reckoned is not None and abs(told - reckoned) > EXACT
    ):
        raise ReceiptBroken(f"The sum of {what} does not follow from the findings.")


def _read(score: str) -> Fraction | None:
    return Fraction(score) if score else None


def _every(record: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield from record["session"]
    for answer in record["answers"]:
        yield from answer["verdicts"]
