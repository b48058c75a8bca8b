"""How long a report takes, in how much memory: one of a 45-minute interview in each language, and a hundred at once.

    make bench-report                   (two minutes; ARGS="--times 3 --results 10" is quicker)

core    seconds of one core, in the program that sets it: the 95th of 100 in order of size
memory  the most that the program held at once (resident)

The limits: 1 s and 150 MB for one, 20 s and 400 MB for a hundred.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from tests.builders import NOW
from tests.reports.samples import TELLINGS, a_result
from vivavoce.reports.features import Layout, ReportFeatures
from vivavoce.reports.fonts import find_fonts, fonts_folder, wanted_families
from vivavoce.reports.lay_out import Addresses, lay_out
from vivavoce.reports.pdf import MEMORY, PROGRAM, REPORT
from vivavoce.reports.sheet import Sheet
from vivavoce.reports.words import find_report_words

QUESTIONS = 12  # of 45 minutes, by threes
EVERYTHING = ReportFeatures(has_rubric=True, layout=Layout.CLASSIC)
ADDRESSES = Addresses(whole="https://interviews.example/w/", until=NOW + timedelta(minutes=5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one report took. core, wall: seconds; memory, size: bytes."""

    core: float
    wall: float
    memory: int
    size: int


def a_sheet(language: str, *, results: int) -> Sheet:
    """A report on so many interviews of 45 minutes."""
    read = [a_result(language, repeats=QUESTIONS // 3) for _ in range(results)]
    return lay_out([(result, ADDRESSES) for result in read], EVERYTHING, find_report_words(language), now=NOW)


def set_once(sheet: Sheet) -> Taken:
    """Sets it as the server does, and says what it took."""
    given = json.dumps(asdict(sheet), ensure_ascii=False)
    with fonts_folder(find_fonts(wanted_families(given))) as folder:
        begun = time.perf_counter()
        program = subprocess.Popen(
            [*PROGRAM, REPORT, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | MEMORY,
        )
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(given.encode())
        program.stdin.close()
        pdf = program.stdout.read()
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
    if program.returncode != 0:
        sys.exit(f"a report was not set: exit {program.returncode}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Taken(core=used.ru_utime + used.ru_stime, wall=wall, memory=used.ru_maxrss * scale, size=len(pdf))


def find_p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not pass."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10, help="reports of each language")
    parser.add_argument("--results", type=int, default=100, help="results in the one large report")
    told = parser.parse_args()
    print("| report | core p95 | wall p95 | memory | size |")
    print("|---|---|---|---|---|")
    for language in TELLINGS:
        sheet = a_sheet(language, results=1)
        _tell(f"one, {language}", [set_once(sheet) for _ in range(told.times)])
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    sheet = a_sheet("en", results=told.results)
    laid = resource.getrusage(resource.RUSAGE_SELF).ru_utime - began
    _tell(f"{told.results}, en (laid out in {laid:.1f} s)", [set_once(sheet)])


def _tell(name: str, taken: Sequence[Taken]) -> None:
    core, wall = (find_p95([getattr(run, what) for run in taken]) for what in ("core", "wall"))
    memory, size = max(run.memory for run in taken), max(run.size for run in taken)
    print(f"| {name} | {core:.2f} s | {wall:.2f} s | {memory / 1e6:.0f} MB | {size / 1e3:.0f} kB |", flush=True)


if __name__ == "__main__":
    main()
