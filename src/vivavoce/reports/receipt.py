"""A judgement's receipt: what it rests on, signed, so that anybody can add it up again without us. Pure.

    {"as_of": …, "key": …, "material": {"answers": […], "rubrics": …}, "overturns": [{"key": …, "reason": …,
     "record": {…}, "signature": …}, …], "record": {…}, "seal": {"key": …, "signature": …}, "signature": …}

One line of canonical JSON: keys sorted, no white space, ASCII alone, no fractions but as texts ("9/5", "0.8125"). Each
record is signed (Ed25519, its format and a line's end before it) and is a link of the merchant's chain. A judgement's
holds the verdicts with the places of their quotes, what each reader said, the scores, the parameters and digests: of
the material (questions, answers and rubrics, which stand beside it in a file and nowhere in the chain), of the rubrics,
the model, the prompts, the code, and of the link before it. What a person changed of it has a record of its own, with
the sum that holds from then on. The seal is of the whole file, so that none of them can be left out. A salt in each
record keeps its digest from telling anything about somebody whose records were erased.

A file of the first format has neither `as_of`, `overturns` nor `seal`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from vivavoce.errors import Invalid
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.weights import ScorePart, Weights
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.total import WEIGHTS, find_mean, mix, score_verdicts
from vivavoce.scoring.verdicts import Doubt, Quote, ReaderFinding, ReadPart, Sureness, Verdict, VerdictState

JUDGEMENT_1 = "vivavoce judgement receipt 1"  # without what readers said, prompts, and what people changed
JUDGEMENT = "vivavoce judgement receipt 2"
OVERTURN = "vivavoce overturn receipt 1"
SEALED = b"vivavoce receipt file 2\n"
# Of the rules that make one verdict: of what is found in several places (scoring/evidence.py), and of what several
# readers say (scoring/merging.py).
MERGING = {"places": "1", "readers": "2"}
MERGED_ALIKE = ({"places": "1", "readers": "1"},)  # what these have merged, today's rule merges alike

PlaceOnRecord = tuple[str, str, int]  # whose claim ('': the interview's own), its bracket, its place there


class ReceiptBroken(Invalid):
    """This receipt is not as it was written. Don’t rely on it: ask for a new one."""


def to_canonical(value: Any) -> bytes:
    """The one spelling of plain values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical spelling, in hex."""
    return hashlib.sha256(to_canonical(value)).hexdigest()


def salted_digest(salt: str, text: str) -> str:
    """Of somebody's words, with their record's salt."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def to_signed(record: Mapping[str, Any]) -> bytes:
    """The bytes of a record that its signature is of."""
    return f"{record['format']}\n".encode() + to_canonical(record)


def to_sealed(whole: Mapping[str, Any]) -> bytes:
    """The bytes of a file that its seal is of."""
    return SEALED + to_canonical({name: part for name, part in whole.items() if name != "seal"})


def pack_verdicts(verdicts: Iterable[Verdict], *, salt: str) -> list[dict[str, Any]]:
    """Verdicts as a record holds them: no word of anybody, quotes by their place and their digest."""
    return [
        {
            "bracket": verdict.claim.bracket.value,
            "index": verdict.claim.index,
            "state": verdict.state.value,
            "p": repr(verdict.p),
            "doubt": "" if verdict.doubt is None else verdict.doubt.value,
            "quotes": _pack_quotes(verdict.quotes, salt=salt),
            "findings": [
                {
                    "part": finding.part.value,
                    "round": finding.round,
                    "reader": finding.reader,
                    "state": finding.state.value,
                    "sure": finding.sure.value,
                    "quotes": _pack_quotes(finding.quotes, salt=salt),
                }
                for finding in verdict.findings
            ],
        }
        for verdict in verdicts
    ]


def _pack_quotes(quotes: Iterable[Quote], *, salt: str) -> list[dict[str, Any]]:
    return [
        {"turn": quote.turn, "start": quote.start, "end": quote.end, "sha256": salted_digest(salt, quote.text)}
        for quote in quotes
    ]


def pack_parameters(weights: Weights) -> dict[str, Any]:
    """What the sums are made with."""
    return {
        "brackets": {bracket.value: weight for bracket, weight in WEIGHTS.items()},
        "parts": {part.value: str(weights.by_part[part]) for part in (ScorePart.ANSWERS, ScorePart.SESSION)},
        "merging": dict(MERGING),
    }


def unpack_verdicts(packed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Verdicts of a record, without the words that it does not hold."""
    return [
        Verdict(
            claim=Claim(bracket=Bracket(verdict["bracket"]), index=verdict["index"], text=""),
            state=VerdictState(verdict["state"]),
            p=float(verdict["p"]),
            doubt=Doubt(verdict["doubt"]) if verdict["doubt"] else None,
            findings=tuple(map(_unpack_finding, verdict.get("findings", ()))),
        )
        for verdict in packed
    ]


def _unpack_finding(packed: Mapping[str, Any]) -> ReaderFinding:
    return ReaderFinding(
        part=ReadPart(packed["part"]),
        round=packed["round"],
        reader=packed["reader"],
        state=VerdictState(packed["state"]),
        sure=Sureness(packed["sure"]),
        quotes=tuple(
            Quote(turn=quote["turn"], start=quote["start"], end=quote["end"], text="") for quote in packed["quotes"]
        ),
    )


def write_score(score: Fraction | None) -> str:
    """A score as a record holds it: exact; '' where there is none."""
    return "" if score is None else str(score)


def read_score(written: str) -> Fraction | None:
    """The score that was written so."""
    return Fraction(written) if written else None


def add_up(
    record: Mapping[str, Any], states: Mapping[PlaceOnRecord, str], score: Fraction | None
) -> dict[str, Fraction | None]:
    """What a judgement's record comes to with these verdicts of people in place of the program's.

    score: what a person put in the sum's place, 0 to 10; None: nothing did.
    """
    by_answer = [
        score_verdicts(changed)
        if (changed := _change(answer["verdicts"], answer["step"], states)) is not None
        else read_score(answer["score"])
        for answer in record["answers"]
    ]
    of_session = _change(record["session"], "", states)
    session = score_verdicts(unpack_verdicts(record["session"]) if of_session is None else of_session)
    answers = find_mean(by_answer)
    parts = {ScorePart(name): Fraction(weight) for name, weight in record["parameters"]["parts"].items()}
    weights = Weights(by_part=parts, enough_score=None)
    overall = mix(answers=answers, session=session, weights=weights) if score is None else score
    return {"answers": answers, "session": session, "overall": overall}


def _change(
    packed: Sequence[Mapping[str, Any]], step: str, states: Mapping[PlaceOnRecord, str]
) -> list[Verdict] | None:
    """The verdicts with what was changed; None: nothing of them was."""
    held = [states.get((step, verdict["bracket"], verdict["index"]), verdict["state"]) for verdict in packed]
    if held == [verdict["state"] for verdict in packed]:
        return None
    return unpack_verdicts([{**verdict, "state": state} for verdict, state in zip(packed, held, strict=True)])


def carry(carried: Iterable[Mapping[str, Any]]) -> tuple[dict[PlaceOnRecord, str], Fraction | None]:
    """What people had changed of an earlier judgement, and still holds: verdicts by their place, and the score."""
    states: dict[PlaceOnRecord, str] = {}
    score: Fraction | None = None
    for change in carried:
        score = put_change(change, states, score)
    return states, score


def put_change(change: Mapping[str, Any], states: dict[PlaceOnRecord, str], score: Fraction | None) -> Fraction | None:
    """Puts the change into the verdicts that hold; the score that a person has put in the sum's place, or None."""
    place = change["place"]
    if place is None:
        return read_score(change["after"])
    key = (place["step"], place["bracket"], place["index"])
    if change["after"]:
        states[key] = change["after"]
    else:
        states.pop(key, None)
    return score


def find_before(
    record: Mapping[str, Any],
    place: Mapping[str, Any] | None,
    states: Mapping[PlaceOnRecord, str],
    overall: Fraction | None,
) -> str:
    """What holds at a place before it is changed: a verdict's state, or the score."""
    if place is None:
        return "" if overall is None else str(overall)
    verdicts = record["session"] if not place["step"] else _verdicts_of(record, place["step"])
    state = next(
        (
            verdict["state"]
            for verdict in verdicts
            if (verdict["bracket"], verdict["index"]) == (place["bracket"], place["index"])
        ),
        "",
    )
    return states.get((place["step"], place["bracket"], place["index"]), state)


def _verdicts_of(record: Mapping[str, Any], step: str) -> Sequence[Mapping[str, Any]]:
    return next((answer["verdicts"] for answer in record["answers"] if answer["step"] == step), ())


def digest_of_answer(answers: Iterable[Mapping[str, Any]], step: str) -> str:
    """Of everything that was said to one question, out of a receipt's material."""
    return digest([answer for answer in answers if answer["step"] == step])
