"""`vivavoce calibrate`: what marks of a merchant's own people tell of the scores."""

import asyncio
import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TextIO
from uuid import UUID

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.register import find_merchant
from vivavoce.scoring.own_calibrations import LEVEL, JudgedSource, find_judged, save_calibration
from vivavoce.scoring.ratings import (
    HIGHEST_MARK,
    LOWEST_MARK,
    WANTED_QWK,
    Agreement,
    Estimate,
    Measured,
    RatedAnswer,
    measure,
)

COLUMNS = ("result_question_id", "first", "second")


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--dry-run", is_flag=True, help="Print what there is to tell, and keep nothing.")
@merchant_option
@data_option
def calibrate(file: TextIO, dry_run: bool, merchant_name: str, data_dir: Path | None) -> None:
    """Hold the scores of MERCHANT's answers against marks that two of its people gave, each for themselves.

    \b
    FILE: a CSV with the columns result_question_id (as job-interview-details tells it), first and second: two people's
    marks, whole numbers from 1 to 5. At least 30 answers, better 200, all judged by the same.

    Prints how far the two people agree, how far the score agrees with them, which of it is to be had at all, and which
    share of the answers needs no person. What it measured is kept as the merchant's next version: from then on an
    answer that the same judges comes with an interval that was measured on your own people.
    """
    marks = read_marks(file.read())
    settings = settings_for(data_dir)

    async def main() -> None:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                judged = await find_judged(connection, list(marks))
            rater, rated = pair(marks, judged)
            measured = measure(rated)
            click.echo(tell(measured, rater=rater))
            if dry_run:
                return
            async with database.tenant(merchant.id) as connection:
                version = await save_calibration(
                    connection, measured, merchant_id=merchant.id, rater=rater, actor=COMMAND_LINE, now=now()
                )
            say(f"Kept as version {version} of {merchant.name}: it counts for what is judged from now on.")

    with open_house(settings) as house:
        asyncio.run(main())


def read_marks(text: str) -> Mapping[UUID, tuple[int, int]]:
    """The two marks of each answer, by its id. Raises Invalid, which names the line."""
    rows = csv.DictReader(StringIO(text))
    if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
        raise Invalid(f"Expected a CSV with the columns {', '.join(COLUMNS)}, named in its first line.", name="file")
    marks: dict[UUID, tuple[int, int]] = {}
    for number, row in enumerate(rows, start=2):
        try:
            answer_id = UUID((row["result_question_id"] or "").strip())
            first, second = (int((row[name] or "").strip()) for name in ("first", "second"))
        except ValueError:
            raise Invalid(f"Line {number}: expected an id and two whole numbers.", name="file") from None
        if not all(LOWEST_MARK <= mark <= HIGHEST_MARK for mark in (first, second)):
            raise Invalid(f"Line {number}: marks go from {LOWEST_MARK} to {HIGHEST_MARK}.", name="file")
        if answer_id in marks:
            raise Invalid(f"Line {number}: this answer stands in the file twice.", name="file")
        marks[answer_id] = (first, second)
    return marks


def pair(
    marks: Mapping[UUID, tuple[int, int]], judged: Mapping[UUID, JudgedSource]
) -> tuple[str, Sequence[RatedAnswer]]:
    """The marks with their scores, and who judged them. Raises Invalid where several did, or none."""
    raters = sorted({judged[answer_id].rater for answer_id in marks if answer_id in judged})
    if not raters:
        raise Invalid("No answer in the file has a score at this merchant. Is it the right one?", name="file")
    if len(raters) > 1:
        raise Invalid(
            f"The answers were judged by different raters: {'; '.join(raters)}. Have them judged anew by one, with"
            " `vivavoce judge-again`.",
            name="file",
        )
    rated = [
        RatedAnswer(first=first, second=second, score=judged[answer_id].score, sure=judged[answer_id].sure)
        for answer_id, (first, second) in marks.items()
        if answer_id in judged
    ]
    if len(rated) < len(marks):
        say(f"{len(marks) - len(rated)} answers have no score and are left out.")
    return raters[0], rated


def tell(measured: Measured, *, rater: str) -> str:
    """What was measured, for people."""
    lines = [
        f"{measured.count} answers, judged by {rater}. In brackets: 95 % of bootstrap samples.",
        "",
        "Your two people",
        *_tell_agreement(measured.people),
        "",
        "The score, and the mean of the two",
        *_tell_agreement(measured.program),
        f"  QWK with one of them alone {_tell(measured.with_person)}",
        "",
        f"The most that r can be, with marks that agree as these do: {_tell(measured.ceiling)}",
        f"A score becomes the next mark at {', '.join(f'{cut:.2f}' for cut in measured.cuts)}.",
        "",
    ]
    share = measured.share
    if share is None:
        lines.append(
            f"No share of the answers agrees with people by a QWK of {WANTED_QWK:.2f}: let a person read them all."
        )
    else:
        lines += [
            f"Without a person: {share.share:.0%} of the answers, the surest ones. Chosen on one half of them so that",
            f"QWK is at least {WANTED_QWK:.2f}; on the other half it is {_tell(share.qwk)}.",
            f"The others: {_tell(share.rest_qwk)}.",
        ]
    width = _find_width(measured)
    if width is not None:
        lines += ["", f"{LEVEL:.0%} of the scores are within {width:.2f} of the mean of the two: that is the interval."]
    return "\n".join(lines)


def _find_width(measured: Measured) -> float | None:
    rank = -int(-(measured.count + 1) * LEVEL // 1)
    return measured.residuals[rank - 1] if rank <= measured.count else None


def _tell_agreement(agreement: Agreement) -> list[str]:
    bias = ", ".join(f"{band}: {_tell(estimate)}" for band, estimate in sorted(agreement.bias.items()))
    return [
        f"  κ {_tell(agreement.kappa)}   QWK {_tell(agreement.qwk)}   r {_tell(agreement.r)}",
        f"  bias by mark   {bias}",
    ]


def _tell(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "can't be told"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"
