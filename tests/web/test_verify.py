"""The page that checks receipts: in a browser without a network, it says what the command line says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

from tests.builders import KEYS, House
from tests.journeys.chromium import DRIVEN
from tests.reports.test_receipts import OLD, a_receipt, an_overturned_receipt, forge
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.reports.erasure_receipt import MARK, ErasedAttempt, ErasureFacts, check_erasure, pack_erasure
from vivavoce.reports.receipt import to_canonical
from vivavoce.reports.signed import sign_html, sign_pdf
from vivavoce.web.verify import verifier_page


def an_erasure_receipt() -> bytes:
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)
    record = pack_erasure(
        ErasureFacts(
            merchant_id=new_id(),
            person_id=new_id(),
            wanted_at=None,
            asked_by="user noor-1",
            asked_at=moment,
            erased_at=moment,
            attempts=[ErasedAttempt(attempt_id=new_id(), erased_at=moment, rows={"answers": 3, "films": 1})],
        )
    )
    signature = KEYS.signer.sign(MARK + to_canonical(record))
    content = to_canonical({"key": KEYS.signer.public_key, "record": record, "signature": signature}) + b"\n"
    assert check_erasure(content).record == record
    return content


@pytest.mark.slow
@pytest.mark.skipif(DRIVEN is None, reason="needs Chromium")
async def test_the_page_finds_in_a_browser_without_a_network_what_was_changed(
    database: Database, house: House, tmp_path: Path, client: httpx.AsyncClient
) -> None:
    _, _, content = await a_receipt(database, house, "I reconcile the bank accounts, 🙂 and I automated the close.")
    _, _, changed = await an_overturned_receipt(database, house)
    without = json.loads(changed)
    without["overturns"].pop()

    def raise_score(whole: Any) -> None:
        whole["record"]["scores"]["overall"] = "1/2"

    def drop_first(whole: Any) -> None:
        del whole["overturns"][0]

    def raise_sum(whole: Any) -> None:
        whole["overturns"][0]["record"]["scores"]["overall"] = "9"

    def reword(whole: Any) -> None:
        whole["overturns"][0]["reason"] = "It was never said."

    def add_a_reader(whole: Any) -> None:
        said = {"part": "answer", "round": 1, "reader": "m", "state": "rejected", "sure": "certain", "quotes": []}
        whole["record"]["session"][0]["findings"] = [said]

    report = sign_html("<p>Grüße</p>", KEYS.signer).encode()
    pdf = sign_pdf(b"%PDF-1.7\n\xff\x00", KEYS.signer)
    erased = an_erasure_receipt()
    cases: dict[str, tuple[bytes, str, str]] = {
        "good.json": (content, "", "It holds"),
        "key.json": (content, KEYS.signer.public_key, "It holds"),
        "otherkey.json": (content, "0" * 64, "another key"),
        "blank.json": (content.replace(b",", b", ", 1), "", "laid out anew"),
        "word.json": (content.replace(b"bank", b"Bank", 1), "", "seal does not hold"),
        "record.json": (content.replace(b'"confirmed"', b'"rejected"', 1), "", "signature does not hold"),
        "old.json": (OLD.read_bytes(), "", "It holds"),
        "overturned.json": (changed, f" {KEYS.signer.public_key} {'1' * 64} ", "It comes to 7.50 of 10."),
        "who.json": (changed, "", "noor-1 changed a verdict (weak) from confirmed to rejected."),
        "without.json": (to_canonical(without) + b"\n", "", "seal does not hold"),
        "missing.json": (forge(changed, drop_first), "", "is missing"),
        "sum.json": (forge(changed, raise_sum), "", "does not follow"),
        "reason.json": (forge(changed, reword), "", "not the one that was given"),
        "reader.json": (forge(content, add_a_reader), "", "what the readers said"),
        "forged.json": (forge(content, raise_score), "", "does not follow"),
        "report.html": (report, "", "It holds"),
        "changed.html": (report.replace(b"Gr", b"gr", 1), "", "was changed"),
        "report.pdf": (pdf, "", "It holds"),
        "changed.pdf": (pdf.replace(b"1.7", b"1.6", 1), "", "was changed"),
        "erased.json": (erased, KEYS.signer.public_key, "with one attempt; asked by user noor-1."),
        "erased_otherwise.json": (erased.replace(b'"films":1', b'"films":0'), "", "signature does not hold"),
        "erased_anew.json": (erased.replace(b":", b": ", 1), "", "laid out anew"),
        "erased_more.json": (erased.replace(b'{"key"', b'{"by":1,"key"', 1), "", "laid out anew"),
        "nothing.txt": (b"nothing", "", "neither a receipt"),
    }
    served = await client.get("/verify")
    assert served.text == verifier_page()
    saved = tmp_path / "verify.html"
    saved.write_text(verifier_page(), encoding="utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=DRIVEN, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 320, "height": 640})
        errors: list[Any] = []
        page.on("pageerror", lambda error: errors.append(error))
        await page.context.set_offline(True)
        await page.goto(saved.as_uri())
        for name, (given, key, says) in cases.items():
            file = tmp_path / name
            file.write_bytes(given)
            await page.fill("#key", key)
            await page.set_input_files("#file", file)
            await expect(page.locator("#told")).to_contain_text(says)
        assert errors == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        checked = await browser.new_page(bypass_csp=True)
        await checked.goto(saved.as_uri())
        found = await Axe().run(checked)
        assert found.violations_count == 0, found.generate_report()
        await browser.close()
