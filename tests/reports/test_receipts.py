"""Receipts of judgements: whatever is changed is found, each sum and quote is checked, and the chain has no hole."""

import json
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from tests.builders import KEYS, NOW, House, store_in
from tests.scoring.lexical import LexicalRater
from tests.scoring.test_score import STRONG, TAUGHT, handed_in
from vivavoce.attempts.erase import erase_person
from vivavoce.candidates.links import Seat
from vivavoce.cli.receipt import verify_receipt
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, VivavoceError
from vivavoce.merchants.keys import Signer
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.reports.audit_folder import AuditSettings, gather_folder
from vivavoce.reports.receipt import MARK, ReceiptBroken, check_receipt, digest, to_canonical
from vivavoce.reports.receipts import check_chain, export_receipt, write_receipts
from vivavoce.reports.rejudge import rejudge
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.score import score_attempt
from vivavoce.sound.retention import files_in

FEW, MANY = 300, 10_000


async def a_receipt(database: Database, house: House, *said: str) -> tuple[Seat, UUID, bytes]:
    seat, attempt_id, _ = await handed_in(database, house, list(said) or [STRONG, TAUGHT])
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    await score_attempt(database, LexicalRater(), now=NOW, **whose)
    assert await write_receipts(database, KEYS.signer, now=NOW, **whose) == 1
    assert await write_receipts(database, KEYS.signer, now=NOW, **whose) == 0
    async with database.tenant(seat.merchant_id) as connection:
        return seat, attempt_id, await export_receipt(connection, attempt_id)


def missed(content: bytes, *, changes: int) -> list[str]:
    """Changes that nobody noticed: a bit turned, a byte left out, doubled, put elsewhere."""
    chance, found = random.Random(20261129), []
    for _ in range(changes):
        place, other = chance.randrange(len(content)), chance.randrange(len(content))
        kind = chance.choice(["turned", "left out", "doubled", "put elsewhere", "another case"])
        byte = content[place : place + 1]
        changed = {
            "turned": content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :],
            "left out": content[:place] + content[place + 1 :],
            "doubled": content[:place] + byte + content[place:],
            "put elsewhere": content[:other] + byte + content[other + 1 :],
            "another case": content[:place] + byte.swapcase() + content[place + 1 :],
        }[kind]
        if changed == content:
            continue
        try:
            check_receipt(changed)
        except ReceiptBroken:
            continue
        found.append(f"{kind} at {place}")
    return found


async def test_a_receipt_holds_and_any_change_of_it_is_found(database: Database, house: House) -> None:
    _, _, content = await a_receipt(database, house)
    held = check_receipt(content)
    assert (held.key, held.quotes > 2, held.sums) == (KEYS.signer.public_key, True, 4)
    assert missed(content, changes=FEW) == []
    assert STRONG not in json.dumps(held.record)


@pytest.mark.nightly
async def test_ten_thousand_changes_are_found(database: Database, house: House) -> None:
    _, _, content = await a_receipt(database, house)
    assert missed(content, changes=MANY) == []


async def test_a_receipt_that_was_signed_anew_is_found_by_its_sums_its_quotes_or_its_key(
    database: Database, house: House, tmp_path: Path
) -> None:
    _, _, content = await a_receipt(database, house)
    forger = Signer(b"f" * 32)

    def forged(change: Any) -> bytes:
        whole = json.loads(content)
        change(whole["record"], whole["material"])
        whole["record"]["material_sha256"] = digest(whole["material"])
        whole["key"] = forger.public_key
        whole["signature"] = forger.sign(MARK + to_canonical(whole["record"]))
        return to_canonical(whole) + b"\n"

    def raise_score(record: Any, _: Any) -> None:
        record["scores"]["overall"] = "19/2"

    def move_quote(record: Any, _: Any) -> None:
        record["session"][0]["quotes"][0]["start"] += 1

    def put_words(_: Any, material: Any) -> None:
        material["answers"][0]["text"] = "I did everything. " + material["answers"][0]["text"]

    def drop_quote(record: Any, _: Any) -> None:
        record["session"][0]["quotes"] = []

    for change, why in ((raise_score, "sum"), (move_quote, "quote"), (put_words, "quote"), (drop_quote, "no quote")):
        with pytest.raises(ReceiptBroken, match=why):
            check_receipt(forged(change))
    file = tmp_path / "receipt.json"
    file.write_bytes(forged(lambda record, material: None))
    assert CliRunner().invoke(verify_receipt, [str(file)]).exit_code == 0
    told = CliRunner().invoke(verify_receipt, [str(file), "--key", KEYS.signer.public_key])
    assert isinstance(told.exception, VivavoceError)
    for other in (b"", b"{}", b"[1]\n", b"{" * 10_000, b"nothing"):
        file.write_bytes(other)
        assert isinstance(CliRunner().invoke(verify_receipt, [str(file)]).exception, VivavoceError), other[:9]


async def test_judged_again_it_comes_to_the_same(database: Database, house: House) -> None:
    _, _, content = await a_receipt(database, house)
    held = check_receipt(content)
    assert rejudge(held, LexicalRater()).is_same is True

    class OtherRater(LexicalRater):
        def judge(self, question: str, claim: str, windows: Any) -> Any:
            return super().judge(question, "Bakes bread", windows)

    assert rejudge(held, OtherRater()).is_same is False
    other = OtherRater()
    other.version = "2"
    assert rejudge(held, other).is_same is None


async def test_the_chain_goes_on_over_a_person_who_was_erased_and_shows_every_hole(
    database: Database, house: House, data_dir: Path
) -> None:
    seat, attempt_id, _ = await a_receipt(database, house)
    _, other_id, _ = await a_receipt(database, house, TAUGHT, STRONG)
    await judge_again(database, merchant_id=seat.merchant_id, attempt_id=other_id, actor="test", now=NOW)
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": other_id}
    await score_attempt(database, LexicalRater(), now=NOW, **whose)
    assert await write_receipts(database, KEYS.signer, now=NOW, **whose) == 1
    await erase_person(
        database,
        files_in(store_in(data_dir)),
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=None,
        actor="test",
        now=NOW,
    )
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch(
            "select number, record is null as is_gone from judgement_receipts order by number"
        )
        assert [tuple(row) for row in rows] == [(1, True), (2, False), (3, False)]
        assert await check_chain(connection) == []
        latest = check_receipt(await export_receipt(connection, other_id))
        first = check_receipt(await export_receipt(connection, other_id, version=1))
        assert (latest.record["judgement_version"], first.record["judgement_version"]) == (2, 1)
        assert latest.record["previous"] == digest(first.record)
        with pytest.raises(NotFound):
            await export_receipt(connection, attempt_id)


async def test_an_auditors_folder_holds_what_is_on_record_and_no_word_of_anybody(
    database: Database, house: House
) -> None:
    seat, _, _ = await a_receipt(database, house)
    keeping = AuditSettings(keep_days=180, public_key=KEYS.signer.public_key)
    async with database.tenant(seat.merchant_id) as connection:
        about: dict[str, Any] = {"environment": DEFAULT_ENVIRONMENT, "keeping": keeping, "now": NOW}
        files = await gather_folder(connection, seat.interview_id, **about)
        with pytest.raises(NotFound):
            await gather_folder(connection, seat.interview_id, **(about | {"environment": "staging"}))
    assert {"README.md", "model-card.json", "rubrics/revision-1.json", "figures/judgements.csv"} <= set(files)
    assert json.loads(files["figures/attempts.json"])["judged"] == 1
    assert json.loads(files["rubrics/revision-1.json"])["rubrics"]["interview"]["weak"] == ["Reconciles bank accounts"]
    assert files["receipts.csv"].count("\n") == 2
    assert KEYS.signer.public_key in files["README.md"]
    everything = "".join(files.values())
    assert not [word for word in ("I reconcile", "Sam Rivers", "@example.com") if word in everything]
