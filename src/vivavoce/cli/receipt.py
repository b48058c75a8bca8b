"""`vivavoce receipt`, `vivavoce verify-receipt`: a receipt, and whether one, or a report, still holds."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.opening import data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.providers.raters import open_rater
from vivavoce.reports.erasure_receipt import check_erasure, is_erasure_receipt
from vivavoce.reports.receipt import ReceiptBroken
from vivavoce.reports.receipt_check import CheckedReceipt, check_receipt
from vivavoce.reports.receipts import check_chain, export_receipt
from vivavoce.reports.rejudge import rejudge
from vivavoce.reports.signed import ReportUnsigned, check_report
from vivavoce.scoring.total import show

MOST_BYTES = 100 * 1024 * 1024


@click.command()
@click.argument("attempt_id", metavar="ATTEMPT", required=False, type=click.UUID)
@click.option("--version", type=int, help="Of the judgement; the latest without it.")
@click.option("--chain", is_flag=True, help="Check the chain of all receipts of the merchant instead.")
@merchant_option
@data_option
def receipt(
    attempt_id: UUID | None, version: int | None, chain: bool, merchant_name: str, data_dir: Path | None
) -> None:
    """Print the receipt of how ATTEMPT (an interview_result_id) was judged, and the server's public key."""
    settings = settings_for(data_dir)
    if attempt_id is None and not chain:
        raise click.UsageError("Name an ATTEMPT, or say --chain.")

    async def main() -> bytes | list[int]:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                if attempt_id is None:
                    return await check_chain(connection)
                return await export_receipt(connection, signer, attempt_id, now=now(), version=version)

    signer = load_keys(settings).signer
    with open_house(settings) as house:
        printed = asyncio.run(main())
    if isinstance(printed, list):
        say("The chain holds." if not printed else f"The chain is broken at {', '.join(map(str, printed))}.")
        sys.exit(1 if printed else 0)
    say(f"The public key of this server: {signer.public_key}")
    sys.stdout.buffer.write(printed)


@click.command("verify-receipt")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key",
    "keys",
    metavar="HEX",
    multiple=True,
    help="The server's public key, as you know it from the server itself; again for each that it has had.",
)
@click.option("--judge", is_flag=True, help="Judge the answers again, too, by the rater of this installation.")
def verify_receipt(file: Path, keys: tuple[str, ...], judge: bool) -> None:
    """Check FILE: a receipt of a judgement or of erasure, or a report as PDF or HTML.

    No server is asked, and nothing leaves this machine.

    Exit code 1: something was changed, or is not signed by that key.
    """
    if file.stat().st_size > MOST_BYTES:
        raise Invalid("This file is too large to be a receipt or a report.")
    content = file.read_bytes()
    if is_erasure_receipt(content):
        judge = False
        erasure = check_erasure(content)
        signers: tuple[str, ...] = (erasure.key,)
        say(f"The signature holds. Person {erasure.record['person_id']} was erased at {erasure.record['erased_at']},")
        count = len(erasure.record["attempts"])
        say(f"with {'one attempt' if count == 1 else f'{count} attempts'}; asked by {erasure.record['asked_by']}.")
    elif content.startswith(b"{"):
        checked = check_receipt(content)
        signers = checked.keys
        _tell(checked)
    else:
        try:
            signers = (check_report(content).key,)
        except ReportUnsigned:
            raise ReceiptBroken("This is neither a receipt nor a signed report, or its end is missing.") from None
        say("The signature holds: nothing in this report was changed.")
    known = {key.strip().lower() for key in keys}
    others = [signer for signer in signers if signer not in known]
    if known and others:
        raise ReceiptBroken(f"It is signed by another key than yours: {', '.join(others)}.")
    if not known:
        say(f"Signed by {', '.join(others)}. Compare it with the key that the server shows (vivavoce receipt).")
    if judge and content.startswith(b"{"):
        _judge_again(content)


def _tell(checked: CheckedReceipt) -> None:
    record = checked.record
    say(f"The signature holds. {checked.quotes} quotes stand where they should, {checked.sums} sums hold.")
    if checked.findings:
        say(f"The verdicts follow from {checked.findings} findings of the readers.")
    say(f"Attempt {record['attempt_id']}, judgement {record['judgement_version']},")
    say(f"judged at {record['judged_at']} by {record['rater']}.")
    for change in checked.overturns:
        of = "the score" if change["place"] is None else f"a verdict ({change['place']['bracket']})"
        before, after = change["before"] or "nothing", change["after"] or "what the program found"
        say(f"{change['overturned_at']}: {change['overturned_by']} changed {of} from {before} to {after}.")
    score = checked.holds["overall"]
    say("It comes to no score." if score is None else f"It comes to {show(score)} of 10.")


def _judge_again(content: bytes) -> None:
    settings = settings_for(None)
    outcome = rejudge(check_receipt(content), open_rater(settings))
    say(outcome.why)
    if outcome.is_same is False:
        sys.exit(1)
