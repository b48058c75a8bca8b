"""Every bench runs as it stands, for seconds: what it takes from the product is what the product has.

Whether a floor holds is not asked here: seconds on a shared machine can't tell.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bench.console import FLOOR_BYTES, weigh
from bench.console_pages import AT_MERCHANT, ELSEWHERE, NOT_ASKED
from bench.create import _pgbench_script
from bench.follow_up_reading import FollowUpFault, ReadWords, count_faulty
from tests.architecture.tree import ROOT
from tests.builders import KEYS
from tests.journeys.chromium import CHROMIUM
from tests.running import own_environment
from vivavoce.web.console.routes import PAGES, add_console
from vivavoce.web.parts import WebParts


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallRun:
    """A bench, the options that make it short, and what it tells. needs: a program, and its package of Debian's."""

    bench: str
    options: str
    tells: tuple[str, ...]
    needs: tuple[str, str] | None = None


RUNS = (
    SmallRun(
        bench="create",
        options="--rounds 1 --seconds 1",
        tells=("database", "ours", "peer", "processor", "memory", "of the peer's memory"),
        needs=("wrk", "wrk"),
    ),
    SmallRun(bench="composing", options="--minutes 0.05", tells=("sound", "picture", "drawn", "memory", "off")),
    SmallRun(
        bench="proof",
        options="--kills 2 --recorded 3 --typing 3 --seconds 12 --with-sound --presses 5 --answers 2",
        tells=("kills       2 kills", "0 bytes lost, of", "receipts    3 recorded", "quotes      5 presses", "floor"),
        needs=("chromium", "chromium"),
    ),
    SmallRun(bench="models", options="--answers 1 --tries 2", tells=("stalling", "lost 0", "canaries")),
    SmallRun(bench="recorded", options="", tells=("macro-F1", "several", "answers:", "faulty", "have no recording")),
    SmallRun(
        bench="console",
        options="--interviews 20 --results 200 --events 1000 --times 2",
        tells=("weight", "home anew", "candidates/", "results/table.csv", "95th percentile"),
    ),
    SmallRun(
        bench="console_in_browser",
        options="--runs 1 --interviews 20 --results 40",
        tells=("home", "a result of 45 minutes", "usable", "floor"),
        needs=("chromium", "chromium"),
    ),
    SmallRun(
        bench="webhooks", options="--receivers 6 --dead 2", tells=("first tries", "6 of 6 receivers", "2 of them dead")
    ),
    SmallRun(bench="report", options="--times 1 --results 2", tells=("one, en", "one, ja", "2, en", "MB")),
    SmallRun(bench="asking", options="", tells=("precision", "recall", "blind")),
    SmallRun(bench="meaning", options="", tells=("told", "helped", "held", "asks", "declines")),
    SmallRun(
        bench="knowledge", options="--passages 300 --pages 1 --texts docs", tells=("recall", "search", "reading", "MB")
    ),
    SmallRun(bench="turns", options="--every 20", tells=("precision", "recall", "held_back", "waits", "replied en")),
    SmallRun(bench="asked_by_rule", options="", tells=("seen", "held_back", "first unfit", "second", "missed")),
    SmallRun(bench="understanding", options="", tells=("precision", "recall", "held_back", "macro-F1", "question ar")),
    SmallRun(
        bench="conversation", options="--seconds 2 --candidates 4", tells=("decision", "receipt", "next question")
    ),
    SmallRun(
        bench="shouting",
        options="--sockets 8 --seconds 1 --turns 1",
        tells=("one: 8 sockets", "many: 8 sockets", "quiet", "loaded", "ratio of p95"),
    ),
    SmallRun(
        bench="rater",
        options="--only held-out denials speed memory --timed 2",
        tells=("macro-F1", "denials", "2 answers of 150 words", "2 answers by `vivavoce judge`"),
    ),
    SmallRun(bench="spelling", options="--answers 4", tells=("slipped", "no_apostrophes", "verdicts", "all ")),
    SmallRun(bench="reader", options="--only others cost", tells=("macro-F1", "ja ", "calls", "tokens sent")),
    SmallRun(bench="round_trip", options="--first 2", tells=("en   hibari", "listening for the end of a turn")),
    SmallRun(
        bench="round_trip",
        options="--first 1 --also de",
        tells=("en   hibari", "de   espeak"),
        needs=("espeak-ng", "espeak-ng"),
    ),
    SmallRun(bench="voice", options="--only drops --cuts 3", tells=("drops       3 cuts", "the same on the disk")),
    SmallRun(
        bench="spoken_follow_up", options="--answers 2", tells=("follow-ups  1 of 2", "sound", "next words", "asked")
    ),
    SmallRun(
        bench="spoken_follow_up",
        options="--part stalling --answers 2 --wait 0.9",
        tells=("follow-ups  0 of 2", "lost 0"),
    ),
    SmallRun(
        bench="page",
        options="--runs 1",
        tells=("position", "conversation", "results", "colour and logo", "framed", "floor"),
        needs=("chromium", "chromium"),
    ),
)


def test_pgbench_is_given_every_parameter_of_the_create_statement(tmp_path: Path) -> None:
    nobody = "00000000-0000-7000-8000-000000000000"
    written = _pgbench_script(tmp_path, nobody, nobody).read_text()
    assert re.findall(r"\$\d+", written) == []
    assert "insert into interviews" in written


def test_the_bench_of_the_console_asks_for_every_page_of_it() -> None:
    assert set(AT_MERCHANT) == {page.path for page in PAGES if page.method == "GET"}
    elsewhere = {f"/console{path.partition('?')[0]}" for path in (*ELSEWHERE, *NOT_ASKED)}
    app = Starlette()
    add_console(app, WebParts(database=None, keys=KEYS, pages=None, public_url=""))  # type: ignore[arg-type]
    assert elsewhere == {
        route.path
        for route in app.routes
        if isinstance(route, Route) and "GET" in (route.methods or ()) and "{slug}" not in route.path
    }


def test_the_console_s_script_and_style_are_light() -> None:
    assert weigh() <= FLOOR_BYTES


def test_every_bench_is_run() -> None:
    # The attacks have a file of their own; what only another bench imports is no bench.
    benches = {path.stem for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")}
    assert {run.bench for run in RUNS} == benches


@pytest.mark.nightly
@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.bench} {run.options}".strip())
def test_a_bench_runs_for_seconds(run: SmallRun) -> None:
    if run.needs is not None:
        program, package = run.needs
        is_there = CHROMIUM is not None if program == "chromium" else shutil.which(program) is not None
        if not is_there:
            pytest.skip(f"needs {program} (Debian: apt-get install {package})")
    done = subprocess.run(
        [sys.executable, f"bench/{run.bench}.py", *run.options.split()],
        cwd=ROOT,
        env=own_environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr[-4000:]  # 1: a floor does not hold
    assert [what for what in run.tells if what not in done.stdout] == [], done.stdout + done.stderr[-4000:]


def test_every_fault_of_the_reading_is_on_the_written_list_and_the_other_way_about() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "bench/follow_ups/README.md").read_text(encoding="utf-8"), re.M)
    assert listed == [fault.value for fault in FollowUpFault]


def test_a_reading_counts_only_for_the_words_that_were_read() -> None:
    told = (FollowUpFault.TOLD, FollowUpFault.ECHO)
    reading = {"a": ReadWords(said="x | y", faults=told), "b": ReadWords(said="x | y", faults=())}
    assert count_faulty({"a": "x | y", "b": "x | y", "c": "x | y"}, reading) == (1, 1, Counter(told))
    assert count_faulty({"a": "x | z", "b": "x | y"}, reading) == (0, 1, Counter())
