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
    Share,
    measure,
)

COLUMNS = ("result_question_id", "first", "second")
SEPARATORS = ",;\t"  # spreadsheets write what their country separates by
GOOD, FAIR = 0.8, 0.6  # of a QWK
ENOUGH = 200  # answers; of fewer every figure is a first impression


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--dry-run", is_flag=True, help="Print what there is to tell, and keep nothing.")
@merchant_option
@data_option
def calibrate(file: TextIO, dry_run: bool, merchant_name: str, data_dir: Path | None) -> None:
    """Hold the scores of MERCHANT's answers against marks that two of its people gave, each for themselves.

    \b
    FILE: a CSV, by commas or semicolons, with the columns result_question_id (as job-interview-details tells it), first
    and second: two people's marks, whole numbers from 1 to 5. At least 30 answers, better 200, all judged by the same.

    Prints in words, then in figures, how far the two people agree, how far the score agrees with them, which of it is
    to be had at all, and which share of the answers needs no person. What it measured is kept as the merchant's next
    version: from then on an answer that the same judges comes with an interval that was measured on your own people.
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
            if dry_run or _is_flat(measured):
                say("Nothing was kept.")
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
    head = text.partition("\n")[0]
    rows = csv.DictReader(StringIO(text), delimiter=max(SEPARATORS, key=head.count))
    if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
        raise Invalid(f"Expected a CSV with the columns {', '.join(COLUMNS)}, named in its first line.", name="file")
    marks: dict[UUID, tuple[int, int]] = {}
    for number, row in enumerate(rows, start=2):
        if not any((row[name] or "").strip() for name in COLUMNS):
            continue  # a line of separators, as spreadsheets leave them at the end
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
    left_out = [answer_id for answer_id in marks if answer_id not in judged]
    if left_out:
        say(f"{len(left_out)} answers have no score at this merchant and are left out; the first is {left_out[0]}.")
    return raters[0], rated


def tell(measured: Measured, *, rater: str) -> str:
    """What was measured, for people: in words, then in figures."""
    lines = [f"{measured.count} answers, judged by {rater}.", "", *_tell_in_words(measured)]
    if _is_flat(measured):
        return "\n".join(lines)
    lines += [
        "",
        "The figures. In brackets: where 95 of 100 such samples would lie; wide ones mean that you need more answers.",
        "",
        "Your two people",
        *_tell_agreement(measured.people, "the second above the first, where the first gave a"),
        "",
        "The score, and the mean of the two",
        *_tell_agreement(measured.program, "the score above their mean, where that is a"),
        f"  QWK with one of them alone {_tell(measured.with_person)}",
        "",
        f"The most that r can be, with marks that agree as these do: {_tell(measured.ceiling)}",
        f"As marks: {_tell_cuts(measured.cuts)}.",
        "",
        *_tell_share(measured.share),
    ]
    return "\n".join(lines)


def _is_flat(measured: Measured) -> bool:
    """Whether nobody can tell an agreement: somebody gave one and the same mark throughout."""
    return measured.people.r.value != measured.people.r.value


def _tell_in_words(measured: Measured) -> list[str]:
    """What a manager needs of it."""
    if _is_flat(measured):
        return [
            "One of your people gave all answers the same mark, so no agreement can be told.",
            "Have answers of all kinds marked: good ones, middling ones and poor ones.",
        ]
    people, program, alone = measured.people, measured.program, measured.with_person.value
    than = "as far as" if abs(alone - people.qwk.value) < 0.05 else "further than" if alone > people.qwk.value else ""
    compared = f"{than} they agree with each other" if than else "less than they agree with each other"
    lines = [
        f"Your two people gave the same mark to {people.same} of {measured.count}, and at most one apart to"
        f" {people.near}: {_judge_qwk(people.qwk.value)}.",
        f"The score comes to the mark of the two together for {program.same}, and at most one apart for {program.near}."
        f" With one of them it agrees {compared}.",
    ]
    share, width = measured.share, _find_width(measured)
    if share is None:
        lines.append("So let a person read every answer.")
    else:
        lines.append(f"Without a person it agrees well enough for {share.share:.0%} of the answers, the surest ones.")
    if width is not None:
        lines.append(f"Nine scores in ten are within {width:.2f} of the mean of the two: that is the interval.")
    if measured.count < ENOUGH:
        lines.append(f"Of fewer than {ENOUGH} answers, take all of it as a first impression.")
    return lines


def _judge_qwk(qwk: float) -> str:
    if qwk >= GOOD:
        return "they agree well"
    return "they agree fairly" if qwk >= FAIR else "they hardly agree; talk about what the marks mean first"


def _tell_cuts(cuts: Sequence[float]) -> str:
    edges = [f"{cut:.2f}" for cut in cuts]
    between = [f"a {mark} from {edge}" for mark, edge in enumerate(edges, LOWEST_MARK + 1)]
    return f"a score below {edges[0]} is a {LOWEST_MARK}, {', '.join(between)} on"


def _tell_share(share: Share | None) -> list[str]:
    if share is None:
        return [f"Without a person: no share of the answers agrees with people by a QWK of {WANTED_QWK:.2f}."]
    rest = "There are no others." if share.share == 1 else f"The others: {_tell(share.rest_qwk)}."
    return [
        f"Without a person: {share.share:.0%} of the answers, the surest ones. Chosen on one half of them so that",
        f"QWK is at least {WANTED_QWK:.2f}; on the other half it is {_tell(share.qwk)}. {rest}",
    ]


def _find_width(measured: Measured) -> float | None:
    rank = -int(-(measured.count + 1) * LEVEL // 1)
    return measured.residuals[rank - 1] if rank <= measured.count else None


def _tell_agreement(agreement: Agreement, above: str) -> list[str]:
    bias = ", ".join(f"{band}: {_tell(estimate)}" for band, estimate in sorted(agreement.bias.items()))
    return [
        f"  κ {_tell(agreement.kappa)}   QWK {_tell(agreement.qwk)}   r {_tell(agreement.r)}",
        f"  bias: {above} {bias}",
    ]


def _tell(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "can't be told"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"
