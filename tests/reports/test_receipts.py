"""Receipts of judgements: whatever is changed is found, each sum and quote is checked, and the chain has no hole."""

import base64
import io
import json
import random
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from click.testing import CliRunner

from tests.builders import KEYS, NOW, House, store_in
from tests.providers.language_models.asking import chosen_at
from tests.scoring.lexical import LexicalRater, RoughRater
from tests.scoring.reading import a_reading_model
from tests.scoring.test_score import STRONG, TAUGHT, handed_in
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import ModelBudget
from vivavoce.candidates.links import Seat
from vivavoce.cli.receipt import verify_receipt
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, VivavoceError
from vivavoce.interviews.steps import SentQuestion
from vivavoce.merchants.keys import Signer
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.language_models.prompts import read_prompt
from vivavoce.reports.audit_folder import AuditSettings, gather_folder
from vivavoce.reports.receipt import ReceiptBroken, digest, digest_of_answer, to_canonical, to_sealed, to_signed
from vivavoce.reports.receipt_check import check_receipt
from vivavoce.reports.receipts import check_chain, export_receipt, write_receipts
from vivavoce.reports.rejudge import rejudge
from vivavoce.scoring.amend import places_of
from vivavoce.scoring.judge_again import judge_again
from vivavoce.scoring.judgements import find_judgement
from vivavoce.scoring.overturn import override_score, overturn_verdict
from vivavoce.scoring.provenance import code_digest
from vivavoce.scoring.score import score_attempt
from vivavoce.scoring.verdicts import VerdictState
from vivavoce.sound.retention import files_in

FEW, MANY = 300, 10_000
# Written and signed before there was more than the judgement's own record.
OLD = Path(__file__).with_name("receipt_of_the_first_format.json")
NOOR = name_decider("noor-1", "Noor Haddad")
FORGER = Signer(b"f" * 32)


async def a_receipt(database: Database, house: House, *said: str) -> tuple[Seat, UUID, bytes]:
    seat, attempt_id, _ = await handed_in(database, house, list(said) or [STRONG, TAUGHT])
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id}
    await score_attempt(database, LexicalRater(), now=NOW, **whose)
    assert await write_receipts(database, KEYS.signer, now=NOW, **whose) == 1
    assert await write_receipts(database, KEYS.signer, now=NOW, **whose) == 0
    return seat, attempt_id, await exported(database, seat, attempt_id)


async def exported(database: Database, seat: Seat, attempt_id: UUID, *, version: int | None = None) -> bytes:
    async with database.tenant(seat.merchant_id) as connection:
        return await export_receipt(connection, KEYS.signer, attempt_id, now=NOW, version=version)


async def an_overturned_receipt(database: Database, house: House) -> tuple[Seat, UUID, bytes]:
    """A person denied what the program confirmed, then put a score of their own in the sum's place."""
    seat, attempt_id, _ = await a_receipt(database, house)
    whose: dict[str, Any] = {"decider": NOOR, "merchant_id": seat.merchant_id, "now": NOW}
    async with database.tenant(seat.merchant_id) as connection:
        kept = await find_judgement(connection, attempt_id)
        assert kept is not None
        place = places_of(kept.judgement)[0]
        await overturn_verdict(connection, attempt_id, place, VerdictState.REJECTED, reason="It was Bea’s.", **whose)
        await override_score(connection, attempt_id, Decimal("7.5"), reason="Seen on the job.", **whose)
    made = await write_receipts(database, KEYS.signer, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=NOW)
    assert made == 2
    return seat, attempt_id, await exported(database, seat, attempt_id)


def forge(content: bytes, change: Any) -> bytes:
    """The file with something changed, signed anew all over by somebody else."""
    whole = json.loads(content)
    change(whole)
    record = whole["record"]
    record["material_sha256"] = digest(whole["material"])
    for answer in record["answers"]:
        answer["sha256"] = digest_of_answer(whole["material"]["answers"], answer["step"])
    for part in (whole, *whole["overturns"]):
        if part is not whole and part["record"]["judgement_sha256"] != "kept":
            part["record"]["judgement_sha256"] = digest(record)
        part |= {"key": FORGER.public_key, "signature": FORGER.sign(to_signed(part["record"]))}
    whole["seal"] = {"key": FORGER.public_key, "signature": FORGER.sign(to_sealed(whole))}
    return to_canonical(whole) + b"\n"


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
    assert (held.keys, held.quotes > 2, held.sums) == ((KEYS.signer.public_key,), True, 4)
    assert missed(content, changes=FEW) == []
    assert STRONG not in json.dumps(held.record)
    assert held.record["code"]["sha256"] == code_digest()
    assert held.record["parameters"]["merging"] == {"places": "1", "readers": "2"}


def test_a_receipt_of_the_first_format_still_holds(tmp_path: Path) -> None:
    held = check_receipt(OLD.read_bytes())
    assert (held.record["format"], held.quotes > 0, held.overturns) == ("vivavoce judgement receipt 1", True, [])
    assert missed(OLD.read_bytes(), changes=FEW) == []
    told = CliRunner().invoke(verify_receipt, [str(OLD), "--key", held.keys[0]])
    assert told.exit_code == 0, told.output


@pytest.mark.nightly
async def test_ten_thousand_changes_are_found(database: Database, house: House) -> None:
    _, _, content = await an_overturned_receipt(database, house)
    assert missed(content, changes=MANY) == []


async def test_what_a_person_changed_is_on_record_with_the_sum_that_follows(
    database: Database, house: House, data_dir: Path, tmp_path: Path
) -> None:
    seat, attempt_id, content = await an_overturned_receipt(database, house)
    held = check_receipt(content)
    assert missed(content, changes=FEW) == []
    verdict, score = held.overturns
    assert (verdict["overturned_by"], verdict["before"], verdict["after"]) == ("noor-1", "confirmed", "rejected")
    assert (score["place"], score["before"], score["after"]) == (None, verdict["scores"]["overall"], "15/2")
    assert held.holds["overall"] == Fraction(15, 2)
    assert (verdict["number"], verdict["previous"]) == (2, digest(held.record))
    assert "Noor" not in content.decode()
    assert not [reason for reason in ("Bea", "Seen on") if reason in json.dumps([verdict, score])]
    file = tmp_path / "receipt.json"
    file.write_bytes(content)
    told = CliRunner().invoke(verify_receipt, [str(file), "--key", KEYS.signer.public_key]).output
    assert "noor-1 changed a verdict (weak) from confirmed to rejected." in told
    assert "It comes to 7.50 of 10." in told

    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": NOW}
    async with database.tenant(seat.merchant_id) as connection:
        await override_score(
            connection, attempt_id, None, reason="Back to the sum.", decider=NOOR, merchant_id=seat.merchant_id, now=NOW
        )
        shown = await connection.fetchval("select score from attempts where id = $1", attempt_id)
    assert await write_receipts(database, KEYS.signer, **whose) == 1
    back = check_receipt(await exported(database, seat, attempt_id))
    assert (
        round(back.holds["overall"] or Fraction(0), 3)
        == Fraction(shown)
        == round(Fraction(verdict["scores"]["overall"]), 3)
    )
    # Judged again, what people said of it before still stands above the program's word.
    await judge_again(database, actor="test", **whose)
    await score_attempt(database, LexicalRater(), **whose)
    assert await write_receipts(database, KEYS.signer, **whose) == 1
    again = check_receipt(await exported(database, seat, attempt_id))
    assert (again.record["judgement_version"], again.overturns, again.holds) == (2, [], back.holds)
    assert again.record["scores"] == held.record["scores"]
    assert len(check_receipt(await exported(database, seat, attempt_id, version=1)).overturns) == 3

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
        rows = await connection.fetch("select record, overturn_id from judgement_receipts")
        assert ([row["record"] for row in rows], await check_chain(connection)) == ([None] * 5, [])
        with pytest.raises(NotFound):
            await export_receipt(connection, KEYS.signer, attempt_id, now=NOW)
    assert await write_receipts(database, KEYS.signer, **whose) == 0


async def test_a_change_by_a_person_can_be_neither_left_out_nor_moved_nor_reworded(
    database: Database, house: House
) -> None:
    _, _, content = await an_overturned_receipt(database, house)

    def drop_first(whole: Any) -> None:
        del whole["overturns"][0]

    def turn_round(whole: Any) -> None:
        whole["overturns"].reverse()

    def reword(whole: Any) -> None:
        whole["overturns"][0]["reason"] = "It was never said."

    def raise_sum(whole: Any) -> None:
        whole["overturns"][0]["record"]["scores"]["overall"] = "9"

    def say_other_before(whole: Any) -> None:
        whole["overturns"][0]["record"]["before"] = "not_discussed"

    def unchain(whole: Any) -> None:
        whole["overturns"][0]["record"]["previous"] = "0" * 64

    def put_elsewhere(whole: Any) -> None:
        whole["overturns"][1]["record"]["judgement_sha256"] = "kept"

    def put_a_kind(whole: Any) -> None:
        whole["overturns"][0]["record"]["place"] = 3

    cases = (
        (drop_first, "is missing"),
        (turn_round, "is missing"),
        (reword, "reason"),
        (raise_sum, "sum"),
        (say_other_before, "stood there before"),
        (unchain, "chain is broken"),
        (put_elsewhere, "another judgement"),
        (put_a_kind, "of another kind"),
    )
    told = []
    for change, why in cases:
        try:
            check_receipt(forge(content, change))
        except ReceiptBroken as broken:
            told += [] if why in broken.message else [f"{change.__name__}: {broken.message}"]
        else:
            told.append(f"{change.__name__}: not found")
    assert told == []
    without = json.loads(content)
    without["overturns"].pop()
    with pytest.raises(ReceiptBroken, match="seal"):
        check_receipt(to_canonical(without) + b"\n")
    for part in ("seal", "overturns", "as_of"):
        del without[part]
    with pytest.raises(ReceiptBroken, match="seal was left out"):
        check_receipt(to_canonical(without) + b"\n")


async def test_what_each_reader_said_is_on_record_and_the_verdict_follows_from_it(
    database: Database, house: House
) -> None:
    own = {"weak": ["Prüft die Bremsen."], "strong": ["Bildet Neue aus."]}
    asked = (SentQuestion(text="Wie beginnt Ihr Tag?", expectations=own),)
    seat, attempt_id, _ = await handed_in(
        database, house, ["Zuerst prüfe ich die Bremsen."], questions=asked, language="de"
    )
    whose: dict[str, Any] = {"merchant_id": seat.merchant_id, "attempt_id": attempt_id, "now": NOW}
    with a_reading_model() as one:
        budget = ModelBudget(per_attempt=Decimal(1), per_day=Decimal(1))
        about: dict[str, Any] = {"budget": budget, "networks": [], "now": lambda: NOW}
        models = LanguageModels(database, KEYS.sealer, chosen=[chosen_at(one)], **about)
        await score_attempt(database, RoughRater(), models=models, **whose)
        await models.close()
    assert await write_receipts(database, KEYS.signer, **whose) == 1
    content = await exported(database, seat, attempt_id)
    held = check_receipt(content)
    record = held.record
    assert set(record["prompts"]) == {"read_answer", "read_quotes", "beside_documents"}
    assert record["prompts"]["read_quotes"] == read_prompt("vivavoce.providers.raters", "read_quotes").digest
    assert record["readers"] == ["a-model-2026-01-01"]
    said = record["answers"][0]["verdicts"][0]["findings"]
    assert [(finding["part"], finding["state"], finding["sure"]) for finding in said] == [
        ("answer", "confirmed", "certain"),
        ("quotes", "confirmed", "certain"),
    ]
    assert held.findings >= 4
    assert "Bremsen" not in json.dumps(record)
    assert rejudge(held, RoughRater()).is_same is None

    def deny(whole: Any) -> None:
        whole["record"]["answers"][0]["verdicts"][0]["findings"][1]["state"] = "not_discussed"

    def misquote(whole: Any) -> None:
        whole["record"]["answers"][0]["verdicts"][0]["findings"][0]["quotes"][0]["start"] += 1

    for change, why in ((deny, "what the readers said"), (misquote, "A quote is not in")):
        with pytest.raises(ReceiptBroken, match=why):
            check_receipt(forge(content, change))


async def test_a_receipt_that_was_signed_anew_is_found_by_its_sums_its_quotes_or_its_key(
    database: Database, house: House, tmp_path: Path
) -> None:
    _, _, content = await a_receipt(database, house)

    def raise_score(whole: Any) -> None:
        whole["record"]["scores"]["overall"] = "19/2"

    def move_quote(whole: Any) -> None:
        whole["record"]["session"][0]["quotes"][0]["start"] += 1

    def put_words(whole: Any) -> None:
        answer = whole["material"]["answers"][0]
        answer["text"] = "I did everything. " + answer["text"]

    def drop_quote(whole: Any) -> None:
        whole["record"]["session"][0]["quotes"] = []

    for change, why in ((raise_score, "sum"), (move_quote, "quote"), (put_words, "quote"), (drop_quote, "no quote")):
        with pytest.raises(ReceiptBroken, match=why):
            check_receipt(forge(content, change))
    file = tmp_path / "receipt.json"
    file.write_bytes(forge(content, lambda whole: None))
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
        latest = check_receipt(await export_receipt(connection, KEYS.signer, other_id, now=NOW))
        first = check_receipt(await export_receipt(connection, KEYS.signer, other_id, now=NOW, version=1))
        assert (latest.record["judgement_version"], first.record["judgement_version"]) == (2, 1)
        assert latest.record["previous"] == digest(first.record)
        with pytest.raises(NotFound):
            await export_receipt(connection, KEYS.signer, attempt_id, now=NOW)


async def test_an_auditors_folder_holds_what_is_on_record_and_no_word_of_anybody(
    database: Database, house: House, client: httpx.AsyncClient
) -> None:
    seat, _, _ = await an_overturned_receipt(database, house)
    keeping = AuditSettings(keep_days=180, public_key=KEYS.signer.public_key)
    async with database.tenant(seat.merchant_id) as connection:
        about: dict[str, Any] = {"environment": DEFAULT_ENVIRONMENT, "keeping": keeping, "now": datetime.now(UTC)}
        files = await gather_folder(connection, seat.interview_id, **about)
        with pytest.raises(NotFound):
            await gather_folder(connection, seat.interview_id, **(about | {"environment": "staging"}))
    assert {"README.md", "model-card.json", "rubrics/revision-1.json", "figures/judgements.csv"} <= set(files)
    assert json.loads(files["figures/attempts.json"])["judged"] == 1
    assert json.loads(files["rubrics/revision-1.json"])["rubrics"]["interview"]["weak"] == ["Reconciles bank accounts"]
    assert [line.rpartition(",")[0].split(",")[:2] for line in files["receipts.csv"].splitlines()[1:]] == [
        [str(number), "1"] for number in (1, 2, 3)
    ]
    assert "verdict,weak,confirmed,rejected,1,1" in files["figures/overturns.csv"]
    assert json.loads(files["figures/agreement.json"])["ratings"] == 0
    assert KEYS.signer.public_key in files["README.md"]
    everything = "".join(files.values())
    assert not [word for word in ("I reconcile", "Sam Rivers", "@example.com", "Noor", "Bea") if word in everything]
    # The call makes the same archive.
    answer = await client.get(
        "/functions/v1/job-interview-audit-folder",
        params={"position_id": str(seat.interview_id)},
        headers=house.authorization(),
    )
    told = answer.json()
    assert (answer.status_code, told["file_name"]) == (200, f"audit-{seat.interview_id}.zip")
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(told["archive"]))) as archive:
        unpacked = {name: archive.read(name).decode() for name in archive.namelist()}
    assert told["files"] == list(unpacked)
    assert {name: unpacked[name] for name in unpacked if name != "README.md"} == {
        name: files[name] for name in files if name != "README.md"
    }
    assert KEYS.signer.public_key in unpacked["README.md"]
