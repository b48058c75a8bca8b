"""`vivavoce judge`: answers in, verdicts with their quotes out, without a database."""

import json
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

import click

from vivavoce.cli.opening import settings_for
from vivavoce.cli.reading_alone import ReadingAlone
from vivavoce.errors import Invalid
from vivavoce.providers.language_models.chosen import parse_models
from vivavoce.providers.raters import open_rater
from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.calibrations import find_calibration
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.judged import ROUGH, UNREAD, JudgedAnswer, UnscoredReason
from vivavoce.scoring.rubric import read_rubric
from vivavoce.scoring.total import show
from vivavoce.scoring.verdicts import Verdict


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--models",
    "models_file",
    type=click.File("rb"),
    help="Language models that read the answers too, as a JSON list (VIVAVOCE_LANGUAGE_MODELS says how).",
)
@click.option(
    "--most-cost",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="US dollars that they may cost in all. Where they are spent, the rater judges alone.",
)
def judge(file: BinaryIO, models_file: BinaryIO | None, most_cost: float) -> None:
    """Judge answers, one JSON object a line, from FILE or standard input.

    \b
    In:  {"id", "question", "language", "expectations": {"weak": [], "moderate": [], "strong": []}, "answer"}
    Out: {"id", "score", "interval", "verdicts": [{"bracket", "requirement", "state", "p",
          "quotes": [{"start", "end", "text"}], "readers": [{"reader", "read", "round", "state", "sure"}]}],
          "flags": [], "needs_review", "reasons": [], "rater", "caution"}

    One line out for each line in, in order. score: 1 to 5, or null when the answer was not judged: reasons says why.
    start, end: code points of the answer, end excluded. caution: what to know before the score is used, or null.
    readers: with --models, which of them said what. A line that can't be read is told on standard error, and the others
    are judged all the same; the exit code is then 1.
    """
    rater = open_rater(settings_for(None))
    try:
        chosen = () if models_file is None else parse_models(models_file.read())
    except Invalid as error:
        raise click.ClickException(f"--models: {error.message}") from None
    with ReadingAlone(chosen, most_cost=Decimal(str(most_cost))) as reading:
        bad = _judge_lines(file, rater, reading if chosen else None)
        if chosen:
            click.echo(f"vivavoce: {reading.calls} calls, {reading.cost:.4f} US dollars", err=True)
    sys.exit(1 if bad else 0)


def _judge_lines(file: BinaryIO, rater: Rater, reading: ReadingAlone | None) -> int:
    """Judges each line; how many could not be read."""
    calibration = find_calibration(rater)
    out = sys.stdout.buffer
    bad = 0
    for number, line in enumerate(_read_lines(file), start=1):
        if line.strip():
            try:
                key, given = read_line(line)
            except Invalid as error:
                bad += 1
                click.echo(f"vivavoce: line {number}: {error.message}", err=True)
            else:
                readings = None if reading is None else reading.read(given)
                judged = judge_answer(given, rater=rater, calibration=calibration, readings=readings)
                out.write(write_line(key, judged, rater=rater))
                out.flush()
        _tell_progress(number)
    return bad


def read_line(line: bytes) -> tuple[Any, Given]:
    """The id, as it was sent, and what is to be judged. Raises Invalid with a sentence that says what to mend."""
    try:
        sent = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Invalid("Expected one JSON object in UTF-8 on this line.") from error
    if not isinstance(sent, dict):
        raise Invalid("Expected one JSON object in UTF-8 on this line.")
    if sent.get("expectations") is not None and not isinstance(sent["expectations"], dict):
        raise Invalid('Expected "expectations" to be an object with weak, moderate and strong.')
    turn = GivenAnswer(number=1, question=_read_text(sent, "question"), text=_read_text(sent, "answer"))
    language = _read_text(sent, "language").casefold().replace("_", "-").partition("-")[0]
    return sent.get("id"), Given(language=language, turns=(turn,), rubric=read_rubric(sent.get("expectations")))


def write_line(key: Any, judged: JudgedAnswer, *, rater: Rater) -> bytes:
    """One line of JSON, its end included."""
    line = {
        "id": key,
        "score": None if judged.score is None else float(show(judged.score)),
        "interval": None if judged.interval is None else _tell_interval(judged.interval),
        "verdicts": [_tell_verdict(verdict) for verdict in judged.verdicts],
        "flags": list(dict.fromkeys(finding.flag.value for finding in judged.flags)),
        "needs_review": judged.needs_review,
        "reasons": [str(reason) for reason in judged.reasons],
        "rater": f"{rater.name} {rater.version}",
        "caution": _caution(judged, rater),
    }
    try:
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        # Half of a pair that stands for one character, as JSON can hold it.
        return json.dumps(line).encode() + b"\n"


def _caution(judged: JudgedAnswer, rater: Rater) -> str | None:
    if UnscoredReason.LANGUAGE_NOT_MASTERED in judged.reasons:
        return UNREAD
    return ROUGH if rater.is_rough and judged.is_rough else None


def _read_lines(file: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(file):
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line


def _read_text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str):
        raise Invalid(f'Expected "{name}" to be a text.', name=name)
    return value


def _tell_interval(interval: Interval) -> dict[str, Any]:
    return {
        "low": float(show(interval.low)),
        "high": float(show(interval.high)),
        "level": interval.level,
        "is_calibrated": interval.is_calibrated,
    }


def _tell_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "bracket": verdict.claim.bracket.value,
        "requirement": verdict.claim.text,
        "state": verdict.state.value,
        "p": round(verdict.p, 4),
        "quotes": [{"start": quote.start, "end": quote.end, "text": quote.text} for quote in verdict.quotes],
        "readers": [
            {
                "reader": finding.reader,
                "read": finding.part.value,
                "round": finding.round,
                "state": finding.state.value,
                "sure": finding.sure.value,
            }
            for finding in verdict.findings
        ],
    }


def _tell_progress(number: int) -> None:
    """How many lines are done, where somebody watches and the lines themselves go elsewhere."""
    if sys.stderr.isatty() and not sys.stdout.isatty():
        click.echo(f"\r{number} judged", err=True, nl=False)
